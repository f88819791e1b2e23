"""The control token: its file, its command, and the cookie that the page gets for it."""

import json
import os
import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from support.browser import chromium
from support.faults import work_for_all
from support.serving import control_token
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}
ORDER = json.dumps({"job_type": "cleanup", "dry_run": True})


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    return workspace.serve()


def run(serving, **headers):
    return serving.ask("/api/jobs/run", "POST", headers={**JSON, **headers}, body=ORDER, bearer=False)


def sign_in(serving, body, method="POST", **headers):
    return serving.ask("/api/session", method, headers={**JSON, **headers}, body=json.dumps(body), bearer=False)


def test_the_file_is_its_owners_alone_and_stays(serving, workspace):
    path = workspace.state / "control.token"
    token = path.read_text()
    assert re.fullmatch(r"[0-9a-f]{64}\n", token) and path.stat().st_mode & 0o7777 == 0o600
    serving.until_said(str(path))
    assert token.strip() not in serving.said and token.strip() not in serving.ask("/").text
    serving.stop()
    workspace.serve()
    assert path.read_text() == token


def test_the_command_prints_it_and_makes_it(workspace):
    printed = workspace.command("token").exits(0).out
    assert printed.strip() == control_token(workspace.state) and printed.count("\n") == 1
    workspace.configure({"state": str(workspace.folder / "other")})
    other = workspace.jobsweep("token", "--config.file", workspace.config_file).exits(0).out.strip()
    assert other == control_token(workspace.folder / "other") != printed.strip()


@pytest.mark.parametrize("spoil", ["readable", "writable", "link", "short"])
def test_a_file_that_cannot_be_trusted_is_refused(workspace, spoil):
    work_for_all().write(workspace.database)
    token = workspace.command("token").exits(0).out.strip()
    path = workspace.state / "control.token"
    if spoil == "link":
        path.rename(workspace.state / "elsewhere")
        path.symlink_to(workspace.state / "elsewhere")
    elif spoil == "short":
        path.write_text("secret\n")
    else:
        path.chmod(0o644 if spoil == "readable" else 0o620)
    said = workspace.command("token").exits(1)
    assert said.out == "" and str(path) in said.err and token not in said.err
    serving = workspace.serve()
    answer = run(serving, Authorization=f"Bearer {token}")
    assert answer.status == 403 and str(path) in json.loads(answer.body)["detail"]
    assert serving.ask("/metrics").status == 200
    serving.until_said(str(path))


def test_check_looks_at_it_and_makes_none(workspace):
    work_for_all().write(workspace.database)
    path = workspace.state / "control.token"
    assert "control token" not in workspace.command("check").exits(0).out and not path.exists()
    token = workspace.command("token").exits(0).out.strip()
    assert f"ok       control token: {path} is good" in workspace.command("check").exits(0).out.splitlines()
    for mode, content, wrong in [(0o644, token, "mode 644"), (0o600, token[:-1], "64 hexadecimal digits")]:
        path.write_text(content)
        path.chmod(mode)
        said = workspace.command("check").exits(1).out
        line, = [line for line in said.splitlines() if "control token" in line]
        assert line.startswith("problem  control token: ") and wrong in line and str(path) in line and token[:-1] not in said


def test_somebody_else_cannot_read_it(theirs):
    theirs.state.mkdir(parents=True)
    os.chmod(theirs.state, 0o755)
    (theirs.state / "control.token").write_text("0" * 64 + "\n")
    (theirs.state / "control.token").chmod(0o600)
    said = theirs.command("token").exits(1)
    assert "Permission denied" in said.err


def test_the_token_is_traded_for_a_cookie(serving):
    token = control_token(serving.state)
    answer = sign_in(serving, {"token": token})
    assert answer.status == 200, answer
    cookie, *attributes = [part.strip() for part in answer.headers["set-cookie"].split(";")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
    assert run(serving, Cookie=cookie).status == 202
    assert run(serving, Cookie=cookie[:-1]).status == 401
    assert run(serving, Cookie=cookie, Origin="http://127.0.0.1:1").status == 403
    assert run(serving, Cookie=cookie, **{"X-Forwarded-For": "192.0.2.9"}).status == 403
    forgotten = sign_in(serving, {}, "DELETE", Cookie=cookie)
    assert forgotten.status == 200 and "Max-Age=0" in forgotten.headers["set-cookie"]


@pytest.mark.parametrize(("body", "headers", "status"), [
    ({"token": "0" * 64}, {}, 401), ({"token": ""}, {}, 401), ({"token": 1}, {}, 422), ({}, {}, 422), ({"token": "x", "y": 1}, {}, 400), ([], {}, 400),
    ({"token": "TOKEN"}, {"Host": "evil.example"}, 403), ({"token": "TOKEN"}, {"Origin": "https://evil.example"}, 403),
    ({"token": "TOKEN"}, {"Sec-Fetch-Site": "same-site"}, 403), ({"token": "TOKEN"}, {"Via": "1.1 cache"}, 403),
    ({"token": "TOKEN"}, {"Content-Type": "text/plain"}, 415),
])
def test_no_cookie_for_others(serving, body, headers, status):
    if isinstance(body, dict) and body.get("token") == "TOKEN":
        body = {"token": control_token(serving.state)}
    answer = sign_in(serving, body, **headers)
    assert answer.status == status and "set-cookie" not in answer.headers and json.loads(answer.body).keys() == {"detail"}


def test_wrong_tokens_are_logged_and_no_flood_of_them_floods_the_log(serving):
    for number in range(60):
        assert sign_in(serving, {"token": f"guess {number}"}).status == 401
    lines = [line for line in serving.said.splitlines() if "a login failed" in line]
    assert 1 <= len(lines) <= 20 and "127.0.0.1" in lines[0]
    assert "guess" not in serving.said


def test_who_started_and_who_cancelled(serving, workspace):
    job = json.loads(run(serving, **serving.bearer).body)["job_id"]
    by = json.loads(serving.ask(f"/api/jobs/{job}").body)["by"]
    assert by == {"kind": "token", "who": "token", "address": "127.0.0.1"}
    serving.until_said("token from 127.0.0.1")
    eventually(lambda: json.loads(serving.ask(f"/api/jobs/{job}").body)["status"] == "completed", "it is over")
    serving.stop()
    workspace.run()
    kept = json.loads(workspace.command("history", "--json").exits(0).out)["jobs"]
    assert [run["by"] for run in kept] == [{"kind": "cli", "who": "cli", "address": None}, by], "it outlives the process"
    assert [run["ended_by"] for run in kept] == [None, None]


def wait(browser, condition):
    return WebDriverWait(browser, 60, ignored_exceptions=(Exception,)).until(condition)


def shown(browser, identity):
    return browser.find_element(By.ID, identity).is_displayed()


def test_the_page_takes_the_token_once(serving):
    address = f"http://127.0.0.1:{serving.port}/"
    with chromium() as browser:
        browser.get(address)
        wait(browser, lambda b: shown(b, "token"))
        assert not shown(browser, "controls"), "buttons that would be refused aren't shown"
        field = browser.find_element(By.ID, "token")
        field.send_keys("wrong\n")
        wait(browser, lambda b: "not the control token" in b.find_element(By.ID, "note").text)
        field = browser.find_element(By.ID, "token")
        field.clear()
        field.send_keys(control_token(serving.state) + "\n")
        wait(browser, lambda b: shown(b, "run"))
        browser.get(address)
        wait(browser, lambda b: shown(b, "run"))
        assert browser.execute_script("return document.cookie") == "", "no script can read it"
        browser.find_element(By.ID, "preview").click()
        wait(browser, lambda b: shown(b, "preview-result"))
        browser.find_element(By.ID, "forget").click()
        wait(browser, lambda b: shown(b, "token"))
        assert not shown(browser, "controls")


def test_the_link_of_the_demo(serving):
    with chromium() as browser:
        browser.get(serving.page)
        wait(browser, lambda b: shown(b, "run"))
        assert browser.current_url == f"http://127.0.0.1:{serving.port}/", "the token leaves the address bar"
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_the_page_says_why_there_are_no_buttons(workspace):
    work_for_all().write(workspace.database)
    serving = workspace.serve("--web.listen-address", "0.0.0.0:0", ready=False, listen=False)
    found = eventually(lambda: re.search(r"listening.*0\.0\.0\.0:([0-9]+)", serving.said), "it listens")
    text = serving.ask("/", port=int(found[1])).text
    assert "isn't loopback and has no users" in text.replace("&#39;", "'") and 'id="token"' not in text
