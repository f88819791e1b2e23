"""Making a sweep last: triggers in the application's database that burn time on every row a sweep touches.

The rows' content is not affected. A deleted row costs about `cost / 400_000` seconds.
"""

DELETES = "slow_delete"


def slow_down(workspace, cost=150_000):
    """Every deleted job costs time from now on."""
    workspace.execute(f"CREATE TRIGGER {DELETES} AFTER DELETE ON job BEGIN SELECT length(hex(randomblob({cost}))); END")


def speed_up(workspace):
    workspace.execute(f"DROP TRIGGER IF EXISTS {DELETES}")
