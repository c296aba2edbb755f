//! The faults of documents in Chinese.

use super::{
    super::{
        typed::{Odd, Of, Typed},
        wrong::Said,
        yaml::{Broken, Colon, Kind},
    },
    Directory, DocumentFault, Has, KeyMend, WrongAppId, WrongMediaId, WrongPath, WrongTag, YamlMend,
};
use crate::action::MediaKind;

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(fault: &DocumentFault) -> Said {
    match fault {
        DocumentFault::NotUtf8 { utf16 } => Said::new(
            if *utf16 {
                "文件是 UTF-16 编码，不是 UTF-8"
            } else {
                "从这里开始不是 UTF-8 编码，文件多半是 GBK 编码"
            },
            "请在编辑器里另存为 UTF-8",
        ),
        DocumentFault::TooLarge { bytes_max } => {
            Said::new(format!("文件超过了 {bytes_max} 字节"), "请减少规则，或写短一些")
        }
        DocumentFault::Empty => Said::new("文件是空的", "请以 `rules:` 开头，下面写规则的列表"),
        DocumentFault::NotYaml { broken, mend, .. } => Said::new(self::broken(*broken), yaml(*mend)),
        DocumentFault::TabIndents => {
            Said::new("不符合 YAML 的写法：这里有一个制表符（Tab）", yaml(YamlMend::Tab))
        }
        DocumentFault::TooDeep => Said::new("列表和键嵌套得太深", "规则文件只需要几层，请去掉多余的嵌套"),
        DocumentFault::SecondDocument => {
            Said::new("从这里开始是第二个 YAML 文档", "请把所有规则写在同一个 `rules:` 下面，并去掉 `---`")
        }
        DocumentFault::TooHeavy => Said::new("文件展开后内容太多", "请减少规则，并少用 `*` 别名"),
        DocumentFault::AliasInside => Said::new("别名用在了它自己所代表的内容里", "请把内容直接写出来"),
        DocumentFault::UnknownAlias { name } => {
            let name = name.text();
            Said::new(
                format!("`*{name}` 代表 `&{name}`，但文件前面没有 `&{name}`"),
                "请把内容直接写出来；如果文字本身以 `*` 开头，请加引号",
            )
        }
        DocumentFault::YamlTag => {
            Said::new("这是 YAML 的类型标记，在这里没有意义", "如果文字本身以 `!` 开头，请加引号")
        }
        DocumentFault::WantsKeys { known, has, colon } => Said::new(
            format!("这里要写键（`{}`），现在是{}", known.join("`、`"), has.zh()),
            colon.map_or_else(
                || format!("请写成 `{{ {}: … }}`", known.first().copied().unwrap_or("键")),
                |colon| self::colon(colon).to_owned(),
            ),
        ),
        DocumentFault::TooManyKeys { count, max } => {
            Said::new(format!("有 {count} 个键，超过了 {max} 个"), "请去掉没有意义的键")
        }
        DocumentFault::KeyNoWord => Said::new("键必须是一个词", "如果文字以 `{` 开头，请加引号"),
        DocumentFault::Twice { first } => {
            Said::new(format!("写了两次，第一次在第 {} 行", first.line), "请只留一个")
        }
        DocumentFault::UnknownKey { key, mend } => {
            Said::new(format!("这里没有{}这个键", key.zh()), key_mend(mend))
        }
        DocumentFault::ValueEmpty => Said::new("没有写内容", "请写上内容，或去掉这个键"),
        DocumentFault::KeyMissing { key } => Said::new(format!("缺少 `{key}`"), format!("请加上 `{key}: …`")),
        DocumentFault::WantsList { has } => Said::new(
            format!("这里要写列表，现在是{}", has.zh()),
            "每一项请以 `- ` 开头，或写成 `[第一项, 第二项]`",
        ),
        DocumentFault::TooManyItems { count, max } => {
            Said::new(format!("有 {count} 项，最多 {max} 项"), "请减少列表的内容")
        }
        DocumentFault::ListEmpty => Said::new("列表是空的", "请写上内容，或去掉这个键"),
        DocumentFault::TextInBraces => Said::new("这里要写文字，现在是花括号", "以 `{{` 开头的文字请加引号"),
        DocumentFault::WantsText { has } => {
            Said::new(format!("这里要写文字，现在是{}", has.zh()), "请写文字")
        }
        DocumentFault::PlaceholderHere => Said::new("这里不能用占位符", "请直接写内容"),
        DocumentFault::Unseen { character } => Said::new(
            format!("里面有一个看不见的字符（U+{:04X}）", u32::from(*character)),
            "请重新输入，不要复制粘贴",
        ),
        DocumentFault::TooManyBytes { bytes, max } => Said::new(
            format!("有 {bytes} 字节（UTF-8），企业微信最多接受 {max} 字节"),
            "请写短一些；一个汉字是 3 字节",
        ),
        DocumentFault::WantsBoolean { has, in_quotes } => Said::new(
            format!("这里要写 `true` 或 `false`，现在是{}", self::has(has)),
            if *in_quotes { "请去掉引号" } else { "请写 `true` 或 `false`" },
        ),
        DocumentFault::WantsNumber { has, min, max } => Said::new(
            format!("这里要写整数，现在是{}", self::has(has)),
            format!("请写 {min} 到 {max} 之间的整数"),
        ),
        DocumentFault::Path { path, wrong } => {
            let (what, mend) = self::path(*wrong);
            Said::new(format!("{}{what}", path.zh()), mend)
        }
        DocumentFault::NoId { id } => {
            Said::new(format!("{}不是 ID", id.zh()), "请复制企业微信给出的 ID，不要带空格")
        }
        DocumentFault::AppId { id, wrong } => Said::new(
            format!(
                "{}{}",
                id.zh(),
                match wrong {
                    WrongAppId::Original => "是小程序的原始ID，不是 AppID",
                    WrongAppId::OfWeCom => "是企业微信的 ID，不是小程序的 AppID",
                    WrongAppId::Address => "是网址或路径，不是小程序的 AppID",
                    WrongAppId::None => "不是小程序的 AppID",
                }
            ),
            "请到小程序后台的「设置 → 账号信息」复制 AppID：`wx` 加 16 位字母和数字",
        ),
        DocumentFault::MediaId { id, wrong } => {
            let (what, mend) = match wrong {
                WrongMediaId::Address => (
                    "是网址，不是 `media/upload` 返回的 media_id",
                    "请下载这个文件，写成 `file: …` 加文件路径",
                ),
                WrongMediaId::File => {
                    ("是文件，不是 `media/upload` 返回的 media_id", "请把 `media_id: …` 改成 `file: …`")
                }
            };
            Said::new(format!("{}{what}", id.zh()), mend)
        }
        DocumentFault::NoUserid { id } => Said::new(
            format!("{}不是员工账号（userid）", id.zh()),
            "请写管理后台通讯录里员工的账号，如 `zhangsan`",
        ),
        DocumentFault::DirectoryIds { of } => Said::new(
            format!("这里要写一个{}的 ID，现在是列表", directory(*of)),
            "请只写一个 ID；有多个时，每个写一条",
        ),
        DocumentFault::DirectoryId { has, of } => Said::new(
            format!("{}不是{}的 ID", self::has(has), directory(*of)),
            match of {
                Directory::Department => "请写管理后台通讯录里的部门 ID；`1` 是整个企业",
                Directory::Tag => "请写管理后台通讯录里的标签 ID",
            },
        ),
        DocumentFault::Tag { tag, wrong } => {
            let (what, mend) = self::tag(*wrong);
            Said::new(format!("{}{what}", tag.zh()), mend)
        }
        DocumentFault::Odd(odd) => Said::note(self::odd(odd)),
    }
}

/// What the parser stumbled over. Its own words are English; what is no more than "this is not YAML" is left out.
fn broken(broken: Broken) -> String {
    let why = match broken {
        Broken::Bracket(open) => return format!("不符合 YAML 的写法：`{open}` 没有对应的结束括号"),
        Broken::Quote => "引号没有结束",
        Broken::Tab => "这里有一个制表符（Tab）",
        Broken::Indentation => "缩进不对",
        Broken::Key => "这里应该是 `键: 内容`",
        Broken::Colon => "这里不能再有冒号",
        Broken::Escape => "双引号里的 `\\` 写法不对",
        Broken::Otherwise => return "不符合 YAML 的写法".to_owned(),
    };
    format!("不符合 YAML 的写法：{why}")
}

fn yaml(mend: YamlMend) -> &'static str {
    match mend {
        YamlMend::Tab => "YAML 不能用制表符（Tab）缩进，请用空格",
        YamlMend::Colon(colon) => self::colon(colon),
        YamlMend::TypedSign => {
            "这里应该用半角符号，现在是中文符号（`，` 不是 `,`，`：` 不是 `:`，`“` 不是 `\"`，`｛` 不是 `{`）：\
             请把输入法切换到英文重新输入"
        }
        YamlMend::Comment => "YAML 会把 ` #` 后面的内容当作注释，括号的结尾也一起丢了：请给文字加引号",
        YamlMend::BracesInQuotes => "以 `{{` 开头的文字必须加引号",
        YamlMend::Look => {
            "请检查这一行和上一行的缩进和引号；文字里有 `: ` 或 ` #`，或以 {}[]&*!|>'\"%@` 之一开头时，必须加引号"
        }
    }
}

fn colon(colon: Colon) -> &'static str {
    match colon {
        Colon::Wide => "`：` 不是 `:`：请写半角冒号加一个空格，如 `name: spring`",
        Colon::NoBlank => "冒号后面要有一个空格，如 `name: spring`",
    }
}

fn key_mend(mend: &KeyMend) -> String {
    match mend {
        KeyMend::Merge => "请把这些键直接写出来；别名只能代表整个内容，如 `welcome: *hello`".to_owned(),
        KeyMend::Colon(colon) => self::colon(*colon).to_owned(),
        KeyMend::Typed(typed) => self::typed(typed),
        KeyMend::Meant(meant) => meant.zh(),
        KeyMend::RestOfText(meant) => format!("带逗号的文字请加引号；{}", meant.zh()),
    }
}

impl Kind {
    /// The kind of value in a Chinese sentence.
    pub(crate) fn zh(self) -> &'static str {
        match self {
            Self::Nothing => "空的",
            Self::Boolean => " `true` 或 `false`",
            Self::Number => "数字",
            Self::Text => "文字",
            Self::List => "列表",
            Self::Map => "一组键",
        }
    }
}

fn has(has: &Has) -> String {
    match has {
        Has::Word(word) => word.zh(),
        Has::Kind(kind) => kind.zh().to_owned(),
    }
}

fn path(wrong: WrongPath) -> (&'static str, &'static str) {
    const BESIDE: &str = "请把文件放在规则文件所在的目录里（或它的子目录里），写成 `assets/spring.png` 这样";
    match wrong {
        WrongPath::Address => ("是网址", "请下载下来，写文件的路径；图片也可以用 `pic_url`"),
        WrongPath::NoPath => ("不是文件路径", BESIDE),
        WrongPath::TooLong => ("超过了 255 字节", "请缩短路径"),
        WrongPath::Backslash => ("里有 `\\`", "目录之间请用 `/`"),
        WrongPath::Absolute => ("不是从规则文件所在目录开始的路径", BESIDE),
        WrongPath::LeadsOut => ("指到了规则文件所在目录的外面", BESIDE),
        WrongPath::Folder => ("是目录，或者没有写文件名", BESIDE),
        WrongPath::Ending(MediaKind::Video) => {
            ("不是企业微信支持的视频", "请转成 .mp4，或者作为 `file` 发送")
        }
        WrongPath::Ending(MediaKind::Image | MediaKind::File) => {
            ("不是企业微信支持的图片", "请转成 .jpg 或 .png，或者作为 `file` 发送")
        }
    }
}

fn directory(of: Directory) -> &'static str {
    match of {
        Directory::Department => "部门",
        Directory::Tag => "通讯录标签",
    }
}

fn tag(wrong: WrongTag) -> (&'static str, &'static str) {
    match wrong {
        WrongTag::Slashes => (
            "里有不止一个 `/`",
            "请写成 `标签组/标签`；名称里本来就有 `/` 的，请写标签的 ID（用 `get-corp-tag-list` 查）",
        ),
        WrongTag::NoGroup => ("没有写标签组", "请写成 `标签组/标签`，如 `渠道/春季`"),
        WrongTag::NoName => {
            ("没有写标签", "请写成 `标签组/标签`，如 `渠道/春季`；标签要一个一个写，不能只写标签组")
        }
        WrongTag::Blank => ("的名称前后有空格", "请去掉空格"),
        WrongTag::TooLong => ("里有名称超过 30 个字，企业微信里没有这样的标签", "请按管理后台里的名称写"),
        WrongTag::None => (
            "既不是标签的名称，也不是标签的 ID",
            "请写成 `标签组/标签`，如 `渠道/春季`，或写以 `et` 开头的标签 ID",
        ),
    }
}

/// How to mend what an input method has typed.
pub(in super::super) fn typed(typed: &Typed) -> String {
    match typed {
        Typed::Unseen(c) => format!("里面有一个看不见的字符（U+{:04X}），请重新输入", u32::from(*c)),
        Typed::List(parts) => format!("有多个值时请写成列表，如 `[{}]`", parts.join(", ")),
        Typed::Sign { typed, meant, whole } => {
            format!("`{typed}` 不是 `{meant}`：请把输入法切换到英文，写成 `{whole}`")
        }
    }
}

fn of(of: Of) -> &'static str {
    match of {
        Of::State => "渠道（state）",
        Of::App => "应用名",
        Of::Tag => "标签",
    }
}

fn odd(odd: &Odd) -> String {
    match odd {
        Odd::InQuotes { value, of, inside } => format!(
            "{}里的引号在 YAML 里不算引号，会成为{}的一部分：请写成 `{inside}`",
            value.zh(),
            self::of(*of)
        ),
        Odd::Several { value, of, parts } => format!(
            "{}连同里面的分隔符会被当作一个{}；有多个时请写成列表，如 `[{}]`",
            value.zh(),
            self::of(*of),
            parts.join(", ")
        ),
        Odd::FullWidth { value, typed, meant, whole } => format!(
            "{}里有全角字符 `{typed}`，它和 `{meant}` 不是同一个字符：如果想写的是半角，请写成 `{whole}`",
            value.zh()
        ),
        Odd::Blank { value, of } => {
            format!("{}的开头或结尾有空格，空格也会成为{}的一部分：请去掉", value.zh(), self::of(*of))
        }
    }
}
