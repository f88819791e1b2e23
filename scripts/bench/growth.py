"""How jobsweep's time and memory grow with the rows, nobody else writing."""

import json

from figures import median
from measured import measured
from sweep import BYTES_PER_ROW
from ways import jobsweep_run
from workplace import BenchmarkError, say

ROWS = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
IDLE_RUNS = 5
#: On a slow machine the largest may take longer than the five minutes that are the default.
TIME_LIMIT = {"JOBSWEEP_SCHEDULE_TIMEOUT": "1h"}


def growth(workplace, sizes=ROWS, rounds=3, keep=False):
    workplace.need_room(max(sizes) * BYTES_PER_ROW * 2.5, "the growth")
    points = []
    for rows in sizes:
        original = workplace.original(rows)
        done = []
        for _ in range(rounds):
            path = workplace.copy(original)
            done.append(_run(workplace, path))
        point = {
            "rows": rows, "bytes": original.stat().st_size, "deleted": done[0][1],
            "wall_seconds": median([each.wall_seconds for each, _ in done]),
            "cpu_seconds": median([each.cpu_seconds for each, _ in done]),
            "peak_bytes": median([each.peak_bytes for each, _ in done]),
        }  # fmt: skip
        say(f"{rows:,} rows: {point['wall_seconds']:.2f} s, memory {point['peak_bytes'] / 1e6:.0f} MB")
        points.append(point)
        if not keep:
            original.unlink()
    return {"rounds": rounds, "points": points, "idle": _idle(workplace, path)}


def _run(workplace, path):
    """One run, and how many rows it deleted."""
    done = measured(workplace, jobsweep_run(workplace, path), **TIME_LIMIT)
    report = json.loads(done.output)
    if report["status"] != "completed":
        raise BenchmarkError(f"a run ended as {report['status']}: {report['errors']}")
    return done, report["old_jobs_deleted"] + report["old_downloads_deleted"]


def _idle(workplace, path):
    """Runs that find nothing to do, on the database that the largest run left; and a process that does nothing at all."""
    whole, inside = [], []
    for _ in range(IDLE_RUNS):
        done = measured(workplace, jobsweep_run(workplace, path), **TIME_LIMIT)
        report = json.loads(done.output)
        if report["old_jobs_deleted"] + report["old_downloads_deleted"] != 0:
            raise BenchmarkError("a run that should have nothing to do deleted rows")
        whole.append(done.wall_seconds)
        inside.append(report["duration_seconds"])
    nothing = [measured(workplace, [workplace.jobsweep, "--version"]).wall_seconds for _ in range(IDLE_RUNS)]
    return {"process_seconds": median(whole), "run_seconds": median(inside), "version_seconds": median(nothing)}
