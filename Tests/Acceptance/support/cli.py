"""Running the real binary as a user's shell would, in an environment that holds nothing but what the test gives."""

import json
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from support.waiting import eventually

EXIT_CODES = {"completed": 0, "completed_with_errors": 3, "failed": 1}


def binary():
    """The binary under test: `JOBSWEEP_BIN`, else this checkout's debug build."""
    given = os.environ.get("JOBSWEEP_BIN")
    return Path(given) if given else Path(__file__).resolve().parents[3] / ".build" / "debug" / "jobsweep"


def moment(text):
    """A report's timestamp, whose form is fixed to the letter."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text), text
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    arguments: tuple
    code: int
    out: str
    err: str

    @property
    def said(self):
        return self.out + self.err

    @property
    def report(self):
        """The report on stdout, which must hold nothing else; its status must agree with the exit code."""
        try:
            report = json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f"stdout is not one JSON report ({error}): {self}") from error
        if report["status"] in EXIT_CODES:
            assert self.code == EXIT_CODES[report["status"]], self
        return report

    def exits(self, code):
        """This command, if it ended with `code` and without a crash's traces."""
        assert self.code == code, f"exit code {self.code}, not {code}: {self}"
        assert "Fatal error" not in self.err and "*** " not in self.err, self
        return self


class Started:
    """A command under way."""

    def __init__(self, process, arguments):
        self.process = process
        self.arguments = arguments

    @property
    def pid(self):
        return self.process.pid

    def finish(self, seconds=300):
        """Waits for the end; a command that does not end is killed and fails the test."""
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"{self.arguments} did not end in {seconds} s; it had said {out!r} {err!r}") from None
        return Finished(self.arguments, self.process.returncode, out, err)

    def send(self, number):
        self.process.send_signal(number)

    def pause(self):
        """Stops it where it is, and returns when every thread of it stands still: the signal alone may still be on its way."""
        self.send(signal.SIGSTOP)
        eventually(lambda: all(state == "T" for state in self.thread_states()), "every thread stands still")

    def thread_states(self):
        tasks = Path("/proc", str(self.pid), "task")
        # The state follows the name, which is in parentheses and may hold some itself.
        return [(task / "stat").read_text().rpartition(")")[2].split()[0] for task in tasks.iterdir()]

    def kill(self):
        """Ends it as an OOM killer does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)


class Jobsweep:
    """The binary with a home of its own."""

    def __init__(self, home, path=None, prefix=()):
        self.home = Path(home)
        self.path = path or binary()
        self.prefix = tuple(prefix)
        self.started = []

    def environment(self, extra=None):
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ", "ASAN_OPTIONS", "TSAN_OPTIONS")}
        return kept | {"HOME": str(self.home)} | (extra or {})

    def start(self, *arguments, env=None, cwd=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE):
        words = tuple(str(argument) for argument in arguments)
        process = subprocess.Popen(
            [*self.prefix, str(self.path), *words],
            env=self.environment(env), cwd=cwd, stdin=stdin, stdout=stdout, stderr=stderr, text=True,
        )
        started = Started(process, words)
        self.started.append(started)
        return started

    def __call__(self, *arguments, env=None, cwd=None, seconds=300):
        return self.start(*arguments, env=env, cwd=cwd).finish(seconds)

    def close(self):
        """Ends what a failed test left running."""
        for started in self.started:
            started.kill()
            started.process.wait()
