"""The whole way, for real: sidecars whose databases get into trouble, a Prometheus and an Alertmanager with the shipped files (see
live/monitoring.py for what is changed in them), and a receiver at the end.

Each fault has a sidecar of its own, so that all of them can be at work at once. `JobsweepAbsent`, `JobsweepRunOverdue`,
`JobsweepRunStuck` and the alerts on days and weeks of growth can't be brought about within minutes; promtool's scenarios show them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import grafana
import promql
from conftest import PROMETHEUS
from live.faults import Faults, Traffic
from live.monitoring import Alertmanager, Prometheus
from live.process import eventually
from live.sidecar import RULE, SMALL_ARCHIVE, Sidecar
from live.webhook import Webhook

pytestmark = pytest.mark.live

DAY = 86400

#: The alerts that must arrive for the fault of each sidecar. No others may.
EXPECTED = {
    "healthy": set(),
    "locked": {"JobsweepDatabaseUnreachable"},
    "gone": {"JobsweepDatabaseUnreachable"},
    "written": {"JobsweepCleanupErrors", "JobsweepRunsFailing"},
    "lost": {"JobsweepCleanupErrors", "JobsweepRunsFailing"},
    "killed": {"JobsweepDown"},
    "refused": {"JobsweepNoRecentSuccess"},
    "dying": {"JobsweepStaleJobsSurge"},
    "undeletable": {"JobsweepCleanupErrors"},
    "misconfigured": {"JobsweepConfigReloadFailed"},
    "restarting": {"JobsweepRestarting"},
    "held": {"JobsweepOperationHeld"},
    "full": {"JobsweepArchiveFull", "JobsweepCleanupErrors"},
    "leapt": {"JobsweepClockSuspect"},
}

#: Nothing came of any run: which of the pages arrives first is a race, and the others are kept quiet from then on.
POSSIBLE = {
    "written": {"JobsweepNoRecentSuccess"},
    "lost": {"JobsweepNoRecentSuccess"},
    "leapt": {"JobsweepRunsFailing", "JobsweepNoRecentSuccess", "JobsweepCleanupErrors"},
}

#: Three batches took half a second: while other tests keep the disk busy, that is the truth of any of the sidecars.
TRUE_OF_A_SLOW_DISK = {"JobsweepWriteLockHeld"}

#: Alerts that look back for hours, and so go on when their fault is gone. promtool's scenarios show that they end.
LASTING = {"JobsweepStaleJobsSurge", "JobsweepRestarting"} | TRUE_OF_A_SLOW_DISK

#: What waits for somebody's lock, or is killed while it does, is soon to be over.
TIMEOUTS = {"written": "4s", "lost": "4s"}

#: A parameter of the tests here, not a fixture with parameters: such a one would start the stack anew for each of them.
UIDS = ["jobsweep-overview", "jobsweep-fleet"]

RECEIVERS = {"critical": "pager", "warning": "chat", "none": "dead-mans-switch"}


@dataclass
class Stack:
    sidecars: dict[str, Sidecar]
    prometheus: Prometheus
    alertmanager: Alertmanager
    webhook: Webhook
    #: Why its faults weren't all told of; they can't be made twice.
    trouble: str | None = None

    def instance(self, name: str) -> str:
        return self.sidecars[name].instance


def quiet_days(instance: str) -> str:
    """Two days in which no job died, as the recording rules would have written them, in OpenMetrics."""
    now = int(time.time())
    name = "instance_job_type:jobsweep_stale_jobs:recent"
    labels = f'job="jobsweep",instance="{instance}",job_type="sync"'
    samples = [f"{name}{{{labels}}} 0 {at}" for at in range(now - 3 * DAY, now - DAY + 3600, 240)]
    return f"# TYPE {name} gauge\n" + "\n".join(samples) + "\n# EOF\n"


@pytest.fixture(scope="module")
def stack(jobsweep: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("live")
    webhook = Webhook()
    journals = {"locked": "delete"}
    sidecars = {
        name: Sidecar(jobsweep, directory / name, journals.get(name, "wal"), timeout=TIMEOUTS.get(name, "1m"))
        for name in EXPECTED
    }
    sidecars["held"].configure(RULE)
    sidecars["full"].configure(SMALL_ARCHIVE)
    alertmanager = Alertmanager(PROMETHEUS / "alertmanager.yml", directory / "alertmanager", webhook.url)
    prometheus = Prometheus(
        PROMETHEUS, directory / "prometheus", [s.instance for s in sidecars.values()], alertmanager.address
    )
    prometheus.remember(quiet_days(sidecars["dying"].instance))
    programs = [*(sidecar.program for sidecar in sidecars.values()), alertmanager.program, prometheus.program]
    try:
        alertmanager.start()
        for sidecar in sidecars.values():
            sidecar.start()
        prometheus.start()
        yield Stack(sidecars, prometheus, alertmanager, webhook)
    finally:
        for program in reversed(programs):
            program.stop()
        webhook.stop()


@pytest.fixture(scope="module")
def told(stack: Stack) -> Stack:
    """The stack after all faults were made, told of, and mended."""
    assert stack.trouble is None, stack.trouble
    try:
        tell(stack)
    except AssertionError as error:
        stack.trouble = str(error)
        raise
    return stack


def tell(stack: Stack) -> None:
    traffic = Traffic(stack.sidecars["healthy"])
    traffic.more()
    succeeded = 'jobsweep_last_success_timestamp_seconds{job="jobsweep"} > 0'
    eventually("every sidecar has succeeded", 600, lambda: len(stack.prometheus.query(succeeded)) == len(EXPECTED))
    assert {n.alert for n in stack.webhook.received} <= {"Watchdog"} | TRUE_OF_A_SLOW_DISK
    faults = Faults(stack.sidecars)
    faults.make()

    def missing() -> set[tuple[str, str]]:
        traffic.more()
        faults.more()
        watchdog = {("", "Watchdog")} - {("", alert) for alert in stack.webhook.fired("")}
        return watchdog | {
            (name, alert)
            for name, alerts in EXPECTED.items()
            for alert in alerts - stack.webhook.fired(stack.instance(name))
        }

    wait_for_none("alerts", 600, missing)
    faults.mend()

    def left() -> set[tuple[str, str]]:
        traffic.more()
        return {(name, alert) for name in EXPECTED for alert in stack.webhook.firing(stack.instance(name)) - LASTING}

    wait_for_none("resolutions", 600, left)
    # What would be told of late is told of by now: two runs, and the time for which alerts hold.
    until = time.monotonic() + 20
    while time.monotonic() < until:
        traffic.more()
        time.sleep(0.5)
    assert left() == set()


def wait_for_none(what: str, seconds: float, rest) -> None:
    end = time.monotonic() + seconds
    while (still := rest()) and time.monotonic() < end:
        time.sleep(0.5)
    assert not still, f"{what} that did not come: {sorted(still)}"


@pytest.mark.parametrize("name", EXPECTED)
def test_the_alert_of_each_fault_arrives_and_no_other(told: Stack, name: str):
    fired = told.webhook.fired(told.instance(name)) - TRUE_OF_A_SLOW_DISK
    assert EXPECTED[name] <= fired <= EXPECTED[name] | POSSIBLE.get(name, set())


def test_nothing_arrives_without_an_instance_but_the_watchdog(told: Stack):
    stray = {(n.receiver, n.alert) for n in told.webhook.received if not n.instance}
    assert stray == {("dead-mans-switch", "Watchdog")}


def test_alerts_arrive_at_the_receiver_of_their_severity(told: Stack):
    for notification in told.webhook.received:
        assert notification.receiver == RECEIVERS[notification.labels["severity"]], notification


def test_alerts_arrive_with_texts_that_are_filled_in(told: Stack):
    for notification in told.webhook.received:
        for text in notification.annotations.values():
            assert "{{" not in text and "<no value>" not in text and "%!" not in text, notification
        if notification.instance:
            assert notification.instance in notification.annotations["summary"]
            encoded = notification.instance.replace(":", "%3A")
            assert notification.annotations["dashboard_url"].endswith(f"var-job=jobsweep&var-instance={encoded}")


def test_the_number_of_errors_is_told_exactly(told: Stack):
    (first, *_) = [n for n in told.webhook.received if n.instance == told.instance("undeletable") and not n.is_resolved]
    assert first.labels["operation"] == "old_jobs"
    counted = re.search(
        r"(\d+) error\(s\) in old_jobs .* (\d+) with errors, (\d+) failed", first.annotations["description"]
    )
    assert counted, first.annotations["description"]
    # One row that may not be deleted is one error in each run.
    assert counted[1] == counted[2] and int(counted[1]) >= 1 and counted[3] == "0"


def test_a_rule_of_a_users_own_is_held_and_goes_on_when_approved(told: Stack):
    ours = [n for n in told.webhook.received if n.instance == told.instance("held")]
    assert {n.labels["operation"] for n in ours} == {"daemon_logs"}
    assert "holds daemon_logs until somebody approves it" in ours[0].annotations["summary"]
    held = told.sidecars["held"]
    assert held.application.logs() == 0
    assert 'jobsweep_rows_deleted_total{operation="daemon_logs"} 3007\n' in held.metrics()


def test_every_rule_works(told: Stack):
    """No rule fails, and every recording rule has series with the labels that its name promises."""
    for rule in told.prometheus.rules():
        assert rule["health"] == "ok", rule
        if rule["type"] == "recording":
            # Outages are known of the instances that had one.
            level = rule["name"].split(":")[0].split("_", 1)[1:]
            for series in told.prometheus.query(rule["name"]) or pytest.fail(f"{rule['name']} gives nothing"):
                assert set(series["metric"]) == {"__name__", "job", "instance", *level}, series


def by_uid(dashboards: list[grafana.Dashboard], uid: str) -> grafana.Dashboard:
    (found,) = [dashboard for dashboard in dashboards if dashboard.uid == uid]
    return found


def values(stack: Stack, dashboard: grafana.Dashboard, panel: grafana.Panel) -> dict[str, str]:
    """What Grafana fills in for five minutes of the healthy sidecar (of all, in the fleet)."""
    scrape = 1
    step = grafana.seconds(panel.json.get("interval", "1s"))
    everything = dashboard.uid == "jobsweep-fleet"
    return {
        "job": "jobsweep",
        "instance": ".+" if everything else stack.instance("healthy"),
        "__range": "300s",
        "__interval": f"{step}s",
        "__rate_interval": f"{max(step + scrape, 4 * scrape)}s",
    }


#: What the sidecars of this test have nothing to say of; test_postgres_pressure.py and test_tls.py look at it.
ELSEWHERE = ("jobsweep_tls_", "jobsweep_database_info", "jobsweep_database_dead_rows", "jobsweep_database_replication_lag_bytes", "jobsweep_database_oldest_snapshot_seconds")


def numbers(series: list[dict]) -> list[dict]:
    """The series, if one of them has a number."""
    return series if any(one["value"][1] != "NaN" for one in series) else []


@pytest.mark.parametrize("uid", UIDS)
def test_every_query_of_every_panel_gives_data(told: Stack, dashboards: list[grafana.Dashboard], uid: str):
    dashboard = by_uid(dashboards, uid)
    for panel in dashboard.panels:
        for target in panel.targets:
            expression = grafana.expand(target["expr"], values(told, dashboard, panel))
            where = f"{dashboard.uid}: {panel.title} {target['refId']}: {expression}"
            if any(name in expression for name in ELSEWHERE):
                assert not told.prometheus.query(expression), f"the sidecars here sweep SQLite, and speak no TLS: {where}"
                continue
            # On a busy machine a step of a few seconds may have neither a run nor a scrape.
            series = eventually(f"numbers for {where}", 120, lambda asked=expression: numbers(told.prometheus.query(asked)))
            wanted = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            for one in series:
                assert wanted <= set(one["metric"]), f"{where}: {one}"
                assert "__name__" not in one["metric"] or not wanted, where


def test_a_rule_of_a_users_own_is_in_every_panel_of_operations(told: Stack, dashboards: list[grafana.Dashboard]):
    """Nothing has to be edited: wherever a panel tells operations apart, the rule is one of them."""
    overview = by_uid(dashboards, "jobsweep-overview")
    exposition = told.sidecars["held"].metrics()
    ours = set(re.findall(r'^(\w+){[^}]*operation="daemon_logs"', exposition, flags=re.M))
    shown = set()
    for panel in overview.panels:
        for target in panel.targets:
            if "{{operation}}" not in target["legendFormat"]:
                continue
            everything = values(told, overview, panel) | {"instance": told.instance("held")}
            series = told.prometheus.query(grafana.expand(target["expr"], everything))
            found = {s["metric"]["operation"] for s in series}
            assert {"daemon_logs", "old_jobs"} <= found, f"{panel.title}: {found}"
            shown |= {s.name for s in promql.selectors(grafana.expand_for_parsing(target["expr"]))}
    assert ours == shown


@pytest.mark.parametrize("uid", UIDS)
def test_annotations_and_variables_give_data(told: Stack, dashboards: list[grafana.Dashboard], uid: str):
    dashboard = by_uid(dashboards, uid)
    for variable in dashboard.variables.values():
        if variable["type"] == "query":
            selector, label = grafana.label_values(variable["query"])
            found = {s["metric"][label] for s in told.prometheus.query(grafana.expand(selector, {"job": ".+"}))}
            expected = {"job": {"jobsweep"}, "instance": {s.instance for s in told.sidecars.values()}}
            assert found == expected[label]
    everything = {"job": "jobsweep", "instance": ".+"}
    now = time.time()
    for annotation in dashboard.json["annotations"]["list"]:
        if "expr" in annotation:
            expression = grafana.expand(annotation["expr"], everything)
            series = told.prometheus.query_range(expression, now - 240, now, 2)
            # No version has changed within these minutes.
            assert series or annotation["name"] == "Version changes", annotation["name"]
            for one in series:
                for _, value in one["values"]:
                    assert (now - 3600) * 1000 < float(value) < (now + 60) * 1000, "not a time in milliseconds"


def test_zero_reads_as_zero(told: Stack, dashboards: list[grafana.Dashboard]):
    """The healthy sidecar has no errors: the panel says 0, it isn't empty."""
    overview = by_uid(dashboards, "jobsweep-overview")
    for title in ("Errors", "Backlog", "Errors by operation", "Runs that did not start"):
        (panel,) = [panel for panel in overview.panels if panel.title == title]
        series = told.prometheus.query(grafana.expand(panel.targets[0]["expr"], values(told, overview, panel)))
        assert series and all(s["value"][1] == "0" for s in series), title


def test_dashboards_show_what_the_sidecar_says(told: Stack, dashboards: list[grafana.Dashboard]):
    """Sums over a panel's step are what the sidecar's own counters rose by in that time."""
    overview = by_uid(dashboards, "jobsweep-overview")
    (panel,) = [panel for panel in overview.panels if panel.title == "Runs by how they ended"]
    known, now = values(told, overview, panel), time.time()
    expression = grafana.expand(panel.targets[0]["expr"], known)
    shown = sum(float(s["value"][1]) for s in told.prometheus.query(f"sum({expression})", now))
    counters = told.prometheus.query(f'jobsweep_runs_total{{instance="{known["instance"]}"}}[{known["__rate_interval"]}]', now)
    counted = sum(float(s["values"][-1][1]) - float(s["values"][0][1]) for s in counters)
    assert counted > 0
    # What lies between the ends of the step and the nearest scrapes is guessed by Prometheus.
    assert abs(shown - counted) <= 2, (shown, counted)
