"""Runs that are killed, interrupted and suspended at any moment; then the next run, which takes up the rest."""

import re
import signal
import time
from pathlib import Path

from support.bulk import bulk
from support.waiting import eventually

#: They ask a process to come to an end.
ASKING = (signal.SIGINT, signal.SIGTERM)
#: SIGQUIT isn't among them: it asks for a trace, and gets one.
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)
ROUNDS = 6


def scene(episode):
    workspace, draw = episode.workspace, episode.random
    made = bulk(old=3_000, stale=200)
    journal = draw.choice(["wal", "delete"])
    made.world.write(workspace.database, journal)
    workspace.execute("CREATE TRIGGER slow AFTER DELETE ON job BEGIN SELECT length(hex(randomblob(3000))); END")
    untouched = {job: made.world.jobs[job] for job in made.kept}
    for _ in range(ROUNDS):
        strike(episode)
        episode.sound()
        jobs = workspace.tables()["job"]
        changed = [job for job, row in untouched.items() if jobs.get(job) != row]
        episode.check(not changed, f"jobs that had to stay were changed: {changed[:3]}")
        halves = [jobs[job] for job in made.stale if job not in jobs or not whole(jobs[job])]
        episode.check(not halves, f"jobs are half settled: {halves[:3]}")
    workspace.execute("DROP TRIGGER slow")
    report = episode.orderly(workspace.command("run", "--json"), (0,)).report
    after = workspace.tables()
    episode.check(after["job"].keys() == made.kept | made.stale, f"the run after all the kills left {len(after['job'])} jobs: {report}")
    orphans = {row["job_id"] for row in after["daemon_job_history"].values()} - after["job"].keys()
    episode.check(not orphans, f"history rows without a job: {sorted(orphans)[:3]}")
    history = episode.orderly(workspace.command("history", "--json"), (0,))
    episode.check('"running"' not in history.out, f"a run that is long over still counts as running: {history.out[:2000]}")
    episode.remark(journal)


def strike(episode):
    draw = episode.random
    started = episode.workspace.start(draw.choice(["run", "run", "preview"]), "--json")
    episode.pause(0.8)
    for _ in range(draw.randint(0, 3)):
        started.send(signal.SIGSTOP)
        episode.pause(0.05)
        started.send(signal.SIGCONT)
        episode.pause(0.05)
    deadly = draw.choice(SIGNALS)
    if deadly in ASKING:
        eventually(lambda: started.process.poll() is not None or heeds(started.pid, deadly), f"{deadly.name} is heeded", pause=0.001)
    for _ in range(draw.choice([1, 1, 5])):
        if started.process.poll() is None:
            started.send(deadly)
            time.sleep(draw.random() * 0.02)
    finished = started.finish(120)
    orderly = (0, 1, 3) if deadly in ASKING else (0, 1, 3, -deadly)
    episode.orderly(finished, orderly)


def heeds(pid, number):
    """Whether a signal no longer just ends the process: how soon after its start that is so depends on the machine.

    That it is blocked says nothing: the runtime of a sanitizer blocks all of them for a moment, and what came meanwhile ends the process.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return True
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigIgn:", "SigCgt:"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


def whole(row):
    """Either untouched or settled."""
    if row["status"] == "running":
        return row["error"] is None and row["completed_at"] is None
    return row["status"] == "failed" and bool(re.fullmatch(r"Job timed out after \d+\.\d minutes", row["error"])) and row["completed_at"] == row["updated_at"]
