"""The report of politeness in Markdown."""

from politeness import CASES, LARGE_BYTES, ways
from tables import count, figure, megabytes, table, times

METHOD = f"""- Every writer is a thread of a C program with a connection of its own: `BEGIN IMMEDIATE`, an insert, `COMMIT`, with a busy timeout of 30 s and
  `synchronous=NORMAL`. **A wait** is the time of `BEGIN IMMEDIATE`; **a commit** is what comes after it, the disk and the application's own
  checkpoints included. Small rows are those of the comparison above; large ones have {LARGE_BYTES / 1e6:g} MB.
- **The application alone** is the same program on a copy of the same database with nobody beside it, in the same round.
- In brackets: least and most of the rounds, which shows the machine's noise."""


def report(whole, has_plot):
    results = whole["politeness"]
    quick = " **A smoke test: the figures say nothing.**" if whole["quick"] else ""
    parts = [
        f"# Waits beside a run\n\nAs `scripts/bench.sh --only politeness` printed them on {whole['machine']['date']}: "
        + (f"medians of {results['rounds']} rounds; least and most of them in brackets.{quick}" if results["rounds"] > 1 else f"one round.{quick}")
    ]
    for case in CASES:
        if case.key in results["cases"]:
            parts.append(_case(case, results["cases"][case.key]))
    if has_plot:
        parts.append("![What writers wait for the lock](waits.png)")
    if goals := _goals(results):
        parts.append(goals)
    parts += ["## How it is measured\n\n" + METHOD, "## Machine\n\n" + table(["", ""], whole["machine"].items())]
    return "\n\n".join(parts) + "\n"


def _case(case, result):
    found, rows = result["ways"], []
    single = found["single"]["median"]["wall_seconds"]
    for way in ways(0):
        middle, trials = found[way.key]["median"], found[way.key]["trials"]

        def spread(name):
            values = [trial[name] for trial in trials]
            return f"{figure(middle[name])} ({figure(min(values))}-{figure(max(values))})" if len(values) > 1 else figure(middle[name])

        is_alone = way.key == "alone"
        rows.append([
            way.name, "" if is_alone else spread("wall_seconds"), "" if is_alone else times(middle["wall_seconds"] / single),
            figure(middle["p50"]), spread("p99"), spread("longest"), figure(middle["commit_p99"]), spread("commit_longest"),
            megabytes(middle["log_bytes"]), "" if is_alone else megabytes(middle["peak_bytes"]),
            megabytes(middle["archive_bytes"]) if middle["archive_bytes"] else "",
        ])  # fmt: skip
    heads = ["", "wall, s", "ratio", "wait 50 %, ms", "99 %", "longest", "commit 99 %", "longest", "peak log, MB", "memory, MB", "archive, MB"]
    load = max(trial["other_load"] for way in found.values() for trial in way["trials"])
    return (
        f"## {case.name[0].upper()}{case.name[1:]}\n\n{count(result['rows'])} rows; those that go have {megabytes(result['due_bytes'])} MB in their columns. Other programs used at most {load * 100:.0f} % of the "
        f"machine during a trial.\n\n{table(heads, rows)}"
    )


def _goals(results):
    rows = []
    for case in CASES:
        if case.goals is None or case.key not in results["cases"]:
            continue
        found = {key: way["median"] for key, way in results["cases"][case.key]["ways"].items()}
        ours, alone = found["jobsweep"], found["alone"]
        ratio = ours["wall_seconds"] / found["single"]["wall_seconds"]
        p99, longest, wall = case.goals
        shown = [
            ("wait for the lock, 99 %", ours["p99"] - alone["p99"], p99, "+{:.1f} ms"),
            ("wait for the lock, longest", ours["longest"] - alone["longest"], longest, "+{:.0f} ms"),
            ("wall against one DELETE", ratio, wall, "{:.2f}"),
            ("write-ahead log, MB", ours["log_bytes"] / 1e6, 64, "{:.1f}"),
        ]
        if case.row_bytes is None:
            share = 1 - found["no-archive"]["wall_seconds"] / ours["wall_seconds"]
            shown.append(("the archive's share of the time, %", share * 100, 15, "{:.0f}"))
        for text, value, limit, form in shown:
            if limit is not None:
                rows.append([f"{case.name}: {text}", form.format(limit), form.format(value), "yes" if value <= limit else "**no**"])
    return "## Goals\n\n" + table(["", "at most", "measured", "met"], rows) if rows else ""
