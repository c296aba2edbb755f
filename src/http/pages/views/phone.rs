//! A welcome as WeChat shows it in the customer's chat.

/// One bubble of the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bubble {
    Text(String),
    /// The record has a number of the picture and not the picture.
    Image(String),
    /// A picture that can be seen, and what it is called where it is read aloud.
    Picture {
        src: String,
        alt: String,
    },
    Video(String),
    File(String),
    Link {
        title: String,
        desc: String,
        url: String,
    },
    Miniprogram {
        title: String,
        foot: String,
        cover: Option<String>,
    },
}

/// The chat.
#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) caption: &'static str,
    /// Whose chat it is, as the customer sees it.
    pub(crate) name: String,
    /// The first character of it.
    pub(crate) initial: String,
    pub(crate) bubbles: Vec<Bubble>,
    /// How long the text is and how many attachments, against what is allowed.
    pub(crate) count: String,
    /// Whether it never reached the customer.
    pub(crate) unsent: bool,
}
