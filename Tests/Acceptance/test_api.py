"""The control plane over HTTP: run, watch, preview, cancel."""

import json

import pytest

from support.bulk import bulk
from support.faults import work_for_all
from support.slow import slow_down
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}
ALL = ["stale_jobs", "old_jobs", "old_downloads", "stuck_plans"]


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    return workspace.serve()


@pytest.fixture
def slow(workspace):
    bulk(old=5000).world.write(workspace.database)
    slow_down(workspace)
    return workspace.serve()


def post(serving, path, body=None, headers=None):
    answer = serving.ask(path, "POST", headers=headers or JSON, body=body if isinstance(body, (str, bytes, type(None))) else json.dumps(body))
    return answer.status, json.loads(answer.body)


def get(serving, path):
    answer = serving.ask(path)
    return answer.status, json.loads(answer.body)


def start(serving, **fields):
    status, body = post(serving, "/api/jobs/run", {"job_type": "cleanup", **fields})
    assert status == 202 and body["success"] is True and body["job_type"] == "cleanup" and body["message"]
    return body["job_id"]


def finished(serving, job):
    def over():
        status, body = get(serving, f"/api/jobs/{job}")
        assert status == 200
        return body if body["status"] not in ("pending", "running") else None

    return eventually(over, "the run is over")


def padded(body, size):
    """`body` with space after it: JSON of that many bytes."""
    return body.encode().ljust(size)


def test_a_run(serving, workspace):
    body = finished(serving, start(serving))
    assert (body["type"], body["status"], body["progress"], body["trigger"], body["dry_run"]) == ("cleanup", "completed", 100, "api", False)
    assert body["operations"] == ALL and body["error"] is None and body["completed_at"] >= body["started_at"]
    result = body["result"]
    assert (result["cleaned_jobs"], result["old_jobs_deleted"], result["old_downloads_deleted"], result["stuck_plans_updated"]) == (1, 1, 1, 1)
    assert result["run_id"] == body["id"]
    assert json.loads(workspace.command("history", "--json").exits(0).out)["jobs"][0]["id"] == body["id"]


def test_a_preview(serving, workspace):
    before = workspace.tables()
    body = finished(serving, start(serving, dry_run=True, operations=["old_jobs"]))
    assert body["dry_run"] is True and body["operations"] == ["old_jobs"]
    assert body["result"]["old_jobs_deleted"] == 1 and len(body["result"]["samples"]["old_jobs"]) == 1
    assert workspace.tables() == before
    assert serving.scrape().total("jobsweep_runs_total") == 0


@pytest.mark.parametrize(("body", "status", "words"), [
    ('{"job_type": "cleanup", "dryrun": true}', 400, ("dryrun", "dry_run")),
    ('{"job_type": "sync"}', 400, ("sync", "cleanup")),
    ('{"job_type": "cleanup", "operations": ["jobs"]}', 400, ("jobs", *ALL)),
    ("not json", 400, ("JSON",)),
    ("", 400, ("JSON",)),
    ('{"job_type": "cleanup", "operations": []}', 422, ("operations",)),
    ('{"job_type": "cleanup", "dry_run": 1}', 422, ("dry_run",)),
    ('{"dry_run": true}', 422, ("job_type",)),
    ('{"job_type": "cleanup", "Dry_run": true}', 400, ("Dry_run", "dry_run")),
    ('{"job_type": "cleanup", "operations": ["old_jobs", "OLD_JOBS"]}', 400, ("OLD_JOBS", *ALL)),
    ('["cleanup"]', 400, ("object", "array")),
    ('{"job_type": "cleanup"} {}', 400, ("JSON",)),
    (b'{"job_type": "cle\xff"}', 400, ("JSON",)),
    ("[" * 60_000, 400, ("JSON",)),
    ('{"job_type": null}', 422, ("job_type", "null")),
    ('{"job_type": "cleanup", "dry_run": "true"}', 422, ("dry_run", "string")),
    ('{"job_type": "cleanup", "dry_run": null}', 422, ("dry_run", "null")),
    ('{"job_type": "cleanup", "operations": "old_jobs"}', 422, ("operations", "string")),
    ('{"job_type": "cleanup", "operations": [1]}', 422, ("operations", "number")),
    (b'{"job_type": "cleanup", "x": "' + b"x" * 70_000 + b'"}', 413, ()),
    (padded('{"job_type": "cleanup"}', 64 * 1024 + 1), 413, ()),
])
def test_wrong_bodies(serving, body, status, words):
    got, said = post(serving, "/api/jobs/run", body)
    assert got == status and list(said) == ["detail"], said
    assert all(word in said["detail"] for word in words)
    assert serving.scrape().total("jobsweep_runs_total") == 0


def test_one_at_a_time_and_cancel(slow, workspace):
    job = start(slow)
    # Stale jobs end at 90 too, so the number alone doesn't say that old jobs have begun.
    eventually(lambda: get(slow, f"/api/jobs/{job}")[1]["message"] == "Deleting old jobs...", "old jobs are being deleted")
    body = get(slow, f"/api/jobs/{job}")[1]
    assert (body["status"], body["progress"], body["result"]) == ("running", 90, None)
    before = len(workspace.tables()["job"])
    eventually(lambda: len(workspace.tables()["job"]) < before, "some are gone")
    status, said = post(slow, "/api/jobs/run", {"job_type": "cleanup"})
    assert status == 409 and job in said["detail"] and str(slow.pid) in said["detail"]
    assert get(slow, "/api/jobs")[1]["jobs"][0]["status"] == "running"
    assert get(slow, "/api/status")[1]["current_run"]["id"] == job
    status, said = post(slow, f"/api/jobs/{job}/cancel")
    assert status == 200 and said["job_id"] == job
    body = finished(slow, job)
    assert body["status"] == "cancelled" and 0 < body["result"]["old_jobs_deleted"] < 5000
    assert body["ended_by"] == {"kind": "token", "who": "token", "address": "127.0.0.1"}
    status, said = post(slow, f"/api/jobs/{job}/cancel", {})
    assert status == 409 and "cancelled" in said["detail"]
    assert post(slow, "/api/jobs/none/cancel")[0] == 404 and get(slow, "/api/jobs/none")[0] == 404


def test_pages_and_filter(serving):
    jobs = []
    for dry in (True, False, True):
        jobs.append(start(serving, dry_run=dry))
        finished(serving, jobs[-1])
    status, page = get(serving, "/api/jobs?limit=2")
    assert (page["total"], page["limit"], page["offset"]) == (3, 2, 0)
    assert [job["id"] for job in page["jobs"]] == jobs[:0:-1]
    assert [job["id"] for job in get(serving, "/api/jobs?limit=2&offset=2")[1]["jobs"]] == jobs[:1]
    assert get(serving, "/api/jobs?status=failed")[1]["total"] == 0
    assert get(serving, "/api/jobs?status=completed")[1]["total"] == 3
    for query in ("limit=0", "limit=x", "offset=-1", "status=done", "page=1"):
        status, said = get(serving, f"/api/jobs?{query}")
        assert status == 400 and query.split("=")[0] in said["detail"]


def test_reload_names_what_needs_a_restart(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1h"}})
    serving = workspace.serve()
    workspace.configure({"schedule": {"every": "2h"}, "tables": {"plans": {"table": "analysis_plan"}}, "log": {"format": "json"}})
    status, said = post(serving, "/-/reload")
    assert status == 200 and said["needs_restart"] == ["log.format"]
    assert serving.scrape()["jobsweep_schedule_interval_seconds"] == 7200
    workspace.configure({"schedule": {"every": "soon"}})
    status, said = post(serving, "/-/reload")
    assert status == 422 and "schedule.every" in said["detail"]
    assert serving.scrape()["jobsweep_config_last_reload_successful"] == 0


def test_a_body_of_64_kib_is_taken(serving):
    status, said = post(serving, "/api/jobs/run", padded('{"job_type": "cleanup"}', 64 * 1024))
    assert status == 202, said
    assert finished(serving, said["job_id"])["status"] == "completed"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data; boundary=x", None])
@pytest.mark.parametrize("path", ["/api/jobs/run", "/api/jobs/none/cancel", "/api/operations/none/approve", "/-/reload"])
def test_another_content_type(serving, path, kind):
    status, said = post(serving, path, '{"job_type": "cleanup"}', {"Content-Type": kind} if kind else {"X-None": "1"})
    assert status == 415 and said == {"detail": "send Content-Type: application/json"}
    assert serving.scrape().total("jobsweep_runs_total") == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json ;charset=utf-8"])
def test_the_same_content_type(serving, kind):
    assert post(serving, "/api/jobs/run", {"job_type": "cleanup", "dry_run": True}, {"Content-Type": kind})[0] == 202


@pytest.mark.parametrize("path", ["/api/jobs/none/cancel", "/api/operations/none/approve", "/-/reload"])
def test_requests_that_take_no_fields(serving, path):
    status, said = post(serving, path, {"force": True})
    assert (status, said) == (400, {"detail": "unknown field 'force'; this request takes none"})


def test_only_some_operations_in_their_own_order(serving, workspace):
    body = finished(serving, start(serving, operations=["stuck_plans", "stale_jobs", "stuck_plans"]))
    assert body["operations"] == ["stale_jobs", "stuck_plans"] and body["result"]["operations"] == ["stale_jobs", "stuck_plans"]
    result = body["result"]
    assert (result["cleaned_jobs"], result["old_jobs_deleted"], result["old_downloads_deleted"], result["stuck_plans_updated"]) == (1, 0, 0, 1)


def test_every_trigger_is_in_the_history(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "1s"}})
    workspace.run()
    serving = workspace.serve()
    serving.until_runs(2)
    finished(serving, start(serving))
    kept = json.loads(workspace.command("history", "--json").exits(0).out)["jobs"]
    shown = get(serving, "/api/jobs")[1]["jobs"]
    assert [job["trigger"] for job in shown] == [job["trigger"] for job in kept] == ["api", "startup", "cli"]
    assert [job["id"] for job in shown] == [job["id"] for job in kept]


def test_status_before_and_after(serving):
    before = get(serving, "/api/status")[1]
    assert before["current_run"] is None and before["last_run"] is None
    job = start(serving)
    finished(serving, job)
    after = get(serving, "/api/status")[1]
    assert after["current_run"] is None and after["last_run"]["id"] == job and after["version"] == before["version"]
    assert after.keys() == before.keys()


@pytest.mark.parametrize("path", ["/api/jobs", "/api/status", "/api/openapi.json", "/api/jobs/none", "/assets/app.js"])
def test_head(serving, path):
    got, head = serving.ask(path), serving.ask(path, "HEAD")
    assert (head.status, head.body) == (got.status, b"")
    assert head.headers["content-type"] == got.headers["content-type"] and head.headers["content-length"] == str(len(got.body))


@pytest.mark.parametrize(("method", "path", "allow"), [
    ("GET", "/-/reload", {"POST"}), ("PUT", "/api/jobs/run", {"POST"}), ("GET", "/api/jobs/none/cancel", {"POST"}),
    ("DELETE", "/api/jobs/none", {"GET", "HEAD"}), ("POST", "/api/jobs", {"GET", "HEAD"}), ("POST", "/api/jobs/none/events", {"GET", "HEAD"}),
    ("PATCH", "/api/status", {"GET", "HEAD"}),
])
def test_another_method(serving, method, path, allow):
    answer = serving.ask(path, method, headers=JSON)
    assert answer.status == 405 and json.loads(answer.body).keys() == {"detail"}
    assert allow <= {word.strip() for word in answer.headers["allow"].split(",")} <= allow | {"OPTIONS"}


@pytest.mark.parametrize(("path", "headers", "status"), [
    ("/api/jobs?status=" + "x" * 9000, {}, 414), ("/api/jobs", {"X-Long": "x" * 16_000}, 431),
])
def test_limits_of_the_head(serving, path, headers, status):
    answer = serving.ask(path, headers=headers)
    assert answer.status == status and json.loads(answer.body).keys() == {"detail"}
