//! The checks in English. Places of WeCom's console have their Chinese names, as they have no others.

use std::fmt::{Formatter, Result};

use super::{Finding, Unit, megabytes};
use crate::language::Language;

pub(super) fn found(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::Skipped { after } => write!(f, "not told before `{}` is mended", after.as_str()),
        Finding::NotAnswered => write!(f, "WeCom gave no answer that says anything of it"),
        Finding::TimeOver => write!(f, "not told within the time that all of it may take"),
        Finding::SettingsFine { apps } => write!(f, "complete; {apps} app(s)"),
        Finding::SettingsWarned { what } => {
            let what: Vec<&str> = what.iter().map(|what| what.in_language(Language::En)).collect();
            f.write_str(&what.join("; "))
        }
        Finding::SettingsWrong { what } | Finding::SettingsUnread { what } => {
            f.write_str(what.in_language(Language::En))
        }
        Finding::DatabaseFine { place, servers, free_bytes } => {
            write!(f, "{place} takes writes; {servers} server(s) run on it")?;
            match free_bytes {
                Some(bytes) => write!(f, "; {} MB free", megabytes(*bytes)),
                None => Ok(()),
            }
        }
        Finding::DatabaseDamaged { place, says } => {
            write!(f, "the file {place} is damaged ({says})")
        }
        Finding::DatabaseMissing { path } => write!(f, "there is no database at {path}"),
        Finding::DatabaseOther { what }
        | Finding::DatabaseUnusable { what, .. }
        | Finding::DatabaseLocked { what } => f.write_str(what.in_language(Language::En)),
        Finding::DatabaseReadOnly { what, .. } => {
            write!(f, "it takes no writes: {}", what.in_language(Language::En))
        }
        Finding::DiskFull { free_bytes } | Finding::DiskLow { free_bytes } => {
            write!(f, "{} MB are free on the disk of the database", megabytes(*free_bytes))
        }
        Finding::SeveralServers { servers } => write!(f, "{servers} servers run on one SQLite file"),
        Finding::RulesFine { version, count, asked } => {
            let known =
                if *asked { "WeCom knows what they name" } else { "WeCom could not be asked what they name" };
            write!(f, "version {version} is in force, {count} rule(s); {known}")
        }
        Finding::NoRules => write!(f, "no rules are in force: nobody is greeted"),
        Finding::RulesUnusable { version } => {
            write!(f, "this program cannot use version {version} of the rules")
        }
        Finding::RulesUnknown { version, count, lines } => {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            write!(
                f,
                "{count} of the tags, employees and departments that version {version} names are not there (line {})",
                lines.join(", ")
            )
        }
        Finding::NoAgentId { version } => {
            write!(f, "version {version} notifies employees, and the app has no agent_id")
        }
        Finding::ClockFine { seconds } => write!(f, "{} s from WeCom's", seconds.abs()),
        Finding::ClockOff { seconds } => {
            let side = if *seconds > 0 { "ahead of" } else { "behind" };
            write!(f, "this machine's clock is {} s {side} WeCom's", seconds.abs())
        }
        Finding::NoDate => write!(f, "WeCom's answer has no Date"),
        Finding::TokenFine => write!(f, "WeCom gives a token"),
        Finding::WrongCorp { errcode } => write!(f, "WeCom knows no such corp ({errcode})"),
        Finding::WrongSecret { errcode } => {
            write!(f, "the secret is not that of an app of this corp ({errcode})")
        }
        Finding::AppDisabled { errcode } => write!(f, "the app is stopped or may not call WeCom ({errcode})"),
        Finding::TokenRefused { errcode } => {
            write!(f, "WeCom gives a token and does not take it ({errcode})")
        }
        Finding::TooOften => write!(f, "WeCom was asked for tokens too often (45009)"),
        Finding::WecomBusy { errcode } => write!(f, "WeCom is busy ({errcode})"),
        Finding::WecomRefused { errcode } => write!(f, "WeCom gives no token ({errcode})"),
        Finding::WecomUnreachable { proxy } => write!(f, "WeCom cannot be reached{}", by(proxy.as_ref())),
        Finding::WecomSilent { proxy } => write!(f, "WeCom does not answer{}", by(proxy.as_ref())),
        Finding::NotWecom { status } => {
            write!(f, "something answered that is not WeCom's API (HTTP {status})")
        }
        Finding::AddressTrusted => write!(f, "WeCom takes calls from this address"),
        Finding::AddressUntrusted { address, proxy, .. } => {
            let address = address.as_deref().unwrap_or("which WeCom does not name");
            write!(f, "this machine's address {address} is not trusted (60020){}", by(proxy.as_ref()))
        }
        Finding::PermissionsFine { methods } => write!(f, "allowed: {}", methods.join(", ")),
        Finding::PermissionMissing { method, errcode } => {
            write!(f, "the app may not call {method} ({errcode})")
        }
        Finding::NotVerified { errcode } => {
            write!(f, "the corp is not verified, and may not call this method ({errcode})")
        }
        Finding::WrongAgentId { errcode } => write!(f, "the agent_id is not that of this app ({errcode})"),
        Finding::ScopeFine { employees } => {
            write!(f, "the app sees {employees} employee(s) with customer contact")
        }
        Finding::ScopeEmpty => write!(f, "the app sees no employee with customer contact"),
        Finding::ScopeRefused { errcode } => {
            write!(f, "the employees are outside of the app's range ({errcode})")
        }
        other => of_callback(other, f),
    }
}

fn of_callback(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::CallbackGood { ago_ms } => {
            write!(f, "the last good one came {}; nothing of WeCom's was refused since", ago(*ago_ms))
        }
        Finding::NeverCalled => write!(f, "none has come yet, good or refused"),
        Finding::CallbackRefused { class, count, asked, sender, ago_ms } => {
            write!(
                f,
                "{count} refused since the last good one, {}: {}",
                ago(*ago_ms),
                class.sentence(Language::En)
            )?;
            if let Some(asked) = asked {
                write!(f, " (`{asked}`)")?;
            }
            match sender {
                Some(sender) => write!(f, "; from {sender}"),
                None => Ok(()),
            }
        }
        Finding::CallbackNoise { class, count } => {
            write!(
                f,
                "no good one yet; {count} refused, not WeCom's as it seems: {}",
                class.sentence(Language::En)
            )
        }
        other => of_url(other, f),
    }
}

fn of_url(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::UrlFine { took_ms, ends_in_days, address } => {
            write!(f, "answers rightly in {took_ms} ms from {address}")?;
            match ends_in_days {
                Some(days) => write!(f, "; its certificate ends in {days} days"),
                None => write!(f, "; without TLS"),
            }?;
            write!(f, "; from here, which is not where WeCom asks from")
        }
        Finding::UrlRented { host } => {
            write!(f, "answers rightly, but {host} is filed for somebody else than your company")
        }
        Finding::UrlNoName { host } => write!(f, "the name {host} has no address"),
        Finding::UrlIpv6Only { host } => write!(f, "the name {host} has IPv6 addresses only"),
        Finding::UrlClosed { at } => write!(f, "nothing listens at {} port {}", at.host, at.port),
        Finding::UrlNoConnection { at } => write!(f, "no connection to {} port {}", at.host, at.port),
        Finding::UrlNoTls { at } => write!(f, "{} port {} does not speak TLS", at.host, at.port),
        Finding::CertificateUntrusted => {
            write!(f, "the certificate is signed by itself, or a certificate between is missing")
        }
        Finding::CertificateExpired => write!(f, "the certificate is not valid today"),
        Finding::CertificateOther { host } => write!(f, "the certificate is not for {host}"),
        Finding::CertificateEnds { days } => {
            write!(f, "answers rightly, but the certificate ends in {days} days")
        }
        Finding::UrlSlow { took_ms } => write!(f, "the answer took {took_ms} ms; WeCom waits 1 s"),
        Finding::UrlSilent => write!(f, "no answer came in time"),
        Finding::UrlCut => write!(f, "the connection was cut before the answer was whole"),
        Finding::UrlRedirect { status } => {
            write!(f, "it redirects (HTTP {status}), which WeCom does not follow")
        }
        Finding::UrlNotThere => write!(f, "nothing is served at this path (HTTP 404)"),
        Finding::UrlRefused { status } => write!(f, "it was refused there (HTTP {status})"),
        Finding::UrlStatus { status } => write!(f, "the answer is HTTP {status}"),
        Finding::AnswerBom => write!(f, "a byte order mark stands before the answer"),
        Finding::AnswerNewline => write!(f, "a line break or blank stands around the answer"),
        Finding::AnswerQuotes => write!(f, "quotes stand around the answer"),
        Finding::AnswerPage => write!(f, "a page answers, a login perhaps, and not this program"),
        Finding::AnswerOther { bytes } => write!(f, "another answer came ({bytes} bytes)"),
        Finding::UrlSlash => write!(f, "answers rightly, but not with the slash at its end the other way"),
        other => of_record(other, f),
    }
}

fn of_record(finding: &Finding, f: &mut Formatter<'_>) -> Result {
    match finding {
        Finding::EventsAgree { wecom, stored } => {
            write!(f, "yesterday: {wecom} new customer(s) by WeCom, {stored} stored")
        }
        Finding::EventsMissing { wecom, stored } => {
            write!(f, "yesterday: {wecom} new customer(s) by WeCom, only {stored} stored")
        }
        Finding::CodesFine { adds } => write!(f, "nobody's adds are all without one ({adds} in 7 days)"),
        Finding::CodesMissing { employees, more } => {
            let more = if *more > 0 { format!(" and {more} more") } else { String::new() };
            write!(f, "no add of 7 days carries one: {}{more}", employees.join(", "))
        }
        Finding::CodesFew { employees } => {
            write!(f, "the one add of 7 days carries none: {}", employees.join(", "))
        }
        _ => Ok(()),
    }
}

fn by(proxy: Option<&String>) -> String {
    proxy.map_or_else(String::new, |proxy| format!(" (by way of the proxy {proxy})"))
}

fn ago(ms: i64) -> String {
    let (count, unit) = super::ago(ms);
    let unit = match unit {
        Unit::Seconds => "s",
        Unit::Minutes => "min",
        Unit::Hours => "h",
        Unit::Days => "days",
    };
    format!("{count} {unit} ago")
}

pub(super) fn cure(finding: &Finding) -> Option<String> {
    let text = match finding {
        Finding::CallbackRefused { class, .. } | Finding::CallbackNoise { class, .. } => {
            return Some(class.cure(Language::En).to_owned());
        }
        Finding::AddressUntrusted { verified, .. } => {
            let first =
                if *verified { "" } else { "save the callback URL first, or the entry stays grey; then " };
            return Some(format!(
                "{first}add this address under 应用管理 → the app → 企业可信IP (works after a minute); where the address changes, go \
                 through a proxy with a fixed one: HTTPS_PROXY"
            ));
        }
        other => cure_of(other)?,
    };
    Some(text.to_owned())
}

fn cure_of(finding: &Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::NotAnswered | Finding::WecomBusy { .. } => "run `doctor` again in a minute",
        Finding::TimeOver => "run `doctor` again when the machine is less busy, with --app for one app",
        Finding::SettingsWarned { .. } => "mend it as it says; it works all the same",
        Finding::SettingsWrong { .. } => "mend each line; src/default.toml has all settings",
        Finding::SettingsUnread { .. } => {
            "check the path that --config (or GREETER_CONFIG) names, from the folder that you are in; the file has to be UTF-8, and \
             this user must be allowed to read it"
        }
        Finding::DatabaseMissing { .. } => {
            "check DATABASE_URL and the folder that you are in; `wecom-greeter rules import FILE` or `serve` makes it"
        }
        Finding::DatabaseDamaged { .. } => {
            "stop the server, move the file and what lies beside it (-wal, -shm) aside, and put the last backup into a new one: `wecom-greeter restore FILE`; check the disk"
        }
        Finding::DatabaseOther { .. } => "run `wecom-greeter migrate`, or the program's version that made it",
        Finding::DatabaseUnusable { is_file: true, .. } => {
            "check DATABASE_URL (`database.url`), let the program use the file as is said above, and run `doctor` again"
        }
        Finding::DatabaseUnusable { .. } => "check DATABASE_URL (`database.url`), and that its server runs",
        Finding::DatabaseReadOnly { is_file: true, .. } => {
            "give the user of the program the right to write the file and its folder, and look at the disk"
        }
        Finding::DatabaseReadOnly { .. } => {
            "see that the user of the URL may write the tables, that the database is not set to read only, and that its disk is not full"
        }
        Finding::DatabaseLocked { .. } => {
            "end the program that holds it (sqlite3, a backup, a synchronised folder; `lsof` names it) and run `doctor` again: \
             while it is locked every callback gets a 503"
        }
        Finding::DiskFull { .. } | Finding::DiskLow { .. } => {
            "make room on that disk: a full one makes every callback a 503"
        }
        Finding::SeveralServers { .. } => "end all but one; for several servers use PostgreSQL",
        Finding::NoRules => "`wecom-greeter rules import rules.yaml`",
        Finding::RulesUnusable { .. } => {
            "import rules that it can use, or run the program that imported these"
        }
        Finding::RulesUnknown { .. } => {
            "`wecom-greeter rules export > rules.yaml`, then `rules check --online rules.yaml` says each with its cure"
        }
        Finding::NoAgentId { .. } | Finding::WrongAgentId { .. } => {
            "copy AgentId from 应用管理 → the app into `agent_id` (`WECOM_AGENT_ID`); it must be of the app of the secret"
        }
        Finding::ClockOff { .. } => "set the clock by NTP: `timedatectl set-ntp true`",
        Finding::WrongCorp { .. } => {
            "copy 企业ID again from 我的企业 → 企业信息 into `corp_id` (`WECOM_CORP_ID`)"
        }
        Finding::WrongSecret { .. } => {
            "copy Secret again from 应用管理 → the app into `secret` (`WECOM_SECRET`): that of the app, of the same corp"
        }
        Finding::AppDisabled { .. } => {
            "switch the app on under 应用管理 → the app, and look for a notice of WeCom there"
        }
        Finding::TokenRefused { .. } => {
            "make a new Secret under 应用管理 → the app, and put it into `secret`"
        }
        Finding::TooOften => {
            "wait an hour: a wrong secret that was tried often blocks this address for so long"
        }
        Finding::WecomRefused { .. } => "look the code up at https://open.work.weixin.qq.com/devtool/query",
        Finding::WecomUnreachable { .. } | Finding::WecomSilent { .. } => {
            "look at this machine's DNS and firewall, and at HTTPS_PROXY: it must reach qyapi.weixin.qq.com port 443"
        }
        Finding::NotWecom { .. } => {
            "look at `wecom.api_base`, and at what stands between: a proxy, a firewall"
        }
        Finding::PermissionMissing { .. } => {
            "add the app under 客户与上下游 → 客户联系 → API → 可调用接口的应用, and see that it is switched on"
        }
        Finding::NotVerified { .. } => {
            "an administrator of the corp has it verified (企业认证) under 我的企业 → 企业信息"
        }
        Finding::ScopeEmpty | Finding::ScopeRefused { .. } => {
            "add the employees under 应用管理 → the app → 可见范围, and under 客户与上下游 → 客户联系 → 权限配置"
        }
        Finding::NeverCalled => {
            "save the URL under 应用管理 → the app → 接收消息 → 设置API接收 while `serve` runs; `doctor --url URL` looks at it first"
        }
        Finding::EventsMissing { .. } => {
            "tick the customer events under 客户与上下游 → 客户联系 → 客户 → 事件接收, and compare 可见范围; if this was not set up \
             yesterday, look again tomorrow"
        }
        Finding::CodesMissing { .. } | Finding::CodesFew { .. } => {
            "take these employees out of the welcome under 客户与上下游 → 客户联系 → 聊天工具 → 欢迎语, and see that no other app sends one"
        }
        other => return cure_of_url(other),
    })
}

fn cure_of_url(finding: &Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::UrlRented { .. } => {
            "WeCom may say 域名主体校验未通过: use a path or a CNAME of your company's own filed domain that forwards to here"
        }
        Finding::UrlNoName { .. } => "make a DNS record (A) for the name, or mend the name",
        Finding::UrlIpv6Only { .. } => "make an A record: WeCom uses IPv4",
        Finding::UrlClosed { .. } => "start the proxy or `serve`, and compare the port",
        Finding::UrlNoConnection { .. } => "open the port in the firewall and the cloud's security group",
        Finding::UrlNoTls { .. } => "set up HTTPS in the proxy before `serve` (deploy/nginx, deploy/caddy)",
        Finding::CertificateUntrusted => {
            "use a certificate of a public authority, with its chain (fullchain.pem in nginx)"
        }
        Finding::CertificateExpired | Finding::CertificateEnds { .. } => {
            "renew the certificate, have it renewed by itself (certbot, Caddy), and check the machine's date"
        }
        Finding::CertificateOther { .. } => {
            "use a certificate for this name, or the name of the certificate in the URL"
        }
        Finding::UrlSlow { .. } | Finding::UrlSilent => {
            "look at the proxy and the tunnel before `serve`: it itself answers in a few milliseconds"
        }
        Finding::UrlCut => "look at the proxy's log: it cuts the connection to or from `serve`",
        Finding::UrlRedirect { .. } => {
            "put the address that it redirects to into the console, or end the redirection"
        }
        Finding::UrlNotThere => {
            "compare the path with /callback/NAME, NAME being the app's in the settings, and with the proxy's"
        }
        Finding::UrlRefused { .. } => {
            "the server there has other `token`, `encoding_aes_key` or `corp_id` than these settings, or a firewall or login stands \
             before it; its log says which"
        }
        Finding::UrlStatus { .. } => {
            "502 to 504: the proxy does not reach `serve`; else look at the log of whoever answers"
        }
        Finding::AnswerBom | Finding::AnswerNewline | Finding::AnswerQuotes | Finding::AnswerOther { .. } => {
            "let the proxy pass `serve`'s answer as it is; if another program answers, lead the path to `serve`"
        }
        Finding::AnswerPage => {
            "except the path /callback/ from login and from the website, and lead it to `serve`"
        }
        Finding::UrlSlash => {
            "let the proxy pass the path both with and without a slash at its end, or type it as it works"
        }
        _ => return None,
    })
}
