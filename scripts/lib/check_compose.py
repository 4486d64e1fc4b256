"""What the compose schema does not ask for: every service is hardened, nothing is open to the world."""
import pathlib
import sys

from ruamel.yaml import YAML

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
problems = []


def wrong(where, what):
    problems.append(f"{where}: {what}")


def check_service(where, service):
    if service.get("read_only") is not True:
        wrong(where, "read_only is missing")
    if list(service.get("cap_drop", [])) != ["ALL"]:
        wrong(where, "cap_drop: [ALL] is missing")
    if "no-new-privileges:true" not in service.get("security_opt", []):
        wrong(where, "no-new-privileges is missing")
    for limit in ("mem_limit", "cpus", "pids_limit"):
        if limit not in service:
            wrong(where, f"{limit} is missing")
    if service.get("privileged"):
        wrong(where, "privileged")
    if set(service.get("cap_add", [])) - {"CHOWN"}:
        wrong(where, f"capabilities are added: {service['cap_add']}")
    if "logging" not in service:
        wrong(where, "logs grow without bound")
    for port in service.get("ports", []):
        if not str(port).startswith("127.0.0.1:"):
            wrong(where, f"port {port} is open to other computers")
    for volume in service.get("volumes", []):
        if "docker.sock" in str(volume):
            wrong(where, "the Docker socket is mounted")
        if str(volume).startswith(("/", "./", "~")):
            wrong(where, f"{volume} is a folder of the server")
    image = service["image"]
    tag = image.rsplit(":", 1)[-1] if ":" in image.rsplit("/", 1)[-1] else ""
    if not tag or tag == "latest":
        wrong(where, f"{image} names no version")


def main():
    for path in sorted(DEPLOY.glob("compose*.yml")):
        compose = YAML(typ="safe").load(path)
        for name, service in compose["services"].items():
            where = f"{path.name}, {name}"
            check_service(where, service)
            if name == "relay":
                for setting in ("TRUSTED_PROXIES", "PUBLIC_URL", "REGISTRATION", "RELEASE_FEED"):
                    if setting not in service["environment"]:
                        wrong(where, f"{setting} is not set")
        example = (DEPLOY / ".env.example").read_text()
        for variable in variables(path.read_text()):
            if variable not in example and not variable.endswith("_VERSION"):
                wrong(path.name, f"{variable} is not in .env.example")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else print("compose files: hardened, nothing open") or 0


def variables(text):
    """Names of ${NAME…}, except escaped ones."""
    found, rest = set(), text.replace("$${", "")
    while "${" in rest:
        rest = rest.split("${", 1)[1]
        found.add("".join(c for c in rest.split("}", 1)[0].split(":", 1)[0].split("-", 1)[0]))
    return found


if __name__ == "__main__":
    sys.exit(main())
