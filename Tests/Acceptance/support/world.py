"""One database's whole content as plain dictionaries, and the way of it into and out of a file."""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from support import schema
from support.timestamps import FORMS

_APPLICATION_FORM = FORMS["space, microseconds"]


@dataclass
class World:
    """Rows by table name, each table by primary key, each row by column name."""

    tables: dict = field(default_factory=lambda: {name: {} for name in schema.TABLES})
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    @property
    def jobs(self):
        return self.tables["job"]

    @property
    def downloads(self):
        return self.tables["handled_downloads"]

    @property
    def plans(self):
        return self.tables["analysis_plan"]

    def add(self, table, **values):
        """Adds a row; columns not given are NULL, an id not given is made. Returns the id."""
        row = dict.fromkeys(schema.TABLES[table]) | values
        if row["id"] is None:
            row["id"] = str(uuid.uuid4()) if table == "job" else next(self._numbers)
        assert row["id"] not in self.tables[table], row["id"]
        self.tables[table][row["id"]] = row
        return row["id"]

    def job(self, now, status, type="sync", age=None, heartbeat=None, completed=None, form=_APPLICATION_FORM, **values):
        """Adds a job that started `age` ago, was updated `heartbeat` ago and completed `completed` ago (timedeltas or None)."""
        age = age if age is not None else (completed or timedelta()) + timedelta(minutes=5)
        heartbeat = heartbeat if heartbeat is not None else completed if completed is not None else age
        defaults = {
            "progress": 100 if completed is not None else 40,
            "metadata": '{"task_id": "t", "last_message": "m"}',
            "created_at": form(now - age - timedelta(seconds=3)),
            "started_at": form(now - age),
            "updated_at": form(now - heartbeat),
            "completed_at": form(now - completed) if completed is not None else None,
        }
        return self.add("job", **(defaults | {"status": status, "type": type} | values))

    def download(self, now, age, form=_APPLICATION_FORM, **values):
        return self.add("handled_downloads", **({"timestamp": form(now - age), "download_name": "film"} | values))

    def plan(self, now, status="PENDING", job_id=None, form=_APPLICATION_FORM, **values):
        defaults = {"name": "plan", "created_at": form(now - timedelta(days=2)), "updated_at": form(now - timedelta(days=1))}
        return self.add("analysis_plan", **(defaults | {"status": status, "job_id": job_id} | values))

    def history(self, job_id, **values):
        return self.add("daemon_job_history", **({"daemon_id": "d", "job_id": job_id, "status": "ok"} | values))

    def change(self, plan_id, **values):
        return self.add("plan_change", **({"plan_id": plan_id, "field": "title", "proposed_value": '"x"'} | values))

    def write(self, path, journal="wal"):
        """Makes the database file with these rows."""
        schema.create(path, journal)
        self.insert(path)

    def insert(self, path):
        """Adds these rows to the tables of an existing file, in one transaction."""
        connection = schema.connect(path)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for table, rows in self.tables.items():
                schema.insert(connection, table, rows.values())
            connection.execute("COMMIT")
        finally:
            connection.close()


def snapshot(path, only=tuple(schema.TABLES)):
    """Every row of the application's tables (or of some of them), as `World.tables` holds them; the others come out empty."""
    connection = schema.connect(path)
    try:
        connection.execute("BEGIN")
        tables = {table: {} for table in schema.TABLES}
        for table in only:
            columns = schema.TABLES[table]
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}")
            tables[table] = {row[0]: dict(zip(columns, row)) for row in rows}
        return tables
    finally:
        connection.close()
