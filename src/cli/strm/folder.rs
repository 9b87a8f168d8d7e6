//! The library's folder on the disk. No path leads out of it: a link on the way is not followed.

use std::fs;
use std::io;
#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(windows)]
use std::os::windows::fs::symlink_file as symlink;
use std::path::{Component, Path, PathBuf};

use super::plan::{Disk, Presence};
use super::state::{self, digest};
use crate::cli::output_file::{Temporary, write_file_as};

/// The name that a file has while it is being written.
pub const UNFINISHED: &str = ".signpost-strm.new";

/// The folder of a library. Paths below it have `/` between names, which are valid on every system.
#[derive(Debug)]
pub struct LibraryFolder(PathBuf);

impl LibraryFolder {
    /// The folder at this path of the disk, which need not be there yet.
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The text of the state's file; `None` if there is none.
    ///
    /// # Errors
    /// It can't be read, or is no regular file.
    pub fn state(&self) -> io::Result<Option<Vec<u8>>> {
        match self.presence(state::FILE_NAME) {
            Presence::Missing => Ok(None),
            Presence::File => fs::read(self.0.join(state::FILE_NAME)).map(Some),
            Presence::Link | Presence::Other => Err(io::Error::other("not a regular file")),
        }
    }

    /// Writes a file in one step, in folders that are made if they are missing.
    ///
    /// # Errors
    /// It can't be written, or a link is on the way.
    pub fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let (folder, name) = self.make_folder(path)?;
        // Thousands of small files would take minutes if each waited for the disk.
        let temporary =
            Temporary { path: folder.join(UNFINISHED), is_secret: false, is_synced: false };
        write_file_as(&folder.join(name), content, &temporary)
    }

    /// Makes a link to a path of this machine, in folders that are made if they are missing. A file or link that
    /// is there is replaced in one step.
    ///
    /// # Errors
    /// It can't be made, or a link is on the way.
    pub fn link(&self, path: &str, target: &str) -> io::Result<()> {
        let (folder, name) = self.make_folder(path)?;
        let unfinished = folder.join(UNFINISHED);
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        symlink(Path::new(target), &unfinished)?;
        fs::rename(&unfinished, folder.join(name))
            .inspect_err(|_| drop(fs::remove_file(&unfinished)))
    }

    /// Makes the folders on the way to a file, and returns the last of them and the file's name.
    fn make_folder<'p>(&self, path: &'p str) -> io::Result<(PathBuf, &'p str)> {
        fs::create_dir_all(&self.0)?;
        let mut folder = self.0.clone();
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        for name in folders.split('/').filter(|name| !name.is_empty()) {
            folder.push(name);
            match fs::symlink_metadata(&folder) {
                Ok(there) if there.is_dir() => {}
                Ok(_) => {
                    return Err(io::Error::other("a link or file is where a folder should be"));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&folder)?,
                Err(error) => return Err(error),
            }
        }
        Ok((folder, name))
    }

    /// Deletes a file or a link, and the folders that it leaves empty.
    ///
    /// # Errors
    /// It can't be deleted, or a link is on the way.
    pub fn delete(&self, path: &str) -> io::Result<()> {
        if !matches!(self.presence(path), Presence::File | Presence::Link) {
            return Err(io::Error::other("not a regular file"));
        }
        fs::remove_file(self.0.join(path))?;
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if fs::remove_dir(self.0.join(above)).is_err() {
                break;
            }
            folder = above;
        }
        Ok(())
    }
}

impl Disk for LibraryFolder {
    fn presence(&self, path: &str) -> Presence {
        let mut at = self.0.clone();
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            if !is_name(name) {
                return Presence::Other;
            }
            at.push(name);
            let is_last = names.peek().is_none();
            match fs::symlink_metadata(&at) {
                Ok(there) if is_last && there.is_file() => return Presence::File,
                Ok(there) if is_last && there.is_symlink() => return Presence::Link,
                Ok(there) if !is_last && there.is_dir() => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Presence::Missing,
                Ok(_) | Err(_) => return Presence::Other,
            }
        }
        Presence::Other
    }

    fn digest(&self, path: &str) -> Option<String> {
        // Paths in the state's file are anybody's who can write there.
        let at = self.0.join(path);
        match self.presence(path) {
            Presence::File => fs::read(at).ok().map(|content| digest(&content)),
            Presence::Link => {
                let target = fs::read_link(at).ok()?;
                Some(digest(target.as_os_str().as_encoded_bytes()))
            }
            Presence::Missing | Presence::Other => None,
        }
    }
}

/// Whether this is the name of one entry of a folder: not empty, no `..`, no path or drive of its own.
fn is_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let first = components.next();
    matches!(first, Some(Component::Normal(own)) if own == name) && components.next().is_none()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("signpost-strm-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn files_are_written_in_folders_and_deleted_with_the_folders_that_they_leave_empty() {
        let scratch = scratch("write");
        let folder = LibraryFolder::new(&scratch.join("library"));
        assert_eq!(folder.presence("a/b/c.strm"), Presence::Missing);
        folder.write("a/b/c.strm", b"one").unwrap();
        folder.write("a/d.strm", b"two").unwrap();
        folder.write("a/b/c.strm", b"three").unwrap();
        assert_eq!(folder.digest("a/b/c.strm"), Some(digest(b"three")));
        assert_eq!(
            fs::read_dir(scratch.join("library/a/b")).unwrap().count(),
            1,
            "nothing unfinished"
        );
        folder.delete("a/b/c.strm").unwrap();
        assert!(!scratch.join("library/a/b").exists() && scratch.join("library/a/d.strm").exists());
        folder.delete("a/d.strm").unwrap();
        assert!(scratch.join("library").exists() && !scratch.join("library/a").exists());
        fs::remove_dir_all(scratch).unwrap();
    }

    #[test]
    fn no_path_of_a_states_file_leads_out_of_the_folder() {
        let scratch = scratch("out");
        let library = scratch.join("library");
        let outside = scratch.join("a.strm");
        fs::create_dir_all(library.join("x")).unwrap();
        fs::write(&outside, "theirs").unwrap();
        // What a path from the root, taken for one below the library, would find there.
        let inner = library.join(outside.strip_prefix("/").unwrap());
        fs::create_dir_all(inner.parent().unwrap()).unwrap();
        fs::write(inner, "ours").unwrap();
        let folder = LibraryFolder::new(&library);
        let absolute = outside.to_str().unwrap();
        for path in ["../a.strm", "x/../../a.strm", "./../a.strm", "..", "", absolute] {
            assert_eq!(folder.presence(path), Presence::Other, "{path}");
            assert_eq!(folder.digest(path), None, "{path}");
            assert!(folder.delete(path).is_err(), "{path}");
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), "theirs");
        fs::remove_dir_all(scratch).unwrap();
    }

    #[test]
    fn a_link_is_made_known_and_deleted_and_its_target_is_left_alone() {
        let scratch = scratch("link");
        let (library, mounted) = (scratch.join("library"), scratch.join("mounted"));
        fs::create_dir_all(&mounted).unwrap();
        let target = mounted.join("a.srt");
        fs::write(&target, "subtitles").unwrap();
        let (folder, text) = (LibraryFolder::new(&library), target.to_str().unwrap());
        folder.write("s/a.srt", b"before").unwrap();
        for _ in 0..2 {
            folder.link("s/a.srt", text).unwrap();
            assert_eq!(folder.presence("s/a.srt"), Presence::Link);
            assert_eq!(folder.digest("s/a.srt"), Some(digest(text.as_bytes())));
            assert_eq!(fs::read_to_string(library.join("s/a.srt")).unwrap(), "subtitles");
        }
        folder.delete("s/a.srt").unwrap();
        assert!(!library.join("s").exists() && target.exists());
        fs::remove_dir_all(scratch).unwrap();
    }

    #[test]
    fn no_link_is_followed() {
        let scratch = scratch("links");
        let (library, outside) = (scratch.join("library"), scratch.join("outside"));
        fs::create_dir_all(&library).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("a.strm"), "theirs").unwrap();
        symlink(&outside, library.join("folder")).unwrap();
        symlink(outside.join("a.strm"), library.join("b.strm")).unwrap();
        let folder = LibraryFolder::new(&library);
        for path in ["folder/a.strm", "folder/new.strm"] {
            assert_eq!(folder.presence(path), Presence::Other, "{path}");
            assert!(folder.delete(path).is_err(), "{path}");
        }
        assert_eq!(folder.presence("b.strm"), Presence::Link);
        assert_ne!(folder.digest("b.strm"), Some(digest(b"theirs")));
        assert!(folder.write("folder/new.strm", b"x").is_err());
        folder.write("b.strm", b"ours").unwrap();
        assert_eq!(fs::read_to_string(outside.join("a.strm")).unwrap(), "theirs");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
        fs::remove_dir_all(scratch).unwrap();
    }
}
