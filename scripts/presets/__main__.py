"""Holds presets against the applications that they are for. `scripts/verify-presets.sh` prepares it."""

import argparse
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Acceptance"))

import applications  # noqa: E402
import engines  # noqa: E402
import table  # noqa: E402
from story import Trouble, verify  # noqa: E402


def main():
    options = _options()
    chosen = options.application or list(applications.ALL)
    unknown = [name for name in chosen if name not in applications.ALL]
    if unknown:
        print(f"verify-presets: no application is called {unknown[0]!r}; there are {', '.join(applications.ALL)}", file=sys.stderr)
        return 2
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
        return _all(chosen, Path(options.keep).resolve(), options)
    with tempfile.TemporaryDirectory(prefix="jobsweep-presets-") as folder:
        return _all(chosen, Path(folder), options)


def _all(chosen, folder, options):
    began = datetime.now(timezone.utc)
    results, failed = [], 0
    for kind in options.engine or engines.ALL:
        with engines.ALL[kind]() as engine:
            for name in chosen:
                application = applications.ALL[name]
                for version in options.version or applications.versions(name):
                    if not application.runs_on(kind, version):
                        continue
                    print(f"{name} {version} on {engine.name}", flush=True)
                    try:
                        results.append(verify(application, version, engine, folder / f"{name}-{version}", Path(options.jobsweep).resolve()))
                    except Trouble as trouble:
                        failed += 1
                        print(f"  FAILED: {trouble}", file=sys.stderr, flush=True)
    print()
    print(table.text(results, began))
    print(f"{len(results)} passed, {failed} failed")
    return 1 if failed else 0


def _options():
    parser = argparse.ArgumentParser(prog="scripts/verify-presets.sh", description=__doc__.splitlines()[0])
    parser.add_argument("application", nargs="*", help=f"these alone: {', '.join(applications.ALL)}")
    parser.add_argument("--keep", metavar="DIR", help="leave environments and databases there, and use the environments again (default: nothing is left)")
    parser.add_argument("--version", action="append", help="this version of the application instead of those that its preset names")
    parser.add_argument("--engine", action="append", choices=list(engines.ALL), help="where the applications keep their data (default: one after the other)")
    parser.add_argument("--jobsweep", required=True, help="the binary")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
