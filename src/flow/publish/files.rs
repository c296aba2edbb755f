//! The files that rules name, on disk: read where the rules file is, checked as WeCom would check them, stored.
//!
//! The first bytes of a file say what it is, whatever its name says, and it has to be inside the folder of the rules,
//! also where a link leads. All faults are found at once, with the lines of the rules; nothing is stored while there is
//! one.

use std::{
    collections::{HashMap, hash_map::Entry},
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest as _, Sha256};

use super::words::{FileWrong, Refused, What};
use crate::{
    action::MediaKind,
    known::media::media_type,
    rules::{FAULTS_MAX, Fault, Faults, FileUse},
    store::{self, CONTENT_BYTES_MAX, Digest, RulesetFile, Store},
};
use wecom_client::{Media, MediaFile};

/// At most so many files in one version of the rules: nine for each of more welcomes than a company writes.
pub const FILES_MAX: usize = 200;

/// At most so many bytes in all of them: 25 of the largest. They are kept in the database, and each upload is held in
/// memory.
pub const FILES_BYTES_MAX: u64 = 512 * 1_024 * 1_024;

/// A file has more bytes than these (page 90253); the client refuses it otherwise.
pub(super) const BYTES_ABOVE: u64 = 5;

/// At most so many bytes in a path: it is searched by, and PostgreSQL limits what an index can hold.
const PATH_BYTES_MAX: usize = 512;

/// A file on disk that WeCom would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file in the form in which it goes into the record.
    pub file: RulesetFile,
    /// Where on disk it was read, links followed.
    pub at: PathBuf,
}

/// Why files could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file was checked a moment ago, and cannot be read any more.
    #[error("cannot read {at} again")]
    Read {
        /// Its path on disk.
        at: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A file has another content than when it was checked.
    #[error("{at} has changed while it was imported: import the rules again when it is whole")]
    Changed {
        /// Its path on disk.
        at: PathBuf,
    },
    /// The database did not take the files.
    #[error("the files of the rules could not be stored")]
    Store(#[from] store::Error),
}

/// Finds and checks the files that rules name, in the folder of the rules file. Each kind and path comes once.
pub fn find(folder: &Path, uses: &[FileUse]) -> Result<Vec<Found>, Faults> {
    let mut looked_at: HashMap<(MediaKind, &str), Option<What>> = HashMap::new();
    let (mut found, mut faults, mut more, mut bytes) = (Vec::new(), Vec::new(), 0, 0_u64);
    let mut blame = |of: &FileUse, wrong: FileWrong| {
        if faults.len() < FAULTS_MAX {
            let mut fault = Fault::new((of.line, of.column), &of.at, wrong);
            fault.rule.clone_from(&of.rule);
            faults.push(fault);
        } else {
            more += 1;
        }
    };
    for named in uses {
        let path = named.path.as_str();
        let wrong = match looked_at.entry((named.kind, path)) {
            // The second rule that names it has the same fault.
            Entry::Occupied(earlier) => earlier.get().clone(),
            Entry::Vacant(new) => match look(folder, named) {
                Ok((file, length)) => {
                    bytes += length;
                    found.push(file);
                    new.insert(None).clone()
                }
                Err(wrong) => new.insert(Some(wrong)).clone(),
            },
        };
        if let Some(wrong) = wrong {
            blame(named, FileWrong::Of { path: path.to_owned(), rule: named.rule.clone(), wrong });
        }
        if found.len() > FILES_MAX || bytes > FILES_BYTES_MAX {
            let megabytes_max = FILES_BYTES_MAX / 1_024 / 1_024;
            blame(named, FileWrong::TooMuch { files_max: FILES_MAX, megabytes_max });
            break;
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Faults { faults, more }) }
}

/// One file and its length, or its fault.
fn look(folder: &Path, named: &FileUse) -> Result<(Found, u64), What> {
    let path = named.path.as_str();
    if path.len() > PATH_BYTES_MAX {
        return Err(What::PathTooLong { bytes_max: PATH_BYTES_MAX });
    }
    let at = folder.join(path);
    let found =
        inside(folder, &at).and_then(|inside| inside.map(|real| Ok((read(&real)?, real))).transpose());
    let found = found.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => What::Missing { at: at.clone() },
        _ => What::Unreadable { at: at.clone(), error: Arc::new(error) },
    })?;
    let Some((bytes, at)) = found else { return Err(What::LeadsOut) };
    let of_type = media_type(named.kind);
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let digest = Digest::new(Sha256::digest(&bytes).into());
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let medium = MediaFile::from_bytes(&name, bytes);
    let max = of_type.bytes_max();
    if let Err(wecom_client::Error::Argument { fault, .. }) = medium.check(Media::UPLOAD.path, of_type, max) {
        let refused = if length <= BYTES_ABOVE {
            Refused::TooSmall { above: BYTES_ABOVE }
        } else if length > max {
            Refused::TooLarge { max }
        } else {
            Refused::Format
        };
        return Err(What::Refused { kind: named.kind, bytes: length, refused, fault: fault.to_string() });
    }
    let file =
        RulesetFile { kind: named.kind, path: path.to_owned(), name: medium.name().to_owned(), digest };
    Ok((Found { file, at }, length))
}

/// Stores the contents that the database does not have yet, each in a transaction of its own: one over all of them
/// would hold up the events of today. What is stored for an import that fails after this is of use to the next.
pub async fn store(store: &Store, files: &[Found]) -> Result<(), Error> {
    for Found { file, at } in files {
        if store.has_content(file.digest).await? {
            continue;
        }
        let bytes = read(at).map_err(|source| Error::Read { at: at.clone(), source })?;
        if Digest::new(Sha256::digest(&bytes).into()) != file.digest {
            return Err(Error::Changed { at: at.clone() });
        }
        store.put_content(file.digest, &bytes).await?;
    }
    Ok(())
}

/// The file itself, whatever links lead to it. `None`: it is not inside the folder. Rules may be written by somebody who
/// may not read everything that is on the machine where they are imported, and what they name goes out to customers.
fn inside(folder: &Path, at: &Path) -> io::Result<Option<PathBuf>> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (folder, real) = (fs::canonicalize(here)?, fs::canonicalize(at)?);
    Ok(real.starts_with(&folder).then_some(real))
}

/// A regular file's bytes; one more than is allowed, so that the check can say that there are too many.
fn read(at: &Path) -> io::Result<Vec<u8>> {
    // A pipe or a device would be opened for ever.
    if !fs::metadata(at)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(CONTENT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    File::open(at)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, kind: MediaKind, line: usize) -> FileUse {
        let at = "rules[0].welcome.attachments[0].file".to_owned();
        FileUse { path: path.into(), kind, rule: "spring".into(), line, column: 24, at }
    }

    #[test]
    fn what_is_wrong_with_files_is_told_with_the_lines_of_the_rules() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("real.png", b"\x89PNG\r\n\x1a\n....");
        write("text.png", b"I am a text");
        write("short.pdf", b"12345");
        write("large.pdf", &vec![b'x'; CONTENT_BYTES_MAX + 1]);
        let faults = find(
            folder.path(),
            &[
                named("real.png", MediaKind::Image, 3),
                named("text.png", MediaKind::Image, 5),
                named("nowhere.png", MediaKind::Image, 6),
                named("text.png", MediaKind::Video, 7),
                named("short.pdf", MediaKind::File, 8),
                named("large.pdf", MediaKind::File, 9),
                named(".", MediaKind::File, 10),
                named("text.png", MediaKind::Image, 20),
            ],
        )
        .unwrap_err();
        let faults = faults.to_string().replace(&folder.path().display().to_string(), "DIR");
        insta::assert_snapshot!(faults, @r"
        5:24: rules[0].welcome.attachments[0].file: the file `text.png` of the rule `spring` begins like no JPG or PNG file, which is what image wants; save it as JPG or PNG, of up to 10 MB
        6:24: rules[0].welcome.attachments[0].file: the file `nowhere.png` of the rule `spring` is not there; put it at DIR/nowhere.png, or mend the path, which begins at the rules file's folder
        7:24: rules[0].welcome.attachments[0].file: the file `text.png` of the rule `spring` begins like no MP4 file, which is what video wants; save it as MP4, of up to 10 MB
        8:24: rules[0].welcome.attachments[0].file: the file `short.pdf` of the rule `spring` has 5 bytes: WeCom wants more than 5; make it smaller than 20 MB, and more than 5 bytes
        9:24: rules[0].welcome.attachments[0].file: the file `large.pdf` of the rule `spring` has 20971521 bytes: at most 20971520 as file; make it smaller than 20 MB, and more than 5 bytes
        10:24: rules[0].welcome.attachments[0].file: the file `.` of the rule `spring` cannot be read (it is no regular file); see that DIR/. is a file that may be read
        20:24: rules[0].welcome.attachments[0].file: the file `text.png` of the rule `spring` begins like no JPG or PNG file, which is what image wants; save it as JPG or PNG, of up to 10 MB
        ");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_lead_about_the_folder_and_not_out_of_it() {
        use std::os::unix::fs::symlink;

        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(outside.path().join("secret.pdf"), b"%PDF-1.7 ...").unwrap();
        fs::create_dir(at("assets")).unwrap();
        fs::write(at("assets/price.pdf"), b"%PDF-1.7 ...").unwrap();
        symlink("assets/price.pdf", at("inside.pdf")).unwrap();
        symlink(outside.path().join("secret.pdf"), at("outside.pdf")).unwrap();
        symlink(outside.path(), at("folder")).unwrap();
        let look = |path: &str| find(folder.path(), &[named(path, MediaKind::File, 1)]);
        assert_eq!(look("inside.pdf").unwrap()[0].file.name, "inside.pdf");
        for path in ["outside.pdf", "folder/secret.pdf"] {
            let faults = look(path).unwrap_err().to_string();
            assert!(faults.contains("leads out of the rules file's folder by a link"), "{faults}");
        }
        // The folder itself may be one.
        let way = outside.path().join("way");
        symlink(folder.path(), &way).unwrap();
        assert_eq!(find(&way, &[named("assets/price.pdf", MediaKind::File, 1)]).unwrap().len(), 1);
    }

    #[test]
    fn each_kind_and_path_comes_once_and_equal_contents_are_one() {
        let folder = tempfile::tempdir().unwrap();
        let pdf = b"%PDF-1.7 ...";
        fs::write(folder.path().join("a.pdf"), pdf).unwrap();
        fs::write(folder.path().join("b.pdf"), pdf).unwrap();
        let found = find(
            folder.path(),
            &[
                named("a.pdf", MediaKind::File, 1),
                named("b.pdf", MediaKind::File, 2),
                named("a.pdf", MediaKind::File, 3),
            ],
        )
        .unwrap();
        let names: Vec<_> = found.iter().map(|found| found.file.name.as_str()).collect();
        assert_eq!(names, ["a.pdf", "b.pdf"]);
        assert_eq!(found[0].file.digest, found[1].file.digest);
    }
}
