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
    (b'{"job_type": "cleanup", "x": "' + b"x" * 70_000 + b'"}', 413, ()),
])
def test_wrong_bodies(serving, body, status, words):
    got, said = post(serving, "/api/jobs/run", body)
    assert got == status and list(said) == ["detail"], said
    assert all(word in said["detail"] for word in words)
    assert serving.scrape().total("jobsweep_runs_total") == 0


def test_one_at_a_time_and_cancel(slow):
    job = start(slow)
    eventually(lambda: get(slow, f"/api/jobs/{job}")[1]["progress"] >= 90, "old jobs are being deleted")
    body = get(slow, f"/api/jobs/{job}")[1]
    assert body["status"] == "running" and body["message"] == "Deleting old jobs..." and body["result"] is None
    status, said = post(slow, "/api/jobs/run", {"job_type": "cleanup"})
    assert status == 409 and job in said["detail"] and str(slow.pid) in said["detail"]
    assert get(slow, "/api/jobs")[1]["jobs"][0]["status"] == "running"
    assert get(slow, "/api/status")[1]["current_run"]["id"] == job
    status, said = post(slow, f"/api/jobs/{job}/cancel")
    assert status == 200 and said["job_id"] == job
    body = finished(slow, job)
    assert body["status"] == "cancelled" and 0 < body["result"]["old_jobs_deleted"] < 5000
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
