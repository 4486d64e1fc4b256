"""Runs the operators' scripts over a real SSH server: try_over_ssh.py SSHD PIKA_RELAY (scripts/try-ssh starts it).

The server is this computer, in a folder of its own; as root everything there belongs to the user postgres, since
neither Postgres nor this SSH server wants to be root. Docker is container_stand_in.py.
"""
import contextlib
import gzip
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURE = sorted((ROOT / "pika-relay/tests/releases").iterdir())[-1]
DEADLINE_S = 120
SICK = "9.9.9"
IMAGE = "registry.example/pika-relay"


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def listens(port, address="127.0.0.1"):
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


def eventually(what, true):
    deadline = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)


def postgres_programs():
    folders = pathlib.Path("/usr/lib/postgresql").glob("*/bin")
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


class Server:
    """A computer with an SSH server, Postgres, a relay and the stand-in for docker."""

    def __init__(self, scratch, sshd, relay):
        self.folder = pathlib.Path(scratch)
        self.home = self.folder / "server"
        self.pika = self.home / "pika folder"  # A name that has to be quoted.
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.port, self.relay_port = free_port(), free_port()
        # 5432 is what the scripts ask for, so the server has an address of its own.
        self.address = next(address for address in (f"127.77.{os.getpid() % 250}.{last}" for last in range(1, 250)) if not listens(5432, address))
        self.password = "throw-away"
        self.programs = postgres_programs()
        self.sshd, self.libraries = pathlib.Path(sshd), ""
        self.started = []
        for folder in (self.pika / "backups", self.home / "bin", self.home / "data"):
            folder.mkdir(parents=True)
        for name in ("compose.yml", "compose.postgres-tunnel.yml"):
            shutil.copy(ROOT / "deploy" / name, self.pika)
        # The programs where everyone may read them.
        shutil.copy(relay, self.home / "bin/pika-relay")
        if fetched := os.environ.get("SSHD_LIBRARIES"):
            self.libraries = self.home / "lib"
            shutil.copytree(fetched, self.libraries)
            self.sshd = self.home / "sshd"
            shutil.copy(sshd, self.sshd)
        shutil.copy(ROOT / "scripts/lib/container_stand_in.py", self.home / "bin/docker")
        (self.home / "bin/docker").chmod(0o755)
        (self.home / "images").write_text("0.1.0 0.2.0 0.3.0 " + SICK)
        known = {"relay": str(self.home / "bin/pika-relay"), "port": self.relay_port, "address": self.address, "password": self.password,
                 "postgres": str(self.programs), "sick": SICK}
        (self.home / "stand-in.json").write_text(json.dumps(known))
        (self.pika / ".env").write_text(f"PUBLIC_URL=https://pika.example\nPOSTGRES_PASSWORD={self.password}\nPIKA_VERSION=0.1.0\n")
        with gzip.open(FIXTURE / "pika.db.gz") as packed:
            (self.home / "data/pika.db").write_bytes(packed.read())
        self.folder.chmod(0o755)
        self.keys()

    def keys(self):
        """A key for the server, one for who comes, and a client's settings that know both."""
        client = self.folder / "client"
        (client / "bin").mkdir(parents=True)
        for key in (self.home / "host_key", client / "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "throw-away", "-f", key], check=True)
        shutil.copy(client / "key.pub", self.home / "authorized_keys")
        kind, public = (self.home / "host_key.pub").read_text().split()[:2]
        (client / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {kind} {public}\n")
        (client / "config").write_text(f"""Host server
    HostName 127.0.0.1
    Port {self.port}
    User {self.user}
    IdentityFile {client / 'key'}
    IdentitiesOnly yes
    StrictHostKeyChecking yes
    UserKnownHostsFile {client / 'known_hosts'}
    BatchMode yes
    LogLevel ERROR
""")
        # The real one, with these settings instead of the person's own.
        (client / "bin/ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {client / "config"} "$@"\n')
        (client / "bin/ssh").chmod(0o755)
        (self.home / "sshd_config").write_text(f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.home / 'host_key'}
PidFile none
AuthorizedKeysFile {self.home / 'authorized_keys'}
AuthenticationMethods publickey
UsePAM no
StrictModes no
SetEnv PATH={self.home / 'bin'}:/usr/bin:/bin
""")

    def __enter__(self):
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", self.user, self.home], check=True)
        environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(self.libraries)}
        log = (self.folder / "sshd.log").open("wb")
        self.started.append(subprocess.Popen(self.as_user(self.sshd, "-D", "-e", "-f", self.home / "sshd_config"), env=environment, cwd="/",
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        cluster = self.home / "cluster"
        (self.folder / "password").write_text(self.password)
        self.do(self.programs / "initdb", "-D", cluster, "-A", "scram-sha-256", "-U", "pika", f"--pwfile={self.folder / 'password'}", "--no-sync")
        with (cluster / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = '{self.address}'\nport = 5432\nunix_socket_directories = ''\nfsync = off\n")
        self.do(self.programs / "pg_ctl", "-s", "-w", "-t", DEADLINE_S, "-D", cluster, "-l", self.home / "postgres.log", "start")
        self.psql("-d", "postgres", "-c", "CREATE DATABASE pika")
        self.psql("-d", "pika", "-v", "ON_ERROR_STOP=1", "-f", FIXTURE / "postgres.sql")
        eventually("the SSH server listens", lambda: listens(self.port))
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.ssh("docker compose --file compose.yml stop relay")
        with contextlib.suppress(Exception):
            self.do(self.programs / "pg_ctl", "-s", "-D", self.home / "cluster", "-m", "immediate", "stop")
        for process in self.started:
            process.terminate()
            process.wait()

    def as_user(self, *command):
        prefix = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        return [*prefix, *map(str, command)]

    def do(self, *command):
        subprocess.run(self.as_user(*command), check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=DEADLINE_S * 2)

    def psql(self, *arguments):
        subprocess.run([self.programs / "psql", "-h", self.address, "-U", "pika", "-q", "-X", *arguments], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "PGPASSWORD": self.password}, timeout=DEADLINE_S)

    def environment(self):
        return {**os.environ, "PATH": f"{self.folder / 'client/bin'}{os.pathsep}{os.environ['PATH']}"}

    def run(self, *command, **options):
        """What somebody types on their own computer."""
        return subprocess.run([str(part) for part in command], cwd=self.folder, text=True, capture_output=True, env=self.environment(),
                              timeout=DEADLINE_S * 3, **options)

    def ssh(self, line, **options):
        done = self.run("ssh", "server", f"cd '{self.pika}' && {line}", **options)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def recap(self):
        """The night of the fixture, as dancers read it: the interface's answer and the page."""
        found = []
        for path in ("/api/sessions/{}/recap", "/recap/{}"):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.relay_port}" + path.format(self.code()), timeout=DEADLINE_S) as answer:
                found.append(answer.read())
        return found

    def code(self):
        return self.expected["code"]

    def serve(self, compose):
        kind = "postgres" if "postgres" in compose else "sqlite"
        self.expected = json.loads((FIXTURE / f"expected.{kind}.json").read_text())
        self.ssh(f"docker compose --file {compose} up --detach --wait relay")


def connects_to_postgres_and_only_reads(server):
    server.serve("compose.postgres-tunnel.yml")
    done = server.run(ROOT / "scripts/connect-db", "server", "--in", server.pika, "--", "-X", "-Atc", "SELECT slug FROM djs")
    assert done.returncode == 0 and done.stdout.split() == ["ada"], done
    rename = ("-X", "-c", "UPDATE djs SET name = 'Somebody else'")
    done = server.run(ROOT / "scripts/connect-db", "server", "--in", server.pika, "--", *rename)
    assert done.returncode != 0 and "read-only transaction" in done.stderr, done
    done = server.run(ROOT / "scripts/connect-db", "server", "--in", server.pika, "--write", "--", *rename)
    assert done.returncode == 0 and "UPDATE 1" in done.stdout, done
    assert server.password not in done.stdout + done.stderr


def keeps_a_tunnel_open_until_ended(server):
    port = free_port()
    tunnel = subprocess.Popen([ROOT / "scripts/connect-db", "server", "--in", str(server.pika), "--port", str(port), "--tunnel-only"], text=True,
                              cwd=server.folder, env=server.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                              # A parent in the background may have switched Ctrl-C off for all its children.
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        assert f"postgres://pika@127.0.0.1:{port}/pika" in tunnel.stdout.readline()
        found = subprocess.run([server.programs / "psql", "-X", "-Atc", "SELECT 1", "-h", "127.0.0.1", "-p", str(port), "-U", "pika", "pika"], text=True,
                               capture_output=True, env={**os.environ, "PGPASSWORD": server.password}, timeout=DEADLINE_S)
        assert found.stdout.strip() == "1", found
        os.killpg(tunnel.pid, signal.SIGINT)  # Ctrl-C
        tunnel.wait(DEADLINE_S)
        eventually("the tunnel is closed", lambda: not listens(port))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(tunnel.pid, signal.SIGKILL)


def opens_a_copy_of_sqlite(server):
    server.serve("compose.yml")
    connect = (ROOT / "scripts/connect-db", "server", "--in", server.pika, "--compose", "compose.yml", "--")
    done = server.run(*connect, "UPDATE djs SET name = 'Somebody else'; SELECT name FROM djs;")
    assert done.returncode == 0 and "Somebody else" in done.stdout, done
    done = server.run(*connect, "SELECT slug, name FROM djs")
    assert "ada|" in done.stdout and "Somebody else" not in done.stdout, done


def documented(words):
    """The commands of the block in docs/operations.md that says all of these words."""
    text = (ROOT / "docs/operations.md").read_text()
    found = [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if all(word in block for word in words)]
    assert len(found) == 1, f"{len(found)} blocks with {words}"
    return found[0]


def comes_back_from_its_backup(server, compose, words):
    """Backed up from afar while it runs, lost, restored as the document says, and the night reads the same."""
    server.serve(compose)
    before = server.recap()
    kept = server.folder / f"kept-{compose}"
    done = server.run(ROOT / "scripts/backup-db", "--to", kept, "--keep", 2, "--compose", compose, "--host", "server", "--in", server.pika)
    assert done.returncode == 0, done.stderr
    backup = next(kept.iterdir())
    assert backup.stat().st_mode & 0o077 == 0, "others can read the backup"
    server.ssh(f"docker compose --file {compose} exec -T relay /pika-relay user delete ada --yes")
    try:
        server.recap()
        raise AssertionError("nothing was lost")
    except urllib.error.HTTPError as error:
        assert error.code == 404
    with backup.open("rb") as copy:
        subprocess.run(["ssh", "server", f"cat >'{server.pika}/backups/{backup.name}'"], check=True, env=server.environment(), stdin=copy, timeout=DEADLINE_S)
    commands, times = re.subn(r"pika-\d{8}-\d{6}\.backup", backup.name, documented(words))
    assert times == 1, "the document restores another file"
    server.ssh("set -e\n" + commands)
    assert server.recap() == before, "the night reads differently"


def sqlite_comes_back_from_its_backup(server):
    comes_back_from_its_backup(server, "compose.yml", ["relay restore -"])


def postgres_comes_back_from_its_backup(server):
    comes_back_from_its_backup(server, "compose.postgres-tunnel.yml", ["pg_restore"])


def rolls_out_and_goes_back(server):
    server.serve("compose.yml")
    before = server.recap()

    def roll_out(version):
        # As deploy.yml does it.
        with (ROOT / "deploy/roll-out").open("rb") as script:
            words = " ".join(f"'{word}'" for word in (server.pika, "compose.yml", IMAGE, version))
            return server.run("ssh", "--", "server", "bash", "-s", "--", words, stdin=script)

    done = roll_out("0.3.0")
    assert done.returncode == 0, done.stdout + done.stderr
    settings = (server.pika / ".env").read_text()
    assert "PIKA_VERSION=0.3.0\n" in settings and f"PIKA_IMAGE={IMAGE}\n" in settings, settings
    assert (server.home / "images").read_text().split() == ["0.1.0", "0.3.0"], "the running image and the one before stay"
    backups = list((server.pika / "backups").glob("before-0.3.0-*.backup"))
    assert len(backups) == 1 and backups[0].read_bytes().startswith(b"SQLite format 3"), backups
    assert server.recap() == before
    # A version without an image: nothing is touched.
    assert roll_out("0.4.0").returncode != 0 and server.recap() == before
    # One that does not get well: the version before runs again.
    (server.home / "images").write_text("0.1.0 0.3.0 " + SICK)
    done = roll_out(SICK)
    assert done.returncode != 0 and "back to 0.3.0" in done.stdout, done.stdout + done.stderr
    assert "PIKA_VERSION=0.3.0\n" in (server.pika / ".env").read_text()
    assert server.recap() == before, "the old version does not serve"


def main():
    if postgres_programs() is None:
        sys.exit("Postgres is missing: install it (Debian: postgresql)")
    tests = [connects_to_postgres_and_only_reads, keeps_a_tunnel_open_until_ended, postgres_comes_back_from_its_backup, opens_a_copy_of_sqlite,
             sqlite_comes_back_from_its_backup, rolls_out_and_goes_back]
    with tempfile.TemporaryDirectory() as scratch:
        server = Server(scratch, sys.argv[1], sys.argv[2])
        try:
            with server:
                for test in tests:
                    test(server)
                    print(f"ok: {test.__name__.replace('_', ' ')}", flush=True)
        except BaseException:
            for log in (server.folder / "sshd.log", server.home / "postgres.log", server.home / "relay.log"):
                if log.exists():
                    print(f"--- {log.name}\n{log.read_text()[-3000:]}", file=sys.stderr)
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
