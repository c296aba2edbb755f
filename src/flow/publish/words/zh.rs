//! The faults of files in Chinese.

use std::fmt;

use super::{FileWrong, NotBrought, Refused, What};
use crate::{
    action::MediaKind,
    language::{Language, system},
    rules::Said,
};

pub(super) fn say(wrong: &FileWrong) -> Said {
    match wrong {
        FileWrong::Of { path, rule, wrong } => {
            let (what, mend) = self::what(wrong);
            Said::new(format!("规则「{rule}」用到的文件「{path}」{what}"), mend)
        }
        FileWrong::TooMuch { files_max, megabytes_max } => Said::new(
            format!("规则用到的文件超过了 {files_max} 个，或合计超过了 {megabytes_max} MB"),
            "请减少一些文件",
        ),
    }
}

fn what(what: &What) -> (String, String) {
    match what {
        What::PathTooLong { bytes_max } => {
            (format!("的路径超过了 {bytes_max} 字节"), "请把它移到离规则文件更近的目录".to_owned())
        }
        What::Missing { at } => (
            "不存在".to_owned(),
            format!("请把文件放到 {}，或改正路径；路径从规则文件所在的目录算起", at.display()),
        ),
        What::Unreadable { at, error } => {
            // Of what is no file, as a pipe, the system has nothing to say.
            let why = match error.kind() {
                std::io::ErrorKind::InvalidInput => "不是普通文件".to_owned(),
                _ => system(error, Language::Zh),
            };
            (format!("无法读取（{why}）"), format!("请确认 {} 是可以读取的文件", at.display()))
        }
        What::NotInForce => (
            "不在当前生效的版本里，也没有上传过".to_owned(),
            "请先上传这个文件（规则页或 `POST /api/v1/files`），或者在有它的机器上用 `wecom-greeter rules import` 导入".to_owned(),
        ),
        What::LeadsOut => {
            ("通过链接指到了规则文件所在目录的外面".to_owned(), "请把文件本身放到目录里".to_owned())
        }
        What::Refused { kind, bytes, refused, .. } => {
            let what = match (refused, kind) {
                (Refused::TooSmall { above }, _) => {
                    format!("只有 {bytes} 字节，企业微信要求大于 {above} 字节")
                }
                (Refused::TooLarge { max }, _) => format!("有 {bytes} 字节，企业微信最多接受 {max} 字节"),
                (Refused::Format, MediaKind::Image) => "的内容不是 JPG 或 PNG 图片".to_owned(),
                (Refused::Format, MediaKind::Video) => "的内容不是 MP4 视频".to_owned(),
                (Refused::Format, MediaKind::File) => "的内容不能作为文件发送".to_owned(),
            };
            let mend = match kind {
                MediaKind::Image => "请另存为 JPG 或 PNG，不超过 10 MB",
                MediaKind::Video => "请转成 MP4，不超过 10 MB",
                MediaKind::File => "文件要大于 5 字节、小于 20 MB",
            };
            (what, mend.to_owned())
        }
    }
}

pub(super) fn not_brought(why: &NotBrought, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match why {
        NotBrought::TooSmall { bytes, above } => {
            write!(f, "文件只有 {bytes} 字节，企业微信要求大于 {above} 字节")
        }
        NotBrought::TooLarge { max, .. } => write!(f, "文件太大，最多 {} MB", max >> 20),
        NotBrought::AnotherKind => f.write_str("文件内容不对：图片要 JPG 或 PNG，视频要 MP4，不超过 10 MB"),
        NotBrought::Path => f.write_str(
            "文件名不能用在规则里，请换一个：路径里不能有 `..`、空的一级或反斜杠，也不能以 `/` 开头",
        ),
        NotBrought::TooMany { max } => {
            write!(f, "已有 {max} 个文件或 512 MB 上传后还没有用到，请先发布，或者等它们 14 天后自动清除")
        }
        NotBrought::Store(_) => f.write_str("数据库没有收下文件，请稍后再试"),
    }
}
