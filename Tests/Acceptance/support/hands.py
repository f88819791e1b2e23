"""The two ways of somebody before a page: with a mouse, and with nothing but a keyboard."""

import time

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from support.waiting import eventually


#: The element with the focus, and its outline where it is the one looked for.
FOCUSED = """const focused = document.activeElement;
return [focused, focused.matches(arguments[0]) ? getComputedStyle(focused).outlineStyle : null]"""


class Hands:
    """What is told apart by a CSS selector is looked up anew each time: a page that keeps itself fresh draws it anew."""

    def __init__(self, browser):
        self.browser = browser

    def seen(self, selector):
        """The element, once it is there to be used."""

        def look():
            found = self.browser.find_elements(By.CSS_SELECTOR, selector)
            return found[0] if found and found[0].is_displayed() and found[0].is_enabled() else None

        return self.patiently(look, f"{selector} is there to be used")

    def patiently(self, look, what):
        """Waits for what `look` gives; an element that was drawn anew meanwhile is looked for once more."""

        def probe():
            try:
                return look()
            except Exception:  # noqa: BLE001 - whatever a browser says of an element that is no longer there
                return None

        return eventually(probe, what, 120)


class Mouse(Hands):
    def press(self, selector):
        self.patiently(lambda: self.seen(selector).click() or True, f"{selector} is clicked")

    toggle = press

    def choose(self, selector, words):
        Select(self.seen(selector)).select_by_visible_text(words)

    def write(self, selector, text):
        self.press(selector)
        self.browser.switch_to.active_element.send_keys(text)


class Keyboard(Hands):
    def press(self, selector):
        self.type(selector, Keys.ENTER)

    def toggle(self, selector):
        self.type(selector, Keys.SPACE)

    def write(self, selector, text):
        self.type(selector, text)

    def type(self, selector, keys):
        """What was drawn anew on the way to it, or before the key, is gone to once more."""
        self.patiently(lambda: self.reach(selector).send_keys(keys) or True, f"Tab leads to {selector}, and the focus is seen there")

    def choose(self, selector, words):
        """Types the words; a browser takes letters that are a second apart for the beginnings of two words, and then they are typed anew."""

        def typed():
            self.reach(selector).send_keys(words)
            if Select(self.seen(selector)).first_selected_option.text == words:
                return True
            time.sleep(1.1)
            return False

        self.patiently(typed, f"{words} is chosen in {selector}")

    def reach(self, selector):
        """Tab after Tab until the element has the focus, which has to be seen."""
        self.seen(selector)
        for _ in range(120):
            focused, ring = self.browser.execute_script(FOCUSED, selector)
            if ring:
                assert ring != "none", f"nobody sees that {selector} has the focus"
                return focused
            focused.send_keys(Keys.TAB)
        raise AssertionError(f"Tab doesn't lead to {selector}")
