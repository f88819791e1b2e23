"""Scrapes: jobsweep against a bare libmicrohttpd program that serves the same bytes, during a sweep, and after a start."""

import socket
import time

from figures import median, percentile
from serving import ask, ask_json, serving_bare, serving_jobsweep
from workplace import BenchmarkError, say
from wrk import RunningWrk, wrk

CONNECTIONS = (4, 8, 32)
#: Header fields that libmicrohttpd adds by itself.
LIBRARY_FIELDS = {"date", "content-length", "connection", "keep-alive"}
SETTLE_SECONDS = 5
PACE_SECONDS = 0.01
GOOD = b"\njobsweep_up 1\n"


def scrapes(workplace, rows, rounds=5, seconds=5, starts=20, sweeps=3):
    workplace.need_room(rows * 460 * 3, "the comparison of scrapes")
    original = workplace.original(rows)
    return {
        "rows": rows,
        "rounds": rounds,
        "seconds": seconds,
        **_beside_bare(workplace, original, rounds, seconds),
        "sweeping": [_during_sweep(workplace, original) for _ in range(sweeps)],
        "starts": _starts(workplace, original, starts),
    }


def _beside_bare(workplace, original, rounds, seconds):
    headers, body = workplace.folder / "headers.txt", workplace.folder / "body.txt"
    with serving_jobsweep(workplace, workplace.copy(original), workplace.state()) as ours:
        ours.first_good_scrape(GOOD)
        for _ in range(3):
            fields, content = _answer(ours.port)
        threads = ours.answering_threads()
        time.sleep(SETTLE_SECONDS)
        memory = ours.memory()
        headers.write_text("".join(f"{line}\n" for line in fields))
        body.write_bytes(content)
        lone = _paced(ours.port, 500)
        with serving_bare(workplace, headers, body, threads) as bare:
            bare.first_good_scrape(GOOD)
            if _answer(bare.port) != (fields, content):
                raise BenchmarkError("the bare server doesn't answer as jobsweep does")
            lone_bare = _paced(bare.port, 500)
            rates = {connections: _alternate(ours, bare, connections, rounds, seconds) for connections in CONNECTIONS}
        busy_memory = ours.memory()
    return {
        "bytes": len(content), "threads": threads, "idle_memory": memory, "busy_memory": busy_memory, "rates": rates,
        "lone": {"jobsweep": lone, "bare": lone_bare},
    }  # fmt: skip


def _alternate(ours, bare, connections, rounds, seconds):
    measured = {"jobsweep": [], "bare": []}
    for number in range(rounds):
        pair = [("jobsweep", ours), ("bare", bare)]
        for name, server in pair if number % 2 == 0 else reversed(pair):
            measured[name].append(wrk(server.url, connections, seconds))
    result = {}
    for name, list_of in measured.items():
        result[name] = {
            "rate": median([each.requests_per_second for each in list_of]),
            "p99": median([each.p99 for each in list_of]),
            "rates": [each.requests_per_second for each in list_of],
        }
    ratio = result["jobsweep"]["rate"] / result["bare"]["rate"]
    say(f"{connections} connections: jobsweep {result['jobsweep']['rate']:,.0f}/s, bare {result['bare']['rate']:,.0f}/s, {ratio:.2f}")
    return result


def _during_sweep(workplace, original):
    """Scrapes while a sweep runs: as many as four connections can carry, then, in a sweep of their own, a hundred a second."""
    found = {}
    for kind in ("full", "paced"):
        with serving_jobsweep(workplace, workplace.copy(original), workplace.state()) as server:
            server.first_good_scrape(GOOD)
            order = {"job_type": "cleanup", "operations": ["old_jobs", "old_downloads"]}
            job = server.ask_json("POST", "/api/jobs/run", order)["job_id"]

            def is_running():
                return ask_json(server.port, "GET", f"/api/jobs/{job}")["status"] in ("pending", "running")

            if kind == "full":
                load = RunningWrk(server.url, CONNECTIONS[0])
                while is_running():
                    time.sleep(0.05)
                full = load.end()
                found |= {"full_p99": full.p99, "full_rate": full.requests_per_second}
            else:
                found |= {f"paced_{name}": value for name, value in _paced(server.port, None, is_running).items()}
            status = ask_json(server.port, "GET", f"/api/jobs/{job}")["status"]
            if status != "completed":
                raise BenchmarkError(f"the sweep that was scraped ended as {status}")
            found[f"{kind}_memory"] = server.memory()["VmHWM"]
    say(f"scrapes during a sweep: 99th percentile {found['full_p99']:.2f} ms at full rate, {found['paced_p99']:.2f} ms at 100/s")
    return found


def _starts(workplace, original, count):
    """The first good scrape after a start, with a state directory that is new, and with one that was there."""
    path, found = workplace.copy(original), {}
    for kind in ("new", "known"):
        state, times = workplace.state(), []
        for number in range(count + (kind == "known")):
            with serving_jobsweep(workplace, path, workplace.state() if kind == "new" else state) as server:
                times.append(server.first_good_scrape(GOOD) * 1e3)
        found[kind] = times[-count:]
    say(f"first good scrape {median(found['known']):.0f} ms after the start")
    return {kind: {"median": median(times), "longest": max(times)} for kind, times in found.items()} | {"count": count}


def _answer(port):
    """The header fields that the server sets, as lines, and the body."""
    head, _, body = ask(port, "GET", "/metrics").partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return [line for line in lines if line.split(":")[0].lower() not in LIBRARY_FIELDS], body


def _paced(port, count, goes_on=None):
    """One scraper on one connection, a scrape every 10 ms: how long each took, in milliseconds."""
    request = f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    times = []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        due = time.monotonic()
        while len(times) < count if count else (len(times) % 25 or goes_on()):
            begun = time.monotonic()
            connection.sendall(request)
            _receive(connection)
            times.append((time.monotonic() - begun) * 1e3)
            due = max(due + PACE_SECONDS, time.monotonic())
            time.sleep(due - time.monotonic() if due > time.monotonic() else 0)
    return {"count": len(times), "p50": percentile(times, 50), "p99": percentile(times, 99), "longest": max(times)}


def _receive(connection):
    """Reads one answer whole."""
    received = connection.recv(262144)
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
    missing = int(fields["content-length"]) - len(body)
    while missing > 0:
        missing -= len(_more(connection))


def _more(connection):
    part = connection.recv(262144)
    if not part:
        raise BenchmarkError("the server closed a connection in the middle of an answer")
    return part
