"""The tool services, to be tried from outside: as processes on free ports, or composed in containers."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ("oauth", "calculator", "file-reader", "database-query", "memory")
# What all scopes together allow, one real call for each tool.
SCOPES = "tools:calculate tools:read tools:query memory:write memory:read"
TURN = {"session": "check", "agent": "planner", "turn": 1, "message": "The time lock ends at 06:00."}
CALLS = {
    "calculator": ("/tools/calculator", {"expression": "45*60"}),
    "file-reader": ("/tools/file_reader", {"filename": "bank_layout.txt"}),
    "database-query": ("/tools/database_query", {"query": "SELECT * FROM guards"}),
    "memory": ("/tools/store_memory", TURN),
}
# The calls that are answered from a bank, and what is told of it besides.
OF_BANKS = {"file-reader": "/files", "database-query": "/tables"}
# Seconds. Generous, for loaded machines: what must be fast is measured, not waited for.
PATIENCE = 60

os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1"
# What is begun is also ended when we are told to stop.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def built():
    """The path of the release build. Resolved for the whole workspace, it shares what the game was built from."""
    build = ["cargo", "build", "--release", "--locked", "--quiet", "--workspace", "--bin", "heist-tools"]
    subprocess.run(build, cwd=ROOT, check=True)
    (program,) = ROOT.glob("target/*/release/heist-tools")
    return program


def check(what, seen, expected):
    """Prints one line, or ends with what was expected."""
    if seen != expected:
        sys.exit(f"FAILED {what}\n  expected: {expected!r}\n  seen:     {seen!r}")
    print("ok", what, flush=True)


def until(what, condition, pause=0.0005):
    """The first true answer of `condition`, asked again and again with `pause` seconds between."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > deadline:
            sys.exit(f"waited {PATIENCE} s in vain: {what}")
        time.sleep(pause)
    return answer


def ask(url, body=None, bearer=None):
    """GET, or POST of JSON; gives the status and the answer, decoded where it is JSON."""
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if bearer:
        request.add_header("Authorization", f"Bearer {bearer}")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            status, media, text = answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as answer:
        status, media, text = answer.code, answer.headers.get_content_type(), answer.read()
    return status, json.loads(text) if media.endswith("json") else text.decode()


def register(oauth, bootstrap, name, scope, bank=None, lifetime=None):
    """A new client (RFC 7591) of the oauth service at the URL `oauth`, for the bank with the seed `bank` if there is one. Its
    tokens last `lifetime` seconds, or as long as usual."""
    asked = {"client_name": name, "scope": scope, "grant_types": ["client_credentials"]}
    asked |= {} if bank is None else {"bank": str(bank)}
    asked |= {} if lifetime is None else {"token_lifetime": lifetime}
    status, client = ask(f"{oauth}/oauth/register", asked, bootstrap)
    if status != 201:
        sys.exit(f"registering {name} is answered with {status}: {client}")
    return client


def token(oauth, client):
    """An access token with all scopes of `client`."""
    credentials = {name: client[name] for name in ("client_id", "client_secret")}
    status, answer = ask(f"{oauth}/oauth/token", {"grant_type": "client_credentials", **credentials})
    if status != 200:
        sys.exit(f"asking for a token is answered with {status}: {answer}")
    return answer["access_token"]


def banks(urls, bootstrap):
    """Clients of different banks on one set of services, at `urls` by their names: each is answered from its own bank."""
    # Without a seed there is one bank too.
    clients = {bank: register(urls["oauth"], bootstrap, "intel", SCOPES, bank) for bank in (None, 0, 7, 2**64 - 1)}
    bearers = {bank: token(urls["oauth"], client) for bank, client in clients.items()}
    told = {bank: client.get("bank") for bank, client in clients.items()}
    check("banks: what a registration tells", told, {bank: bank if bank is None else str(bank) for bank in clients})
    for name, listed in OF_BANKS.items():
        path, arguments = CALLS[name]

        def call(bank):
            status, answer = ask(urls[name] + path, arguments, bearers[bank])
            return json.dumps(answer["result"]) if status == 200 else f"{status}: {answer}"

        def lists(bank):
            return [ask(urls[name] + path, bearer=bearers[bank])[0] for path in (listed, "/tools")]

        # Twice, one after the other: what one has asked does not change what another is answered.
        first, second = ({bank: call(bank) for bank in clients} for _ in range(2))
        check(f"banks, {name}: as many answers as banks", len(set(first.values())), len(clients))
        check(f"banks, {name}: each always its own", first, second)
        check(f"banks, {name}: lists", {bank: lists(bank) for bank in clients}, dict.fromkeys(clients, [200, 200]))
    for wrong in ("-1", "07", "seven", str(2**64), ""):
        asked = {"client_name": "intel", "scope": SCOPES, "bank": wrong}
        status, answer = ask(f"{urls['oauth']}/oauth/register", asked, bootstrap)
        check(f"banks: {wrong!r} is none", (status, answer.get("error")), (400, "invalid_client_metadata"))


class Service:
    """One service as a process on a free port, that keeps its data in `folder` and its log beside it."""

    def __init__(self, program, name, folder, issuer=None):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        log = folder.with_suffix(".log")
        command = [program, name, "--listen", "127.0.0.1:0", "--data", folder / "data"]
        env = {key: value for key, value in os.environ.items() if not key.startswith(("HEIST_", "RUST_LOG"))}
        with open(log, "wb") as out:
            command += ["--issuer", issuer] if issuer else []
            self.child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env)

        def line():
            text = log.read_text()
            if self.child.poll() is not None:
                sys.exit(f"{name} ended with {self.child.returncode}: {text}")
            return "\n" in text and text.splitlines()[0]

        try:
            self.url = until(f"the line of {name}", line).split(" listens on ")[1]
        except BaseException:
            self.child.kill()
            raise
        self.data = folder / "data"

    def stop(self):
        """Asks it to stop; it must end with 0."""
        self.child.terminate()
        if self.child.wait(PATIENCE):
            sys.exit(f"{self.child.args[1]} ended with {self.child.returncode}")


class Services:
    """All five as processes, with a temporary folder; `services["memory"].url`."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.services = {}
        try:
            for name in NAMES:
                issuer = self.services["oauth"].url if name != "oauth" else None
                self.services[name] = Service(self.program, name, f"{self.folder.name}/{name}", issuer)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for service in self.services.values():
            service.child.terminate()
        for service in self.services.values():
            service.stop()
        self.folder.cleanup()

    def __getitem__(self, name):
        return self.services[name]

    def bootstrap(self):
        """The token that registers clients."""
        return (self["oauth"].data / "bootstrap-token").read_text().strip()


def compose():
    """The command that is Compose on this machine, or nothing."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def docker(*args, given=None):
    """What a docker command prints; `given` is what it reads."""
    done = subprocess.run(["docker", *args], input=given, capture_output=True)
    if done.returncode:
        sys.exit(f"docker {' '.join(args)} ended with {done.returncode}:\n{(done.stderr or done.stdout).decode()}")
    return done.stdout


class Composed:
    """The set of docker-compose.yml. Image and volumes have names of their own here, so that nobody loses theirs."""

    def __init__(self):
        self.name = f"heist-check-{os.getpid()}"
        self.image = f"{self.name}:latest"
        self.command = compose()

    @staticmethod
    def missing():
        """Why there can be no composed set on this machine, or nothing."""
        if not shutil.which("docker"):
            return "there is no docker here"
        if subprocess.run(["docker", "version"], capture_output=True).returncode:
            return "no Docker engine answers"
        if not compose():
            return "there is neither docker compose nor docker-compose"
        return None

    @staticmethod
    def taken():
        """What of the names and ports that the file fixes is in use."""
        names = docker("ps", "--all", "--format", "{{.Names}}").decode().split()
        taken = [f"the container {name}" for name in names if name in [f"heist-{name}" for name in NAMES]]
        for port in range(8001, 8006):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    taken.append(f"port {port}")
        return taken

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.names = pathlib.Path(self.folder.name) / "names.json"
        volumes = {volume: {"name": f"{self.name}-{volume}"} for volume in ("data", "memory")}
        services = {name: {"image": self.image} for name in NAMES}
        self.names.write_text(json.dumps({"services": services, "volumes": volumes}))
        return self

    def __exit__(self, *_):
        self.run("down", "--volumes")
        subprocess.run(["docker", "rmi", self.image], capture_output=True)
        self.folder.cleanup()

    def run(self, *args):
        """Runs one command of Compose."""
        files = ["--file", ROOT / "docker-compose.yml", "--file", self.names]
        command = [*self.command, "--project-name", self.name, *files, *args]
        env = {**os.environ, "HEIST_IMAGE_FROM": "prebuilt"}
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout.decode()}")

    def up(self):
        """Brings the set up and waits until all five are healthy."""
        self.run("up", "--detach")
        self.healthy(*NAMES)

    @staticmethod
    def healthy(*names):
        """Waits until these services are healthy."""
        containers = [f"heist-{name}" for name in names]

        def all_well():
            seen = docker("inspect", "--format", "{{.State.Health.Status}}", *containers)
            return set(seen.split()) == {b"healthy"}

        until(f"{', '.join(containers)} healthy", all_well, pause=0.05)
