"""Values of any length: what a decision needs is read up to a bound, and memory doesn't follow the text."""

import json
import subprocess
import time

import pytest

from support.cli import binary
from support.odd_text import count, create

MEGABYTE = 2**20


def high_water(pid):
    """The most memory that a process held so far, in bytes; 0 where it has just gone, or isn't itself yet."""
    try:
        with open(f"/proc/{pid}/status") as lines:
            known = dict(line.split(":", 1) for line in lines)
    except (OSError, ValueError):
        return 0
    return int(known.get("VmHWM", "0").split()[0]) * 1024 if known["Name"].strip() == "jobsweep" else 0


def peak_memory(workspace, command):
    """Runs a command; gives its report and the most memory that it held, in bytes."""
    out = workspace.folder / f"{command}.json"
    with open(out, "wb") as file:
        process = subprocess.Popen(
            [binary(), command, *workspace.flags, "--json"], stdout=file, stderr=subprocess.DEVNULL, env=workspace.jobsweep.environment())
        peak = 0
        # What the kernel tells at the end (ru_maxrss) counts this process too, as it was when it forked.
        while process.poll() is None:
            peak = max(peak, high_water(process.pid))
            time.sleep(0.005)
    assert process.returncode in (0, 3)
    return json.loads(out.read_text()), out.stat().st_size, peak


@pytest.mark.parametrize("column", ["status", "type", "id", "updated_at", "completed_at"])
def test_memory_does_not_follow_the_text(workspace, column):
    """Seventy rows of two megabytes: no more memory than some of them."""
    create(workspace.database, "UTF-8")
    long = "'completed' || CAST(zeroblob(2097152) AS TEXT) || i"
    values = {"id": "'j' || i", "type": "'sync'", "status": "'completed'", "completed_at": "datetime('now', '-40 days')", "updated_at": "datetime('now', '-40 days')"}
    values[column] = long
    workspace.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70)"
        f" INSERT INTO job ({', '.join(values)}) SELECT {', '.join(values.values())} FROM n"
    )
    workspace.execute("INSERT INTO job (id, type, status, completed_at) VALUES ('old', 'sync', 'completed', datetime('now', '-40 days'))")
    for command in ("preview", "run"):
        report, size, memory = peak_memory(workspace, command)
        assert report["old_jobs_deleted"] == 1 and report["errors"] == [], report
        assert report["skipped"].get("unreadable", 0) == (0 if column == "status" else 70)
        assert size < 200_000 and memory < 120 * MEGABYTE, (size, memory / MEGABYTE)
    assert count(workspace, "job") == 70
    assert sum(file.stat().st_size for file in workspace.state.iterdir()) < MEGABYTE


def test_long_values_of_active_jobs_and_plans(workspace):
    """Nobody settles a job by an id that isn't read whole, and a plan that names one finds it all the same."""
    create(workspace.database, "UTF-8")
    workspace.execute(
        "INSERT INTO job (id, type, status, created_at, updated_at) SELECT hex(zeroblob(2500000)), 'sync', 'running', datetime('now', '-2 hours'), datetime('now', '-2 hours');"
        "INSERT INTO job (id, type, status, created_at, updated_at) VALUES ('short', 'sync', 'running', datetime('now', '-2 hours'), datetime('now', '-2 hours'));"
        "INSERT INTO analysis_plan (id, status, job_id) SELECT 1, 'PENDING', hex(zeroblob(2500000));"
        "INSERT INTO analysis_plan (id, status, job_id) VALUES (2, 'PENDING', 'gone');"
        "INSERT INTO handled_downloads (id, timestamp) VALUES (1, CAST(zeroblob(5000000) AS TEXT)), (2, datetime('now', '-20 days'))"
    )
    for command in ("preview", "run"):
        report, size, _ = peak_memory(workspace, command)
        assert [detail["job_id"] for detail in report["cleaned_job_details"]] == ["short"]
        assert (report["stuck_plans_updated"], report["old_downloads_deleted"], report["errors"]) == (1, 1, [])
        assert size < 100_000
    assert workspace.query("SELECT status FROM job ORDER BY length(id)") == [("failed",), ("running",)]
    assert workspace.query("SELECT status FROM analysis_plan ORDER BY id") == [("PENDING",), ("DRAFT",)]


def test_more_long_values_than_a_page(workspace):
    """The end of a page may be a value that isn't read whole: the next page begins behind it all the same."""
    create(workspace.database, "UTF-8")
    workspace.configure({"schedule": {"timeout": "60s"}})
    workspace.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
        " INSERT INTO job (id, type, status, completed_at) SELECT 'j' || i, 'sync', 'completed', '2020-01-01 ' || hex(zeroblob(10000)) || char(0) || (i / 3) FROM n;"
        "INSERT INTO job (id, type, status, completed_at) VALUES ('old', 'sync', 'completed', datetime('now', '-40 days'))"
    )
    for command in ("preview", "run"):
        report, *_ = peak_memory(workspace, command)
        assert (report["old_jobs_deleted"], report["skipped"]["unreadable"], report["errors"]) == (1, 1500, [])
