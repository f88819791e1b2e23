"""The rules, the configurations, and what promtool and amtool say of them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

import promql
from conftest import PROMETHEUS
from scenarios import write
from scenarios.catalogue import FILES

RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))

#: promtool keeps little and lives shortly: a third of its time goes into collecting what it leaves, which it needn't.
FRUGAL = os.environ | {"GOGC": "800", "GOMAXPROCS": "1"}


def run(*command: str | Path) -> str:
    """What the command prints to its standard output, when it succeeds. (promtool prints what it found wrong to both.)"""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=PROMETHEUS, env=FRUGAL)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_rules_pass_promtool_with_every_lint():
    assert run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *RULES).count("SUCCESS") == len(RULES)


def test_configuration_passes_promtool():
    assert "SUCCESS: prometheus.yml is valid prometheus config file syntax" in run(
        "promtool", "check", "config", "prometheus.yml"
    )


def test_configuration_loads_every_rule_file():
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    matched = {path for pattern in config["rule_files"] for path in PROMETHEUS.glob(pattern)}
    assert matched == set(RULES)


def uncommented(text: str, commented: dict[str, str]) -> str:
    """The text with some of its commented lines put in force."""
    for old, new in commented.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_configuration_passes_with_password_and_certificate(tmp_path: Path):
    """The commented lines are right as well, when they are put in force."""
    text = (PROMETHEUS / "prometheus.yml").read_text()
    block = re.search(r"    # With users.*?(?=    static_configs)", text, re.S)
    assert block
    lines = []
    for line in block[0].splitlines():
        inner = line.replace("    # ", "    ", 1)
        lines.append(inner if re.match(r"\s+(#|[a-z_]+:)", inner) and not inner.strip().startswith("With") else line)
    forced = text.replace(block[0], "\n".join(lines).replace("#   cert", "  cert") + "\n")
    forced = re.sub(r"  #   (With client)", r"  # \1", forced)
    for name in ("jobsweep.password", "jobsweep-ca.pem", "jobsweep-client.pem", "jobsweep-client.key"):
        (tmp_path / name).write_text("x")
    forced = forced.replace("/etc/prometheus", str(tmp_path)).replace("rules/*.yml", str(PROMETHEUS / "rules/*.yml"))
    (tmp_path / "prometheus.yml").write_text(forced)
    job = yaml.safe_load(forced)["scrape_configs"][0]
    assert job["basic_auth"] == {"username": "prometheus", "password_file": str(tmp_path / "jobsweep.password")}
    assert job["scheme"] == "https"
    assert set(job["tls_config"]) == {"ca_file", "cert_file", "key_file"}
    run("promtool", "check", "config", "--syntax-only", tmp_path / "prometheus.yml")


@pytest.mark.parametrize("name", FILES)
def test_scenarios_are_written(name: str):
    """`python -m scenarios.write` makes them anew."""
    assert (PROMETHEUS / "tests" / f"{name}.yml").read_text() == write.text(name, FILES[name])


def test_there_are_no_other_test_files():
    assert {path.stem for path in (PROMETHEUS / "tests").iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_scenarios_hold(name: str):
    assert "SUCCESS" in run("promtool", "test", "rules", f"tests/{name}.yml")


def test_every_alert_fires_in_a_scenario_with_all_its_annotations(alert_rules: list[dict]):
    """...and is asserted not to fire in others, since every scenario asserts the whole set of firing alerts."""
    shown, quiet = set(), 0
    for file in FILES.values():
        for scenario in file.scenarios:
            for alert in scenario.alerts:
                for expected in alert["exp_alerts"]:
                    assert set(expected["exp_annotations"]) == {
                        "summary",
                        "description",
                        "runbook_url",
                        "dashboard_url",
                    }
                    shown.add(alert["alertname"])
            quiet += sum(1 for expectation in scenario.expectations if not expectation["exp_samples"])
    assert shown == {rule["alert"] for rule in alert_rules}
    assert quiet > 500


def test_alerts_have_what_a_person_needs(alert_rules: list[dict]):
    severities = {"critical", "warning", "none"}
    for rule in alert_rules:
        name = rule["alert"]
        assert set(rule["labels"]) == {"severity"} and rule["labels"]["severity"] in severities, name
        annotations = rule["annotations"]
        assert set(annotations) == {"summary", "description", "runbook_url", "dashboard_url"}, name
        assert len(annotations["summary"]) < 100 and "\n" not in annotations["description"], name
        if name not in ("JobsweepAbsent", "Watchdog"):
            assert "{{ $labels.instance }}" in annotations["summary"], name
            assert "{{ $value" in annotations["description"] or name in (
                "JobsweepDown",
                "JobsweepDatabaseUnreachable",
                "JobsweepConfigReloadFailed",
                "JobsweepOperationHeld",
                "JobsweepClockSuspect",
            ), f"{name}: its number is not in the description"
            assert "/d/jobsweep-overview/" in annotations["dashboard_url"], name
            assert "var-instance={{ urlquery $labels.instance }}" in annotations["dashboard_url"], name


def test_recording_rules_are_named_level_metric_operations(recording_rules: list[dict]):
    for rule in recording_rules:
        assert re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z0-9_]+", rule["record"]), rule["record"]
        level = rule["record"].split(":")[0]
        assert level.startswith("instance"), rule["record"]


def test_every_recording_rule_is_used(recording_rules: list[dict], alert_rules: list[dict]):
    used = {
        selector.name
        for rule in [*recording_rules, *alert_rules]
        for selector in promql.selectors(rule["expr"])
        if selector.name != rule.get("record")
    }
    assert {rule["record"] for rule in recording_rules} <= used


def test_every_selector_of_a_rule_has_the_job(recording_rules: list[dict], alert_rules: list[dict]):
    for rule in [*recording_rules, *alert_rules]:
        for selector in promql.selectors(rule["expr"]):
            assert ("job", "=", "jobsweep") in selector.matchers, (rule, selector)


# Alertmanager


def test_alertmanager_configuration_passes_amtool():
    assert "SUCCESS" in run("amtool", "check-config", "alertmanager.yml")


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=Watchdog severity=none", "dead-mans-switch"),
        ("alertname=JobsweepDown severity=critical job=jobsweep instance=app:9745", "pager"),
        ("alertname=JobsweepAbsent severity=critical job=jobsweep", "pager"),
        ("alertname=JobsweepCleanupErrors severity=warning job=jobsweep instance=app:9745 operation=old_jobs", "chat"),
        ("alertname=SomebodyElses severity=critical", "chat"),
    ],
)
def test_alerts_are_routed(labels: str, receiver: str):
    routed = run("amtool", "config", "routes", "test", "--config.file=alertmanager.yml", *labels.split())
    assert routed.strip() == receiver


def test_every_alert_is_routed_by_its_severity(alert_rules: list[dict]):
    receivers = {"critical": "pager", "warning": "chat", "none": "dead-mans-switch"}
    for rule in alert_rules:
        severity = rule["labels"]["severity"]
        routed = run(
            "amtool",
            "config",
            "routes",
            "test",
            "--config.file=alertmanager.yml",
            f"alertname={rule['alert']}",
            f"severity={severity}",
        )
        assert routed.strip() == receivers[severity], rule["alert"]


def inhibitions() -> list[tuple[str, re.Pattern, re.Pattern | None]]:
    """Source, pattern of the targets, and the pattern that they must not match."""
    rules = yaml.safe_load((PROMETHEUS / "alertmanager.yml").read_text())["inhibit_rules"]
    found = []
    for rule in rules:
        assert rule["equal"] == ["job", "instance"]
        (source,) = (re.fullmatch(r'alertname="(\w+)"', matcher)[1] for matcher in rule["source_matchers"])
        patterns = dict(
            re.fullmatch(r'alertname(=~|!=)"(.+)"', matcher).groups() for matcher in rule["target_matchers"]
        )
        refused = patterns.get("!=")
        found.append((source, re.compile(patterns["=~"]), re.compile(refused) if refused else None))
    return found


def test_inhibitions_name_alerts_that_exist(alert_rules: list[dict]):
    names = {rule["alert"] for rule in alert_rules}
    for source, targets, _ in inhibitions():
        assert source in names
        if "." not in targets.pattern:
            assert set(targets.pattern.split("|")) <= names


def test_down_keeps_every_other_alert_quiet_and_nothing_inhibits_itself(alert_rules: list[dict]):
    names = {rule["alert"] for rule in alert_rules} - {"Watchdog"}
    for source, targets, refused in inhibitions():
        quiet = {name for name in names if targets.fullmatch(name) and not (refused and refused.fullmatch(name))}
        assert source not in quiet
        if source == "JobsweepDown":
            assert quiet == names - {source}
        assert not targets.fullmatch("Watchdog")


@pytest.mark.parametrize("source", ["JobsweepDatabaseUnreachable", "JobsweepRunStuck", "JobsweepNoRecentSuccess"])
def test_what_keeps_runs_from_coming_explains_that_one_is_overdue(source: str):
    assert any(name == source and targets.fullmatch("JobsweepRunOverdue") for name, targets, _ in inhibitions())


def test_no_circle_of_inhibitions(alert_rules: list[dict]):
    """Two alerts that inhibit each other would both be silent."""
    names = {rule["alert"] for rule in alert_rules}
    edges = {
        (source, name)
        for source, targets, refused in inhibitions()
        for name in names
        if targets.fullmatch(name) and not (refused and refused.fullmatch(name))
    }
    left = set(names)
    while left:
        free = {name for name in left if not any(target == name and source in left for source, target in edges)}
        assert free, f"these inhibit each other in a circle: {sorted(left)}"
        left -= free
