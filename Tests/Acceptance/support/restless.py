"""An application that never pauses: its next transaction begins as soon as the last one has ended.

`python restless.py DATABASE STOP` works until the file STOP is there, then prints as JSON how often it wrote, its longest wait and what failed.
"""

import json
import sqlite3
import sys
import time
from pathlib import Path

BUSY_SECONDS = 5


def work(database, stop):
    connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
    writes, longest, failures = 0, 0.0, []
    while writes % 50 or not stop.exists():
        began = time.monotonic()
        try:
            connection.execute("INSERT INTO handled_downloads (id, timestamp, download_name) VALUES (?, datetime('now'), 'new')", (10**9 + writes,))
        except sqlite3.Error as error:
            failures.append(f"after {time.monotonic() - began:.1f} s: {error}")
        writes += 1
        longest = max(longest, time.monotonic() - began)
    return {"writes": writes, "longest": longest, "failures": failures}


if __name__ == "__main__":
    print("ready", flush=True)
    print(json.dumps(work(sys.argv[1], Path(sys.argv[2]))))
