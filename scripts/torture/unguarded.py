"""A sweeper as people write it in an afternoon: reads, thinks, writes by id, until it is killed. `unguarded.py DATABASE`

It is there to be caught: where the ledger finds nothing wrong with this one, it would find nothing wrong with anybody.
"""

import sqlite3
import sys
import time
from datetime import timedelta

from ledger import OLD, stamp

connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
print("ready", flush=True)
while True:
    stale = connection.execute(
        "SELECT id FROM job WHERE lower(status) IN ('running', 'pending') AND updated_at < ?", (stamp(timedelta(hours=1)),)
    ).fetchall()
    old = connection.execute("SELECT id FROM job WHERE completed_at < ?", (stamp(OLD / 2),)).fetchall()
    time.sleep(0.05)
    for (key,) in stale:
        now = stamp()
        connection.execute(
            "UPDATE job SET status = 'failed', error = 'Job timed out after 180.0 minutes', completed_at = ?, updated_at = ? WHERE id = ?",
            (now, now, key),
        )
    for (key,) in old:
        connection.execute("DELETE FROM job WHERE id = ?", (key,))
