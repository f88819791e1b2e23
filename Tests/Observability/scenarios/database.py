"""JobsweepDatabaseGrowing, JobsweepWriteAheadLogGrowing and JobsweepWriteLockHeld."""

from .links import links
from .scenario import Scenario
from .sidecar import DAY, HOUR, MIB, MINUTE, UNKNOWN, Sidecar

LABELS = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}
SCRAPE = 300


def busy(until: int) -> Sidecar:
    sidecar = Sidecar()
    sidecar.schedule(120, until)
    return sidecar


def growing() -> Scenario:
    """300 MiB of data a week ago, 750 MiB now, for more than an hour; then retention is shortened."""
    until = 9 * DAY
    sidecar = busy(until)
    sidecar.set(8 * DAY, 900 * MIB, "jobsweep_database_size_bytes")
    sidecar.set(8 * DAY, 150 * MIB, "jobsweep_database_free_bytes")
    sidecar.set(8 * DAY + 6 * HOUR, 500 * MIB, "jobsweep_database_free_bytes")
    return (
        Scenario("database growing: by half in a week", [sidecar], until, scrape=SCRAPE)
        .quiet(8 * DAY, 8 * DAY + 30 * MINUTE)
        .firing(8 * DAY + 60 * MINUTE, "JobsweepDatabaseGrowing")
        .firing(8 * DAY + 5 * HOUR, "JobsweepDatabaseGrowing")
        .quiet(8 * DAY + 6 * HOUR + 300)
        .alert(
            8 * DAY + 60 * MINUTE,
            "JobsweepDatabaseGrowing",
            LABELS,
            {
                "summary": "The database of app:9745 grew by more than half in a week",
                "description": (
                    "The application's database on app:9745 holds 750MiB of data, more than one and a half times what it "
                    "held a week ago: it takes up more than retention gives back."
                ),
                **links("JobsweepDatabaseGrowing"),
            },
        )
    )


def growing_just_below() -> Scenario:
    """The file trebles, but of free pages; and 150 MiB more data are half as much again but no more."""
    until = 9 * DAY
    sidecar = busy(until)
    sidecar.set(8 * DAY, 1200 * MIB, "jobsweep_database_size_bytes")
    sidecar.set(8 * DAY, 750 * MIB, "jobsweep_database_free_bytes")
    sidecar.restart(8 * DAY + 7200, seconds=120)
    return Scenario("database growing: just below", [sidecar], until, scrape=SCRAPE).quiet(*range(8 * DAY, until, HOUR))


def growing_on_a_server() -> Scenario:
    """A server has no free pages to tell of, nor a log of the database's own."""
    until = 9 * DAY
    sidecar = busy(until)
    sidecar.set(60, UNKNOWN, "jobsweep_database_free_bytes")
    sidecar.set(60, UNKNOWN, "jobsweep_database_wal_bytes")
    sidecar.set(8 * DAY, 900 * MIB, "jobsweep_database_size_bytes")
    return (
        Scenario("database growing: on a server", [sidecar], until, scrape=SCRAPE)
        .quiet(*range(0, 8 * DAY, 6 * HOUR))
        .firing(8 * DAY + 60 * MINUTE, "JobsweepDatabaseGrowing")
    )


def growing_small() -> Scenario:
    """A database of a few megabytes may double; a sidecar of three days has no week to look back on."""
    small, young = busy(9 * DAY), Sidecar(start=5 * DAY, instance="young:9745")
    small.set(60, 4 * MIB, "jobsweep_database_size_bytes")
    small.set(60, MIB, "jobsweep_database_free_bytes")
    small.set(8 * DAY, 200 * MIB, "jobsweep_database_size_bytes")
    young.schedule(5 * DAY + 60, 9 * DAY)
    young.set(7 * DAY, 9000 * MIB, "jobsweep_database_size_bytes")
    scenario = Scenario("database growing: small, and young", [small, young], 9 * DAY, scrape=SCRAPE)
    for at in range(7 * DAY, 9 * DAY, 3 * HOUR):
        scenario.value(at, 'ALERTS{alertname="JobsweepDatabaseGrowing",alertstate="firing"}', {})
    return scenario


def log_growing() -> Scenario:
    """A reader holds checkpoints off: 20 MiB more every ten minutes, past 256 MiB; then it lets go."""
    sidecar = busy(10 * HOUR)
    size, at = 200, 2 * HOUR
    while at < 5 * HOUR:
        sidecar.set(at, size * MIB, "jobsweep_database_wal_bytes")
        size, at = size + 20, at + 10 * MINUTE
    return (
        Scenario("write-ahead log: grows past 256 MiB, then stands", [sidecar], 7 * HOUR, scrape=SCRAPE)
        # 260 MiB at 2:30, and for half an hour from then.
        .quiet(2 * HOUR + 35 * MINUTE, 2 * HOUR + 55 * MINUTE)
        .firing(3 * HOUR + 10 * MINUTE, "JobsweepWriteAheadLogGrowing")
        .firing(4 * HOUR + 55 * MINUTE, "JobsweepWriteAheadLogGrowing")
        .quiet(6 * HOUR)
        .alert(
            3 * HOUR + 10 * MINUTE,
            "JobsweepWriteAheadLogGrowing",
            LABELS,
            {
                "summary": "The write-ahead log on app:9745 keeps growing",
                "description": (
                    "The write-ahead log of the application's database on app:9745 is 340MiB and has grown for an hour: "
                    "something keeps a read transaction open, so that no checkpoint gets through."
                ),
                **links("JobsweepWriteAheadLogGrowing"),
            },
        )
    )


def log_just_below() -> Scenario:
    """A log that was big once and stands; one that grows but stays small; a burst of twenty minutes."""
    big, small, burst = busy(6 * HOUR), Sidecar(instance="small:9745"), Sidecar(instance="burst:9745")
    big.set(60, 3000 * MIB, "jobsweep_database_wal_bytes")
    big.restart(3 * HOUR, seconds=120)
    small.schedule(120, 6 * HOUR)
    burst.schedule(120, 6 * HOUR)
    for step in range(20):
        small.set(HOUR + step * 600, (4 + 12 * step) * MIB, "jobsweep_database_wal_bytes")
    burst.set(2 * HOUR, 400 * MIB, "jobsweep_database_wal_bytes")
    burst.set(2 * HOUR + 20 * MINUTE, 0, "jobsweep_database_wal_bytes")
    return Scenario("write-ahead log: just below", [big, small, burst], 6 * HOUR, scrape=277).quiet(
        *range(0, 6 * HOUR, 15 * MINUTE)
    )


def log_while_down() -> Scenario:
    sidecar = busy(6 * HOUR)
    for step in range(30):
        sidecar.set(HOUR + step * 600, (300 + 60 * step) * MIB, "jobsweep_database_wal_bytes")
    sidecar.down(3 * HOUR, 9 * HOUR)
    return (
        Scenario("write-ahead log: the target is down", [sidecar], 4 * HOUR, scrape=SCRAPE)
        .firing(3 * HOUR - 300, "JobsweepWriteAheadLogGrowing")
        .firing(4 * HOUR, "JobsweepDown")
    )


def batches(sidecar: Sidecar, at: int, quick: int, slow: int) -> None:
    sidecar.add(at, quick + slow, "jobsweep_write_lock_seconds_count")
    sidecar.add(at, quick, "jobsweep_write_lock_seconds_bucket", le="0.5")


def lock_held() -> Scenario:
    """Three slow batches among hundreds within the hour."""
    sidecar = busy(6 * HOUR)
    batches(sidecar, 2 * HOUR, 400, 2)
    batches(sidecar, 2 * HOUR + 1800, 400, 1)
    return (
        Scenario("write lock: three slow batches in an hour", [sidecar], 5 * HOUR, scrape=SCRAPE)
        .quiet(2 * HOUR + 600)
        .firing(2 * HOUR + 1800, "JobsweepWriteLockHeld")
        .quiet(3 * HOUR + 600)
        .alert(
            2 * HOUR + 1800,
            "JobsweepWriteLockHeld",
            LABELS,
            {
                "summary": "jobsweep on app:9745 holds up the application's writers",
                "description": (
                    "3 batches of app:9745 held the database's write lock for more than half a second in the last hour. "
                    "The application's writes wait as long."
                ),
                **links("JobsweepWriteLockHeld"),
            },
        )
    )


def lock_just_below() -> Scenario:
    """Two an hour, for hours, across a restart."""
    sidecar = busy(8 * HOUR)
    for hour in range(1, 5):
        batches(sidecar, hour * HOUR + 600, 1000, 2)
    sidecar.restart(5 * HOUR + 120, seconds=120)
    batches(sidecar, 5 * HOUR + 1200, 500, 2)
    sidecar.down(6 * HOUR + 120, 7 * HOUR)
    batches(sidecar, 6 * HOUR + 1200, 500, 2)
    quiet = [*range(0, 6 * HOUR, 600), *range(7 * HOUR + 600, 8 * HOUR, 600)]
    return Scenario(
        "write lock: just below, across a restart, with the target down", [sidecar], 8 * HOUR, scrape=277
    ).quiet(*quiet)


SCENARIOS = [
    log_growing(),
    log_just_below(),
    log_while_down(),
    lock_held(),
    lock_just_below(),
]

#: Over days, evaluated every half an hour.
SLOW_SCENARIOS = [growing(), growing_just_below(), growing_on_a_server(), growing_small()]
