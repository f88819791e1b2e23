"""The application beside a trial: starts and stops the C program, and reads what it noted."""

import signal
import subprocess
from dataclasses import dataclass

from workplace import BenchmarkError

INTERVAL_MS = 5


@dataclass(frozen=True)
class Insert:
    """One insert, in nanoseconds; `start` is CLOCK_MONOTONIC."""

    start: int
    #: What it waited for the lock, and what it took with it: its own commit included.
    lock: int
    rest: int

    @property
    def duration(self):
        return self.lock + self.rest


@dataclass(frozen=True)
class Record:
    inserts: list
    #: The largest size of the write-ahead log.
    log_bytes: int
    cpu_seconds: float


class Application:
    """Inserts jobs while the block runs; `record` is there afterwards."""

    def __init__(self, workplace, path, interval_ms=INTERVAL_MS, writers=1):
        self._command = [workplace.program("application"), path, workplace.folder / "inserts.txt", str(interval_ms), str(writers)]
        self.record = None

    def __enter__(self):
        self._command[2].unlink(missing_ok=True)
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "ready\n":
            raise BenchmarkError("the application program did not start")
        return self

    def __exit__(self, kind, *_):
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(timeout=60)
        self._process.stdout.close()
        if kind is None:
            if status != 0:
                raise BenchmarkError(f"the application program failed ({status})")
            self.record = _read(self._command[2])


def _read(path):
    with open(path) as lines:
        _, log_bytes, _, count, _, cpu = next(lines).split()
        inserts = [Insert(*map(int, line.split())) for line in lines]
    if len(inserts) != int(count):
        raise BenchmarkError(f"{path} was cut short")
    return Record(inserts, int(log_bytes), int(cpu) / 1e6)
