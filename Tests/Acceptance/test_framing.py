"""Requests that two readers may understand differently: refused once, in JSON, and the connection ends."""

import json
import re
import socket

import pytest

from support.faults import work_for_all
from support.workspace import Workspace

HELLO = b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
RUN = b"POST /api/jobs/run HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"job_type":"cleanup","dry_run":true}'
SIZED = RUN + b"Content-Length: %d\r\n" % len(BODY)

#: Name, bytes, status.
REFUSED = [
    ("space before the colon of Content-Length", RUN + b"Content-Length : %d\r\n\r\n" % len(HELLO) + HELLO, 400),
    ("space before the colon of Transfer-Encoding", RUN + b"Transfer-Encoding : chunked\r\n\r\n" + HELLO, 400),
    ("tab before the colon", RUN + b"Content-Length\t: %d\r\n\r\n" % len(HELLO) + HELLO, 400),
    ("NUL in Host", b"GET /metrics HTTP/1.1\r\nHost: localhost\0.evil.example\r\n\r\n", 400),
    ("NUL in Transfer-Encoding", RUN + b"Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n", 400),
    ("NUL in Content-Type", SIZED.replace(b"json\r", b"json\0\r") + b"\r\n" + BODY, 400),
    ("NUL in a target", b"GET /metrics\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("NUL before a line feed", b"GET /metrics HTTP/1.1\r\nHost: localhost\0\n\r\n", 400),
    ("line that begins with NUL", SIZED + b"\0X: y\r\n\r\n" + BODY, 400),
    ("Content-Length that is no number", RUN + b"Content-Length: 1x\r\n\r\n", 400),
    ("Content-Length below zero", RUN + b"Content-Length: -1\r\n\r\n", 400),
    ("empty Content-Length", RUN + b"Content-Length: \r\n\r\n", 400),
    ("Content-Length beyond all", RUN + b"Content-Length: 99999999999999999999\r\n\r\n", 413),
    ("two that differ", SIZED + b"Content-Length: 3\r\n\r\n" + BODY, 400),
    ("two that are the same", SIZED + SIZED.split(b"\r\n")[-2] + b"\r\n\r\n" + BODY, 400),
    ("both length and chunks", SIZED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunks in HTTP/1.0", RUN.replace(b"/1.1", b"/1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("an encoding of its own", RUN + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    ("two content types", SIZED + b"Content-Type: text/plain\r\n\r\n" + BODY, 400),
    ("two hosts", HELLO.replace(b"\r\n\r\n", b"\r\nHost: evil.example\r\n\r\n"), 400),
    ("two origins", SIZED + b"Origin: http://localhost\r\nOrigin: http://evil.example\r\n\r\n" + BODY, 400),
    ("no host", b"GET /metrics HTTP/1.1\r\n\r\n", 400),
    ("folded header", SIZED + b"X: a\r\n b\r\n\r\n" + BODY, 400),
    ("bare line feeds", HELLO.replace(b"\r\n", b"\n"), 400),
    ("bare carriage return", SIZED + b"X: a\rContent-Length: 0\r\n\r\n" + BODY, 400),
    ("target of another host", b"GET HTTP://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    ("header without a colon", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nnothing\r\n\r\n", 400),
    ("no version", b"GET /metrics\r\n\r\n", 400),
    ("version to come", b"GET /metrics HTTP/3.0\r\nHost: localhost\r\n\r\n", 505),
    ("chunk without a size", RUN + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    ("chunk that doesn't end", RUN + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", 400),
    ("target too long", b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    ("headers too long", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("framing"))
    work_for_all().write(workspace.database)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def serving(place):
    return place.serve()


def exchange(port, data):
    """Everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(data)
        received = b""
        try:
            while block := client.recv(65536):
                received += block
        except ConnectionResetError:
            pass
    return received


@pytest.mark.parametrize(("data", "status"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_in_doubt_has_one_answer_and_is_the_last(serving, data, status):
    for before in (b"", HELLO):
        received = exchange(serving.port, before + data)
        answers = [found.start() for found in re.finditer(rb"HTTP/1\.1 [0-9]{3} ", received)]
        assert len(answers) == (2 if before else 1), received
        head, _, body = received[answers[-1]:].partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status), received
        assert b"\r\nContent-Type: application/json" in head and b"\r\nConnection: close" in head
        assert json.loads(body).keys() == {"detail"}
    assert json.loads(serving.ask("/api/jobs").text)["total"] == 0, "nothing was started"


def test_an_absolute_target_is_a_target(serving):
    for scheme in (b"http", b"HTTP", b"hTTp"):
        request = b"GET %s://localhost/-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % scheme
        assert exchange(serving.port, request).startswith(b"HTTP/1.1 200 ")
