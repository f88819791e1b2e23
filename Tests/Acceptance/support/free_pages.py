"""A database most of whose pages are free, as a first sweep after years leaves it."""

from support import schema


def leave_free_pages(workspace, journal="wal", auto_vacuum=0, rows=6000, width=1500):
    """Makes the file with `rows` wide rows of a status that no operation touches, and deletes all but every tenth."""
    connection = schema.connect(workspace.database)
    try:
        connection.execute(f"PRAGMA auto_vacuum = {auto_vacuum}")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.executescript(schema.DDL)
        connection.execute("BEGIN")
        wide = ((f"w{n}", "sync", "kept", "x" * width) for n in range(rows))
        connection.executemany("INSERT INTO job (id, type, status, result) VALUES (?, ?, ?, ?)", wide)
        connection.execute("COMMIT")
        connection.execute("DELETE FROM job WHERE id NOT LIKE '%7'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return free_bytes(workspace)


def free_bytes(workspace):
    (pages,), (size,) = workspace.query("PRAGMA freelist_count")[0], workspace.query("PRAGMA page_size")[0]
    return pages * size


def settings(workspace):
    """What a rewriting must not change."""
    names = ("journal_mode", "page_size", "auto_vacuum", "user_version", "application_id")
    objects = workspace.query("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 2")
    return [workspace.query(f"PRAGMA {name}") for name in names] + [objects]


def picture(workspace):
    """Everything that must be as before where nothing was done."""
    return workspace.tables(), settings(workspace), workspace.database.stat().st_size
