"""The history's page and the pages of runs, with many runs and many errors."""

import sqlite3

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from support.browser import chromium
from support.faults import work_for_all
from support.sweeping import DAY
from support.timestamps import now
from support.world import World

STATE_FILE = "jobsweep.db"


def text(browser, identity):
    return browser.find_element(By.ID, identity).text


def wait(browser, condition):
    return WebDriverWait(browser, 60, ignored_exceptions=(Exception,)).until(condition)


def test_ten_thousand_runs(workspace):
    """Behind the page's lists stand indexes: RunListTests reads their plans."""
    work_for_all().write(workspace.database)
    workspace.run()
    with sqlite3.connect(workspace.state / STATE_FILE) as state:
        state.execute('''
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO run (id, database, "trigger", dry_run, operations, phase, progress, message, started_at, finished_at, duration, report, figures)
            SELECT 'run-' || i, database, 'schedule', i % 2, operations, CASE WHEN i % 100 = 0 THEN 'failed' ELSE phase END, progress, message,
                started_at - (10000 - i) * 1800000000, finished_at, duration, report, figures FROM n, (SELECT * FROM run LIMIT 1)''')
    serving = workspace.serve()
    page = serving.ask("/runs").text
    assert "1 to 50 of 10,001 entries" in page and page.count("<tr>") == 51 and len(page) < 200_000
    assert page.count("day-good") + page.count("day-bad") > 200, "a year is in view"
    assert "9,951 to 10,000 of 10,001 entries" in serving.ask("/runs?page=200").text
    assert "No run is like that" in serving.ask("/runs?status=failed&kind=previews").text
    assert "1 to 50 of 100 runs" in serving.ask("/runs?status=failed&kind=runs").text
    assert len(serving.ask("/").text) < 200_000
    for wrong in ("status=nonsense", "day=2026-02-30", "page=0", "more=1"):
        assert serving.ask(f"/runs?{wrong}").status == 400
    assert serving.ask("/runs/nonsense").status == 404
    with chromium() as browser:
        browser.get(f"http://127.0.0.1:{serving.port}/runs")
        browser.find_element(By.LINK_TEXT, "Older").click()
        wait(browser, lambda b: "51 to 100" in text(b, "found"))
        browser.find_element(By.CSS_SELECTOR, "#filters select[name=status]").send_keys("failed")
        browser.find_element(By.CSS_SELECTOR, "#filters button").click()
        wait(browser, lambda b: "1 to 50 of 100 entries" in text(b, "found"))


def test_errors_that_say_the_same_are_one_line(workspace):
    world, start = World(), now()
    for _ in range(29):
        world.job(start, "completed", completed=31 * DAY)
    world.write(workspace.database)
    workspace.execute("CREATE TABLE keeper (id INTEGER PRIMARY KEY, job TEXT REFERENCES job); INSERT INTO keeper (job) SELECT id FROM job")
    workspace.command("run", "--only", "old_jobs").exits(3)
    serving = workspace.serve()
    with chromium() as browser:
        browser.get(serving.page)
        wait(browser, lambda b: "29 times" in text(b, "errors"))
        assert len(browser.find_elements(By.CSS_SELECTOR, "#errors li")) == 1 and "The last run met errors" in text(browser, "concerns")
        browser.find_element(By.CSS_SELECTOR, "#history tbody a").click()
        wait(browser, lambda b: "29 times" in text(b, "errors") and "among them" in text(b, "errors"))
        assert "the command line" in text(browser, "facts")
