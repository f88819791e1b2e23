"""One of the application's processes in a race. `racer.py DATABASE STOPFILE SEED NAME`

It writes to rows of its own until the stop file appears: finishes, touches, deletes, re-creates jobs that look stale or old, and the same
with downloads and plans. Before each write it looks, in the same transaction, whether the row still is what it wrote last or what a sweep
may have made of it. At the end it looks at all its rows and prints as JSON what was wrong, and how much it did.
"""

import json
import random
import sqlite3
import sys
import time
import uuid
from pathlib import Path

from ledger import DOWNLOAD, FRESH, JOB, OLD, PLAN, STALE, YOUNG, download_fault, job_fault, plan_fault, stamp

BUSY_SECONDS = 5
TYPES = ("sync", "ANALYSIS", "export", "generate_details", "defragment")
CONFLICTS = 20


class Racer:
    def __init__(self, database, seed, name):
        self.random, self.name = random.Random(seed), name
        self.connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.jobs, self.downloads, self.plans = {}, {}, {}
        self.faults, self.failures, self.writes, self.swept, self.serial, self.longest = [], [], 0, 0, 0, 0.0

    # Reading and writing one row in one transaction.

    def row(self, table, columns, key):
        found = self.connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (key,)).fetchone()
        return found and dict(zip(columns, found))

    def put(self, table, columns, row):
        marks = ", ".join("?" * len(columns))
        self.connection.execute(f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})", [row[c] for c in columns])

    def write(self, action, *values):
        began = time.monotonic()
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            done = action(*values)
            self.connection.execute("COMMIT")
            self.writes += 1
            done()
        except sqlite3.Error as error:
            self.failures.append(f"{action.__name__}: {error}")
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        finally:
            self.longest = max(self.longest, time.monotonic() - began)

    def look(self, table, key, written, seen, fault):
        self.swept += seen != written
        if fault and len(self.faults) < CONFLICTS:
            self.faults.append(f"{table} {key} {fault}: written {written}, seen {seen}")

    # Jobs.

    def new_job(self, key):
        kind = self.random.choice(["stale", "stale", "alive", "old", "old", "young", "whole"])
        age = {"stale": STALE, "alive": STALE, "whole": STALE, "old": OLD, "young": YOUNG}[kind]
        status = self.random.choice(["running", "PENDING", "RUNNING"] if kind in ("stale", "alive", "whole") else ["completed", "FAILED", "cancelled"])
        ended = stamp(age) if kind in ("old", "young") else None
        return {
            "id": key, "type": self.random.choice(TYPES), "status": status, "progress": 100 if kind == "whole" else 40,
            "error": None, "result": str(uuid.UUID(int=self.random.getrandbits(128))), "started_at": stamp(age), "completed_at": ended,
            "created_at": stamp(age), "updated_at": stamp(FRESH if kind == "alive" else age),
        }  # fmt: skip

    def change_job(self, key):
        written, seen = self.jobs[key], self.row("job", JOB, key)
        self.look("job", key, written, seen, job_fault(written, seen))
        if seen is None or self.random.random() < 0.25:
            row = self.new_job(key)
            # A row that comes back under its name, through the upsert that applications use.
            self.connection.execute("DELETE FROM job WHERE id = ?", (key,))
            self.put("job", JOB, row)
            return lambda: self.jobs.__setitem__(key, row)
        row, draw = dict(seen), self.random.random()
        if draw < 0.4:
            row |= {"status": "completed", "progress": 100, "error": None, "completed_at": stamp(), "updated_at": stamp()}
        elif draw < 0.7:
            row |= {"status": "running", "progress": 41, "completed_at": None, "updated_at": stamp(), "started_at": row["started_at"]}
        elif draw < 0.9:
            row |= {"status": "running", "completed_at": None, "started_at": stamp(STALE), "updated_at": stamp(STALE)}
        else:
            self.connection.execute("DELETE FROM job WHERE id = ?", (key,))
            return lambda: self.jobs.__setitem__(key, None)
        sets = ", ".join(f"{column} = ?" for column in JOB[1:])
        self.connection.execute(f"UPDATE job SET {sets} WHERE id = ?", [*(row[c] for c in JOB[1:]), key])
        return lambda: self.jobs.__setitem__(key, row)

    def add_job(self, key):
        row = self.new_job(key)
        self.put("job", JOB, row)
        if self.random.random() < 0.3:
            self.connection.execute("INSERT INTO daemon_job_history (daemon_id, job_id, status) VALUES (?, ?, 'ok')", (self.name, key))
        return lambda: self.jobs.__setitem__(key, row)

    # Downloads and plans.

    def write_download(self, key):
        written = self.downloads.get(key)
        seen = self.row("handled_downloads", DOWNLOAD, key)
        self.look("download", key, written, seen, download_fault(written, seen))
        row = {"id": key, "timestamp": stamp(self.random.choice([YOUNG, OLD])), "download_name": self.name}
        self.put("handled_downloads", DOWNLOAD, row)
        return lambda: self.downloads.__setitem__(key, row)

    def write_plan(self, key):
        written = self.plans.get(key)
        seen = self.row("analysis_plan", PLAN, key)
        self.look("plan", key, written, seen, plan_fault(written, seen, job_is_active=False))
        row = {
            "id": key, "status": self.random.choice(["PENDING", "PENDING", "REVIEWING"]), "job_id": self.random.choice([None, "nobody"]),
            "updated_at": stamp(self.random.choice([FRESH, STALE])), "name": self.name,
        }  # fmt: skip
        self.put("analysis_plan", PLAN, row)
        return lambda: self.plans.__setitem__(key, row)

    # The race.

    def step(self):
        self.serial += 1
        number = self.serial + 10**6 * (1 + int(self.name))
        draw = self.random.random()
        if draw < 0.4 or len(self.jobs) < 20:
            self.write(self.add_job, f"r{self.name}-{self.serial}")
        elif draw < 0.8:
            self.write(self.change_job, self.random.choice(list(self.jobs)))
        elif draw < 0.9:
            self.write(self.write_download, self.random.choice(list(self.downloads) + [number]))
        else:
            self.write(self.write_plan, self.random.choice(list(self.plans) + [number]))

    def work(self, stop):
        while not stop.exists():
            self.step()
            time.sleep(self.random.random() * 0.003)

    def account(self):
        """Every row once more."""
        for key, written in self.jobs.items():
            seen = self.row("job", JOB, key)
            self.look("job", key, written, seen, job_fault(written, seen))
        for key, written in self.downloads.items():
            seen = self.row("handled_downloads", DOWNLOAD, key)
            self.look("download", key, written, seen, download_fault(written, seen))
        for key, written in self.plans.items():
            seen = self.row("analysis_plan", PLAN, key)
            self.look("plan", key, written, seen, plan_fault(written, seen, job_is_active=False))


if __name__ == "__main__":
    racer = Racer(sys.argv[1], int(sys.argv[3]), sys.argv[4])
    print("ready", flush=True)
    racer.work(Path(sys.argv[2]))
    racer.account()
    print(json.dumps({k: getattr(racer, k) for k in ("faults", "failures", "writes", "swept", "longest")}))
