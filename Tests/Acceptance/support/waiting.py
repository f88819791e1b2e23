"""Waiting for something to become true, with a deadline, instead of sleeping and hoping."""

import time


class Late(AssertionError):
    """The awaited thing did not happen before its deadline."""


def eventually(probe, what, seconds=120.0, pause=0.02):
    """Calls `probe` until it gives something true and returns that; raises `Late`, naming `what`, after `seconds`.

    A probe that raises ConnectionError or AssertionError counts as "not yet".
    """
    deadline = time.monotonic() + seconds
    last = None
    while True:
        try:
            last = probe()
            if last:
                return last
        except (ConnectionError, AssertionError) as error:
            last = error
        if time.monotonic() > deadline:
            raise Late(f"after {seconds:g} s still not: {what} (last seen: {last!r})")
        time.sleep(pause)
