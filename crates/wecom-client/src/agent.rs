//! The app itself, as WeCom's console has it: its name, who may see it, and where its page is.

use serde::{Deserialize, Serialize};

use crate::client::{Call, CallOptions, Client, Endpoint, Error, read, values};

const AGENT: Endpoint = Endpoint::get("agent/get").page(90227);
const AGENTS: Endpoint = Endpoint::get("agent/list").page(90227);

impl Client {
    /// An app, with who may see it (`agent/get`; page 90227). An app may ask for itself only.
    ///
    /// # Errors
    ///
    /// 40056 when there is no such app, 301002 when the agent id is another app's.
    pub async fn agent(&self, agentid: i64, options: CallOptions) -> Result<Agent, Error> {
        self.call(Call::new(AGENT, options).query("agentid", agentid.to_string())).await
    }

    /// The apps that the access token stands for (`agent/list`; page 90227): one, as a rule.
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn agents(&self, options: CallOptions) -> Result<Vec<Agent>, Error> {
        #[derive(Deserialize)]
        struct Agents {
            #[serde(default, deserialize_with = "values::list")]
            agentlist: Vec<Agent>,
        }
        let Agents { agentlist } = self.call(Call::new(AGENTS, options)).await?;
        Ok(agentlist)
    }
}

/// An app; see [`Client::agent`]. A list has no more than its id, name and picture.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Agent {
    /// The AgentId.
    #[serde(deserialize_with = "values::integer")]
    pub agentid: Option<i64>,
    /// What it is called.
    #[serde(deserialize_with = "values::text")]
    pub name: Option<String>,
    /// Its picture.
    #[serde(deserialize_with = "values::text")]
    pub square_logo_url: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "values::text")]
    pub description: Option<String>,
    /// The employees in its visible range (可见范围).
    #[serde(deserialize_with = "read::object")]
    pub allow_userinfos: AgentUsers,
    /// The departments in it.
    #[serde(deserialize_with = "read::object")]
    pub allow_partys: AgentParties,
    /// The directory's tags in it.
    #[serde(deserialize_with = "read::object")]
    pub allow_tags: AgentTags,
    /// Whether it is switched off: 1 yes, 0 no.
    #[serde(deserialize_with = "values::integer")]
    pub close: Option<i64>,
    /// The domain that its pages may use (可信域名).
    #[serde(deserialize_with = "values::text")]
    pub redirect_domain: Option<String>,
    /// Whether it is told where employees are: 0 no, 1 when they enter.
    #[serde(deserialize_with = "values::integer")]
    pub report_location_flag: Option<i64>,
    /// Whether it is told when an employee enters: 1 yes, 0 no.
    #[serde(deserialize_with = "values::integer")]
    pub isreportenter: Option<i64>,
    /// The page that it opens with.
    #[serde(deserialize_with = "values::text")]
    pub home_url: Option<String>,
    /// How far a customised app (代开发) is: 0 to be developed, 1 developing, 2 online, 3 removed.
    #[serde(deserialize_with = "values::integer")]
    pub customized_publish_status: Option<i64>,
}

/// Employees in the visible range of an [`Agent`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AgentUsers {
    /// Each of them.
    #[serde(deserialize_with = "values::list")]
    pub user: Vec<AgentUser>,
}

/// An employee in the visible range of an [`Agent`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AgentUser {
    /// The userid.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
}

/// Departments in the visible range of an [`Agent`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AgentParties {
    /// Their ids.
    #[serde(deserialize_with = "read::numbers")]
    pub partyid: Vec<i64>,
}

/// Tags of the directory in the visible range of an [`Agent`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AgentTags {
    /// Their ids.
    #[serde(deserialize_with = "read::numbers")]
    pub tagid: Vec<i64>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{AGENT, AGENTS};
    use crate::method::{Method, Rust, integer, rust, shown};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(
            AGENT,
            Rust {
                name: stringify!(agent),
                call: |client, given, options| {
                    Box::pin(async move { shown(client.agent(given.integer("agentid"), options).await?) })
                },
            },
        )
        .is("Show the app: its name, and who may see it")
        .takes(&[integer("agentid", "The app's AgentId").required()])
        .like("--agentid 1000042"),
        Method::of(AGENTS, rust!(agents))
            .is("List the apps that the access token stands for")
            .lists("agentlist"),
    ];
}
