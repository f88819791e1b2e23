"""JobsweepConfigReloadFailed, JobsweepRestarting, JobsweepClockSkew and JobsweepCertificateExpiring."""

from .links import links
from .scenario import Scenario
from .sidecar import DAY, HOUR, MINUTE, Sidecar

LABELS = {"job": "jobsweep", "instance": "app:9745", "severity": "warning"}


def reload() -> Scenario:
    sidecar = Sidecar()
    sidecar.schedule(120, 2 * HOUR)
    sidecar.set(HOUR, 0, "jobsweep_config_last_reload_successful")
    sidecar.set(HOUR + 20 * MINUTE, 1, "jobsweep_config_last_reload_successful")
    return (
        Scenario("reload failed: for five minutes, then mended", [sidecar], 2 * HOUR)
        .quiet(HOUR + 4 * MINUTE)
        .firing(HOUR + 5 * MINUTE, "JobsweepConfigReloadFailed")
        .quiet(HOUR + 20 * MINUTE)
        .alert(
            HOUR + 5 * MINUTE,
            "JobsweepConfigReloadFailed",
            LABELS,
            {
                "summary": "jobsweep on app:9745 refused its new configuration",
                "description": (
                    "The last reload on app:9745 failed, so the old configuration is in force. "
                    "With this file the process would not start again."
                ),
                **links("JobsweepConfigReloadFailed"),
            },
        )
    )


def reload_just_below() -> Scenario:
    """A slip that is mended within five minutes, twice; and before the first run."""
    sidecar = Sidecar()
    sidecar.schedule(120, 2 * HOUR)
    for at in (61, HOUR):
        sidecar.set(at, 0, "jobsweep_config_last_reload_successful")
        sidecar.set(at + 250, 1, "jobsweep_config_last_reload_successful")
    return Scenario("reload failed: mended in time", [sidecar], 2 * HOUR, scrape=45).quiet(*range(0, 2 * HOUR, MINUTE))


def reload_restart_and_down() -> Scenario:
    """A restart with a good file ends it; a target that is down has no opinion."""
    sidecar = Sidecar()
    sidecar.schedule(120, 2 * HOUR)
    sidecar.set(600, 0, "jobsweep_config_last_reload_successful")
    sidecar.restart(1500)
    sidecar.set(1520, 1, "jobsweep_config_last_reload_successful")
    sidecar.set(HOUR, 0, "jobsweep_config_last_reload_successful")
    sidecar.down(HOUR + 10 * MINUTE, 2 * HOUR)
    return (
        Scenario("reload failed: a restart, and the target down", [sidecar], HOUR + 1200)
        .firing(960, "JobsweepConfigReloadFailed")
        .quiet(1560, HOUR)
        .firing(HOUR + 9 * MINUTE, "JobsweepConfigReloadFailed")
        .firing(HOUR + 16 * MINUTE, "JobsweepDown")
    )


def restarting() -> Scenario:
    """Three restarts within an hour, one of them before the first run."""
    sidecar = Sidecar()
    sidecar.schedule(120, 3 * HOUR)
    for at in (70, 900, 1700):
        sidecar.restart(at)
    return (
        Scenario("restarting: three times in an hour", [sidecar], 2 * HOUR)
        .quiet(1620)
        .firing(1740, "JobsweepRestarting")
        .quiet(60 + HOUR + 180)
        .alert(
            1740,
            "JobsweepRestarting",
            LABELS,
            {
                "summary": "jobsweep on app:9745 keeps restarting",
                "description": (
                    "The process on app:9745 started 3 times in the last hour: it crashes, is killed for its memory, or "
                    "fails its health check."
                ),
                **links("JobsweepRestarting"),
            },
        )
    )


def restarting_just_below() -> Scenario:
    """Two restarts an hour, one of them between two scrapes: an operator at work."""
    sidecar = Sidecar()
    after = sidecar.schedule(120, HOUR)
    for at in (HOUR, HOUR + 30 * MINUTE, 2 * HOUR + 5 * MINUTE, 2 * HOUR + 40 * MINUTE):
        sidecar.restart(at, seconds=1)
    sidecar.schedule(after, 4 * HOUR)
    return Scenario("restarting: twice an hour", [sidecar], 4 * HOUR, scrape=45).quiet(*range(0, 4 * HOUR, 5 * MINUTE))


def restarting_then_down() -> Scenario:
    sidecar = Sidecar()
    sidecar.run(120)
    for at in (600, 900, 1200):
        sidecar.restart(at)
    sidecar.down(1500, HOUR)
    return (
        Scenario("restarting: and then down for good", [sidecar], HOUR)
        .firing(1440, "JobsweepRestarting")
        .firing(1860, "JobsweepDown", "JobsweepRestarting")
    )


def skew() -> Scenario:
    """Six minutes behind; somebody sets the clock; the next run shows it."""
    sidecar = Sidecar(start=HOUR, clock=-6 * MINUTE)
    sidecar.run(HOUR + 60)
    sidecar.clock = 0
    sidecar.run(HOUR + 1860)
    return (
        Scenario("clock: six minutes behind, then set", [sidecar], 2 * HOUR, scrape=30)
        .quiet(HOUR)
        .firing(HOUR + 180, "JobsweepClockSkew")
        .firing(HOUR + 1800, "JobsweepClockSkew")
        .quiet(HOUR + 1980)
        .alert(
            HOUR + 180,
            "JobsweepClockSkew",
            LABELS,
            {
                "summary": "The clocks of jobsweep on app:9745 and of Prometheus differ",
                "description": (
                    "At the end of its last run the clock of app:9745 was 6m 25s away from that of Prometheus. "
                    "A clock ahead makes jobsweep delete rows and fail jobs too early."
                ),
                **links("JobsweepClockSkew"),
            },
        )
    )


def skew_just_below() -> Scenario:
    """A minute ahead, two minutes behind, and scrapes that come as late as they may."""
    ahead = Sidecar(start=HOUR, clock=MINUTE, instance="ahead:9745")
    behind = Sidecar(start=HOUR, clock=-2 * MINUTE, instance="behind:9745")
    late = Sidecar(start=HOUR)
    for sidecar in (ahead, behind, late):
        sidecar.schedule(HOUR + 61, 3 * HOUR)
    late.restart(2 * HOUR)
    return Scenario("clock: small differences", [ahead, behind, late], 3 * HOUR).quiet(
        *range(HOUR, 3 * HOUR, 5 * MINUTE)
    )


def skew_after_a_gap() -> Scenario:
    """A run ended while the target was down or Prometheus itself was: when it did can't be told, and isn't guessed."""
    sidecar = Sidecar()
    sidecar.schedule(120, 3 * HOUR)
    sidecar.down(1900, 2160)
    return Scenario("clock: a run that ended unseen", [sidecar], 3 * HOUR).quiet(*range(0, 3 * HOUR, 2 * MINUTE))


def certificate() -> Scenario:
    """Renewed a week late; a sidecar without TLS has none."""
    sidecar, plain = Sidecar(), Sidecar(instance="plain:9745")
    for one in (sidecar, plain):
        one.schedule(120, 6 * HOUR)
    expiry = 14 * DAY + 2 * HOUR
    sidecar.set(60, expiry, "jobsweep_tls_certificate_expiry_timestamp_seconds")
    sidecar.set(4 * HOUR, 90 * DAY, "jobsweep_tls_certificate_expiry_timestamp_seconds")
    return (
        Scenario("certificate: expires in less than two weeks, then renewed", [sidecar, plain], 6 * HOUR)
        .quiet(2 * HOUR, 3 * HOUR)
        .firing(3 * HOUR + MINUTE, "JobsweepCertificateExpiring")
        .quiet(4 * HOUR)
        .alert(
            3 * HOUR + MINUTE,
            "JobsweepCertificateExpiring",
            LABELS,
            {
                "summary": "The certificate of jobsweep on app:9745 expires soon",
                "description": (
                    "The first certificate of the chain that app:9745 serves expires in 13d 22h 59m 0s. From then on "
                    "Prometheus and browsers refuse it, and nothing is known of the cleanup."
                ),
                **links("JobsweepCertificateExpiring"),
            },
        )
    )


def certificate_just_below() -> Scenario:
    """Two weeks to the second, renewed within the hour in which nobody is told; and a target that is down."""
    sidecar, down = Sidecar(), Sidecar(instance="down:9745")
    for one in (sidecar, down):
        one.schedule(120, 3 * HOUR)
        one.set(60, 14 * DAY + HOUR, "jobsweep_tls_certificate_expiry_timestamp_seconds")
    sidecar.set(2 * HOUR, 90 * DAY, "jobsweep_tls_certificate_expiry_timestamp_seconds")
    down.down(HOUR + 30 * MINUTE, 3 * HOUR)
    return (
        Scenario("certificate: renewed in time, and the target down", [sidecar, down], 3 * HOUR)
        .quiet(HOUR, HOUR + 20 * MINUTE)
        .firing(2 * HOUR + 30 * MINUTE, "JobsweepDown")
    )


SCENARIOS = [
    reload(),
    reload_just_below(),
    reload_restart_and_down(),
    restarting(),
    restarting_just_below(),
    restarting_then_down(),
    skew(),
    skew_just_below(),
    skew_after_a_gap(),
    certificate(),
    certificate_just_below(),
]
