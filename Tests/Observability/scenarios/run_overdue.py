"""JobsweepRunOverdue."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

SOON = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}


def overdue() -> Scenario:
    """The schedule's loop has stopped; half an interval and five minutes after the due time that is told of."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(5 * HOUR)
    return (
        Scenario("overdue: the loop has stopped, then goes on", [sidecar], 6 * HOUR)
        .quiet(1920, 1920 + 900, 1920 + 1200)
        .firing(1920 + 1320, "JobsweepRunOverdue")
        # The last success was at 125: 2.5 intervals later its absence is the greater evil.
        .firing(125 + 4500 + 400, "JobsweepNoRecentSuccess", "JobsweepRunOverdue")
        .quiet(5 * HOUR + 60)
        .alert(
            1920 + 1320,
            "JobsweepRunOverdue",
            SOON,
            {
                "summary": "jobsweep on app:9745 missed its next run",
                "description": (
                    "The next run of app:9745 was due 22m 0s ago and has neither started nor been skipped; runs are due "
                    "every 30m 0s. The schedule's loop has stopped."
                ),
                **links("JobsweepRunOverdue"),
            },
        )
    )


def overdue_just_below() -> Scenario:
    """Every run is late by nearly half an interval; a long run is under way when its successor is due."""
    sidecar = Sidecar()
    at = 120
    for _ in range(6):
        sidecar.run(at)
        sidecar.set(at, at + 900, "jobsweep_next_run_timestamp_seconds")
        at += 1790
    sidecar.run(at, seconds=1000)
    sidecar.set(at, at + 10, "jobsweep_next_run_timestamp_seconds")
    sidecar.schedule(at + 1020, 5 * HOUR)
    return Scenario("overdue: late, and behind a long run", [sidecar], 5 * HOUR, scrape=45).quiet(
        *range(0, 5 * HOUR, 3 * MINUTE)
    )


def overdue_unscheduled() -> Scenario:
    """A next run of 0 is none that could be overdue; the lack of success is another matter."""
    sidecar = Sidecar()
    sidecar.set(60, 0, "jobsweep_next_run_timestamp_seconds")
    sidecar.run(120, trigger="api")
    return Scenario("overdue: no next run", [sidecar], HOUR).quiet(*range(0, HOUR, 5 * MINUTE))


def overdue_across_a_restart() -> Scenario:
    """The new process finds the due time missed, skips it, and says the next one."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.restart(3240, seconds=100)
    sidecar.skip(3340, "misfire")
    sidecar.schedule(5140, 3 * HOUR)
    return (
        Scenario("overdue: a restart mends it", [sidecar], 3 * HOUR)
        .firing(3180 + 59, "JobsweepRunOverdue")
        .quiet(*range(3300, 3 * HOUR, 5 * MINUTE))
    )


def overdue_before_the_first_run() -> Scenario:
    sidecar = Sidecar()
    return (
        Scenario("overdue: the first run never comes", [sidecar], HOUR, scrape=45)
        .quiet(120 + 900, 120 + 1200)
        .firing(120 + 1380, "JobsweepRunOverdue")
    )


def overdue_while_down() -> Scenario:
    sidecar = Sidecar()
    sidecar.down(HOUR, 3 * HOUR)
    return (
        Scenario("overdue: the target is down", [sidecar], 2 * HOUR)
        .firing(HOUR - 60, "JobsweepRunOverdue")
        .quiet(HOUR + 60)
        .firing(2 * HOUR, "JobsweepDown")
    )


SCENARIOS = [
    overdue(),
    overdue_just_below(),
    overdue_unscheduled(),
    overdue_across_a_restart(),
    overdue_before_the_first_run(),
    overdue_while_down(),
]
