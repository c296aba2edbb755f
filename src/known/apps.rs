//! The WeCom apps that this process serves: what opens their callbacks, what calls WeCom in their name, and what is
//! remembered of their corps.

use std::{collections::HashMap, sync::Arc};

use crate::known::{contact_ways::ContactWays, media, tags::TagTree};
use wecom_client::Client;
use wecom_core::callback::Keys;

/// One app of one corp, as the settings name it.
#[derive(Debug)]
pub struct WecomApp {
    /// The name in the settings and in the callback's path.
    pub name: String,
    /// The corp that it belongs to.
    pub corp_id: String,
    /// Opens its callbacks.
    pub keys: Keys,
    /// The app's AgentId, in whose name app messages are sent; none where the settings do not say.
    pub agent_id: Option<i64>,
    /// Calls WeCom with its token.
    pub client: Client,
    /// The corp's tags by name; shared by its apps.
    pub tags: TagTree,
    /// The contact ways that this app made: WeCom shows no app those of another.
    pub contact_ways: ContactWays,
    /// The corp's media ids of the files that rules name; shared by its apps.
    pub media: media::OfCorp,
}

/// All apps, by name.
#[derive(Clone, Debug, Default)]
pub struct Apps(Arc<HashMap<String, Arc<WecomApp>>>);

impl Apps {
    /// The app of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<WecomApp>> {
        self.0.get(name)
    }

    /// Every app, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<WecomApp>> {
        self.0.values()
    }
}

impl FromIterator<WecomApp> for Apps {
    fn from_iter<I: IntoIterator<Item = WecomApp>>(apps: I) -> Self {
        Self(Arc::new(apps.into_iter().map(|app| (app.name.clone(), Arc::new(app))).collect()))
    }
}
