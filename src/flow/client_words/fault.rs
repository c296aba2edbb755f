//! What is wrong with an argument of the API, in Chinese. In English the client says it itself.

use wecom_client::{Element, Fault, Lack, Misfit, Shape, Unit};

/// The name of an argument, or of the whole of which something is wrong.
fn subject(field: &str) -> String {
    match field {
        "the query" => "查询参数".to_owned(),
        "the body" => "请求体".to_owned(),
        name => format!("参数 {name} "),
    }
}

/// The fault of an argument, as a sentence.
pub(super) fn fault_in_chinese(field: &str, fault: &Fault) -> String {
    let of = subject(field);
    let of = of.as_str();
    match fault {
        Fault::Absent => format!("{of}没有写，或者是空的：企业微信要求必填"),
        Fault::NoneGiven { others, so } => {
            let so = match so {
                Lack::OneWanted => "要写其中一个",
                Lack::AtLeastOneWanted => "至少要写一个",
                Lack::NobodyAddressed => "这样没有发送对象",
                Lack::NothingToChange => "这样没有要改的",
            };
            format!("参数 {field}、{} 都没有写，或者都是空的：{so}", others.join("、"))
        }
        Fault::NothingToSet => format!("{of}和其他字段都没有写，或者什么都不改：至少要写一个"),
        Fault::Size { count, unit, within, least, most } => {
            let unit = match unit {
                Unit::Characters => "个字符",
                Unit::Bytes => "字节（UTF-8，一个汉字 3 字节）",
                Unit::Elements => "项",
            };
            let within = match within {
                Some(Element::Tag(position)) => format!("第 {position} 个标签"),
                Some(Element::Word(position)) => format!("第 {position} 个词"),
                None => String::new(),
            };
            let allowed = match least {
                None => format!("最多 {most}"),
                Some(least) if least == most => format!("只能是 {most}"),
                Some(least) => format!("应为 {least} 到 {most}"),
            };
            format!("{of}{within}有 {count} {unit}：{allowed}")
        }
        Fault::Number { number, least, most } if least == most => format!("{of}是 {number}：只能是 {most}"),
        Fault::Number { number, least, most } => format!("{of}是 {number}：应在 {least} 到 {most} 之间"),
        Fault::OneOf { given, wanted } => {
            let wanted: Vec<&str> = wanted.iter().map(|value| value_in_chinese(value)).collect();
            format!("{of}是 {given}：可以写 {}", wanted.join("、"))
        }
        Fault::BeforeBeginning { seconds } => format!("{of}比开始时间早 {seconds} 秒"),
        Fault::AfterBeginning { seconds, days_max } => {
            let (days, rest) = (seconds / 86_400, seconds % 86_400);
            let rest = if rest == 0 { String::new() } else { format!("零 {rest} 秒") };
            format!("{of}比开始时间晚 {days} 天{rest}：最多 {days_max} 天")
        }
        Fault::EmptyGiven { most } => format!("{of}是空的：应为 1 到 {most} 个字符，不改就不要写"),
        Fault::EmptyBeside { other } => format!("{of}是空的：已经用 {other} 写明标签组，请去掉它"),
        Fault::TooManyBeside { count, of: parts } => {
            format!("{of}之外写了 {count} 种附件（{}）：只能写一种", parts.join("、"))
        }
        Fault::WithOneEmployee { count } => format!("{of}有 {count} 项：单人的联系方式不能写部门"),
        Fault::MomentAttachments { count } => {
            format!("{of}有 {count} 项：朋友圈可以发九张图片，或者一个视频，或者一个链接")
        }
        Fault::NotAlphanumeric => format!("{of}只能用字母和数字"),
        Fault::NotHexadecimal { count, digits } => {
            format!("{of}有 {count} 个字符：应为 {digits} 位十六进制数字")
        }
        Fault::PageTooFar { passed, below } => {
            format!("{of}乘以 page_size 是 {passed}：应小于 {below}，再往后请用 cursor 翻页")
        }
        Fault::NotOfLeavers => format!("{of}不能用于离职员工的客户"),
        Fault::SameEmployee => format!("{of}和原跟进成员是同一个人：只能分配给别的员工（40130）"),
        Fault::NoSuchPart { part } => format!("{of}是 {part:?}，但消息里没有 `{part}`"),
        Fault::SentByItself => format!("{of}取自设置，由程序自动带上：请去掉它"),
        Fault::SaysNothing => format!("{of}没有内容：请去掉它，或者写上文字"),
        Fault::EmptyId { position } => format!("{of}的第 {position} 个编号是空的：请去掉它"),
        Fault::Kind { found, wanted } => format!("{of}是{}：应为{}", shape(*found), shape(*wanted)),
        Fault::Misread { place: Some(place), misfit } => {
            format!("{of}不是企业微信要的，在 {place}：{}", misfit_in_chinese(misfit))
        }
        Fault::Misread { place: None, misfit } => {
            format!("{of}不是企业微信要的：{}", misfit_in_chinese(misfit))
        }
        Fault::NotInQuery { name, found } => format!("{of}里放不下 `{name}`：它是{}", shape(*found)),
        Fault::OnePage => format!("{of}只取一页：要取全部就不要写它"),
        Fault::FileTooSmall { bytes, above } => format!("文件只有 {bytes} 字节：应大于 {above} 字节"),
        Fault::FileTooLarge { bytes, most, media_type } => {
            format!("文件有 {bytes} 字节：作为{}最多 {most} 字节", media(media_type))
        }
        Fault::FileFormat { formats, media_type } => {
            let formats = formats.replace(" or ", " 或 ");
            format!("文件开头不是 {formats} 格式：{}只能用这种格式", media(media_type))
        }
        Fault::Misnamed { fault, given, meant } => {
            let fault = fault_in_chinese(field, fault);
            format!("{fault}（写了 `{}`，是不是想写 `{meant}`？）", given.escape_debug())
        }
    }
}

/// A value that an argument may have: what it means stands in brackets.
fn value_in_chinese(value: &'static str) -> &'static str {
    match value {
        "1 (moments)" => "1（朋友圈）",
        "2 (product albums)" => "2（商品图册）",
        "1 (customer contact)" => "1（客户联系）",
        value => value,
    }
}

fn media(media_type: &str) -> &'static str {
    match media_type {
        "image" => "图片",
        "voice" => "语音",
        "video" => "视频",
        _ => "文件",
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Nothing => "空值",
        Shape::Text => "文本",
        Shape::Number => "数字",
        Shape::Integer => "整数",
        Shape::Boolean => " true 或 false",
        Shape::List => "列表",
        Shape::Texts => "文本的列表",
        Shape::Integers => "整数的列表",
        Shape::Objects => "对象的列表",
        Shape::Object => "对象",
        Shape::ObjectOrList => "对象或列表",
        Shape::UnixSeconds => "整数的 Unix 秒",
    }
}

fn misfit_in_chinese(misfit: &Misfit) -> String {
    match misfit {
        Misfit::InPlaceOf { found, wanted } => format!("写的是{}，应为{}", shape(*found), shape(*wanted)),
        Misfit::NotReadAs { wanted } => format!("里面有不能当作{}的内容", shape(*wanted)),
        Misfit::Unreadable { found } => format!("写的是{}，读不懂", shape(*found)),
        Misfit::Absent => "没有写，而企业微信要求必填".to_owned(),
        Misfit::Missing { name } => format!("缺少字段 `{name}`"),
        // Serde's words are those of a programmer; the place says where to look.
        Misfit::Other(_) => "写法不对，请对照接口文档".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("userid", Fault::Absent, "参数 userid 没有写，或者是空的：企业微信要求必填")]
    #[case(
        "add_tag",
        Fault::NoneGiven { others: &["remove_tag"], so: Lack::AtLeastOneWanted },
        "参数 add_tag、remove_tag 都没有写，或者都是空的：至少要写一个"
    )]
    #[case(
        "text.content",
        Fault::Size { count: 4001, unit: Unit::Bytes, within: None, least: None, most: 4000 },
        "参数 text.content 有 4001 字节（UTF-8，一个汉字 3 字节）：最多 4000"
    )]
    #[case(
        "tag.name",
        Fault::Size { count: 31, unit: Unit::Characters, within: Some(Element::Tag(2)), least: Some(1), most: 30 },
        "参数 tag.name 第 2 个标签有 31 个字符：应为 1 到 30"
    )]
    #[case("limit", Fault::Number { number: 1001, least: 1, most: 1000 }, "参数 limit 是 1001：应在 1 到 1000 之间")]
    #[case(
        "end_time",
        Fault::AfterBeginning { seconds: 31 * 86_400 + 5, days_max: 30 },
        "参数 end_time 比开始时间晚 31 天零 5 秒：最多 30 天"
    )]
    #[case(
        "userid",
        Fault::Misnamed { fault: Box::new(Fault::Absent), given: "user_id".into(), meant: "userid".into() },
        "参数 userid 没有写，或者是空的：企业微信要求必填（写了 `user_id`，是不是想写 `userid`？）"
    )]
    #[case(
        "the query",
        Fault::NotInQuery { name: "ids".into(), found: Shape::List },
        "查询参数里放不下 `ids`：它是列表"
    )]
    #[case(
        "tag_filter",
        Fault::Misread {
            place: Some("tag_filter.group_list".into()),
            misfit: Misfit::InPlaceOf { found: Shape::Object, wanted: Shape::Objects },
        },
        "参数 tag_filter 不是企业微信要的，在 tag_filter.group_list：写的是对象，应为对象的列表"
    )]
    #[case("media", Fault::FileFormat { formats: "JPG or PNG", media_type: "image" }, "文件开头不是 JPG 或 PNG 格式：图片只能用这种格式")]
    fn a_fault_is_said_in_chinese(#[case] field: &str, #[case] fault: Fault, #[case] said: &str) {
        assert_eq!(fault_in_chinese(field, &fault), said);
    }
}
