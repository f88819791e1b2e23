"""A real Chromium, one for all tests of a process: a start costs as much as a test. Each test finds it as if nobody had been there."""

import atexit
from contextlib import contextmanager
from functools import cache

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service


@cache
def _started(insecure):
    options = Options()
    options.accept_insecure_certs = insecure
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    atexit.register(driver.quit)
    return driver


@contextmanager
def chromium(javascript=True, width=1100, height=1000, insecure=False):
    """`insecure` takes any certificate."""
    driver = _started(insecure)
    # What one test left would be another's: its window with what is emulated there, its cookies, what the console was told.
    first = driver.current_window_handle
    driver.switch_to.new_window("window")
    try:
        driver.set_window_size(width, height)
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        driver.execute_cdp_cmd("Network.clearBrowserCache", {})
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not javascript})
        driver.get_log("browser")
        yield driver
    finally:
        driver.close()
        driver.switch_to.window(first)
