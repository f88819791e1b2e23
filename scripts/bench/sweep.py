"""The comparison of the ways to delete: each beside an application that inserts a job every 5 ms, in several rounds."""

import hashlib
import sqlite3
import time
from dataclasses import asdict, dataclass

from application import INTERVAL_MS, Application
from figures import median, percentile, with_due
from load import OtherLoad
from measured import measured
from ways import WAYS
from workplace import BenchmarkError, say

ROWS = 600_000
#: How long the application writes alone before and after a way's process.
ALONE_SECONDS = 1
#: Roughly, of databases as `database.make` writes them. An original, a copy, and a log of more than twice that size.
BYTES_PER_ROW = 460


@dataclass(frozen=True)
class Trial:
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    log_bytes: int
    #: What the application waited for an insert, in milliseconds.
    longest: float
    p99: float
    p50: float
    #: The 99th percentile with the inserts that were due while another waited.
    p99_due: float
    #: The share of the machine that neither the way nor the application used.
    other_load: float


@dataclass(frozen=True)
class Timeline:
    """Inserts for the plot: seconds since the way's process began, and milliseconds."""

    points: list
    end: float


@dataclass(frozen=True)
class Outcome:
    """What a way left, apart from what the application inserted."""

    jobs: int
    downloads: int
    plans: int
    digest: str


def compare(workplace, rows=ROWS, rounds=3, alone=ALONE_SECONDS):
    """All ways in turn, `rounds` times. Gives the figures, and the timeline of each way's median round."""
    workplace.need_room(rows * BYTES_PER_ROW * 5, "the comparison of sweeps")
    original = workplace.original(rows)
    trials = {way.key: [] for way in WAYS}
    timelines = {way.key: [] for way in WAYS}
    left = None
    for number in range(rounds):
        # Another one is first in each round: what the disk still does for the one before must not always hit the same.
        for way in WAYS[number % len(WAYS) :] + WAYS[: number % len(WAYS)]:
            trial, timeline, outcome = _try(workplace, original, way, alone)
            left = left or outcome
            if outcome != left:
                raise BenchmarkError(f"{way.name} left other rows than the ways before it: {outcome}, not {left}")
            trials[way.key].append(trial)
            timelines[way.key].append(timeline)
            say(
                f"round {number + 1} of {rounds}, {way.name}: {trial.wall_seconds:.2f} s, longest wait {trial.longest:.0f} ms, "
                f"log {trial.log_bytes / 1e6:.0f} MB, memory {trial.peak_bytes / 1e6:.0f} MB"
            )
    return {
        "rows": rows,
        "bytes": original.stat().st_size,
        "rounds": rounds,
        "left": asdict(left),
        "ways": {key: _summary(list_of) for key, list_of in trials.items()},
        "other_load": max(trial.other_load for list_of in trials.values() for trial in list_of),
    }, {key: _typical(trials[key], timelines[key]) for key in trials}


def _try(workplace, original, way, alone):
    path = workplace.copy(original)
    with Application(workplace, path) as application:
        time.sleep(alone)
        load = OtherLoad()
        # A command may need things made ready; that is not its time.
        command = way.command(workplace, path)
        done = measured(workplace, command)
        busy = load.busy_seconds()
        time.sleep(alone)
    record = application.record
    during = [insert.duration for insert in record.inserts if done.start <= insert.start + insert.duration and insert.start <= done.end]
    # What a way leaves to be done hits the application afterwards.
    affected = [insert.duration for insert in record.inserts if insert.start + insert.duration >= done.start]
    # A way may be over before the next insert is due.
    during = during or affected[:1]
    mine = done.cpu_seconds + record.cpu_seconds * done.wall_seconds / (done.wall_seconds + 2 * alone)
    trial = Trial(
        wall_seconds=done.wall_seconds, cpu_seconds=done.cpu_seconds, peak_bytes=done.peak_bytes, log_bytes=record.log_bytes,
        longest=max(affected) / 1e6, p99=percentile(during, 99) / 1e6, p50=percentile(during, 50) / 1e6,
        p99_due=percentile(with_due(during, INTERVAL_MS * 1_000_000), 99) / 1e6,
        other_load=max(0, busy - mine) / load.capacity(done.wall_seconds),
    )  # fmt: skip
    points = [((insert.start - done.start) / 1e9, insert.duration / 1e6) for insert in record.inserts]
    return trial, Timeline(points, done.wall_seconds), _outcome(path, len(record.inserts))


def _outcome(path, inserted):
    database = sqlite3.connect(path)
    digest = hashlib.sha256()
    for table in ("job", "handled_downloads"):
        for (row,) in database.execute(f"SELECT id FROM {table} WHERE id NOT LIKE 'ffffffff-%' ORDER BY id"):
            digest.update(f"{row}\n".encode())
    jobs, downloads, plans = (
        database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("job", "handled_downloads", "analysis_plan")
    )
    (theirs,) = database.execute("SELECT count(*) FROM job WHERE id >= 'ffffffff' AND id < 'ffffffff.'").fetchone()
    database.close()
    if theirs != inserted:
        raise BenchmarkError(f"the application inserted {inserted} jobs, and {theirs} are there")
    return Outcome(jobs - theirs, downloads, plans, digest.hexdigest())


def _summary(trials):
    """The median of every figure, and each trial's."""
    fields = [asdict(trial) for trial in trials]
    return {"median": {name: median([each[name] for each in fields]) for name in fields[0]}, "trials": fields}


def _typical(trials, timelines):
    """The timeline of the trial with the median wall time."""
    order = sorted(range(len(trials)), key=lambda index: trials[index].wall_seconds)
    return timelines[order[(len(order) - 1) // 2]]
