"""Tables as PostgreSQL's users make them: partitions, schemas, odd names, every kind of key and of time."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from support.exact import of_postgres


@pytest.fixture
def workspace(on_postgres):
    return on_postgres


def sweep(workspace, *rules, deleted, skipped=0):
    """Preview, run and second run of these rules, which delete so many rows in all."""
    workspace.configure({"preset": "none", "rules": list(rules)})
    workspace.command("check").exits(0)
    for report in (workspace.preview(), workspace.run()):
        assert report["errors"] == [], report
        assert sum(report["rows_deleted"].values()) == deleted, report
        assert report["skipped"].get("unreadable", 0) == skipped, report
    assert sum(workspace.run()["rows_deleted"].values()) == 0


@pytest.mark.parametrize(
    "key, values",
    [
        ("id uuid DEFAULT gen_random_uuid()", ""),
        ("id bigserial", ""),
        ("id smallint", "n"),
        ("id varchar(40)", "'it''s \"' || n || ' \\ ü'"),
        ('"Odd ""Id" text', "'k' || n"),
        ("id numeric(20, 4)", "n + 0.25"),
        ("id bytea", "decode(lpad(to_hex(n), 8, '0'), 'hex')"),
        ("id char(12)", "'c' || n"),
        ("id inet", "'10.0.0.0'::inet + n"),
    ],
)
def test_keys_of_every_kind(workspace, key, values):
    name = key[: key.rindex('"') + 1] if key.startswith('"') else key.split()[0]
    workspace.execute(f"CREATE TABLE logs ({key} PRIMARY KEY, at timestamptz); CREATE INDEX ON logs (at)")
    columns, chosen = (f"{name}, at", f"{values}, ") if values else ("at", "")
    workspace.execute(f"INSERT INTO logs ({columns}) SELECT {chosen}now() - n * interval '1 hour' FROM generate_series(1, 2000) AS n")
    sweep(workspace, {"name": "logs", "table": "logs", "time": "at", "keep": "7d"}, deleted=1833)
    assert workspace.query("SELECT count(*), min(at) > now() - interval '7 days 1 minute' FROM logs") == [(167, True)]


@pytest.mark.parametrize("type", ["float8", "float4"])
def test_a_role_that_sees_few_digits_takes_no_key_for_another(workspace, type):
    """Two keys that differ in their last digit alone, written by one transaction."""
    close = "0.1000001" if type == "float4" else "0.10000000000000002"
    workspace.execute(f"CREATE TABLE logs (id {type} PRIMARY KEY, at timestamptz)")
    workspace.execute(f"INSERT INTO logs VALUES (0.1, now() - interval '1 day'), ({close}, now() - interval '90 days')")
    workspace.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET extra_float_digits = -8', current_database()); END $$")
    sweep(workspace, {"name": "logs", "table": "logs", "time": "at", "keep": "30d"}, deleted=1)
    assert workspace.query(f"SELECT id = 0.1::{type} FROM logs") == [(True,)]


@pytest.mark.parametrize("date", ["300000-01-01", "5874897-12-31", "4714-11-24 BC"])
def test_a_date_beyond_all_clocks_ends_no_process(workspace, date):
    workspace.execute(f"CREATE TABLE logs (id int PRIMARY KEY, at date); INSERT INTO logs VALUES (1, '{date}'), (2, '2020-01-01')")
    workspace.configure({"preset": "none", "rules": [{"name": "logs", "table": "logs", "time": "at", "keep": "30d"}]})
    workspace.command("check").exits(0)
    assert workspace.run()["rows_deleted"]["logs"] == 1
    assert workspace.query("SELECT id FROM logs") == [(1,)]


def test_composite_keys_and_a_kept_row_within_a_range(workspace):
    workspace.execute("CREATE TABLE logs (day date, number int, level text, at timestamptz, PRIMARY KEY (day, number)); CREATE INDEX ON logs (at)")
    workspace.execute("INSERT INTO logs SELECT now()::date - n % 50, n, CASE WHEN n % 10 = 0 THEN 'ERROR' ELSE 'INFO' END, now() - n * interval '1 hour' FROM generate_series(1, 3000) AS n")
    rule = {"name": "logs", "table": "logs", "time": "at", "keep": "7d", "keep_by": {"level": {"ERROR": "90d"}}}
    expected = sum(1 for n in range(1, 3001) if n >= (90 * 24 if n % 10 == 0 else 7 * 24))
    sweep(workspace, rule, deleted=expected)


def test_partitions(workspace):
    workspace.execute(
        """CREATE TABLE events (id bigserial, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
           CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO (now() - interval '20 days');
           CREATE TABLE events_new PARTITION OF events FOR VALUES FROM (now() - interval '20 days') TO (MAXVALUE);
           CREATE INDEX ON events (at)""".replace("now() - interval '20 days'", f"'{(datetime.now(UTC) - timedelta(days=20)).isoformat()}'")
    )
    workspace.execute("INSERT INTO events (at) SELECT now() - n * interval '1 hour' FROM generate_series(1, 1000) AS n")
    sweep(workspace, {"name": "events", "table": "events", "time": "at", "keep": "7d"}, deleted=833)
    assert workspace.query("SELECT count(*) FROM events") == [(167,)]


def test_cascades_into_partitions_are_counted(workspace):
    workspace.execute(
        """CREATE TABLE runs (id int PRIMARY KEY, at timestamptz); CREATE INDEX ON runs (at);
           CREATE TABLE lines (run int REFERENCES runs ON DELETE CASCADE, n int, PRIMARY KEY (run, n)) PARTITION BY HASH (run);
           CREATE TABLE lines_0 PARTITION OF lines FOR VALUES WITH (MODULUS 2, REMAINDER 0);
           CREATE TABLE lines_1 PARTITION OF lines FOR VALUES WITH (MODULUS 2, REMAINDER 1)"""
    )
    workspace.execute("INSERT INTO runs SELECT n, now() - n * interval '1 hour' FROM generate_series(1, 500) AS n")
    workspace.execute("INSERT INTO lines SELECT run, n FROM generate_series(1, 500) AS run, generate_series(1, 3) AS n")
    workspace.configure({"preset": "none", "rules": [{"name": "runs", "table": "runs", "time": "at", "keep": "7d"}]})
    for report in (workspace.preview(), workspace.run()):
        assert report["rows_deleted"] == {"runs": 333} and report["dependents_deleted"] == {"runs": 999}, report
    assert workspace.query("SELECT count(*) FROM lines") == [(501,)]


def test_schemas_search_paths_and_mixed_case(workspace):
    workspace.execute(
        """CREATE SCHEMA one; CREATE SCHEMA "Two Words";
           CREATE TABLE one.logs (id serial PRIMARY KEY, at timestamptz);
           CREATE TABLE "Two Words"."Job.Logs" ("Id" serial PRIMARY KEY, "createdAt" timestamp);
           INSERT INTO one.logs (at) SELECT now() - n * interval '1 day' FROM generate_series(1, 20) AS n;
           INSERT INTO "Two Words"."Job.Logs" ("createdAt") SELECT now() AT TIME ZONE 'UTC' - n * interval '1 day' FROM generate_series(1, 20) AS n"""
    )
    workspace.execute(f'ALTER DATABASE {workspace.name} SET search_path = "Two Words", public')
    rules = [
        {"name": "one", "table": "one.logs", "time": "at", "keep": "7d"},
        {"name": "two", "table": "Job.Logs", "time": "createdAt", "keep": "7d"},
    ]
    sweep(workspace, *rules, deleted=28)


@pytest.mark.parametrize("kind", ["timestamptz", "timestamp", "date", "timestamptz(0)"])
def test_times_of_every_kind(workspace, kind):
    workspace.execute(f"CREATE TABLE logs (id serial PRIMARY KEY, at {kind}); CREATE INDEX ON logs (at)")
    workspace.execute("SET TIME ZONE 'UTC'")
    with workspace.connect() as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("INSERT INTO logs (at) SELECT now() - n * interval '1 day' FROM generate_series(1, 30) AS n")
        connection.execute("INSERT INTO logs (at) VALUES ('infinity'), ('-infinity'), ('0044-03-15 BC'), ('1970-01-01'), ('0001-01-01'), (NULL), ('20000-01-01'), (now() + interval '3 days')")
    gone = 30 - 10 if kind != "date" else 30 - 10
    workspace.configure({"preset": "none", "rules": [{"name": "logs", "table": "logs", "time": "at", "keep": "10d12h"}]})
    for report in (workspace.preview(), workspace.run()):
        assert report["errors"] == [] and abs(report["rows_deleted"]["logs"] - gone) <= 1, report
        # Infinity, and a year that no clock shows.
        assert report["skipped"]["unreadable"] == 2, report
    assert workspace.query("SELECT count(*) FROM logs WHERE at IS NULL OR at IN ('infinity', '-infinity', '0044-03-15 BC', '1970-01-01', '0001-01-01', '20000-01-01')") == [(7,)]


def test_plain_times_in_a_zone_of_their_own(workspace):
    workspace.execute("CREATE TABLE logs (id serial PRIMARY KEY, at timestamp); CREATE INDEX ON logs (at)")
    workspace.execute("INSERT INTO logs (at) SELECT now() AT TIME ZONE 'Asia/Tokyo' - n * interval '1 hour' - interval '1 minute' FROM generate_series(0, 47) AS n")
    sweep(workspace, {"name": "logs", "table": "logs", "time": "at", "keep": "24h", "time_zone": "Asia/Tokyo"}, deleted=24)


def test_words_of_enumerations_that_do_not_exist(workspace):
    workspace.execute("CREATE TYPE state AS ENUM ('done', 'open'); CREATE TABLE logs (id serial PRIMARY KEY, state state, at timestamptz); CREATE INDEX ON logs (at)")
    workspace.execute("INSERT INTO logs (state, at) SELECT (ARRAY['done', 'open'])[1 + n % 2]::state, now() - n * interval '1 day' FROM generate_series(1, 20) AS n")
    sweep(workspace, {"name": "logs", "table": "logs", "time": "at", "keep": "7d", "where": {"state": ["done", "finished"]}}, deleted=7)


def test_domains_and_times_in_short_integers(workspace):
    workspace.execute(
        """CREATE DOMAIN code AS varchar(40) CHECK (value <> ''); CREATE DOMAIN narrow AS code; CREATE DOMAIN moment AS timestamptz NOT NULL;
           CREATE TYPE level AS ENUM ('debug', 'error'); CREATE DOMAIN lvl AS level;
           CREATE TABLE logs (id narrow PRIMARY KEY, at moment, level lvl); CREATE INDEX ON logs (at);
           INSERT INTO logs SELECT 'k' || n, now() - n * interval '1 day', (ARRAY['debug', 'error'])[1 + n % 2]::level FROM generate_series(1, 20) AS n;
           CREATE TABLE ticks (id int PRIMARY KEY, at int, kind smallint DEFAULT 1); CREATE INDEX ON ticks (at); CREATE INDEX ON ticks (kind);
           INSERT INTO ticks SELECT n, extract(epoch FROM now() - n * interval '1 day')::int FROM generate_series(1, 20) AS n;
           INSERT INTO ticks VALUES (101, 0), (102, 7), (103, -5), (104, 2147483647), (105, NULL)"""
    )
    rules = [{"name": "logs", "table": "logs", "time": "at", "keep": "7d12h", "where": {"level": ["debug", "trace"]}}, {"name": "ticks", "table": "ticks", "time": "at", "keep": "7d12h", "where": {"kind": [1, 70_000]}}]
    workspace.configure({"preset": "none", "rules": rules})
    for report in (workspace.preview(), workspace.run()):
        assert report["errors"] == [] and report["rows_deleted"] == {"logs": 7, "ticks": 13} and report["skipped"]["unreadable"] == 3, report
    assert workspace.query("SELECT count(*) FROM logs WHERE level::level = 'debug'") == [(3,)]
    assert workspace.query("SELECT count(*) FROM ticks") == [(12,)]


def test_a_view_and_a_foreign_name_are_refused_by_name(workspace):
    workspace.execute(
        """CREATE TABLE logs (id serial PRIMARY KEY, at timestamptz); CREATE VIEW seen AS SELECT * FROM logs; CREATE TABLE nokey (at timestamptz);
           CREATE TABLE elder (id int PRIMARY KEY, at timestamptz); CREATE TABLE heir (more text) INHERITS (elder);
           CREATE TABLE maybe (id int UNIQUE, at timestamptz); CREATE TABLE several (id text[] PRIMARY KEY, at timestamptz);
           INSERT INTO heir VALUES (1, '2020-01-01', 'mine'); INSERT INTO maybe VALUES (NULL, '2020-01-01')"""
    )
    tables = ("logs", "seen", "gone", "nokey", "elder", "maybe", "several")
    workspace.configure({"preset": "none", "rules": [{"name": one, "table": one, "key": ["id"], "time": "at", "keep": "7d"} for one in tables]})
    for report in (workspace.preview(), workspace.run()):
        said = {error["operation"]: error["error"] for error in report["errors"]}
        assert set(said) == set(tables) - {"logs"} and "is no table" in said["seen"] and "there is no table gone" in said["gone"], said
        assert "inherit from elder" in said["elder"] and "id of table maybe may be NULL" in said["maybe"] and "text[]" in said["several"], said
    assert workspace.query("SELECT count(*) FROM heir")[0][0] == 1


def test_rows_of_heirs_belong_to_no_key_of_their_elder_s(workspace):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); INSERT INTO logs VALUES (1, '2020-01-01'), (2, now());
           CREATE TABLE lines (id int PRIMARY KEY, log int REFERENCES logs ON DELETE CASCADE); CREATE TABLE more (note text) INHERITS (lines);
           CREATE TABLE loose (id int PRIMARY KEY, log int); CREATE TABLE looser (note text) INHERITS (loose);
           INSERT INTO lines VALUES (1, 1), (2, 2); INSERT INTO loose VALUES (1, 1), (2, 2);
           INSERT INTO more VALUES (1, 1, 'stays'); INSERT INTO looser VALUES (1, 1, 'stays')"""
    )
    rule = {"name": "logs", "table": "logs", "time": "at", "keep": "7d", "dependents": [{"table": "loose", "column": "log"}]}
    workspace.configure({"preset": "none", "rules": [rule]})
    before = of_postgres(workspace)
    for report in (workspace.preview(), workspace.run()):
        assert report["rows_deleted"] == {"logs": 1} and report["dependents_deleted"] == {"logs": 2}, report
    assert workspace.query("SELECT * FROM more, looser") == [(1, 1, "stays", 1, 1, "stays")]
    restored = json.loads(workspace.command("restore", report["run_id"], "--json").exits(0).out)
    assert restored["rows_restored"] == {"logs": 3} and of_postgres(workspace) == before


def test_an_application_that_writes_uuids_as_ids(workspace):
    workspace.execute(
        """CREATE TABLE job (id uuid PRIMARY KEY, type text, status text, progress int, error text, started_at timestamptz, completed_at timestamptz, created_at timestamptz, updated_at timestamptz);
           CREATE TABLE handled_downloads (id bigserial PRIMARY KEY, timestamp timestamptz);
           CREATE TABLE analysis_plan (id serial PRIMARY KEY, status text, job_id uuid, created_at timestamptz, updated_at timestamptz)"""
    )
    job = uuid.uuid4()
    workspace.execute("INSERT INTO job VALUES (%s, 'sync', 'running', 5, NULL, now() - interval '3 hours', NULL, now() - interval '3 hours', now() - interval '2 hours')", job)
    workspace.execute("INSERT INTO analysis_plan (status, job_id, created_at, updated_at) VALUES ('PENDING', %s, now() - interval '1 day', now() - interval '1 day'), ('PENDING', gen_random_uuid(), now() - interval '1 day', now() - interval '1 day')", job)
    for report in (workspace.preview(), workspace.run()):
        assert (report["cleaned_jobs"], report["stuck_plans_updated"]) == (1, 2), report
        assert report["cleaned_job_details"][0]["job_id"] == str(job)
