"""JobsweepStaleJobsSurge."""

from .links import links
from .scenario import Scenario
from .sidecar import DAY, HOUR, Sidecar

LABELS = {"job": "jobsweep", "instance": "app:9745", "severity": "warning", "job_type": "sync"}
SCRAPE = 300


def usual(sidecar: Sidecar, until: int, **deaths: int) -> int:
    """Runs on schedule; every sixth one finds the given dead jobs."""
    at, number = sidecar.start + 60, 0
    while at < until:
        sidecar.run(at, stale=deaths if number % 6 == 0 else None)
        at, number = at + sidecar.interval, number + 1
    return at


def surge() -> Scenario:
    """Usually two die in three hours. Seven within two hours are more than three times as many."""
    sidecar = Sidecar()
    at = usual(sidecar, 3 * DAY, sync=2, analysis=30)
    sidecar.run(at, stale={"sync": 4})
    sidecar.run(at + 1800, stale={"sync": 3, "analysis": 31})
    usual_again = at + 3600
    while usual_again < at + 8 * HOUR:
        sidecar.run(usual_again)
        usual_again += 1800
    return (
        Scenario("surge: seven where two are usual", [sidecar], at + 8 * HOUR, scrape=SCRAPE)
        .quiet(at + 600)
        .firing(at + 1800 + 1200, "JobsweepStaleJobsSurge")
        .quiet(at + 5 * HOUR)
        .alert(
            at + 1800 + 1200,
            "JobsweepStaleJobsSurge",
            LABELS,
            {
                "summary": "sync jobs die far more often than before on app:9745",
                "description": (
                    "7 sync jobs died in the last 2h on the database of app:9745, more than three times the most in any 2h "
                    "of the days before. Their worker crashes, hangs or is killed."
                ),
                **links("JobsweepStaleJobsSurge"),
            },
        )
    )


def just_below() -> Scenario:
    """Six are no more than three times two; four where none ever died are too few to speak of."""
    sidecar = Sidecar()
    at = usual(sidecar, 3 * DAY, sync=2)
    sidecar.run(at, stale={"sync": 4})
    sidecar.run(at + 1800, stale={"sync": 2, "analysis": 4})
    sidecar.schedule(at + 3600, at + 4 * HOUR)
    return Scenario("surge: just below", [sidecar], at + 4 * HOUR, scrape=SCRAPE).quiet(*range(at, at + 4 * HOUR, 1200))


def never_before() -> Scenario:
    """Five of a type of which none ever died, and it goes on for hours: that stays a surge."""
    sidecar = Sidecar()
    at = usual(sidecar, 2 * DAY)
    for number in range(16):
        sidecar.run(at + number * 1800, stale={"analysis": 5})
    return (
        Scenario("surge: a type that never died before", [sidecar], at + 8 * HOUR, scrape=SCRAPE)
        .quiet(at - 600)
        .firing(at + 1200, "JobsweepStaleJobsSurge")
        .firing(at + 7 * HOUR, "JobsweepStaleJobsSurge")
    )


def first_day() -> Scenario:
    """Before the first run, in it, and in the first day nothing is known of what is usual."""
    sidecar = Sidecar()
    sidecar.run(120, stale={"sync": 900})
    sidecar.schedule(1920, 20 * HOUR, stale={"sync": 9, "other": 6})
    return Scenario("surge: the first day", [sidecar], 20 * HOUR, scrape=SCRAPE).quiet(*range(0, 20 * HOUR, 1800))


def restart_and_down() -> Scenario:
    """Totals survive a restart: it is no surge, and it hides none. A target that is down has none."""
    sidecar = Sidecar()
    at = usual(sidecar, 2 * DAY, sync=2)
    sidecar.restart(at, seconds=600)
    sidecar.run(at + 1800, stale={"sync": 8})
    sidecar.restart(at + 3600, seconds=600)
    sidecar.run(at + 4800)
    sidecar.down(at + 6000, at + 5 * HOUR)
    return (
        Scenario(
            "surge: across restarts, with the target down, misaligned scrapes", [sidecar], at + 4 * HOUR, scrape=277
        )
        .quiet(at + 1200)
        .firing(at + 3000, "JobsweepStaleJobsSurge")
        .firing(at + 5400, "JobsweepStaleJobsSurge")
        .firing(at + 3 * HOUR, "JobsweepDown")
    )


SCENARIOS = [surge(), just_below(), never_before(), first_day(), restart_and_down()]
