//! The company that is simulated: who works there, which tags it has, with which keys its app is set up.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// A company and its one app.
#[derive(Clone, Debug)]
pub struct Corp {
    /// Its id, `ww…`; `gettoken` answers 40013 for any other.
    pub corp_id: String,
    /// The app's secret; `gettoken` answers 40001 for any other.
    pub secret: SecretString,
    /// The app's number, in the `AgentID` of a callback's envelope.
    pub agent_id: i64,
    /// The callback's Token, at most 32 letters and digits.
    pub token: SecretString,
    /// The callback's EncodingAESKey, 43 letters and digits.
    pub encoding_aes_key: SecretString,
    /// The suite's id, where callbacks are to come in the form that third-party suites get (`InfoType`,
    /// `AuthCorpId`; page 97402).
    pub suite_id: Option<String>,
    /// The corp id of the suite's provider, for which the check of a suite's URL is sealed (page 90968); none: for the suite.
    pub provider_corp_id: Option<String>,
    /// The departments, each after the one above it.
    pub departments: Vec<Department>,
    /// The members.
    pub employees: Vec<Employee>,
    /// The tag tree.
    pub tags: Vec<TagGroup>,
    /// Media that are there from the start, as if just uploaded.
    pub media: Vec<Media>,
}

/// A department (page 90208).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its number; the root's is 1.
    pub id: i64,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// The department above; 0 for the root.
    #[serde(default, rename = "parentid")]
    pub parent_id: i64,
    /// Its place among its siblings: larger comes first.
    #[serde(default)]
    pub order: u32,
}

/// A member of the company (page 90196). One who is read from JSON without departments is in the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employee {
    /// 1–64 bytes of `[A-Za-z0-9_.@-]`; letters of either case are the same.
    pub userid: String,
    /// What the member is called.
    #[serde(default)]
    pub name: String,
    /// The name by which colleagues call the member.
    #[serde(default)]
    pub alias: String,
    /// The member's departments, the main one first.
    #[serde(default = "root")]
    pub departments: Vec<i64>,
    /// The directory's tags on the member, which `message/send` can address; not to be mistaken for customers' tags.
    #[serde(default)]
    pub tags: Vec<i64>,
    /// What keeps the member from customers.
    #[serde(default)]
    pub hindrances: Vec<Hindrance>,
    /// How many customers the member may have; none: any number.
    #[serde(default)]
    pub customers_max: Option<usize>,
}

/// The root department's number; it stands for the whole company.
pub(crate) const ROOT: i64 = 1;

fn root() -> Vec<i64> {
    vec![ROOT]
}

impl Default for Employee {
    /// Nobody in particular, in the root department, whom nothing hinders.
    fn default() -> Self {
        Self {
            userid: String::new(),
            name: String::new(),
            alias: String::new(),
            departments: root(),
            tags: Vec::new(),
            hindrances: Vec::new(),
            customers_max: None,
        }
    }
}

/// What keeps a member from having customers, or from some way of getting them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// Has never logged in: in no contact way (41054).
    NotActivated,
    /// Has not verified the real name: in no contact way (41054), takes over nobody (40098).
    NotVerified,
    /// Is not among those who may use customer contact: has no customers (84074).
    NoCustomerContact,
    /// Is barred: takes over nobody (40143).
    Barred,
}

/// A group of corp tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagGroup {
    /// Its id, `et…`.
    pub id: String,
    /// At most 30 characters, unique among the groups.
    pub name: String,
    /// When it was made, in Unix seconds.
    pub create_time_s: i64,
    /// Larger comes first.
    pub order: u32,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// A corp tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id, `et…`.
    pub id: String,
    /// At most 30 characters, unique in its group.
    pub name: String,
    /// When it was made, in Unix seconds.
    pub create_time_s: i64,
    /// Larger comes first.
    pub order: u32,
}

/// A temporary medium. WeCom forgets it three days after its upload (page 90253).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// The media id.
    pub media_id: String,
    /// As what it was uploaded.
    #[serde(rename = "type")]
    pub kind: MediaKind,
}

/// The types of `media/upload` (page 90253).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// JPG or PNG, at most 10 MB.
    Image,
    /// AMR, at most 2 MB.
    Voice,
    /// MP4, at most 10 MB.
    Video,
    /// Anything, at most 20 MB.
    File,
}

impl MediaKind {
    /// The value of the `type` parameter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    /// The kind of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Image, Self::Voice, Self::Video, Self::File].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Corp {
    /// A company to try things with: four departments, three employees, three groups of tags, keys that protect
    /// nothing.
    ///
    /// Its tag ids are fixed, so that sample rules can name them.
    pub fn sample() -> Self {
        let employee = |userid: &str, name: &str, alias: &str, department| Employee {
            userid: userid.into(),
            name: name.into(),
            alias: alias.into(),
            departments: vec![department],
            ..Employee::default()
        };
        let department =
            |id, name: &str, parent_id| Department { id, name: name.into(), parent_id, order: 0 };
        Self {
            corp_id: "ww9f3c1d7be20a4455".into(),
            secret: "simulated-secret-that-opens-nothing-at-all0".into(),
            agent_id: 1_000_042,
            token: "SimulatedCallbackToken".into(),
            encoding_aes_key: "simulatedEncodingAESKeyThatProtectsNothing0".into(),
            suite_id: None,
            provider_corp_id: None,
            departments: vec![
                department(ROOT, "示例科技", 0),
                department(2, "销售部", ROOT),
                department(3, "客服部", ROOT),
                department(4, "华东区", 2),
            ],
            employees: vec![
                employee("zhangsan", "张三", "小张", 4),
                employee("lisi", "李四", "Lisi", 2),
                employee("wangwu", "王五", "", 3),
            ],
            tags: vec![
                sample_group(
                    "Channel",
                    "渠道",
                    &[("Spring", "春季"), ("Store", "门店"), ("Online", "线上"), ("Unknown", "未知")],
                ),
                sample_group("Level", "等级", &[("New", "新客户"), ("Regular", "老客户"), ("Vip", "VIP")]),
                sample_group("City", "城市", &[("Beijing", "北京"), ("Shanghai", "上海")]),
            ],
            media: vec![
                Media { media_id: "simulated-image".into(), kind: MediaKind::Image },
                Media { media_id: "simulated-video".into(), kind: MediaKind::Video },
                Media { media_id: "simulated-file".into(), kind: MediaKind::File },
            ],
        }
    }
}

/// A group whose ids are readable and as long as WeCom's: `etSampleTagChannelSpring00000000`.
fn sample_group(key: &str, name: &str, tags: &[(&str, &str)]) -> TagGroup {
    let id = |text: String| format!("{text:0<32}");
    TagGroup {
        id: id(format!("etSampleGroup{key}")),
        name: name.to_owned(),
        create_time_s: SAMPLE_CREATED_S,
        order: 0,
        tags: tags
            .iter()
            .map(|(tag_key, name)| Tag {
                id: id(format!("etSampleTag{key}{tag_key}")),
                name: (*name).to_owned(),
                create_time_s: SAMPLE_CREATED_S,
                order: 0,
            })
            .collect(),
    }
}

/// 2024-12-11: a day before anything that is simulated.
const SAMPLE_CREATED_S: i64 = 1_733_900_461;
