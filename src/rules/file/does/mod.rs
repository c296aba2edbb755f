//! What a rule does, in a few words. `en.rs` and `zh.rs` say it.

mod en;
mod zh;

use super::model::{Attachment, Rule, To};
use crate::{action::Trigger, language::Language};

/// One of the things that a rule does.
enum Does<'r> {
    /// With a text or without, and its attachments by their keys.
    Welcome {
        text: bool,
        attachments: Vec<&'static str>,
    },
    AddTags(usize),
    RemoveTags(usize),
    Remark,
    Notify {
        to: Vec<&'r To>,
        on: Trigger,
    },
    /// To so many addresses.
    Forward(usize),
    Stop,
}

impl Rule {
    /// What it does, in a few words.
    pub(crate) fn does(&self, language: Language) -> String {
        let mut all = Vec::new();
        if let Some(welcome) = &self.welcome {
            let attachments = welcome.attachments.iter().map(Attachment::kind).collect();
            all.push(Does::Welcome { text: welcome.text.is_some(), attachments });
        }
        let (add, remove) = (self.tag.add.len(), self.tag.remove.len());
        all.extend((add > 0).then_some(Does::AddTags(add)));
        all.extend((remove > 0).then_some(Does::RemoveTags(remove)));
        all.extend((!self.remark.is_empty()).then_some(Does::Remark));
        for on in [Trigger::Event, Trigger::MissedWelcome, Trigger::Failed] {
            let to: Vec<&To> = self.notify.iter().filter(|own| own.on == on).map(|own| &own.to).collect();
            all.extend((!to.is_empty()).then_some(Does::Notify { to, on }));
        }
        all.extend((!self.forward.is_empty()).then_some(Does::Forward(self.forward.len())));
        all.extend(self.stop.then_some(Does::Stop));
        let (say, between): (fn(&Does<'_>) -> String, _) = match language {
            Language::En => (en::say, "; "),
            Language::Zh => (zh::say, "；"),
        };
        all.iter().map(say).collect::<Vec<_>>().join(between)
    }
}
