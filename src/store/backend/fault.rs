//! What can be wrong with the place of the database: the file, or the server. In English it says itself, which is what logs
//! have; other languages are made of what it is.

use std::fmt;

/// Why an SQLite file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It is a folder; a name that a file in it could have.
    IsFolder {
        /// That name, with the whole path.
        example: String,
    },
    /// It is a device, a socket or the like.
    IsNoFile,
    /// What should be its folder is none.
    FolderIsNone {
        /// The path of that.
        folder: String,
    },
    /// Its folder is not there.
    NoFolder {
        /// The path of it.
        folder: String,
    },
    /// It is a symbolic link to what is not there.
    DeadLink,
    /// It cannot be looked at; what the system says.
    Unseen {
        /// The system's words.
        says: String,
        /// Who may do what.
        permissions: Box<Permissions>,
    },
    /// It is not there, and cannot be made; what the system says.
    NotMade {
        /// The system's words.
        says: String,
        /// Who may do what.
        permissions: Box<Permissions>,
    },
    /// It may not be written to, or nothing may be made beside it.
    NotPermitted {
        /// Who may do what.
        permissions: Box<Permissions>,
    },
    /// Another process holds it locked.
    Locked,
    /// It is damaged; what SQLite says.
    Damaged {
        /// SQLite's words.
        says: String,
    },
    /// There is no room left.
    DiskFull,
    /// It is something else than a database.
    NoDatabase,
}

/// Who this process is, and whom the file and its folder belong to, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// As whom this process runs.
    pub me: Option<String>,
    /// The file, if there is one.
    pub file: Option<Owned>,
    /// Its folder.
    pub folder: Option<Owned>,
}

/// Something with an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Its whole path.
    pub path: String,
    /// Whom it belongs to; none where the system does not say.
    pub owner: Option<String>,
    /// What its owner, its group and others may do, as in `chmod`.
    pub mode: u32,
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let me = self.me.as_ref().map(|me| format!("this process runs as {me}"));
        let of = |what: &str, owned: &Option<Owned>| {
            let Owned { path, owner, mode } = owned.as_ref()?;
            Some(match owner {
                Some(owner) => format!("{what} {path} belongs to {owner} with permission {mode:04o}"),
                None => format!("see that this user may write in {path}"),
            })
        };
        let said = [me, of("the file", &self.file), of("its folder", &self.folder)];
        f.write_str(&said.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IsFolder { example } => write!(f, "it is a folder; name a file in it, like {example}"),
            Self::IsNoFile => write!(f, "it is no file"),
            Self::FolderIsNone { folder } => write!(f, "{folder} is no folder"),
            Self::NoFolder { folder } => {
                write!(f, "there is no folder {folder}: make it, or mend the path")
            }
            Self::DeadLink => write!(f, "it is a symbolic link to what is not there"),
            Self::Unseen { says, permissions } => write!(f, "{says}; {permissions}"),
            Self::NotMade { says, permissions } => {
                write!(f, "it is not there and cannot be made: {says}; {permissions}")
            }
            Self::NotPermitted { permissions } => {
                write!(f, "it has to be read and written, and files beside it have to be made; {permissions}")
            }
            Self::Locked => write!(f, "another process holds it locked"),
            Self::Damaged { says } => write!(f, "it is damaged ({says}); restore a backup"),
            Self::DiskFull => write!(f, "the disk is full"),
            Self::NoDatabase => write!(f, "it is no SQLite database; was another file meant?"),
        }
    }
}

/// Why there is no connection to PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerFault {
    /// Nothing listens at its address.
    NothingListens,
    /// There is no socket of that name.
    NoSocket,
    /// Nothing answers at its address.
    NothingAnswers,
    /// The name of its host is nobody's.
    UnknownHost,
    /// The connection broke.
    Broke,
    /// It does not speak TLS as the URL asks for.
    NoTls,
    /// User or password are wrong.
    Password,
    /// It has no database of that name.
    NoDatabase,
    /// It has too many clients.
    TooManyClients,
    /// It is starting, or ending.
    Restarting,
    /// It refuses, for another reason.
    Refuses,
    /// It gave no connection, for no reason.
    Gave,
    /// It takes connections, and all that this process may have are in use.
    AllInUse {
        /// How many those are.
        most: u32,
    },
}

impl fmt::Display for ServerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingListens => "nothing listens there: does it run, are host and port right?",
            Self::NoSocket => "there is no socket of that name: does it run on this machine?",
            Self::NothingAnswers => "nothing answers: is the host right, does a firewall stand in between?",
            Self::UnknownHost => "nobody knows the name of its host",
            Self::Broke => "the connection broke",
            Self::NoTls => "it does not speak TLS as it was asked to (sslmode in the URL)",
            Self::Password => "it refuses this user or the password",
            Self::NoDatabase => "it has no database of that name",
            Self::TooManyClients => {
                "it has too many clients already: lower database.connections, or raise its max_connections"
            }
            Self::Restarting => "it is starting up, or shutting down",
            Self::Refuses => "it refuses the connection",
            Self::Gave => "it gave no connection",
            Self::AllInUse { most } => {
                return write!(
                    f,
                    "it takes connections, and the {most} that this process may have (database.connections) are in use"
                );
            }
        })
    }
}
