"""Every metric that rules, dashboards and runbook use exists with those labels, and every metric is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import grafana
import promql
from conftest import PROMETHEUS, printed_catalogue

#: What Prometheus itself adds to every scrape, and its own series of alerts.
PROMETHEUS_SERIES = {"up", "ALERTS"}
TARGET_LABELS = {"job", "instance"}

#: Metrics that are on no dashboard, and why.
NOT_ON_A_DASHBOARD: dict[str, str] = {
    "jobsweep_downloads_deleted_total": "jobsweep_rows_deleted_total draws every operation that deletes",
    "jobsweep_plans_reset_total": "jobsweep_last_run_rows draws every operation, exact",
    "jobsweep_log_lines_dropped_total": "for whoever misses lines of the log, which says so itself",
}


def runbook_expressions() -> Iterator[tuple[str, str]]:
    for block in re.findall(r"```promql\n(.*?)```", (PROMETHEUS / "RUNBOOK.md").read_text(), flags=re.S):
        for line in block.strip().splitlines():
            yield f"runbook: {line}", line


@pytest.fixture(scope="module")
def recorded(recording_rules: list[dict], catalogue: dict[str, dict]) -> dict[str, set[str]]:
    """Names of recording rules and the labels that they have beside the target's."""
    labels = {"instance": set()}
    for rule in recording_rules:
        level = rule["record"].split(":")[0].removeprefix("instance")
        labels[rule["record"]] = {level.removeprefix("_")} - {""}
    del labels["instance"]
    return labels


@pytest.fixture(scope="module")
def expressions(
    recording_rules: list[dict], alert_rules: list[dict], dashboards: list[grafana.Dashboard]
) -> list[tuple[str, str]]:
    found = [(rule["record"], rule["expr"]) for rule in recording_rules]
    found += [(rule["alert"], rule["expr"]) for rule in alert_rules]
    found += list(runbook_expressions())
    for dashboard in dashboards:
        found += [(where, grafana.expand_for_parsing(expression)) for where, expression in dashboard.expressions()]
    return found


def allowed_labels(name: str, catalogue: dict[str, dict], recorded: dict[str, set[str]]) -> set[str] | None:
    """The labels that a series of this name can have; None if there is no such series."""
    if name == "up":
        return TARGET_LABELS
    if name == "ALERTS":
        return TARGET_LABELS | {"alertname", "alertstate", "severity"}
    if name in recorded:
        return TARGET_LABELS | recorded[name]
    for suffix, extra in (("_bucket", {"le"}), ("_sum", set()), ("_count", set())):
        metric = catalogue.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if metric and metric["type"] == "histogram":
            return TARGET_LABELS | set(metric["labels"]) | extra
    metric = catalogue.get(name)
    return TARGET_LABELS | set(metric["labels"]) if metric and metric["type"] != "histogram" else None


def test_metrics_that_are_used_exist_with_those_labels(expressions, catalogue, recorded):
    for where, expression in expressions:
        for selector in promql.selectors(expression):
            labels = allowed_labels(selector.name, catalogue, recorded)
            assert labels is not None, f"{where}: there is no {selector.name}"
            assert selector.labels <= labels, f"{where}: {selector.name} has no label {selector.labels - labels}"


def test_label_values_that_are_asked_for_exist(expressions, contract):
    for where, expression in expressions:
        for selector in promql.selectors(expression):
            values = contract.get(selector.name, {}).get("values", {})
            for name, operator, value in selector.matchers:
                if operator == "=" and name in values:
                    assert value in values[name], f"{where}: {name} is never {value}"


def test_labels_that_are_grouped_by_exist(expressions, catalogue, recorded):
    for where, expression in expressions:
        for labels, names in promql.grouping_labels(expression):
            known = set().union(*(allowed_labels(name, catalogue, recorded) or set() for name in names))
            assert labels <= known, f"{where}: grouped by {labels - known}, which no {names} has"


def test_labels_of_alert_texts_exist(alert_rules, catalogue, recorded):
    for rule in alert_rules:
        labels = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        known = set().union(
            *(allowed_labels(s.name, catalogue, recorded) or set() for s in promql.selectors(rule["expr"]))
        )
        assert labels <= known, f"{rule['alert']}: {labels - known}"


def test_queries_of_alert_texts_are_right(alert_rules, catalogue, recorded):
    """What an annotation looks up when it is written: `printf "query" ... | query`."""
    for rule in alert_rules:
        for text in re.findall(r'printf "((?:[^"\\]|\\.)*)"', str(rule["annotations"])):
            expression = text.replace("%q", '"x"').replace("\\", "").replace("'", '"')
            for selector in promql.selectors(expression):
                labels = allowed_labels(selector.name, catalogue, recorded)
                assert labels is not None and selector.labels <= labels, (rule["alert"], expression)


def test_legends_name_labels_of_their_query(dashboards):
    for dashboard in dashboards:
        for panel in dashboard.panels:
            for target in panel.targets:
                wanted = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
                groups = promql.grouping_labels(grafana.expand_for_parsing(target["expr"]))
                assert wanted <= (groups[0][0] if groups else set()), f"{dashboard.uid}: {panel.title}"


def test_every_metric_is_on_a_dashboard_or_has_a_reason_why_not(dashboards, catalogue):
    shown = set()
    for dashboard in dashboards:
        for panel in dashboard.panels:
            for target in panel.targets:
                for selector in promql.selectors(grafana.expand_for_parsing(target["expr"])):
                    shown.add(selector.name)
                    shown.add(re.sub(r"_(bucket|sum|count)$", "", selector.name))
    assert set(catalogue) - shown == set(NOT_ON_A_DASHBOARD)


def test_operations_are_told_apart_by_their_label_alone(expressions):
    """Rules of a user's own and of presets are operations, too: a query that named some would leave out the others. (The runbook
    may ask for one.)"""
    for where, expression in expressions:
        for selector in promql.selectors(expression):
            named = {name for name, _, _ in selector.matchers if name == "operation"}
            assert where.startswith("runbook: ") or not named, f"{where}: {selector.name} of some operations only"


def test_the_overview_tells_operations_apart_in_every_metric_that_does(dashboards, catalogue):
    (overview,) = [dashboard for dashboard in dashboards if dashboard.uid == "jobsweep-overview"]
    told = set()
    for panel in overview.panels:
        for target in panel.targets:
            for labels, names in promql.grouping_labels(grafana.expand_for_parsing(target["expr"])):
                if "operation" in labels and "{{operation}}" in target["legendFormat"]:
                    told |= names
    assert told == {name for name, metric in catalogue.items() if "operation" in metric["labels"]}


def test_alerts_on_operations_name_theirs(alert_rules, catalogue, recorded):
    for rule in alert_rules:
        # What stands behind `unless` only keeps quiet.
        lasting = rule["expr"].split("\nunless")[0]
        used = {selector.name for selector in promql.selectors(lasting)}
        if any("operation" in (allowed_labels(name, catalogue, recorded) or set()) for name in used):
            assert "{{ $labels.operation }}" in rule["annotations"]["summary"], rule["alert"]


def test_the_catalogue_is_the_contract(contract, jobsweep, tmp_path):
    """What the binary prints has the names, types and labels that were agreed on, and a help text for each."""
    printed = printed_catalogue(jobsweep, tmp_path)
    assert printed is not None, f"`{jobsweep} metrics --json` prints no catalogue"
    # An info metric is a gauge in the text format, and to Prometheus.
    kinds = {"info": "gauge"}
    assert {m["name"]: (kinds.get(m["type"], m["type"]), sorted(m["labels"])) for m in printed} == {
        name: (m["type"], sorted(m["labels"])) for name, m in contract.items()
    }
    assert all(metric["help"] for metric in printed)
    for metric in printed:
        values = {label: sorted(values) for label, values in (metric.get("values") or {}).items() if values}
        expected = {label: sorted(values) for label, values in contract[metric["name"]]["values"].items()}
        assert values == expected, metric["name"]
