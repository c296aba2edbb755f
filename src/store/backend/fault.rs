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
            Self::Damaged { says } => write!(
                f,
                "it is damaged ({says}): move it aside, and put the last backup into a new one (`wecom-greeter restore FILE`)"
            ),
            Self::DiskFull => write!(f, "the disk is full"),
            Self::NoDatabase => write!(f, "it is no SQLite database; was another file meant?"),
        }
    }
}

/// Why there is no connection to PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Its certificate is not one that is trusted.
    Untrusted,
    /// A file that the URL names for TLS cannot be read.
    NoCertificate,
    /// User or password are wrong.
    Password,
    /// It has no database of that name.
    NoDatabase,
    /// It has too many clients.
    TooManyClients,
    /// It is starting, or ending.
    Restarting,
    /// It is a standby: it can only be read from.
    OnlyToRead,
    /// A pooler gives each transaction another connection, and the URL does not say so.
    Pooled,
    /// It refuses, for another reason.
    Refuses,
    /// It gave no connection, for no reason.
    Gave,
    /// It takes connections, and all that this process may have are in use.
    AllInUse {
        /// How many those are.
        most: u32,
    },
    /// Another thing at each of several hosts.
    Each(Vec<(String, ServerFault)>),
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
            Self::Untrusted => {
                "its certificate is not trusted: name the CA's file by sslrootcert in the URL, and check the host's name"
            }
            Self::NoCertificate => {
                "a file of the URL (sslrootcert, sslcert, sslkey) is not there, or cannot be read"
            }
            Self::Password => "it refuses this user or the password",
            Self::NoDatabase => "it has no database of that name",
            Self::TooManyClients => {
                "it has too many clients already: lower database.connections, or raise its max_connections"
            }
            Self::Restarting => "it is starting up, or shutting down",
            Self::OnlyToRead => {
                "it is a standby and can only be read from: name the server that is written to, or all of them \
                 (postgres://USER@HOST1,HOST2/NAME)"
            }
            Self::Pooled => {
                "a pooler stands in between that gives each transaction another connection (PgBouncer, pool_mode = \
                 transaction): add pgbouncer=true to the URL"
            }
            Self::Refuses => "it refuses the connection",
            Self::Gave => "it gave no connection",
            Self::Each(each) => {
                let each: Vec<String> = each.iter().map(|(host, fault)| format!("{host}: {fault}")).collect();
                return f.write_str(&each.join("; "));
            }
            Self::AllInUse { most } => {
                return write!(
                    f,
                    "it takes connections, and the {most} that this process may have (database.connections) are in use"
                );
            }
        })
    }
}

/// Why a backup is not made, or not put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupFault {
    /// There is a file of that name already.
    Exists {
        /// Its path.
        path: String,
    },
    /// The folder that the file should be in is not there.
    NoFolder {
        /// Its path.
        folder: String,
    },
    /// The file cannot be written.
    NotMade {
        /// Its path.
        path: String,
        /// The system's words.
        says: String,
    },
    /// There is no such file.
    Missing {
        /// Its path.
        path: String,
    },
    /// It cannot be read.
    Unread {
        /// Its path.
        path: String,
        /// The system's words, or SQLite's.
        says: String,
    },
    /// It is something else than a record of this program.
    NotOurs {
        /// Its path.
        path: String,
    },
    /// It is damaged.
    Damaged {
        /// Its path.
        path: String,
        /// SQLite's words.
        says: String,
    },
    /// A newer version made it.
    Newer {
        /// Its path.
        path: String,
        /// The version of its tables.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// An older version made it, and the copy that would be brought up to date cannot be.
    NotRenewed {
        /// Its path.
        path: String,
        /// The system's words, or SQLite's.
        says: String,
    },
    /// It is the database that would be filled.
    Same {
        /// Its path.
        path: String,
    },
    /// There is something in the database.
    NotEmpty {
        /// Which database it is.
        place: String,
        /// Which tables have how many rows; more than some thousands are not counted.
        rows: Vec<(&'static str, i64)>,
    },
    /// Servers run on the database.
    Served {
        /// Which database it is.
        place: String,
        /// How many.
        servers: i64,
    },
    /// The database has tables of somebody else's.
    OthersTables {
        /// Which database it is.
        place: String,
        /// The first of them.
        tables: Vec<String>,
    },
}

impl fmt::Display for BackupFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists { path } => {
                write!(f, "{path} is there already, and a backup overwrites nothing: name another file")
            }
            Self::NoFolder { folder } => write!(f, "there is no folder {folder}: make it, or mend the path"),
            Self::NotMade { path, says } => {
                write!(f, "the backup {path} cannot be written ({says}); nothing of it is left")
            }
            Self::Missing { path } => write!(f, "there is no file {path}"),
            Self::Unread { path, says } => write!(f, "the backup {path} cannot be read: {says}"),
            Self::NotOurs { path } => write!(
                f,
                "{path} is no backup: those that can be restored are made by `wecom-greeter backup FILE`"
            ),
            Self::Damaged { path, says } => {
                write!(f, "the backup {path} is damaged ({says}): nothing was restored; take an older one")
            }
            Self::Newer { path, found, known } => write!(
                f,
                "the backup {path} is of a newer version of wecom-greeter (its schema is {found}, this program knows \
                 {known}): restore it with that version"
            ),
            Self::NotRenewed { path, says } => write!(
                f,
                "the backup {path} is of an older version, and a copy of it, beside it, could not be brought up to date: {says}"
            ),
            Self::Same { path } => {
                write!(f, "{path} is the database itself: name another by DATABASE_URL (database.url)")
            }
            Self::NotEmpty { place, rows } => {
                let rows: Vec<String> = rows.iter().map(|(table, rows)| format!("{table} {rows}")).collect();
                write!(
                    f,
                    "the database {place} is not empty (rows: {}), and a backup is restored into an empty one only: name \
                     another by DATABASE_URL (database.url), or move this one away",
                    rows.join(", ")
                )
            }
            Self::Served { place, servers } => {
                write!(f, "servers run on the database {place} ({servers}): stop them, and restore again")
            }
            Self::OthersTables { place, tables } => write!(
                f,
                "the database {place} has tables of somebody else ({}): make one for this program alone (createdb)",
                tables.join(", ")
            ),
        }
    }
}
