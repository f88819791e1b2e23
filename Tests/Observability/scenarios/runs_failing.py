"""JobsweepRunsFailing."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

NOW = {"job": "jobsweep", "instance": "app:9745", "severity": "critical"}


def failing() -> Scenario:
    """Two failed runs in a row; the second one makes the alert."""
    sidecar = Sidecar()
    sidecar.run(120)
    for at in (1920, 3720, 5520):
        sidecar.run(at, status="failed", errors={"run": 1})
    sidecar.schedule(7320, 3 * HOUR)
    return (
        Scenario("runs failing: two in a row, then good ones", [sidecar], 3 * HOUR)
        .quiet(2220)
        .firing(2280, "JobsweepCleanupErrors")
        .firing(4020, "JobsweepCleanupErrors")
        .firing(4080, "JobsweepCleanupErrors", "JobsweepRunsFailing")
        .firing(4800, "JobsweepCleanupErrors", "JobsweepRunsFailing")
        # 2.5 intervals after the success at 125, and five minutes more.
        .firing(7320, "JobsweepCleanupErrors", "JobsweepNoRecentSuccess", "JobsweepRunsFailing")
        .quiet(7380, 3 * HOUR)
        .alert(
            4080,
            "JobsweepRunsFailing",
            {**NOW, "status": "failed"},
            {
                "summary": "jobsweep on app:9745 fails run after run",
                "description": (
                    "2 runs of app:9745 have failed and none has succeeded since. Nothing, or not everything, is cleaned."
                ),
                **links("JobsweepRunsFailing"),
            },
        )
    )


def failing_every_other_run() -> Scenario:
    """Just below: failed and good runs by turns are never two in a row."""
    sidecar = Sidecar()
    at = 120
    for number in range(14):
        failed = number % 2 == 1
        sidecar.run(at, status="failed" if failed else "completed", errors={"run": 1} if failed else None)
        at += 1800
    scenario = Scenario("runs failing: every other one", [sidecar], 7 * HOUR, scrape=45)
    for second in range(3 * HOUR, 7 * HOUR, 10 * MINUTE):
        scenario.value(second, 'ALERTS{alertname="JobsweepRunsFailing"}', {})
    return scenario


def failing_from_the_first_run() -> Scenario:
    """Never a success, and restarts in between: the count goes on."""
    sidecar = Sidecar()
    for at in (120, 1920, 3720):
        sidecar.run(at, status="failed", errors={"run": 1})
        sidecar.restart(at + 900)
    return (
        Scenario("runs failing: from the first one on, across restarts", [sidecar], 2 * HOUR)
        .firing(1920, "JobsweepCleanupErrors")
        .firing(2400, "JobsweepCleanupErrors", "JobsweepRunsFailing")
        .value(
            3960,
            'instance_status:jobsweep_runs:since_last_success{status="failed"}',
            {'instance_status:jobsweep_runs:since_last_success{instance="app:9745",job="jobsweep",status="failed"}': 3},
        )
    )


def failing_with_its_process() -> Scenario:
    """Every run takes the process with it: the first is an error, the second makes two, and success is missed as well."""
    sidecar = Sidecar()
    sidecar.run(120)
    for number in range(6):
        sidecar.lose_run(1920 + number * 1800)
    sidecar.run(1920 + 6 * 1800)
    return (
        Scenario("runs failing: each takes the process with it", [sidecar], 5 * HOUR)
        .quiet(1980, 2220)
        .firing(2340, "JobsweepCleanupErrors")
        .firing(3720 + 420, "JobsweepCleanupErrors", "JobsweepRunsFailing")
        .firing(9000, "JobsweepCleanupErrors", "JobsweepNoRecentSuccess", "JobsweepRunsFailing")
        .quiet(1920 + 6 * 1800 + 120, 4 * HOUR)
    )


def failing_on_request() -> Scenario:
    """Runs that an operator asked for count as well, three within a minute as three."""
    sidecar = Sidecar()
    sidecar.run(120)
    for at in (600, 620, 640):
        sidecar.run(at, status="failed", trigger="api", errors={"run": 1})
    sidecar.schedule(1920, HOUR)
    return (
        Scenario("runs failing: asked for, between two scrapes", [sidecar], HOUR)
        .quiet(900)
        .firing(1020, "JobsweepCleanupErrors", "JobsweepRunsFailing")
        .quiet(1980)
    )


SCENARIOS = [
    failing(),
    failing_every_other_run(),
    failing_from_the_first_run(),
    failing_with_its_process(),
    failing_on_request(),
]
