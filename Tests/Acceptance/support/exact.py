"""All that is in a database, to the bit."""


def of_sqlite(workspace):
    """Every value of every table."""
    content = {}
    for (table,) in workspace.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
        columns = ['"' + row[1].replace('"', '""') + '"' for row in workspace.query(f"PRAGMA table_xinfo({table})")]
        parts = ", ".join(
            f"typeof({c}), CASE typeof({c}) WHEN 'text' THEN hex(CAST({c} AS BLOB)) WHEN 'blob' THEN hex({c}) "
            f"WHEN 'real' THEN printf('%!.26g %g', {c}, {c}) ELSE {c} END" for c in columns
        )  # fmt: skip
        content[table] = sorted(workspace.query(f"SELECT {parts} FROM {table}"), key=repr)
    return content


def of_postgres(workspace):
    """Every row of every table, as COPY writes it."""
    found = {}
    with workspace.connect() as connection:
        connection.execute("SET timezone = 'UTC'; SET extra_float_digits = 3")
        names = "SELECT format('%I.%I', n.nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname !~ '^pg_|information_schema'"
        for (name,) in connection.execute(names).fetchall():
            with connection.cursor().copy(f"COPY (SELECT t.* FROM {name} AS t ORDER BY t::text) TO STDOUT") as copy:
                found[name] = b"".join(bytes(part) for part in copy)
    return found
