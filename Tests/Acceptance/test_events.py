"""Server-sent events: progress as it happens, then the report; listeners cost no threads and leave nothing behind."""

import json
import os
import socket

import pytest

from support.bulk import bulk
from support.slow import slow_down, speed_up
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def slow(workspace):
    bulk(old=4000, stale=20).world.write(workspace.database)
    slow_down(workspace)
    return workspace.serve()


def start(serving, **fields):
    answer = serving.ask("/api/jobs/run", "POST", headers=JSON, body=json.dumps({"job_type": "cleanup", **fields}))
    assert answer.status == 202, answer
    return json.loads(answer.body)["job_id"]


def listen(serving, job):
    """A raw listener: its socket, the request sent."""
    connection = socket.create_connection(("127.0.0.1", serving.port), timeout=60)
    connection.sendall(f"GET /api/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    return connection


def read_all(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts).decode()


def events(text):
    """(event, data) of a whole answer, chunk sizes left out by what isn't a field."""
    found, name = [], None
    for line in text.splitlines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            found.append((name, json.loads(line[6:])))
    return found


def threads(serving):
    return int(next(line for line in open(f"/proc/{serving.pid}/status") if line.startswith("Threads:")).split()[1])


def descriptors(serving):
    return len(os.listdir(f"/proc/{serving.pid}/fd"))


def test_progress_then_the_report(slow):
    job = start(slow)
    answer = slow.ask(f"/api/jobs/{job}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer.text)
    assert [name for name, _ in told] == ["progress"] * (len(told) - 1) + ["finished"]
    steps = [data["progress"] for _, data in told[:-1]]
    assert steps == sorted(steps) and steps[-1] == 100
    assert {data["id"] for _, data in told[:-1]} == {job}
    report = told[-1][1]
    assert report["run_id"] == job and report["old_jobs_deleted"] == 4000


def test_a_run_that_is_over(workspace):
    bulk(old=3).world.write(workspace.database)
    serving = workspace.serve()
    job = start(serving)
    eventually(lambda: json.loads(serving.ask(f"/api/jobs/{job}").body)["status"] == "completed", "it is over")
    ((name, report),) = events(serving.ask(f"/api/jobs/{job}/events").text)
    assert name == "finished" and report["run_id"] == job
    assert serving.ask("/api/jobs/none/events").status == 404


def test_many_listeners_cost_no_threads_and_leave_nothing(slow, workspace):
    before_threads, before = threads(slow), descriptors(slow)
    job = start(slow)
    listeners = [listen(slow, job) for _ in range(300)]
    eventually(lambda: descriptors(slow) >= before + 300, "all are connected")
    assert threads(slow) <= before_threads + 8
    for gone in listeners[100:]:
        gone.close()
    eventually(lambda: descriptors(slow) <= before + 120, "those that went away are freed")
    speed_up(workspace)
    slow.ask(f"/api/jobs/{job}/cancel", "POST", headers=JSON)
    for listener in listeners[:100]:
        assert events(read_all(listener))[-1][0] == "finished"
        listener.close()
    eventually(lambda: descriptors(slow) <= before + 5, "nothing is left")


def test_one_that_never_reads_is_dropped(workspace):
    """It holds its socket open and reads nothing: the sidecar waits for nobody, and gives up its own end when the run is over."""
    bulk(old=1500, stale=60).world.write(workspace.database)
    # A report of a thousand errors: far more than the small window of such a client takes.
    workspace.execute("CREATE TRIGGER kept BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'this job is wanted, and it must not go away'); END")
    serving = workspace.serve()
    before = descriptors(serving)
    job = start(serving)
    deaf = []
    for _ in range(50):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        listener.settimeout(20)
        listener.connect(("127.0.0.1", serving.port))
        listener.sendall(f"GET /api/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        deaf.append(listener)
    eventually(lambda: json.loads(serving.ask(f"/api/jobs/{job}").body)["status"] == "completed_with_errors", "nobody holds the run up")
    assert serving.ask("/metrics").status == 200
    eventually(lambda: descriptors(serving) <= before + 5, "they are dropped though they are still there")
    for listener in deaf:
        listener.close()


def test_a_long_report_arrives(workspace):
    """A report lists a thousand errors; whoever listens gets it whole, live and later."""
    bulk(old=1200).world.write(workspace.database)
    workspace.execute("CREATE TRIGGER kept BEFORE DELETE ON job BEGIN SELECT length(hex(randomblob(150000))); "
                      "SELECT RAISE(ABORT, 'this job is wanted, and it must not go away'); END")
    serving = workspace.serve()
    job = start(serving)
    live = events(serving.ask(f"/api/jobs/{job}/events").text)
    later = events(serving.ask(f"/api/jobs/{job}/events").text)
    assert [name for name, _ in live[-1:] + later] == ["finished", "finished"]
    assert live[-1] == later[-1]
    assert len(live[-1][1]["errors"]) == 1000 and len(json.dumps(live[-1][1])) > 100_000
    assert live[0][0] == "progress", "it listened while the run was under way"
