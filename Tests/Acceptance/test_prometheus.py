"""A real Prometheus scrapes a real sidecar."""

import pytest

from support import catalogue
from support.generator import generate
from support.prometheus import Prometheus
from support.timestamps import now


@pytest.fixture
def scraped(workspace):
    generate(31, now()).write(workspace.database)
    workspace.configure({"schedule": {"every": "24h", "first_run_after": "12h"}})
    serving = workspace.serve()
    prometheus = Prometheus(workspace.folder, serving.port)
    yield workspace, serving, prometheus
    prometheus.stop()


def test_it_is_up_and_its_counters_are_what_the_report_said(scraped):
    workspace, serving, prometheus = scraped
    prometheus.until("up{job='jobsweep'}", 1)
    prometheus.until("sum(jobsweep_runs_total)", 0)
    report = workspace.run()
    prometheus.until("jobsweep_runs_total{trigger='cli', status='completed'}", 1)
    assert report["old_jobs_deleted"] > 100
    assert {expression: prometheus.query(expression)[0][1] for expression in (
        "sum(jobsweep_jobs_deleted_total)", "sum(jobsweep_downloads_deleted_total)", "sum(jobsweep_plans_reset_total)",
        "sum(jobsweep_stale_jobs_total)", "sum(jobsweep_rows_skipped_total{reason='alive'})", "sum(jobsweep_errors_total)",
        "jobsweep_run_duration_seconds_count", "up",
    )} == {
        "sum(jobsweep_jobs_deleted_total)": report["old_jobs_deleted"],
        "sum(jobsweep_downloads_deleted_total)": report["old_downloads_deleted"],
        "sum(jobsweep_plans_reset_total)": report["stuck_plans_updated"],
        "sum(jobsweep_stale_jobs_total)": report["cleaned_jobs"],
        "sum(jobsweep_rows_skipped_total{reason='alive'})": report["skipped"]["alive"],
        "sum(jobsweep_errors_total)": 0,
        "jobsweep_run_duration_seconds_count": 1,
        "up": 1,
    }

    # Prometheus may have asked for OpenMetrics, whose families leave `_total` and `_info` off.
    kinds = {name: entries[0]["type"] for name, entries in prometheus.api("metadata").items()}
    for name, kind in catalogue.FAMILIES.items():
        said = kinds.get(name) or kinds.get(name.removesuffix("_total").removesuffix("_info"))
        assert said in ({kind, "info"} if name.endswith("_info") else {kind}), name
    (target,) = prometheus.api("targets")["activeTargets"]
    assert (target["health"], target["lastError"]) == ("up", "")
    assert serving.alive


def test_it_negotiates_openmetrics(scraped):
    """OpenMetrics writes a bucket's bound as 1.0 where the text format writes 1."""
    _, serving, prometheus = scraped
    prometheus.until("jobsweep_run_duration_seconds_bucket{le='1.0'}", 0)
    assert prometheus.query("jobsweep_run_duration_seconds_bucket{le='1'}") == []
    assert 'le="1"' in serving.ask("/metrics").text
