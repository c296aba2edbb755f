//! Everything that is wrong with the settings, in one message: where it stands and what is expected there.
//!
//! A position and an expectation, never a secret's value.

use std::{fmt, io, path::PathBuf};

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The settings file could not be read.
    #[error("cannot read the settings file {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// Settings are wrong or missing; the message names every one.
    #[error("{0}")]
    Wrong(Faults),
}

/// Where a setting stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Nowhere: it has its default.
    Default(String),
    /// In a file.
    File {
        /// The file as it was named.
        file: String,
        /// The line, from 1.
        line: usize,
        /// `section.key`; empty where the fault is in the file's form.
        path: String,
    },
    /// In the environment.
    Environment(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default(path) => write!(f, "default of {path}"),
            Self::File { file, line, path } if path.is_empty() => write!(f, "{file}:{line}"),
            Self::File { file, line, path } => write!(f, "{file}:{line} {path}"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
        }
    }
}

/// One wrong setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub position: Position,
    /// What is expected there.
    pub what: String,
}

/// All that is wrong, in the order of the positions.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    no_app: bool,
}

impl Faults {
    pub(super) fn new(mut list: Vec<Fault>, no_app: bool) -> Self {
        list.sort();
        Self { list, no_app }
    }

    /// Every wrong setting.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.list.iter()
    }

    /// Whether no app is set up at all.
    pub fn no_app(&self) -> bool {
        self.no_app
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.len() {
            0 => {}
            1 => f.write_str("a setting is wrong")?,
            count => write!(f, "{count} settings are wrong")?,
        }
        for fault in &self.list {
            write!(f, "\n  {}\n    {}", fault.position, fault.what)?;
        }
        if self.no_app {
            if !self.list.is_empty() {
                f.write_str("\n\n")?;
            }
            f.write_str(NO_APP)?;
        }
        Ok(())
    }
}

/// What somebody reads who starts the program for the first time.
const NO_APP: &str = "\
no WeCom app is set up. WeCom's admin console (https://work.weixin.qq.com) shows what is needed:

  WECOM_CORP_ID            企业ID: 我的企业 → 企业信息
  WECOM_SECRET             Secret: 应用管理 → your app (it must be listed in
                           客户联系 → 可调用接口的应用)
  WECOM_TOKEN              Token: your app → 接收消息 → 设置API接收
  WECOM_ENCODING_AES_KEY   EncodingAESKey: on the same page
  WECOM_AGENT_ID           AgentId: 应用管理 → your app (optional)

Set them in the environment, or as [[apps]] in greeter.toml for several apps; a secret can
be given as the path of a file, WECOM_SECRET_FILE. Save the callback URL in the console once
the server runs: https://YOUR-HOST/callback/default

To see it at work first, with nothing to set up:  wecom-greeter demo";
