"""What running a command took, as the C program `measure` notes it."""

import subprocess
from dataclasses import dataclass

from workplace import BenchmarkError, environment


@dataclass(frozen=True)
class Measured:
    #: Nanoseconds of CLOCK_MONOTONIC.
    start: int
    end: int
    user_seconds: float
    system_seconds: float
    peak_bytes: int
    output: str

    @property
    def wall_seconds(self):
        return (self.end - self.start) / 1e9

    @property
    def cpu_seconds(self):
        return self.user_seconds + self.system_seconds


def measured(workplace, command, **settings):
    """Runs a command to its end; one that fails ends the benchmark."""
    record = workplace.folder / "measured.txt"
    record.unlink(missing_ok=True)
    done = subprocess.run(
        [workplace.program("measure"), record, *command], capture_output=True, text=True, env=environment(**settings)
    )  # fmt: skip
    if not record.exists():
        raise BenchmarkError(f"could not run {command[0]}: {done.stderr.strip()}")
    start, end, user, system, memory, status = map(int, record.read_text().split())
    if status != 0:
        raise BenchmarkError(f"{' '.join(map(str, command))} failed ({status}): {(done.stderr or done.stdout).strip()[-1000:]}")
    return Measured(start, end, user / 1e6, system / 1e6, memory * 1024, done.stdout)
