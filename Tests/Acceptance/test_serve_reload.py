"""SIGHUP: a good file takes effect, a bad one leaves the old configuration in force and says what is wrong."""

import signal

import pytest

from support.faults import work_for_all
from support.waiting import eventually


def schedule(every):
    return f"schedule:\n  every: {every}\n  first_run_after: 12h\n"


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    workspace.configure(schedule("24h"))
    serving = workspace.serve()
    serving.workspace = workspace
    return serving


def reload(serving, settings):
    serving.workspace.configure(settings)
    serving.send(signal.SIGHUP)


def test_a_good_file(serving):
    before = serving.scrape()
    assert before["jobsweep_schedule_interval_seconds"] == 86400
    reload(serving, schedule("2h"))
    after = serving.until(lambda e: e["jobsweep_schedule_interval_seconds"] == 7200, "the new interval is in force")
    assert after["jobsweep_config_last_reload_successful"] == 1
    stamp = "jobsweep_config_last_reload_success_timestamp_seconds"
    assert after[stamp] > before[stamp]
    assert serving.stop() == 0


@pytest.mark.parametrize(("settings", "words"), [
    (schedule("soon"), ("every", "soon", "2")),
    ("schedule:\n  every: 1h\n  evry: 2h\n", ("evry", "every", "3")),
    ("operations: {old_jobs: {keep: 1d}\n", ("jobsweep.yml",)),
    ("", ("jobsweep.yml", "empty", "schedule", "restart")),
    ("# everything is commented out\n", ("jobsweep.yml", "empty", "schedule", "restart")),
    ("log: {level: debug}\n", ("jobsweep.yml", "'schedule' is gone", "restart")),
])
def test_a_bad_file(serving, settings, words):
    before = serving.scrape()
    already = len(serving.said)
    reload(serving, settings)
    after = serving.until(lambda e: e["jobsweep_config_last_reload_successful"] == 0, "the reload failed")
    stamp = "jobsweep_config_last_reload_success_timestamp_seconds"
    for name in (stamp, "jobsweep_schedule_interval_seconds", "jobsweep_next_run_timestamp_seconds"):
        assert after[name] == before[name]
    serving.until_said(*words, after=already)
    assert serving.alive and serving.ask("/-/healthy").status == 200
    reload(serving, schedule("3h"))
    mended = serving.until(lambda e: e["jobsweep_config_last_reload_successful"] == 1, "a good file is taken again")
    assert mended["jobsweep_schedule_interval_seconds"] == 10800
    assert serving.stop() == 0


def test_a_file_that_has_gone(serving):
    serving.workspace.config_file.unlink()
    serving.send(signal.SIGHUP)
    after = serving.until(lambda e: e["jobsweep_config_last_reload_successful"] == 0, "the reload failed")
    assert after["jobsweep_schedule_interval_seconds"] == 86400 and serving.alive


def test_operations_change_with_the_next_run(serving):
    """What a reload says of the operations holds for the next run."""
    reload(serving, "schedule: {every: 1s, first_run_after: 1s}\noperations: {old_jobs: {enabled: false}, old_downloads: {keep: 90d}}\n")
    exposition = serving.until_runs(1, "completed")
    assert exposition["jobsweep_downloads_deleted_total"] == exposition.total("jobsweep_jobs_deleted_total") == 0
    assert exposition["jobsweep_plans_reset_total"] == 1
    reload(serving, "schedule: {every: 1s, first_run_after: 1s}\noperations: {old_jobs: {keep: 30d}, old_downloads: {keep: 14d}}\n")
    serving.until(lambda e: e["jobsweep_downloads_deleted_total"] == 1 and e.total("jobsweep_jobs_deleted_total") == 1, "rows go")
    assert serving.stop() == 0


def test_a_retention_that_got_shorter_is_warned_of(serving):
    """Emptied by an editor, 365d once became 30d in silence."""
    reload(serving, schedule("24h") + "operations: {old_jobs: {keep: 365d, keep_by_type: {export: 400d}}, old_downloads: {enabled: false}}\n")
    eventually(lambda: serving.said.count("the configuration was reloaded") == 1, "the longer retention is in force")
    assert " warning " not in serving.said
    reload(serving, schedule("24h") + "operations: {old_jobs: {keep: 60d}, old_downloads: {enabled: true}}\n")
    eventually(lambda: serving.said.count("the configuration was reloaded") == 2, "the shorter retention is in force")
    warnings = [line for line in serving.said.splitlines() if " warning " in line]
    assert len(warnings) == 3
    for words in ("finished jobs after 60d, and not after 365d", "of type export after 60d, and not after 400d", "downloads after 14d, which were kept so far"):
        assert any(words in line for line in warnings), warnings
    assert serving.stop() == 0
