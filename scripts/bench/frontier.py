"""What a longer hold of the lock brings, and what it costs: time against waits, for holds of several lengths, with and without the archive."""

import argparse
import re

from figures import median
from politeness import CASES, LARGE_ROWS, ROWS, try_once
from tables import figure, table, times
from ways import SINGLE, Way, jobsweep_run
from workplace import say

#: What `pacing.lock_target` is set to, in ms. The window after a batch follows from its hold (docs/pace.md); after a plus it is at least so
#: long: `pacing.pause`.
HOLDS = ("8", "10", "10+25", "18", "30", "50")
KEYS = ("one", "four", "eight", "large")


def _held(hold, archive):
    target, _, pause = hold.partition("+")
    settings = [f"JOBSWEEP_PACING_LOCK_TARGET={target}ms", "JOBSWEEP_ARCHIVE_MAX_SIZE=16GiB", f"JOBSWEEP_ARCHIVE_ENABLED={str(archive).lower()}"]
    if pause:
        settings.append(f"JOBSWEEP_PACING_PAUSE={pause}ms")
    return Way(hold, f"holds of {_words(hold)}", lambda workplace, path: ["env", *settings, *jobsweep_run(workplace, path)])


def holds(text):
    """What `--holds` names."""
    found = tuple(text.split(","))
    for hold in found:
        if not re.fullmatch(r"[1-9]\d*(\+[1-9]\d*)?", hold):
            raise argparse.ArgumentTypeError(f"{hold!r} is no hold such as 10, and no hold and window such as 10+25")
    return found


def _words(hold):
    return " ms, windows of ".join(hold.split("+")) + " ms"


def measure(workplace, rows=ROWS, large_rows=LARGE_ROWS, rounds=3, keys=None, holds=HOLDS):
    """By case, and with or without the archive: for each hold the medians of wall time against one DELETE and of the waits in ms."""
    results = {}
    for case in (case for case in CASES if case.key in (keys or KEYS)):
        count = large_rows if case.row_bytes else rows
        workplace.need_room(count * (case.row_bytes or 460) * 3, case.name)
        original = workplace.original(count, case.journal, case.row_bytes)
        tries = [("single", SINGLE)] + [((archive, hold), _held(hold, archive)) for archive in (True, False) for hold in holds]
        found = {key: [] for key, _ in tries}
        for number in range(rounds):
            for key, way in tries:
                trial, _ = try_once(workplace, original, case, way)
                found[key].append(trial)
                say(f"{case.name}, round {number + 1} of {rounds}, {way.name}: {trial.wall_seconds:.2f} s, waits 99 % {trial.p99:.1f} ms, longest {trial.longest:.0f} ms")
        single = median([trial.wall_seconds for trial in found["single"]])
        results[case.key] = {
            "with" if archive else "without": [
                {"hold": hold, "wall": median([trial.wall_seconds for trial in found[archive, hold]]) / single}
                | {name: median([getattr(trial, name) for trial in found[archive, hold]]) for name in ("p99", "longest")}
                for hold in holds
            ]
            for archive in (True, False)
        }  # fmt: skip
    return {"rounds": rounds, "cases": results}


def _rounds(results):
    return f"medians of {results['rounds']} rounds" if results["rounds"] > 1 else "one round"


def report(whole, has_plot):
    results = whole["frontier"]
    quick = " **A smoke test: the figures say nothing.**" if whole["quick"] else ""
    parts = [
        f"# Wait against time\n\nAs `scripts/bench.sh --only frontier` printed it on {whole['machine']['date']}: {_rounds(results)}. "
        f"Each hold is a setting of `pacing.lock_target`; 10 ms are the default.{quick}"
    ]
    if has_plot:
        parts.append("![Waits against wall time, by hold](frontier.png)")
    for case in CASES:
        if case.key not in results["cases"]:
            continue
        found = results["cases"][case.key]
        rows = [
            [_words(kept["hold"]), times(kept["wall"]), figure(kept["p99"]), figure(kept["longest"]), times(bare["wall"]), figure(bare["p99"]), figure(bare["longest"])]
            for kept, bare in zip(found["with"], found["without"])
        ]  # fmt: skip
        heads = ["hold", "wall against one DELETE", "wait 99 %, ms", "longest", "without its archive: wall", "wait 99 %, ms", "longest"]
        parts.append(f"## {case.name[0].upper()}{case.name[1:]}\n\n{table(heads, rows)}")
    parts.append("## Machine\n\n" + table(["", ""], whole["machine"].items()))
    return "\n\n".join(parts) + "\n"
