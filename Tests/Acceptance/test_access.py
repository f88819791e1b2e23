"""Who is allowed what: every endpoint against every kind of caller."""

import base64
import http.client
import json
import socket
import subprocess

import pytest

from support.faults import work_for_all
from support.ports import free_port
from support.serving import control_token
from support.waiting import eventually

OPEN = ["/-/healthy", "/-/ready", "/healthz", "/livez", "/readyz"]
#: What a reading endpoint answers to somebody who may.
READING = {
    "/": 200, "/runs": 200, "/runs/none": 404, "/api/status": 200, "/api/jobs": 200, "/api/jobs/none": 404, "/api/jobs/none/events": 404, "/api/jobs/none/archive": 404, "/api/openapi.json": 200,
    "/assets/app.js": 200, "/assets/style.css": 200, "/assets/icon.svg": 200,
}
#: What a scraper reads, by whatever name it calls the sidecar.
SCRAPED = "/metrics"
CONTROL = ["/api/jobs/run", "/api/jobs/none/cancel", "/api/jobs/none/restore", "/api/operations/none/approve", "/-/reload"]
#: Pages, which no program reads.
PAGES = ("/runs", "/runs/none")
#: What only the page uses; test_token.py has it.
SESSION = {("post", "/api/session"), ("delete", "/api/session")}
#: The page's own forms, and what they answer to somebody who may: a way on, or why not.
FORMS = {"/runs": 422, "/runs/none/run": 404, "/runs/none/cancel": 404, "/runs/none/restore": 404, "/operations/none/approve": 404, "/session": 401, "/session/end": 303}
#: What a control endpoint answers to somebody who may: 202, 404 for the job that isn't there, 200.
DONE = {"/api/jobs/run": (202, 409), "/api/jobs/none/cancel": (404,), "/api/jobs/none/restore": (404,), "/api/operations/none/approve": (404,), "/-/reload": (200,)}


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

    made, ports, tokens = [], {}, {}
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
        tokens[kind] = control_token(workspace.state)
    yield ports, tokens
    for workspace in made:
        workspace.close()


#: Stands for the header with the server's control token, so that the table can be written down before there is one.
TOKEN = {"Authorization": "Bearer TOKEN"}
#: What a request that nobody on the way touched carries.
PROXIES = {
    "X-Forwarded-For": "192.0.2.9", "Forwarded": "for=192.0.2.9", "Via": "1.1 cache", "X-Real-IP": "192.0.2.9", "X-Forwarded-Proto": "https",
}

#: Name, server, address to talk to, headers, may read, may control (else the status).
CALLERS = {
    "loopback, nobody": ("loopback", "127.0.0.1", {}, True, 401),
    "loopback, wrong token": ("loopback", "127.0.0.1", {"Authorization": "Bearer " + "0" * 64}, True, 401),
    "loopback, no token": ("loopback", "127.0.0.1", {"Authorization": "Bearer "}, True, 401),
    "loopback, a password": ("loopback", "127.0.0.1", basic("secret"), True, 401),
    "loopback, token": ("loopback", "127.0.0.1", TOKEN, True, True),
    "loopback, token in another case": ("loopback", "127.0.0.1", {"authorization": "bearer TOKEN"}, True, True),
    "loopback, token as a password": ("loopback", "127.0.0.1", {"Authorization": "Basic TOKEN"}, True, 401),
    "loopback, rebound name": ("loopback", "127.0.0.1", {**TOKEN, "Host": "evil.example"}, 403, 403),
    "loopback, rebound name, nobody": ("loopback", "127.0.0.1", {"Host": "evil.example:9745"}, 403, 403),
    "loopback, page elsewhere": ("loopback", "127.0.0.1", {**TOKEN, "Origin": "https://evil.example"}, True, 403),
    "loopback, cross-site fetch": ("loopback", "127.0.0.1", {**TOKEN, "Sec-Fetch-Site": "cross-site"}, True, 403),
    "loopback, sibling's fetch": ("loopback", "127.0.0.1", {**TOKEN, "Sec-Fetch-Site": "same-site"}, True, 403),
    "loopback, page without origin": ("loopback", "127.0.0.1", {**TOKEN, "Origin": "null"}, True, 403),
    "loopback, page of another port": ("loopback", "127.0.0.1", {**TOKEN, "Origin": "http://127.0.0.1:1"}, True, 403),
    "loopback, its own page": ("loopback", "127.0.0.1",
                               {**TOKEN, "Host": "localhost:9745", "Origin": "http://localhost:9745", "Sec-Fetch-Site": "same-origin"}, True, True),
    "loopback, name that begins like it": ("loopback", "127.0.0.1", {**TOKEN, "Host": "localhost.evil.example"}, 403, 403),
    "loopback, address that begins like it": ("loopback", "127.0.0.1", {**TOKEN, "Host": "127.0.0.1.evil.example"}, 403, 403),
    "loopback, form": ("loopback", "127.0.0.1", {**TOKEN, "Content-Type": "text/plain"}, True, 415),
    "loopback, form with fields": ("loopback", "127.0.0.1", {**TOKEN, "Content-Type": "application/x-www-form-urlencoded"}, True, 415),
    **{f"loopback, through a proxy that sends {name}": ("loopback", "127.0.0.1", {**TOKEN, name: value}, True, 403) for name, value in PROXIES.items()},
    "loopback, through a proxy, nobody": ("loopback", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, True, 403),
    "outside without users": ("outside", None, {}, True, 403),
    "outside without users, token": ("outside", None, TOKEN, True, 403),
    "outside without users, token, by loopback": ("outside", "127.0.0.1", TOKEN, True, 403),
    "outside without users, with a password": ("outside", None, basic("secret"), True, 403),
    "outside without users, as localhost": ("outside", None, {"Host": "localhost"}, True, 403),
    "outside without users, rebound name": ("outside", None, {"Host": "evil.example"}, 403, 403),
    "outside without users, page elsewhere": ("outside", None, {"Origin": "https://evil.example"}, True, 403),
    "users, nobody": ("users", None, {}, 401, 401),
    "users, wrong password": ("users", None, basic("wrong"), 401, 401),
    "users, no password": ("users", None, basic(""), 401, 401),
    "users, another scheme": ("users", None, {"Authorization": "Bearer secret"}, 401, 401),
    "users, token": ("users", "127.0.0.1", TOKEN, 401, 401),
    "users, no base64": ("users", None, {"Authorization": "Basic !"}, 401, 401),
    "users, right password": ("users", None, basic("secret"), True, True),
    "users, right password, through a proxy": ("users", "127.0.0.1", {**basic("secret"), **PROXIES}, True, True),
    "users, right password, rebound name": ("users", None, {**basic("secret"), "Host": "evil.example"}, True, True),
    "users, right password, cross-site fetch": ("users", None, {**basic("secret"), "Sec-Fetch-Site": "cross-site"}, True, 403),
    "users, right password, form": ("users", None, {**basic("secret"), "Content-Type": "text/plain"}, True, 415),
    "users, right password on loopback": ("users", "127.0.0.1", basic("secret"), True, True),
    "users, right password, page elsewhere": ("users", None, {**basic("secret"), "Origin": "https://evil.example"}, True, 403),
    "users, nobody on loopback": ("users", "127.0.0.1", {}, 401, 401),
    "users, nobody, rebound name": ("users", "127.0.0.1", {"Host": "evil.example"}, 401, 401),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_access(servers, caller):
    ports, tokens = servers
    server, address, headers, may_read, may_control = CALLERS[caller]
    address = address or outside()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    headers = {name: value.replace("TOKEN", str(tokens[server])) for name, value in headers.items()}

    def ask(method, path):
        connection = http.client.HTTPConnection(address, ports[server], timeout=20)
        own = {"Content-Type": "application/json", **headers} if method == "POST" else headers
        connection.request(method, path, body='{"job_type": "cleanup"}' if path.endswith("run") else None, headers=own)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        assert answer.status < 400 or json.loads(said)["detail"], path
        assert answer.status != 401 or answer.headers["WWW-Authenticate"], path
        return answer.status

    assert {path: ask("GET", path) for path in OPEN} == dict.fromkeys(OPEN, 200)
    assert ask("GET", SCRAPED) == (401 if may_read == 401 else 200)
    assert {path: ask("GET", path) for path in READING} == (READING if may_read is True else dict.fromkeys(READING, may_read))
    closed = {"/nothing": 404, "/-/reload": 405}
    assert {path: ask("GET", path) for path in closed} == (closed if may_read is True else dict.fromkeys(closed, may_read))
    for path in CONTROL:
        status = ask("POST", path)
        assert status in DONE[path] if may_control is True else status == may_control, path


#: Who may use the page's forms (else the status); whoever signs in hasn't the token yet.
SENDERS = {
    "its own page, token": ("loopback", {**TOKEN, "Origin": "http://127.0.0.1:PORT"}, True),
    "its own page, by the browser's word": ("loopback", {**TOKEN, "Sec-Fetch-Site": "same-origin"}, True),
    "a program": ("loopback", TOKEN, 403),
    "nobody": ("loopback", {"Origin": "http://127.0.0.1:PORT"}, 401),
    "a page elsewhere": ("loopback", {**TOKEN, "Origin": "https://evil.example"}, 403),
    "a page that hides where it is": ("loopback", {**TOKEN, "Origin": "null"}, 403),
    "a page of another port": ("loopback", {**TOKEN, "Origin": "http://127.0.0.1:1"}, 403),
    "a cross-site form": ("loopback", {**TOKEN, "Sec-Fetch-Site": "cross-site"}, 403),
    "a rebound name": ("loopback", {**TOKEN, "Host": "evil.example", "Origin": "http://evil.example"}, 403),
    "through a proxy": ("loopback", {**TOKEN, "Origin": "http://127.0.0.1:PORT", "Via": "1.1 cache"}, 403),
    "not a form": ("loopback", {**TOKEN, "Origin": "http://127.0.0.1:PORT", "Content-Type": "text/plain"}, 415),
    "JSON": ("loopback", {**TOKEN, "Origin": "http://127.0.0.1:PORT", "Content-Type": "application/json"}, 415),
    "a user's page": ("users", {**basic("secret"), "Origin": "http://127.0.0.1:PORT"}, True),
    "a user's browser elsewhere": ("users", {**basic("secret"), "Origin": "https://evil.example"}, 403),
    "a user's program": ("users", basic("secret"), 403),
    "no user": ("users", {"Origin": "http://127.0.0.1:PORT"}, 401),
    "outside without users": ("outside", {**TOKEN, "Origin": "http://127.0.0.1:PORT"}, 403),
}


@pytest.mark.parametrize("sender", SENDERS)
def test_forms(servers, sender):
    ports, tokens = servers
    server, headers, may = SENDERS[sender]
    named = {name: value.replace("TOKEN", str(tokens[server])).replace("PORT", str(ports[server])) for name, value in headers.items()}
    for path, expected in FORMS.items():
        connection = http.client.HTTPConnection("127.0.0.1", ports[server], timeout=20)
        connection.request("POST", path, body="", headers={"Content-Type": "application/x-www-form-urlencoded", **named})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if path.startswith("/session") and (may == 401 and server == "loopback"):
            continue  # it is for those who have no token yet
        if may is True and path == "/session" and server == "users":
            expected = 409
        assert answer.status == (expected if may is True else may), (path, said)
        assert answer.status == 303 or json.loads(said)["detail"]


def test_the_table_has_every_endpoint(servers):
    connection = http.client.HTTPConnection("127.0.0.1", servers[0]["loopback"], timeout=20)
    connection.request("GET", "/api/openapi.json")
    described = json.load(connection.getresponse())["paths"]
    connection.close()
    asked = {("get", path) for path in (*OPEN, SCRAPED, *READING) if not path.startswith("/assets/") and path not in PAGES} | {("post", path) for path in CONTROL}
    named = {(method, path.replace("operations/none", "operations/{operation}").replace("none", "{id}")) for method, path in asked}
    assert named | SESSION == {
        (method, path) for path, methods in described.items() for method in methods if method in ("get", "post", "put", "patch", "delete")}


def test_serve_says_that_control_is_off(workspace):
    work_for_all().write(workspace.database)
    serving = workspace.serve("--web.listen-address", "0.0.0.0:0", ready=False, listen=False)
    eventually(lambda: "control over HTTP is off" in serving.said and "--web.config.file" in serving.said, "it says so")
