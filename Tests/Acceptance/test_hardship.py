"""Clients that mean no good: the process lives, a well-behaved scraper is answered in time, and nothing stays behind."""

import os
import random
import resource
import selectors
import socket
import threading
import time

import pytest

from support.faults import work_for_all
from support.waiting import eventually

#: What a scrape may take meanwhile. The goal is 0.1 s, and a busy machine is slow; who waits for such clients waits for the 10 s that they have.
PATIENCE = 5


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    return workspace.serve()


def descriptors(serving):
    return len(os.listdir(f"/proc/{serving.pid}/fd"))


def resident(serving):
    return int(next(line for line in open(f"/proc/{serving.pid}/status") if line.startswith("VmRSS:")).split()[1])


class Scraper(threading.Thread):
    """Scrapes all the while and keeps the times, in seconds."""

    def __init__(self, serving):
        super().__init__()
        self.serving, self.times, self.over = serving, [], threading.Event()

    def run(self):
        while not self.over.wait(0.05):
            begin = time.monotonic()
            self.serving.scrape()
            self.times.append(time.monotonic() - begin)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()
        print(f"{len(self.times)} scrapes, the slowest {max(self.times) * 1000:.0f} ms")


def settle(serving, before, memory):
    eventually(lambda: descriptors(serving) <= before + 5, "descriptors are back", seconds=40)
    assert serving.alive
    assert resident(serving) < memory + 40_000, "memory is back, in KiB"


def test_a_thousand_slow_clients(serving):
    before, memory = descriptors(serving), resident(serving)
    selector = selectors.DefaultSelector()
    request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 200
    clients = []
    for _ in range(1000):
        client = socket.create_connection(("127.0.0.1", serving.port), timeout=10)
        client.setblocking(False)
        selector.register(client, selectors.EVENT_READ)
        clients.append(client)
    with Scraper(serving) as scraper:
        gone = set()
        for second in range(20):
            for client in clients:
                if client in gone:
                    continue
                try:
                    client.send(request[second:second + 1])
                except OSError:
                    gone.add(client)
            deadline = time.monotonic() + 1
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    try:
                        if key.fileobj.recv(4096):
                            continue
                    except OSError:
                        pass
                    gone.add(key.fileobj)
                    selector.unregister(key.fileobj)
            if len(gone) == 1000:
                break
    assert len(gone) == 1000, "a byte a second doesn't keep a connection"
    assert max(scraper.times) < PATIENCE
    for client in clients:
        client.close()
    settle(serving, before, memory)


def test_ten_thousand_connections(serving):
    before, memory = descriptors(serving), resident(serving)
    with Scraper(serving) as scraper:
        for number in range(10_000):
            client = socket.create_connection(("127.0.0.1", serving.port), timeout=10)
            if number % 3 == 0:
                client.sendall(b"GET /metr")
            client.close()
    assert max(scraper.times) < PATIENCE
    settle(serving, before, memory)


def malformed(chance):
    """One request that is wrong in some way."""
    line = chance.choice([
        b"GET /metrics HTTP/1.1", b"GET  /metrics HTTP/1.1", b"GET /%zz HTTP/1.1", b"GET /%00 HTTP/1.1", b"\x00\x01\x02", b"POST /api/jobs/run HTTP/1.1",
        b"GET /" + b"a" * chance.randrange(1, 9000) + b" HTTP/1.1", b"get / http/1.1", b"GET / HTTP/9.9", b"BREW /coffee HTTP/1.1", b"GET http://[ HTTP/1.1",
        bytes(chance.randrange(256) for _ in range(40)), b"HEAD /../../etc/passwd HTTP/1.1", b"OPTIONS * HTTP/1.1",
    ])
    fields = chance.sample([
        b"Host: localhost", b"Host: a\r\nHost: b", b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: 3", b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip", b"Content-Type: application/json", b": empty", b"no colon", b"X: \xff\xfe", b"Accept: " + b"a," * 300, b"Expect: 100-continue",
        b"Authorization: Basic !!!", b"Accept-Encoding: gzip;q=7", bytes(chance.randrange(256) for _ in range(30)),
    ], chance.randrange(5))
    return b"\r\n".join([line, *fields, b"", chance.choice([b"", b"{", b"ffffffff\r\n", b"5\r\nabc"])])


def test_a_hundred_thousand_malformed_requests(serving):
    before, memory = descriptors(serving), resident(serving)
    chance = random.Random(20261123)
    with Scraper(serving) as scraper:
        for _ in range(2_000):
            requests = b"".join(malformed(chance) for _ in range(50))
            with socket.create_connection(("127.0.0.1", serving.port), timeout=10) as client:
                try:
                    client.sendall(requests)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(65536):
                        pass
                except OSError:
                    pass  # cut off, which is an answer too
    assert max(scraper.times) < PATIENCE
    settle(serving, before, memory)
    assert serving.scrape().total("jobsweep_http_requests_total") > 1000
