"""What decides something is said once, and nothing that is said is ignored; and no input of any shape ends the process."""

import http.client
import json
import threading
import time

import pytest

from support.faults import work_for_all
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}
ORDER = '{"job_type": "cleanup", "dry_run": true}'
CHANGING = ["/api/jobs/run", "/api/jobs/none/cancel", "/-/reload", "/api/session"]
READING = ["/", "/metrics", "/api/status", "/api/jobs", "/api/jobs/none", "/api/jobs/none/events", "/api/openapi.json", "/assets/app.js"]


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    return workspace.serve()


def raw(serving, path, method, headers, body=b""):
    """A request whose headers may be doubled: its status, and what was said."""
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=60)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, said.decode()


def runs(serving):
    return json.loads(serving.ask("/api/jobs").body)["total"]


@pytest.mark.parametrize("path", CHANGING + READING)
def test_unknown_parameters_are_refused(serving, path):
    method = "POST" if path in CHANGING else "GET"
    for query in ("dry_run=true", "dry_run", "x=1&y=2"):
        answer = serving.ask(f"{path}?{query}", method, headers=JSON, body=ORDER if path.endswith("run") else None)
        assert answer.status == 400 and query[0] in json.loads(answer.body)["detail"], (path, query)
    assert runs(serving) == 0


def test_a_preview_by_query_deletes_nothing(serving, workspace):
    before = workspace.tables()
    answer = serving.ask("/api/jobs/run?dry_run=true", "POST", headers=JSON, body='{"job_type": "cleanup"}')
    assert answer.status == 400 and "dry_run" in json.loads(answer.body)["detail"]
    assert runs(serving) == 0 and workspace.tables() == before


@pytest.mark.parametrize("body", [
    '{"job_type": "cleanup", "dry_run": false, "dry_run": true}', '{"job_type": "cleanup", "job_type": "cleanup"}',
    '{"job_type": "cleanup", "dry_run": true, "dry\\u005frun": false}', '{"job_type": "cleanup", "operations": ["old_jobs"], "operations": ["stale_jobs"]}',
])
def test_doubled_keys_are_refused(serving, workspace, body):
    before = workspace.tables()
    answer = serving.ask("/api/jobs/run", "POST", headers=JSON, body=body)
    assert answer.status == 400 and "twice" in json.loads(answer.body)["detail"]
    assert runs(serving) == 0 and workspace.tables() == before


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&limit=1", "status=failed&status=completed", "offset=0&limit=1&offset=1"])
def test_doubled_parameters_are_refused(serving, query):
    answer = serving.ask(f"/api/jobs?{query}")
    assert answer.status == 400 and "twice" in json.loads(answer.body)["detail"]


def test_names_of_metrics_may_repeat(serving):
    assert serving.ask("/metrics?name[]=jobsweep_up&name[]=jobsweep_running").status == 200


@pytest.mark.parametrize(("name", "values"), [
    ("Content-Type", ("application/json", "text/plain")), ("Origin", ("http://127.0.0.1:{port}", "https://evil.example")),
    ("Host", ("127.0.0.1:{port}", "evil.example")), ("Sec-Fetch-Site", ("same-origin", "cross-site")), ("Authorization", ("{token}", "Bearer x")),
    ("Cookie", ("a=b", "c=d")),
])
def test_doubled_headers_are_refused(serving, name, values):
    usual = {"Host": "127.0.0.1:{port}", "Authorization": "{token}", "Content-Type": "application/json"}
    for order in (values, values[::-1]):
        fields = [(key, value) for key, value in usual.items() if key != name] + [(name, value) for value in order]
        fields = [(key, value.format(port=serving.port, token=serving.bearer.get("Authorization", "Bearer none"))) for key, value in fields]
        status, said = raw(serving, "/api/jobs/run", "POST", fields, ORDER.encode())
        assert status == 400, (order, said)
    assert runs(serving) == 0


def nested(opening, closing, depth):
    return opening * depth + closing * depth


#: Bodies that a recursive reader dies of.
DEEP = {
    "arrays": nested("[", "]", 300), "many arrays": nested("[", "]", 32_000), "open arrays": "[" * 65_000, "objects": nested('{"a":', "}", 5000).replace(":}", ":1}"),
    "mixed": nested('[{"a":', "}]", 5000).replace(":}", ":1}"), "a field": '{"job_type": "cleanup", "operations": ' + nested("[", "]", 10_000) + "}",
    "an unknown field": '{"job_type": "cleanup", "x": ' + nested("[", "]", 300) + "}",
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize("bearer", [True, False])
def test_no_depth_ends_the_process(serving, kind, path, bearer):
    answer = serving.ask(path, "POST", headers=JSON, body=DEEP[kind], bearer=bearer)
    assert answer.status in (400, 401) and json.loads(answer.body).keys() == {"detail"}
    assert serving.alive and serving.ask("/-/healthy").status == 200


def test_many_values_are_refused(serving):
    answer = serving.ask("/api/jobs/run", "POST", headers=JSON, body='{"job_type": "cleanup", "operations": [' + "1," * 30_000 + "1]}")
    assert answer.status in (400, 422)


def test_heavy_bodies_keep_nobody_waiting(serving):
    """Eight clients send bodies of 64 KB all the time; whoever asks after the health is answered between any two of them."""
    body, over, answered = '{"job_type": "cleanup", "x": "' + "\\u00e9" * 10_000 + '"}', threading.Event(), []

    def send():
        while not over.is_set():
            answered.append((time.monotonic(), serving.ask("/api/jobs/run", "POST", headers=JSON, body=body).status))

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    try:
        eventually(lambda: len(answered) >= 16, "bodies are answered", 60)
        asked = [serving.ask("/-/healthy").status for _ in range(20)]
    finally:
        over.set()
        for sender in senders:
            sender.join()
    assert asked == [200] * 20 and {status for _, status in answered} == {400}


#: Files that a reader dies of, or takes for ever over.
BOMBS = {
    "deep flow": "a: " + "[" * 100_000, "deep block": "\n".join(" " * depth + "a:" for depth in range(3000)), "deep sequences": "- " * 100_000 + "a",
    "aliases": "a: &a [x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(24)),
    "aliases as keys": "a: &a [x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(24)) + "? *y\n: 1\n? *x\n: 1\n",
    "aliases in keys": "? &a [x,x]\n: 1\n" + "".join(f"? &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n: 1\n" for n in range(24)),
    "many keys": "".join(f"k{n}: 1\n" for n in range(60_000)), "doubled keys": "a: 1\n" * 50_000, "some doubled keys": "a: 1\n" * 9000,
}


@pytest.mark.parametrize("kind", BOMBS)
@pytest.mark.parametrize("file", ["configuration", "web"])
def test_no_file_ends_the_process(workspace, kind, file):
    work_for_all().write(workspace.database)
    bomb = workspace.folder / "bomb.yml"
    bomb.write_text(BOMBS[kind])
    if file == "web":
        said = workspace.command("check", "--web.config.file", bomb, seconds=240)
    else:
        workspace.config_file = bomb
        said = workspace.command("check", seconds=240)
    said.exits(2)
    assert "bomb.yml" in said.err


def test_a_reload_of_such_a_file_is_refused(workspace):
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1h"}})
    serving = workspace.serve()
    for kind in ("deep flow", "deep block", "deep sequences", "aliases in keys"):
        workspace.configure(BOMBS[kind])
        answer = serving.ask("/-/reload", "POST", headers=JSON)
        assert answer.status == 422, kind
    assert serving.alive and serving.ask("/-/healthy").status == 200
