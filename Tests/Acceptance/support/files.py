"""What lies beside a database, as `ls -l` and `sha256sum` see it."""

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

#: SQLite's readers mark in the log's index how far they have read; nothing else may change.
INDEX = "app.db-shm"


def fingerprint(folder):
    """Of every file of the database: owner, mode, size, time of the last change and content; of the index only whose it is."""
    found = {}
    for path in sorted(folder.glob("app.db*")):
        facts = path.stat()
        known = (facts.st_uid, facts.st_gid, facts.st_mode)
        if path.name != INDEX:
            known += (facts.st_size, facts.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        found[path.name] = known
    return found


def killed(database, script):
    """An application that is killed after it has committed `script`: it leaves its log, or the journal of a half-done change."""
    program = f"""
import os, sqlite3, sys
connection = sqlite3.connect({str(database)!r}, isolation_level=None)
connection.executescript(sys.stdin.read())
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", program], input=script, text=True)
    assert done.returncode == -9


@contextmanager
def application(database):
    """The application, with a connection that has read and written."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO plan_change (plan_id) SELECT id FROM analysis_plan LIMIT 1")
    connection.execute("COMMIT")
    try:
        yield connection
    finally:
        connection.close()
