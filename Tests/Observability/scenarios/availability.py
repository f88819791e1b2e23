"""JobsweepDown, JobsweepAbsent, JobsweepDatabaseUnreachable and Watchdog."""

from .links import fleet_links, links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

LABELS = {"job": "jobsweep", "instance": "app:9745", "severity": "critical"}


def down() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, HOUR)
    sidecar.down(HOUR, HOUR + 15 * MINUTE)
    sidecar.schedule(HOUR + 1920, 2 * HOUR)
    return (
        Scenario("down: fires after five minutes, resolves", [sidecar], 2 * HOUR)
        .quiet(HOUR, HOUR + 4 * MINUTE)
        .firing(HOUR + 5 * MINUTE, "JobsweepDown")
        .firing(HOUR + 14 * MINUTE, "JobsweepDown")
        .quiet(HOUR + 15 * MINUTE, HOUR + 20 * MINUTE)
        .alert(
            HOUR + 5 * MINUTE,
            "JobsweepDown",
            LABELS,
            {
                "summary": "jobsweep on app:9745 can't be scraped",
                "description": (
                    "Prometheus has had no answer from app:9745 (job jobsweep) for 5 minutes. "
                    "Nothing is known of its cleanup meanwhile; if the process is gone, nothing is cleaned."
                ),
                **links("JobsweepDown"),
            },
        )
    )


def down_just_below() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, 3 * HOUR)
    sidecar.down(HOUR, HOUR + 5 * MINUTE)
    return Scenario("down: a little less than five minutes", [sidecar], 3 * HOUR).quiet(*range(HOUR, 2 * HOUR, MINUTE))


def down_before_the_first_run() -> Scenario:
    never = Sidecar(start=10 * HOUR, instance="new:9745")
    return Scenario("down: never came up", [never], HOUR).quiet(4 * MINUTE).firing(5 * MINUTE, "JobsweepDown")


def down_hides_the_rest() -> Scenario:
    """Errors, a failing reload and a refused database are nothing that a dead process can be asked about."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(1920, status="failed", errors={"run": 1})
    sidecar.run(3720, status="failed", errors={"run": 1})
    sidecar.set(2000, 0, "jobsweep_config_last_reload_successful")
    sidecar.down(4560, 5 * HOUR)
    return (
        Scenario("down: other alerts end with the scrapes", [sidecar], 3 * HOUR, scrape=45)
        .firing(4500, "JobsweepCleanupErrors", "JobsweepConfigReloadFailed", "JobsweepRunsFailing")
        .quiet(4620)
        .firing(4920, "JobsweepDown")
        .firing(3 * HOUR, "JobsweepDown")
    )


def down_restart() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, 2 * HOUR)
    for at in (HOUR, HOUR + 40 * MINUTE):
        sidecar.restart(at, seconds=4 * MINUTE)
    return Scenario("down: restarts", [sidecar], 2 * HOUR).quiet(*range(0, 2 * HOUR, MINUTE))


def absent() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, HOUR)
    sidecar.remove(HOUR)
    return (
        Scenario("absent: the target falls out of the configuration", [sidecar], 2 * HOUR)
        .quiet(HOUR + 9 * MINUTE)
        .firing(HOUR + 10 * MINUTE, "JobsweepAbsent")
        .alert(
            HOUR + 10 * MINUTE,
            "JobsweepAbsent",
            {"job": "jobsweep", "severity": "critical"},
            {
                "summary": "Prometheus scrapes no jobsweep at all",
                "description": (
                    "For 10 minutes there has been neither a target of job jobsweep nor a series of one: it fell out of "
                    "the scrape configuration, of service discovery, or of what a collector passes on. No other jobsweep "
                    "alert can fire meanwhile."
                ),
                **fleet_links("JobsweepAbsent"),
            },
        )
    )


def absent_resolves() -> Scenario:
    """`up` of another job doesn't count, and the first sample of the right one ends the alert."""
    other = Sidecar(job="other", instance="other:1")
    late = Sidecar(job="jobsweep")
    late.schedule(120, HOUR)
    scenario = Scenario("absent: only another job, then the right one", [other], HOUR, scrape=45)
    return scenario.quiet(9 * MINUTE).firing(10 * MINUTE, "JobsweepAbsent").firing(HOUR, "JobsweepAbsent")


def absent_behind_a_collector() -> Scenario:
    """A collector passes the sidecar's series on, and nobody writes `up`; then it stops."""
    sidecar = Sidecar(collected=True)
    sidecar.schedule(120, 2 * HOUR)
    sidecar.remove(2 * HOUR)
    return (
        Scenario("absent: a collector passes the series on", [sidecar], 3 * HOUR)
        .quiet(*range(0, 2 * HOUR, 5 * MINUTE))
        .firing(2 * HOUR + 10 * MINUTE, "JobsweepAbsent")
    )


def absent_not_down() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, HOUR)
    sidecar.down(HOUR, 3 * HOUR)
    return Scenario("absent: a target that is down is not absent", [sidecar], 2 * HOUR).firing(
        HOUR + 30 * MINUTE, "JobsweepDown"
    )


def absent_one_of_two() -> Scenario:
    kept, lost = Sidecar(), Sidecar(instance="second:9745")
    kept.schedule(120, 2 * HOUR)
    lost.schedule(120, HOUR)
    lost.remove(HOUR)
    return Scenario("absent: one of two is taken away on purpose", [kept, lost], 2 * HOUR).quiet(2 * HOUR)


def unreachable() -> Scenario:
    """The runs that fail meanwhile are the outage's; when it is over nothing is left to tell of."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(1920)
    sidecar.set(3000, 0, "jobsweep_up")
    for at in (3720, 5520, 7320, 9120):
        sidecar.run(at, status="failed", errors={"run": 1})
    sidecar.set(9600, 1, "jobsweep_up")
    sidecar.schedule(10920, 5 * HOUR)
    return (
        Scenario("database unreachable: an outage of two hours", [sidecar], 5 * HOUR)
        .quiet(3000, 3240)
        .firing(3300, "JobsweepDatabaseUnreachable")
        .firing(5400, "JobsweepDatabaseUnreachable")
        # The last success was at 1925: its absence is the outage's, too.
        .firing(9540, "JobsweepDatabaseUnreachable")
        .quiet(*range(9600, 5 * HOUR, 5 * MINUTE))
        .alert(
            3300,
            "JobsweepDatabaseUnreachable",
            LABELS,
            {
                "summary": "jobsweep on app:9745 can't use the application's database",
                "description": (
                    "For 5 minutes every look of app:9745 at the application's database has failed: it is "
                    "missing, locked, unreadable or damaged. Runs fail meanwhile, and the application may be hurt as well."
                ),
                **links("JobsweepDatabaseUnreachable"),
            },
        )
    )


def unreachable_and_then_nothing() -> Scenario:
    """After the outage no run comes: the lack of success is told of when one and a half intervals have gone by."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.set(600, 0, "jobsweep_up")
    for at in (1920, 3720):
        sidecar.run(at, status="failed", errors={"run": 1}, backlog={"old_jobs": 9})
    sidecar.set(5460, 1, "jobsweep_up")
    for at in range(5520, 12000, 1800):
        sidecar.skip(at)
    return (
        Scenario("database unreachable: and then no run comes", [sidecar], 4 * HOUR)
        .firing(5400, "JobsweepDatabaseUnreachable")
        .quiet(5460, 5460 + 2700 + 240)
        .firing(5460 + 2700 + 360, "JobsweepNoRecentSuccess")
    )


def unreachable_short() -> Scenario:
    """A lock that passes between two runs, and one that a run met: that run's error is told of."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.set(600, 0, "jobsweep_up")
    sidecar.set(890, 1, "jobsweep_up")
    sidecar.run(1920, status="failed", errors={"run": 1})
    sidecar.set(1925, 0, "jobsweep_up")
    sidecar.set(2100, 1, "jobsweep_up")
    sidecar.schedule(3720, 2 * HOUR)
    return (
        Scenario("database unreachable: a little less than five minutes", [sidecar], 2 * HOUR, scrape=45)
        .quiet(*range(0, 2340, MINUTE))
        .firing(2460, "JobsweepCleanupErrors")
        .quiet(3900)
    )


def unreachable_from_the_start() -> Scenario:
    sidecar = Sidecar()
    sidecar.set(60, 0, "jobsweep_up")
    sidecar.run(120, status="failed", errors={"run": 1})
    sidecar.run(1920, status="failed", errors={"run": 1})
    sidecar.restart(2400)
    return (
        Scenario("database unreachable: before the first run, and across a restart", [sidecar], HOUR)
        .quiet(300)
        .firing(360, "JobsweepDatabaseUnreachable")
        .quiet(2580)
        .firing(2760, "JobsweepDatabaseUnreachable")
    )


def watchdog() -> Scenario:
    return (
        Scenario("watchdog: always, with no sidecar at all", [], HOUR)
        .alert(
            0,
            "Watchdog",
            {"severity": "none"},
            {
                "summary": "Alerts of this Prometheus arrive",
                "description": (
                    "This alert fires always. It is routed to a dead man's switch, which raises the alarm when it stops "
                    "arriving: then Prometheus, Alertmanager or the way between them is broken."
                ),
                **fleet_links("Watchdog"),
            },
        )
        .quiet(0)
    )


SCENARIOS = [
    down(),
    down_just_below(),
    down_before_the_first_run(),
    down_hides_the_rest(),
    down_restart(),
    absent(),
    absent_resolves(),
    absent_behind_a_collector(),
    absent_not_down(),
    absent_one_of_two(),
    unreachable(),
    unreachable_and_then_nothing(),
    unreachable_short(),
    unreachable_from_the_start(),
    watchdog(),
]
