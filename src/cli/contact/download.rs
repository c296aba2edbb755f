//! A file from WeCom to this machine: whole or not at all, and never over another without being told to.

use std::{fs, io, path::Path, process::ExitCode};

use anyhow::Context as _;
use serde_json::json;
use tempfile::NamedTempFile;

use super::{Destination, answer};
use crate::cli::{
    failure::Misuse,
    output::{Output, clean},
    words::contact::Contact,
};
use crate::language::Sentence as _;
use wecom_client::{CallOptions, Client, Prepared, catalogue::Method};

pub(super) async fn run(
    client: &Client,
    method: &Method,
    prepared: &Prepared,
    to: &Destination,
    options: CallOptions,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let Destination { path: to, overwrite } = to;
    let language = output.language();
    // Refused now rather than when the file has come. A file that appears meanwhile is not replaced either.
    if !overwrite && to.exists() {
        return Err(Misuse(Contact::IsThere { file: to }.to(language)).into());
    }
    let download = match client.ask_for_file(prepared, options).await {
        Ok(download) => download,
        Err(unanswered) => {
            let command = method.command();
            return answer::none(unanswered, method.endpoint, &command, answer::Form::Answer, output);
        }
    };
    let (file_name, content_type) = (download.file_name(), download.content_type().map(str::to_owned));
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let doing = || Contact::CannotWrite { file: to }.to(language);
    let part = part_in(folder).with_context(doing)?;
    let mut file = tokio::fs::File::from_std(part.reopen().with_context(doing)?);
    let bytes = download.save(&mut file).await?;
    file.sync_all().await.with_context(doing)?;
    if *overwrite {
        readable_as(to, part.as_file()).with_context(doing)?;
        part.persist(to).map_err(|error| error.error).with_context(doing)?;
    } else {
        part.persist_noclobber(to).map_err(|error| error.error).with_context(doing)?;
    }
    let document = json!({
        "file": to.display().to_string(),
        "bytes": bytes,
        "file_name": file_name,
        "content_type": content_type,
    });
    output.either(&document, || clean(&Contact::Saved { file: to, bytes }.to(language)))?;
    Ok(ExitCode::SUCCESS)
}

/// A file in the same folder that is renamed when it is whole. Temporary files are for their owner alone; this one may
/// be read by whoever may read what this user makes (the umask).
fn part_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};
        /// Without the bits of the umask.
        const NEW_FILE: u32 = 0o666;
        builder.permissions(Permissions::from_mode(NEW_FILE));
    }
    builder.tempfile_in(folder)
}

/// Gives a file the permissions of the one that it replaces.
fn readable_as(before: &Path, file: &fs::File) -> io::Result<()> {
    match fs::metadata(before) {
        Ok(before) if cfg!(unix) => file.set_permissions(before.permissions()),
        _ => Ok(()),
    }
}
