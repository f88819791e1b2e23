"""The application at work: a process of its own that writes to its database all the time, as section 6 says it does.

Run as a script: `application.py DATABASE STOPFILE SEED`. Until the stop file appears it
- adds jobs that look stale from the start, finished jobs, downloads and plans, some of them old;
- finishes jobs that look stale, without asking who wrote last;
- sends heartbeats for jobs that look stale, where they still run.
At the end it prints as JSON what it wrote last to each row, and every write that failed.
"""

import json
import random
import sqlite3
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

BUSY_SECONDS = 5


def stamp(ago=timedelta()):
    return (datetime.now(timezone.utc) - ago).strftime("%Y-%m-%d %H:%M:%S.%f")


class Application:
    def __init__(self, database, seed):
        self.random = random.Random(seed)
        self.connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.finished, self.beaten, self.added, self.failures = {}, {}, [], []
        self.stale = [row[0] for row in self.connection.execute("SELECT id FROM job WHERE status = 'running'")]
        self.serial = self.longest = 0

    def write(self, statement, *values):
        """One write in autocommit; gives the number of rows, notes a failure and the longest wait."""
        began = time.monotonic()
        try:
            return self.connection.execute(statement, values).rowcount
        except sqlite3.Error as error:
            self.failures.append(f"{statement}: {error}")
            return 0
        finally:
            self.longest = max(self.longest, time.monotonic() - began)

    def add(self):
        self.serial += 1
        job, kind = f"app-{self.serial}", self.random.choice(["stale", "stale", "old", "fresh"])
        age = timedelta(hours=2) if kind == "stale" else timedelta(days=40)
        status = "running" if kind == "stale" else "completed"
        completed = None if kind == "stale" else stamp(age) if kind == "old" else stamp()
        self.write(
            "INSERT INTO job (id, type, status, progress, started_at, created_at, updated_at, completed_at) VALUES (?, 'sync', ?, 40, ?, ?, ?, ?)",
            job, status, stamp(age), stamp(age), stamp(age), completed,
        )
        if kind == "stale":
            self.stale.append(job)
        self.added.append((job, kind))
        self.write("INSERT INTO handled_downloads (id, timestamp, download_name) VALUES (?, ?, 'app')", 10**9 + self.serial, stamp(age))
        self.write("INSERT INTO analysis_plan (status, job_id, updated_at) VALUES ('PENDING', ?, ?)", job, stamp())

    def finish(self):
        job, moment = self.take(), stamp()
        if job and self.write(
            "UPDATE job SET status = 'completed', progress = 100, result = ?, error = NULL, completed_at = ?, updated_at = ? WHERE id = ?",
            f'"{job}"', moment, moment, job,
        ):
            self.finished[job] = moment

    def beat(self):
        job, moment = self.stale.pop() if self.stale else None, stamp()
        if job and self.write("UPDATE job SET updated_at = ?, progress = 41 WHERE id = ? AND status = 'running'", moment, job):
            self.beaten[job] = moment

    def take(self):
        return self.stale.pop(self.random.randrange(len(self.stale))) if self.stale else None

    def work(self, stop):
        while not stop.exists():
            self.random.choices([self.add, self.finish, self.beat], [3, 3, 1])[0]()
            time.sleep(self.random.random() * 0.002)
        self.connection.close()


if __name__ == "__main__":
    application = Application(sys.argv[1], int(sys.argv[3]))
    print("ready", flush=True)
    application.work(Path(sys.argv[2]))
    names = ("finished", "beaten", "added", "failures", "longest")
    print(json.dumps({name: getattr(application, name) for name in names}))
