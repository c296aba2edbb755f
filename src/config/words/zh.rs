//! 设置错误的中文说法。 What can be wrong with settings, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Character, Expected, Frame, Near, NearAt, Place, Stray, ValueKind, What};
use crate::language::{Language, system};
use wecom_core::callback::KeyError;

pub(super) fn what(what: &What, f: &mut Formatter<'_>) -> Result {
    match what {
        What::Expected { expected: wanted, stray } => {
            write!(f, "应为{}", expected(*wanted))?;
            strays(stray, f)
        }
        What::Found { expected: wanted, found, cut, stray } => {
            let more = if *cut { " …" } else { "" };
            write!(f, "应为{}；现在是 {found:?}{more}", expected(*wanted))?;
            strays(stray, f)
        }
        What::FoundKind { expected: wanted, found } => {
            write!(f, "应为{}，现在是{}", expected(*wanted), kind(*found))
        }
        What::Missing { of: Some(of), expected: wanted } => {
            write!(f, "缺少 {of}：应为{}", expected(*wanted))
        }
        What::Missing { of: None, expected: wanted } => write!(f, "没有设置：应为{}", expected(*wanted)),
        What::FileEmpty(file) => write!(f, "文件 {} 是空的", file.display()),
        What::FileUnreadable { file, cause, stray } => {
            write!(f, "读不了文件 {}：{}", file.display(), system(cause, Language::Zh))?;
            if cause.kind() == std::io::ErrorKind::InvalidData {
                write!(f, "；请存成 UTF-8")?;
            }
            if !stray.is_empty() {
                write!(f, "；另外，这个路径：")?;
            }
            listed(stray, f)
        }
        What::TooMany { count, most } => write!(f, "写了 {count} 个，最多 {most} 个"),
        What::SecretLength { length, usual } => {
            write!(f, "Secret 有 {length} 位，管理后台里的是 {usual} 位：是不是没有复制完整？")
        }
        What::Exposed(file) => {
            let file = file.display();
            write!(f, "{file} 里有密钥，但本机所有用户都能读：请执行 `chmod 600 {file}`")
        }
        What::SameListener => write!(f, "和 http.listen 相同：对外和对内的监听要各用一个地址"),
        What::LoginApp(apps) => write!(
            f,
            "不知道员工用哪个应用扫码登录：请把 admin.wecom_login_app 设为其中之一：{}",
            apps.join("、")
        ),
        What::LoginAgentId(app) => {
            write!(
                f,
                "员工用应用「{app}」扫码登录，但它没有设 agent_id：请在「应用管理 → 该应用」里查看 AgentId 并填上"
            )
        }
        What::EmployeeTwice(userid) => write!(f, "员工 {userid} 写了两遍（userid 不区分大小写）"),
        What::AppTwice(name) => write!(f, "已经有一个应用叫「{name}」"),
        What::Keys(error) => write!(f, "用这些值解不开回调：{}", keys(*error)),
        // What the parser says is English; the line stands before it.
        What::NotToml(_) => write!(f, "这一行不是有效的 TOML，请检查引号、括号和等号"),
        What::OneBracket => write!(f, "要写两层方括号 [[apps]]，每个应用写一段"),
        What::NoSuch { near: Some(Near { name, at }), .. } => match at {
            NearAt::Here => write!(f, "没有这个设置项；是不是想写 {name}？"),
            NearAt::App => write!(f, "没有这个设置项；是不是想写 [[apps]] 里的 {name}？"),
            NearAt::Top => write!(f, "没有这个设置项；是不是想写 {name}？它要写在第一个 [段] 之前"),
        },
        What::NoSuch { near: None, known } => {
            write!(f, "没有这个设置项；这里可以写：{}", known.join("、"))
        }
        What::GivenTwice => write!(f, "写了两遍：既写了值，又写了文件路径"),
        What::GivenTwiceBy(other) => write!(f, "设了两遍：{other} 也设了"),
        What::NotUtf8 => write!(f, "不是 UTF-8 文本"),
        What::NotSecret(variable) => write!(f, "这一项不是密钥，不能用文件给出：请直接设 {variable}"),
    }
}

fn expected(wanted: Expected) -> String {
    let text = match wanted {
        Expected::NumberBetween(from, to) => return format!(" {from} 到 {to} 之间的整数"),
        Expected::Choice(one, other) => return format!(" {one} 或 {other}"),
        Expected::Flag => " true 或 false",
        Expected::Number => "整数",
        Expected::Address => " IP 地址加端口，例如 0.0.0.0:8080 或 [::]:8080",
        Expected::SingleValue => "单个值",
        Expected::Section => "一段设置（方括号开头）",
        Expected::AdminToken => "至少 16 个字符；可以用 `openssl rand -hex 32` 生成一个",
        Expected::LogFilter => {
            " error、warn、info、debug 或 trace，也可以按模块写，例如 info,wecom_client=debug"
        }
        Expected::AppName => " 1 到 64 个字母、数字、- 或 _",
        Expected::CorpId => "企业ID，例如 ww1234567890abcdef",
        Expected::Token => "不超过 32 位的字母和数字，与管理后台里显示的完全一致",
        Expected::AesKey => " 43 位字母和数字，与管理后台里显示的完全一致",
        Expected::NameOfApp => "应用的名字，回调 URL 以它结尾",
        Expected::ConsoleCorpId => "企业ID，在「我的企业 → 企业信息」里查看",
        Expected::ConsoleSecret => "应用的 Secret，在「应用管理 → 该应用」里查看",
        Expected::ConsoleToken => " Token，在该应用的「接收消息 → 设置API接收」里设置",
        Expected::ConsoleAesKey => " EncodingAESKey，在该应用的「接收消息 → 设置API接收」里设置",
        Expected::Secret => "字母、数字、- 和 _，与管理后台里显示的完全一致",
        Expected::ReceiveIds => " SuiteID、服务商企业ID 或授权企业ID，例如 ww1234567890abcdef",
        Expected::Texts => "文本列表",
        Expected::Networks => "IP 地址，或 10.0.0.0/8 这样的网段",
        Expected::Ascii => "英文字母、数字和英文符号",
        Expected::TimeZone => "时区的名称（tz 数据库），例如 Asia/Shanghai（北京时间）",
        Expected::DatabaseOnDisk => "磁盘上的数据库：放在内存里，已确认收到的事件会丢",
        Expected::SqlitePath => " sqlite:// 后面跟路径，例如 sqlite://greeter.db",
        Expected::PostgresUrl => {
            " postgres://用户:密码@主机/库名 这样的 URL；密码里的 @ : / 等字符要写成 %40 %3A %2F"
        }
        Expected::DatabaseUrl => " sqlite://路径，或 postgres://用户:密码@主机/库名",
        Expected::BaseUrl => {
            " http 或 https 的 URL，不带用户名、查询参数和 # 部分，例如 https://qyapi.weixin.qq.com"
        }
        Expected::Employees => {
            "员工的 userid 和角色（viewer、operator 或 admin），例如 [admin.wecom_login] 里写 zhangsan = \"admin\"，环境变量里写 zhangsan=admin,lisi=viewer"
        }
        Expected::AlertUrl => {
            "企业微信群机器人完整的 Webhook 地址（带 key=），或其他接收 JSON 的 http、https 地址"
        }
    };
    text.to_owned()
}

/// What got into a value, behind what is expected of it.
fn strays(found: &[Stray], f: &mut Formatter<'_>) -> Result {
    if !found.is_empty() {
        write!(f, "；")?;
    }
    listed(found, f)
}

fn listed(found: &[Stray], f: &mut Formatter<'_>) -> Result {
    for (at, stray) in found.iter().enumerate() {
        if at > 0 {
            write!(f, "；")?;
        }
        self::stray(*stray, f)?;
    }
    Ok(())
}

fn stray(stray: Stray, f: &mut Formatter<'_>) -> Result {
    match stray {
        Stray::QuotesInQuotes => write!(f, "文件的引号里面又有一层引号：只写一层"),
        Stray::QuotesKept => {
            write!(f, "两头有引号，docker 的 `--env-file` 会把它当作值的一部分（shell 才会去掉）：请去掉引号")
        }
        Stray::QuotesKeptByFile => write!(
            f,
            "两头有引号，只放一个值的文件和 docker 的 `--env-file` 一样，会把它当作值的一部分：请去掉引号"
        ),
        Stray::QuoteBefore => write!(f, "开头多了一个引号"),
        Stray::QuoteBehind => write!(f, "末尾多了一个引号"),
        Stray::Character { place, character: c } => {
            match place {
                Place::Begins => write!(f, "开头有")?,
                Place::Ends => write!(f, "末尾有")?,
                Place::Character(number) => write!(f, "第 {number} 个字符是")?,
            }
            character(c, f)
        }
    }
}

fn character(character: Character, f: &mut Formatter<'_>) -> Result {
    match character {
        Character::Blank => write!(f, "空格"),
        Character::Tab => write!(f, "制表符"),
        Character::CarriageReturn => write!(f, "回车符（U+000D）：文件用了 Windows 的换行"),
        Character::LineBreak => write!(f, "换行"),
        Character::NoBreakSpace => write!(f, "网页上的不间断空格（U+00A0）"),
        Character::FullWidthBlank => write!(f, "全角空格（U+3000）"),
        Character::ByteOrderMark => write!(f, "字节顺序标记 BOM（U+FEFF）：请存成不带 BOM 的 UTF-8"),
        Character::FullWidth(code) => write!(f, "全角字符（U+{code:04X}），应为半角"),
        Character::Unseen(code) => write!(f, "看不见的字符（U+{code:04X}）"),
        Character::Control(code) => write!(f, "控制字符（U+{code:04X}）"),
        Character::OtherBlank(code) => write!(f, "空白字符（U+{code:04X}）"),
        Character::NotAscii => write!(f, "不是 ASCII 的字符"),
    }
}

fn kind(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "文本",
        ValueKind::Number => "数字",
        ValueKind::TooLargeNumber => "过大的数字",
        ValueKind::Fraction => "小数",
        ValueKind::Flag => " true 或 false",
        ValueKind::Date => "日期",
        ValueKind::List => "列表",
        ValueKind::Section => "一段设置",
        ValueKind::NoPath => "别的内容，不是文件路径",
    }
}

/// What is wrong with a Token or an EncodingAESKey.
pub fn keys(error: KeyError) -> String {
    match error {
        KeyError::TokenLength { length } => {
            format!("Token 有 {length} 位，企业微信的是 1 到 32 位：请从应用的「接收消息」页面重新复制")
        }
        KeyError::TokenCharacter { place } => {
            format!("Token 的第 {place} 位不是字母或数字：看看是不是把空格、引号或换行也复制进来了")
        }
        KeyError::KeyLength { length } => format!(
            "EncodingAESKey 有 {length} 位，应为 43 位：请从应用的「接收消息」页面完整复制，前后不要带 = 或空格"
        ),
        KeyError::KeyCharacter { place } => {
            format!("EncodingAESKey 的第 {place} 位不是字母或数字：看看是不是把空格、引号或换行也复制进来了")
        }
    }
}

pub(super) fn frame(frame: &Frame<'_>, f: &mut Formatter<'_>) -> Result {
    match frame {
        Frame::Wrong(count) => write!(f, "有 {count} 项设置不对"),
        Frame::NoApp => f.write_str(NO_APP),
        Frame::DefaultOf(path) => write!(f, "{path} 的默认值"),
        Frame::Environment(variable) => write!(f, "环境变量 {variable}"),
        Frame::Unreadable(path) => write!(f, "读不了设置文件 {}", path.display()),
    }
}

const NO_APP: &str = "\
还没有设置企业微信应用。需要的值都在企业微信管理后台（https://work.weixin.qq.com）：

  WECOM_CORP_ID            企业ID：我的企业 → 企业信息
  WECOM_SECRET             Secret：应用管理 → 您的应用（要把它加进
                           客户与上下游 → 客户联系 → API → 可调用接口的应用）
  WECOM_TOKEN              Token：您的应用 → 接收消息 → 设置API接收
  WECOM_ENCODING_AES_KEY   EncodingAESKey：在同一页
  WECOM_AGENT_ID           AgentId：应用管理 → 您的应用（可不填）

可以设成环境变量；有多个应用时，在 greeter.toml 里每个应用写一段 [[apps]]。密钥也可以放在文件里，
用 WECOM_SECRET_FILE 这样的变量给出路径。服务启动以后，再到管理后台保存回调 URL：
https://您的域名/callback/default

想先看看效果，什么都不用设置：wecom-greeter demo";
