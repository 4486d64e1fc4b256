//! Shows a file in the system's own file manager, on a thread of its own: starting one takes a moment.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{
    report::Reporter,
    worker::{self, Busy},
};

/// Shows a file with its folder, or a folder; trouble is reported.
///
/// Errors: the system gives no thread.
pub(crate) fn show<R: 'static>(path: PathBuf, reporter: Reporter<R>) -> Result<(), Busy> {
    worker::once("reveal", move || {
        if let Err(error) = reveal(&path) {
            reporter.fail("show the file", &error);
        }
    })
}

fn reveal(path: &Path) -> Result<()> {
    let status = command(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("this system's file manager cannot be started")?;
    // Explorer's exit code says nothing.
    ensure!(
        cfg!(windows) || status.success(),
        "this system's file manager could not show {}",
        path.display()
    );
    Ok(())
}

#[cfg(target_os = "macos")]
fn command(path: &Path) -> Command {
    let mut command = Command::new("open");
    if !path.is_dir() {
        command.arg("-R");
    }
    command.arg(path);
    command
}

#[cfg(windows)]
fn command(path: &Path) -> Command {
    let mut command = Command::new("explorer");
    if path.is_dir() {
        command.arg(path);
    } else {
        let mut argument = std::ffi::OsString::from("/select,");
        argument.push(path);
        command.arg(argument);
    }
    command
}

#[cfg(not(any(windows, target_os = "macos")))]
fn command(path: &Path) -> Command {
    // There is no common way to select a file: its folder is shown.
    let mut command = Command::new("xdg-open");
    command.arg(if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    });
    command
}
