"""Malformed, slow and cut-off HTTP at a sidecar that serves: it lives, stays well, and starts no run that nobody may start."""

import json
import socket
import time

from support import schema

CONNECTIONS = 150
PIECES = (
    b"GET / HTTP/1.1\r\n", b"GET /metrics HTTP/1.1\r\n", b"POST /api/jobs/run HTTP/1.1\r\n", b"POST /-/reload HTTP/1.1\r\n", b"HEAD * HTTP/1.1\r\n",
    b"GET http://localhost/metrics HTTP/1.1\r\n", b"OPTIONS / HTTP/1.0\r\n", b"\r\n", b"Host: localhost\r\n", b"Host: evil.example\r\n",
    b"Content-Length: 48\r\n", b"Content-Length : 48\r\n", b"Content-Length: -1\r\n", b"Content-Length: 18446744073709551617\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding : chunked\r\n", b"Content-Type: application/json\r\n", b"Connection: close\r\n",
    b"Authorization: Basic " + b"A" * 4000 + b"\r\n", b"Accept: " + b"text/plain;q=0.5," * 300 + b"*/*\r\n", b"Expect: 100-continue\r\n",
    b"Cookie: " + b"a=b;" * 500 + b"\r\n", b"X: \x00\r\n", b"X: \xff\xfe\r\n", b" folded\r\n", b"no colon\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n",
    b'{"job_type":"cleanup","dry_run":false}', b"[" * 5000, b'{"a":' * 3000, b'"' + b"\\u0000" * 100 + b'"', b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)  # fmt: skip


def scene(episode):
    workspace, draw = episode.workspace, episode.random
    schema.create(workspace.database, "wal")
    workspace.configure({"schedule": {"every": "24h", "first_run_after": "24h"}})
    serving = workspace.serve()
    slow = [connect(serving.port) for _ in range(20)]
    for number in range(CONNECTIONS):
        throw(serving.port, bytes_of(draw), draw)
        if number % 10 == 0:
            for one in slow:
                drip(one, draw)
    for one in slow:
        one.close()
    episode.check(serving.alive, f"the sidecar died with {serving.started.process.poll()}: {serving.said[-2000:]}")
    health = serving.ask("/-/healthy")
    episode.check(health.status == 200, f"afterwards /-/healthy says {health.status} {health.text}")
    runs = json.loads(serving.ask("/api/jobs").text)
    episode.check(runs["total"] == 0, f"a run was started by somebody who may not: {runs}")
    code = serving.stop(seconds=60)
    episode.check(code == 0, f"the sidecar ended with {code}: {serving.said[-2000:]}")


def bytes_of(draw):
    """A request put together from pieces, mostly in an order that begins well, sometimes with bytes turned."""
    pieces = draw.choices(PIECES, k=draw.randint(1, 8))
    if draw.random() < 0.7:
        pieces = [draw.choice(PIECES[:7]), b"Host: localhost\r\n", *pieces]
    if draw.random() < 0.5:
        pieces.append(b"\r\n")
    content = bytearray(b"".join(pieces))
    for _ in range(draw.choice([0, 0, 1, 5])):
        content[draw.randrange(len(content))] = draw.randrange(256)
    return bytes(content)


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def drip(connection, draw):
    try:
        connection.send(draw.choice([b"G", b"\r\n", b"POST /api/jobs/run HTTP/1.1\r\nContent-Length: 100\r\n", b"X"]))
    except OSError:
        pass  # It was closed, as it may be.


def throw(port, content, draw):
    connection = connect(port)
    try:
        middle = draw.randrange(len(content) + 1)
        connection.sendall(content[:middle])
        if draw.random() < 0.2:
            time.sleep(draw.random() * 0.02)
        connection.sendall(content[middle:])
        if draw.random() < 0.7:
            connection.settimeout(0.2)
            while connection.recv(65536):
                pass
    except OSError:
        pass  # Refusing to listen any longer is an answer.
    finally:
        connection.close()
