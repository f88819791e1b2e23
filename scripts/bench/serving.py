"""Servers under test, started on a free port of the loopback interface and stopped at the block's end."""

import json
import signal
import socket
import subprocess
import time
from pathlib import Path

from workplace import BenchmarkError, environment

START_SECONDS = 30


class Server:
    def __init__(self, command, port, log, token=None, **settings):
        self.port = port
        self._token = token
        self._command, self._log, self._settings = command, log, settings

    def __enter__(self):
        with open(self._log, "w") as log:
            self.begun = time.monotonic()
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=environment(**self._settings))
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ask_json(self, method, path, body=None):
        """As `ask_json`, with the proof that whoever asks may change something."""
        token = f"Authorization: Bearer {self._token.read_text().strip()}\r\n" if self._token and self._token.exists() else ""
        return ask_json(self.port, method, path, body, token)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/metrics"

    def memory(self):
        """What the process has in memory, by kind, in bytes; `VmHWM` is the peak."""
        with open(f"/proc/{self._process.pid}/status") as lines:
            fields = dict(line.split(":", 1) for line in lines)
        return {name: int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM", "RssAnon", "RssFile")}

    def answering_threads(self):
        """How many threads of libmicrohttpd answer requests."""
        names = [path.read_text() for path in Path(f"/proc/{self._process.pid}/task").glob("*/comm")]
        return sum(name.startswith("MHD-") for name in names)

    def first_good_scrape(self, mark):
        """Asks over and over until an answer with `mark` in it comes; gives the seconds from the process' start."""
        while time.monotonic() < self.begun + START_SECONDS:
            try:
                answer = ask(self.port, "GET", "/metrics")
                if answer.startswith(b"HTTP/1.1 200") and mark in answer:
                    return time.monotonic() - self.begun
            except OSError:
                pass
            if self._process.poll() is not None:
                raise BenchmarkError(f"{self._command[0]} ended instead of serving: {self._log.read_text().strip()}")
            time.sleep(0.0002)
        raise BenchmarkError(f"{self._command[0]} gave no good scrape within {START_SECONDS} s: {self._log.read_text().strip()}")


def serving_jobsweep(workplace, path, state):
    """`jobsweep serve` that sweeps only when it is told to."""
    port = free_port()
    command = [workplace.jobsweep, "serve", "--database", path, "--state", state, "--web.listen-address", f"127.0.0.1:{port}"]
    never = {"JOBSWEEP_SCHEDULE_EVERY": "1d", "JOBSWEEP_SCHEDULE_FIRST_RUN_AFTER": "1d"}
    return Server(command, port, workplace.folder / "serve.log", token=Path(state) / "control.token", **never)


def serving_bare(workplace, headers, body, threads):
    port = free_port()
    command = [workplace.program("bare"), str(port), str(threads), headers, body]
    return Server(command, port, workplace.folder / "bare.log")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, method, path, body=None, header=""):
    """The whole answer to one request on a connection of its own, as it came."""
    content = b"" if body is None else json.dumps(body).encode()
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if body is not None else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{fields}{header}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + content)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def ask_json(port, method, path, body=None, header=""):
    head, _, content = ask(port, method, path, body, header).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 2"):
        raise BenchmarkError(f"{method} {path} was answered with {head.splitlines()[0].decode()}: {content.decode()}")
    return json.loads(content)
