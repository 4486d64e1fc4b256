"""Which test programs scripts/check runs: the walls of every crate, the unit tests of those that were touched.

  touched_tests.py BUILT TOUCHED     cargo's messages, and the names of changed files, one a line

Prints a line a program: folder of the crate, what it tries, the program. A change of the workspace's manifest or of
the versions in use touches every crate.
"""

import json
import os
import sys

EVERYTHING = {"Cargo.toml", "Cargo.lock"}


def folder_of(manifest):
    return os.path.relpath(os.path.dirname(manifest), os.getcwd())


def main(built, touched):
    with open(touched, encoding="utf-8") as file:
        files = file.read().splitlines()
    with open(built, encoding="utf-8") as file:
        messages = [json.loads(line) for line in file if line.startswith("{")]
    programs = [
        (folder_of(message["manifest_path"]), message["target"]["name"], message["executable"])
        for message in messages
        if message["reason"] == "compiler-artifact" and message["profile"]["test"] and message["executable"]
    ]
    crates = {crate for crate, _, _ in programs}
    if EVERYTHING.intersection(files):
        changed = crates
    else:
        # A crate may lie inside another's folder: the innermost is meant.
        around = ([crate for crate in crates if name.startswith(crate + "/")] for name in files)
        changed = {max(folders, key=len) for folders in around if folders}
    # Walls first: seconds, and what they say is the quickest to mend.
    for crate, name, program in sorted(programs, key=lambda it: (it[1] != "layers", it)):
        if name == "layers":
            print(crate, "walls", program, sep="\t")
        elif crate in changed:
            print(crate, "unit tests", program, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
