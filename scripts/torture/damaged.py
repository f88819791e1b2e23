"""Database files, state files and configurations with random bytes changed: whatever is in them, no command dies of it."""

from support.generator import generate
from support.timestamps import now

COMMANDS = (("check",), ("preview", "--json"), ("run", "--json"), ("history", "--json"), ("vacuum", "--dry-run"))
CONFIGURATION = """
schedule: {every: 30m, first_run_after: 1m, misfire_grace: 5m, jitter: 0s, timeout: 5m}
operations:
  stale_jobs: {enabled: true, default_timeout: 30m, timeouts: {analysis: 60m}, heartbeat_grace: 10m}
  old_jobs: {enabled: true, keep: 30d, keep_by_status: {failed: 90d}, keep_by_type: {export: 7d}}
  old_downloads: {enabled: true, keep: 14d}
  stuck_plans: {enabled: true}
tables:
  jobs: {table: job, id: id}
"""


def scene(episode):
    workspace, draw = episode.workspace, episode.random
    generate(episode.seed, now()).write(workspace.database, draw.choice(["wal", "delete"]))
    workspace.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    workspace.configure(CONFIGURATION)
    episode.orderly(workspace.command("run", "--json", "--dry-run"), (0, 3))
    victim = draw.choice(["database", "database", "database", "state", "configuration"])
    if victim == "configuration":
        for _ in range(10):
            spoil(workspace.configure(CONFIGURATION), draw, draw.choice([1, 3, 30]))
            episode.orderly(workspace.command("config"), (0, 2))
            episode.orderly(workspace.command("check"), (0, 1, 2, 3))
    else:
        files = [workspace.database] if victim == "database" else [p for p in workspace.state.iterdir() if p.is_file() and p.stat().st_size]
        spoil(draw.choice(files), draw, draw.choice([1, 10, 100, 1000]))
        for command in COMMANDS:
            episode.orderly(workspace.command(*command, seconds=400), (0, 1, 2, 3))
    episode.remark(victim)


def spoil(path, draw, count):
    content = bytearray(path.read_bytes())
    for _ in range(count):
        content[draw.randrange(len(content))] = draw.randrange(256)
    if draw.random() < 0.2:
        content = content[: draw.randrange(len(content))]
    path.write_bytes(content)
