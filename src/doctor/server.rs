//! What a running server has to examine: its own clients, database and clock.

use rustls::ClientConfig;

use super::{Asked, proxy};
use crate::{
    config::{App, Config},
    flow::context::Context,
};
use wecom_client::Client;

impl<'a> Asked<'a> {
    /// Everything of a server, every app included. No callback URL is looked at: which one WeCom calls is not known here.
    pub fn of_server(config: &'a Config, context: &Context) -> Result<Self, rustls::Error> {
        let tls: ClientConfig = wecom_core::tls::client()?;
        let client = |app: &'a App| Some((app, context.apps.get(&app.name)?.client.clone()));
        let apps: Vec<(&App, Client)> = config.apps.iter().filter_map(client).collect();
        Ok(Self {
            config,
            apps,
            store: Ok(context.store.clone()),
            url: None,
            tls,
            proxy: proxy(config, &context.environment),
            clock: context.clock.clone(),
        })
    }
}
