"""`--web.listen-address unix:PATH`: who may connect, what lies there already, and what is left behind."""

import http.client
import json
import os
import signal
import socket
import stat

import pytest

from support.faults import work_for_all
from support.serving import control_token
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}
ORDER = json.dumps({"job_type": "cleanup", "dry_run": True})


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


def ask(path, target, method="GET", headers=None, body=None):
    connection = UnixConnection(path)
    try:
        connection.request(method, target, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def place(workspace):
    work_for_all().write(workspace.database)
    return workspace.folder / "jobsweep.sock"


def serve(workspace, place, **how):
    serving = workspace.serve(f"--web.listen-address=unix:{place}", ready=False, listen=False, **how)
    eventually(lambda: not serving.alive or "listening" in serving.said, "it listens or ends")
    return serving


def refused(workspace, place):
    serving = serve(workspace, place)
    assert serving.wait(60) == 1
    return serving.said


def test_it_is_a_loopback_listener_of_owner_and_group(workspace, place):
    umask = os.umask(0o077)
    try:
        serving = serve(workspace, place)
    finally:
        os.umask(umask)
    assert f"unix:{place}" in serving.said
    assert stat.S_IMODE(place.stat().st_mode) == 0o660 and stat.S_ISSOCK(place.stat().st_mode)
    assert ask(place, "/metrics")[0] == ask(place, "/readyz")[0] == ask(place, "/api/status")[0] == 200
    assert ask(place, "/api/status", headers={"Host": "evil.example"})[0] == 403
    assert ask(place, "/api/jobs/run", "POST", JSON, ORDER)[0] == 401, "who may connect isn't yet who may change something"
    token = {"Authorization": f"Bearer {control_token(workspace.state)}"}
    assert ask(place, "/api/jobs/run", "POST", JSON | token | {"X-Forwarded-For": "192.0.2.9"}, ORDER)[0] == 403
    assert ask(place, "/api/jobs/run", "POST", JSON | token, ORDER)[0] == 202
    by = json.loads(ask(place, "/api/jobs")[1])["jobs"][0]["by"]
    assert (by["kind"], by["address"]) == ("token", "unix")
    assert serving.stop() == 0
    assert not place.exists()


def test_the_socket_of_a_killed_process_is_replaced(workspace, place):
    serving = serve(workspace, place)
    serving.stop(signal.SIGKILL)
    assert place.exists()
    assert serve(workspace, place).alive and ask(place, "/healthz")[0] == 200


def test_of_two_that_find_an_old_socket_one_serves(workspace, place):
    serve(workspace, place).stop(signal.SIGKILL)
    both = [workspace.serve(f"--web.listen-address=unix:{place}", ready=False, listen=False) for _ in range(2)]
    eventually(lambda: any(not one.alive for one in both), "one gives up")
    (winner,) = [one for one in both if one.alive]
    (loser,) = [one for one in both if one is not winner]
    assert "another process listens there" in loser.said
    eventually(lambda: "listening" in winner.said, "the other serves")
    assert ask(place, "/livez")[0] == 200


def test_what_is_somebody_else_s_stays(workspace, place):
    place.write_text("precious")
    assert "no socket" in refused(workspace, place) and place.read_text() == "precious"
    place.unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(place))
        other.listen()
        inode = place.stat().st_ino
        assert "another process listens there" in refused(workspace, place)
        assert place.stat().st_ino == inode
    place.unlink()
    assert "no such file" in refused(workspace, place.parent / "none" / "x.sock")


def test_another_s_socket_is_not_removed_at_the_end(workspace, place):
    serving = serve(workspace, place)
    place.unlink()
    place.write_text("another's")
    assert serving.stop() == 0
    assert place.read_text() == "another's"


@pytest.mark.parametrize(("path", "words"), [("jobsweep.sock", "begins with /"), ("/run/", "names a file"), ("/" + "x" * 107, "107 bytes"), ("", "begins with /")])
def test_paths_that_are_none(workspace, place, path, words):
    said = workspace.command("serve", f"--web.listen-address=unix:{path}").exits(2).err
    assert "--web.listen-address" in said and words in said
