"""One compiler: the version in Cargo.toml (rust-version) is the one that everything else means.

Scripts and workflows read it from there (scripts/install-rust, need_rust). Where a version must stand once more, such as
the image's build, it is held against that one.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where a compiler's version can stand: images, manifests, rustup and actions, prose.
MENTIONS = re.compile(
    r"""\b(?:rust:|rust-version\s*=\s*"|msrv\s*=\s*"|rustup\s.*?|toolchain[^\n]{0,12}?|rustc?\s+)(1\.\d+(?:\.\d+)?)\b""",
    re.IGNORECASE,
)
# What was true when it was written.
HISTORY = {"CHANGELOG.md", "RELEASE-CHECKLIST.md"}


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def main():
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    wanted = re.search(r'^rust-version = "(.+)"$', manifest, re.MULTILINE)
    if wanted is None:
        sys.exit("Cargo.toml does not say rust-version")
    wanted, wrong = wanted[1], []
    for name in tracked():
        path = pathlib.PurePath(name)
        if path.name in ("rust-toolchain", "rust-toolchain.toml"):
            wrong.append(f"{name}: the compiler is chosen by rust-version in Cargo.toml alone; please remove this file")
        if path.name == "Cargo.lock" or name in HISTORY or path.suffix in (".rs", ".json", ".svg"):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for mention in MENTIONS.finditer(text):
            if mention[1] != wanted:
                line = text.count("\n", 0, mention.start()) + 1
                wrong.append(f"{name}:{line}: says Rust {mention[1]}, Cargo.toml {wanted}")
        is_member = path.name == "Cargo.toml" and "edition.workspace = true" in text
        if is_member and "rust-version.workspace = true" not in text:
            wrong.append(f"{name}: please add rust-version.workspace = true")
        is_workflow = name.startswith(".github/workflows/")
        if is_workflow and re.search(r"\bcargo |scripts/test\b", text) and "scripts/install-rust" not in text:
            wrong.append(f"{name}: runs cargo, but not scripts/install-rust, which installs Rust {wanted}")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"Rust {wanted}, everywhere")


if __name__ == "__main__":
    main()
