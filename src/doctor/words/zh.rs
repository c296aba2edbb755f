//! 体检的中文说法。 The checks in Chinese, in the words of WeCom's console.

use std::fmt::{Formatter, Result};

use super::{Finding, Matter, Status, Unit, megabytes};
use crate::language::Language;

pub(super) fn matter(matter: Matter) -> &'static str {
    match matter {
        Matter::Settings => "设置",
        Matter::Database => "数据库",
        Matter::Rules => "规则",
        Matter::Clock => "时钟",
        Matter::Token => "凭证",
        Matter::TrustedIp => "可信IP",
        Matter::Permissions => "接口权限",
        Matter::Scope => "可见范围",
        Matter::Callback => "回调",
        Matter::Events => "事件",
        Matter::WelcomeCodes => "欢迎码",
    }
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Ok => "正常",
        Status::Warn => "注意",
        Status::Fail => "不通过",
        Status::Skip => "跳过",
    }
}

pub(super) fn found(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::Skipped { after } => write!(f, "要先解决「{}」，才能检查这一项", matter(*after)),
        Finding::NotAnswered => write!(f, "企业微信没有给出能说明问题的答复"),
        Finding::TimeOver => write!(f, "规定的时间内没有查完"),
        Finding::SettingsFine { apps } => write!(f, "完整；{apps} 个应用"),
        Finding::SettingsWarned { what } => {
            let what: Vec<&str> = what.iter().map(|what| what.in_language(Language::Zh)).collect();
            f.write_str(&what.join("；"))
        }
        Finding::SettingsWrong { what } | Finding::SettingsUnread { what } => {
            f.write_str(what.in_language(Language::Zh))
        }
        Finding::DatabaseFine { place, servers, free_bytes } => {
            write!(f, "{place} 可以写入；有 {servers} 个服务在运行")?;
            match free_bytes {
                Some(bytes) => write!(f, "；剩余空间 {} MB", megabytes(*bytes)),
                None => Ok(()),
            }
        }
        Finding::DatabaseDamaged { place, says } => {
            write!(f, "文件 {place} 已损坏（SQLite 原话「{says}」）")
        }
        Finding::DatabaseMissing { path } => write!(f, "{path} 没有数据库"),
        Finding::DatabaseOther { what }
        | Finding::DatabaseUnusable { what, .. }
        | Finding::DatabaseLocked { what } => f.write_str(what.in_language(Language::Zh)),
        Finding::DatabaseReadOnly { what, .. } => {
            write!(f, "写不进去：{}", what.in_language(Language::Zh))
        }
        Finding::DiskFull { free_bytes } | Finding::DiskLow { free_bytes } => {
            write!(f, "数据库所在的磁盘只剩 {} MB", megabytes(*free_bytes))
        }
        Finding::SeveralServers { servers } => write!(f, "有 {servers} 个服务在用同一个 SQLite 文件"),
        Finding::RulesFine { version, count, asked } => {
            let known = if *asked {
                "引用的标签、员工、部门企业微信里都有"
            } else {
                "引用的内容这次没能向企业微信核对"
            };
            write!(f, "第 {version} 版生效，共 {count} 条规则；{known}")
        }
        Finding::NoRules => write!(f, "没有生效的规则，谁也收不到欢迎语"),
        Finding::RulesUnusable { version } => write!(f, "第 {version} 版规则，这个程序用不了"),
        Finding::RulesUnknown { version, count, lines } => {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            write!(
                f,
                "第 {version} 版规则引用的标签、员工、部门里，有 {count} 处企业微信里没有（第 {} 行）",
                lines.join("、")
            )
        }
        Finding::NoAgentId { version } => write!(f, "第 {version} 版规则要通知员工，但应用没有填 agent_id"),
        Finding::ClockFine { seconds } => write!(f, "与企业微信相差 {} 秒", seconds.abs()),
        Finding::ClockOff { seconds } => {
            let side = if *seconds > 0 { "快" } else { "慢" };
            write!(f, "本机时钟比企业微信{side} {} 秒", seconds.abs())
        }
        Finding::NoDate => write!(f, "企业微信的答复里没有时间（Date）"),
        Finding::TokenFine => write!(f, "能拿到 access_token"),
        Finding::WrongCorp { errcode } => write!(f, "企业微信没有这个企业ID（{errcode}）"),
        Finding::WrongSecret { errcode } => write!(f, "Secret 不是这家企业的应用的（{errcode}）"),
        Finding::AppDisabled { errcode } => write!(f, "应用已停用，或者不允许调用接口（{errcode}）"),
        Finding::TokenRefused { errcode } => write!(f, "能拿到 access_token，但企业微信不认（{errcode}）"),
        Finding::TooOften => write!(f, "获取 access_token 太频繁，被限制了（45009）"),
        Finding::WecomBusy { errcode } => write!(f, "企业微信繁忙（{errcode}）"),
        Finding::WecomRefused { errcode } => write!(f, "拿不到 access_token（{errcode}）"),
        Finding::WecomUnreachable { proxy } => write!(f, "连不上企业微信{}", by(proxy.as_ref())),
        Finding::WecomSilent { proxy } => write!(f, "企业微信没有答复{}", by(proxy.as_ref())),
        Finding::NotWecom { status } => write!(f, "答复的不是企业微信的接口（HTTP {status}）"),
        Finding::AddressTrusted => write!(f, "企业微信接受本机的出口地址"),
        Finding::AddressUntrusted { address, proxy, .. } => {
            let address = address.as_deref().map_or_else(String::new, |address| format!(" {address} "));
            write!(f, "本机的出口地址{address}不在企业可信IP里（60020）{}", by(proxy.as_ref()))
        }
        Finding::PermissionsFine { methods } => write!(f, "可以调用：{}", methods.join("、")),
        Finding::PermissionMissing { method, errcode } => write!(f, "应用没有权限调用 {method}（{errcode}）"),
        Finding::NotVerified { errcode } => write!(f, "企业还没有认证，不能调用这个接口（{errcode}）"),
        Finding::WrongAgentId { errcode } => write!(f, "agent_id 不是这个应用的（{errcode}）"),
        Finding::ScopeFine { employees } => write!(f, "应用能看到 {employees} 位有客户联系功能的员工"),
        Finding::ScopeEmpty => write!(f, "应用看不到任何有客户联系功能的员工"),
        Finding::ScopeRefused { errcode } => write!(f, "员工不在应用的可见范围内（{errcode}）"),
        other => of_callback(other, f),
    }
}

fn of_callback(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::CallbackGood { ago_ms } => {
            write!(f, "最近一次正常的回调在{}；之后没有拒绝过企业微信的请求", ago(*ago_ms))
        }
        Finding::NeverCalled => write!(f, "还没有收到过任何回调"),
        Finding::CallbackRefused { class, count, asked, sender, ago_ms } => {
            write!(
                f,
                "最近一次正常的回调之后拒绝了 {count} 个请求，最近的在{}：{}",
                ago(*ago_ms),
                class.sentence(Language::Zh)
            )?;
            if let Some(asked) = asked {
                write!(f, "（「{asked}」）")?;
            }
            match sender {
                Some(sender) => write!(f, "；来自 {sender}"),
                None => Ok(()),
            }
        }
        Finding::CallbackNoise { class, count } => {
            write!(
                f,
                "还没有正常的回调；拒绝了 {count} 个请求，看来不是企业微信发的：{}",
                class.sentence(Language::Zh)
            )
        }
        other => of_url(other, f),
    }
}

fn of_url(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::UrlFine { took_ms, ends_in_days, address } => {
            write!(f, "答复正确，用时 {took_ms} 毫秒，地址 {address}")?;
            match ends_in_days {
                Some(days) => write!(f, "；证书还有 {days} 天到期"),
                None => write!(f, "；没有用 TLS"),
            }?;
            write!(f, "；这是从本机看到的，企业微信那边可能不同")
        }
        Finding::UrlRented { host } => write!(f, "答复正确，但 {host} 的备案主体不是您的企业"),
        Finding::UrlNoName { host } => write!(f, "域名 {host} 解析不到地址"),
        Finding::UrlIpv6Only { host } => write!(f, "域名 {host} 只有 IPv6 地址"),
        Finding::UrlClosed { at } => write!(f, "{} 的 {} 端口没有程序在监听", at.host, at.port),
        Finding::UrlNoConnection { at } => write!(f, "连不上 {} 的 {} 端口", at.host, at.port),
        Finding::UrlNoTls { at } => write!(f, "{} 的 {} 端口不是 HTTPS", at.host, at.port),
        Finding::CertificateUntrusted => write!(f, "证书是自签名的，或者缺少中间证书"),
        Finding::CertificateExpired => write!(f, "证书今天不在有效期内"),
        Finding::CertificateOther { host } => write!(f, "证书不是 {host} 的"),
        Finding::CertificateEnds { days } => write!(f, "答复正确，但证书还有 {days} 天就到期"),
        Finding::UrlSlow { took_ms } => write!(f, "答复用了 {took_ms} 毫秒，企业微信只等 1 秒"),
        Finding::UrlSilent => write!(f, "没有及时答复"),
        Finding::UrlCut => write!(f, "答复还没有传完，连接就断了"),
        Finding::UrlRedirect { status } => write!(f, "跳转到了别处（HTTP {status}），企业微信不会跟着跳转"),
        Finding::UrlNotThere => write!(f, "这个路径下没有服务（HTTP 404）"),
        Finding::UrlRefused { status } => write!(f, "对方拒绝了请求（HTTP {status}）"),
        Finding::UrlStatus { status } => write!(f, "答复是 HTTP {status}"),
        Finding::AnswerBom => write!(f, "答复前面多了 BOM"),
        Finding::AnswerNewline => write!(f, "答复前后多了换行或空格"),
        Finding::AnswerQuotes => write!(f, "答复外面多了引号"),
        Finding::AnswerPage => write!(f, "答复的是一个网页（比如登录页），不是本程序"),
        Finding::AnswerOther { bytes } => write!(f, "答复的内容不对（{bytes} 字节）"),
        Finding::UrlSlash => write!(f, "答复正确，但末尾的斜杠加上或去掉之后就不对了"),
        other => of_record(other, f),
    }
}

fn of_record(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::EventsAgree { wecom, stored } => {
            write!(f, "昨天的新客户：企业微信统计 {wecom} 位，记录里 {stored} 位")
        }
        Finding::EventsMissing { wecom, stored } => {
            write!(f, "昨天的新客户：企业微信统计 {wecom} 位，记录里只有 {stored} 位")
        }
        Finding::CodesFine { adds } => {
            write!(f, "没有哪位员工的添加事件全都不带欢迎码（7 天内共 {adds} 次）")
        }
        Finding::CodesMissing { employees, more } => {
            let more = if *more > 0 { format!("，以及另外 {more} 位") } else { String::new() };
            write!(f, "这些员工 7 天内的添加事件全都不带欢迎码：{}{more}", employees.join("、"))
        }
        Finding::CodesFew { employees } => {
            write!(f, "这些员工 7 天内仅有的一次添加不带欢迎码：{}", employees.join("、"))
        }
        _ => Ok(()),
    }
}

fn by(proxy: Option<&String>) -> String {
    proxy.map_or_else(String::new, |proxy| format!("（经由代理 {proxy}）"))
}

fn ago(ms: i64) -> String {
    let (count, unit) = super::ago(ms);
    let unit = match unit {
        Unit::Seconds => "秒",
        Unit::Minutes => "分钟",
        Unit::Hours => "小时",
        Unit::Days => "天",
    };
    format!(" {count} {unit}前")
}

pub(super) fn cure(finding: &Finding) -> Option<String> {
    let text = match finding {
        Finding::CallbackRefused { class, .. } | Finding::CallbackNoise { class, .. } => {
            return Some(class.cure(Language::Zh).to_owned());
        }
        Finding::AddressUntrusted { verified, .. } => {
            let first = if *verified {
                ""
            } else {
                "先在后台保存回调 URL（否则可信IP填不了），再"
            };
            return Some(format!(
                "请{first}到管理后台「应用管理 → 这个应用 → 企业可信IP」里加上这个地址，约一分钟后生效；地址会变的话，请通过地址固定的代理访问：HTTPS_PROXY"
            ));
        }
        other => cure_of(other)?,
    };
    Some(text.to_owned())
}

fn cure_of(finding: &Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::NotAnswered | Finding::WecomBusy { .. } => "请过一分钟再运行 `doctor`",
        Finding::TimeOver => "请等机器不忙时再运行 `doctor`，或者用 --app 只查一个应用",
        Finding::SettingsWarned { .. } => "不影响运行；请按上面说的改好",
        Finding::SettingsWrong { .. } => "请逐条改好；全部设置见 src/default.toml",
        Finding::SettingsUnread { .. } => {
            "请核对 --config（或 GREETER_CONFIG）写的路径，相对路径从当前目录算起；文件要是 UTF-8 文本，而且当前用户能读"
        }
        Finding::DatabaseMissing { .. } => {
            "请核对 DATABASE_URL 和当前所在的目录；`wecom-greeter rules import 文件` 或 `serve` 会新建数据库"
        }
        Finding::DatabaseDamaged { .. } => {
            "请停掉服务，把这个文件和旁边的 -wal、-shm 一起移到别处留存，再把最近的备份恢复到新的文件：`wecom-greeter restore 备份文件`；并检查磁盘"
        }
        Finding::DatabaseOther { .. } => "请运行 `wecom-greeter migrate`，或者使用当初建库的那个版本的程序",
        Finding::DatabaseUnusable { is_file: true, .. } => {
            "请核对 DATABASE_URL（`database.url`），按上面写的让程序能用这个文件，再运行 `doctor`"
        }
        Finding::DatabaseUnusable { .. } => "请核对 DATABASE_URL（`database.url`），并确认数据库服务在运行",
        Finding::DatabaseReadOnly { is_file: true, .. } => {
            "请让运行程序的用户有权写这个文件和所在目录，并检查磁盘"
        }
        Finding::DatabaseReadOnly { .. } => {
            "请确认 URL 里的数据库用户有权写这些表，数据库没有设成只读，它的磁盘也没有满"
        }
        Finding::DatabaseLocked { .. } => {
            "那个程序放开之后，请再运行 `doctor`：锁着的时候写不进去，所有回调都会得到 503"
        }
        Finding::DiskFull { .. } | Finding::DiskLow { .. } => {
            "请在这块磁盘上腾出空间：磁盘一满，所有回调都会得到 503"
        }
        Finding::SeveralServers { .. } => "请只保留一个服务；要运行多个，请改用 PostgreSQL",
        Finding::NoRules => "请运行 `wecom-greeter rules import rules.yaml`",
        Finding::RulesUnusable { .. } => "请导入它能用的规则，或者使用当初导入规则的那个版本的程序",
        Finding::RulesUnknown { .. } => {
            "请先 `wecom-greeter rules export > rules.yaml`，再 `rules check --online rules.yaml`，会逐条写明怎么改"
        }
        Finding::NoAgentId { .. } | Finding::WrongAgentId { .. } => {
            "请从管理后台「应用管理 → 这个应用」复制 AgentId，填进 `agent_id`（`WECOM_AGENT_ID`）；它必须和 Secret 属于同一个应用"
        }
        Finding::ClockOff { .. } => "请打开时间同步（NTP）：`timedatectl set-ntp true`",
        Finding::WrongCorp { .. } => {
            "请从管理后台「我的企业 → 企业信息」重新复制企业ID，填进 `corp_id`（`WECOM_CORP_ID`）"
        }
        Finding::WrongSecret { .. } => {
            "请从管理后台「应用管理 → 这个应用」重新复制 Secret，填进 `secret`（`WECOM_SECRET`）：要是同一家企业、这个应用的"
        }
        Finding::AppDisabled { .. } => {
            "请在管理后台「应用管理 → 这个应用」里启用它，并留意那里企业微信的提示"
        }
        Finding::TokenRefused { .. } => "请在管理后台「应用管理 → 这个应用」里重新获取 Secret，填进 `secret`",
        Finding::TooOften => "请等一个小时：用错误的 Secret 反复尝试，这个地址会被限制一小时",
        Finding::WecomRefused { .. } => "请到 https://open.work.weixin.qq.com/devtool/query 查询这个错误码",
        Finding::WecomUnreachable { .. } | Finding::WecomSilent { .. } => {
            "请检查本机的 DNS、防火墙和 HTTPS_PROXY：要能访问 qyapi.weixin.qq.com 的 443 端口"
        }
        Finding::NotWecom { .. } => "请检查 `wecom.api_base`，以及中间有没有代理或防火墙",
        Finding::PermissionMissing { .. } => {
            "请在管理后台「客户与上下游 → 客户联系 → API → 可调用接口的应用」里加上这个应用，并确认应用已启用"
        }
        Finding::NotVerified { .. } => "请由企业的管理员在管理后台「我的企业 → 企业信息」里完成企业认证",
        Finding::ScopeEmpty | Finding::ScopeRefused { .. } => {
            "请在管理后台「应用管理 → 这个应用 → 可见范围」里加上员工，并在「客户与上下游 → 客户联系 → 权限配置」里允许其使用客户联系"
        }
        Finding::NeverCalled => {
            "请在 `serve` 运行时，到管理后台「应用管理 → 这个应用 → 接收消息 → 设置API接收」里保存 URL；可以先用 `doctor --url URL` 检查"
        }
        Finding::EventsMissing { .. } => {
            "请在管理后台「客户与上下游 → 客户联系 → 客户 → 事件接收」里勾选外部联系人的变更事件，并核对可见范围；如果昨天还没有接入，请明天再看"
        }
        Finding::CodesMissing { .. } | Finding::CodesFew { .. } => {
            "请在管理后台「客户与上下游 → 客户联系 → 聊天工具 → 欢迎语」里去掉对这些员工生效的欢迎语，并确认没有别的应用在发欢迎语"
        }
        other => return cure_of_url(other),
    })
}

fn cure_of_url(finding: &Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::UrlRented { .. } => {
            "保存时可能提示「域名主体校验未通过」：请用企业自己已备案的域名，加一个路径转发过来，或者加一条 CNAME"
        }
        Finding::UrlNoName { .. } => "请给域名添加 A 记录，或者改正域名",
        Finding::UrlIpv6Only { .. } => "请添加 A 记录：企业微信使用 IPv4",
        Finding::UrlClosed { .. } => "请启动代理或 `serve`，并核对端口",
        Finding::UrlNoConnection { .. } => "请在防火墙和云服务器的安全组里放行这个端口",
        Finding::UrlNoTls { .. } => "请在 `serve` 前面的代理里配好 HTTPS（见 deploy/nginx、deploy/caddy）",
        Finding::CertificateUntrusted => {
            "请使用公共证书机构签发的证书，并带上完整的证书链（nginx 用 fullchain.pem）"
        }
        Finding::CertificateExpired | Finding::CertificateEnds { .. } => {
            "请更新证书，最好让它自动续期（certbot、Caddy），并核对本机日期"
        }
        Finding::CertificateOther { .. } => "请使用这个域名的证书，或者在 URL 里填证书上的域名",
        Finding::UrlSlow { .. } | Finding::UrlSilent => {
            "请检查 `serve` 前面的代理和内网穿透：它自己只需要几毫秒"
        }
        Finding::UrlCut => "请查看代理的日志：它和 `serve` 之间、或它和外面之间的连接断了",
        Finding::UrlRedirect { .. } => "请在后台直接填跳转之后的地址，或者取消跳转",
        Finding::UrlNotThere => "请核对路径是不是 /callback/名称（名称是设置里的应用名），以及代理转发的路径",
        Finding::UrlRefused { .. } => {
            "那边服务的 `token`、`encoding_aes_key` 或 `corp_id` 与这里的设置不同，或者前面有防火墙、登录验证；看它的日志就知道是哪一项"
        }
        Finding::UrlStatus { .. } => "502 到 504 表示代理连不上 `serve`；其他情况请看答复者的日志",
        Finding::AnswerBom | Finding::AnswerNewline | Finding::AnswerQuotes | Finding::AnswerOther { .. } => {
            "请让代理原样转发 `serve` 的答复；如果是别的程序在答复，请把这个路径转给 `serve`"
        }
        Finding::AnswerPage => "请把 /callback/ 路径排除在登录和网站之外，转给 `serve`",
        Finding::UrlSlash => "请让代理在路径末尾有没有斜杠时都能转发，或者按能用的写法填",
        _ => return None,
    })
}
