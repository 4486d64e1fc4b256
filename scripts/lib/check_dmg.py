"""The disk image for macOS, as far as it can be looked into without a Mac: what lies in it, and how its window looks.

    check_dmg.py [--programs FOLDER] [--picture FILE]

Fills the folder with installer/macos/make-bundle, makes an HFS+ image of it, unpacks that again and compares; reads the
window's layout back. --picture draws what Finder should show. Needs xorriso, 7z, and ds_store and mac_alias from PyPI.
"""
import argparse
import os
import pathlib
import plistlib
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer/macos"))
import layout  # noqa: E402
from ds_store import DSStore  # noqa: E402
from mac_alias import Alias  # noqa: E402


def tree(folder):
    """Every file with its bytes, every link with where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def tiff_pages(data):
    """(width, height, pixels per inch) of each page."""
    order = {b"II": "<", b"MM": ">"}[data[:2]]
    assert struct.unpack_from(order + "H", data, 2)[0] == 42, "not a TIFF"
    pages, at = [], struct.unpack_from(order + "I", data, 4)[0]
    while at:
        entries, = struct.unpack_from(order + "H", data, at)
        tags = {}
        for entry in range(entries):
            tag, kind, _, value = struct.unpack_from(order + "HHII", data, at + 2 + 12 * entry)
            if kind == 3:
                value, = struct.unpack_from(order + "H", data, at + 10 + 12 * entry)
            if kind == 5:
                numerator, denominator = struct.unpack_from(order + "II", data, value)
                value = numerator / denominator
            tags[tag] = value
        pages.append((tags[256], tags[257], round(tags[282])))
        at, = struct.unpack_from(order + "I", data, at + 2 + 12 * entries)
    return pages


def check_window(stage):
    with DSStore.open(str(stage / ".DS_Store"), "r") as store:
        window, view = store["."]["bwsp"], store["."]["icvp"]
        places = {entry.filename: tuple(entry.value) for entry in store if entry.code == b"Iloc"}
    size = tuple(int(number) for number in window["WindowBounds"].strip("{}").replace("}, {", ", ").split(", ")[2:])
    visible = {path.name for path in stage.iterdir() if not path.name.startswith(".")}
    assert set(places) == visible, f"places for {sorted(places)}, but there is {sorted(visible)}"
    width, height = size[0], size[1] - layout.TITLE_BAR
    half = view["iconSize"] / 2
    for name, (x, y) in places.items():
        # The name stands below the icon.
        assert half <= x <= width - half and half <= y <= height - half - 30, f"{name} is not inside the window"
    for name, (x, y) in places.items():
        for other, (a, b) in places.items():
            assert name == other or abs(x - a) >= 2 * half or abs(y - b) >= 2 * half + 30, f"{name} lies on {other}"
    alias = Alias.from_bytes(view["backgroundImageAlias"])
    assert view["backgroundType"] == 2 and alias.volume.name == layout.VOLUME
    picture = stage / alias.target.posix_path.lstrip("/")
    assert tiff_pages(picture.read_bytes()) == [(width, height, 72), (2 * width, 2 * height, 144)], "the picture is not as large as the window"
    # hdiutil gives the volume the name that the layout was made for.
    assert f"-volname '{layout.VOLUME}'" in (ROOT / "installer/macos/make-dmg").read_text()


def check_program(stage):
    info = plistlib.loads((stage / "Pika!.app/Contents/Info.plist").read_bytes())
    program = stage / "Pika!.app/Contents/MacOS" / info["CFBundleExecutable"]
    assert program.stat().st_size > 0 and program.stat().st_mode & 0o111
    assert os.readlink(stage / "Applications") == "/Applications"


def draw(stage, file):
    icons = ROOT / "installer/icons"
    command = ["convert", str(stage / layout.PICTURE) + "[0]", "-font", "DejaVu-Sans", "-pointsize", "13", "-fill", "black"]
    for name, (x, y) in layout.ICONS.items():
        if name == "Pika!.app":
            size = layout.ICON_SIZE
            command += ["(", str(icons / "pika-256.png"), "-resize", f"{size}x{size}", ")", "-geometry", f"+{x - size // 2}+{y - size // 2}", "-composite"]
        else:
            half = layout.ICON_SIZE // 2 - 8
            command += ["-fill", "none", "-stroke", "#857A8C", "-draw", f"roundrectangle {x - half},{y - half} {x + half},{y + half} 10,10",
                        "-stroke", "none", "-fill", "black"]
        left, below = x - layout.SIZE[0] // 2, y + layout.ICON_SIZE // 2 + 8
        command += ["-gravity", "north", "-annotate", f"{left:+d}+{below}", name.removesuffix(".app"), "-gravity", "northwest"]
    subprocess.run([*command, file], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path)
    parser.add_argument("--picture", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        programs = options.programs
        if not programs:
            programs = scratch / "programs"
            programs.mkdir()
            for name in ("pika-desktop", "pika-analyze"):
                (programs / name).write_text("#!/bin/sh\n")
        stage, out = scratch / "stage", scratch / "out"
        subprocess.run([ROOT / "installer/macos/make-bundle", programs, stage], check=True)
        check_window(stage)
        subprocess.run([ROOT / "installer/macos/make-dmg", stage, out], check=True, capture_output=True)
        image, = out.iterdir()
        # It is an ISO image at the same time; the other half is what a Mac reads.
        listed = subprocess.run(["7z", "x", "-thfs", f"-o{scratch / 'unpacked'}", image], capture_output=True, text=True)
        unpacked = scratch / "unpacked" / layout.VOLUME
        assert unpacked.is_dir(), listed.stdout + listed.stderr
        found, expected = tree(unpacked), tree(stage)
        # Unpacking bends an absolute link; the image itself has what counts.
        link = subprocess.run(["7z", "e", "-thfs", "-so", image, f"{layout.VOLUME}/Applications"], capture_output=True, text=True)
        found["Applications"] = link.stdout
        assert found == expected, f"differs: {sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))}"
        check_program(stage)
        if options.picture:
            draw(stage, options.picture)
        print(f"{image.name}: HFS+ volume “{layout.VOLUME}” with {len(expected)} files as they were put in")
        for name, place in layout.ICONS.items():
            print(f"  {name} at {place}")
        print(f"  picture {layout.SIZE[0]} × {layout.SIZE[1]} points, also for Retina; a window of that size")
    return 0


if __name__ == "__main__":
    sys.exit(main())
