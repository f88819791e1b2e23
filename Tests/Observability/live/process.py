"""Programs that a test starts and ends itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.append(str(Path(__file__).resolve().parents[2] / "Acceptance"))

from support.ports import free_port  # noqa: E402

Result = TypeVar("Result")


def eventually(what: str, seconds: float, look: Callable[[], Result]) -> Result:
    """Looks until there is something to see, and fails with what was waited for when the time is over."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)


class Program:
    """A process with its output in a file."""

    def __init__(self, command: list[str | Path], log: Path) -> None:
        self.command = [str(word) for word in command]
        self.log = log
        self.process: subprocess.Popen | None = None

    def start(self, is_ready: Callable[[], bool], seconds: float = 120) -> None:
        """Starts it and waits until it is ready; fails with its last words when it ends before that."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        process = self.process
        eventually(f"{self.command[0]} is ready", seconds, lambda: is_ready() or process.poll() is not None)
        assert process.poll() is None, self.said()

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        """Ends it the friendly way, and the other way when that takes too long."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]
