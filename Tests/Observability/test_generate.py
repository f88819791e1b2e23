"""`jobsweep generate`: what it writes without options is what is shipped, and with options it is as good."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

import grafana
import promql
from conftest import ROOT

SHIPPED = {
    "rules": ["prometheus/rules/jobsweep.rules.yml", "prometheus/rules/jobsweep.alerts.yml"],
    "scrape-config": ["prometheus/prometheus.yml", "prometheus/alertmanager.yml"],
    "dashboards": [
        "grafana/dashboards/jobsweep-overview.json",
        "grafana/dashboards/jobsweep-fleet.json",
        "grafana/provisioning/datasources/jobsweep.yml",
        "grafana/provisioning/dashboards/jobsweep.yml",
    ],
}

OPTIONS = [
    *("--job-name", 'the "cleaner"'),
    *("--label-selector", 'env="prod",team=~"a|b"'),
    *("--severities", "critical=page,warning=ticket,JobsweepRestarting=page"),
    *("--datasource-uid", "mimir"),
    *("--schedule", "1d"),
    *("--target", "[::1]:9745"),
    *("--target", "app.example.org:9745"),
    *("--alertmanager", "am.example.org:9093"),
    *("--runbook-url", "https://wiki.example.org/jobsweep"),
    *("--grafana-url", "https://grafana.example.org"),
    *("--prometheus-url", "https://prometheus.example.org"),
]


def generate(jobsweep: Path, part: str, directory: Path, *options: str) -> list[Path]:
    done = subprocess.run(
        [jobsweep, "generate", part, "--output", directory, *options], capture_output=True, text=True, cwd=directory
    )
    assert done.returncode == 0, done.stderr
    return sorted(path.relative_to(directory) for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("part", SHIPPED)
def test_without_options_it_writes_what_is_shipped(jobsweep: Path, tmp_path: Path, part: str):
    assert generate(jobsweep, part, tmp_path) == sorted(Path(path) for path in SHIPPED[part])
    for path in SHIPPED[part]:
        assert (tmp_path / path).read_text() == (ROOT / path).read_text(), path


@pytest.fixture(scope="module")
def generated(jobsweep: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("generated")
    assert len(generate(jobsweep, "all", directory, *OPTIONS)) == sum(map(len, SHIPPED.values()))
    return directory


@pytest.mark.parametrize(
    "command",
    [
        ["promtool", "check", "rules", "--lint=all", "--lint-fatal", "rules/jobsweep.rules.yml"],
        ["promtool", "check", "rules", "--lint=all", "--lint-fatal", "rules/jobsweep.alerts.yml"],
        ["promtool", "check", "config", "prometheus.yml"],
        ["amtool", "check-config", "alertmanager.yml"],
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_with_options_it_passes_the_checks(generated: Path, command: list[str]):
    done = subprocess.run(command, capture_output=True, text=True, cwd=generated / "prometheus")
    assert done.returncode == 0, done.stdout + done.stderr


def test_options_are_in_every_query(generated: Path):
    wanted = {("env", "=", "prod"), ("team", "=~", "a|b")}
    for path in (generated / "prometheus" / "rules").iterdir():
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                for selector in promql.selectors(rule["expr"]):
                    assert wanted | {("job", "=", 'the "cleaner"')} <= set(selector.matchers), rule
    for path in (generated / "grafana" / "dashboards").iterdir():
        for where, expression in grafana.Dashboard(json.loads(path.read_text())).expressions():
            for selector in promql.selectors(grafana.expand_for_parsing(expression)):
                assert wanted <= set(selector.matchers), where


def test_options_are_where_they_belong(generated: Path):
    (job,) = yaml.safe_load((generated / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    assert job["job_name"] == 'the "cleaner"'
    # Only equality says which label makes a target fit the selector.
    assert job["static_configs"] == [
        {"targets": ["[::1]:9745", "app.example.org:9745"], "labels": {"env": "prod"}},
    ]
    groups = yaml.safe_load((generated / "prometheus" / "rules" / "jobsweep.alerts.yml").read_text())["groups"]
    rules = {rule["alert"]: rule for group in groups for rule in group["rules"]}
    severities = {name: rule["labels"]["severity"] for name, rule in rules.items()}
    assert set(severities.values()) == {"page", "ticket", "none"}
    assert severities["JobsweepRestarting"] == severities["JobsweepDown"] == "page"
    down = rules["JobsweepDown"]["annotations"]
    assert down["runbook_url"] == "https://wiki.example.org/jobsweep#jobsweepdown"
    assert down["dashboard_url"].startswith("https://grafana.example.org/d/jobsweep-overview/")
    overview = json.loads((generated / "grafana" / "dashboards" / "jobsweep-overview.json").read_text())
    assert overview["time"]["from"] == "now-30d"
    assert grafana.Dashboard(overview).variables["datasource"]["current"]["value"] == "mimir"
    (source,) = yaml.safe_load((generated / "grafana" / "provisioning" / "datasources" / "jobsweep.yml").read_text())[
        "datasources"
    ]
    assert (source["uid"], source["url"]) == ("mimir", "https://prometheus.example.org")


@pytest.mark.parametrize(
    "options",
    [
        ["--label-selector", "env=prod"],
        ["--severities", "JobsweepGone=page"],
        ["--datasource-uid", "a b"],
        ["--target", "app"],
        ["--grafana-url", "grafana"],
        ["--schedule", "0s"],
    ],
    ids=lambda options: options[0],
)
def test_options_that_cannot_be_used_are_wrong_usage(jobsweep: Path, tmp_path: Path, options: list[str]):
    done = subprocess.run(
        [jobsweep, "generate", "all", "--output", tmp_path, *options], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr
    assert not list(tmp_path.iterdir())
