"""The status page in a real browser."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from support.browser import chromium
from support.bulk import bulk
from support.faults import work_for_all
from support.slow import slow_down


def element(browser, identity):
    return browser.find_element(By.ID, identity)


def wait(browser, condition, seconds=20):
    return WebDriverWait(browser, seconds, ignored_exceptions=(Exception,)).until(condition)


@pytest.fixture
def serving(workspace):
    work_for_all().write(workspace.database)
    return workspace.serve()


def test_preview_run_and_history(serving):
    with chromium() as browser:
        browser.get(serving.page)
        wait(browser, lambda b: element(b, "run").is_displayed())
        wait(browser, lambda b: element(b, "state").text == "Idle")
        wait(browser, lambda b: element(b, "countdown").text.startswith("in "))
        wait(browser, lambda b: element(b, "preview").is_displayed())
        element(browser, "preview").click()
        wait(browser, lambda b: element(b, "preview-result").is_displayed())
        said = element(browser, "preview-result").text
        for words in ("1 stale jobs would be settled", "1 old jobs would be deleted", "1 old download records", "1 stuck plans"):
            assert words in said
        assert serving.scrape().total("jobsweep_runs_total") == 0, "a preview changes nothing"
        element(browser, "run").click()
        wait(browser, lambda b: element(b, "note").text.startswith("Run completed"))
        wait(browser, lambda b: len(b.find_elements(By.CSS_SELECTOR, "#history tbody tr")) == 2)
        assert not element(browser, "preview-result").is_displayed()
        newest = browser.find_element(By.CSS_SELECTOR, "#history tbody tr").text
        assert "api" in newest and "completed" in newest
        assert browser.find_elements(By.CSS_SELECTOR, "#history svg rect.old_jobs")
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == [], "nothing was blocked"


def test_only_some_operations(serving, workspace):
    with chromium() as browser:
        browser.get(serving.page)
        wait(browser, lambda b: element(b, "run").is_displayed())
        for box in browser.find_elements(By.CSS_SELECTOR, "#operations input"):
            if box.get_attribute("value") != "old_downloads":
                box.click()
        element(browser, "run").click()
        wait(browser, lambda b: element(b, "note").text.startswith("Run completed"))
    exposition = serving.scrape()
    assert exposition["jobsweep_downloads_deleted_total"] == 1 and exposition.total("jobsweep_jobs_deleted_total") == 0


def test_the_bar_moves_and_the_run_is_ended_by_keyboard(workspace):
    bulk(old=5000, stale=60).world.write(workspace.database)
    slow_down(workspace)
    serving = workspace.serve()
    with chromium() as browser:
        browser.get(serving.page)
        wait(browser, lambda b: element(b, "run").is_displayed())
        button = element(browser, "run")
        for _ in range(20):
            if browser.switch_to.active_element == button:
                break
            browser.switch_to.active_element.send_keys(Keys.TAB)
        assert browser.switch_to.active_element == button, "Tab leads to the button"
        button.send_keys(Keys.ENTER)
        wait(browser, lambda b: element(b, "bar").is_displayed() and float(element(b, "bar").get_attribute("value")) >= 90)
        # Stale jobs end at 90 too: the words follow the number.
        wait(browser, lambda b: "Deleting old jobs" in element(b, "state").text)
        element(browser, "cancel").send_keys(Keys.ENTER)
        wait(browser, lambda b: element(b, "note").text.startswith("Run cancelled"))
        wait(browser, lambda b: "cancelled" in b.find_element(By.CSS_SELECTOR, "#history tbody tr").text)
        assert not element(browser, "bar").is_displayed()


def test_without_javascript_the_facts_are_there(serving, workspace):
    workspace.run()
    with chromium(javascript=False) as browser:
        browser.get(serving.page)
        text = browser.find_element(By.TAG_NAME, "body").text
        assert "Idle" in text and "Next run" in text and "every 30m" in text and "completed" in text
        assert not element(browser, "controls").is_displayed(), "buttons that can't work aren't shown"


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


def test_the_whole_history_fits_a_wide_screen(workspace):
    """Also with the longest words that a row of it can have."""
    work_for_all().write(workspace.database)
    workspace.execute("DROP TABLE handled_downloads")
    workspace.run()
    serving = workspace.serve()
    with chromium() as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 1100, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
        browser.get(serving.page)
        wait(browser, lambda b: element(b, "preview").is_displayed())
        element(browser, "preview").click()
        wait(browser, lambda b: "api, preview" in element(b, "history").text)
        assert "completed with errors" in element(browser, "history").text
        room, needed = browser.execute_script("const place = document.querySelector('#history .scroll'); return [place.clientWidth, place.scrollWidth]")
        assert needed <= room, "every column is seen without scrolling"
