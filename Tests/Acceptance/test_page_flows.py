"""Everything that can be done on the pages, from getting in to putting back: by mouse and by keyboard alone, with the control token and
with users below a path; and what axe-core finds on each page, wide and narrow, light and dark."""

import json
import subprocess
from datetime import timedelta

import pytest
from selenium.webdriver.common.by import By

from support.accessible import findings
from support.browser import chromium
from support.bulk import bulk
from support.faults import locked, missing, work_for_all
from support.hands import Keyboard, Mouse
from support.ports import free_port
from support.serving import control_token
from support.slow import SLOW
from support.timestamps import now
from support.waiting import eventually
from support.world import World

#: How each page is looked at: with a mouse in the one way, with the keyboard in the other. Colours don't depend on the width.
LOOKS = {Mouse: [(1100, "dark")], Keyboard: [(360, "light")]}
EVERY_LOOK = [look for looks in LOOKS.values() for look in looks]


class Visitor:
    """Somebody before a page: what is there to be read, and the hands."""

    def __init__(self, browser, hands):
        self.browser, self.hands, self.looks = browser, hands(browser), LOOKS[hands]

    def reads(self, identity, words):
        self.hands.patiently(lambda: words in self.browser.find_element(By.ID, identity).text, f"#{identity} says: {words}")

    def shows(self, selector):
        return any(found.is_displayed() for found in self.browser.find_elements(By.CSS_SELECTOR, selector))

    def looks_well(self, looks=None):
        """Nothing that axe-core finds, and nothing that sticks out."""
        for width, scheme in looks or self.looks:
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
            assert findings(self.browser) == [], (self.browser.current_url, width, scheme)
            assert self.browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), (self.browser.current_url, width)
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 1100, "height": 1000, "deviceScaleFactor": 1, "mobile": False})


def with_the_token(workspace):
    """The sidecar and the address of its page, for somebody who isn't in yet."""
    serving = workspace.serve()
    return serving, f"http://127.0.0.1:{serving.port}"


def with_users_below_a_path(workspace):
    web, port = workspace.folder / "web.yml", free_port()
    made = subprocess.run([workspace.jobsweep.path, "hash-password", "--user", "bob", "--cost", "10"], input="secret\n", capture_output=True, text=True, check=True)
    web.write_text(made.stdout)
    serving = workspace.serve(
        "--web.listen-address", f"127.0.0.1:{port}", "--web.external-url", f"http://127.0.0.1:{port}/sweep/", "--web.config.file", web, ready=False, listen=False)
    serving.port = port
    eventually(lambda: serving.ask("/sweep/-/healthy").status == 200, "it answers")
    return serving, f"http://bob:secret@127.0.0.1:{port}/sweep"


# With the token and a mouse: test_page.py.
@pytest.mark.parametrize(("hands", "who"), [(Mouse, with_users_below_a_path), (Keyboard, with_the_token)])
def test_every_flow(workspace, hands, who):
    work_for_all().write(workspace.database)
    before = workspace.tables()
    serving, address = who(workspace)
    with chromium() as browser:
        visitor = Visitor(browser, hands)
        hand, reads = visitor.hands, visitor.reads
        browser.get(f"{address}/")
        if who is with_the_token:
            visitor.looks_well(EVERY_LOOK)
            assert not visitor.shows("#controls"), "no button that would only refuse"
            hand.write("#token", control_token(serving.state))
            hand.press("#access button")
        hand.toggle("input[value=stuck_plans]")
        hand.press("#preview")
        reads("preview-result", "1 job finished before")
        assert "plan" not in browser.find_element(By.ID, "preview-result").text and workspace.tables() == before
        hand.press("#decline")
        hand.patiently(lambda: not visitor.shows("#preview-result"), "no is an answer")
        hand.press("#run")
        reads("ask", "can be undone for 7 days")
        visitor.looks_well()
        assert workspace.tables() == before, "it asks first"
        hand.press("#confirm")
        reads("note", "Run completed")
        hand.patiently(lambda: len(browser.find_elements(By.CSS_SELECTOR, "#history tbody tr")) == 3, "the run is in the list")
        visitor.looks_well()
        hand.press("#history tbody a")
        reads("report", "1 old jobs deleted")
        reads("facts", "bob from 127.0.0.1" if who is with_users_below_a_path else "whoever has the control token from 127.0.0.1")
        visitor.looks_well()

        hand.press("#restore")
        reads("restore-report", "would be put back")
        assert workspace.tables() != before
        visitor.looks_well()
        hand.choose("#hold", "1 day")
        hand.press("#confirm")
        reads("restore-report", "takes what was put back again from")
        assert workspace.tables() == before
        visitor.looks_well()

        hand.press("nav a[href$='/runs']")
        reads("found", "1 to 5 of 5 entries")
        visitor.looks_well()
        hand.choose("select[name=kind]", "runs")
        hand.press("#filters button")
        reads("found", "1 to 1 of 1 run")
        hand.choose("select[name=kind]", "restores")
        hand.press("#filters button")
        reads("found", "1 to 2 of 2 restores")
        visitor.looks_well()
        hand.press(".year a")
        reads("found", "1 to 5 of 5 entries")

        world = World()
        world.job(now(), "completed", completed=timedelta(days=31))
        world.insert(workspace.database)
        workspace.execute("CREATE TABLE child (id INTEGER PRIMARY KEY, of TEXT REFERENCES job ON DELETE CASCADE)")
        workspace.command("run", "--only", "old_jobs").exits(3)
        hand.press("header .brand a")
        reads("concerns", "An operation is held")
        visitor.looks_well()
        hand.press("#approve-old_jobs")
        reads("what", "It is approved and goes on in the next run")
        if who is with_the_token:
            hand.press("#forget")
            hand.patiently(lambda: visitor.shows("#token") and not visitor.shows("#controls"), "the way in is asked for again")
        browser.get(f"{address}/runs/nonsense")
        reads("problem", "There is no run nonsense")
        visitor.looks_well()


def test_beside_a_long_run(workspace):
    """The pages answer meanwhile, the run's own moves by itself, and the run is ended there. Then the database is gone: what is known is told."""
    bulk(old=1000).world.write(workspace.database)
    workspace.configure(SLOW)
    serving, address = with_the_token(workspace)
    with chromium() as browser:
        visitor = Visitor(browser, Mouse)
        hand, reads = visitor.hands, visitor.reads
        browser.get(serving.page)
        hand.press("#run")
        hand.press("#confirm")
        reads("state", "Deleting old jobs")
        visitor.looks_well(EVERY_LOOK)
        hand.press("nav a[href$='/runs']")
        reads("history", "running")
        hand.press("nav a[href='/']")
        hand.press("#current")
        reads("state", "Deleting old jobs")
        bar = lambda: float(browser.find_element(By.CSS_SELECTOR, "[data-step=old_jobs] progress").get_attribute("value"))
        first = hand.patiently(bar, "some rows are gone")
        hand.patiently(lambda: bar() > first, "the bar moves by itself")
        assert "of 1,000 rows" in browser.find_element(By.ID, "steps").text
        visitor.looks_well(EVERY_LOOK)
        hand.press("#report .danger")
        reads("state", "cancelled")
        reads("undo", "can be put back")
        with missing(workspace):
            browser.refresh()
            reads("undo", "can be put back")
            hand.press("#restore")
            hand.patiently(lambda: "There is no database at" in browser.find_element(By.ID, "main").text, "it says why nothing comes back")
            visitor.looks_well(EVERY_LOOK)
            hand.press("header .brand a")
            reads("concerns", "There is no database at")
            visitor.looks_well(EVERY_LOOK)
            hand.press("nav a[href$='/runs']")
            reads("history", "cancelled")
        hand.press("header .brand a")
        hand.patiently(lambda: browser.find_element(By.ID, "run").is_enabled(), "runs can be begun again")


def test_what_the_page_shows_needs_no_table_of_the_application(workspace):
    """Whoever holds the whole file, of which not even a row can be read, keeps no page waiting."""
    work_for_all().write(workspace.database, journal="delete")
    workspace.run()
    serving = workspace.serve()
    identity = json.loads(serving.ask("/api/jobs").body)["jobs"][0]["id"]
    with locked(workspace):
        assert "No backlog." in serving.ask("/").text
        assert "1 of 1 entry" in serving.ask("/runs").text
        assert "old jobs deleted" in serving.ask(f"/runs/{identity}").text
