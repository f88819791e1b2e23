"""The report of PostgreSQL in Markdown."""

from postgres import INTERVAL, QUERIES, WRITERS
from tables import count, figure, megabytes, table, times

NAMES = {
    "alone": "the application alone", "single": "one DELETE", "batches-1000": "batches of 1,000", "batches-10000": "batches of 10,000",
    "jobsweep": "jobsweep", "no-archive": "jobsweep without its archive",
}  # fmt: skip
METHOD = f"""- **The server** is Debian's with its defaults, on the machine that everything else runs on. The first application's tables with every index, two
  thirds of the jobs to go; every trial begins with a copy of the same database, and a checkpoint.
- **The application** has {WRITERS} connections in Python, each of which inserts or updates a job every {INTERVAL * 1000:.0f} ms. Its waits are those of whole writes, its own
  commits included, so they are to be compared with those of the application alone.
- **Batches** are `DELETE … WHERE id IN (SELECT id … LIMIT N)` until nothing is left, without a pause.
- **The longest transaction** that deleted is looked for every 5 ms: so long its rows are locked. **The queries afterwards** are one by key and one that
  reads the first hundred rows of an index, which has to pass what was deleted at its beginning; medians of {QUERIES}.
- **WAL** is all that the server wrote in a trial: with the application's own, and that of autovacuum, which begins within a long trial and after a short one.
- In brackets: least and most of the rounds."""


def report(whole, has_plot):
    quick = " **A smoke test: the figures say nothing.**" if whole["quick"] else ""
    parts = [f"# Sweeps of PostgreSQL\n\nAs `scripts/bench.sh --only postgres` printed them on {whole['machine']['date']}.{quick}"]
    sizes = whole["postgres"]["sizes"]
    parts += [_size(size) for size in sizes]
    if has_plot:
        parts.append("![What an application's writes take](postgres.png)")
    parts += [_goals(sizes), "## How it is measured\n\n" + METHOD, "## Machine\n\n" + table(["", ""], whole["machine"].items())]
    return "\n\n".join(parts) + "\n"


def _size(size):
    rows, single = [], size["ways"]["single"]["median"]["wall_seconds"]
    for key, way in size["ways"].items():
        middle, is_alone = way["median"], key == "alone"

        def spread(name):
            values = [trial[name] for trial in way["trials"]]
            return f"{figure(middle[name])} ({figure(min(values))}-{figure(max(values))})" if len(values) > 1 else figure(middle[name])

        rows.append([
            NAMES[key], "" if is_alone else spread("wall_seconds"), "" if is_alone else times(middle["wall_seconds"] / single), spread("p99"),
            spread("longest"), "" if is_alone else figure(middle["transaction"]), megabytes(middle["wal_bytes"]), count(middle["errors"]),
            megabytes(middle["peak_bytes"]) if middle["peak_bytes"] else "", figure(middle["point"]), figure(middle["scan"]),
        ])  # fmt: skip
    heads = [
        "", "wall, s", "ratio", "writes 99 %, ms", "longest", "longest transaction", "WAL, MB", "errors", "memory, MB", "by key after, ms", "index after",
    ]  # fmt: skip
    return f"## {count(size['rows'])} jobs, two thirds to go\n\n{_rounds(size['rounds'])}.\n\n{table(heads, rows)}"


def _rounds(number):
    return f"Medians of {number} rounds" if number > 1 else "One round"


def _goals(sizes):
    ways = {key: way["median"] for key, way in sizes[0]["ways"].items()}
    ours, alone, single = ways["jobsweep"], ways["alone"], ways["single"]
    large = sizes[-1]["ways"]["jobsweep"]["median"]
    goals = [
        ("wall time against the DELETE", ours["wall_seconds"] / single["wall_seconds"], 2.5, "{:.2f}"),
        ("99 % of the writes against alone, ms", ours["p99"] - alone["p99"], 5, "{:+.1f}"),
        ("longest write against alone, ms", ours["longest"] - alone["longest"], 25, "{:+.0f}"),
        ("WAL against the DELETE's", ours["wal_bytes"] / single["wal_bytes"], 1.2, "{:.2f}"),
        ("errors that the application sees", ours["errors"], 0, "{:.0f}"),
        ("longest transaction, ms", ours["transaction"], 50, "{:.0f}"),
        ("memory, MB", ours["peak_bytes"] / 1e6, 32, "{:.1f}"),
        (f"memory with {sizes[-1]['rows'] // sizes[0]['rows']} times the rows", large["peak_bytes"] / ours["peak_bytes"], 1.1, "{:.2f}"),
    ]
    rows = [[name, form.format(limit).replace("+0", "0"), form.format(value), "yes" if value <= limit else "**no**"] for name, value, limit, form in goals]
    return "## Goals\n\n" + table(["", "at most", "measured", "met"], rows)
