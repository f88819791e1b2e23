"""Several writers of the application, each with its own connection and the usual five seconds of patience.

`python impatient.py DATABASE STOP` works until the file STOP is there, then prints as JSON how often each writer wrote, the longest that a write took,
and every write that failed.
"""

import json
import sqlite3
import sys
import threading
import time
from pathlib import Path

BUSY_SECONDS = 5
#: What each writer waits between two writes.
PAUSES = (0.005, 0.02, 0.02, 0.02)


class Writer(threading.Thread):
    def __init__(self, database, number, pause, stop):
        super().__init__()
        self.database, self.number, self.pause, self.stop = database, number, pause, stop
        self.writes, self.longest, self.failures = 0, 0.0, []

    def run(self):
        connection = sqlite3.connect(self.database, timeout=BUSY_SECONDS, isolation_level=None)
        while not self.stop.exists():
            began = time.monotonic()
            try:
                identity = self.number * 10**9 + self.writes
                connection.execute("INSERT INTO handled_downloads (id, timestamp, download_name) VALUES (?, datetime('now'), 'new')", (identity,))
                self.writes += 1
            except sqlite3.Error as error:
                self.failures.append(f"writer {self.number} after {time.monotonic() - began:.1f} s: {error}")
            self.longest = max(self.longest, time.monotonic() - began)
            time.sleep(self.pause)
        connection.close()


if __name__ == "__main__":
    writers = [Writer(sys.argv[1], number + 1, pause, Path(sys.argv[2])) for number, pause in enumerate(PAUSES)]
    for writer in writers:
        writer.start()
    print("ready", flush=True)
    for writer in writers:
        writer.join()
    failures = [failure for writer in writers for failure in writer.failures]
    print(json.dumps({"writes": [w.writes for w in writers], "longest": max(w.longest for w in writers), "failures": failures}))
