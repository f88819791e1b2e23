"""A sidecar behind nginx: under a path of its own, with TLS in front, with users and without."""

import base64
import http.client
import json
import re
import subprocess

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from support.browser import chromium
from support.bulk import bulk
from support.faults import work_for_all
from support.nginx import Nginx
from support.ports import free_port
from support.slow import slow_down
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}
ORDER = json.dumps({"job_type": "cleanup", "dry_run": True})
BOB = {"Authorization": "Basic " + base64.b64encode(b"bob:secret").decode()}


@pytest.fixture
def nginx(workspace):
    nginx = Nginx(workspace)
    yield nginx
    nginx.stop()


def users(workspace):
    web = workspace.folder / "web.yml"
    made = subprocess.run([workspace.jobsweep.path, "hash-password", "--user", "bob", "--cost", "10"], input="secret\n", capture_output=True, text=True, check=True)
    web.write_text(made.stdout)
    return web


def serve(workspace, *arguments, prefix=""):
    """A sidecar; gives it and its port. With a prefix its health is below it."""
    port = free_port()
    serving = workspace.serve("--web.listen-address", f"127.0.0.1:{port}", *arguments, ready=False, listen=False)
    serving.port = port
    eventually(lambda: serving.ask(f"{prefix}/-/healthy").status == 200, "it answers")
    return serving


def ask(port, path, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def links(page):
    return re.findall(r'(?:href|src)="([^"]+)"', page)


#: What nginx does with the path, and what the sidecar is told of it beside the external URL.
WAYS = {"kept": ("", ()), "taken away": ("/", ("--web.route-prefix=/",))}


@pytest.mark.parametrize("way", WAYS)
def test_every_link_works_below_a_path(workspace, nginx, way):
    work_for_all().write(workspace.database)
    workspace.run()
    end, arguments = WAYS[way]
    prefix = "" if end else "/sweep"
    serving = serve(workspace, f"--web.external-url=http://127.0.0.1:{nginx.port}/sweep/", *arguments, "--web.config.file", users(workspace), prefix=prefix)
    nginx.start(f"location /sweep/ {{ proxy_pass http://127.0.0.1:{serving.port}{end}; }}")
    status, page, _ = ask(nginx.port, "/sweep/", headers=BOB)
    assert status == 200
    found = links(page)
    assert {f"/sweep/{link}" for link in ("assets/style.css", "assets/app.js", "metrics", "api/jobs")} <= set(found)
    assert [ask(nginx.port, link, headers=BOB)[0] for link in found] == [200] * len(found)
    if prefix:
        for path in ("/", "/sweep"):
            status, _, headers = ask(serving.port, path, headers=BOB)
            assert status == 302 and headers["Location"] == "sweep/"
        assert ask(serving.port, "/metrics", headers=BOB)[0] == 404


def test_a_browser_with_users_tls_and_a_rewritten_host(workspace, nginx):
    work_for_all().write(workspace.database)
    serving = serve(workspace, f"--web.external-url=https://localhost:{nginx.tls}/sweep", "--web.config.file", users(workspace), prefix="/sweep")
    nginx.start(f"location /sweep/ {{ proxy_pass http://127.0.0.1:{serving.port}; }}")
    with chromium(insecure=True) as browser:
        browser.get(f"https://bob:secret@localhost:{nginx.tls}/sweep/")
        browser.get(f"https://localhost:{nginx.tls}/sweep/")
        wait = WebDriverWait(browser, 120, ignored_exceptions=(Exception,)).until
        wait(lambda b: b.find_element(By.ID, "preview").is_displayed())
        assert browser.execute_script("return getComputedStyle(document.querySelector('section')).borderRadius") == "8px", "the style is there"
        browser.find_element(By.ID, "preview").click()
        wait(lambda b: "1 job finished before" in b.find_element(By.ID, "preview-result").text)
        browser.find_element(By.ID, "run").click()
        wait(lambda b: b.find_element(By.ID, "confirm").is_displayed())
        browser.find_element(By.ID, "confirm").click()
        wait(lambda b: b.find_element(By.ID, "note").text.startswith("Run completed"))
        wait(lambda b: len(b.find_elements(By.CSS_SELECTOR, "#history tbody tr")) == 3)
        # The table is drawn anew when a run ends: the link that was found may be gone by the click.
        wait(lambda b: b.find_element(By.CSS_SELECTOR, "#history tbody a").click() or True)
        wait(lambda b: "/sweep/runs/" in b.current_url and "bob" in b.find_element(By.ID, "facts").text)
        browser.find_element(By.ID, "restore").click()
        wait(lambda b: b.find_element(By.ID, "confirm").is_displayed())
        assert "/sweep/runs/" in browser.current_url and "would be put back" in browser.find_element(By.ID, "restore-report").text
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE" and "favicon" not in entry["message"]] == []
    by = json.loads(ask(serving.port, "/sweep/api/jobs", headers=BOB)[1])["jobs"][0]["by"]
    assert (by["kind"], by["who"]) == ("user", "bob")


def test_event_streams_are_not_held_back(workspace, nginx):
    bulk(old=5000).world.write(workspace.database)
    slow_down(workspace)
    serving = workspace.serve()
    nginx.start(f"location / {{ proxy_pass http://127.0.0.1:{serving.port}; }}")
    job = json.loads(serving.ask("/api/jobs/run", "POST", headers=JSON, body=json.dumps({"job_type": "cleanup"})).body)["job_id"]
    connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=60)
    connection.request("GET", f"/api/jobs/{job}/events")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.readline() == b"event: progress\n"
    assert json.loads(serving.ask(f"/api/jobs/{job}").body)["status"] == "running", "it came while the run was under way"
    connection.close()
    serving.ask(f"/api/jobs/{job}/cancel", "POST", headers=JSON)


#: What nginx adds of its own accord, or is told to.
HEADERS = {
    "nothing": "", "X-Forwarded-For": "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "X-Real-IP": "proxy_set_header X-Real-IP $remote_addr;",
    "Forwarded": "proxy_set_header Forwarded for=$remote_addr;", "Via": "proxy_set_header Via 1.1;",
}


@pytest.mark.parametrize("added", HEADERS)
def test_without_users_nobody_changes_anything_through_a_proxy(workspace, nginx, added):
    work_for_all().write(workspace.database)
    serving = workspace.serve()
    nginx.start(f"location / {{ proxy_pass http://127.0.0.1:{serving.port}; {HEADERS[added]} }}")
    assert ask(nginx.port, "/api/status")[0] == 200, "looking is allowed"
    for path in ("/api/jobs/run", "/-/reload", "/api/jobs/none/cancel"):
        status, said, _ = ask(nginx.port, path, "POST", JSON, ORDER if path.endswith("run") else None)
        assert status == (401 if added == "nothing" else 403), (path, said)
        if added != "nothing":
            assert ask(nginx.port, path, "POST", JSON | serving.bearer)[0] == 403, "the token makes no difference"
    assert json.loads(serving.ask("/api/jobs").body)["total"] == 0


def test_a_name_that_only_the_proxy_has_needs_the_external_url(workspace, nginx):
    """nginx hands the Host through, as many set it up."""
    work_for_all().write(workspace.database)
    first = workspace.serve()
    nginx.start(f"location / {{ proxy_pass http://127.0.0.1:{first.port}; proxy_set_header Host $host; }}")
    named = {"Host": "jobs.example.com"}
    status, said, _ = ask(nginx.port, "/api/status", headers=named)
    assert status == 403 and "--web.external-url" in said
    assert ask(nginx.port, "/metrics", headers=named)[0] == 200
    first.stop()
    second = serve(workspace, "--web.external-url=https://jobs.example.com/")
    assert second.ask("/api/status", headers=named).status == 200
    assert second.ask("/api/status", headers={"Host": "other.example.com"}).status == 403


@pytest.mark.parametrize(("flag", "value", "words"), [
    ("--web.external-url", "jobs.example.com", "http://"), ("--web.external-url", "ftp://x", "http://"), ("--web.external-url", "http://a b/", "host"),
    ("--web.external-url", "http://a/?x", "query"), ("--web.route-prefix", "/a b", "path"), ("--web.route-prefix", "/../x", "path"),
])
def test_wrong_urls_are_refused(workspace, flag, value, words):
    work_for_all().write(workspace.database)
    said = workspace.command("serve", f"{flag}={value}").exits(2)
    assert flag in said.err and value in said.err and words in said.err
