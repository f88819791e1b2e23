"""JobsweepBacklogNotDraining."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

SOON = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}


def backlog() -> Scenario:
    """Three runs after which as much is left as before."""
    sidecar = Sidecar()
    sidecar.run(120)
    for at, rows in ((1920, 4000), (3720, 4500), (5520, 4500), (7320, 9000), (9120, 5000), (10920, 0)):
        sidecar.run(at, backlog={"old_jobs": rows})
    return (
        Scenario("backlog: not draining, then draining", [sidecar], 4 * HOUR)
        .quiet(1980, 3780, 5520, 5820)
        .firing(5880, "JobsweepBacklogNotDraining")
        .firing(9120, "JobsweepBacklogNotDraining")
        .quiet(9180, 12600)
        .alert(
            5880,
            "JobsweepBacklogNotDraining",
            {**SOON, "operation": "old_jobs"},
            {
                "summary": "jobsweep on app:9745 doesn't get through old_jobs",
                "description": (
                    "4.5k rows are still eligible for old_jobs on app:9745 after the last run, and no fewer than three or "
                    "more runs before: rows come in at least as fast as they go."
                ),
                **links("JobsweepBacklogNotDraining"),
            },
        )
    )


def backlog_draining() -> Scenario:
    """Just below: a big backlog that falls a little every other run is on its way out."""
    sidecar = Sidecar()
    sidecar.run(120)
    rows = 100_000
    for number in range(12):
        rows -= 500 * (number % 2)
        sidecar.run(1920 + number * 1800, backlog={"old_downloads": rows})
    return Scenario("backlog: draining slowly", [sidecar], 7 * HOUR, scrape=45).quiet(*range(0, 6 * HOUR, 5 * MINUTE))


def backlog_across_a_restart() -> Scenario:
    """The process is restarted and the target is down for a while; the runs before count."""
    sidecar = Sidecar()
    sidecar.run(120)
    for at in (1920, 3720, 5520):
        sidecar.run(at, backlog={"stuck_plans": 20})
    sidecar.restart(4200, seconds=200)
    sidecar.down(5700, 6300)
    return (
        Scenario("backlog: across a restart and with the target down", [sidecar], 2 * HOUR)
        .quiet(5640)
        .firing(6000, "JobsweepDown")
        .quiet(6300)
        .firing(6660, "JobsweepBacklogNotDraining")
    )


def backlog_with_errors() -> Scenario:
    """Rows that can't be deleted are errors; the backlog that they leave says nothing new."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.schedule(1920, 4 * HOUR, status="completed_with_errors", errors={"old_jobs": 5}, backlog={"old_jobs": 5})
    return Scenario("backlog: of rows with errors", [sidecar], 4 * HOUR).firing(4 * HOUR, "JobsweepCleanupErrors")


def backlog_of_failed_runs() -> Scenario:
    """Runs that fail or are cancelled prove nothing of the backlog."""
    sidecar = Sidecar()
    sidecar.run(120, backlog={"old_jobs": 50})
    for at in (600, 700, 800, 900):
        sidecar.run(at, status="cancelled", trigger="api")
    sidecar.run(1920, backlog={"old_jobs": 0})
    return Scenario("backlog: of cancelled runs", [sidecar], HOUR).quiet(*range(0, HOUR, 2 * MINUTE))


def backlog_unknown_between() -> Scenario:
    """Runs that were cancelled before the operation's turn leave its backlog unknown, which doesn't make the rest forgotten."""
    sidecar = Sidecar()
    for number in range(5):
        sidecar.run(120 + number * 1800, backlog={"old_jobs": 100})
        sidecar.run(1020 + number * 1800, status="cancelled", trigger="api")
    return (
        Scenario("backlog: unknown between runs", [sidecar], 3 * HOUR)
        .quiet(*range(0, 3960, 5 * MINUTE))
        .firing(4200, "JobsweepBacklogNotDraining")
        .quiet(4740)
        .firing(6000, "JobsweepBacklogNotDraining")
    )


def backlog_before_the_first_run() -> Scenario:
    """Prometheus meets a backlog that it has not seen grow."""
    sidecar = Sidecar()
    sidecar.set(60, 800, "jobsweep_backlog_rows", operation="old_jobs")
    sidecar.run(120, backlog={"old_jobs": 800})
    sidecar.run(1920, backlog={"old_jobs": 800})
    sidecar.run(3720, backlog={"old_jobs": 0})
    return Scenario("backlog: there before the first run", [sidecar], HOUR + 10 * MINUTE).quiet(
        *range(0, HOUR + 10 * MINUTE, 5 * MINUTE)
    )


SCENARIOS = [
    backlog(),
    backlog_draining(),
    backlog_across_a_restart(),
    backlog_with_errors(),
    backlog_of_failed_runs(),
    backlog_unknown_between(),
    backlog_before_the_first_run(),
]
