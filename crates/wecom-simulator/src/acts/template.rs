//! Another app makes a group welcome template, which this app may then read but not change (41058).

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{Act, Happened, Outcome};
use crate::{
    error::Error,
    texts,
    world::{
        World,
        templates::{TEMPLATES_MAX, Template},
    },
};

/// A template of another app.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForeignTemplate {
    pub(crate) text: String,
}

/// The template that was made.
#[derive(Serialize)]
pub(crate) struct TemplateMade {
    pub(crate) template_id: String,
}

impl Outcome for TemplateMade {}

impl Act for ForeignTemplate {
    type Outcome = TemplateMade;

    fn perform(self, world: &mut World, _: i64) -> Result<Happened<TemplateMade>, Error> {
        texts::check("text", &self.text, texts::WRITTEN_CHARS_MAX)?;
        if world.templates.all.len() >= TEMPLATES_MAX {
            return Err(Error::Full { most: TEMPLATES_MAX });
        }
        let template_id = format!("msgXXXXXX{}", world.random_text(20));
        let content = Map::from_iter([("text".to_owned(), json!({ "content": self.text }))]);
        world.templates.all.insert(template_id.clone(), Template { foreign: true, content });
        Ok(Happened::silent(TemplateMade { template_id }))
    }
}
