"""How long writers wait beside a run, against the same writers alone: several of them, small and large rows, with and without a log."""

import sqlite3
import time
from dataclasses import asdict, dataclass

from application import Application
from figures import median, percentile
from load import OtherLoad
from measured import measured
from ways import JOBSWEEP, SINGLE, Way, conditions, jobsweep_run
from workplace import BenchmarkError, say

LARGE_BYTES = 5_000_000
#: Of rows of 300 bytes, and of large ones.
ROWS, LARGE_ROWS = 300_000, 300


@dataclass(frozen=True)
class Case:
    key: str
    name: str
    writers: int
    interval_ms: int
    journal: str = "wal"
    row_bytes: int | None = None
    #: The goals: what a wait for the lock may be longer than alone, 99 % and the longest, in ms; and the time against a single DELETE.
    goals: tuple | None = None


CASES = (
    Case("one", "one writer every 5 ms", 1, 5, goals=(20, 35, 3)),
    Case("four", "four every 20 ms", 4, 20, goals=(25, 110, 3.5)),
    Case("eight", "eight every 20 ms", 8, 20, goals=(35, 150, 4.5)),
    Case("one-journal", "one every 5 ms, rollback journal", 1, 5, "delete"),
    Case("four-journal", "four every 20 ms, rollback journal", 4, 20, "delete"),
    Case("large", "one every 5 ms, rows of 5 MB", 1, 5, row_bytes=LARGE_BYTES, goals=(25, None, 1.5)),
)


def _alone(seconds):
    return Way("alone", "the application alone", lambda workplace, path: ["sleep", str(seconds)])


def _with_room(workplace, path):
    """With room for all the rows: by default an archive ends at 512 MB."""
    return ["env", "JOBSWEEP_ARCHIVE_MAX_SIZE=16GiB", *jobsweep_run(workplace, path)]


def _without_archive(workplace, path):
    return ["env", "JOBSWEEP_ARCHIVE_ENABLED=false", *jobsweep_run(workplace, path)]


def ways(alone_seconds):
    return (_alone(alone_seconds), SINGLE, Way(JOBSWEEP.key, JOBSWEEP.name, _with_room), Way("no-archive", "jobsweep without its archive", _without_archive))


@dataclass(frozen=True)
class Trial:
    """Milliseconds, but for what says otherwise. A wait is for the lock; a commit is what the application's own transaction took then."""

    wall_seconds: float
    p50: float
    p99: float
    longest: float
    commit_p99: float
    commit_longest: float
    writes: int
    log_bytes: int
    peak_bytes: int
    other_load: float
    #: 0 where nothing is kept.
    archive_bytes: int


def compare(workplace, rows=ROWS, large_rows=LARGE_ROWS, rounds=3, alone=10.0, keys=None):
    """Each case with each way, `rounds` times. Gives the figures, and by case and way all waits in ms for the picture."""
    cases = [case for case in CASES if keys is None or case.key in keys]
    results, waits = {}, {}
    for case in cases:
        count = large_rows if case.row_bytes else rows
        size = (case.row_bytes or 460) * count
        workplace.need_room(size * 3, case.name)
        original = workplace.original(count, case.journal, case.row_bytes)
        all_ways = ways(alone)
        trials = {way.key: [] for way in all_ways}
        waits[case.key] = {way.key: [] for way in all_ways}
        for number in range(rounds):
            # Another one is first in each round.
            for way in all_ways[number % len(all_ways) :] + all_ways[: number % len(all_ways)]:
                trial, locks = try_once(workplace, original, case, way)
                trials[way.key].append(trial)
                waits[case.key][way.key] += locks
                say(
                    f"{case.name}, round {number + 1} of {rounds}, {way.name}: {trial.wall_seconds:.2f} s, waits for the lock 99 % "
                    f"{trial.p99:.1f} ms, longest {trial.longest:.0f} ms; commits longest {trial.commit_longest:.0f} ms"
                )
        results[case.key] = {"rows": count, "due_bytes": _due_bytes(original), "ways": {key: _summary(list_of) for key, list_of in trials.items()}}
        if case.row_bytes:
            # It is a large one.
            original.unlink()
    return {"rounds": rounds, "cases": results}, waits


def try_once(workplace, original, case, way):
    """One way on a copy of the database, beside the case's writers. Gives its figures, and every wait for the lock in ms."""
    path = workplace.copy(original)
    workplace.state()
    before = _finished(path)
    with Application(workplace, path, case.interval_ms, case.writers) as application:
        time.sleep(0.5)
        load = OtherLoad()
        done = measured(workplace, way.command(workplace, path))
        busy = load.busy_seconds()
    record = application.record
    if way.key != "alone" and _finished(path) >= before:
        raise BenchmarkError(f"{way.name} deleted nothing")
    during = [insert for insert in record.inserts if done.start <= insert.start + insert.duration and insert.start <= done.end]
    if not during:
        raise BenchmarkError(f"the application wrote nothing while {way.name} was at work")
    locks = [insert.lock / 1e6 for insert in during]
    commits = [insert.rest / 1e6 for insert in during]
    trial = Trial(
        wall_seconds=done.wall_seconds, p50=percentile(locks, 50), p99=percentile(locks, 99), longest=max(locks),
        commit_p99=percentile(commits, 99), commit_longest=max(commits), writes=len(during), log_bytes=record.log_bytes,
        peak_bytes=done.peak_bytes, archive_bytes=sum(file.stat().st_size for file in workplace.folder.glob("state/archive/*.rows")), other_load=max(0, busy - done.cpu_seconds - record.cpu_seconds) / load.capacity(done.wall_seconds),
    )  # fmt: skip
    return trial, locks


def _due_bytes(path):
    """What the rows that go have in their columns."""
    database = sqlite3.connect(path)
    total = 0
    for table, condition in conditions():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        size = " + ".join(f"coalesce(length(CAST({column} AS BLOB)), 0)" for column in columns)
        total += database.execute(f"SELECT coalesce(sum({size}), 0) FROM {table} WHERE {condition}").fetchone()[0]
    database.close()
    return total


def _finished(path):
    database = sqlite3.connect(path, timeout=30)
    (count,) = database.execute("SELECT count(*) FROM job WHERE completed_at IS NOT NULL").fetchone()
    database.close()
    return count


def _summary(trials):
    """The median of every figure, and each trial's."""
    fields = [asdict(trial) for trial in trials]
    return {"median": {name: median([each[name] for each in fields]) for name in fields[0]}, "trials": fields}
