"""Measures jobsweep against the other ways, and prints and writes the report. `scripts/bench.sh` prepares all it needs."""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import frontier
import growth
import machine
import politeness
import politeness_report
import scrape
import sweep
from report import report
from workplace import BenchmarkError, Workplace, say

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("sweep", "scrape", "growth")
#: What is measured only where it is asked for.
OTHERS = ("politeness", "frontier", "postgres")
#: `--quick` has this share of the rows.
QUICK = 30


def main():
    options = _options()
    temporary = None if options.dir else tempfile.mkdtemp(prefix="jobsweep-bench-")
    try:
        workplace = Workplace(options.dir or temporary, options.jobsweep)
        output = _output(options)
        results, timelines = _measure(workplace, options)
        _write(results, timelines, output, with_plots=not options.no_plot)
    except BenchmarkError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
    return 0


def _options():
    parser = argparse.ArgumentParser(prog="scripts/bench.sh", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS + OTHERS, help="measure this part alone")
    parser.add_argument("--quick", action="store_true", help="a smoke test: a thirtieth of the rows, one round")
    parser.add_argument("--rounds", type=_positive, help="how often each thing is measured (default: 3, wrk 5)")
    parser.add_argument("--rows", type=_positive, help="how many rows the databases of sweep and scrape have (default: 600000)")
    parser.add_argument(
        "--alone", type=float, default=sweep.ALONE_SECONDS, metavar="SECONDS",
        help="how long the application writes alone before and after each sweep (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--cases", metavar="NAME[,NAME]", help=f"of politeness and frontier, only these: {', '.join(case.key for case in politeness.CASES)}")
    parser.add_argument(
        "--holds", type=frontier.holds, default=frontier.HOLDS, metavar="MS[+MS][,…]",
        help=f"of frontier, how long batches hold the lock, and at least how long nobody does (default: {','.join(frontier.HOLDS)})",
    )  # fmt: skip
    parser.add_argument("--dir", help="a folder for databases, which are kept there (default: a temporary one)")
    parser.add_argument("--output", help="the folder of the report (default: docs/benchmarks; none with --quick, --only and --rows)")
    parser.add_argument("--jobsweep", default=ROOT / ".build/release/jobsweep", help="the binary to measure (default: this checkout's, built with optimisation)")
    parser.add_argument("--no-plot", action="store_true", help="make no pictures")
    parser.add_argument("--commit", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = set((options.cases or "").split(",")) - {case.key for case in politeness.CASES} - {""}
    if unknown:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    return options


def _positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _output(options):
    """Where the report goes; what isn't the whole benchmark must not take the whole one's place unasked."""
    if options.output is None and (options.quick or options.only or options.rows):
        return None
    folder = Path(options.output) if options.output else ROOT / "docs" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _measure(workplace, options):
    parts = [options.only] if options.only else PARTS
    share = QUICK if options.quick else 1
    rows = options.rows or sweep.ROWS // share
    rounds = options.rounds or (1 if options.quick else 3)
    cases = options.cases.split(",") if options.cases else None
    results, timelines = {"quick": options.quick, "machine": machine.facts(workplace, options.commit)}, {}
    if "sweep" in parts:
        results["sweep"], timelines = sweep.compare(workplace, rows, rounds, options.alone)
    if "scrape" in parts:
        brief = {"rounds": 1, "seconds": 1, "starts": 3, "sweeps": 1} if options.quick else {}
        if options.rounds:
            brief["rounds"] = options.rounds
        results["scrape"] = scrape.scrapes(workplace, rows, **brief)
    if "growth" in parts:
        sizes = [size // share for size in growth.ROWS]
        results["growth"] = growth.growth(workplace, sizes, rounds, keep=options.dir is not None)
    if "politeness" in parts:
        results["politeness"], timelines = politeness.compare(
            workplace, options.rows or politeness.ROWS // share, max(6, politeness.LARGE_ROWS // share), rounds,
            alone=1 if options.quick else 10, keys=cases,
        )  # fmt: skip
    if "frontier" in parts:
        results["frontier"] = frontier.measure(
            workplace, options.rows or politeness.ROWS // share, max(6, politeness.LARGE_ROWS // share), rounds, cases, options.holds
        )
    if "postgres" in parts:
        # It has needs of its own.
        import postgres

        count = options.rows or postgres.ROWS // share
        results["postgres"], timelines = postgres.measure(workplace, count, options.rows or postgres.MOST_ROWS // share, rounds, options.alone)
    return results, timelines


def _write(results, timelines, output, with_plots):
    plots = set()
    if output and with_plots:
        # Without pictures there is no need of Matplotlib.
        import plots as pictures

        if "sweep" in results:
            pictures.latency(results["sweep"], timelines, output / "latency.png")
            plots.add("latency")
        if "politeness" in results:
            names = {case.key: case.name for case in politeness.CASES}
            pictures.waits({names[key]: found for key, found in timelines.items()}, output / "waits.png")
            plots.add("waits")
        if "frontier" in results:
            names = {case.key: case.name for case in politeness.CASES}
            pictures.frontier({names[key]: found for key, found in results["frontier"]["cases"].items()}, output / "frontier.png")
            plots.add("frontier")
        if "postgres" in results:
            pictures.waits({f"PostgreSQL, {results['postgres']['sizes'][0]['rows']:,} jobs": timelines}, output / "postgres.png", "that a write took")
            plots.add("postgres")
        if "growth" in results:
            pictures.growth(results["growth"], output / "growth.png")
            plots.add("growth")
    name = None
    if "postgres" in results:
        import postgres_report

        name, text = "postgres", postgres_report.report(results, "postgres" in plots)
    elif "politeness" in results:
        # A report of its own, beside that of the whole benchmark.
        name, text = "politeness", politeness_report.report(results, "waits" in plots)
    elif "frontier" in results:
        name, text = "frontier", frontier.report(results, "frontier" in plots)
    else:
        text = report(results, plots)
    print(text, end="")
    if output:
        (output / (f"{name}.md" if name else "README.md")).write_text(text)
        (output / (f"{name}.json" if name else "results.json")).write_text(json.dumps(results, indent=1) + "\n")
        say(f"wrote the report to {output}")


if __name__ == "__main__":
    sys.exit(main())
