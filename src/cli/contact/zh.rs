//! 客户联系接口的帮助文字。 What the methods of the API and their arguments are for, in Chinese.

use std::fmt::Write as _;

use super::commands::{ALL, APP, JSON, OVERWRITE, QR, TABLE, TIMEOUT, TO};
use wecom_client::catalogue::{Argument, Method};

/// What a method does.
pub(super) fn about(method: &Method) -> Option<&'static str> {
    let command = method.command();
    METHODS.iter().find(|(name, _)| *name == command).map(|(_, about)| *about)
}

/// What an argument of a method is for.
pub(super) fn argument(method: &Method, argument: &Argument) -> Option<String> {
    let command = method.command();
    let of = ARGUMENTS.iter().filter(|(name, _, _)| *name == argument.name);
    let mut of = of.filter(|(_, methods, _)| methods.is_empty() || methods.contains(&command.as_str()));
    let (_, _, help) = of.next()?;
    let mut help = (*help).to_owned();
    // The same number as in the method's own check.
    let limit = method.paging.and_then(|paging| paging.limit);
    if let Some((_, most)) = limit.filter(|(name, _)| *name == argument.name) {
        let _ = write!(help, "，1 到 {most}");
    }
    if argument.required {
        help.push_str("（必填）");
    }
    Some(help)
}

/// The flags that say how a method is called.
pub(super) const HOW: &[(&str, &str)] = &[
    (JSON, "全部参数合成一个 JSON 对象；@FILE 从文件读，- 从标准输入读；单独写的选项优先"),
    (ALL, "一直翻到最后一页，每条一行 JSON"),
    (TABLE, "不输出 JSON，输出给人看的表格"),
    (QR, "在标准错误输出画出二维码，指向答复里的地址，可以直接扫"),
    (TO, "文件存到哪里"),
    (OVERWRITE, "FILE 已经存在时覆盖"),
    (APP, "设置里有多个应用时，用哪一个"),
    (TIMEOUT, "一次调用（含重试）最多多少秒；默认 20，传文件 60"),
];

/// Every method, by its command.
pub(super) const METHODS: &[(&str, &str)] = &[
    ("add-contact-way", "配置客户联系「联系我」方式：客户用来添加员工的二维码或按钮"),
    ("get-contact-way", "获取已配置的「联系我」方式"),
    ("update-contact-way", "更新「联系我」方式；没写的不变，列表整体替换"),
    ("list-contact-way", "列出本应用配置的「联系我」方式（config_id）"),
    ("del-contact-way", "删除「联系我」方式"),
    ("close-temp-chat", "提前结束临时会话；会先发送结束语"),
    ("get-follow-user-list", "获取配置了客户联系功能的员工列表"),
    ("list", "列出员工的客户（external_userid）；84061 表示没有客户"),
    ("get", "获取客户详情，以及跟进该客户的员工"),
    ("batch-get-by-user", "批量获取多个员工的客户，以及各自的跟进信息"),
    ("contact-list", "列出企业服务过的所有人（单聊或群聊），不论是不是客户"),
    ("remark", "修改员工对客户的备注信息；没写的不变，写 \"\" 则清空"),
    ("get-corp-tag-list", "获取企业标签库，按标签组列出；可以只要其中几个"),
    ("add-corp-tag", "添加企业客户标签，放进新的或已有的标签组"),
    ("edit-corp-tag", "修改标签或标签组的名称、次序"),
    ("del-corp-tag", "删除标签，或整个标签组"),
    ("mark-tag", "给员工的客户打上标签、去掉标签"),
    ("get-strategy-tag-list", "获取规则组下的企业客户标签"),
    ("add-strategy-tag", "为规则组创建企业客户标签"),
    ("edit-strategy-tag", "修改规则组下的标签或标签组的名称、次序"),
    ("del-strategy-tag", "删除规则组下的标签，或整个标签组"),
    ("send-welcome-msg", "给新客户发送欢迎语，须在添加后 20 秒内"),
    ("group-welcome-template-add", "添加入群欢迎语素材"),
    ("group-welcome-template-edit", "替换入群欢迎语素材的内容"),
    ("group-welcome-template-get", "获取入群欢迎语素材"),
    ("group-welcome-template-del", "删除入群欢迎语素材"),
    ("add-msg-template", "创建企业群发，由员工确认后发送"),
    ("remind-groupmsg-send", "提醒还没发送的员工去群发；24 小时内最多三次"),
    ("cancel-groupmsg-send", "停止企业群发：还没发送的员工不再发送"),
    ("get-groupmsg-list-v2", "获取一段时间内的群发记录"),
    ("get-groupmsg-task", "获取群发的员工名单，以及各自是否已发送"),
    ("get-groupmsg-send-result", "获取员工群发的结果，逐个客户列出"),
    ("get-group-msg-result", "获取群发结果：旧接口，仍可使用"),
    ("groupchat-list", "列出客户群（chat_id）"),
    ("groupchat-get", "获取客户群详情和群成员"),
    ("groupchat-transfer", "把离职员工的客户群分配给另一位员工"),
    ("groupchat-onjob-transfer", "把在职员工的客户群分配给另一位员工"),
    ("opengid-to-chatid", "由小程序的 opengid 找到客户群"),
    ("groupchat-add-join-way", "配置客户群「加入群聊」方式：客户用来入群的二维码或按钮"),
    ("groupchat-get-join-way", "获取「加入群聊」方式"),
    ("groupchat-update-join-way", "整体替换「加入群聊」方式：没写的恢复成企业微信的默认值"),
    ("groupchat-del-join-way", "删除「加入群聊」方式"),
    ("get-unassigned-list", "获取待分配的离职员工的客户列表"),
    ("transfer-customer", "分配在职员工的客户给另一位员工；24 小时后生效"),
    ("transfer-result", "查询两位员工之间客户接替的状态"),
    ("resigned-transfer-customer", "分配离职员工的客户给另一位员工"),
    ("resigned-transfer-result", "查询离职员工的客户接替状态"),
    ("get-user-behavior-data", "获取员工的「联系客户统计」数据，按天；最近 180 天"),
    ("groupchat-statistic", "获取「群聊数据统计」，按群主"),
    ("groupchat-statistic-group-by-day", "获取「群聊数据统计」，按天"),
    ("add-moment-task", "创建客户朋友圈的发表任务，由员工发表；每分钟最多十次"),
    ("get-moment-task-result", "获取朋友圈任务的创建结果；24 小时内有效"),
    ("cancel-moment-task", "停止发表企业朋友圈：还没发表的员工不再发表"),
    ("get-moment-list", "获取一段时间（最多一个月）内的客户朋友圈"),
    ("get-moment-task", "获取朋友圈任务的员工名单，以及各自是否已发表"),
    ("get-moment-customer-list", "获取员工发表朋友圈时选择的可见客户"),
    ("get-moment-send-result", "获取朋友圈发表后实际可见的客户"),
    ("get-moment-comments", "获取员工朋友圈的评论和点赞"),
    ("customer-acquisition-list-link", "列出获客链接（link_id）"),
    ("customer-acquisition-get", "获取获客链接详情，以及由哪些员工接待"),
    ("customer-acquisition-create-link", "创建获客链接"),
    ("customer-acquisition-update-link", "编辑获客链接；没写的不变，接待范围整体替换"),
    ("customer-acquisition-delete-link", "删除获客链接"),
    ("customer-acquisition-customer", "列出由获客链接添加的客户"),
    ("customer-acquisition-quota", "查询获客助手的剩余使用量"),
    ("customer-acquisition-statistic", "查询获客链接的点击次数和新增客户数"),
    ("customer-acquisition-get-chat-info", "由 message_from_customer 事件的 chat_key 查询是谁发来的消息"),
    ("add-product-album", "创建商品图册"),
    ("get-product-album", "获取商品图册"),
    ("get-product-album-list", "列出商品图册"),
    ("update-product-album", "编辑商品图册；没写的不变，图片整体替换"),
    ("delete-product-album", "删除商品图册"),
    ("add-intercept-rule", "新建敏感词规则：提醒员工，或拦截发送"),
    ("update-intercept-rule", "修改敏感词规则；没写的不变，敏感词整体替换"),
    ("del-intercept-rule", "删除敏感词规则"),
    ("get-intercept-rule-list", "列出敏感词规则的名称"),
    ("get-intercept-rule", "获取敏感词规则详情"),
    ("customer-strategy-list", "列出客户联系规则组（strategy_id）"),
    ("customer-strategy-get", "获取客户联系规则组详情"),
    ("customer-strategy-get-range", "获取客户联系规则组管理的员工和部门"),
    ("customer-strategy-create", "创建客户联系规则组"),
    ("customer-strategy-edit", "编辑客户联系规则组；没写的不变"),
    ("customer-strategy-del", "删除客户联系规则组"),
    ("moment-strategy-list", "列出客户朋友圈规则组（strategy_id）"),
    ("moment-strategy-get", "获取客户朋友圈规则组详情"),
    ("moment-strategy-get-range", "获取客户朋友圈规则组管理的员工和部门"),
    ("moment-strategy-create", "创建客户朋友圈规则组"),
    ("moment-strategy-edit", "编辑客户朋友圈规则组；没写的不变"),
    ("moment-strategy-del", "删除客户朋友圈规则组"),
    ("convert-to-openid", "微信客户的 external_userid 转 openid，用于付款"),
    ("unionid-to-external-userid", "unionid 转 external_userid"),
    ("unionid-to-external-userid-3rd", "unionid 转所有企业的 external_userid；供第三方应用使用"),
    ("to-service-external-userid", "企业的 external_userid 转服务商的；供代开发应用使用"),
    ("from-service-external-userid", "服务商的 external_userid 转企业的"),
    ("get-new-external-userid", "第三方应用升级期间，查询客户的新 external_userid"),
    ("finish-external-userid-migration", "完成企业的 external_userid 升级，不能撤销"),
    ("idconvert-convert-tmp-external-userid", "转换会议、收集表等给出的临时外部联系人 ID"),
    ("idconvert-external-tagid", "企业的客户标签 ID 转应用的；供服务商应用使用"),
    ("idconvert-open-kfid", "企业的微信客服账号 ID 转应用的；供服务商应用使用"),
    ("idconvert-unionid-to-external-userid", "unionid 转 external_userid，或 pending_id；供服务商应用使用"),
    (
        "idconvert-batch-external-userid-to-pending-id",
        "external_userid 批量查询 pending_id；供服务商应用使用",
    ),
    ("media-upload", "上传临时素材；media_id 三天内有效"),
    ("media-uploadimg", "上传图片，得到永久有效的 URL，只能在企业微信内显示"),
    ("media-upload-attachment", "上传附件资源，只用于朋友圈和商品图册"),
    ("media-get", "下载临时素材，存成文件"),
    ("media-upload-by-url", "由企业微信按 URL 抓取视频或文件"),
    ("media-get-upload-by-url-result", "查询按 URL 抓取的结果"),
    ("gettoken", "获取 access_token。会打印出来：谁看到它，谁就能做这个应用能做的事"),
    ("auth-getuserinfo", "用企业微信登录得到的 code 换取员工的 userid"),
    ("agent-get", "获取应用详情：名称，以及谁看得到它"),
    ("agent-list", "获取 access_token 对应的应用列表"),
    ("user-get", "读取员工"),
    ("user-list", "获取部门的员工，不含下级部门"),
    ("user-simplelist", "获取部门的员工，只有 userid 和姓名"),
    ("user-list-id", "获取员工和部门的 ID 列表；只能用通讯录同步的 Secret"),
    ("user-getuserid", "由手机号查 userid；查不存在的手机号太多次，会停用一天"),
    ("department-list", "获取部门列表"),
    ("department-get", "获取部门详情"),
    ("department-simplelist", "获取部门 ID 列表，任何应用都可以"),
    ("tag-list", "获取通讯录标签，应用消息可以按标签发送"),
    ("tag-get", "获取通讯录标签的成员"),
    ("message-send", "给本企业的员工发送应用消息"),
    ("customer-acquisition-app-get-permit", "查询营销获客应用的使用范围"),
    ("check-follow-user", "查询哪些员工和部门可以使用客户联系"),
    ("getcallbackip", "获取企业微信回调的 IP 段"),
    ("get-api-domain-ip", "获取企业微信 API 域名的 IP 段"),
];

/// What an argument is for. An argument that means something else in some methods stands there for those first, and then
/// for all others, whose list is empty.
pub(super) const ARGUMENTS: &[(&str, &[&str], &str)] = &[
    ("add_applicable_range", &[], "增加的使用范围：{\"user_list\": […], \"department_list\": […]}"),
    ("add_tag", &[], "要打上的标签 ID"),
    ("admin_list", &[], "管理员的 userid"),
    ("agentid", &["agent-get", "message-send"], "应用的 AgentId"),
    ("agentid", &[], "应用的 AgentId，仅旧的多应用套件需要"),
    ("allow_select", &[], "员工可以自己选择发给谁；默认 false"),
    ("applicable_range", &[], "使用范围：{\"user_list\": […], \"department_list\": […]}"),
    ("attachment_type", &[], "1 朋友圈，2 商品图册"),
    (
        "attachments",
        &["add-product-album", "update-product-album"],
        "1 到 9 个 {\"type\": \"image\", \"image\": {\"media_id\": …}}",
    ),
    (
        "attachments",
        &["add-moment-task"],
        "最多 9 个 {\"msgtype\": \"image\", \"image\": {…}}，或一个视频，或一个链接",
    ),
    (
        "attachments",
        &[],
        "最多 9 个 {\"msgtype\": \"image\", \"image\": {…}}；也可以是 link、miniprogram、video、file",
    ),
    ("auto_create_room", &[], "群满后自动新建群：1 是（默认），0 否"),
    ("chat_expires_in", &[], "临时会话的有效期，秒，最长 14 天"),
    ("chat_id", &["idconvert-batch-external-userid-to-pending-id"], "他们所在的客户群，如果不是员工的客户"),
    ("chat_id", &[], "客户群"),
    ("chat_id_list", &["add-msg-template"], "客户群，最多 2000 个"),
    ("chat_id_list", &["groupchat-add-join-way", "groupchat-update-join-way"], "可以加入的客户群，1 到 5 个"),
    ("chat_id_list", &[], "客户群，1 到 100 个"),
    ("chat_key", &[], "事件里带的 chat_key；半小时内有效"),
    ("chat_type", &["get-groupmsg-list-v2"], "single 单聊，或 group 群聊"),
    ("chat_type", &[], "single 发给客户（默认），或 group 发给客户群"),
    ("code", &[], "浏览器带回的 code，最多 512 字节；五分钟内有效，只能用一次"),
    ("conclusions", &[], "结束语：text，以及 image、link 或 miniprogram"),
    ("config_id", &[], "联系方式的 config_id"),
    ("corpid", &["unionid-to-external-userid-3rd"], "企业；不写则查所有使用该应用的企业"),
    ("corpid", &[], "企业"),
    ("creator", &["get-moment-list"], "只要这位员工的朋友圈"),
    ("creator", &[], "只要这位员工创建的群发"),
    ("cursor", &["get"], "上一页的 next_cursor；跟进员工超过 500 人才有"),
    ("cursor", &[], "上一页的 next_cursor"),
    ("day_begin_time", &[], "第一天"),
    ("day_end_time", &[], "最后一天，最多相隔 30 天；不写则只看第一天"),
    ("description", &["add-product-album", "update-product-album"], "商品的名称和特色，最多 300 个字"),
    ("description", &[], "描述，最多 150 个字"),
    ("end_time", &["list-contact-way"], "在此之前创建的；默认到现在"),
    ("end_time", &["get-user-behavior-data"], "最后一天，最多相隔 30 天"),
    ("end_time", &["get-moment-list"], "到何时，最多相隔一个月"),
    ("end_time", &["customer-acquisition-statistic"], "到何时，最多相隔 30 天"),
    ("end_time", &[], "到何时"),
    ("expires_in", &[], "临时二维码的有效期，秒，最长 14 天"),
    ("external_tagid_list", &[], "企业的标签 ID 或标签组 ID"),
    ("external_userid", &["add-msg-template"], "客户，最多 10000 个；只写 --sender 则是该员工的全部客户"),
    ("external_userid", &["transfer-customer", "resigned-transfer-customer"], "客户，1 到 100 个"),
    ("external_userid", &["idconvert-batch-external-userid-to-pending-id"], "客户，可以多个"),
    ("external_userid", &[], "客户"),
    ("external_userid_list", &[], "旧的 external_userid，1 到 1000 个"),
    ("extra_rule", &[], "额外拦截的语义规则，整体替换：{\"semantics_list\": [1, 2, 3]}"),
    ("file", &[], "{\"media_id\": …}"),
    ("filename", &[], "文件名"),
    ("filter_type", &[], "0 企业发表的，1 员工发表的，2 全部（默认）"),
    ("group_id", &["add-corp-tag", "add-strategy-tag"], "标签组，如果已经有"),
    ("group_id", &[], "这些标签组，连同其中的标签"),
    ("group_name", &["add-corp-tag"], "标签组名称，最多 30 个字；已经有的，就放进那个组"),
    ("group_name", &[], "标签组名称，最多 30 个字"),
    ("handover_userid", &[], "原跟进员工"),
    ("department_id", &[], "部门；1 是整个企业"),
    ("id", &["department-list", "department-simplelist"], "这个部门及其下级；不写则全部"),
    ("id", &["department-get"], "部门"),
    ("id", &[], "标签或标签组的 ID"),
    ("image", &[], "{\"media_id\": …} 或 {\"pic_url\": …}"),
    ("intercept_type", &[], "1 警告并拦截发送，2 仅警告"),
    ("is_exclusive", &[], "同一家外部企业的客户只能添加同一个员工"),
    ("is_temp", &[], "临时会话模式；仅医疗行业"),
    ("jobid", &["get-moment-task-result"], "任务的 jobid，由 add-moment-task 返回"),
    ("jobid", &[], "任务的 jobid"),
    ("limit", &["get-moment-list"], "每页多少条；实际最多可能只有 20"),
    ("limit", &[], "每页多少条"),
    ("link", &[], "{\"title\": …, \"url\": …, \"picurl\": …, \"desc\": …}"),
    ("link_id", &[], "获客链接的 link_id"),
    ("link_name", &[], "链接名称"),
    ("mark_source", &[], "标记客户的添加来源"),
    ("md5", &[], "内容的 MD5，十六进制"),
    ("media", &["media-uploadimg"], "图片文件"),
    ("media", &[], "要上传的文件"),
    ("media_id", &[], "media-upload 返回的 media_id"),
    ("media_type", &[], "image、video 或 file；商品图册只能是 image"),
    ("miniprogram", &[], "{\"title\": …, \"pic_media_id\": …, \"appid\": …, \"page\": …}"),
    ("moment_id", &[], "朋友圈的 moment_id"),
    ("msgid", &[], "群发的 msgid"),
    ("name", &[], "新名称，最多 30 个字"),
    ("need_name", &[], "写 1 则连群成员的名字一起返回；默认 0"),
    ("new_owner", &[], "新群主；每天最多接替 300 个"),
    ("notify", &[], "通知群主：1 是（默认），0 否"),
    ("offset", &[], "跳过多少位群主"),
    ("open_kfid_list", &[], "企业的微信客服账号 ID"),
    ("opengid", &[], "小程序里的群 ID"),
    ("openid", &["unionid-to-external-userid"], "同一个人在其中一个应用里的 openid，供企业微信核对"),
    ("openid", &[], "同一个人在其中一个应用里的 openid"),
    ("order", &["add-corp-tag", "add-strategy-tag"], "新标签组的次序：越大越靠前"),
    ("order", &[], "新的次序：越大越靠前"),
    ("order_asc", &[], "1 升序，0 降序"),
    ("order_by", &[], "排序：1 新增群数，2 群总数，3 新增群人数，4 群总人数"),
    ("owner_filter", &["groupchat-list"], "只要这些群主的，最多 100 个 userid"),
    ("owner_filter", &[], "群主，1 到 100 个 userid"),
    ("page_id", &[], "页号，从 0 起，最多翻到 50000 个客户；不能和 --cursor 一起用"),
    ("page_size", &[], "每页多少条"),
    ("parent_id", &[], "上级规则组；0 表示没有"),
    ("party", &["update-contact-way"], "今后的全部部门"),
    ("party", &[], "部门 ID；仅 type 为 2 时"),
    ("partyid", &[], "部门"),
    ("price", &[], "价格，单位分，最多 5000000"),
    ("priority_option", &[], "优先分配：{\"priority_type\": 1 或 2, \"priority_userid_list\": […]}"),
    ("privilege", &[], "员工的权限：{\"view_customer_list\": true, …}"),
    ("product_id", &[], "商品的 product_id"),
    ("product_sn", &[], "商品编码：字母和数字，最多 128 字节"),
    (
        "range",
        &["customer-strategy-create", "moment-strategy-create"],
        "管理范围：[{\"type\": 1, \"userid\": …}, {\"type\": 2, \"partyid\": …}]",
    ),
    ("range", &[], "由谁接待：{\"user_list\": […], \"department_list\": […]}"),
    ("range_add", &[], "增加的管理范围：[{\"type\": 1, \"userid\": …}, …]"),
    ("range_del", &[], "去掉的管理范围，写法同上"),
    ("remark", &["remark"], "备注名，最多 20 个字"),
    ("remark", &[], "备注，供管理员看，最多 30 个字"),
    ("remark_company", &[], "备注的公司名，最多 20 个字；仅微信客户"),
    ("remark_mobiles", &[], "今后的全部手机号；写 \"\" 则清空"),
    ("remark_pic_mediaid", &[], "备注图片的 media_id，由 media-upload 返回"),
    ("remove_applicable_range", &[], "去掉的使用范围，写法同上"),
    ("remove_tag", &[], "要去掉的标签 ID"),
    ("room_base_id", &[], "自动新建的群从哪个序号开始"),
    ("room_base_name", &[], "自动新建的群的群名前缀"),
    ("rule_id", &[], "敏感词规则的 rule_id"),
    ("rule_name", &[], "规则名称，1 到 20 个字"),
    ("scene", &["media-upload-by-url"], "用途：1 客户联系，目前只有这一种"),
    ("scene", &[], "1 小程序里的按钮，2 二维码"),
    ("semantics_list", &[], "额外拦截的语义：1 手机号，2 邮箱地址，3 红包"),
    ("sender", &[], "负责发送的员工；发给客户群时必须写"),
    ("skip_verify", &["update-contact-way"], "客户添加时无需员工确认"),
    ("skip_verify", &[], "客户添加时无需员工确认；默认 true"),
    ("source_agentid", &[], "客户来自哪个应用"),
    ("start_time", &["list-contact-way"], "在此之后创建的；默认 90 天前"),
    ("start_time", &["get-user-behavior-data"], "第一天"),
    ("start_time", &[], "从何时起"),
    ("state", &["add-contact-way"], "渠道的标识，最多 30 个字；客户添加时会带在事件里"),
    ("state", &[], "渠道的标识，最多 30 个字"),
    ("status_filter", &[], "0 所有，1 群主已离职，2 接替中，3 接替完成"),
    ("strategy_id", &["get-strategy-tag-list"], "规则组；不写则全部"),
    ("strategy_id", &[], "规则组的 strategy_id"),
    ("strategy_name", &[], "规则组名称"),
    ("style", &["add-contact-way"], "按钮样式，从 1 起；仅 scene 为 1 时"),
    ("style", &[], "按钮样式"),
    ("subject_type", &[], "openid 属于谁的应用：0 企业（默认），1 服务商"),
    ("tag", &[], "标签：[{\"name\": …, \"order\": …}]，名称 1 到 30 个字"),
    ("tag_filter", &[], "只发给有这些标签的客户：{\"group_list\": [{\"tag_list\": […]}]}"),
    ("tag_id", &["del-corp-tag", "del-strategy-tag"], "这些标签"),
    ("tag_id", &[], "这些标签；写了 --group-id 就不看它"),
    ("takeover_userid", &[], "接替的员工"),
    ("template_id", &[], "入群欢迎语素材的 template_id"),
    (
        "text",
        &["group-welcome-template-add", "group-welcome-template-edit"],
        "最多 3000 字节；%NICKNAME% 代表入群者的昵称",
    ),
    ("text", &["add-moment-task"], "文字，最多 2000 个字"),
    ("text", &["message-send"], "文字，最多 2048 字节（UTF-8）"),
    ("text", &[], "文字，最多 4000 字节（UTF-8）"),
    ("business_type", &[], "来源：1 会议，2 收集表，3 文档"),
    ("user_type", &[], "是谁的 ID，见接口文档"),
    ("tmp_external_userid_list", &[], "临时 ID，1 到 100 个"),
    ("touser", &[], "userid，用 | 隔开；@all 表示全部"),
    ("toparty", &[], "部门 ID，用 | 隔开"),
    ("totag", &[], "通讯录标签 ID，用 | 隔开"),
    ("msgtype", &[], "text、markdown、image、textcard 等：内容写在同名的参数里"),
    ("markdown", &[], "带标记的文字"),
    ("textcard", &[], "{\"title\": …, \"description\": …, \"url\": …}"),
    ("news", &[], "{\"articles\": […]}"),
    ("miniprogram_notice", &[], "写法见接口文档"),
    ("template_card", &[], "写法见接口文档"),
    ("safe", &[], "1 表示保密，不能转发；默认 0"),
    ("enable_duplicate_check", &[], "1 表示间隔时间内相同的消息不重复发送"),
    ("duplicate_check_interval", &[], "间隔的秒数，最多 14400；默认 1800"),
    ("mobile", &[], "通讯录里的手机号"),
    ("tagid", &[], "标签"),
    ("transfer_success_msg", &[], "发给客户的提示，最多 200 个字"),
    ("type", &["add-contact-way"], "1 单人，2 多人"),
    ("type", &["media-upload-by-url"], "video 或 file"),
    ("type", &[], "image（JPG、PNG，10 MB）、voice（AMR，2 MB）、video（MP4，10 MB）或 file（20 MB）"),
    ("unionid", &["add-contact-way", "update-contact-way"], "只有这个微信用户能使用该临时联系方式"),
    ("unionid", &[], "用户在微信开放平台的 unionid"),
    ("url", &[], "文件的地址；那里的服务器要支持 Range"),
    ("user", &["add-contact-way"], "员工的 userid：type 为 1 时一个，否则最多 100 个"),
    ("user", &[], "今后的全部员工，最多 100 个"),
    ("userid", &["get-user-behavior-data"], "员工，最多 100 个"),
    ("userid", &["get-groupmsg-send-result"], "负责发送的员工"),
    ("userid", &["get-moment-customer-list", "get-moment-send-result", "get-moment-comments"], "发表的员工"),
    ("userid", &[], "员工"),
    ("userid_list", &[], "员工，1 到 100 个"),
    ("video", &[], "{\"media_id\": …}"),
    ("visible_range", &[], "由谁发表、谁能看见：sender_list、external_contact_list"),
    ("welcome_code", &[], "事件里带的欢迎码；只能用一次，20 秒内有效"),
    ("word_list", &["update-intercept-rule"], "全部敏感词"),
    ("word_list", &[], "敏感词，最多 300 个，每个 1 到 32 个字"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wecom_client::catalogue;

    use super::*;

    #[test]
    fn every_method_and_every_argument_is_said_and_nothing_else() {
        let methods: BTreeSet<String> = catalogue::methods().map(Method::command).collect();
        let said: BTreeSet<String> = METHODS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(said.len(), METHODS.len(), "a method stands there twice");
        assert_eq!(said, methods);
        let mut unused: BTreeSet<(&str, &[&str])> =
            ARGUMENTS.iter().map(|(name, of, _)| (*name, *of)).collect();
        let mut missing = Vec::new();
        for method in catalogue::methods() {
            for argument in method.arguments {
                let command = method.command();
                let row = ARGUMENTS.iter().find(|(name, of, _)| {
                    *name == argument.name && (of.is_empty() || of.contains(&command.as_str()))
                });
                match row {
                    Some((name, of, _)) => drop(unused.remove(&(*name, *of))),
                    None => missing.push(format!("{command} {}", argument.name)),
                }
            }
        }
        assert!(missing.is_empty(), "without Chinese: {missing:#?}");
        assert!(unused.is_empty(), "unused: {unused:#?}");
    }

    #[test]
    fn limits_are_those_of_the_english_text() {
        let numbers = |text: &str| -> BTreeSet<String> {
            text.split(|c: char| !c.is_ascii_digit())
                .filter(|number| !number.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let mut wrong = Vec::new();
        for method in catalogue::methods() {
            for of in method.arguments {
                let chinese = argument(method, of).unwrap_or_default();
                // What is 1 to 9 counts things of which English writes some out.
                let surplus: Vec<String> = numbers(&chinese)
                    .difference(&numbers(of.help))
                    .filter(|n| n.len() > 1)
                    .cloned()
                    .collect();
                if !surplus.is_empty() {
                    wrong.push(format!(
                        "{} {}: {surplus:?} in {chinese}; {}",
                        method.command(),
                        of.name,
                        of.help
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
