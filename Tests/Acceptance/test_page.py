"""The status page in a real browser."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from support.accessible import findings
from support.browser import chromium
from support.bulk import bulk
from support.faults import missing, work_for_all
from support.serving import control_token
from support.slow import SLOW

JSON = {"Content-Type": "application/json"}


def element(browser, identity):
    return browser.find_element(By.ID, identity)


def wait(browser, condition, seconds=120):
    return WebDriverWait(browser, seconds, ignored_exceptions=(Exception,)).until(condition)


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    return workspace.serve()


def text(browser, identity):
    return element(browser, identity).text


def unlocked(browser, serving):
    browser.get(serving.page)
    wait(browser, lambda b: element(b, "run").is_displayed() and element(b, "run").is_enabled())


def test_preview_run_and_history(serving):
    with chromium() as browser:
        unlocked(browser, serving)
        wait(browser, lambda b: text(b, "state") == "Idle")
        wait(browser, lambda b: text(b, "countdown").startswith("in "))
        element(browser, "preview").click()
        wait(browser, lambda b: element(b, "preview-result").is_displayed())
        said = text(browser, "preview-result")
        for words in ("1 job that died while", "1 job finished before ", "1 download record handled before ", "1 plan waiting for a job"):
            assert words in said
        element(browser, "run").click()
        wait(browser, lambda b: "Run now?" in text(b, "preview-result"))
        assert "A run can be undone for 7 days" in text(browser, "ask") and "1 job finished before" in text(browser, "ask")
        assert serving.scrape().total("jobsweep_runs_total") == 0, "it asks first"
        element(browser, "confirm").click()
        wait(browser, lambda b: text(b, "note").startswith("Run completed"))
        wait(browser, lambda b: len(b.find_elements(By.CSS_SELECTOR, "#history tbody tr")) == 3)
        wait(browser, lambda b: not element(b, "preview-result").is_displayed())
        # The page draws anew what it has heard of meanwhile, one part after the other.
        wait(browser, lambda b: all(word in b.find_element(By.CSS_SELECTOR, "#history tbody tr").text for word in ("api", "completed", "Old jobs 1")))
        wait(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "#history svg rect.old_jobs"))
        wait(browser, lambda b: "UTC" in b.find_element(By.CSS_SELECTOR, "#history tbody tr time").get_attribute("title"))
        wait(browser, lambda b: b.title.startswith("Idle") and "app.db" in b.title)
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == [], "nothing was blocked"


def test_no_is_an_answer(serving):
    with chromium() as browser:
        unlocked(browser, serving)
        element(browser, "run").click()
        wait(browser, lambda b: element(b, "decline").is_displayed())
        element(browser, "decline").click()
        wait(browser, lambda b: not element(b, "preview-result").is_displayed())
    assert serving.scrape().total("jobsweep_runs_total") == 0


def test_only_some_operations(serving, workspace):
    with chromium() as browser:
        unlocked(browser, serving)
        for box in browser.find_elements(By.CSS_SELECTOR, "#operations input"):
            if box.get_attribute("value") != "old_downloads":
                box.click()
        element(browser, "run").click()
        wait(browser, lambda b: element(b, "confirm").is_displayed())
        element(browser, "confirm").click()
        wait(browser, lambda b: text(b, "note").startswith("Run completed"))
    exposition = serving.scrape()
    assert exposition["jobsweep_downloads_deleted_total"] == 1 and exposition.total("jobsweep_jobs_deleted_total") == 0


def tab_to(browser, identity):
    """Presses Tab until the element has the focus."""
    for _ in range(40):
        if browser.switch_to.active_element.get_attribute("id") == identity:
            return browser.switch_to.active_element
        browser.switch_to.active_element.send_keys(Keys.TAB)
    raise AssertionError(f"Tab doesn't lead to {identity}")


def test_the_bars_move_and_the_run_is_ended_by_keyboard(workspace):
    bulk(old=1000, stale=6).world.write(workspace.database)
    workspace.configure(SLOW)
    serving = workspace.serve()
    with chromium() as browser:
        unlocked(browser, serving)
        tab_to(browser, "run").send_keys(Keys.ENTER)
        wait(browser, lambda b: element(b, "confirm").is_displayed(), 60)
        assert browser.switch_to.active_element.get_attribute("id") == "preview-result", "a screen reader is led to the question"
        tab_to(browser, "confirm").send_keys(Keys.ENTER)
        # Stale jobs end at 90 too: the words follow the number.
        wait(browser, lambda b: "Deleting old jobs" in text(b, "state") and "of 1,000 rows" in text(b, "state"), 60)
        wait(browser, lambda b: [step.get_attribute("class") for step in b.find_elements(By.CSS_SELECTOR, "#steps li")] == ["done", "now", "next", "next"])
        wait(browser, lambda b: float(b.find_element(By.CSS_SELECTOR, "[data-step=old_jobs] progress").get_attribute("value")) > 0)
        wait(browser, lambda b: b.title.startswith("Run under way"))
        element(browser, "cancel").send_keys(Keys.ENTER)
        wait(browser, lambda b: text(b, "note").startswith("Run cancelled") and element(b, "note").get_attribute("class") == "warn")
        wait(browser, lambda b: "cancelled" in b.find_element(By.CSS_SELECTOR, "#history tbody tr").text)
        assert not element(browser, "progress").is_displayed()


def test_what_happens_elsewhere_shows_without_a_reload(workspace):
    """A run that somebody else starts; the database taken away and given back; the sidecar gone and back."""
    bulk(old=1000).world.write(workspace.database)
    workspace.configure(SLOW)
    serving = workspace.serve()
    with chromium() as browser:
        unlocked(browser, serving)
        job = json.loads(serving.ask("/api/jobs/run", "POST", headers=JSON, body=json.dumps({"job_type": "cleanup"})).body)["job_id"]
        wait(browser, lambda b: "Deleting old jobs" in text(b, "state"), 60)
        assert not element(browser, "run").is_enabled()
        assert serving.ask(f"/api/jobs/{job}/cancel", "POST", headers=JSON).status == 200
        wait(browser, lambda b: text(b, "state") == "Idle" and element(b, "run").is_enabled(), 60)
        with missing(workspace):
            wait(browser, lambda b: text(b, "state") == "The database can't be used", 60)
            banner = text(browser, "concerns")
            assert f"There is no database at {workspace.database}" in banner and "since" in banner and "Runs fail." in banner and "Runbook" in banner
            assert not element(browser, "run").is_enabled() and "Not now: the database can't be used" in text(browser, "run-hint")
        wait(browser, lambda b: text(b, "state") == "Idle" and element(b, "run").is_enabled() and not element(b, "concerns").is_displayed(), 60)
        serving.stop()
        wait(browser, lambda b: "can't be reached" in text(b, "note"), 60)
        again = workspace.serve("--web.listen-address", f"127.0.0.1:{serving.port}", ready=False, listen=False)
        wait(browser, lambda b: "can't be reached" not in text(b, "note"), 60)
        assert again.alive


def test_without_javascript_the_facts_are_there(serving, workspace):
    workspace.run()
    with chromium(javascript=False) as browser:
        browser.get(serving.page)
        body = browser.find_element(By.TAG_NAME, "body").text
        assert "Idle" in body and "Next run" in body and "every 30m" in body and "completed" in body
        assert not element(browser, "controls").is_displayed(), "buttons that can't work aren't shown"
        assert "jobsweep token" in text(browser, "access"), "it says how to get in"


def test_without_javascript_everything_can_be_done(serving, workspace):
    before = workspace.tables()
    with chromium(javascript=False) as browser:
        browser.get(serving.page.partition("#")[0])
        element(browser, "token").send_keys("wrong\n")
        wait(browser, lambda b: "That is not the control token" in text(b, "problem"))
        browser.back()
        element(browser, "token").clear()
        element(browser, "token").send_keys(control_token(serving.state) + "\n")
        wait(browser, lambda b: element(b, "run").is_displayed())
        element(browser, "run").click()
        wait(browser, lambda b: "1 job finished before" in text(b, "ask"), 60)
        assert workspace.tables() == before
        element(browser, "confirm").click()
        wait(browser, lambda b: "1 old jobs deleted" in text(b, "report") and "can be put back" in text(b, "undo"), 60)
        assert workspace.tables() != before
        element(browser, "restore").click()
        wait(browser, lambda b: element(b, "confirm").is_displayed(), 60)
        assert workspace.tables() != before and "would be put back" in text(browser, "restore-report")
        element(browser, "confirm").click()
        wait(browser, lambda b: "takes what was put back again" in text(b, "restore-report"), 60)
        assert workspace.tables() == before
        browser.get(serving.page.partition("#")[0])
        element(browser, "forget").click()
        wait(browser, lambda b: element(b, "token").is_displayed() and not element(b, "controls").is_displayed())


def test_errors_are_shown_in_full(workspace):
    work_for_all().write(workspace.database)
    workspace.execute("DROP TABLE handled_downloads")
    serving = workspace.serve()
    workspace.command("run")
    with chromium() as browser:
        browser.get(serving.page)
        wait(browser, lambda b: "there is no table handled_downloads" in element(b, "errors").text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 420])
def test_both_schemes_and_narrow_screens(serving, workspace, scheme, width):
    workspace.run()
    with chromium(width=width) as browser:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
        browser.get(serving.page)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
        ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(18, 22, 28)") == (scheme == "dark")
        browser.save_screenshot(str(workspace.folder / f"{scheme}-{width}.png"))


def test_many_operations_with_long_names_fit(workspace):
    """Twenty rules on tables whose names have sixty letters, one of them held: wide, narrow, and nothing that axe-core finds."""
    names = [f"table_{number:02}_" + "x" * 51 for number in range(20)]
    workspace.configure({"preset": "none", "rules": [
        {"name": f"rule_{number:02}_" + "y" * 32, "table": name, "time": "at", "keep": "30d", "enabled": number != 3} for number, name in enumerate(names)]})
    work_for_all().write(workspace.database)
    workspace.execute("".join(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, at TEXT); INSERT INTO {name} (at) VALUES ('2020-01-01 00:00:00');" for name in names))
    workspace.run()
    workspace.execute("".join(f"INSERT INTO {name} (at) VALUES ('2020-01-01 00:00:00');" for name in names))
    workspace.execute(f"CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES {names[0]} ON DELETE CASCADE)")
    workspace.command("run").exits(3)
    line, = [line for line in workspace.command("check").out.splitlines() if line.startswith("advice   an operation is held: ")]
    serving = workspace.serve()
    with chromium() as browser:
        unlocked(browser, serving)
        assert all(sentence.replace("`", "") in text(browser, "concerns") for sentence in line.partition("held: ")[2].split(". ")), "check says the same"
        assert "switched off" in text(browser, "what") and "Held: " in text(browser, "what")
        assert "An operation is held" in text(browser, "concerns") and "since" in text(browser, "concerns")
        for width in (1100, 360):
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
            for path in ("", "runs", browser.find_element(By.CSS_SELECTOR, "#history tbody a").get_attribute("href") if width == 1100 else ""):
                browser.get(path if "://" in path else f"http://127.0.0.1:{serving.port}/{path}")
                assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), (path, width)
                assert findings(browser) == []
        browser.get(f"http://127.0.0.1:{serving.port}/")
        browser.find_element(By.CSS_SELECTOR, "button[data-approve]").send_keys(Keys.ENTER)
        wait(browser, lambda b: "It is approved" in text(b, "what"), 60)
        element(browser, "run").click()
        wait(browser, lambda b: element(b, "confirm").is_displayed(), 60)
        assert findings(browser) == []


def test_the_whole_history_fits_a_wide_screen(workspace):
    """Also with the longest words that a row of it can have."""
    work_for_all().write(workspace.database)
    workspace.execute("DROP TABLE handled_downloads")
    workspace.run()
    serving = workspace.serve()
    with chromium() as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 1100, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
        browser.get(serving.page)
        wait(browser, lambda b: element(b, "preview").is_displayed() and element(b, "preview").is_enabled())
        element(browser, "preview").click()
        wait(browser, lambda b: "api, preview" in element(b, "history").text)
        assert "completed with errors" in element(browser, "history").text
        room, needed = browser.execute_script("const place = document.querySelector('#history'); return [place.clientWidth, place.scrollWidth]")
        assert needed <= room, "every column is seen without scrolling"
