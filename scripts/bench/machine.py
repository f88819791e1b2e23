"""What the figures were measured on and with."""

import os
import platform
import re
import subprocess
from datetime import datetime, timezone


def facts(workplace, commit=None):
    """Names and values, in the order in which they are shown."""
    found = {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "jobsweep": _said([workplace.jobsweep, "--version"]).removeprefix("jobsweep ") + (f" ({commit})" if commit else ""),
        "CPU": _cpu(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{_system()}, Linux {platform.release()}",
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()) + " (1, 5 and 15 minutes)",
        "file system": _said(["findmnt", "--noheadings", "--output", "FSTYPE", "--target", workplace.folder]),
        "Swift": _first(r"Swift version (\S+)", _said(["swift", "--version"])),
        "SQLite": _said(["pkg-config", "--modversion", "sqlite3"]) or _said(["sqlite3", "--version"]).split(" ")[0],
        "libmicrohttpd": _said(["pkg-config", "--modversion", "libmicrohttpd"]),
        "wrk": _first(r"wrk (\S+)", _said(["wrk", "--version"])),
        "gcc": _said(["gcc", "-dumpfullversion"]),
    }
    return {name: value for name, value in found.items() if value}


def _said(command):
    """What a command prints; empty where it can't be run. (wrk ends with 1 after its version.)"""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).strip()


def _first(pattern, text):
    match = re.search(pattern, text)
    return match[1] if match else ""


def _cpu():
    with open("/proc/cpuinfo") as lines:
        return _first(r"model name\s*: (.*)", lines.read()) or platform.machine()


def _system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "an unnamed system"
