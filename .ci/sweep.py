"""Sweeps on engines that others wrote. Started by `sweep`, which says what for."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from sweep_nodes import Nodes
from tool_services import ROOT, until

TASKS = 8
# Long enough to be killed in the middle, also where a machine is fast.
GAMES = 600


def fail(words):
    sys.exit(f"FAILED {words}")


def ok(words):
    print("ok", words, flush=True)


def run(*args, **more):
    """What a command prints; ends when it fails."""
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, timeout=600, **more)
    if done.returncode:
        fail(f"{' '.join(str(arg) for arg in args)}\n{done.stdout}{done.stderr}")
    return done.stdout


class Trial:
    """The program, a folder, and what a bench says to compare with."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        self.files = 0

    def file(self):
        self.files += 1
        return self.folder / f"results-{self.files}"

    def bench(self, *games):
        """The results of a bench, and its figures."""
        file = self.file()
        figures = run(self.program, "bench", "--json", "--results", file, *games, env=self.env)
        return file.read_bytes(), json.loads(figures) | {"heists_per_s": None}

    def start(self, *args, env=None):
        command = [str(arg) for arg in (self.program, "sweep", "--json", *args)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=self.env | (env or {}), **streams)

    def sweep(self, *args, code=0, env=None):
        """Plays to the end; what was printed and told."""
        return self.end(self.start(*args, env=env), code)

    def end(self, child, code=0):
        out, told = child.communicate(timeout=900)
        if child.returncode != code:
            fail(f"{' '.join(child.args)}\n  ended with {child.returncode} and not {code}:\n{told}")
        return out, told

    def same(self, what, file, out, expected):
        """The results are those of a bench, and nothing else is left in the folder."""
        results, figures = expected
        if file.read_bytes() != results:
            fail(f"{what}: the results are not those of a bench")
        if json.loads(out) != figures:
            fail(f"{what}: the figures are not those of a bench:\n{out}{figures}")
        if left := [str(it) for it in self.folder.iterdir() if it.name.startswith(f"{file.name}.")]:
            fail(f"{what}: {left} are left")
        ok(f"{what}: {len(results.splitlines())} results, as a bench has them")


def lines(folder, file, child):
    """How many results are kept so far beside `file`."""
    if child.poll() is not None:
        fail(f"a sweep has ended too early:\n{child.stderr.read()}")
    return sum(part.read_bytes().count(b"\n") for part in folder.glob(f"{file.name}.*.part"))


def nothing_left(what, host=()):
    for kind in (["service", "ls"], ["ps", "--all", "--filter", "label=com.docker.swarm.service.id"], ["config", "ls"]):
        if left := run("docker", *host, *kind, "--quiet").split():
            fail(f"{what}: {len(left)} are left of docker {' '.join(kind)}")


def swarm(trial):
    if not shutil.which("docker"):
        return ok("swarm is not tried: there is no Docker here")
    state = run("docker", "info", "--format", "{{.Swarm.LocalNodeState}}").strip()
    games = ["--games", GAMES, "--seed", 7]
    # Two at a time, so that it can be stopped half-way on a large machine too.
    usual = ["--swarm", "--tasks", TASKS, "--concurrency", 2, *games]
    if state == "inactive":
        _, told = trial.sweep(*usual, "-o", trial.file(), code=3)
        if "docker swarm init" not in told:
            fail(f"an engine without a Swarm is not explained: {told}")
        run("docker", "swarm", "init", "--advertise-addr", "127.0.0.1")
    try:
        with_crew = trial.folder / "crew.toml"
        shutil.copy(ROOT / "assets/crew.toml", with_crew)
        few = ["--games", 40, "--rounds", 2, "--crew", with_crew, "--detector", ROOT / "assets/detector.toml"]
        out, _ = trial.sweep("--swarm", "--tasks", 3, *few, "-o", file := trial.file())
        trial.same("swarm, with a crew", file, out, trial.bench(*few))
        nothing_left("swarm, with a crew")

        expected = trial.bench(*games)
        child = trial.start(*usual, "-o", file := trial.file())
        until("results come", lambda: lines(trial.folder, file, child) > GAMES // 10, 0.05)
        child.kill()
        child.wait()
        out, told = trial.sweep(*usual, "-o", file)
        if "goes on with the service" not in told:
            fail(f"a sweep does not find its service again: {told}")
        trial.same("swarm, the program killed", file, out, expected)
        nothing_left("swarm, the program killed")

        child = trial.start(*usual, "-o", file := trial.file())
        until("results come", lambda: lines(trial.folder, file, child) > GAMES // 4, 0.05)
        child.send_signal(signal.SIGINT)
        _, told = trial.end(child, 130)
        nothing_left("swarm, interrupted")
        out, again = trial.sweep(*usual, "-o", file)
        if "the same command" not in told or "goes on with the service" in again:
            fail(f"an interrupted sweep does not begin again: {told}{again}")
        trial.same("swarm, interrupted", file, out, expected)
        nothing_left("swarm, interrupted")

        nowhere = ["--llm", "openai", "--llm-url", "http://{{.Node.Hostname}}.invalid:9/v1", "--games", 4, "--tasks", 2]
        _, told = trial.sweep("--swarm", *nowhere, "--retries", 1, "-o", trial.file(), code=4)
        node = run("docker", "info", "--format", "{{.Name}}").strip()
        for words in [f"has failed on {node} (exit code 3)", f"http://{node}.invalid:9/v1", "has failed 2 times"]:
            if words not in told:
                fail(f"a task that fails is not told ({words}): {told}")
        nothing_left("swarm, with no model server")
        ok("swarm, tasks that fail: told with node, exit code and last words, and given up")
    finally:
        if state == "inactive":
            run("docker", "swarm", "leave", "--force")


def nodes(trial):
    """Three nodes, each an engine of its own."""
    if os.geteuid() or not all(shutil.which(it) for it in ("dockerd", "ip", "nsenter", "unshare")):
        return ok("nodes are not tried: that takes root, dockerd and iproute2")
    games = ["--games", GAMES, "--seed", 7]
    with Nodes(trial.folder / "nodes", 3) as all_nodes:
        first, second, third = all_nodes.all
        usual = ["--swarm", "--docker-host", first.host, "--tasks", 24, *games]
        expected = trial.bench(*games)

        few = ["--games", 30, "--rounds", 2]
        out, told = trial.sweep("--swarm", "--docker-host", first.host, "--tasks", 6, *few, "-o", file := trial.file())
        if "docker save" not in told:
            fail(f"nodes without the image are not explained: {told}")
        trial.same("nodes, one with the image", file, out, trial.bench(*few))

        image = run("docker", "--host", first.host, "images", "--format", "{{.Repository}}:{{.Tag}}").split()[0]
        for node in (second, third):
            node.load(first, image)

        child = trial.start(*usual, "-o", file := trial.file())
        until("results come", lambda: lines(trial.folder, file, child) > GAMES // 10, 0.05)
        third.die()
        out, told = trial.end(child)
        if f"the node {third.name} is gone" not in told:
            fail(f"a node that is gone is not told: {told}")
        trial.same("nodes, one killed", file, out, expected)

        # Nobody has read what the second has played when it dies.
        _, told = trial.sweep(*usual, "-o", file := trial.file(), "--detach")
        complete = ["service", "ps", "--format", "{{.Node}} {{.CurrentState}}", told.split("the service ")[1].split()[0]]
        there = lambda: run("docker", "--host", first.host, *complete).splitlines()
        until("a task is complete", lambda: any(it.startswith(f"{second.name} Complete") for it in there()), 0.2)
        second.die()
        out, told = trial.sweep(*usual, "-o", file)
        if f"the node {second.name} is gone" not in told:
            fail(f"a node that is gone is not told: {told}")
        trial.same("nodes, one killed with results that nobody had read", file, out, expected)
        nothing_left("nodes", ["--host", first.host])


def listens(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def ended(child):
    """Ends a daemon, in its own way if it does."""
    child.terminate()
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextlib.contextmanager
def cluster(folder):
    """A Slurm cluster of this machine alone; gives the environment of its commands, and its controller."""
    name = socket.gethostname().split(".")[0]
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    for part in ("state", "spool", "munge"):
        (folder / part).mkdir(parents=True)
    key = folder / "munge/key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    conf = folder / "slurm.conf"
    conf.write_text(f"""ClusterName=heist
SlurmctldHost={name}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
NodeName={name} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")
    env = {"PATH": f"{os.environ['PATH']}:/usr/sbin", "SLURM_CONF": str(conf)}
    munge = ["--foreground", "--force", f"--socket={folder}/munge/socket", f"--key-file={key}"]
    munge += [f"--pid-file={folder}/munge/pid", f"--seed-file={folder}/munge/seed", f"--log-file={folder}/munge/log"]
    # Each, and when the next one may start.
    daemons = [
        (["munged", *munge], (folder / "munge/socket").exists),
        (["slurmctld", "-D", "-i"], lambda: listens(ports[0])),
        (["slurmd", "-D", "-N", name], lambda: listens(ports[1])),
    ]
    with contextlib.ExitStack() as stack:
        running = {}
        for command, is_up in daemons:
            log = stack.enter_context((folder / f"{command[0]}.log").open("wb"))
            child = running[command[0]] = subprocess.Popen(command, env=env, stdout=log, stderr=log)
            stack.callback(ended, child)
            until(f"{command[0]} is up", is_up, 0.1)
        idle = lambda: "idle" in subprocess.run(["sinfo", "--noheader"], env=env, capture_output=True, text=True).stdout
        until("Slurm is up", idle, 0.2)
        try:
            yield env, running["slurmctld"]
        finally:
            # The jobs that it runs are not this process's.
            subprocess.run(["scancel", "--full", "--user", "root"], env=env, capture_output=True, timeout=60)


def hears(child, words):
    """Reads what a sweep tells until these words come."""
    told = []
    # One that says nothing is ended, and so says no more.
    impatience = threading.Timer(300, child.kill)
    impatience.daemon = True
    impatience.start()
    while words not in (told[-1] if told else ""):
        if not (line := child.stderr.readline()):
            fail(f"a sweep has ended and not told ({words}): {''.join(told)}")
        told.append(line)
    impatience.cancel()


def slurm(trial):
    if os.geteuid() or not all(shutil.which(it, path="/usr/sbin:/usr/bin") for it in ("slurmctld", "slurmd", "munged")):
        return ok("slurm is not tried: that takes root and the package slurm-wlm")
    games = ["--games", GAMES, "--seed", 7]
    usual = ["--slurm", "--tasks", TASKS, "--concurrency", os.cpu_count(), *games]
    expected = trial.bench(*games)
    with cluster(trial.folder / "slurm") as (env, controller):
        out, _ = trial.sweep(*usual, "-o", file := trial.file(), env=env)
        trial.same("slurm", file, out, expected)

        _, told = trial.sweep(*usual, "-o", file := trial.file(), "--detach", env=env)
        if "heist-tui bench merge" not in told or "squeue --jobs=" not in told:
            fail(f"a job that is handed over is not told: {told}")
        child = trial.start(*usual, "-o", file, env=env)
        # While the tasks still play, which takes seconds.
        time.sleep(0.3)
        child.kill()
        child.wait()
        out, _ = trial.sweep(*usual, "-o", file, env=env)
        trial.same("slurm, handed over, the program killed", file, out, expected)

        child = trial.start(*usual, "-o", file := trial.file(), env=env)
        hears(child, "squeue --jobs=")
        controller.send_signal(signal.SIGSTOP)
        try:
            hears(child, "it is asked again")
        finally:
            controller.send_signal(signal.SIGCONT)
        out, _ = trial.end(child)
        trial.same("slurm, the controller silent for a while", file, out, expected)

        crew = trial.folder / "slurm crew.toml"
        shutil.copy(ROOT / "assets/crew.toml", crew)
        nowhere = ["--llm", "openai", "--llm-url", "http://127.0.0.1:9/v1", "--games", 4, "--tasks", 2, "--crew", crew]
        _, told = trial.sweep("--slurm", *nowhere, "--retries", 0, "-o", trial.file(), code=3, env=env)
        if "2 tasks have failed" not in told or "127.0.0.1:9" not in told:
            fail(f"tasks that fail are not told: {told}")
        ok("slurm, tasks that fail: told with their last words, and given up")


def manifest(trial):
    """Every form of the manifest is what the API's types say, without a word too many."""
    image = ["--kubernetes", "--image", "registry.example/heist-tools:1"]
    crew = ["--crew", ROOT / "assets/crew.toml", "--detector", ROOT / "assets/detector.toml"]
    model = ["--llm", "openai", "--llm-url", "http://llm:8080/v1", "--concurrency", 4, "--jobs", 2]
    for name, args in ("plain", []), ("with files", crew), ("with a model", model):
        file = trial.folder / "manifest.yaml"
        file.write_text(trial.sweep(*image, *args)[0])
        run(pathlib.Path(sys.executable).with_name("kubernetes-validate"), "--strict", file)
        ok(f"manifest, {name}: valid for the API's types")
    for engine in ("--slurm", "--kubernetes"):
        out, _ = trial.sweep(*image[1:], engine, "--print", "-o", file := trial.file())
        if not out or list(trial.folder.glob(f"{file.name}*")):
            fail(f"{engine} --print does not only print")


PARTS = {"manifest": manifest, "swarm": swarm, "slurm": slurm, "nodes": nodes}


def main(*parts):
    program = os.environ.get("PROGRAM")
    if not program:
        subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
        (program,) = ROOT.glob("target/*/release/heist-tui")
    with tempfile.TemporaryDirectory() as folder:
        for part in parts or ("manifest", "swarm", "slurm"):
            begun = time.monotonic()
            own = pathlib.Path(folder, part)
            own.mkdir()
            PARTS[part](Trial(program, own))
            print(f"{part}: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
