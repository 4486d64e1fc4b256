//! The battery as the system tells it, asked on a thread of its own: a system's command takes its time.

#[cfg(not(target_os = "linux"))]
use std::process::Command;

use crate::{
    report::Reporter,
    worker::{self, Busy},
};

/// How full the battery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Battery {
    /// 0 to 100.
    pub percent: u8,
    /// Whether the computer is on mains power.
    pub plugged_in: bool,
}

/// Looks; the answer is nothing on a computer that has none.
///
/// Errors: the system gives no thread.
pub(crate) fn look(reporter: Reporter<Option<Battery>>) -> Result<(), Busy> {
    worker::once("battery", move || reporter.send(read()))
}

#[cfg(target_os = "linux")]
fn read() -> Option<Battery> {
    of_folder(std::path::Path::new("/sys/class/power_supply"))
}

#[cfg(target_os = "macos")]
fn read() -> Option<Battery> {
    of_pmset(&said(Command::new("/usr/bin/pmset").args(["-g", "batt"]))?)
}

#[cfg(windows)]
fn read() -> Option<Battery> {
    use std::os::windows::process::CommandExt;
    /// No console window flashes up.
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    let script = "Get-CimInstance Win32_Battery | ForEach-Object { \"$($_.EstimatedChargeRemaining) $($_.BatteryStatus)\" }";
    let mut command = Command::new("powershell.exe");
    command.args(["-NoProfile", "-NonInteractive", "-Command", script]);
    of_win32(&said(command.creation_flags(CREATE_NO_WINDOW))?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn read() -> Option<Battery> {
    None
}

#[cfg(any(target_os = "macos", windows))]
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Linux: a folder for each power supply; mice and phones have batteries, too, and say that they are devices.
#[cfg(any(target_os = "linux", test))]
fn of_folder(supplies: &std::path::Path) -> Option<Battery> {
    /// Supplies that are looked at.
    const MAX_SUPPLIES: usize = 32;
    let fact = |supply: &std::path::Path, name: &str| {
        let text = std::fs::read_to_string(supply.join(name)).ok()?;
        Some(text.trim().to_owned())
    };
    let mut found: Option<Battery> = None;
    for entry in std::fs::read_dir(supplies).ok()?.flatten().take(MAX_SUPPLIES) {
        let supply = entry.path();
        let is_own = fact(&supply, "scope").is_none_or(|scope| scope != "Device");
        if fact(&supply, "type").as_deref() != Some("Battery") || !is_own {
            continue;
        }
        let Some(percent) = fact(&supply, "capacity").and_then(|text| text.parse::<u8>().ok()) else {
            continue;
        };
        let plugged_in = fact(&supply, "status").is_some_and(|status| status != "Discharging");
        // Of two batteries the fuller one counts: the other is used first.
        if found.is_none_or(|before| percent > before.percent) {
            found = Some(Battery {
                percent: percent.min(100),
                plugged_in,
            });
        }
    }
    found
}

/// macOS: `Now drawing from 'Battery Power'`, and a line a battery: `-InternalBattery-0 (id=1)  85%; discharging; …`.
#[cfg(any(target_os = "macos", test))]
fn of_pmset(text: &str) -> Option<Battery> {
    let line = text.lines().find(|line| line.contains("InternalBattery"))?;
    let (before, _) = line.split_once('%')?;
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    Some(Battery {
        percent: digits.parse::<u8>().ok()?.min(100),
        plugged_in: text.contains("'AC Power'"),
    })
}

/// Windows: percent and state of each battery; state 1 is discharging, 4 low and 5 critical.
#[cfg(any(windows, test))]
fn of_win32(text: &str) -> Option<Battery> {
    let mut words = text.split_whitespace();
    let percent = words.next()?.parse::<u8>().ok()?.min(100);
    let state = words.next()?;
    Some(Battery {
        percent,
        plugged_in: !matches!(state, "1" | "4" | "5"),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_laptops_battery_is_told_from_a_mouses() {
        let folder = tempfile::tempdir().unwrap();
        let supply = |name: &str, facts: &[(&str, &str)]| {
            let folder = folder.path().join(name);
            fs::create_dir(&folder).unwrap();
            for (fact, value) in facts {
                fs::write(folder.join(fact), format!("{value}\n")).unwrap();
            }
        };
        assert_eq!(of_folder(folder.path()), None);
        supply("AC", &[("type", "Mains"), ("online", "0")]);
        supply(
            "mouse",
            &[("type", "Battery"), ("scope", "Device"), ("capacity", "99")],
        );
        assert_eq!(of_folder(folder.path()), None);
        supply(
            "BAT0",
            &[("type", "Battery"), ("capacity", "41"), ("status", "Discharging")],
        );
        let low = Battery {
            percent: 41,
            plugged_in: false,
        };
        assert_eq!(of_folder(folder.path()), Some(low));
        fs::write(folder.path().join("BAT0/status"), "Charging\n").unwrap();
        assert!(of_folder(folder.path()).unwrap().plugged_in);
        fs::write(folder.path().join("BAT0/capacity"), "half\n").unwrap();
        assert_eq!(of_folder(folder.path()), None);
        assert_eq!(of_folder(&folder.path().join("none")), None);
    }

    #[test]
    fn what_macos_and_windows_say_is_understood() {
        let text = "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t85%; discharging; 4:02 remaining present: true\n";
        let found = of_pmset(text).unwrap();
        assert_eq!((found.percent, found.plugged_in), (85, false));
        let text = "Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t100%; charged; 0:00 remaining\n";
        assert!(of_pmset(text).unwrap().plugged_in);
        assert_eq!(of_pmset("Now drawing from 'AC Power'\n"), None);
        assert_eq!(
            of_win32("41 1\r\n").map(|it| (it.percent, it.plugged_in)),
            Some((41, false))
        );
        assert!(of_win32("97 2\r\n").unwrap().plugged_in);
        assert_eq!(of_win32(""), None);
    }
}
