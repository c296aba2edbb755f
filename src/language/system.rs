//! What the system says of files and connections, in Chinese where it is a common case.

use std::io;

use super::Language;

/// The system's own words, or in Chinese what they mean. What is rare stays in the system's words, so that it can be looked
/// up.
pub fn system(error: &io::Error, language: Language) -> String {
    let known = match language {
        Language::En => None,
        // The standard library has no kind of its own for a name that stands for no address.
        Language::Zh if error.to_string().starts_with("failed to lookup address") => Some("域名解析不到地址"),
        Language::Zh => in_chinese(error.kind()),
    };
    known.map_or_else(|| error.to_string(), str::to_owned)
}

fn in_chinese(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "找不到这个文件或目录",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::AlreadyExists => "已经存在",
        io::ErrorKind::NotADirectory => "路径中间有一段不是目录",
        io::ErrorKind::IsADirectory => "这是目录，不是文件",
        io::ErrorKind::DirectoryNotEmpty => "目录不是空的",
        io::ErrorKind::ReadOnlyFilesystem => "文件系统是只读的",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::QuotaExceeded => "超出磁盘配额",
        io::ErrorKind::FileTooLarge => "文件太大",
        io::ErrorKind::InvalidFilename => "文件名无效",
        io::ErrorKind::InvalidData => "内容不是 UTF-8 文本，或者已损坏",
        io::ErrorKind::ConnectionRefused => "连接被拒绝，对方没有在监听",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => "连接被对方断开",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "网络不通",
        io::ErrorKind::AddrInUse => "地址已被占用",
        io::ErrorKind::AddrNotAvailable => "本机没有这个地址",
        io::ErrorKind::TimedOut => "超时",
        io::ErrorKind::UnexpectedEof => "内容不完整，中途结束了",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_cases_are_said_in_chinese_and_rare_ones_in_the_systems_words() {
        let absent = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(system(&absent, Language::Zh), "找不到这个文件或目录");
        assert_eq!(system(&absent, Language::En), absent.to_string());
        let rare = io::Error::other("the tape is worn out");
        assert_eq!(system(&rare, Language::Zh), "the tape is worn out");
    }
}
