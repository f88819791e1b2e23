"""JobsweepCleanupErrors."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

SOON = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}


def errors_counted(at: int, scenario: Scenario, **operations: int) -> Scenario:
    name = "instance_operation:jobsweep_errors:since_last_success"
    return scenario.value(
        at,
        f"{name} > 0",
        {
            f'{name}{{instance="app:9745",job="jobsweep",operation="{operation}"}}': count
            for operation, count in operations.items()
        },
    )


def errors_in_the_last_run() -> Scenario:
    """One run with three errors: exactly three, until the next run without any."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(1920, status="completed_with_errors", errors={"old_jobs": 3})
    sidecar.schedule(3720, 2 * HOUR)
    scenario = (
        Scenario("cleanup errors: in the last run", [sidecar], 2 * HOUR)
        .quiet(1920, 2220)
        .firing(2280, "JobsweepCleanupErrors")
        .firing(3720, "JobsweepCleanupErrors")
        .quiet(3780, 2 * HOUR)
        .alert(
            2280,
            "JobsweepCleanupErrors",
            {**SOON, "operation": "old_jobs"},
            {
                "summary": "jobsweep on app:9745 had errors in old_jobs",
                "description": (
                    "3 error(s) in old_jobs on app:9745 since its last run without errors. Runs that ended since then: "
                    "1 with errors, 0 failed. The next run without errors ends this alert."
                ),
                **links("JobsweepCleanupErrors"),
            },
        )
    )
    return errors_counted(2280, scenario, old_jobs=3)


def errors_in_several_runs() -> Scenario:
    """Two operations, run after run: counts add up, and completed runs with errors are no lack of success."""
    sidecar = Sidecar()
    sidecar.run(120)
    after = sidecar.schedule(1920, 6 * HOUR, status="completed_with_errors", errors={"old_jobs": 2, "stuck_plans": 1})
    sidecar.run(after)
    scenario = (
        Scenario("cleanup errors: in several runs", [sidecar], after + 200, scrape=45)
        .firing(5 * HOUR, "JobsweepCleanupErrors")
        .firing(after - 60, "JobsweepCleanupErrors")
        .quiet(after + 120)
    )
    errors_counted(4000, scenario, old_jobs=4, stuck_plans=2)
    return errors_counted(after - 60, scenario, old_jobs=22, stuck_plans=11)


def errors_across_a_restart() -> Scenario:
    """Totals survive a restart, and so does the alert; a restart alone is no error."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(1920, status="completed_with_errors", errors={"old_jobs": 3})
    sidecar.restart(2700)
    sidecar.schedule(3720, 2 * HOUR)
    sidecar.restart(2 * HOUR)
    scenario = (
        Scenario("cleanup errors: across restarts", [sidecar], 3 * HOUR, scrape=45)
        .firing(2640, "JobsweepCleanupErrors")
        .firing(3060, "JobsweepCleanupErrors")
        .quiet(3840, 2 * HOUR + 10 * MINUTE)
    )
    return errors_counted(3060, scenario, old_jobs=3)


def errors_of_a_series_born_with_them() -> Scenario:
    """Scrapes every five minutes miss the zeros before the first run; its errors are seen all the same."""
    sidecar = Sidecar(start=310)
    sidecar.run(370, status="completed_with_errors", errors={"old_downloads": 7})
    scenario = (
        Scenario("cleanup errors: the first scrape comes after the first run", [sidecar], HOUR, scrape=300)
        .quiet(600)
        .firing(960, "JobsweepCleanupErrors")
    )
    return errors_counted(960, scenario, old_downloads=7)


def errors_of_long_ago() -> Scenario:
    """A Prometheus that meets a sidecar with errors in its past, and a last run that was good."""
    sidecar = Sidecar()
    sidecar.add(60, 900, "jobsweep_errors_total", operation="old_jobs")
    sidecar.add(60, 300, "jobsweep_runs_total", status="failed", trigger="schedule")
    sidecar.set(60, 20, "jobsweep_last_run_start_timestamp_seconds")
    sidecar.set(60, 30, "jobsweep_last_run_completion_timestamp_seconds")
    sidecar.set(60, 30, "jobsweep_last_success_timestamp_seconds")
    sidecar.set(60, 1820, "jobsweep_next_run_timestamp_seconds")
    sidecar.schedule(1820, HOUR)
    return Scenario("cleanup errors: all of them in the past", [sidecar], HOUR).quiet(*range(0, HOUR, 5 * MINUTE))


def errors_while_down() -> Scenario:
    """The target is down when a good run follows: the next scrape shows it, and no alert comes back."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(1920, status="completed_with_errors", errors={"run": 1})
    sidecar.down(3000, 4200)
    sidecar.schedule(3720, 2 * HOUR)
    return (
        Scenario("cleanup errors: the target is down meanwhile", [sidecar], 2 * HOUR)
        .firing(2940, "JobsweepCleanupErrors")
        .quiet(3060)
        .firing(3300, "JobsweepDown")
        .quiet(4260, 5000)
    )


SCENARIOS = [
    errors_in_the_last_run(),
    errors_in_several_runs(),
    errors_across_a_restart(),
    errors_of_a_series_born_with_them(),
    errors_of_long_ago(),
    errors_while_down(),
]
