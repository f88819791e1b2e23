"""A day of a busy application in fast motion: a real sidecar makes its 48 runs one after another, and what each scrape says is put where
it would have been if half an hour lay between them.

In what is scraped only times are changed, by as much as the scrape itself is moved.
"""

from __future__ import annotations

import json
import math
import re
import time
import urllib.request
from collections.abc import Iterator

from .sidecar import Sidecar

MINUTE, HOUR = 60, 3600

#: Seconds between runs, and between scrapes.
EVERY, SCRAPE = 30 * MINUTE, 4 * MINUTE

#: The day begins before the picture does, and ends with a scrape.
LENGTH = 24 * HOUR + 20 * MINUTE

#: The first run, so that none falls on the end of a bar.
FIRST = 7 * MINUTE

#: Hours since the beginning of the day.
GONE, BACK, SURGE = 9.25, 11.75, 23.4

#: Samples whose value is a time.
TIMES = re.compile(r"\w+_timestamp_seconds|process_start_time_seconds")


class Day:
    """What Prometheus would have scraped from the sidecar in the day up to now."""

    def __init__(self, sidecar: Sidecar) -> None:
        self.sidecar = sidecar
        self.samples: dict[str, list[tuple[int, str]]] = {}
        #: When something really was, and when of the day it is said to have been.
        self.moments: list[tuple[float, float]] = []

    def live(self) -> None:
        """Starts the sidecar and lets it live the whole day."""
        self.sidecar.application.add_logs(60_000, days=5)
        self.moments.append((time.time() - 1, 0))
        self.sidecar.start()
        token = self.sidecar.command("token").strip()
        due, to_do, is_gone, has_surged = FIRST, 0.0, False, False
        for at in range(SCRAPE, LENGTH + 1, SCRAPE):
            if not is_gone and GONE * HOUR <= at < BACK * HOUR:
                self.sidecar.application.move_away()
                is_gone = True
            elif is_gone and at >= BACK * HOUR:
                self.sidecar.application.move_back()
                is_gone = False
            if at >= SURGE * HOUR and not has_surged:
                self.sidecar.application.add_logs(25_000, days=40)
                has_surged = True
            if at >= due:
                to_do += busyness(at)
                if not is_gone:
                    self._work(to_do, due // EVERY)
                    to_do = 0
                self.moments.append((time.time(), due))
                self._run(token)
                due += EVERY
            self._scrape(at, due)

    def openmetrics(self, now: float) -> str:
        """The samples of the day that ends now."""
        start = now - LENGTH
        lines = []
        for series, samples in self.samples.items():
            is_time = TIMES.fullmatch(series.partition("{")[0])
            for at, value in samples:
                moved = f"{float(value) + start:.3f}" if is_time and float(value) > 0 else value
                lines.append(f"{series} {moved} {start + at:.3f}")
        return "\n".join(lines) + "\n# EOF\n"

    def _work(self, busy: float, turn: int) -> None:
        """What has grown old in half an hour, and what went wrong in it."""
        application = self.sidecar.application
        application.add_old_jobs("sync", round(90 * busy))
        application.add_old_jobs("analysis", round(35 * busy))
        application.add_old_downloads(round(140 * busy))
        application.add_logs(round(60 * busy), days=40)
        if turn % 6 == 2:
            application.add_stale_jobs("analysis", 2)
        if turn % 9 == 4:
            application.add_stale_jobs("export", 1, progress=100)
        if turn % 4 == 1:
            application.add_stuck_plan()
        if turn % 16 == 3:
            application.add_busy_job()

    def _run(self, token: str) -> None:
        order = urllib.request.Request(
            f"http://{self.sidecar.instance}/api/jobs/run",
            data=json.dumps({"job_type": "cleanup"}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(order, timeout=60) as answer:
            job = json.load(answer)["job_id"]
        # The stream ends with the run.
        with urllib.request.urlopen(f"http://{self.sidecar.instance}/api/jobs/{job}/events", timeout=300) as events:
            assert "event: finished" in events.read().decode()

    def _scrape(self, at: int, due: int) -> None:
        labels = f'job="jobsweep",instance="{self.sidecar.instance}"'
        self.samples.setdefault(f"up{{{labels}}}", []).append((at, "1"))
        for series, value in parsed(self.sidecar.metrics()):
            name, brace, rest = series.partition("{")
            if name == "jobsweep_next_run_timestamp_seconds":
                value = str(due)
            elif TIMES.fullmatch(name) and float(value) > 0:
                value = f"{self._moved(float(value)):.3f}"
            full = f"{name}{{{labels},{rest}" if brace else f"{name}{{{labels}}}"
            self.samples.setdefault(full, []).append((at, value))

    def _moved(self, moment: float) -> float:
        """When of the day that was."""
        real, told = [pair for pair in self.moments if pair[0] <= moment][-1]
        return told + moment - real


def busyness(at: int) -> float:
    """How much there is to do, around 1: little at night, most in the afternoon."""
    hour = ((time.time() - LENGTH + at) % (24 * HOUR)) / HOUR
    return 1 + 0.8 * math.sin((hour - 9) / 24 * 2 * math.pi) + 0.15 * math.sin(at)


def parsed(exposition: str) -> Iterator[tuple[str, str]]:
    """Series with their values."""
    for line in exposition.splitlines():
        if line and not line.startswith("#"):
            series, _, value = line.rpartition(" ")
            yield series, value
