"""What goes wrong, and the application at work meanwhile."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from typing import IO

from .process import eventually
from .sidecar import Sidecar


class Faults:
    """Each fault, and how it is mended."""

    def __init__(self, sidecars: dict[str, Sidecar]) -> None:
        self.sidecars = sidecars
        self.open: list[sqlite3.Connection | IO] = []

    def make(self) -> None:
        self._lock("locked", "BEGIN EXCLUSIVE")
        self._lock("written", "BEGIN IMMEDIATE")
        self.sidecars["gone"].application.move_away()
        self.sidecars["killed"].program.kill()
        self._hold_lease("refused")
        self.sidecars["dying"].application.add_stale_jobs("sync", 6)
        self.sidecars["undeletable"].application.add_job_that_may_not_go()
        self.sidecars["misconfigured"].configure("opperations: {}\n")
        self.sidecars["misconfigured"].reload()
        for _ in range(3):
            self._restart("restarting")
        self._lock("lost", "BEGIN IMMEDIATE")
        for _ in range(2):
            self._lose_run("lost")
        self._surge("held")
        self._leap("leapt")
        self.more()

    def more(self) -> None:
        """Faults that go on only while something is added to them."""
        self.sidecars["full"].application.add_large_old_job(1_500_000)

    def mend(self) -> None:
        for thing in self.open:
            thing.close()
        self.sidecars["gone"].application.move_back()
        self.sidecars["killed"].start()
        self.sidecars["undeletable"].application.remove_invoices()
        self.sidecars["misconfigured"].configure()
        self.sidecars["misconfigured"].reload()
        self.sidecars["held"].approve("daemon_logs")
        self.sidecars["leapt"].approve("clock")

    def _surge(self, name: str) -> None:
        """Far more rows fall due than ever before."""
        application = self.sidecars[name].application
        application.add_logs(7, days=40)
        eventually("the first rows of the rule are gone", 300, lambda: application.logs() == 0)
        application.add_logs(3_000, days=40)

    def _leap(self, name: str) -> None:
        """The wall clock goes forward by 400 days while the sidecar is down for a moment."""
        sidecar = self.sidecars[name]
        sidecar.program.stop()
        sidecar.move_last_look(-400 * 86_400_000_000)
        sidecar.start()

    def _lock(self, name: str, statement: str) -> None:
        """Somebody opens a transaction and leaves it open, when there is something to do."""
        self.sidecars[name].application.add_old_jobs("sync", 3)
        connection = self.sidecars[name].application.connect()
        eventually(f"the lock of {name}", 300, lambda: self._locked(connection, statement))
        self.open.append(connection)

    @staticmethod
    def _locked(connection: sqlite3.Connection, statement: str) -> bool:
        try:
            connection.execute(statement)
            return True
        except sqlite3.OperationalError:
            return False

    def _hold_lease(self, name: str) -> None:
        """Another process is at work on the database, and stays."""
        path = self.sidecars[name].application.path
        file = path.with_name(path.name + "-jobsweep.lock").open("a+")
        eventually("the lease is free", 300, lambda: self._flocked(file))
        self.open.append(file)

    @staticmethod
    def _flocked(file: IO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False

    def _lose_run(self, name: str) -> None:
        """The process is killed in the middle of a run, which waits for the lock, and started again."""
        sidecar = self.sidecars[name]
        eventually(f"a run of {name}", 300, lambda: "\njobsweep_running 1\n" in sidecar.metrics())
        sidecar.program.kill()
        sidecar.start()

    def _restart(self, name: str) -> None:
        sidecar = self.sidecars[name]
        sidecar.program.stop()
        sidecar.start()
        # Long enough for a scrape to see this process.
        time.sleep(2.5)


class Traffic:
    """The application at work on the healthy sidecar's database: rows of every kind come in."""

    def __init__(self, sidecar: Sidecar) -> None:
        self.application = sidecar.application
        self.round = 0

    def more(self) -> None:
        self.round += 1
        self.application.add_old_jobs("sync", 2 + self.round % 4)
        self.application.add_old_jobs("analysis", self.round % 3)
        self.application.add_old_downloads(3 + 2 * (self.round % 2))
        if self.round % 3 == 0:
            self.application.add_stuck_plan()
            self.application.add_stale_jobs("analysis", 1)
            self.application.add_stale_jobs("export", 1, progress=100)
