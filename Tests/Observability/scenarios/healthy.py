"""Nothing fires on a sidecar that does its work, whatever happens around it."""

from .scenario import Scenario
from .sidecar import DAY, HOUR, MINUTE, Sidecar


def every(seconds: int, until: int) -> list[int]:
    return list(range(0, until + 1, seconds))


def first_hours() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, 5 * HOUR, backlog={"old_jobs": 0}, stale={"sync": 1})
    return Scenario("a sidecar's first hours", [sidecar], 5 * HOUR, scrape=30).quiet(*every(5 * MINUTE, 5 * HOUR))


def first_days() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, 3 * DAY, backlog={"old_jobs": 0}, stale={"sync": 1})
    return Scenario("a sidecar's first days", [sidecar], 3 * DAY, scrape=300).quiet(*every(HOUR, 3 * DAY))


def misaligned() -> Scenario:
    sidecar = Sidecar(start=67)
    sidecar.schedule(133, 5 * HOUR)
    return Scenario("scrapes between evaluations", [sidecar], 5 * HOUR, scrape=45).quiet(*every(7 * MINUTE, 5 * HOUR))


def short_interval() -> Scenario:
    sidecar = Sidecar(interval=MINUTE)
    sidecar.schedule(120, 2 * HOUR, seconds=2)
    return Scenario("a run every minute", [sidecar], 2 * HOUR, scrape=30).quiet(*every(MINUTE, 2 * HOUR))


def daily_interval() -> Scenario:
    sidecar = Sidecar(interval=DAY)
    sidecar.schedule(120, 6 * DAY, seconds=200, stale={"sync": 40})
    return Scenario("a run a day", [sidecar], 6 * DAY, scrape=300).quiet(*every(3 * HOUR, 6 * DAY))


def restarts() -> Scenario:
    """Totals and times survive, the next due time holds; one restart loses a due time, which is then skipped."""
    sidecar = Sidecar()
    after = sidecar.schedule(120, 2 * HOUR)
    sidecar.restart(2 * HOUR)
    after = sidecar.schedule(after, 4 * HOUR)
    sidecar.restart(after - 60, seconds=8 * MINUTE)
    sidecar.down(after - 60, after + 7 * MINUTE)
    sidecar.set(after + 7 * MINUTE, after + sidecar.interval, "jobsweep_next_run_timestamp_seconds")
    sidecar.schedule(after + sidecar.interval, 7 * HOUR)
    quiet = [t for t in every(5 * MINUTE, 7 * HOUR) if not after + 4 * MINUTE <= t < after + 7 * MINUTE]
    return Scenario("restarts", [sidecar], 7 * HOUR).quiet(*quiet)


def first_sweep_of_a_neglected_database() -> Scenario:
    """Thousands of stale jobs of years past are no surge, and a database that shrinks doesn't grow."""
    sidecar = Sidecar()
    sidecar.run(120, stale={"sync": 5133, "other": 40}, seconds=90)
    sidecar.set(210, 300 << 20, "jobsweep_database_free_bytes")
    sidecar.schedule(1920, 2 * DAY, stale={"sync": 1})
    return Scenario("first sweep of a neglected database", [sidecar], 2 * DAY, scrape=300).quiet(*every(HOUR, 2 * DAY))


def changed_schedule() -> Scenario:
    """The interval is made shorter by a reload, ten hours after the last run of a daily schedule, and longer again."""
    sidecar = Sidecar(interval=DAY)
    sidecar.run(120)
    sidecar.set(10 * HOUR, 1800, "jobsweep_schedule_interval_seconds")
    sidecar.interval = 1800
    sidecar.set(10 * HOUR, 10 * HOUR + 1800, "jobsweep_next_run_timestamp_seconds")
    sidecar.schedule(10 * HOUR + 1800, 20 * HOUR)
    sidecar.set(20 * HOUR, DAY, "jobsweep_schedule_interval_seconds")
    sidecar.set(20 * HOUR, 44 * HOUR, "jobsweep_next_run_timestamp_seconds")
    return Scenario("the schedule changes", [sidecar], 40 * HOUR, scrape=300).quiet(*every(20 * MINUTE, 40 * HOUR))


def cancelled_run() -> Scenario:
    """An operator cancels one run."""
    sidecar = Sidecar()
    after = sidecar.schedule(120, 2 * HOUR)
    sidecar.run(after, status="cancelled")
    sidecar.schedule(after + sidecar.interval, 5 * HOUR)
    return Scenario("one cancelled run", [sidecar], 5 * HOUR).quiet(*every(5 * MINUTE, 5 * HOUR))


def one_failed_run() -> Scenario:
    """One failed run is an error, which is told of, but it never looks like several."""
    sidecar = Sidecar()
    after = sidecar.schedule(120, 2 * HOUR)
    sidecar.run(after, status="failed", errors={"run": 1})
    sidecar.schedule(after + sidecar.interval, 5 * HOUR)
    scenario = Scenario("one failed run", [sidecar], 5 * HOUR, scrape=45)
    first = after // 60 * 60 + 60
    return (
        scenario.quiet(first, first + 240)
        .firing(first + 360, "JobsweepCleanupErrors")
        .firing(first + 1740, "JobsweepCleanupErrors")
        .quiet(first + 1920)
        .value(
            first + 360,
            'instance_status:jobsweep_runs:since_last_success{status="failed"}',
            {'instance_status:jobsweep_runs:since_last_success{instance="app:9745",job="jobsweep",status="failed"}': 1},
        )
    )


def state_made_anew() -> Scenario:
    """The state directory is lost: totals and times begin at zero again, with the process."""
    sidecar = Sidecar()
    sidecar.schedule(120, 2 * HOUR)
    sidecar.restart(2 * HOUR)
    at = 2 * HOUR + 20
    for change in list(sidecar.totals):
        sidecar.totals[change] = 0
        sidecar.set(at, 0, change[0], **dict(change[1]))
    for moment in ("last_run_start", "last_run_completion", "last_success"):
        sidecar.set(at, 0, f"jobsweep_{moment}_timestamp_seconds")
    sidecar.set(at, at + 60, "jobsweep_next_run_timestamp_seconds")
    sidecar.schedule(at + 60, 5 * HOUR)
    return Scenario("state made anew", [sidecar], 5 * HOUR).quiet(*every(5 * MINUTE, 5 * HOUR))


SCENARIOS = [
    first_hours(),
    misaligned(),
    short_interval(),
    restarts(),
    cancelled_run(),
    one_failed_run(),
    state_made_anew(),
]

#: Over days, evaluated every twenty minutes.
SLOW_SCENARIOS = [first_days(), daily_interval(), first_sweep_of_a_neglected_database(), changed_schedule()]
