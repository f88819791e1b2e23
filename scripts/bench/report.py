"""The report in Markdown: goals, tables, the machine, and how it was measured."""

from tables import count, figure, megabytes, milliseconds, table, times
from ways import BATCH_PAUSE, SINGLE, WAYS

METHOD = f"""
## How it is measured

- **The database** has the tables of the application with every index, a write-ahead log, and rows inserted in the order of
  time, half of them jobs and half downloads; two thirds of both are old enough to go. Besides there are an active job and a plan
  for every 120 rows. It lies in the page cache, and each trial begins with a fresh copy that was synced to the disk.
- **The application** is a C program in a process of its own. It inserts a job every 5 ms on one connection, with a busy timeout of
  30 s and `synchronous=NORMAL`. An insert that is due while another waits is left out. It begins a second before the sweep and
  ends a second after it.
- **A wait** is the time of one insert, from the call to its return. Percentiles are over the inserts during the sweep, and *with
  those due* also counts every insert that was due while another waited, with what was left to wait then (coordinated omission). The
  longest wait also takes in the second after the sweep. SQLite's busy handler sleeps for 1, 2, 5, 10, 15, 20 and 25 ms, so waits for a
  lock gather at the sums: 8, 18, 33, 53 and 78 ms.
- **One DELETE per table** is the `sqlite3` shell with two statements. **Batches** are a C program that repeats
  `DELETE … WHERE rowid IN (SELECT rowid … LIMIT N)` with pauses of {BATCH_PAUSE} ms. **jobsweep** is `jobsweep run --only
  old_jobs,old_downloads` with default settings and a new state directory.
- Wall time is that of the way's process from its start to its end, memory the peak of its resident memory, files that it has mapped
  included (`ru_maxrss`), CPU time user and system together, the log the largest size that was seen, every 2 ms. The order of the ways
  changes from round to round. Every way must leave the same rows (ids are compared), and all that the application inserted.
- **Scrapes**: `wrk` with one thread. The bare server is `scripts/bench/bare.c`: libmicrohttpd with epoll and a pool of as many threads as
  jobsweep has for answers, the same headers and bytes from memory; either serves so few connections mostly from one of them. jobsweep renders at most once a millisecond, and gives a rendering of up to 5 ms to those who ask while the next is being made, so the
  lone scraper, with one connection and a scrape every 10 ms, shows what rendering costs.
- **Growth** has no application beside it.

## What is in the way

- **Wall time.** Jobs are indexed by a random id: nearly every row that a batch of a few milliseconds deletes lies on another page of that
  index, which is then written to the log and once more to the database. One DELETE changes each page many times before it writes it
  once. And SQLite's waiting writers sleep: a pause that lets them in has to last until they wake up.
- **Memory.** Nine tenths of what is resident is code of the libraries, mapped from files and shared: page cache that the kernel takes
  back where it is short. What a run itself holds is a few megabytes, whatever the number of rows.

`scripts/bench.sh` repeats all this; `--quick` is a smoke test of it. Every trial's figures are in [results.json](results.json).
"""


def report(results, plots):
    """The whole report. `plots` says which pictures there are."""
    parts = [_head(results), _goals(results)]
    if "sweep" in results:
        parts.append(_sweep(results["sweep"], "latency" in plots))
    if "scrape" in results:
        parts.append(_scrape(results["scrape"]))
    if "growth" in results:
        parts.append(_growth(results["growth"], "growth" in plots))
    parts.append("## Machine\n\n" + table(["", ""], results["machine"].items()))
    parts.append(METHOD.strip())
    return "\n\n".join(parts) + "\n"


def _head(results):
    quick = "\n\n**A smoke test with few rows and one round: the figures say nothing.**" if results["quick"] else ""
    return f"# Benchmarks\n\nAs `scripts/bench.sh` printed them on {results['machine']['date']}.{quick}"


def _goals(results):
    rows = []

    def goal(text, value, limit, shown, at_least=False, note=""):
        met = value >= limit if at_least else value <= limit
        rows.append([text, f"{'at least' if at_least else 'at most'} {limit:g}", shown + note, "yes" if met else "**no**"])

    if sweep := results.get("sweep"):
        ours, single = (sweep["ways"][key]["median"] for key in ("jobsweep", "single"))
        worst = max(trial["longest"] for trial in sweep["ways"]["jobsweep"]["trials"])
        ratio = ours["wall_seconds"] / single["wall_seconds"]
        goal("wall time against the single DELETE", ratio, 2.0, times(ratio))
        goal("the application's longest wait, ms", ours["longest"], 50, figure(ours["longest"]), note=f" (worst {figure(worst)})")
        goal("its 99th percentile, ms", ours["p99"], 25, figure(ours["p99"]), note=f" (with those due {figure(ours['p99_due'])})")
        goal("peak write-ahead log, MB", ours["log_bytes"] / 1e6, 64, megabytes(ours["log_bytes"]))
        goal("peak memory of a run, MB", ours["peak_bytes"] / 1e6, 32, megabytes(ours["peak_bytes"]))
    if growth := results.get("growth"):
        last = growth["points"][-1]
        tenth = next(point for point in growth["points"] if point["rows"] >= last["rows"] / 10)
        ratio = last["peak_bytes"] / tenth["peak_bytes"]
        goal(f"memory with {last['rows'] // tenth['rows']} times the rows", ratio, 1.1, times(ratio))
    if scrape := results.get("scrape"):
        ratio = min(rate["jobsweep"]["rate"] / rate["bare"]["rate"] for rate in scrape["rates"].values())
        slowest = max(each["full_p99"] for each in scrape["sweeping"])
        goal("scrapes against the bare server, least", ratio, 0.45, times(ratio), at_least=True)
        goal("99th percentile of scrapes during a sweep, ms", slowest, 5, figure(slowest))
        goal("first good scrape, ms", scrape["starts"]["new"]["median"], 100, figure(scrape["starts"]["new"]["median"]))
        goal("idle memory, MB", scrape["idle_memory"]["VmRSS"] / 1e6, 20, megabytes(scrape["idle_memory"]["VmRSS"]))
    return "## Goals\n\n" + table(["", "goal", "measured", "met"], rows)


def _sweep(sweep, has_plot):
    single = sweep["ways"][SINGLE.key]["median"]
    rows = []
    for way in WAYS:
        middle, trials = sweep["ways"][way.key]["median"], sweep["ways"][way.key]["trials"]
        rows.append([
            way.name, figure(middle["wall_seconds"]), times(middle["wall_seconds"] / single["wall_seconds"]),
            figure(middle["longest"]), figure(max(trial["longest"] for trial in trials)), figure(middle["p99"]),
            figure(middle["p99_due"]), figure(middle["p50"]), megabytes(middle["log_bytes"]), megabytes(middle["peak_bytes"]),
            figure(middle["cpu_seconds"]),
        ])  # fmt: skip
    heads = [
        "", "wall, s", "ratio", "longest wait, ms", "worst round", "99 %", "99 % with those due", "50 %", "peak log, MB",
        "peak memory, MB", "CPU, s",
    ]  # fmt: skip
    left = sweep["left"]
    text = (
        f"## Sweeps beside an application\n\n{count(sweep['rows'])} rows, {megabytes(sweep['bytes'])} MB, medians of {sweep['rounds']} "
        f"rounds. Waits are the application's. Every way left the same {count(left['jobs'])} jobs and {count(left['downloads'])} "
        f"downloads. Other programs used at most {sweep['other_load'] * 100:.0f} % of the machine during a trial.\n\n"
    )
    plot = "\n\n![What the application waits for its inserts](latency.png)" if has_plot else ""
    return text + table(heads, rows) + plot


def _scrape(scrape):
    rows = []
    for connections, rate in scrape["rates"].items():
        ours, bare = rate["jobsweep"], rate["bare"]
        rows.append([connections, count(ours["rate"]), count(bare["rate"]), times(ours["rate"] / bare["rate"]),
                     figure(ours["p99"]), figure(bare["p99"])])  # fmt: skip
    rates = table(["connections", "jobsweep, 1/s", "bare, 1/s", "ratio", "99 %, ms", "bare, 99 %"], rows)
    lone = table(
        ["lone scraper, ms", "50 %", "99 %", "longest"],
        [[name, *(figure(scrape["lone"][name][key]) for key in ("p50", "p99", "longest"))] for name in ("jobsweep", "bare")],
    )
    sweeping = table(
        ["during a sweep", "99 %, ms", "longest", "scrapes"],
        [
            [f"4 connections, sweep {number + 1}", figure(each["full_p99"]), "", f"{count(each['full_rate'])}/s"]
            for number, each in enumerate(scrape["sweeping"])
        ]
        + [
            [f"lone scraper, sweep {number + 1}", figure(each["paced_p99"]), figure(each["paced_longest"]), count(each["paced_count"])]
            for number, each in enumerate(scrape["sweeping"])
        ],
    )
    starts, idle, busy = scrape["starts"], scrape["idle_memory"], scrape["busy_memory"]
    start = table(
        ["first good scrape after the start, ms", "median", "longest"],
        [
            ["new state directory", figure(starts["new"]["median"]), figure(starts["new"]["longest"])],
            ["known state directory", figure(starts["known"]["median"]), figure(starts["known"]["longest"])],
        ],
    )
    memory = table(
        ["resident memory, MB", "all", "its own", "mapped files", "peak"],
        [
            [name, *(megabytes(kinds[key]) for key in ("VmRSS", "RssAnon", "RssFile", "VmHWM"))]
            for name, kinds in (("5 s after the start, idle", idle), ("after all the scrapes", busy))
        ],
    )
    text = (
        f"## Scrapes\n\n{count(scrape['bytes'])} bytes from {scrape['threads']} threads, medians of {scrape['rounds']} rounds of "
        f"{scrape['seconds']} s; {starts['count']} starts of each kind; good is an answer with `jobsweep_up 1`."
    )
    return "\n\n".join([text, rates, lone, sweeping, start, memory])


def _growth(growth, has_plot):
    rows = [
        [count(point["rows"]), megabytes(point["bytes"]), count(point["deleted"]), figure(point["wall_seconds"]),
         count(point["deleted"] / point["wall_seconds"]), figure(point["cpu_seconds"]), megabytes(point["peak_bytes"])]
        for point in growth["points"]
    ]  # fmt: skip
    heads = ["rows", "database, MB", "deleted", "wall, s", "deleted per s", "CPU, s", "peak memory, MB"]
    idle = growth["idle"]
    text = (
        f"After the largest, a run with nothing to do takes {milliseconds(idle['run_seconds'])}, its process "
        f"{milliseconds(idle['process_seconds'])}; `jobsweep --version` takes {milliseconds(idle['version_seconds'])}."
    )
    plot = "\n\n![Time and memory by rows](growth.png)" if has_plot else ""
    return f"## Growth\n\nMedians of {growth['rounds']} rounds, no application beside.\n\n{table(heads, rows)}\n\n{text}{plot}"
