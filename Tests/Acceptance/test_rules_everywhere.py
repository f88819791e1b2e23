"""Wherever a user meets an operation a rule of his own is met too: command line, report, API, metrics, history, page, completion, reloads."""

import json
import re
import signal

import pytest

from support.ruled import DAY, NEW, OLD, add, ago, configure, fill, keys, rule, sweep
from support.waiting import eventually
from test_api import JSON, finished, get, post, start

TABLES = "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT); CREATE TABLE lines (id INTEGER PRIMARY KEY, log INT)"
LOGS = rule("old_logs", "logs", dependents=[{"table": "lines", "column": "log"}])
TRAILS = rule("trails", "trails", where={"kind": ["x"]})
LATE = {"every": "24h", "first_run_after": "24h"}


@pytest.fixture
def ruled(workspace):
    """Two rules: one with two rows to take and three that go along, one with a single row and an unreadable one."""
    fill(workspace, TABLES + "; CREATE TABLE trails (id TEXT PRIMARY KEY, at TEXT, kind TEXT)",
         logs=[(1, OLD, "a"), (2, OLD, "b"), (3, NEW, "a")], lines=[(1, 1), (2, 1), (3, 2), (4, 3)], trails=[("a", OLD, "x"), ("b", "soon", "x"), ("c", OLD, None)])  # fmt: skip
    configure(workspace, LOGS, TRAILS, schedule=LATE)
    return workspace


def test_only_some(ruled):
    assert sweep(ruled, "--only", "trails")[0]["operations"] == ["trails"]
    report, gone = sweep(ruled, "--only", "trails,old_logs")
    assert report["operations"] == ["old_logs", "trails"] and keys(gone, "logs") == [1, 2]


@pytest.mark.parametrize(("said", "words"), [("trial", "trails"), ("old_jobs", "old_logs"), ("", "old_logs"), ("trails,x", "'x'")])
def test_only_what_there_is(ruled, said, words):
    assert words in ruled.command("run", "--only", said).exits(2).err


def test_what_a_person_reads(ruled):
    preview = ruled.command("preview").exits(0).out
    assert re.search(r"old_logs: +2 rows of logs would be deleted", preview) and re.search(r"trails: +1 rows? of trails would be deleted", preview)
    assert "1: at is " in preview and "a: at is " in preview
    run = ruled.command("run").exits(0).said
    assert re.search(r"old_logs: +2 rows of logs deleted", run) and "1" in run
    history = ruled.command("history").exits(0).out
    assert "OLD_LOGS" in history and "TRAILS" in history


def test_by_the_api(ruled):
    serving = ruled.serve()
    body = finished(serving, start(serving, dry_run=True, operations=["trails"]))
    assert body["operations"] == ["trails"] and body["result"]["rows_deleted"] == {"old_logs": 0, "trails": 1} and body["result"]["samples"]["trails"][0]["id"] == "a"
    body = finished(serving, start(serving))
    assert body["status"] == "completed" and body["operations"] == ["old_logs", "trails"]
    assert body["result"]["rows_deleted"] == {"old_logs": 2, "trails": 1} and body["result"]["dependents_deleted"] == {"old_logs": 3, "trails": 0}
    assert json.loads(ruled.command("history", "--json").exits(0).out)["jobs"][0]["result"]["rows_deleted"] == {"old_logs": 2, "trails": 1}
    status, said = post(serving, "/api/jobs/run", {"job_type": "cleanup", "operations": ["trial"]})
    assert status == 400 and "trails" in said["detail"]
    described = json.loads(serving.ask("/api/openapi.json").text)
    assert described["components"]["schemas"]["Operation"]["enum"] == ["old_logs", "trails"]


def test_every_series_is_there_at_first_and_counts(ruled):
    serving = ruled.serve()
    first = serving.scrape()
    both, one = {"old_logs", "trails"}, frozenset
    for name in ("rows_deleted_total", "dependents_deleted_total", "last_run_rows", "last_run_operation_duration_seconds", "backlog_rows", "operation_held"):
        assert {dict(labels)["operation"] for labels in first.labels(f"jobsweep_{name}")} == both, name
    assert {dict(labels)["operation"] for labels in first.labels("jobsweep_errors_total")} == both | {"run"}
    for reason in ("changed", "unreadable"):
        for operation in both:
            assert first.get("jobsweep_rows_skipped_total", operation=operation, reason=reason) == 0
    for name in ("rows_deleted_total", "dependents_deleted_total", "errors_total", "rows_skipped_total", "last_run_rows"):
        assert first.nonzero(f"jobsweep_{name}", "operation") == {}
    finished(serving, start(serving))
    after = serving.scrape()
    assert after.nonzero("jobsweep_rows_deleted_total", "operation") == {("old_logs",): 2, ("trails",): 1}
    assert after.nonzero("jobsweep_dependents_deleted_total", "operation") == {("old_logs",): 3}
    assert after.nonzero("jobsweep_rows_skipped_total", "operation", "reason") == {("trails", "unreadable"): 1}
    assert after.nonzero("jobsweep_last_run_rows", "operation") == {("old_logs",): 2, ("trails",): 1}
    assert after.nonzero("jobsweep_errors_total", "operation") == after.nonzero("jobsweep_backlog_rows", "operation") == {}


def test_a_rule_that_cannot_be_counts_its_errors(ruled):
    configure(ruled, LOGS, TRAILS | {"table": "nowhere"}, schedule=LATE)
    serving = ruled.serve()
    assert finished(serving, start(serving))["status"] == "completed_with_errors"
    after = serving.scrape()
    assert after.nonzero("jobsweep_errors_total", "operation") == {("trails",): 1}
    assert after.get("jobsweep_rows_deleted_total", operation="old_logs") == 2
    assert str(after.get("jobsweep_backlog_rows", operation="trails")) == "nan", "nobody knows"
    assert after.get("jobsweep_runs_total", trigger="api", status="completed_with_errors") == 1


def test_on_the_page(ruled):
    serving = ruled.serve()
    page = serving.ask("/").text
    for name in ("old_logs", "trails"):
        assert f'value="{name}"' in page or f">{name}<" in page
    for name in ("old_jobs", "stale_jobs", "stuck_plans"):
        assert name not in page, "preset: none has no operations of the first application's"
    finished(serving, start(serving))
    page = serving.ask("/").text
    assert "old_logs 2" in page and "Rows of logs are kept for " in page


RELOADS = [lambda serving: serving.send(signal.SIGHUP), lambda serving: serving.ask("/-/reload", "POST", headers=JSON, body="{}")]


@pytest.mark.parametrize("reload", RELOADS, ids=["SIGHUP", "POST"])
def test_a_reload_adds_and_takes_away(ruled, reload):
    """The new rule's series begin at 0; what one counted that has gone isn't forgotten, should it come again."""
    serving = ruled.serve()
    finished(serving, start(serving))
    fill(ruled, "CREATE TABLE more (id INTEGER PRIMARY KEY, at TEXT)", more=[(1, OLD)])
    configure(ruled, LOGS, rule("more"), schedule=LATE)
    reload(serving)
    after = serving.until(lambda e: ("jobsweep_rows_deleted_total", frozenset({("operation", "more")})) in e.samples, "the new rule is drawn")
    for name in ("rows_deleted_total", "dependents_deleted_total", "errors_total", "last_run_rows"):
        assert after.get(f"jobsweep_{name}", operation="more") == 0
    assert after.get("jobsweep_rows_deleted_total", operation="old_logs") == 2
    assert post(serving, "/api/jobs/run", {"job_type": "cleanup", "operations": ["trails"]})[0] == 400
    body = finished(serving, start(serving))
    assert body["operations"] == ["old_logs", "more"] and body["result"]["rows_deleted"] == {"old_logs": 0, "more": 1}
    assert "more" in serving.ask("/api/openapi.json").text and "more" in serving.ask("/").text
    configure(ruled, LOGS, TRAILS, schedule=LATE)
    reload(serving)
    again = serving.until(lambda e: ("jobsweep_rows_deleted_total", frozenset({("operation", "trails")})) in e.samples, "the rule is back")
    assert again.get("jobsweep_rows_deleted_total", operation="trails") == 1
    assert {dict(labels)["operation"] for labels in again.labels("jobsweep_rows_deleted_total")} == {"old_logs", "trails"}
    assert serving.stop() == 0


@pytest.mark.parametrize("reload", RELOADS, ids=["SIGHUP", "POST"])
def test_a_reload_of_a_wrong_rule_changes_nothing(ruled, reload):
    serving = ruled.serve()
    configure(ruled, LOGS | {"keep": "0"}, TRAILS, schedule=LATE)
    reload(serving)
    serving.until(lambda e: e["jobsweep_config_last_reload_successful"] == 0, "the reload failed")
    serving.until_said("rules.old_logs.keep: '0' is too short")
    body = finished(serving, start(serving))
    assert body["result"]["rows_deleted"] == {"old_logs": 2, "trails": 1}


def test_a_rule_that_keeps_shorter_from_now_on_is_warned_of(ruled):
    serving = ruled.serve()
    already = len(serving.said)
    configure(ruled, LOGS | {"keep": "10d", "keep_by": {"level": {"a": "20d"}}}, TRAILS | {"keep": "40d"}, schedule=LATE)
    serving.send(signal.SIGHUP)
    eventually(lambda: "the configuration was reloaded" in serving.said[already:], "the reload is done")
    warnings = [line for line in serving.said[already:].splitlines() if " warning " in line]
    assert any("logs after 10d, and not after 30d" in line for line in warnings), warnings
    assert not any("trails" in line for line in warnings)


def test_totals_survive_a_restart(ruled):
    serving = ruled.serve()
    finished(serving, start(serving))
    assert serving.stop() == 0
    again = ruled.serve().scrape()
    assert again.nonzero("jobsweep_rows_deleted_total", "operation") == {("old_logs",): 2, ("trails",): 1}
    assert again.nonzero("jobsweep_dependents_deleted_total", "operation") == {("old_logs",): 3}


class TestPresets:
    DJANGO = """CREATE TABLE django_q_task (id TEXT PRIMARY KEY, stopped TEXT, success INT, func TEXT);
        CREATE TABLE django_q_schedule (id INTEGER PRIMARY KEY, next_run TEXT)"""

    @pytest.fixture
    def tasks(self, workspace):
        fill(workspace, self.DJANGO, django_q_task=[(f"{age}-{success}", ago(age * DAY), success, "f") for age in (1, 20, 100) for success in (0, 1)])
        return workspace

    def test_as_it_is(self, tasks):
        tasks.configure({"preset": "django_q"})
        assert keys(sweep(tasks)[1], "django_q_task") == ["100-0", "100-1", "20-1"]

    def test_with_a_value_of_ones_own(self, tasks):
        """What isn't written stays the preset's."""
        tasks.configure({"preset": "django_q", "rules": [{"name": "django_q_tasks", "keep_by": {"success": {"1": "150d", "0": "10d"}}}]})
        assert keys(sweep(tasks)[1], "django_q_task") == ["100-0", "20-0"]

    def test_with_a_rule_switched_off(self, tasks):
        tasks.configure({"preset": "django_q", "rules": [{"name": "django_q_tasks", "enabled": False}, rule("schedules", "django_q_schedule", time="next_run")]})
        report, gone = sweep(tasks)
        assert report["operations"] == ["schedules"] and gone == {}

    def test_beside_another(self, tasks):
        """Both applications' operations are there; the tables that are missing cost their own alone."""
        tasks.configure({"preset": ["django_q", "stashhog"]})
        report = tasks.run()
        assert report["rows_deleted"]["django_q_tasks"] == 3 and report["status"] == "completed_with_errors"
        assert {error["operation"] for error in report["errors"]} == {"stale_jobs", "old_jobs", "old_downloads", "stuck_plans"}


@pytest.mark.parametrize("rules", [
    [LOGS, TRAILS],
    [rule("a", 'odd "table": x', key=["i d", "true"], time={"column": "state", "times": {"null": "b", "yes": "c d", "1": "null", "it's": "e"}}, keep="forever")],
    [rule("b", time_format="unix_ms", time_zone="Europe/Berlin", keep="1h30m", keep_by={"a b": {"null": "2d", "true": "3d", "007": "forever", "": "5h"}})],
    [rule("c", where={"x y": [None, "null", 1, "1", True, "true", 1.5, "", "a: b", "#"], "z": ["no"]}, where_not={"w": [False]}, max_rows=7, enabled=False)],
    [rule("d", keep="10m", keep_less_than_an_hour=True, keep_newest={"count": 5, "per": ["a", "b c"]}, max_rows="none", time_format="auto")],
    [rule("e", unless_referenced=[{"table": "s.t", "column": "c"}], only_if=[{"table": "x"}], not_if=[{"table": "y", "column": "z"}])],
    [rule("f", dependents=[{"table": "t", "column": "c", "of": "other"}, {"table": "u", "column": "d", "enabled": False, "unless_referenced": [{"table": "v", "column": "w"}]}])],
])
def test_the_configuration_that_is_printed_is_a_good_one(workspace, rules):
    """It says the same rules, and once more printed it is the same to the letter."""
    configure(workspace, *rules)
    first = workspace.command("config").exits(0).out
    workspace.configure(first)
    second = workspace.command("config").exits(0).out

    def said(text):
        return [line.split("  # ")[0] for line in text.splitlines() if line.startswith(("rules:", "  - ", "preset:"))]

    assert said(first) == said(second) and said(first)
    import yaml

    assert len(yaml.safe_load(first)["rules"]) == len(rules)
    assert yaml.safe_load(first)["rules"] == yaml.safe_load(second)["rules"]
