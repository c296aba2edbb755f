//! 压测命令的中文说法。 What `bench` says, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Bench, Database, Row};

pub(super) fn write(bench: Bench<'_>, f: &mut Formatter<'_>) -> Result {
    match bench {
        Bench::NoFolder => write!(f, "建不了临时目录"),
        Bench::NotEmpty => write!(
            f,
            "DATABASE_URL 指向的数据库里已有事件或规则，压测会往里写入编造的客户：请换一个空的数据库，或者取消 DATABASE_URL，改用临时文件"
        ),
        Bench::TooMany { most } => {
            write!(f, "回调超过了 {most} 个，事先加密不了这么多：请减少 --seconds，或者用 --customers 限定")
        }
        Bench::NotStarted => write!(f, "要压测的服务没有启动起来，它最后几行日志是"),
        Bench::NobodyThere { at } => write!(f, "连不上 {at}；服务在运行吗？"),
        Bench::NoSuchHost { host } => write!(f, "找不到主机「{host}」"),
        Bench::Begins { database } => match database {
            Database::Own => write!(f, "服务单独一个进程，数据库是临时目录里的 SQLite 文件。"),
            Database::Given { kind } => write!(f, "服务单独一个进程，数据库用的是指定的（{kind}）。"),
            Database::Elsewhere { url } => write!(f, "压测的是 {url} 的服务。"),
        },
        Bench::StoredSoFar => write!(f, "个事件已存入"),
        Bench::AtRate { rate, seconds, connections } => {
            write!(f, "\n每秒 {rate} 个回调，持续 {seconds} 秒，{connections} 个连接")
        }
        Bench::FlatOut { seconds, connections } => {
            write!(f, "\n{connections} 个连接全速发送，持续 {seconds} 秒")
        }
        Bench::With { rules, stored } => {
            match rules {
                None => {}
                Some(0) => write!(f, "；没有规则")?,
                Some(rules) => write!(f, "；{rules} 条规则")?,
            }
            if stored == "0" { Ok(()) } else { write!(f, "；事先存有 {stored} 个事件") }
        }
        Bench::Wecom { latency, refuse, fail, at_once, of_each } => {
            match latency {
                "" => write!(f, "  企业微信立即作答")?,
                latency => write!(f, "  企业微信作答用时 {latency}")?,
            }
            if !refuse.is_empty() {
                write!(f, "，拒绝 {refuse} 的调用")?;
            }
            if !fail.is_empty() {
                write!(f, "，{fail} 的调用出错")?;
            }
            if let Some(most) = at_once {
                write!(f, "，同时最多接受 {most} 个")?;
            }
            if let Some(most) = of_each {
                write!(f, "，每个接口同时最多接受 {most} 个")?;
            }
            Ok(())
        }
        Bench::Row(row) => f.write_str(match row {
            Row::Ack => "应答",
            Row::Welcome => "欢迎语",
            Row::Tag => "标签",
            Row::Server => "服务",
            Row::Bare => "空处理函数",
            Row::ASecond => "每秒",
            Row::Longest => "最长",
        }),
        Bench::Acks { sent, acked, refused } => {
            write!(f, "  发送 {sent}，应答 {acked}，拒绝 {refused}")
        }
        Bench::Greeted { welcomed, tagged, of } => {
            write!(f, "  {of} 个客户中，{welcomed} 个 20 秒内收到欢迎语，{tagged} 个打上标签")
        }
        Bench::Through { a_second } => write!(f, "  每秒 {a_second} 个客户收到欢迎语并打上标签"),
        Bench::WentWrong { kinds } => write!(f, "  没有应答的：{kinds}"),
        Bench::Calls { method, taken, refused, failed, spent, unknown } => {
            write!(f, "  企业微信 {method}：接受 {taken}")?;
            if refused != "0" {
                write!(f, "，拒绝 {refused}")?;
            }
            if failed != "0" {
                write!(f, "，出错 {failed}")?;
            }
            if spent != "0" {
                write!(f, "，太晚或重复 {spent}")?;
            }
            if unknown != "0" {
                write!(f, "，客户不存在 {unknown}")?;
            }
            Ok(())
        }
        Bench::NotCalled => write!(f, "  只测了应答：没有谁调用模拟的企业微信"),
        Bench::Took { ready, memory, cpu } => {
            write!(f, "  服务：{ready} 后就绪，内存最多 {memory}，处理器时间 {cpu}")
        }
        Bench::Ratio { ratio } => write!(f, "  是空处理函数的 {ratio} 倍"),
        Bench::UsedUp { after } => write!(f, "  事先加密好的回调 {after} 就发完了"),
        Bench::Lost { count } => write!(f, "\n有 {count} 个事件应答过，记录里却没有"),
        Bench::NothingLost => write!(f, "\n应答过的事件，记录里都有。"),
        Bench::NothingAcked => write!(f, "\n没有一个回调得到应答"),
    }
}
