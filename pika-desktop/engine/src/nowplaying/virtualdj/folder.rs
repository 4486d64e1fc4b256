//! Where VirtualDJ keeps its files on each system.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Folders looked at inside one folder (users, bottles); more are not looked for.
const MAX_CHILDREN: usize = 200;

/// The folders where VirtualDJ may be, likeliest first. Those that are not there are among them.
pub fn candidate_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if cfg!(windows) {
        // Newer builds, then older ones; Documents may lie in OneDrive, as the system knows.
        folders.extend(dirs::data_local_dir());
        folders.extend(dirs::document_dir());
        if let Some(home) = dirs::home_dir() {
            folders.push(home.join("Documents"));
            folders.push(home.join("OneDrive").join("Documents"));
        }
    } else if cfg!(target_os = "macos") {
        folders.extend(dirs::data_dir());
        folders.extend(dirs::document_dir());
    } else {
        for prefix in wine_prefixes() {
            folders.extend(wine_user_folders(&prefix));
        }
        folders.extend(dirs::document_dir());
    }
    folders.iter().map(|folder| folder.join("VirtualDJ")).collect()
}

/// The candidate with the newest history or database; `None` when there is none.
pub fn find_folder(candidates: &[PathBuf]) -> Option<PathBuf> {
    candidates
        .iter()
        .filter_map(|folder| Some((newest(folder)?, folder)))
        // Of equals the first one counts.
        .rev()
        .max_by_key(|(time, _)| *time)
        .map(|(_, folder)| folder.clone())
}

/// When VirtualDJ last wrote there; `None` where it never did.
fn newest(folder: &Path) -> Option<SystemTime> {
    let modified = |path: PathBuf| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    modified(folder.join("History")).max(modified(folder.join("database.xml")))
}

fn wine_prefixes() -> Vec<PathBuf> {
    let mut prefixes: Vec<PathBuf> = env::var_os("WINEPREFIX").map(PathBuf::from).into_iter().collect();
    if let Some(home) = dirs::home_dir() {
        prefixes.push(home.join(".wine"));
        for several in [
            ".local/share/wineprefixes",
            ".local/share/bottles/bottles",
            ".var/app/com.usebottles.bottles/data/bottles/bottles",
            ".PlayOnLinux/wineprefix",
        ] {
            prefixes.extend(children(&home.join(several)));
        }
    }
    prefixes
}

/// Where programs keep data for each user of a Wine prefix.
fn wine_user_folders(prefix: &Path) -> Vec<PathBuf> {
    let users = children(&prefix.join("drive_c").join("users"));
    let inside = ["AppData/Local", "Documents", "My Documents"];
    users
        .iter()
        .flat_map(|user| inside.map(|folder| user.join(folder)))
        .collect()
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .take(MAX_CHILDREN)
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{fs::File, time::Duration};

    use super::*;

    #[test]
    fn the_folder_in_use_is_found() {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str, age_s: u64| {
            let folder = root.path().join(name);
            fs::create_dir(&folder).unwrap();
            let file = File::create(folder.join("database.xml")).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age_s))
                .unwrap();
            folder
        };
        let (old, new) = (folder("old", 900), folder("new", 5));
        let gone = root.path().join("gone");
        assert_eq!(find_folder(&[gone.clone(), old.clone(), new.clone()]), Some(new));
        assert_eq!(find_folder(&[old.clone(), gone.clone()]), Some(old));
        assert_eq!(find_folder(&[gone]), None);
    }

    #[test]
    fn wine_users_are_found() {
        let prefix = tempfile::tempdir().unwrap();
        let local = prefix.path().join("drive_c/users/dj/AppData/Local");
        fs::create_dir_all(&local).unwrap();
        assert!(wine_user_folders(prefix.path()).contains(&local));
        assert_eq!(
            wine_user_folders(&prefix.path().join("none")),
            Vec::<PathBuf>::new()
        );
    }
}
