"""JobsweepOperationHeld."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

SOON = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}
WITH_ERRORS = "completed_with_errors"


def held_until_it_is_approved() -> Scenario:
    """From the run that holds it to the one that takes it up; runs that end so are no errors and no lack of success."""
    sidecar = Sidecar()
    sidecar.schedule(120, HOUR)
    approved = sidecar.schedule(3720, 5 * HOUR, status=WITH_ERRORS, held=("stale_jobs",))
    sidecar.schedule(approved, 7 * HOUR)
    return (
        Scenario("operation held: until it is approved", [sidecar], 7 * HOUR)
        .quiet(*range(0, 3720, 5 * MINUTE), 4020)
        .firing(4140, "JobsweepOperationHeld")
        .firing(3 * HOUR, "JobsweepOperationHeld")
        .firing(approved, "JobsweepOperationHeld")
        .quiet(approved + 60, 7 * HOUR)
        .alert(
            4140,
            "JobsweepOperationHeld",
            {**SOON, "operation": "stale_jobs"},
            {
                "summary": "jobsweep on app:9745 holds stale_jobs until somebody approves it",
                "description": (
                    "Nothing of stale_jobs is done on app:9745: far more rows are due than usual, it would change most of what "
                    "there is, or its tables have changed. Look at a preview, and let it go on once where it is right: "
                    "jobsweep approve stale_jobs"
                ),
                **links("JobsweepOperationHeld"),
            },
        )
    )


def approved_at_once() -> Scenario:
    """Somebody asks for a run, sees that it is held, approves it, and asks for another."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(400, status=WITH_ERRORS, trigger="api", held=("old_jobs",))
    sidecar.run(600, trigger="api")
    sidecar.schedule(1920, 3 * HOUR)
    return Scenario("operation held: approved at once", [sidecar], 3 * HOUR).quiet(*range(0, 3 * HOUR, MINUTE))


def held_across_a_restart() -> Scenario:
    """What is held stays so, in a new process and while nothing runs; the target is down in between."""
    sidecar = Sidecar(interval=2 * HOUR)
    sidecar.run(120)
    sidecar.run(120 + 2 * HOUR, status=WITH_ERRORS, held=("old_downloads",))
    sidecar.restart(3 * HOUR)
    sidecar.run(120 + 4 * HOUR, status="cancelled")
    sidecar.run(120 + 6 * HOUR)
    return (
        Scenario("operation held: across a restart", [sidecar], 7 * HOUR, scrape=45)
        .quiet(2 * HOUR)
        .firing(2 * HOUR + 30 * MINUTE, "JobsweepOperationHeld")
        .firing(3 * HOUR + 30 * MINUTE, "JobsweepOperationHeld")
        .firing(5 * HOUR, "JobsweepOperationHeld")
        .quiet(6 * HOUR + 30 * MINUTE)
    )


def held_beside_errors() -> Scenario:
    """Two operations are held and a third has an error: three tickets, and each names its operation."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(1920, status=WITH_ERRORS, held=("old_jobs", "old_downloads"), errors={"stuck_plans": 2})
    name = "jobsweep_operation_held"
    return (
        Scenario("operation held: beside errors", [sidecar], HOUR)
        .firing(2400, "JobsweepCleanupErrors", "JobsweepOperationHeld")
        .value(
            2400,
            f"sum by (operation) ({name}) > 0",
            {'{operation="old_downloads"}': 1, '{operation="old_jobs"}': 1},
        )
    )


def rules_of_a_users_own() -> Scenario:
    """What isn't built in alerts under its name: held for hours, and then its rows don't get fewer, with errors at the end. The runs
    that held it aren't among the three that a backlog needs."""
    sidecar = Sidecar(rules=("daemon_logs",))
    sidecar.run(120)
    approved = sidecar.schedule(1920, 3 * HOUR, status=WITH_ERRORS, held=("daemon_logs",))
    last = approved
    for _ in range(4):
        sidecar.run(last, backlog={"daemon_logs": 70_000})
        last += sidecar.interval
    sidecar.run(last, status=WITH_ERRORS, errors={"daemon_logs": 4}, backlog={"daemon_logs": 70_000})
    scenario = (
        Scenario("operation held: a rule of a user's own", [sidecar], last + HOUR)
        .firing(2400, "JobsweepOperationHeld")
        .firing(approved, "JobsweepOperationHeld")
        .quiet(*range(approved + MINUTE, approved + HOUR + 5 * MINUTE, 5 * MINUTE))
        .firing(last, "JobsweepBacklogNotDraining")
        .firing(last + 10 * MINUTE, "JobsweepCleanupErrors")
    )
    for at, alert in (
        (2400, "JobsweepOperationHeld"),
        (last, "JobsweepBacklogNotDraining"),
        (last + 10 * MINUTE, "JobsweepCleanupErrors"),
    ):
        labels = f'alertname="{alert}",instance="app:9745",job="jobsweep",operation="daemon_logs",severity="warning"'
        selector = f'ALERTS{{alertname="{alert}",alertstate="firing"}}'
        scenario.value(at, selector, {f'ALERTS{{alertstate="firing",{labels}}}': 1})
    return scenario


SCENARIOS = [
    held_until_it_is_approved(),
    approved_at_once(),
    held_across_a_restart(),
    held_beside_errors(),
    rules_of_a_users_own(),
]
