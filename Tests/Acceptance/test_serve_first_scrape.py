"""The first scrape of a fresh sidecar: every family of section 8 with every label set, at zero, in order, lint-free."""

import http.client
import subprocess
import time

import pytest

from support import catalogue
from support.exposition import Exposition
from support.faults import work_for_all
from support.workspace import Workspace


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The first scrape of a sidecar whose database has work, and the sidecar."""
    workspace = Workspace(tmp_path_factory.mktemp("first"))
    work_for_all().write(workspace.database)
    serving = workspace.serve(by_default=True)
    yield serving.scrape(), serving, workspace
    workspace.close()


@pytest.fixture
def exposition(first):
    return first[0]


def test_families_types_and_order(exposition):
    assert exposition.types == catalogue.FAMILIES
    assert exposition.families == sorted(exposition.families)
    assert exposition.help.keys() == catalogue.FAMILIES.keys()


@pytest.mark.parametrize("name", catalogue.SERIES)
def test_every_label_set_is_there(exposition, name):
    assert exposition.labels(name) == catalogue.SERIES[name][1]


def test_skips(exposition):
    assert catalogue.SKIPS_AT_LEAST <= exposition.labels("jobsweep_rows_skipped_total") <= catalogue.SKIPS_AT_MOST


@pytest.mark.parametrize("name", catalogue.HISTOGRAMS)
def test_histograms(exposition, name):
    bounds = [float(dict(labels)["le"]) for labels in exposition.labels(f"{name}_bucket")]
    assert sorted(bounds) == [*catalogue.HISTOGRAMS[name], float("inf")]
    assert exposition.labels(f"{name}_sum") == exposition.labels(f"{name}_count") == catalogue.ALONE


@pytest.mark.parametrize("name", catalogue.ZERO_AT_FIRST)
def test_zero_at_first(exposition, name):
    assert {value for (series, _), value in exposition.samples.items() if series == name} == {0}


def test_build_info(first):
    exposition, _, workspace = first
    ((labels, value),) = [(dict(labels), value) for (name, labels), value in exposition.samples.items() if name == "jobsweep_build_info"]
    assert labels.keys() == catalogue.BUILD_LABELS and all(labels.values()) and value == 1
    assert labels["version"] in workspace.jobsweep("--version").exits(0).out


def test_values_that_are_not_zero(first):
    exposition, serving, workspace = first
    assert exposition["jobsweep_up"] == 1 and exposition["jobsweep_config_last_reload_successful"] == 1
    assert exposition["jobsweep_schedule_interval_seconds"] == 1800
    moments = {name: exposition[name] - time.time() for name in (
        "jobsweep_next_run_timestamp_seconds", "jobsweep_config_last_reload_success_timestamp_seconds", "process_start_time_seconds",
    )}
    assert 0 < moments["jobsweep_next_run_timestamp_seconds"] <= 61, "the first run comes one minute in"
    assert -60 < moments["jobsweep_config_last_reload_success_timestamp_seconds"] <= 1
    assert -60 < moments["process_start_time_seconds"] <= 1
    assert exposition["jobsweep_database_size_bytes"] == workspace.database.stat().st_size
    assert exposition["process_open_fds"] > 3 and exposition["process_resident_memory_bytes"] > 2**20


def test_promtool_finds_nothing(first):
    _, serving, _ = first
    for _ in range(2):
        checked = subprocess.run(["promtool", "check", "metrics"], input=serving.scrape().text, capture_output=True, text=True, timeout=30)
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_content_type_is_that_of_the_text_format(first):
    kind = first[1].ask("/metrics").headers["content-type"].replace(" ", "").lower()
    assert kind == "text/plain;version=0.0.4;charset=utf-8"


def test_every_scrape_over_one_connection_is_counted_and_has_the_latest_count(first):
    connection = http.client.HTTPConnection("127.0.0.1", first[1].port, timeout=20)
    counts = []
    for _ in range(20):
        connection.request("GET", "/metrics")
        counts.append(Exposition(connection.getresponse().read().decode()).total("jobsweep_http_requests_total", handler="/metrics"))
        time.sleep(0.002)  # scrapes of the same millisecond share an answer
    connection.close()
    assert counts == [counts[0] + n for n in range(20)]


def test_requests_are_counted(first):
    serving = first[1]
    before = serving.scrape().total("jobsweep_http_requests_total")
    serving.ask("/-/healthy")
    serving.ask("/no/such/page")
    after = serving.scrape()
    assert after.total("jobsweep_http_requests_total") - before >= 3
    assert after.total("jobsweep_http_requests_total", code="404") >= 1
    assert "/no/such/page" not in after.text, "label values come from closed sets"
