"""Runs the operators' scripts against a stand-in for docker and ssh that notes what it is asked."""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# FAIL names a part of a command line that fails; SERVICES what the compose file holds; RUNNING whether it runs.
DOCKER = """#!/usr/bin/env python3
import os, sys
line = " ".join(sys.argv[1:])
with open(os.environ["NOTED"], "a") as noted:
    noted.write(f"{os.environ.get('PIKA_VERSION', '')} {line}\\n")
for part in filter(None, os.environ.get("FAIL", "").split("|")):
    if part in line:
        sys.exit(1)
if "config --services" in line:
    print(os.environ.get("SERVICES", "relay").replace(",", "\\n"))
elif " ps " in line and os.environ.get("RUNNING", "1") == "1":
    print("0123abcd")
elif "pg_dump" in line:
    sys.stdout.write("PGDMP and so on")
elif "backup -" in line:
    sys.stdout.write(os.environ.get("BACKUP", "SQLite format 3 and so on"))
elif "inspect" in line:
    print("172.30.62.2")
elif "image ls" in line:
    print("\\n".join(f"x/relay:{tag}" for tag in ("0.1.0", "0.2.0", "0.3.0")))
"""

# Runs the command here; a tunnel listens where it should and waits to be ended.
SSH = """#!/usr/bin/env python3
import os, signal, socket, subprocess, sys
with open(os.environ["NOTED"], "a") as noted:
    noted.write("ssh " + " ".join(sys.argv[1:]) + "\\n")
if "-L" in sys.argv:
    port = int(sys.argv[sys.argv.index("-L") + 1].split(":")[1])
    listener = socket.create_server(("127.0.0.1", port))
    signal.pause()
sys.exit(subprocess.call(["bash", "-c", sys.argv[-1]]))
"""

PSQL = """#!/usr/bin/env python3
import os, sys
with open(os.environ["NOTED"], "a") as noted:
    noted.write(f"psql {os.environ.get('PGOPTIONS', '')} {open(os.environ['PGPASSFILE']).read().strip()} {' '.join(sys.argv[1:])}\\n")
"""


class Place:
    """A folder as on a server, with the stand-ins first in the search path."""

    def __init__(self, scratch):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.noted = self.folder / "noted"
        self.noted.touch()
        (self.folder / "bin").mkdir()
        for name, text in (("docker", DOCKER), ("ssh", SSH), ("psql", PSQL)):
            path = self.folder / "bin" / name
            path.write_text(text)
            path.chmod(0o755)

    def run(self, *command, **environment):
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run([str(part) for part in command], cwd=self.folder, text=True, capture_output=True, timeout=120,
                              env={**os.environ, "PATH": path, "NOTED": str(self.noted), **environment})

    def lines(self):
        return self.noted.read_text().splitlines()

    def index(self, part):
        found = [i for i, line in enumerate(self.lines()) if part in line]
        assert found, f"{part!r} was never asked:\n" + "\n".join(self.lines())
        return found[0]


def roll_out(place, **environment):
    return place.run(ROOT / "deploy/roll-out", ".", "compose.yml", "x/relay", "0.3.0", **environment)


def rolls_out_in_order(scratch):
    place = Place(scratch)
    (place.folder / ".env").write_text("PUBLIC_URL=https://pika.example\nPIKA_VERSION=0.2.0\n")
    done = roll_out(place)
    assert done.returncode == 0, done.stderr
    order = [place.index(part) for part in (" pull ", "backup -", "-T relay migrate", "up --detach", "image prune")]
    assert order == sorted(order), place.lines()
    env = (place.folder / ".env").read_text()
    assert "PIKA_VERSION=0.3.0\n" in env and "PIKA_VERSION=0.2.0" not in env and "PUBLIC_URL=https://pika.example" in env
    removed = [line for line in place.lines() if "image rm" in line]
    assert len(removed) == 1 and removed[0].endswith("x/relay:0.1.0"), removed
    backups = list((place.folder / "backups").iterdir())
    assert len(backups) == 1 and backups[0].read_text().startswith("SQLite format 3")
    assert backups[0].stat().st_mode & 0o077 == 0, "others can read the backup"


def a_failed_migration_changes_nothing(scratch):
    place = Place(scratch)
    (place.folder / ".env").write_text("PIKA_VERSION=0.2.0\n")
    # --check fails, too: there is something to be done.
    done = roll_out(place, FAIL="run --rm")
    assert done.returncode != 0
    assert not any("up --detach" in line for line in place.lines()), place.lines()
    assert "PIKA_VERSION=0.2.0\n" in (place.folder / ".env").read_text()


def a_sick_version_goes_back_when_the_tables_are_the_same(scratch):
    place = Place(scratch)
    (place.folder / ".env").write_text("PIKA_VERSION=0.2.0\n")
    done = roll_out(place, FAIL="up --detach")
    assert done.returncode != 0
    ups = [line for line in place.lines() if "up --detach" in line]
    assert [line.split()[0] for line in ups] == ["0.3.0", "0.2.0"], ups
    assert "PIKA_VERSION=0.2.0\n" in (place.folder / ".env").read_text()
    # With newer tables the old program would refuse them: it says how to go back instead.
    place = Place(scratch)
    (place.folder / ".env").write_text("PIKA_VERSION=0.2.0\n")
    done = roll_out(place, FAIL="up --detach|migrate --check")
    assert done.returncode != 0 and "To go back" in done.stderr and "PIKA_VERSION=0.2.0" in done.stderr, done.stderr
    assert len([line for line in place.lines() if "up --detach" in line]) == 1


def a_backup_that_fails_stops_the_roll_out(scratch):
    place = Place(scratch)
    done = roll_out(place, FAIL="backup -")
    assert done.returncode != 0
    assert not any("migrate" in line for line in place.lines()), place.lines()


def backs_up_and_keeps_the_newest(scratch):
    place = Place(scratch)
    kept = place.folder / "kept"
    kept.mkdir()
    for day in range(1, 6):
        (kept / f"pika-2026010{day}-000000.backup").write_text("old")
    (kept / "letter.txt").write_text("mine")
    done = place.run(ROOT / "scripts/backup-db", "--to", kept, "--keep", 3, "--compose", "compose.postgres-tunnel.yml",
                     # Long enough that who stops reading at "postgres" cuts docker off.
                     SERVICES="relay,postgres" + ",tunnel" * 12000)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in kept.iterdir())
    assert names[:3] == ["letter.txt", "pika-20260104-000000.backup", "pika-20260105-000000.backup"], names
    assert len(names) == 4 and (kept / names[3]).read_text().startswith("PGDMP")
    # What is no backup takes no older one's place.
    done = place.run(ROOT / "scripts/backup-db", "--to", kept, "--keep", 1, "--compose", "compose.yml", "--host", "me@server",
                     BACKUP="Error: no such container")
    assert done.returncode != 0 and "no backup" in done.stderr, done.stderr
    assert len(list(kept.iterdir())) == 4 and any(line.startswith("ssh") for line in place.lines())
    assert place.run(ROOT / "scripts/backup-db", "--keep", "0").returncode == 2


def connects_read_only_through_a_tunnel(scratch):
    place = Place(scratch)
    (place.folder / ".env").write_text("POSTGRES_PASSWORD=secret\n")
    done = place.run(ROOT / "scripts/connect-db", "me@server", "--in", place.folder, "--", "-c", "SELECT 1", SERVICES="relay,postgres")
    assert done.returncode == 0, done.stderr
    tunnel = place.lines()[place.index("-L")]
    assert "172.30.62.2:5432" in tunnel, tunnel
    psql = place.lines()[place.index("psql")]
    port = int(tunnel.split("127.0.0.1:")[1].split(":")[0])
    assert "default_transaction_read_only=on" in psql and f"127.0.0.1:{port}:pika:pika:secret" in psql, psql
    assert "secret" not in done.stdout + done.stderr
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the tunnel was left open"


def main():
    with tempfile.TemporaryDirectory() as scratch:
        tests = [rolls_out_in_order, a_failed_migration_changes_nothing, a_sick_version_goes_back_when_the_tables_are_the_same,
                 a_backup_that_fails_stops_the_roll_out, backs_up_and_keeps_the_newest, connects_read_only_through_a_tunnel]
        for test in tests:
            test(scratch)
            print(f"ok: {test.__name__.replace('_', ' ')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
