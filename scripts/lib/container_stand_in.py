#!/usr/bin/env python3
"""Stands in for docker on the server of try_over_ssh.py: no containers, but the real relay and Postgres' real programs,
with the settings that the compose files give them. Knows what the operators' scripts and documents ask, nothing more.
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

SERVER = pathlib.Path(__file__).resolve().parents[1]
KNOWN = json.loads((SERVER / "stand-in.json").read_text())
PID, LOG, IMAGES = SERVER / "relay.pid", SERVER / "relay.log", SERVER / "images"
DEADLINE_S = 120


def services(file):
    """Names of the services, in the order of the compose file."""
    names, inside = [], False
    for line in pathlib.Path(file).read_text().splitlines():
        if line and not line[0].isspace():
            inside = line == "services:"
        elif inside and line.startswith("  ") and line[2:3].isalnum() and line.rstrip().endswith(":"):
            names.append(line.strip()[:-1])
    return names


def relay_environment(file):
    database = "sqlite:" + str(SERVER / "data/pika.db")
    if "postgres" in services(file):
        # In its network the name leads there.
        database = f"postgres://pika:{KNOWN['password']}@{KNOWN['address']}:5432/pika?sslmode=disable"
    return {"PATH": os.environ["PATH"], "DATABASE_URL": database, "HOST": "127.0.0.1", "PORT": str(KNOWN["port"]),
            "PUBLIC_URL": "https://pika.example", "RELEASE_FEED": "off", "LOG_FORMAT": "json"}


def relay(file, arguments):
    """Becomes the relay's program, as run and exec do."""
    environment = relay_environment(file)
    os.chdir(SERVER / "data")
    os.execve(KNOWN["relay"], ["pika-relay", *arguments], environment)


def postgres(command):
    """Becomes one of Postgres' programs; inside the container no password is asked for."""
    environment = {"PATH": KNOWN["postgres"], "PGHOST": KNOWN["address"], "PGPORT": "5432", "PGPASSWORD": KNOWN["password"]}
    os.execvpe(os.path.join(KNOWN["postgres"], command[0]), command, environment)


def running():
    """The relay's process, or None; one that has ended but was not waited for yet has ended."""
    if not PID.exists():
        return None
    try:
        state = pathlib.Path(f"/proc/{PID.read_text()}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return None
    return None if state == "Z" else int(PID.read_text())


def stop():
    process, deadline = running(), time.monotonic() + DEADLINE_S
    if process:
        os.kill(process, signal.SIGTERM)
    while running():
        if time.monotonic() > deadline:
            sys.exit("the relay does not stop")
        time.sleep(0.05)


def up(file):
    stop()
    arguments = ["--no-such-flag"] if os.environ.get("PIKA_VERSION") == KNOWN["sick"] else []
    with LOG.open("ab") as log:
        process = subprocess.Popen([KNOWN["relay"], *arguments], cwd=SERVER / "data", env=relay_environment(file), stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, start_new_session=True)
    PID.write_text(str(process.pid))
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", KNOWN["port"])) == 0:
                return 0
        time.sleep(0.05)
    print("container pika-relay-1 is unhealthy", file=sys.stderr)
    return 1


def compose(arguments):
    file = "compose.yml"
    if arguments[0] == "--file":
        file, arguments = arguments[1], arguments[2:]
    verb, rest = arguments[0], arguments[1:]
    options = []
    while rest and rest[0].startswith("-"):
        # These two have a value.
        count = 2 if rest[0] in ("--wait-timeout", "--status", "--tail") else 1
        options, rest = options + rest[:count], rest[count:]
    service, command = (rest[0], rest[1:]) if rest else (None, [])
    if verb == "config" and "--services" in options:
        print("\n".join(services(file)))
    elif verb == "ps":
        if service != "relay" or running():
            print("0123456789ab")
    elif verb == "pull":
        return 0 if os.environ["PIKA_VERSION"] in IMAGES.read_text().split() else 1
    elif verb == "exec" and service == "postgres":
        postgres(command)
    elif verb == "exec" and command[0] == "/pika-relay":
        relay(file, command[1:])
    elif verb == "run":
        relay(file, command)
    elif verb == "up":
        return up(file)
    elif verb == "stop":
        stop()
    elif verb == "logs":
        sys.stdout.write(LOG.read_text()[-4000:])
    else:
        sys.exit(f"the stand-in does not know: compose {' '.join(arguments)}")
    return 0


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "compose":
        return compose(arguments[1:])
    if arguments[0] == "inspect":
        print(KNOWN["address"])
    elif arguments[:2] == ["image", "ls"]:
        print("\n".join(f"{arguments[-1]}:{tag}" for tag in IMAGES.read_text().split()))
    elif arguments[:2] == ["image", "rm"]:
        tag = arguments[2].rsplit(":", 1)[1]
        IMAGES.write_text("\n".join(other for other in IMAGES.read_text().split() if other != tag))
    elif arguments[:2] != ["image", "prune"]:
        sys.exit(f"the stand-in does not know: {' '.join(arguments)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
