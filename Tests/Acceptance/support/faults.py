"""Faults of a database, each with the way to make it and the way to mend it."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from support import schema
from support.sweeping import DAY, HOUR
from support.timestamps import now
from support.world import World


def work_for_all():
    """A world in which every operation has one row to change and one to leave."""
    world, start = World(), now()
    for age in (1, 31):
        world.history(world.job(start, "completed", completed=age * DAY))
    world.job(start, "running", age=2 * HOUR)
    world.plan(start, job_id=world.job(start, "running", age=HOUR / 12))
    world.plan(start, job_id="gone")
    for age in (1, 15):
        world.download(start, age * DAY)
    return world


@contextmanager
def locked(workspace, how="EXCLUSIVE"):
    """Another process' connection holds a lock on the whole file (or only the write lock, for IMMEDIATE)."""
    connection = schema.connect(workspace.database)
    connection.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def aside(workspace, stand_in=None):
    """The file is gone, or other bytes stand in its place."""
    path, kept = workspace.database, workspace.folder / "kept.db"
    workspace.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.replace(path, kept)
    remove_leftovers(path)
    if stand_in is not None:
        path.write_bytes(stand_in)
    try:
        yield
    finally:
        remove_leftovers(path)
        os.replace(kept, path)


def remove_leftovers(path):
    """Takes away what SQLite keeps beside a file that is about to be replaced."""
    for leftover in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)


def missing(workspace):
    return aside(workspace)


def garbage(workspace):
    return aside(workspace, b"this is a text and no database\n" * 1000)


@contextmanager
def renamed(workspace, table, column=None):
    """A table or a column has another name than jobsweep expects."""
    workspace.execute(f"ALTER TABLE {table} RENAME {f'COLUMN {column}' if column else ''} TO elsewhere")
    try:
        yield
    finally:
        if column:
            workspace.execute(f"ALTER TABLE {table} RENAME COLUMN elsewhere TO {column}")
        else:
            workspace.execute(f"ALTER TABLE elsewhere RENAME TO {table}")


def smash_page(workspace, table):
    """Overwrites the root page of a table with rubbish."""
    (size,), (root,) = (
        workspace.query("PRAGMA page_size")[0],
        workspace.query("SELECT rootpage FROM sqlite_master WHERE name = ?", table)[0],
    )
    workspace.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(workspace.database, "r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)


def keep_copy(workspace):
    """A copy of the file as it is, to put back later."""
    workspace.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copy(workspace.database, workspace.folder / "copy.db"))


def put_back(workspace, copy):
    remove_leftovers(workspace.database)
    shutil.copy(copy, workspace.database)
