"""The databases of presets on PostgreSQL: the same rows with the same fates, in that engine's types."""

import uuid
from datetime import timezone

from support.preset_cases import SCHEMAS, Ago, Database, days
from support.preset_databases import HOUR, n8n, oban, river, solid_queue


def good_job():
    made = Database("good_job", "good_job", ("good_jobs", "good_jobs_with_errors"))

    def job(name, finished, error=None, fate=None):
        when = {"finished_at": Ago(finished, "T6")} if finished else {}
        common = {"created_at": Ago(days(400), "T6"), "updated_at": Ago(days(400), "T6")}
        made.row("good_jobs", fate, id=name, active_job_id=name, error=error, job_class="Mail", **when, **common)
        for number in range(2):
            made.row("good_job_executions", along=fate, id=f"{name}-{number}", active_job_id=name, job_class="Mail", **when, **common)

    job("old", days(14) + HOUR, fate="good_jobs")
    job("new", days(14) - HOUR)
    job("old failed", days(90) + HOUR, "boom", "good_jobs_with_errors")
    job("new failed", days(90) - HOUR, "boom")
    job("waiting", None)
    job("retrying", None, "boom")
    return made


ALL = {made.__name__: made for made in (good_job, oban, river, solid_queue, n8n)}


def write(database, workspace, now):
    """Makes the tables and fills them; values get the types of their columns."""
    with workspace.connect() as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute((SCHEMAS / f"{database.schema}.pg.sql").read_text())
        types = {(table, column): kind for table, column, kind in connection.execute("SELECT table_name, column_name, data_type FROM information_schema.columns")}
        for table, values, _, _ in database.rows:
            columns = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join(["%s"] * len(values))
            told = [stored(value, types[table, name], now) for name, value in values.items()]
            connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', told)
        connection.execute("ANALYZE")


def stored(value, kind, now):
    if isinstance(value, Ago):
        return value.value(now) if value.form == "unix" else (now - value.age).astimezone(timezone.utc).replace(tzinfo=None)
    if kind == "boolean" and value is not None:
        return bool(value)
    if kind == "uuid" and value is not None:
        return uuid.uuid5(uuid.NAMESPACE_OID, value)
    return value
