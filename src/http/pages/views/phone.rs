//! A welcome as WeChat shows it in the customer's chat.

/// One bubble of the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bubble {
    Text(String),
    /// The record has a number of the picture and not the picture.
    Image(String),
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
    },
}

/// The chat.
#[derive(Clone, Debug)]
pub struct Phone {
    pub caption: &'static str,
    /// Whose chat it is, as the customer sees it.
    pub name: String,
    /// The first character of it.
    pub initial: String,
    pub bubbles: Vec<Bubble>,
    /// How long the text is and how many attachments, against what is allowed.
    pub count: String,
    /// Whether it never reached the customer.
    pub unsent: bool,
}
