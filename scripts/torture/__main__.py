"""Tortures jobsweep: scene after scene, each drawn from a seed, until the time is over or something is found. `scripts/torture.sh` prepares it."""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Acceptance"))

import scenes  # noqa: E402
from episode import Episode, Found  # noqa: E402


def main():
    options = _options()
    names = options.only.split(",") if options.only else list(scenes.ALL)
    unknown = sorted(set(names) - scenes.ALL.keys())
    if unknown:
        print(f"torture: there is no scene {unknown[0]!r}; there are {', '.join(scenes.ALL)}", file=sys.stderr)
        return 2
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    print(f"torture: seed {seed}, scenes {', '.join(names)}", flush=True)
    passed, failed, deadline = dict.fromkeys(names, 0), [], time.monotonic() + 60 * options.minutes
    played = 0
    while played < len(names) or time.monotonic() < deadline:
        if options.episodes is not None and played >= options.episodes:
            break
        name, own = names[played % len(names)], seed + played
        played += 1
        error = play(name, own, options)
        if error is None:
            passed[name] += 1
            continue
        failed.append(own)
        sanitized = f" --sanitize {options.sanitize}" if options.sanitize else ""
        again = f"scripts/torture.sh --only {name} --seed {own} --episodes 1{sanitized}"
        print(f"\nFAILED {name}, seed {own}: {error}\n  repeat it with: {again}\n", flush=True)
        if len(failed) >= options.most:
            break
    print(", ".join(f"{name} {count}" for name, count in passed.items()) + " episodes without a finding")
    print(f"{sum(passed.values())} passed, {len(failed)} failed")
    return 1 if failed else 0


def play(name, seed, options):
    """One episode in a folder of its own, which is kept where something was found. Gives what was found, or None."""
    folder = Path(tempfile.mkdtemp(prefix=f"jobsweep-torture-{name}-", dir=options.dir))
    episode = Episode(folder, seed, Path(options.jobsweep))
    began = time.monotonic()
    try:
        scenes.ALL[name](episode)
    except Found as found:
        return f"{found} (kept: {folder})"
    except Exception:
        return f"the scene itself broke, or jobsweep did what nobody expects:\n{traceback.format_exc()}(kept: {folder})"
    finally:
        episode.close()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"  {name} {seed}: nothing found in {time.monotonic() - began:.1f} s{episode.remarks}", flush=True)
    return None


def _options():
    description = "Tortures jobsweep: scene after scene, each drawn from a seed, until the time is over or something is found."
    parser = argparse.ArgumentParser(prog="scripts/torture.sh", description=description)
    parser.add_argument("--minutes", type=float, default=2, help="how long to go on (default: %(default)s); each scene is played once at least")
    parser.add_argument("--seed", type=int, help="of the first episode; the next ones count on from it (default: drawn, and printed)")
    parser.add_argument("--only", metavar="SCENE,...", help=f"these scenes alone: {', '.join(scenes.ALL)}")
    parser.add_argument("--episodes", type=int, help="end after so many episodes")
    parser.add_argument("--most", type=int, default=1, help="end after so many findings (default: %(default)s)")
    parser.add_argument("--dir", help="a folder for the databases (default: the system's for temporary files)")
    parser.add_argument("--jobsweep", default=os.environ.get("JOBSWEEP_BIN", ROOT / ".build/debug/jobsweep"), help="the binary (default: this checkout's debug build)")
    parser.add_argument(
        "--sanitize",
        choices=["address", "thread"],
        help="have the binary built with this sanitizer of the toolchain first; what it reports is a finding. Every scene works with either, "
        "three to ten times slower",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
