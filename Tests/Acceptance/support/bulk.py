"""Many rows of few kinds, with what must become of each known beforehand."""

from dataclasses import dataclass
from datetime import timedelta

from support.timestamps import now
from support.world import World

DAY = timedelta(days=1)


@dataclass
class Bulk:
    """A world with many old jobs among jobs that must stay."""

    world: World
    old: set
    kept: set
    stale: set


def bulk(old, kept=None, stale=0):
    """`old` jobs to delete, `kept` (else a tenth of them) to stay, `stale` to settle, in mixed order."""
    world, start = World(), now()
    made = Bulk(world, set(), set(), set())
    kept = old // 10 if kept is None else kept
    for n in range(old):
        job = world.job(start, ("completed", "FAILED", "cancelled")[n % 3], completed=(31 + n % 300) * DAY)
        made.old.add(job)
        if n % 10 == 0:
            world.history(job)
    for n in range(kept):
        made.kept.add(world.job(start, ("completed", "running", "cancelling")[n % 3], age=DAY / 24, heartbeat=timedelta(), completed=None))
    for _ in range(stale):
        made.stale.add(world.job(start, "running", age=DAY))
    world.download(start, 15 * DAY)
    world.plan(start)
    return made
