"""A root of Debian's without Swift, made by debootstrap, and what is done in it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

#: One of those that systemd gives to DynamicUser=.
DYNAMIC_USER = 64321


def until(condition, what, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def run(*command, **how):
    done = subprocess.run(list(map(str, command)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)
    assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stdout[-4000:]}"
    return done.stdout


class Root:
    def __init__(self, package):
        self.path = Path(tempfile.mkdtemp(prefix="jobsweep-root-"))
        # Who isn't root goes through it too.
        self.path.chmod(0o755)
        if base := os.environ.get("BASE"):
            # A root that debootstrap made before, for who works on these tests.
            run("cp", "--archive", f"{base}/.", self.path)
        else:
            self.make(package)
        # A program learns its arguments there.
        run("mount", "-t", "proc", "proc", self.path / "proc")

    def make(self, package):
        depends = run("dpkg-deb", "--field", package, "Depends")
        needed = [word.split()[0] for word in depends.split(",")] + ["man-db", "bash-completion"]
        # Where this machine has its packages from, and of the same release.
        index = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages").split()
        run("debootstrap", "--variant=minbase", f"--include={','.join(needed)}", index[1], self.path, index[0])
        shutil.copytree("/etc/apt/apt.conf.d", self.path / "etc/apt/apt.conf.d", dirs_exist_ok=True)

    def command(self, *words, user=0, **environment):
        variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root", **environment}
        # setpriv of the root itself, so that the identity changes inside.
        identity = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"] if user else []
        return ["chroot", self.path, "env", "-i", *[f"{name}={value}" for name, value in variables.items()], *identity, *words]

    def __call__(self, *words, **how):
        return run(*self.command(*words, **how))

    def install(self, package):
        shutil.copy(package, self.path / "tmp" / "jobsweep.deb")
        return self("dpkg", "--install", "/tmp/jobsweep.deb")

    def file(self, path):
        return self.path / path.lstrip("/")

    def close(self):
        run("umount", self.path / "proc")
        shutil.rmtree(self.path, ignore_errors=True)


class Image:
    """The last stage of the Dockerfile: what it has run, and what it has a container run."""

    def __init__(self, text):
        lines = text.rpartition("\nFROM ")[2].replace("\\\n", " ").splitlines()
        said = [line.split(maxsplit=1) for line in lines[1:] if line and not line.startswith("#")]
        (self.steps,) = [rest for word, rest in said if word == "RUN"]
        self.environment = dict(rest.split("=", 1) for word, rest in said if word == "ENV")
        (self.user,) = [int(rest.split(":")[0]) for word, rest in said if word == "USER"]
        (entry, command) = (json.loads(rest) for name in ("ENTRYPOINT", "CMD") for word, rest in said if word == name)
        self.command = entry + command
        (self.health,) = [json.loads(rest.partition(" CMD ")[2]) for word, rest in said if word == "HEALTHCHECK"]


class Unit:
    """The unit's command, as systemd would start it: a user of its own, its directories, and somebody to be told."""

    def __init__(self, root, instance, user, port):
        unit = root.file("/lib/systemd/system/jobsweep@.service").read_text()
        (command,) = [line.removeprefix("ExecStart=") for line in unit.splitlines() if line.startswith("ExecStart=")]
        state = root.file(f"/var/lib/jobsweep/{instance}")
        state.mkdir(parents=True, exist_ok=True)
        state.chmod(0o700)
        for path in (state, *state.rglob("*")):
            os.chown(path, user, user)
        place = root.file("/run/notify")
        place.unlink(missing_ok=True)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(place))
        place.chmod(0o777)
        self.manager.settimeout(120)
        self.port = port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            list(map(str, root.command(
                *command.replace("%i", instance).split(), user=user, NOTIFY_SOCKET="/run/notify", WATCHDOG_USEC="2000000",
                STATE_DIRECTORY=f"/var/lib/jobsweep/{instance}", JOBSWEEP_WEB_LISTEN_ADDRESS=f"127.0.0.1:{port}"))),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.hear("READY=1")

    def hear(self, word):
        while word not in self.manager.recv(4096).decode():
            assert self.process.poll() is None, self.process.stdout.read()

    def ask(self, path):
        return run("curl", "--silent", "--fail", "--max-time", "60", f"http://127.0.0.1:{self.port}{path}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=120)[0]
        self.manager.close()
        assert self.process.returncode == 0, said
        return said


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def report(text):
    return json.loads(text[text.index("{"):])
