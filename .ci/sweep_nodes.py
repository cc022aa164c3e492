"""Docker engines side by side, each in a network and under a host name of its own, as the nodes of a Swarm. For root."""

import json
import subprocess

from tool_services import until

# The network that joins them: a bridge in a network namespace, where no rule of the machine's own engine drops anything.
SWITCH, BRIDGE = "heist-nodes", "br0"
NETWORK = "10.213.77"


def run(*args, check=True):
    return subprocess.run(args, check=check, capture_output=True, text=True).stdout


class Node:
    """One engine."""

    def __init__(self, folder, number, driver):
        self.name, self.address = f"heist-n{number}", f"{NETWORK}.{number}"
        self.folder = folder / self.name
        self.folder.mkdir(parents=True)
        self.host = f"unix://{self.folder}/socket"
        run("ip", "netns", "add", self.name)
        link = ["ip", "-n", SWITCH, "link"]
        run(*link, "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run(*link, "set", self.name, "master", BRIDGE, "up")
        for command in (["link", "set", "lo", "up"], ["link", "set", "eth0", "up"]):
            run("ip", "-n", self.name, *command)
        run("ip", "-n", self.name, "address", "add", f"{self.address}/24", "dev", "eth0")
        config = self.folder / "daemon.json"
        config.write_text(json.dumps({"storage-driver": driver}))
        engine = ["dockerd", f"--config-file={config}", f"--host={self.host}", f"--pidfile={self.folder}/pid"]
        engine += [f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec"]
        # The machine's containerd is hidden, so that the engine starts its own.
        begin = f"hostname {self.name}; mkdir -p /run/containerd; mount -t tmpfs tmpfs /run/containerd; exec \"$@\""
        command = ["nsenter", f"--net=/run/netns/{self.name}", "unshare", "--uts", "--mount", "sh", "-c", begin, "sh"]
        self.log = (self.folder / "log").open("wb")
        self.child = subprocess.Popen([*command, *engine], stdout=self.log, stderr=self.log)
        until(f"the engine of {self.name} is up", self.answers, 0.2)

    def answers(self):
        return self.docker("info", "--format={{.ID}}", check=False).strip()

    def docker(self, *args, check=True):
        return run("docker", "--host", self.host, *args, check=check)

    def load(self, other, image):
        """Takes an image from another node."""
        saved = subprocess.Popen(["docker", "--host", other.host, "save", image], stdout=subprocess.PIPE)
        subprocess.run(["docker", "--host", self.host, "load"], stdin=saved.stdout, check=True, capture_output=True)
        saved.wait()

    def die(self):
        """As a machine without power: nothing of it is there from one moment to the next."""
        run("ip", "-n", SWITCH, "link", "set", self.name, "down", check=False)
        pids = run("pgrep", "--full", str(self.folder), check=False).split()
        containers = self.docker("ps", "--quiet", check=False).split()
        if containers:
            pids += self.docker("inspect", "--format", "{{.State.Pid}}", *containers, check=False).split()
        run("kill", "-KILL", *pids, check=False)
        self.child.wait()

    def remove(self):
        if self.child.poll() is None:
            containers = self.docker("ps", "--quiet", check=False).split()
            if containers:
                self.docker("kill", *containers, check=False)
            self.child.terminate()
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.die()
        self.log.close()
        run("ip", "netns", "delete", self.name, check=False)
        # What the engine has mounted would keep its folder.
        mounts = [line.split()[1] for line in open("/proc/mounts") if str(self.folder) in line.split()[1]]
        for mount in sorted(mounts, reverse=True):
            run("umount", "--lazy", mount, check=False)


class Nodes:
    """A Swarm of so many nodes; the first manages it."""

    def __init__(self, folder, count):
        self.folder, self.count, self.all = folder, count, []

    def __enter__(self):
        try:
            driver = run("docker", "info", "--format", "{{.Driver}}").strip()
            run("ip", "netns", "add", SWITCH)
            run("ip", "-n", SWITCH, "link", "add", BRIDGE, "type", "bridge")
            run("ip", "-n", SWITCH, "link", "set", BRIDGE, "up")
            for number in range(1, self.count + 1):
                self.all.append(Node(self.folder, number, driver))
            first = self.all[0]
            first.docker("swarm", "init", "--advertise-addr", first.address)
            token = first.docker("swarm", "join-token", "--quiet", "worker").strip()
            for node in self.all[1:]:
                node.docker("swarm", "join", "--advertise-addr", node.address, "--token", token, f"{first.address}:2377")
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        for node in self.all:
            node.remove()
        run("ip", "netns", "delete", SWITCH, check=False)
