"""JobsweepArchiveFull and JobsweepClockSuspect: what can't be undone, and what isn't begun."""

from .links import links
from .scenario import Scenario
from .sidecar import HOUR, MINUTE, Sidecar

TARGET = {"job": "jobsweep", "instance": "app:9745"}
WITH_ERRORS = "completed_with_errors"


def archive_full() -> Scenario:
    """Two runs outgrow the archive, each an error of the run besides; the next one finds room, and ends both."""
    sidecar = Sidecar()
    sidecar.schedule(120, HOUR)
    mended = sidecar.schedule(3720, 2 * HOUR, status=WITH_ERRORS, errors={"run": 1}, unarchived=1_200)
    sidecar.schedule(mended, 4 * HOUR)
    return (
        Scenario("archive full: until a run finds room again", [sidecar], 4 * HOUR)
        .quiet(*range(0, 3720, 5 * MINUTE), 4020)
        .firing(4140, "JobsweepArchiveFull", "JobsweepCleanupErrors")
        .firing(mended, "JobsweepArchiveFull", "JobsweepCleanupErrors")
        .quiet(mended + MINUTE, 4 * HOUR)
        .alert(
            4140,
            "JobsweepArchiveFull",
            {**TARGET, "severity": "warning"},
            {
                "summary": "The last run of jobsweep on app:9745 can't be undone whole",
                "description": (
                    "1200 row(s) that the last run on app:9745 changed or took away are not in its archive, which had no room for "
                    "them. They can't be put back."
                ),
                **links("JobsweepArchiveFull"),
            },
        )
    )


def archive_full_for_a_moment() -> Scenario:
    """One run by hand, and another a few minutes later that has room; and a restart in between."""
    sidecar = Sidecar()
    sidecar.run(120)
    sidecar.run(400, status=WITH_ERRORS, trigger="api", unarchived=3)
    sidecar.restart(500)
    sidecar.run(640, trigger="api")
    sidecar.schedule(1920, 3 * HOUR)
    return Scenario("archive full: for a moment", [sidecar], 3 * HOUR).quiet(*range(0, 3 * HOUR, MINUTE))


def clock_suspect() -> Scenario:
    """From the leap until somebody takes the clock for right. Every run that is refused meanwhile has failed."""
    sidecar = Sidecar()
    first = sidecar.schedule(120, HOUR)
    sidecar.set(first - 5 * MINUTE, 1, "jobsweep_clock_suspect")
    sidecar.run(first, seconds=0, status="failed", errors={"run": 1})
    right = first + 10 * MINUTE
    sidecar.set(right, 0, "jobsweep_clock_suspect")
    sidecar.schedule(first + sidecar.interval, 3 * HOUR)
    return (
        Scenario("clock suspect: until it is taken for right", [sidecar], 3 * HOUR)
        .quiet(*range(0, first, MINUTE))
        .firing(first + MINUTE, "JobsweepClockSuspect")
        .firing(right - MINUTE, "JobsweepClockSuspect", "JobsweepCleanupErrors")
        .firing(right + MINUTE, "JobsweepCleanupErrors")
        .quiet(first + sidecar.interval + MINUTE, 3 * HOUR)
        .alert(
            first + MINUTE,
            "JobsweepClockSuspect",
            {**TARGET, "severity": "critical"},
            {
                "summary": "jobsweep on app:9745 doesn't believe its clock and runs nothing",
                "description": (
                    "The wall clock of app:9745 has leapt, and every run is refused: what is old is told by that clock. Set it "
                    "right, or, where it is right, say so once: jobsweep approve clock"
                ),
                **links("JobsweepClockSuspect"),
            },
        )
    )


def clock_set_right_at_once() -> Scenario:
    """An administrator sets the clock wrong and right again before anybody needs to be told."""
    sidecar = Sidecar()
    sidecar.schedule(120, 2 * HOUR)
    sidecar.set(1000, 1, "jobsweep_clock_suspect")
    sidecar.set(1250, 0, "jobsweep_clock_suspect")
    return Scenario("clock suspect: set right at once", [sidecar], 2 * HOUR).quiet(*range(0, 2 * HOUR, MINUTE))


SCENARIOS = [archive_full(), archive_full_for_a_moment(), clock_suspect(), clock_set_right_at_once()]
