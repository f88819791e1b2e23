"""Where the benchmark works: its scratch folder, its C programs, and the databases that trials start from."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import database

#: The C programs beside this file, and what each is linked with.
PROGRAMS = {
    "application": ["-lsqlite3", "-pthread"],
    "batches": ["-lsqlite3"],
    "measure": [],
    "bare": ["-lmicrohttpd", "-pthread"],
}
#: A database's rows keep a day's distance from the limits, so it serves half a day with room to spare.
FRESH_SECONDS = 12 * 3600


class BenchmarkError(Exception):
    """Something that makes the figures worthless, in a sentence for a person."""


def say(text):
    """Progress goes to stderr; stdout has the tables."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


class Workplace:
    def __init__(self, folder, jobsweep):
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.jobsweep = Path(jobsweep).resolve()
        if not os.access(self.jobsweep, os.X_OK):
            raise BenchmarkError(f"there is no jobsweep at {self.jobsweep}: build it with swift build -c release, or name another")

    def program(self, name):
        """A C program, compiled anew where its source has changed."""
        source, binary = Path(__file__).parent / f"{name}.c", self.folder / name
        if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
            command = ["gcc", "-O2", "-Wall", "-Wextra", "-o", binary, source, *PROGRAMS[name]]
            if subprocess.run(command).returncode != 0:
                raise BenchmarkError(f"{source.name} did not compile")
        return binary

    def need_room(self, size, purpose):
        """Says how much disk is needed, and stops where it isn't there."""
        free = shutil.disk_usage(self.folder).free
        say(f"{purpose} takes up to {size / 1e9:.1f} GB in {self.folder}, where {free / 1e9:.1f} GB are free")
        if free < size * 1.1:
            raise BenchmarkError(f"{purpose} needs {size / 1e9:.1f} GB of disk: name a roomier folder with --dir")

    def original(self, rows, journal="wal", row_bytes=None):
        """A database with that many rows, to be copied for each trial."""
        path = self.folder / f"original-{rows}{'' if journal == 'wal' else '-' + journal}{f'-{row_bytes}' if row_bytes else ''}.db"
        if path.exists() and time.time() - path.stat().st_mtime > FRESH_SECONDS:
            path.unlink()
        if not path.exists():
            say(f"making a database of {rows:,} rows")
            begun = path.with_suffix(".begun")
            remove_database(begun)
            database.make(begun, rows, journal, row_bytes)
            begun.rename(path)
        return path

    def copy(self, original):
        """A copy to work on. It is on the disk when this returns, so that its writing doesn't disturb the trial."""
        target = self.folder / "app.db"
        remove_database(target)
        shutil.copyfile(original, target)
        os.sync()
        return target

    def state(self):
        """An empty directory for jobsweep's own database."""
        path = self.folder / "state"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path


def remove_database(path):
    for suffix in ("", "-wal", "-shm", "-journal", "-jobsweep.lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def environment(**settings):
    """The environment without settings of jobsweep's that happen to be there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOBSWEEP_")}
    return kept | settings
