"""Licences: every library that goes into a program that is shipped has one that scripts/licences.txt allows.

What is built in is asked of cargo, for all systems; what only tests and benchmarks use stays with us, except where they
switch on a feature of a library that is built in.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOWED = ROOT / "scripts" / "licences.txt"
# Whose programs the installers, archives and the image hold.
SHIPPED = {"pika-analysis", "pika-desktop", "pika-relay"}
SYSTEMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
)


def allowed():
    """The licences for all, and those for single crates."""
    everywhere, of_crate = set(), {}
    for line in ALLOWED.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if len(words) == 1:
            everywhere.add(words[0])
        elif words:
            of_crate.setdefault(words[0], set()).add(words[1])
    return everywhere, of_crate


def is_allowed(expression, licences, used):
    """Whether an SPDX expression can be met; those that meet it are added to `used`."""
    tokens = re.findall(r"[()]|[^\s()/]+|/", expression)

    def either(at):
        is_met, at = both(at)
        # The slash is what was written before SPDX.
        while at < len(tokens) and tokens[at].upper() in ("OR", "/"):
            other, at = both(at + 1)
            is_met |= other
        return is_met, at

    def both(at):
        is_met, at = one(at)
        while at < len(tokens) and tokens[at].upper() == "AND":
            other, at = one(at + 1)
            is_met &= other
        return is_met, at

    def one(at):
        if tokens[at] == "(":
            is_met, at = either(at + 1)
            return is_met, at + 1
        name, at = tokens[at], at + 1
        if at < len(tokens) and tokens[at].upper() == "WITH":
            name, at = f"{name}-WITH-{tokens[at + 1]}", at + 2
        if name in licences:
            used.add(name)
        return name in licences, at

    return bool(tokens) and either(0)[0]


def shipped():
    """The packages that go into the programs, by id."""
    platforms = [word for system in SYSTEMS for word in ("--filter-platform", system)]
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--locked", "--format-version", "1", *platforms],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    uses = {
        node["id"]: [
            dependency["pkg"]
            for dependency in node["deps"]
            if any(kind["kind"] in (None, "build") for kind in dependency["dep_kinds"])
        ]
        for node in metadata["resolve"]["nodes"]
    }
    found = {id for id, package in packages.items() if package["name"] in SHIPPED}
    if len(found) != len(SHIPPED):
        sys.exit(f"scripts/lib/check_licences.py names crates that are not there: {', '.join(sorted(SHIPPED))}")
    todo = list(found)
    while todo:
        news = set(uses[todo.pop()]) - found
        found |= news
        todo += news
    return [packages[id] for id in found]


def main():
    everywhere, of_crate = allowed()
    packages = sorted(shipped(), key=lambda package: package["name"])
    unknown, used, singled_out = {}, set(), set()
    for package in packages:
        name, licence = package["name"], package["license"] or ""
        own = of_crate.get(name, set())
        if is_allowed(licence, everywhere, used):
            continue
        if is_allowed(licence, everywhere | own, set()):
            singled_out.add(name)
            continue
        says = licence or f"no SPDX name, only {package['license_file'] or 'nothing'}"
        unknown.setdefault(says, []).append(f"{name} {package['version']}")
    where = ALLOWED.relative_to(ROOT)
    wrong = [
        f"A licence that nobody has looked at yet: {licence}, of {names[0]}"
        f"{f' and {len(names) - 1} more' if names[1:] else ''}. Please read what it asks for: if it may go into what is "
        f"shipped, add it to {where}, else take another library."
        for licence, names in unknown.items()
    ]
    wrong += [
        f"{where} allows {name}, which nothing needs: please take that line out."
        for name in sorted((everywhere - used) | (set(of_crate) - singled_out))
    ]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(packages)} packages, {len(used)} licences: all of them allowed")


if __name__ == "__main__":
    main()
