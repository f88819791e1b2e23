"""Waiting for something to become true, with a deadline, instead of sleeping and hoping."""

import time


class Late(AssertionError):
    """The awaited thing did not happen before its deadline."""


def eventually(probe, what, seconds=120.0, pause=None):
    """Calls `probe` until it gives something true and returns that; raises `Late`, naming `what`, after `seconds`.

    A probe that raises ConnectionError or AssertionError counts as "not yet". Between two looks there is this pause, or one that grows with
    the wait: at first 20 ms, and a quarter of a second in the end, since looking costs those who are waited for their time.
    """
    deadline = time.monotonic() + seconds
    last, growing = None, 0.02
    while True:
        try:
            last = probe()
            if last:
                return last
        except (ConnectionError, AssertionError) as error:
            last = error
        if time.monotonic() > deadline:
            raise Late(f"after {seconds:g} s still not: {what} (last seen: {last!r})")
        time.sleep(growing if pause is None else pause)
        growing = min(growing * 1.25, 0.25)
