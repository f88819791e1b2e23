"""JobsweepNoRecentSuccess."""

from .links import links
from .scenario import Scenario
from .sidecar import DAY, HOUR, MINUTE, Sidecar

NOW = {"job": "jobsweep", "instance": "app:9745", "severity": "critical"}


def refused(interval: int = 1800, clock: int = 0, **how) -> tuple[Sidecar, int]:
    """Every run after the second is refused, since somebody else holds the lock; the last success ended at the second."""
    sidecar = Sidecar(interval=interval, clock=clock, **how)
    first = sidecar.start + 60
    sidecar.run(first)
    sidecar.run(first + interval)
    for number in range(2, 30):
        sidecar.skip(first + number * interval)
    return sidecar, first + interval + 5


def no_success() -> Scenario:
    """Half an hour's schedule: 75 minutes after the last success, and five more."""
    sidecar, success = refused()
    sidecar.run(3 * HOUR, trigger="api")
    return (
        Scenario("no recent success: runs are refused", [sidecar], 4 * HOUR)
        .quiet(success + 4500, 1920 + 4740)
        .firing(1920 + 4860, "JobsweepNoRecentSuccess")
        .firing(3 * HOUR, "JobsweepNoRecentSuccess")
        .quiet(3 * HOUR + 60)
        .alert(
            1920 + 4860,
            "JobsweepNoRecentSuccess",
            NOW,
            {
                "summary": "jobsweep on app:9745 has not succeeded lately",
                "description": (
                    "The last successful run of app:9745 (or, if there was none, the start of the process) was "
                    "1h 20m 55s ago; runs are due every 30m 0s. Runs are refused, cancelled, killed or don't happen."
                ),
                **links("JobsweepNoRecentSuccess"),
            },
        )
    )


def no_success_just_below() -> Scenario:
    """Two due times are missed and the third is met: two intervals and a bit are not two and a half."""
    sidecar = Sidecar()
    at = 120
    for number in range(12):
        if number % 3 == 0:
            sidecar.run(at, seconds=200)
        else:
            sidecar.skip(at)
        at += 1800
    # From the end of one run to the end of the next: three intervals. The alert's own five minutes are not met.
    scenario = Scenario("no recent success: two of three due times missed", [sidecar], 6 * HOUR, scrape=45)
    return scenario.quiet(120 + 200 + 4500).firing(120 + 200 + 4500 + 360, "JobsweepNoRecentSuccess")


def no_success_follows_the_schedule() -> Scenario:
    """A run a day: silence of two days is none, of two and a half is; nothing in the rules was changed for it."""
    sidecar, success = refused(interval=DAY)
    return (
        Scenario("no recent success: a run a day", [sidecar], 5 * DAY, scrape=300)
        .quiet(success + 2 * DAY, success + 5 * DAY // 2)
        # At the first evaluation it holds, at the next it has done so for five minutes.
        .firing(success + 5 * DAY // 2 + HOUR, "JobsweepNoRecentSuccess")
    )


def no_success_before_the_first_run() -> Scenario:
    """Never succeeded: the age of the process counts, so a new sidecar is quiet for 75 minutes and no longer."""
    sidecar = Sidecar()
    for number in range(8):
        sidecar.skip(120 + number * 1800)
    sidecar.run(4 * HOUR, trigger="api")
    return (
        Scenario("no recent success: never one", [sidecar], 5 * HOUR)
        .quiet(60, HOUR, 60 + 4500 + 300)
        .firing(60 + 4500 + 420, "JobsweepNoRecentSuccess")
        .quiet(4 * HOUR + 60)
    )


def no_success_after_a_long_stop() -> Scenario:
    """Stopped for many intervals and started again: the first due time is half an hour away, and it is waited for."""
    sidecar = Sidecar()
    sidecar.schedule(120, HOUR)
    sidecar.restart(HOUR, seconds=6 * HOUR)
    sidecar.set(7 * HOUR, 7 * HOUR + 1800, "jobsweep_next_run_timestamp_seconds")
    sidecar.schedule(7 * HOUR + 1800, 10 * HOUR)
    return (
        Scenario("no recent success: after a stop of six hours", [sidecar], 10 * HOUR)
        .firing(6 * HOUR, "JobsweepDown")
        .quiet(*range(7 * HOUR, 10 * HOUR, 5 * MINUTE))
    )


def no_success_across_restarts() -> Scenario:
    """Restarts do not start the clock anew: one and a half intervals after the second, and none after a third."""
    sidecar, success = refused()
    sidecar.restart(HOUR)
    sidecar.restart(HOUR + 10 * MINUTE)
    return (
        Scenario("no recent success: across restarts", [sidecar], 3 * HOUR)
        .quiet(6600)
        # 4220 is the second start; 4220 + 2700 = 6920.
        .quiet(7200)
        .firing(7320, "JobsweepNoRecentSuccess")
    )


def no_success_in_a_crash_loop() -> Scenario:
    """A process that is restarted every forty minutes never gets as old as one and a half intervals."""
    sidecar, success = refused()
    for number in range(8):
        sidecar.restart(2400 + number * 2400)
    return (
        Scenario("no recent success: restarts every forty minutes", [sidecar], 5 * HOUR)
        .quiet(6720)
        .firing(7620, "JobsweepNoRecentSuccess")
        .firing(5 * HOUR, "JobsweepNoRecentSuccess")
    )


def no_success_with_errors() -> Scenario:
    """Runs that completed with errors did their work: JobsweepCleanupErrors tells, until they stop coming."""
    sidecar = Sidecar()
    sidecar.run(120)
    after = sidecar.schedule(1920, 4 * HOUR, status="completed_with_errors", errors={"old_jobs": 1})
    for number in range(6):
        sidecar.skip(after + number * 1800)
    last = after - 1800 + 5
    return (
        Scenario("no recent success: runs complete with errors, then don't come", [sidecar], 7 * HOUR)
        .firing(4 * HOUR, "JobsweepCleanupErrors")
        .firing(last + 4500, "JobsweepCleanupErrors")
        .firing(last + 4500 + 400, "JobsweepCleanupErrors", "JobsweepNoRecentSuccess")
    )


def no_success_clock_behind() -> Scenario:
    """The sidecar's clock is three hours behind: no page, but a word about the clock."""
    sidecar = Sidecar(start=3 * HOUR + 60, clock=-3 * HOUR)
    sidecar.schedule(3 * HOUR + 120, 7 * HOUR)
    scenario = Scenario("no recent success: the sidecar's clock is behind", [sidecar], 7 * HOUR)
    scenario.quiet(3 * HOUR + 60)
    for at in range(3 * HOUR + 300, 7 * HOUR, 5 * MINUTE):
        scenario.firing(at, "JobsweepClockSkew")
    return scenario


def no_success_clock_behind_and_refused() -> Scenario:
    """With the same clock a real lack of success pages when it should."""
    sidecar, success = refused(start=3 * HOUR + 60, clock=-3 * HOUR)
    return (
        Scenario("no recent success: the clock is behind, and runs are refused", [sidecar], 9 * HOUR)
        .firing(success + 4500, "JobsweepClockSkew")
        .firing(success + 4500 + 500, "JobsweepClockSkew", "JobsweepNoRecentSuccess")
    )


def no_success_clock_ahead() -> Scenario:
    sidecar = Sidecar(clock=DAY)
    sidecar.schedule(120, 3 * HOUR)
    scenario = Scenario("no recent success: the sidecar's clock is ahead", [sidecar], 3 * HOUR, scrape=45)
    for at in range(300, 3 * HOUR, 5 * MINUTE):
        scenario.firing(at, "JobsweepClockSkew")
    return scenario


def no_success_while_down() -> Scenario:
    sidecar, success = refused()
    sidecar.down(3 * HOUR, 8 * HOUR)
    return (
        Scenario("no recent success: the target is down", [sidecar], 4 * HOUR)
        .firing(3 * HOUR - 60, "JobsweepNoRecentSuccess")
        .quiet(3 * HOUR + 60)
        .firing(4 * HOUR, "JobsweepDown")
    )


SCENARIOS = [
    no_success(),
    no_success_just_below(),
    no_success_before_the_first_run(),
    no_success_after_a_long_stop(),
    no_success_across_restarts(),
    no_success_in_a_crash_loop(),
    no_success_with_errors(),
    no_success_clock_behind(),
    no_success_clock_behind_and_refused(),
    no_success_clock_ahead(),
    no_success_while_down(),
]

#: Over days, evaluated every half an hour.
SLOW_SCENARIOS = [no_success_follows_the_schedule()]
