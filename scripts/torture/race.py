"""Application processes that race with sweeps, under the ledger that each of them keeps of its own writes."""

import json
import time


import databases

RACERS = (2, 4)
SECONDS = 6
#: A sweeper that guards nothing is caught within this, and one that does has found something to do: at once, unless the machine is busy.
LONGEST = 300


def guarded(episode):
    """No write is lost, no row that had to stay is gone, no write of the application's fails."""
    workspace, draw = episode.workspace, episode.random
    databases.create(workspace.database, draw)
    # Most of what the racers write looks stale: where sweeps come slowly, more than half of all active jobs are.
    workspace.configure({"limits": {"surge": "none"}})
    trigger = draw.random() < 0.3
    if trigger:
        # Settling takes its time, so that the application moves on between a batch's reading and its writing.
        workspace.execute(
            "CREATE TRIGGER slow AFTER UPDATE ON job WHEN NEW.error LIKE 'Job timed out%' BEGIN SELECT length(hex(randomblob(50000))); END"
        )
    racers, stop = start(episode, draw.randint(*RACERS))
    begun, done = time.monotonic(), 0
    # Until a sweep has done something: where the machine is busy, the first may well be a preview, or come before anything is due.
    while time.monotonic() < begun + (SECONDS if done else LONGEST):
        command = draw.choice(["run", "run", "run", "preview"])
        finished = episode.orderly(workspace.command(command, "--json"), (0, 1, 3))
        report = json.loads(finished.out)
        episode.check(report["status"] == "completed", f"a sweep beside a healthy application ended so: {report['status']}, {report['errors'][:3]}")
        done += sum(report[n] for n in ("cleaned_jobs", "old_jobs_deleted", "old_downloads_deleted", "stuck_plans_updated")) * (command == "run")
    said = end(racers, stop)
    faults = [fault for one in said for fault in one["faults"]]
    episode.check(not faults, f"{len(faults)} rows were clobbered: {faults[:3]}")
    failures = [failure for one in said for failure in one["failures"]]
    episode.check(not failures, f"{len(failures)} writes of the application failed: {failures[:3]}")
    episode.sound()
    episode.check(done > 0, "no sweep did anything: the race proved nothing")
    episode.remark(f"{sum(one['writes'] for one in said)} writes against {done} rows swept, longest wait {max(one['longest'] for one in said):.2f} s")


def unguarded(episode):
    """The ledger catches a sweeper that guards nothing."""
    databases.create(episode.workspace.database, episode.random)
    racers, stop = start(episode, 2)
    sweeper = episode.python("unguarded.py", episode.workspace.database)
    episode.check(sweeper.stdout.readline() == "ready\n", "the unguarded sweeper didn't start")
    rounds = 0
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        time.sleep(2)
        rounds += 1
        said = end(racers, stop)
        faults = [fault for one in said for fault in one["faults"]]
        if faults:
            episode.remark(f"caught {len(faults)} times")
            return
        racers, stop = start(episode, 2, f"again-{rounds}")
    episode.check(False, "the ledger found nothing wrong with a sweeper that guards nothing")


def start(episode, count, name="stop"):
    stop = episode.folder / name
    racers = [
        episode.python("racer.py", episode.workspace.database, stop, episode.random.getrandbits(32), f"{number}{len(episode.processes)}")
        for number in range(1, count + 1)
    ]
    for racer in racers:
        line = racer.stdout.readline()
        episode.check(line == "ready\n", f"a racer didn't start: {line} {racer.stderr.read() if not line else ''}")
    return racers, stop


def end(racers, stop):
    stop.touch()
    said = []
    for racer in racers:
        out, err = racer.communicate(timeout=120)
        assert racer.returncode == 0, err
        said.append(json.loads(out))
    return said
