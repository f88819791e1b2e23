"""`jobsweep init`, `jobsweep presets`, and what `check` says of presets and rules."""

import os
import sqlite3
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
import yaml

from support.cli import binary

NOW = datetime.now(timezone.utc)


def ago(**span):
    return (NOW - timedelta(**span)).strftime("%Y-%m-%d %H:%M:%S")


def made(workspace, script, rows=()):
    connection = sqlite3.connect(workspace.database)
    connection.executescript(script)
    for statement, values in rows:
        connection.executemany(statement, values)
    connection.commit()
    connection.close()


def init(workspace, *arguments):
    return workspace.jobsweep("init", "--database", str(workspace.database), "--state", str(workspace.state), *arguments)


DJANGO_Q = """
CREATE TABLE django_q_task (id varchar(32) NOT NULL PRIMARY KEY, name varchar(100) NOT NULL, func varchar(256) NOT NULL, hook varchar(256),
  args text, kwargs text, result text, "group" varchar(100), started datetime NOT NULL, stopped datetime NOT NULL, success bool NOT NULL,
  attempt_count integer NOT NULL, cluster varchar(100));
CREATE TABLE django_q_ormq (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, key varchar(100) NOT NULL, payload text NOT NULL, lock datetime);
CREATE TABLE django_q_schedule (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, func varchar(256) NOT NULL, schedule_type varchar(2), next_run datetime);
CREATE TABLE django_migrations (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied datetime NOT NULL);
"""
NEWEST = "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"


def django_q(workspace, *migrations):
    made(
        workspace, DJANGO_Q,
        [
            ("INSERT INTO django_q_task VALUES (?, 'n', 'f', NULL, NULL, NULL, NULL, NULL, ?, ?, ?, 1, NULL)",
             [(f"{n:032x}", ago(hours=24 * n - 1), ago(hours=24 * n - 1), n % 2) for n in range(1, 200)]),
            ("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01')",
             [("auth", "9999_later")] + [("django_q", name) for name in migrations]),
        ],
    )  # fmt: skip


def test_a_known_application_is_recognized_and_its_preset_is_written(workspace):
    django_q(workspace, "0001_initial", NEWEST)
    before = workspace.database.read_bytes()
    text = init(workspace).exits(0).out
    assert workspace.database.read_bytes() == before and list(workspace.folder.glob("app.db-*")) == []
    settings = yaml.safe_load(text)
    assert settings == {"database": str(workspace.database), "state": str(workspace.state), "preset": "django_q", "schedule": {"every": "30m"}}
    assert "django_q: django-q2 1.11.1, which was verified" in text
    assert "#   django_q_task " in text and " 199 rows " in text
    # Of successes those over 14 days, of failures those over 90.
    gone = sum(n > 14 for n in range(1, 200, 2)) + sum(n > 90 for n in range(2, 200, 2))
    name = next(rule["name"] for rule in yaml.safe_load(workspace.jobsweep("presets", "django_q").exits(0).out)["rules"])
    assert f"#   {name}: {gone} rows of django_q_task would be deleted" in text
    (workspace.folder / "jobsweep.yml").write_text(text)
    report = workspace.jobsweep("run", "--config.file", str(workspace.folder / "jobsweep.yml"), "--json").exits(0).report
    assert report["rows_deleted"] == {name: gone} and (workspace.state / "jobsweep.db").exists()


def test_no_state_directory_is_needed_nor_made_up(workspace):
    """`init` only looks: a container or a chroot without a home folder does."""
    django_q(workspace, NEWEST)
    bare = [binary(), "init", "--database", workspace.database]
    done = subprocess.run(bare, env={"PATH": os.environ["PATH"]}, cwd=workspace.folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)) == {"database", "preset", "schedule"}


@pytest.mark.parametrize(
    "migrations, level, words",
    [
        ((NEWEST,), "ok", "1.11.1, which was verified"),
        ((NEWEST, "0020_something_new"), "advice", "of a version that wasn't verified (django_migrations says 0020_something_new"),
        ((), "advice", "django_migrations.name doesn't say of which version"),
    ],
)
def test_check_says_whether_the_version_was_verified(workspace, migrations, level, words):
    django_q(workspace, *migrations)
    workspace.configure({"preset": "django_q"})
    line = next(line for line in workspace.command("check").exits(0).out.splitlines() if " preset: " in line)
    assert line.startswith(level) and words in line


def test_check_says_that_a_preset_is_for_another_database(workspace):
    made(workspace, "CREATE TABLE t (id INTEGER PRIMARY KEY);")
    workspace.configure({"preset": "django_q"})
    out = workspace.command("check").exits(1).out
    assert "advice   preset: django_q: the database doesn't look like one of django-q2, which has django_q_task" in out
    assert "there is no table django_q_task" in out


def test_an_application_that_is_refused_is_recognized_and_told_why(workspace):
    made(
        workspace,
        "CREATE TABLE states (state_id INTEGER PRIMARY KEY, metadata_id INTEGER); CREATE TABLE recorder_runs (run_id INTEGER PRIMARY KEY);"
        "CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY);",
    )
    said = init(workspace).exits(1)
    assert said.out == "" and "Home Assistant, which jobsweep leaves alone: it keeps row ids" in said.err
    workspace.configure({"preset": "none"})
    assert "problem  preset: this is a database of Home Assistant" in workspace.command("check").exits(1).out


def test_an_unknown_database_gets_proposals_that_are_switched_off(workspace):
    made(
        workspace,
        """CREATE TABLE "Odd Table" (id INTEGER PRIMARY KEY, finished_at TEXT, made INTEGER);
        CREATE TABLE small (id INTEGER PRIMARY KEY, created_at TEXT); CREATE TABLE keyless (created_at TEXT, v);
        CREATE TABLE timeless (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO small VALUES (1, '2026-01-01');""",
        [
            ('INSERT INTO "Odd Table" VALUES (?, ?, ?)', [(n, ago(hours=n), n) for n in range(2_000)]),
            ("INSERT INTO keyless VALUES (?, ?)", [(ago(hours=n), n) for n in range(2_000)]),
            ("INSERT INTO timeless VALUES (?, 'x')", [(n,) for n in range(2_000)]),
        ],
    )
    file = workspace.folder / "out.yml"
    said = init(workspace, "--output", str(file)).exits(0)
    assert said.out == "" and f"Wrote {file}" in said.err
    settings = yaml.safe_load(file.read_text())
    assert settings["preset"] == "none"
    assert settings["rules"] == [{"name": "odd_table", "enabled": False, "table": "Odd Table", "time": "finished_at", "keep": "90d"}]
    assert "# keyless has no primary key" in file.read_text()
    common = ("--config.file", str(file), "--state", str(workspace.state))
    assert "odd_table: 2000 rows in Odd Table" in workspace.jobsweep("check", *common).exits(0).out
    assert workspace.jobsweep("run", *common, "--json").exits(0).report["rows_deleted"] == {"odd_table": 0}
    again = init(workspace, "--output", str(file)).exits(2)
    assert f"{file} is there already, and stays as it is" in again.err


def test_nothing_to_look_at(workspace):
    said = init(workspace).exits(1)
    assert said.out == "" and "there is no file" in said.err or "app.db" in said.err
    workspace.database.write_bytes(b"no database at all, but a text of some length that SQLite won't take" * 20)
    assert init(workspace).exits(1).out == ""


def test_presets_are_listed_and_printed(workspace):
    lines = workspace.jobsweep("presets").exits(0).out.splitlines()
    names = [line.split()[0] for line in lines[1:]]
    assert names == sorted(names) and {"prefect", "n8n", "stashhog", "uptime_kuma"} <= set(names)
    for name in names:
        preset = yaml.safe_load(workspace.jobsweep("presets", name).exits(0).out)
        assert preset["preset"] == name and preset["about"] and preset["recognize"]["tables"]
        assert preset["rules"] or preset["operations"]
    said = workspace.jobsweep("presets", "prefekt").exits(2)
    assert said.out == "" and "'prefekt' is no preset; did you mean 'prefect'?" in said.err


def test_check_says_of_a_rule_what_it_found(workspace):
    made(
        workspace,
        """CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER);
        CREATE TABLE lines (id INTEGER PRIMARY KEY, event_id INTEGER REFERENCES events (id) ON DELETE CASCADE);
        CREATE TABLE marks (id INTEGER PRIMARY KEY, event_id INTEGER REFERENCES events (id));""",
        [("INSERT INTO events VALUES (?, ?)", [(n, int((NOW - timedelta(days=n)).timestamp() * 1000)) for n in range(1, 101)])],
    )
    workspace.configure({"preset": "none", "rules": [{"name": "events", "table": "events", "time": "at", "keep": "30d"}]})
    out = workspace.command("check").exits(0).out
    line = next(line for line in out.splitlines() if line.startswith("ok       events: 100 rows"))
    assert line.startswith("ok       events: 100 rows in events, 71 of them would go now; at is Unix milliseconds, from ")
    assert "rows of lines.event_id go with them by a foreign key" in line and "marks.event_id refers to it by a foreign key" in line
    assert "events.at has no index" in out
