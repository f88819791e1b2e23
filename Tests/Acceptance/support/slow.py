"""Making a sweep last: by settings, where it is to be cancelled before its end, and else by a trigger in the application's database
that burns time on every row a sweep touches: about a millisecond, without a change to what is in the rows.
"""

#: A row at a time, and long waits in between: a sweep that costs nothing meanwhile.
SLOW = {"pacing": {"max_batch": 1, "pause": "500ms"}}

DELETES = "slow_delete"


def slow_down(workspace, cost=150_000):
    """Every deleted job costs time from now on."""
    workspace.execute(f"CREATE TRIGGER {DELETES} AFTER DELETE ON job BEGIN SELECT length(hex(randomblob({cost}))); END")


def speed_up(workspace):
    workspace.execute(f"DROP TRIGGER IF EXISTS {DELETES}")
