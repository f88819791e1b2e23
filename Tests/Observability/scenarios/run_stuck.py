"""JobsweepRunStuck."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

NOW = {"job": "jobsweep", "instance": "app:9745", "severity": "critical"}


def stuck() -> Scenario:
    """A run that neither ends nor meets its limit, until somebody restarts the process."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.set(1920, 1, "jobsweep_running")
    sidecar.set(1920, 1920, "jobsweep_last_run_start_timestamp_seconds")
    sidecar.set(1920, 3720, "jobsweep_next_run_timestamp_seconds")
    sidecar.skip(3720)
    sidecar.restart(4200)
    sidecar.schedule(4260, 3 * HOUR)
    return (
        Scenario("stuck: a run without an end", [sidecar], 3 * HOUR)
        .quiet(1920 + 900, 1920 + 1500)
        .firing(1920 + 1620, "JobsweepRunStuck")
        .quiet(4320, 3 * HOUR)
        .alert(
            1920 + 1620,
            "JobsweepRunStuck",
            NOW,
            {
                "summary": "jobsweep on app:9745 is stuck in a run",
                "description": (
                    "The run under way on app:9745 began 27m 0s ago and should long have met its time limit; runs are due "
                    "every 30m 0s. It blocks every later run."
                ),
                **links("JobsweepRunStuck"),
            },
        )
    )


def stuck_just_below() -> Scenario:
    """A run of 24 minutes, whose limit somebody raised; and a dry run that stays open for an hour."""
    sidecar = Sidecar()
    sidecar.run(120, seconds=1440)
    sidecar.schedule(1920, HOUR)
    sidecar.set(3800, 1, "jobsweep_running")
    sidecar.set(HOUR + 1800, 0, "jobsweep_running")
    sidecar.schedule(HOUR + 1920, 3 * HOUR)
    return Scenario("stuck: a long run and a dry run", [sidecar], 3 * HOUR, scrape=45).quiet(
        *range(0, 3 * HOUR, 5 * MINUTE)
    )


def stuck_while_down() -> Scenario:
    sidecar = Sidecar()
    sidecar.set(120, 1, "jobsweep_running")
    sidecar.set(120, 120, "jobsweep_last_run_start_timestamp_seconds")
    sidecar.set(120, 1920, "jobsweep_next_run_timestamp_seconds")
    sidecar.down(2400, 2 * HOUR)
    return (
        Scenario("stuck: in the first run, then the target is down", [sidecar], HOUR)
        .firing(2340, "JobsweepRunStuck")
        .quiet(2460)
        .firing(HOUR, "JobsweepDown")
    )


SCENARIOS = [
    stuck(),
    stuck_just_below(),
    stuck_while_down(),
]
