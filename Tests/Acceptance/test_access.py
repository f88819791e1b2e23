"""Who is allowed what: every endpoint against every kind of caller."""

import base64
import http.client
import json
import socket
import subprocess

import pytest

from support.faults import work_for_all
from support.serving import free_port
from support.waiting import eventually

OPEN = ["/-/healthy", "/-/ready"]
#: What a reading endpoint answers to somebody who may.
READING = {
    "/metrics": 200, "/": 200, "/api/status": 200, "/api/jobs": 200, "/api/jobs/none": 404, "/api/jobs/none/events": 404, "/api/openapi.json": 200,
    "/assets/app.js": 200, "/assets/style.css": 200, "/assets/icon.svg": 200,
}
CONTROL = ["/api/jobs/run", "/api/jobs/none/cancel", "/-/reload"]
#: What a control endpoint answers to somebody who may: 202, 404 for the job that isn't there, 200.
DONE = {"/api/jobs/run": (202, 409), "/api/jobs/none/cancel": (404,), "/-/reload": (200,)}


def outside():
    """This machine's address on the way to others; None where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"bob:{password}".encode()).decode()}


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """The same sidecar three times: on loopback, open to outside without users, and with users."""
    from support.workspace import Workspace

    made, ports = [], {}
    for kind in ("loopback", "outside", "users"):
        workspace = Workspace(tmp_path_factory.mktemp(kind))
        work_for_all().write(workspace.database)
        ports[kind] = free_port()
        arguments = ["--web.listen-address", f"{'127.0.0.1' if kind == 'loopback' else '0.0.0.0'}:{ports[kind]}"]
        if kind == "users":
            web = workspace.folder / "web.yml"
            web.write_text(subprocess.run([workspace.jobsweep.path, "hash-password", "--user", "bob", "--cost", "10"], input="secret\n",
                                          capture_output=True, text=True, check=True).stdout)
            arguments += ["--web.config.file", web]
        serving = workspace.serve(*arguments, ready=False, listen=False)
        eventually(lambda: "listening" in serving.said, "it listens")
        made.append(workspace)
    yield ports
    for workspace in made:
        workspace.close()


#: Name, server, address to talk to, headers, may read, may control (else the status).
CALLERS = {
    "loopback": ("loopback", "127.0.0.1", {}, True, True),
    "loopback, rebound name": ("loopback", "127.0.0.1", {"Host": "evil.example"}, True, 403),
    "loopback, page elsewhere": ("loopback", "127.0.0.1", {"Origin": "https://evil.example"}, True, 403),
    "loopback, cross-site fetch": ("loopback", "127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, True, 403),
    "loopback, sibling's fetch": ("loopback", "127.0.0.1", {"Sec-Fetch-Site": "same-site"}, True, 403),
    "loopback, page without origin": ("loopback", "127.0.0.1", {"Origin": "null"}, True, 403),
    "loopback, page of another port": ("loopback", "127.0.0.1", {"Origin": "http://127.0.0.1:1"}, True, 403),
    "loopback, its own page": ("loopback", "127.0.0.1", {"Host": "localhost:9745", "Origin": "http://localhost:9745", "Sec-Fetch-Site": "same-origin"},
                               True, True),
    "loopback, name that begins like it": ("loopback", "127.0.0.1", {"Host": "localhost.evil.example"}, True, 403),
    "loopback, address that begins like it": ("loopback", "127.0.0.1", {"Host": "127.0.0.1.evil.example"}, True, 403),
    "loopback, form": ("loopback", "127.0.0.1", {"Content-Type": "text/plain"}, True, 415),
    "loopback, form with fields": ("loopback", "127.0.0.1", {"Content-Type": "application/x-www-form-urlencoded"}, True, 415),
    "outside without users": ("outside", None, {}, True, 403),
    "outside without users, with a password": ("outside", None, basic("secret"), True, 403),
    "outside without users, as localhost": ("outside", None, {"Host": "localhost"}, True, 403),
    "outside without users, page elsewhere": ("outside", None, {"Origin": "https://evil.example"}, True, 403),
    "users, nobody": ("users", None, {}, 401, 401),
    "users, wrong password": ("users", None, basic("wrong"), 401, 401),
    "users, no password": ("users", None, basic(""), 401, 401),
    "users, another scheme": ("users", None, {"Authorization": "Bearer secret"}, 401, 401),
    "users, no base64": ("users", None, {"Authorization": "Basic !"}, 401, 401),
    "users, right password": ("users", None, basic("secret"), True, True),
    "users, right password, rebound name": ("users", None, {**basic("secret"), "Host": "evil.example"}, True, True),
    "users, right password, cross-site fetch": ("users", None, {**basic("secret"), "Sec-Fetch-Site": "cross-site"}, True, 403),
    "users, right password, form": ("users", None, {**basic("secret"), "Content-Type": "text/plain"}, True, 415),
    "users, right password on loopback": ("users", "127.0.0.1", basic("secret"), True, True),
    "users, right password, page elsewhere": ("users", None, {**basic("secret"), "Origin": "https://evil.example"}, True, 403),
    "users, nobody on loopback": ("users", "127.0.0.1", {}, 401, 401),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_access(servers, caller):
    server, address, headers, may_read, may_control = CALLERS[caller]
    address = address or outside()
    if address is None:
        pytest.skip("this machine has no address but loopback")

    def ask(method, path):
        connection = http.client.HTTPConnection(address, servers[server], timeout=20)
        own = {"Content-Type": "application/json", **headers} if method == "POST" else headers
        connection.request(method, path, body='{"job_type": "cleanup"}' if path.endswith("run") else None, headers=own)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    assert {path: ask("GET", path) for path in OPEN} == dict.fromkeys(OPEN, 200)
    assert {path: ask("GET", path) for path in READING} == (READING if may_read is True else dict.fromkeys(READING, may_read))
    for path in CONTROL:
        status = ask("POST", path)
        assert status in DONE[path] if may_control is True else status == may_control, path


def test_the_table_has_every_endpoint(servers):
    connection = http.client.HTTPConnection("127.0.0.1", servers["loopback"], timeout=20)
    connection.request("GET", "/api/openapi.json")
    described = json.load(connection.getresponse())["paths"]
    connection.close()
    asked = {("get", path) for path in (*OPEN, *READING) if not path.startswith("/assets/")} | {("post", path) for path in CONTROL}
    assert {(method, path.replace("none", "{id}")) for method, path in asked} == {
        (method, path) for path, methods in described.items() for method in methods if method in ("get", "post", "put", "patch", "delete")}


def test_serve_says_that_control_is_off(workspace):
    work_for_all().write(workspace.database)
    serving = workspace.serve("--web.listen-address", "0.0.0.0:0", ready=False, listen=False)
    eventually(lambda: "control over HTTP is off" in serving.said and "--web.config.file" in serving.said, "it says so")
