"""The macOS bundle: both property lists can be read and say what the system asks for; layout by make-bundle."""
import pathlib
import plistlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        programs = pathlib.Path(scratch, "programs")
        programs.mkdir()
        for name in ("pika-desktop", "pika-analyze"):
            (programs / name).write_text("#!/bin/sh\n")
        stage = pathlib.Path(scratch, "stage")
        subprocess.run([ROOT / "installer/macos/make-bundle", programs, stage], check=True)
        contents = stage / "Pika!.app/Contents"
        info = plistlib.loads((contents / "Info.plist").read_bytes())
        assert (contents / "MacOS" / info["CFBundleExecutable"]).stat().st_mode & 0o111, "the program is not executable"
        icon = (contents / "Resources" / (info["CFBundleIconFile"] + ".icns")).read_bytes()
        assert icon[:4] == b"icns", "the icon is none"
        for key in ("CFBundleIdentifier", "LSMinimumSystemVersion", "NSHighResolutionCapable", "CFBundlePackageType"):
            assert info.get(key), f"{key} is missing"
        version = subprocess.run([ROOT / "scripts/release-notes", "--version"], check=True, capture_output=True, text=True)
        assert info["CFBundleShortVersionString"] == version.stdout.strip().split("-")[0]
        assert (stage / "Applications").is_symlink(), "nowhere to drag the program to"
    entitlements = plistlib.loads((ROOT / "installer/macos/entitlements.plist").read_bytes())
    assert not any(entitlements.values()), "the hardened runtime has an exception"
    print("macOS bundle: layout and property lists are right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
