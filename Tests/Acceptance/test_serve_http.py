"""The plain pages of `serve` over real HTTP."""

import json
import re
import socket
import time

import pytest

from support.bulk import bulk
from support.faults import work_for_all
from support.ports import free_port
from support.workspace import Workspace

PAGES = ("/", "/metrics", "/-/healthy", "/-/ready")


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("http"))
    work_for_all().write(workspace.database)
    yield workspace.serve()
    workspace.close()


@pytest.mark.parametrize("path", PAGES)
def test_get_and_head(serving, path):
    got, head = serving.ask(path), serving.ask(path, "HEAD")
    assert (got.status, head.status, head.body) == (200, 200, b"") and got.body
    assert int(got.headers["content-length"]) == len(got.body)
    assert got.headers["content-type"] == head.headers["content-type"]
    assert "content-length" in head.headers


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_405_with_allow(serving, path, method):
    answer = serving.ask(path, method, body=b"" if method != "DELETE" else None)
    assert answer.status == 405
    assert {word.strip() for word in answer.headers["allow"].split(",")} >= {"GET", "HEAD"}
    assert json.loads(answer.body).keys() == {"detail"}


@pytest.mark.parametrize("path", ["/nothing", "/metrics/", "/metrics/x", "/-/nothing", "/..%2f..%2fetc/passwd", "/" + "x" * 2000])
def test_404(serving, path):
    answer = serving.ask(path)
    assert answer.status == 404 and json.loads(answer.body).keys() == {"detail"}
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("path", ["/%00", "/%ff", "/%zz", "/%", "//metrics", "/metrics%20"])
def test_odd_targets(serving, path):
    """Refused in one way or another, with the reason as JSON."""
    answer = serving.ask(path)
    assert answer.status in (400, 404) and json.loads(answer.body).keys() == {"detail"}


def test_a_query_does_not_hide_a_page(serving):
    assert serving.ask("/-/healthy?x=1&y=%20").status == 200


def test_the_page(serving):
    answer = serving.ask("/")
    version = dict(next(labels for labels in serving.scrape().labels("jobsweep_build_info")))["version"]
    assert answer.headers["content-type"].replace(" ", "").lower() == "text/html;charset=utf-8"
    assert version in answer.text and 'href="/metrics"' in answer.text
    assert re.search("last run", answer.text, re.IGNORECASE) and re.search("next run", answer.text, re.IGNORECASE)


def test_many_requests_on_one_connection(serving):
    with socket.create_connection(("127.0.0.1", serving.port), timeout=10) as wire:
        reader = wire.makefile("rb")
        for _ in range(20):
            wire.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert reader.readline().startswith(b"HTTP/1.1 200")
            length = 0
            while (line := reader.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert len(reader.read(length)) == length


@pytest.mark.parametrize("rubbish", [b"\r\n\r\n", b"GET\r\n\r\n", b"\x00\xff" * 500, b"GET / HTTP/9.9\r\n\r\n", b"GET /metrics", b"A" * 100_000])
def test_rubbish_does_not_kill_it(serving, rubbish):
    with socket.create_connection(("127.0.0.1", serving.port), timeout=10) as wire:
        try:
            wire.sendall(rubbish)
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(65536):
                pass
        except OSError:  # the sidecar has hung up, as it may
            pass
    assert serving.alive and serving.ask("/-/healthy").status == 200


def test_scrapes_do_not_wait_for_a_sweep(workspace):
    """While one sweep is under way a good many scrapes are answered, each one consistent."""
    bulk(old=1000).world.write(workspace.database)
    workspace.configure({"schedule": {"every": "1h", "first_run_after": "1s"}, "pacing": {"max_batch": 20, "pause": "100ms"}})
    serving = workspace.serve()
    serving.until(lambda e: e["jobsweep_running"] == 1, "a sweep is under way")
    scrapes = 0
    while (exposition := serving.scrape())["jobsweep_running"] == 1:
        assert exposition.total("jobsweep_runs_total") == 0
        scrapes += 1
        time.sleep(0.02)
    assert scrapes >= 20
    assert exposition.total("jobsweep_runs_total") == 1 and exposition.total("jobsweep_jobs_deleted_total") == 1000


def test_two_listeners(workspace):
    work_for_all().write(workspace.database)
    second = free_port()
    serving = workspace.serve("--web.listen-address", f"127.0.0.1:{second}")
    for port in (serving.port, second):
        assert [serving.ask(path, port=port).status for path in PAGES] == [200] * 4
    assert serving.stop() == 0


def test_a_port_that_is_taken(workspace):
    work_for_all().write(workspace.database)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        address = "127.0.0.1:%d" % holder.getsockname()[1]
        finished = workspace.command("serve", "--web.listen-address", address).exits(1)
    assert address in finished.err and "in use" in finished.err


def test_ready_only_when_the_database_has_been_opened(workspace):
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    serving = workspace.serve()
    answer = serving.ask("/-/ready")
    assert answer.status == 503 and serving.ask("/-/healthy").status == 200
    assert serving.scrape()["jobsweep_up"] == 0
    assert not workspace.database.exists()
    work_for_all().write(workspace.database)
    serving.until_runs(1, "completed")
    assert serving.ask("/-/ready").status == 200
    assert serving.stop() == 0
