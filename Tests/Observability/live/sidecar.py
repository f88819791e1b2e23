"""A real sidecar with a schedule of seconds."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import urllib.request
from pathlib import Path

from .application import Application
from .process import Program, free_port

#: The schedule of every sidecar in these tests, in seconds.
INTERVAL = 6

CONFIGURATION = """\
database: {database}
state: {state}
schedule: {{every: {every}, first_run_after: {first}, misfire_grace: 1m, timeout: {timeout}}}
operations:
  stale_jobs: {{heartbeat_grace: 10m}}
"""


#: A rule of the user's own, for a configuration that has one.
RULE = "rules: [{name: daemon_logs, table: daemon_logs, time: created_at, keep: 30d}]\n"

#: An archive that has no room for a row of some size.
SMALL_ARCHIVE = "archive: {max_size: 1MiB}\n"


class Sidecar:
    """A sidecar that sweeps `every` so often; by itself soon, or after one such time where it isn't in haste.

    A run may take a minute, which no disk is slow enough for, unless another `timeout` is given."""

    def __init__(
        self, binary: Path, directory: Path, journal: str = "wal", every: str = f"{INTERVAL}s", timeout: str = "1m"
    ) -> None:
        directory.mkdir()
        in_haste = every == f"{INTERVAL}s"
        self.schedule = {"every": every, "first": "1s" if in_haste else every, "timeout": timeout}
        self.binary = binary
        self.directory = directory
        self.name = directory.name
        self.port = free_port()
        self.instance = f"127.0.0.1:{self.port}"
        self.application = Application(directory / "app.db", journal)
        self.file = directory / "jobsweep.yml"
        (directory / "state").mkdir()
        self.configure()
        self.program = Program(
            [binary, "serve", "--config.file", self.file, "--web.listen-address", self.instance], directory / "log"
        )

    def configure(self, extra: str = "") -> None:
        text = CONFIGURATION.format(database=self.application.path, state=self.directory / "state", **self.schedule)
        self.file.write_text(text + extra)

    def start(self) -> None:
        self.program.start(self.is_healthy)

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.instance}/-/healthy", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def reload(self) -> None:
        self.program.signal(signal.SIGHUP)

    def approve(self, operation: str) -> None:
        assert self.command("approve", operation).startswith("Approved, once: ")

    def command(self, *words: str) -> str:
        """What a subcommand prints."""
        command = [self.binary, *words, "--config.file", self.file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def move_last_look(self, microseconds: int) -> None:
        """Moves the look at the clocks that the state remembers: to jobsweep, which doesn't run meanwhile, the clock went the other way."""
        with sqlite3.connect(self.directory / "state" / "jobsweep.db", timeout=30) as state:
            ((text,),) = state.execute("SELECT value FROM fact WHERE name = 'clock'").fetchall()
            look = json.loads(text)
            look["wallMicroseconds"] += microseconds
            state.execute("UPDATE fact SET value = ? WHERE name = 'clock'", (json.dumps(look),))
        state.close()

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://{self.instance}/metrics", timeout=60) as answer:
            return answer.read().decode()
