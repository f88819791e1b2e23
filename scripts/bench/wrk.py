"""Runs wrk and reads what it prints."""

import re
import signal
import subprocess
from dataclasses import dataclass

from workplace import BenchmarkError

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}


@dataclass(frozen=True)
class Measurement:
    requests_per_second: float
    #: Milliseconds.
    p99: float


def wrk(url, connections, seconds):
    """Asks as fast as the connections allow, for that long."""
    return _read(url, *_start(url, connections, seconds).communicate())


class RunningWrk:
    """The same, until it is told to end."""

    def __init__(self, url, connections):
        self._url, self._process = url, _start(url, connections, 3600)

    def end(self):
        # wrk prints what it has when it is interrupted.
        self._process.send_signal(signal.SIGINT)
        return _read(self._url, *self._process.communicate(timeout=30))


def _start(url, connections, seconds):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _read(url, output, complaints):
    if trouble := re.search(r"Socket errors.*|Non-2xx.*", output):
        raise BenchmarkError(f"wrk met trouble at {url}: {trouble[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    slow = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s|m)$", output, re.MULTILINE)
    if rate is None or slow is None:
        raise BenchmarkError(f"wrk failed: {(complaints or output).strip()}")
    return Measurement(float(rate[1]), float(slow[1]) * UNITS[slow[2]])
