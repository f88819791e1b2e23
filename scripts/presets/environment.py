"""A virtual environment with one version of one application."""

import os
import subprocess
import sys


class Broken(Exception):
    """A program that ended otherwise than it should."""


def made(folder, requirements):
    """The interpreter of an environment in `folder` that holds `requirements`; one that is there is used again."""
    python, mark = folder / "bin" / "python", folder / "requirements"
    if mark.exists() and mark.read_text().split("\n") == requirements:
        return python
    run([sys.executable, "-m", "venv", folder], "making an environment")
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], f"installing {' '.join(requirements)}")
    mark.write_text("\n".join(requirements))
    return python


def run(words, what, environment=None, seconds=1800):
    """Runs a program to its end and gives what it printed; raises `Broken` with the end of what it said."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR")} | {"HOME": os.environ.get("HOME", "/")}
    # As PIP_* may say where packages come from, it is left to pip.
    kept |= {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_PROXY") or name.endswith("_proxy")}
    try:
        done = subprocess.run([str(word) for word in words], env=kept | (environment or {}), capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Broken(f"{what} took more than {seconds} s") from None
    if done.returncode != 0:
        raise Broken(f"{what} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout
