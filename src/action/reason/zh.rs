//! The reasons in Chinese, in WeCom's own words for the places of its console.

use super::ReasonCode as Code;

/// How the page begins.
#[cfg(test)]
pub(super) const PAGE: &str = "\
# 原因码

每个没有原样完成的动作都有一个原因码（记录 JSON 里的 `code`，`actions list` 的 `--code`，通知里的 `{{ code }}`）。
通知里的 `{{ reason }}` 是下面「员工看到的话」，语言由规则文件的 `language` 决定。本页由程序的表生成，请不要手改。
";

/// The short sentence.
pub(super) fn sentence(code: Code) -> &'static str {
    match code {
        Code::Waiting => "还在排队",
        Code::UnderWay => "正在处理",
        Code::ExpiredUntried => "二十秒内没来得及发送，多半是添加客户的通知到得太晚",
        Code::ExpiredTrying => "二十秒内企业微信一直没有受理",
        Code::CodeExpired => "这次添加的欢迎语机会已经过期",
        Code::UnknownEnd => "没等到企业微信的答复，客户可能已经收到，也可能没有",
        Code::ByAnother => "别的应用已经发过欢迎语，或者双方已经开始聊天",
        Code::NoWelcomeCode => "企业微信没有给这次添加发欢迎语的机会",
        Code::NoRule => "没有适用的欢迎语规则",
        Code::AlreadySent => "欢迎语之前已经发过",
        Code::AlreadyReported => "之前已经通知过",
        Code::BlankText => "填好之后内容是空的",
        Code::FilesMissing => "图片或文件还没有上传到企业微信",
        Code::NobodyNamed => "事件里没有写明员工或客户",
        Code::LookupFailed => "有些信息当时没有查到",
        Code::UntrustedIp => "服务器地址没有加入企业微信的可信名单",
        Code::NoPermission => "应用没有客户联系的权限",
        Code::CorpNotVerified => "企业还没有通过企业认证",
        Code::WrongSecret => "应用的密钥不对或者已经失效",
        Code::TokenRefused => "企业微信不认应用的登录凭证",
        Code::NotInScope => "员工或客户不在应用的可见范围内",
        Code::WrongAgentId => "应用的编号填错了",
        Code::NoAgentId => "还没有填写应用的编号，发不了通知",
        Code::NotExternalContact => "员工和客户已经不是好友",
        Code::UnknownEmployee => "通讯录里找不到这位员工",
        Code::NoConsent => "客户还没有同意会话存档",
        Code::AttachmentRefused => "企业微信没有接受欢迎语里的附件",
        Code::MediaRefused => "图片或文件在企业微信里已经失效",
        Code::TextRefused => "企业微信没有接受欢迎语的文字",
        Code::ContentRefused => "企业微信没有接受要发送的内容",
        Code::UnknownTag => "企业微信里没有这个标签",
        Code::TagLimit => "企业的标签数量已经到上限",
        Code::TagNotMade => "标签没能新建成功",
        Code::NotAllReached => "有些人没有收到通知",
        Code::NoSigningKey => "转发要用的签名密钥还没有设置",
        Code::ReceiverAway => "接收方的系统暂时连不上",
        Code::ReceiverRefused => "接收方的系统没有接受",
        Code::WecomBusy => "企业微信繁忙或者暂时连不上",
        Code::DatabaseAway => "记录暂时读不出来",
        Code::Throttled => "调用次数到了企业微信的上限",
        Code::TooManyAtOnce => "同时调用的次数太多，企业微信让稍后再试",
        Code::AnotherSending => "别的应用正在发送这条欢迎语",
        Code::NoticesPaced => "这位员工一分钟内的通知太多，稍后再发",
        Code::BusyTooLong => "试了很久都没有成功",
        Code::Refused => "企业微信没有接受",
        Code::OtherVersion => "这条记录来自别的版本，无法处理",
        Code::Other => "没有完成，详情见记录",
    }
}

/// What to do.
#[expect(clippy::too_many_lines, reason = "a table, one row a code")]
pub(super) fn cure(code: Code) -> &'static str {
    match code {
        Code::Waiting | Code::UnderWay | Code::NoticesPaced => {
            "不用处理，程序会自动继续。如果很久没有动静，请看 `/readyz` 是否正常。"
        }
        Code::ExpiredUntried => {
            "请员工手动打个招呼。用 `events show` 比较发生时间和收到时间：相差超过二十秒，就是回调到得太晚，已经没法发送。如果经常出现，请检查程序、到本机的网络或企业微信是否中断过，机器时间是否准确；高峰期请查看 `/metrics` 里的 `greeter_calls_at_once`。"
        }
        Code::ExpiredTrying => {
            "请员工手动打个招呼。每次尝试的答复都在记录里（`events show`）；如果经常出现，请检查这台机器到 `qyapi.weixin.qq.com` 的网络。"
        }
        Code::CodeExpired => {
            "请员工手动打个招呼。欢迎语只能在添加后二十秒内发送一次；如果经常出现，请检查回调是否有延迟、机器时间是否准确。"
        }
        Code::UnknownEnd => {
            "请员工打开聊天窗口看一眼，没有欢迎语再手动补上。如果经常出现，请检查这台机器到 `qyapi.weixin.qq.com` 的网络和代理的超时设置。"
        }
        Code::ByAnother => {
            "一般不用处理。想由本程序发送，请在管理后台的「客户与上下游 → 客户联系 → 聊天工具 → 欢迎语」里删掉对这些员工生效的欢迎语，并停用其他应用的欢迎语。"
        }
        Code::NoWelcomeCode => {
            "如果员工在管理后台的「客户与上下游 → 客户联系 → 聊天工具 → 欢迎语」里设置了欢迎语，请删掉；长期没有登录的员工请登录一次。双方已经在聊天、或对方是企业微信用户时，企业微信不给机会，属于正常。"
        }
        Code::NoRule => {
            "如果本该有欢迎语，请用 `rules explain --event-id` 看每条规则为什么没有匹配，再修改规则并重新导入；最后放一条没有条件的规则兜底。"
        }
        Code::AlreadySent => "不用处理，重放不会再发一次欢迎语。",
        Code::AlreadyReported => "不用处理。确实想再通知一次，重放时请加 `--repeat-reports`。",
        Code::BlankText => {
            "请检查规则里的文字：占位符查不到值时请写 `default`，欢迎语可以再写一个 `fallback`。"
        }
        Code::FilesMissing => {
            "请在能连上企业微信时重新执行 `rules import`，并给欢迎语写一个 `fallback`；`rules list` 会列出没有上传成功的文件。"
        }
        Code::NobodyNamed => "这类事件没有员工或客户，不能打标签、写备注或通知员工；请修改规则的 `on`。",
        Code::LookupFailed => {
            "原因里写了哪一项没有查到。如果是权限问题，请在管理后台放开应用的可见范围，并确认它能使用客户联系接口；偶尔出现不用处理。"
        }
        Code::UntrustedIp => {
            "请在管理后台的「应用管理 → 这个应用 → 企业可信IP」里加上原因中写出的地址，约一分钟后生效；失败的动作用 `actions retry` 重试。"
        }
        Code::NoPermission => {
            "请在管理后台的「客户与上下游 → 客户联系 → API → 可调用接口的应用」里加上这个应用，并确认应用已启用；失败的动作用 `actions retry` 重试。"
        }
        Code::CorpNotVerified => {
            "请由企业的管理员在管理后台的「我的企业 → 企业信息」里完成企业认证；失败的动作用 `actions retry` 重试。"
        }
        Code::WrongSecret => {
            "请从管理后台重新复制企业ID（「我的企业」页底部）和应用的 Secret（「应用管理 → 这个应用」），改好设置后重启。"
        }
        Code::TokenRefused => {
            "请确认 Secret 属于这个应用，并且没有别的程序用同一个 Secret 不停地获取凭证；改好后用 `actions retry` 重试。"
        }
        Code::NotInScope => {
            "请在管理后台的「应用管理 → 这个应用 → 可见范围」里加上这位员工或部门，并在「客户联系 → 权限配置 → 使用范围」里允许其使用客户联系。"
        }
        Code::WrongAgentId => {
            "请从管理后台的「应用管理 → 这个应用」页面复制 AgentId，填进设置的 `agent_id`（`WECOM_AGENT_ID`），它必须和 Secret 属于同一个应用。"
        }
        Code::NoAgentId => {
            "请从管理后台的「应用管理 → 这个应用」页面复制 AgentId，填进设置的 `agent_id`（`WECOM_AGENT_ID`），重启后用 `actions retry` 重试。"
        }
        Code::NotExternalContact => {
            "客户或员工已经删除了对方，一般不用处理。刚添加就出现时，请确认客户已经通过好友验证。"
        }
        Code::UnknownEmployee => "请在管理后台的「通讯录」里核对这位员工的账号，改过账号的话请同步修改规则。",
        Code::NoConsent => "客户同意会话存档之后，企业微信会再给一次机会，程序会自动发送欢迎语，不用处理。",
        Code::AttachmentRefused => {
            "请检查规则里的附件：图片、视频、文件的格式和大小，小程序是否关联到企业，链接和标题的长度；改好后重新导入规则。手写的 `media_id` 三天后失效，请改为写文件路径。"
        }
        Code::MediaRefused => {
            "规则里写的文件程序会自动重新上传，不用处理。手写的 `media_id` 三天后失效，请改为写文件路径。"
        }
        Code::TextRefused => {
            "请修改规则里欢迎语的文字：长度、敏感内容，以及「客户联系 → 防骚扰规则」；改好后重新导入规则。"
        }
        Code::ContentRefused => {
            "请按原因里企业微信的说明修改规则的内容（长度、格式、敏感词），重新导入，再用 `events replay` 补上。"
        }
        Code::UnknownTag => {
            "请在管理后台的「客户联系 → 客户标签」里核对标签组和标签的名称，改规则或新建标签（也可以在规则里写 `create: true`），再用 `events replay 编号 --only tag` 补上。"
        }
        Code::TagLimit => {
            "请在管理后台的「客户联系 → 客户标签」里删掉不用的标签（最多三千个），再用 `events replay 编号 --only tag` 补上。"
        }
        Code::TagNotMade => {
            "请按原因里企业微信的说明修改标签名称，或者在管理后台的「客户联系 → 客户标签」里手动新建，再用 `events replay 编号 --only tag` 补上。"
        }
        Code::NotAllReached => {
            "原因里写了哪些人没有收到。请在管理后台的「应用管理 → 这个应用 → 可见范围」里加上他们，并核对账号。"
        }
        Code::NoSigningKey => "请给服务设置规则里 `secret_env` 写的环境变量，重启后用 `actions retry` 重试。",
        Code::ReceiverAway => {
            "不用处理，一天之内会自动重试。请让接收方检查系统是否正常、地址是否能从这台机器访问。"
        }
        Code::ReceiverRefused => {
            "请按原因里的状态码检查接收方的系统，以及规则里的地址和签名密钥，改好后用 `actions retry` 重试。"
        }
        Code::WecomBusy => {
            "不用处理，程序会自动重试。如果一直这样，请检查这台机器到 `qyapi.weixin.qq.com` 的网络。"
        }
        Code::DatabaseAway => {
            "不用处理，程序会自动重试。如果一直这样，请检查数据库是否在运行、能否连上、磁盘是否已满；`/readyz` 会写明哪里不正常。"
        }
        Code::Throttled => "不用处理，限制解除后会自动重试。如果经常出现，请减少其他程序对同一接口的调用。",
        Code::TooManyAtOnce => {
            "不用处理，程序会自动重试，并自动摸清企业微信同时能接受多少次调用。如果经常出现，说明企业的其他系统也在占用同一额度。"
        }
        Code::AnotherSending => "不用处理，程序会自动重试。只想由本程序发送的话，请停用其他应用的欢迎语。",
        Code::BusyTooLong => "原因里写了最后一次的答复。请先排除故障，再用 `actions retry` 重试。",
        Code::Refused => {
            "请按原因里企业微信的说明处理（错误码可以在 `open.work.weixin.qq.com/devtool/query` 查询），再用 `actions retry` 重试。"
        }
        Code::OtherVersion => "请让所有进程都运行同一个版本，再用 `events replay` 重放这个事件。",
        Code::Other => "请用 `events show` 看这条记录的原因和每次尝试的答复。",
    }
}

/// When an action has it.
pub(super) fn when(code: Code) -> &'static str {
    match code {
        Code::Waiting => "还没有尝试，或者由人工安排了重试。",
        Code::UnderWay => "有进程正在处理。",
        Code::ExpiredUntried => {
            "二十秒在第一次尝试之前就结束了。多半是事件到的时候已经旧了：企业微信的回调送晚了，或者服务停过，恢复后企业微信又送了一遍。"
        }
        Code::ExpiredTrying => "二十秒结束前企业微信没有受理，最后一次答复在尝试记录里。",
        Code::CodeExpired => "企业微信说欢迎码已过期或无效（41050）。",
        Code::UnknownEnd => {
            "二十秒结束时还有一次尝试没有答复，或答复丢失了；不会因此通知任何人没有收到欢迎语。"
        }
        Code::ByAnother => "企业微信说已经发过或已经在聊天（41051），并且不可能是我们发的。",
        Code::NoWelcomeCode => "事件里没有 WelcomeCode。",
        Code::NoRule => "没有规则匹配，或者匹配的规则都没有欢迎语。",
        Code::AlreadySent => "重放：这个事件的欢迎语已经发过。",
        Code::AlreadyReported => "重放：这条通知或转发已经发过。",
        Code::BlankText => "欢迎语或备注填好之后是空的。",
        Code::FilesMissing => "发送时规则里的文件还没有上传，欢迎语少了它们，或者什么都不剩。",
        Code::NobodyNamed => "事件里没有写明哪位员工或哪位客户。",
        Code::LookupFailed => "查询没有答复，规则在缺少它的情况下作出了决定。",
        Code::UntrustedIp => "企业微信不接受这台机器的地址（60020）。",
        Code::NoPermission => "应用没有调用接口的权限，或者被停用（48002 等）。",
        Code::CorpNotVerified => "企业没有认证，而这个接口只有认证过的企业能用（43009）。",
        Code::WrongSecret => "获取凭证时企业ID或 Secret 不对（40001 等）。",
        Code::TokenRefused => "重新获取之后凭证还是不被接受（40014、42001）。",
        Code::NotInScope => "员工、客户或标签不在应用能看到的范围内（60011、84074 等）。",
        Code::WrongAgentId => "AgentId 和应用对不上，不是同一个应用的（40056、301002）。",
        Code::NoAgentId => "设置里没有 AgentId，而通知要用应用的名义发送。",
        Code::NotExternalContact => "企业微信说两人不是好友（84061、84084）。",
        Code::UnknownEmployee => "通讯录里没有这个账号（60111 等）。",
        Code::NoConsent => "客户还没有同意会话存档（41053）。",
        Code::AttachmentRefused => "企业微信拒绝了附件；欢迎语去掉附件后发出，或者去掉后什么都不剩。",
        Code::MediaRefused => "规则的标记：企业微信拒绝了素材编号，文件重新上传后自动撤销。",
        Code::TextRefused => "企业微信拒绝了文字：发出的是备用文字，没有备用文字就没有发出。",
        Code::ContentRefused => "企业微信拒绝了备注或通知的内容。",
        Code::UnknownTag => "企业微信不认识某个标签；其他标签照常打上。",
        Code::TagLimit => "要新建的标签超过了企业的上限（40126）；已有的标签照常打上。",
        Code::TagNotMade => "要新建的标签因为其他原因没有建成；已有的标签照常打上。",
        Code::NotAllReached => "通知已发出，但企业微信没有送达所有人。",
        Code::NoSigningKey => "规则的 `secret_env` 写的环境变量没有设置。",
        Code::ReceiverAway => "转发的接收方连不上、繁忙或者没有答复，还会重试。",
        Code::ReceiverRefused => "转发的接收方明确拒绝了。",
        Code::WecomBusy => "企业微信繁忙或连不上，还会重试。",
        Code::DatabaseAway => "程序自己的数据库没有答复，还会重试。",
        Code::Throttled => "到了接口的频率上限（45009），还会重试。",
        Code::TooManyAtOnce => "同时调用太多（45033），还会重试。",
        Code::AnotherSending => "别的应用正在发送同一条欢迎语（41096），还会重试。",
        Code::NoticesPaced => "同一员工的通知太多，再发会被企业微信丢弃，稍后再发。",
        Code::BusyTooLong => "标签、备注、通知或转发的重试次数用完了。",
        Code::Refused => "企业微信拒绝了，而这里没有专门的原因码。",
        Code::OtherVersion => "动作是别的版本安排的，这个版本看不懂。",
        Code::Other => "旧版本留下的记录，只有文字可看。",
    }
}
