//! How much room there is on the disk of the database.

use std::path::Path;

/// How many bytes this process's user may still write on the file system of this file.
#[cfg(unix)]
pub(in crate::store) fn free_bytes(file: &Path) -> Option<u64> {
    // The file may be gone for the moment, and its folder is on the same disk.
    let found = rustix::fs::statvfs(file)
        .or_else(|error| file.parent().map_or(Err(error), rustix::fs::statvfs))
        .ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// How many bytes this process's user may still write on the file system of this file.
#[cfg(not(unix))]
pub(in crate::store) fn free_bytes(_file: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_disk_of_a_file_that_is_gone_is_that_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("greeter.db");
        let before = free_bytes(&file).unwrap();
        std::fs::write(&file, "x").unwrap();
        // Others write to the same disk, by less than half of it.
        assert!(before > 0 && free_bytes(&file).unwrap() > before / 2);
        assert_eq!(free_bytes(Path::new("/nowhere/at/all")), None);
    }
}
