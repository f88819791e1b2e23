"""JobsweepCleanupErrors, JobsweepRunsFailing and JobsweepBacklogNotDraining."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

SOON = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}
NOW = {"job": "jobsweep", "instance": "app:9745", "severity": "critical"}


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
    after = sidecar.schedule(
        1920, 6 * HOUR, status="completed_with_errors", errors={"old_jobs": 2, "stuck_plans": 1}
    )
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
            {
                'instance_status:jobsweep_runs:since_last_success{instance="app:9745",job="jobsweep",status="failed"}': 3
            },
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
    return Scenario("backlog: draining slowly", [sidecar], 7 * HOUR, scrape=45).quiet(
        *range(0, 6 * HOUR, 5 * MINUTE)
    )


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
    sidecar.schedule(
        1920, 4 * HOUR, status="completed_with_errors", errors={"old_jobs": 5}, backlog={"old_jobs": 5}
    )
    return Scenario("backlog: of rows with errors", [sidecar], 4 * HOUR).firing(4 * HOUR, "JobsweepCleanupErrors")


def backlog_of_failed_runs() -> Scenario:
    """Runs that fail or are cancelled prove nothing of the backlog."""
    sidecar = Sidecar()
    sidecar.run(120, backlog={"old_jobs": 50})
    for at in (600, 700, 800, 900):
        sidecar.run(at, status="cancelled", trigger="api")
    sidecar.run(1920, backlog={"old_jobs": 0})
    return Scenario("backlog: of cancelled runs", [sidecar], HOUR).quiet(*range(0, HOUR, 2 * MINUTE))


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
    errors_in_the_last_run(),
    errors_in_several_runs(),
    errors_across_a_restart(),
    errors_of_a_series_born_with_them(),
    errors_of_long_ago(),
    errors_while_down(),
    failing(),
    failing_every_other_run(),
    failing_from_the_first_run(),
    failing_with_its_process(),
    failing_on_request(),
    backlog(),
    backlog_draining(),
    backlog_across_a_restart(),
    backlog_with_errors(),
    backlog_of_failed_runs(),
    backlog_before_the_first_run(),
]
