"""What a run takes from PostgreSQL is kept, and `restore` brings it back to the bit."""

import json
import os
import random
import time

import pytest

from support.exact import of_postgres as content
from support.faults import work_for_all
from support.postgres import Proxy
from support.sweeping import DAY
from support.timestamps import now
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}

#: A rule's table with every kind of value, its children by foreign keys at two depths, children that stay and only forget, one that
#: nothing names, and names that need quotes.
FAMILY = r"""
CREATE TYPE mood AS ENUM ('so so', 'it''s "fine"', 'ünwell');
CREATE DOMAIN small AS int CHECK (value < 1000);
CREATE TYPE pair AS (a text, b numeric);
CREATE SCHEMA "Odd ""One";
CREATE TABLE logs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, plain timestamp, day date, hour timetz,
  span interval, mood mood, num numeric, money money, single real, double double precision, big bigint, tiny smallint, flag boolean,
  small small, words text[], moods mood[], grid int[][], j json, jb jsonb, raw bytea, u uuid, ip inet, net cidr, fix char(6), var varchar(9),
  bits bit(5), varbits varbit, range tstzrange, multi int4range[], pair pair, point point, x xml, v tsvector, note text,
  twice numeric GENERATED ALWAYS AS (num * 2) STORED, "select" text);
CREATE INDEX ON logs (at);
CREATE TABLE "Odd ""One"."Child ""Rows" ("Id ü" text PRIMARY KEY, log bigint NOT NULL REFERENCES logs ON DELETE CASCADE, mood mood[], "order" jsonb);
CREATE TABLE grandchild (a int, b text, child text REFERENCES "Odd ""One"."Child ""Rows" ON DELETE CASCADE, raw bytea, PRIMARY KEY (a, b));
CREATE TABLE nameless (log bigint REFERENCES logs ON DELETE CASCADE, note json);
CREATE TABLE forgetful (id serial PRIMARY KEY, log bigint REFERENCES logs ON DELETE SET NULL, touched text);
CREATE TABLE usual (id serial PRIMARY KEY, log bigint DEFAULT 1 REFERENCES logs ON DELETE SET DEFAULT, other bigint REFERENCES logs ON DELETE SET NULL);
CREATE INDEX ON "Odd ""One"."Child ""Rows" (log); CREATE INDEX ON grandchild (child); CREATE INDEX ON nameless (log);
CREATE INDEX ON forgetful (log); CREATE INDEX ON usual (log); CREATE INDEX ON usual (other);
"""
ODD_ROW = r"""
INSERT INTO logs OVERRIDING SYSTEM VALUE VALUES
  ({id}, now() - interval '20 days' - {id} * interval '1 s', 'infinity', '0044-03-15 BC', '23:59:59.999999-07', '-1 year 2 days -00:00:00.000001',
   'it''s "fine"', {num}, '-12.34', {single}, {double}, {big}, -32768, false, 999, '{{"a,b",NULL,"q\"\\",""}}', '{{"so so","it''s \"fine\"",NULL}}',
   '{{{{1,NULL}},{{3,4}}}}', '{{"b" : 1,  "a":1.50, "b":2}}', '{{"b": 1, "a": 1.50}}', '\x00ff27225c', '00000000-0000-0000-0000-0000000000ff',
   '10.0.0.1/8', '10.0.0.0/8', 'ab', 'tab' || chr(9) || 'nl' || chr(10), '10101', '', '[2020-01-01,infinity)', '{{"[1,5)",empty}}', ROW('x,"y', 1.500),
   '(1e-300,-0)', '<a b="1">é</a>', 'a:1 b:2A', E'it''s \\ "\U0001F9F9"\x7F', DEFAULT, NULL)
"""
RULE = {"name": "logs", "table": "logs", "time": "at", "keep": "7d"}


@pytest.fixture
def workspace(on_postgres):
    return on_postgres


def family(workspace, rows=300):
    """Rows of all kinds, of which all but the first are old."""
    workspace.execute(FAMILY)
    ends = [
        ("'NaN'", "'NaN'", "'-0'", 2**63 - 1), ("1.500", "'-Infinity'", "5e-324", -(2**63)), ("-0.0000001", "3.4028235e38", "0.1::float8 + 0.2", 0),
    ]  # fmt: skip
    with workspace.connect() as connection:
        for number in range(2, 2 + len(ends)):
            num, single, double, big = ends[number - 2]
            connection.execute(ODD_ROW.format(id=number, num=num, single=single, double=double, big=big))
        connection.execute("INSERT INTO logs OVERRIDING SYSTEM VALUE VALUES (1, now())")
        connection.execute(
            "INSERT INTO logs (id, at, note) OVERRIDING SYSTEM VALUE SELECT n, now() - interval '30 days' + n * interval '1 s', repeat('x', n) FROM generate_series(10, %s) AS n", [rows]
        )
        connection.execute('INSERT INTO "Odd ""One"."Child ""Rows" SELECT $$c"$$ || id, id, $${"so so"}$$, $${"a": [1, null]}$$ FROM logs WHERE id % 2 = 0')
        connection.execute("""INSERT INTO grandchild SELECT log, $$b'$$ || n, "Id ü" FROM "Odd ""One"."Child ""Rows", generate_series(1, 3) AS n""")
        connection.execute("INSERT INTO nameless SELECT id, '{\"a\" : 1}' FROM logs, generate_series(1, 2) WHERE id % 3 = 0")
        connection.execute("INSERT INTO forgetful (log) SELECT id FROM logs WHERE id % 5 = 0")
        connection.execute("INSERT INTO usual (log, other) SELECT id, id - 1 FROM logs WHERE id > 11 AND id % 7 = 0")
    workspace.configure({"preset": "none", "rules": [RULE], "limits": {"surge": "none"}})


def restore(workspace, run, *arguments, code=0):
    return json.loads(workspace.command("restore", run, "--json", *arguments).exits(code).out)


def test_every_kind_of_value_comes_back_and_a_second_time_nothing_happens(workspace):
    family(workspace)
    # Whatever the role's own settings are.
    workspace.execute(
        f"ALTER DATABASE {workspace.name} SET timezone = 'Asia/Kathmandu'; ALTER DATABASE {workspace.name} SET datestyle = 'SQL, DMY';"
        f"ALTER DATABASE {workspace.name} SET intervalstyle = 'sql_standard'; ALTER DATABASE {workspace.name} SET extra_float_digits = -10;"
        f"ALTER DATABASE {workspace.name} SET bytea_output = 'escape'; ALTER DATABASE {workspace.name} SET array_nulls = off"
    )
    before = content(workspace)
    report = workspace.run()
    assert report["errors"] == [], report
    after = content(workspace)
    assert set(report["rows_deleted"].values()) == {294} and report["archive"] == str(workspace.state / "archive" / f"{report['run_id']}.rows")
    assert [name for name in before if before[name] == after[name]] == []
    foreseen = restore(workspace, report["run_id"], "--dry-run")
    assert content(workspace) == after and foreseen["dry_run"]
    done = restore(workspace, report["run_id"])
    assert done["status"] == "completed" and done["rows_restored"] == foreseen["rows_restored"], done
    assert set(done["rows_not_restored"].values()) == {0} and done["errors"] == []
    assert content(workspace) == before
    again = restore(workspace, report["run_id"])
    # What two batches changed one after the other was put back twice, and is there once.
    (twice,) = workspace.query("SELECT count(*) FROM usual")[0]
    assert again["rows_restored"] == {} and 0 <= done["rows_restored"]["logs"] - again["rows_present"]["logs"] <= twice
    assert content(workspace) == before
    assert workspace.run()["rows_deleted"] == report["rows_deleted"], "the rows are as old as they were"


@pytest.mark.parametrize("words", ["enum", "text"])
def test_the_application_comes_back(workspace, words):
    world = work_for_all()
    for number in range(40):
        world.history(world.job(now(), "completed", completed=(31 + number) * DAY))
    workspace.write(world, words=words)
    before = content(workspace)
    report = workspace.run()
    assert report["errors"] == []
    run = report["run_id"]
    assert restore(workspace, run, "--only", "old_downloads", "--hold", "7d")["rows_restored"] == {"old_downloads": 1}
    done = restore(workspace, run, "--hold", "1h")
    assert done["rows_restored"] == {"stale_jobs": 1, "old_jobs": 2 * 41, "stuck_plans": 1}
    assert all(time == done["held_until"] for time in done["taken_again_from"].values())
    assert content(workspace) == before
    held = workspace.run()
    assert [held[name] for name in ("cleaned_jobs", "old_jobs_deleted", "old_downloads_deleted", "stuck_plans_updated")] == [0] * 4
    assert held["archive"] is None and content(workspace) == before


@pytest.mark.parametrize("key", ["id numeric", "id uuid", "id bytea", "id date", "id boolean", "id timestamp", "id char(6)", "id inet"])
def test_what_is_held_is_known_by_keys_of_every_kind(workspace, key):
    """Partitions have their time in the key, and nobody's next run takes what was put back with `--hold`."""
    chosen = {
        "numeric": "n / 4.0", "char(6)": "'c ' || n", "inet": "('10.0.0.' || n)::inet", "uuid": "gen_random_uuid()", "bytea": "decode(lpad(to_hex(n), 8, '0'), 'hex')", "date": "'2020-01-01'::date + n",
        "boolean": "n = 1", "timestamp": "'2020-01-01'::timestamp + n * interval '0.5 s'",
    }[key.split()[1]]  # fmt: skip
    workspace.execute(f"CREATE TABLE logs ({key}, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE TABLE one PARTITION OF logs DEFAULT")
    workspace.execute(f"INSERT INTO logs SELECT {chosen}, now() - interval '20 days' - n * interval '0.1 s' FROM generate_series(1, 20) AS n")
    workspace.configure({"preset": "none", "rules": [RULE], "limits": {"surge": "none"}})
    before = content(workspace)
    run = workspace.run()["run_id"]
    assert restore(workspace, run, "--hold", "7d")["rows_restored"] == {"logs": 20}
    assert workspace.run()["rows_deleted"] == {"logs": 0} and content(workspace) == before


def test_what_went_along_is_held_by_whatever_name_a_rule_has_for_it(workspace):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); INSERT INTO logs VALUES (1, '2020-01-01'), (2, now());
           CREATE TABLE lines (id int PRIMARY KEY, at timestamptz, log int REFERENCES logs ON DELETE CASCADE); INSERT INTO lines VALUES (1, '2020-01-01', 1)"""
    )
    workspace.configure({"preset": "none", "rules": [RULE, RULE | {"name": "lines", "table": "public.lines"}]})
    run = workspace.run()
    assert run["dependents_deleted"]["logs"] == 1
    assert restore(workspace, run["run_id"], "--hold", "7d")["rows_restored"] == {"logs": 2}
    for report in (workspace.preview(), workspace.run()):
        assert report["rows_deleted"] == {"logs": 0, "lines": 0}, report


def test_dependents_and_rows_that_refer_to_each_other(workspace):
    """Rows without a foreign key that go first, a tree within its own table, and a circle that closes at the commit."""
    workspace.execute(
        """CREATE TABLE thread (id int PRIMARY KEY, at timestamptz, parent int REFERENCES thread ON DELETE CASCADE, newest int);
           CREATE INDEX ON thread (at);
           CREATE TABLE post (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), thread int REFERENCES thread ON DELETE CASCADE, number int UNIQUE);
           ALTER TABLE thread ADD FOREIGN KEY (newest) REFERENCES post (number) DEFERRABLE INITIALLY DEFERRED;
           CREATE TABLE line (id serial PRIMARY KEY, thread_id int, note text)"""
    )
    with workspace.connect() as connection, connection.transaction():
        connection.execute("INSERT INTO thread SELECT n, now() - interval '20 days', CASE WHEN n > 3 THEN n / 2 END, n FROM generate_series(1, 60) AS n")
        connection.execute("INSERT INTO post (thread, number) SELECT n, n FROM generate_series(1, 60) AS n")
        connection.execute("INSERT INTO line (thread_id, note) SELECT n % 60 + 1, 'x' || n FROM generate_series(1, 200) AS n")
    rule = {"name": "threads", "table": "thread", "time": "at", "keep": "7d", "dependents": [{"table": "line", "column": "thread_id"}]}
    workspace.configure({"preset": "none", "rules": [rule]})
    before = content(workspace)
    report = workspace.run()
    assert report["errors"] == [] and set(content(workspace).values()) == {b""}
    for _ in range(2):
        done = restore(workspace, report["run_id"])
        assert done["errors"] == [], done
        assert content(workspace) == before


def test_a_circle_of_keys_that_can_t_be_deferred(workspace):
    """As Prefect's: a run names its last state, which belongs to it, and another run, which may stay. One run has a ring of 700 states: more
    than a batch, and more values than a statement may have bound."""
    states = "".join(f""", c{n} text DEFAULT E'it''s \\\\ "{n}"' """ for n in range(45))
    workspace.execute(
        f"""CREATE TABLE runs (id int PRIMARY KEY, at timestamptz, state int, before int REFERENCES runs ON DELETE SET NULL);
            CREATE TABLE states (id int PRIMARY KEY, run int NOT NULL REFERENCES runs ON DELETE CASCADE, next int REFERENCES states {states});
            CREATE INDEX ON runs (at); CREATE INDEX ON states (run); CREATE INDEX ON runs (before); CREATE INDEX ON states (next);
            INSERT INTO runs (id, at) SELECT n, CASE WHEN n % 3 = 0 THEN '2999-01-01'::timestamptz ELSE '2020-01-01' END FROM generate_series(0, 299) AS n;
            INSERT INTO states SELECT 2 * id, id FROM runs UNION ALL SELECT 2 * id + 1, id FROM runs;
            INSERT INTO states SELECT 10000 + n, 1 FROM generate_series(0, 699) AS n;
            UPDATE states SET next = 10000 + (id - 9999) % 700 WHERE id >= 10000;
            UPDATE runs SET state = 2 * id, before = id + greatest(id % 3, 1) WHERE id < 298;
            ALTER TABLE runs ADD FOREIGN KEY (state) REFERENCES states; CREATE INDEX ON runs (state)"""
    )
    workspace.configure({"preset": "none", "rules": [{"name": "runs", "table": "public.runs", "time": "at", "keep": "30d"}]})
    before = content(workspace)
    run = workspace.run()
    assert run["rows_deleted"] == {"runs": 200} and workspace.query("SELECT count(*), count(before) FROM runs") == [(100, 0)]
    rows = 200 * 3 + 700 + 100
    # Where one row of a circle can't come back, none of it does.
    workspace.execute("ALTER TABLE states ADD CONSTRAINT odd CHECK (id <> 10007)")
    told = restore(workspace, run["run_id"], code=3)
    assert told["rows_not_restored"]["refused"] == 700 and 'constraint "odd"' in told["errors"][0]["error"], told["rows_not_restored"]
    assert workspace.query("SELECT count(*) FROM runs WHERE id = 1") == [(1,)] and "(10006,)" not in str(workspace.query("SELECT id FROM states"))
    workspace.execute("ALTER TABLE states DROP CONSTRAINT odd")
    done = restore(workspace, run["run_id"])
    assert done["rows_restored"]["runs"] + done["rows_present"]["runs"] == rows
    assert content(workspace) == before
    assert restore(workspace, run["run_id"])["rows_present"] == {"runs": rows} and content(workspace) == before


def test_what_is_in_the_way_is_told_and_left(workspace):
    family(workspace, 40)
    before = content(workspace)
    run = workspace.run()["run_id"]
    with workspace.connect() as connection:
        connection.execute("INSERT INTO logs OVERRIDING SYSTEM VALUE VALUES (12, now())")
        connection.execute("UPDATE forgetful SET touched = 'mine' WHERE id = 2")
        connection.execute("DELETE FROM forgetful WHERE id = 3")
    done = restore(workspace, run, code=3)
    told = {(error["table"], error["row"].split()[-1], error["reason"]) for error in done["errors"]}
    # What belonged to the row doesn't come back beneath another that has its key.
    belonging = {('Odd "One.Child "Rows', 'c"12'), ("grandchild", "b'1"), ("grandchild", "b'2"), ("grandchild", "b'3"), ("nameless", "1"), ("nameless", "2")}
    assert told - {(*row, "orphan") for row in belonging} == {("logs", "12", "taken"), ("forgetful", "2", "changed"), ("forgetful", "3", "gone")}, done
    assert done["rows_not_restored"]["orphan"] == len(belonging)
    assert workspace.query("SELECT touched, log FROM forgetful WHERE id = 2") == [("mine", None)]
    with workspace.connect() as connection:
        connection.execute("DELETE FROM logs WHERE id IN (12, 16)")
        connection.execute("ALTER TABLE logs ADD CHECK (id <> 16)")
    done = restore(workspace, run, code=3)
    reasons = {(error["table"], error["row"].split()[-1], error["reason"]) for error in done["errors"]}
    # What hangs off a row that doesn't come back doesn't either.
    assert ("logs", "16", "refused") in reasons and ('Odd "One.Child "Rows', 'c"16', "orphan") in reasons, done
    assert ("grandchild", "b'1", "orphan") in reasons and not any(row == "12" for _, row, _ in reasons), done
    workspace.execute("ALTER TABLE logs DROP CONSTRAINT logs_id_check; UPDATE forgetful SET touched = NULL")
    workspace.execute("INSERT INTO forgetful (id) VALUES (3)")
    restore(workspace, run)
    assert content(workspace) == before


def test_a_dry_restore_sees_what_must_be_unique(workspace):
    workspace.execute(
        """CREATE TYPE mood AS ENUM ('good', 'bad');
           CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, word varchar UNIQUE, u uuid, mood mood, lower text, UNIQUE (u, mood));
           CREATE INDEX ON logs (at); CREATE UNIQUE INDEX ON logs (lower(lower));
           INSERT INTO logs SELECT n, now() - interval '20 days', 'w' || n, md5(n::text)::uuid, 'good', 'l' || n FROM generate_series(1, 50) AS n;
           UPDATE logs SET word = NULL WHERE id = 9"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    run = workspace.run()["run_id"]
    workspace.execute(
        """INSERT INTO logs (id, word, u, mood) VALUES (101, 'w3', NULL, NULL), (102, 'W4', md5('5')::uuid, 'good'), (103, 'x', md5('6')::uuid, 'bad'),
             (104, NULL, md5('7')::uuid, NULL)"""
    )
    foreseen = restore(workspace, run, "--dry-run", code=3)
    done = restore(workspace, run, code=3)
    assert done["rows_restored"] == {"logs": 48} and done["rows_not_restored"]["taken"] == 2
    for field in ("rows_restored", "rows_not_restored"):
        assert foreseen[field] == done[field]
    assert [error["row"] for error in foreseen["errors"]] == [error["row"] for error in done["errors"]]


@pytest.mark.parametrize(
    ("rule", "reason", "away"),
    [
        ("ALTER TABLE logs ADD CONSTRAINT apart EXCLUDE USING gist (room WITH =, during WITH &&); INSERT INTO logs VALUES (101, now(), 2, '[15,20)')", "taken", {2}),
        ("ALTER TABLE logs ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE (room > 5); INSERT INTO logs VALUES (101, now(), 6, '[0,1000)')", "taken", {6, 7, 8, 9}),
        ("CREATE UNIQUE INDEX ON logs (lower(word)); INSERT INTO logs VALUES (101, now(), 50, NULL, 'W3')", "taken", {3}),
        ("CREATE UNIQUE INDEX ON logs (word, room) WHERE room > 5; INSERT INTO logs VALUES (101, now(), 5, NULL, 'w5'), (102, now(), 7, NULL, 'w7')", "taken", {7}),
        ("ALTER TABLE logs ADD CONSTRAINT few CHECK (room < 6 AND note IS NULL)", "refused", {6, 7, 8, 9}),
        ("ALTER TABLE logs ADD CHECK (room <> ALL (rooms)), ADD CHECK ((pair).a <> 4)", "refused", {1, 2, 4}),
        ("ALTER TABLE logs ALTER word SET NOT NULL", "refused", {9}),
        ("ALTER TABLE logs ADD CHECK (1 / (room - 4) < 9)", "refused", {4}),
    ],
    ids=["exclusion", "exclusion of some", "an expression", "some rows", "a check", "checks of arrays and rows", "not null", "a check that fails"],
)  # fmt: skip
def test_a_dry_restore_sees_what_the_table_s_rules_refuse(workspace, rule, reason, away):
    workspace.execute(
        """CREATE EXTENSION btree_gist; CREATE TYPE pair AS (a int, b text);
           CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, room int, during int4range, word text, note text, rooms int[], pair pair); CREATE INDEX ON logs (at);
           INSERT INTO logs SELECT n, '2020-01-01', n, int4range(10 * (n - 1), 10 * n), CASE WHEN n < 9 THEN 'w' || n END, NULL, '{1,2}', ROW(n, 'x,"y')::pair FROM generate_series(1, 9) AS n"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    run = workspace.run()["run_id"]
    workspace.execute(rule)
    foreseen = restore(workspace, run, "--dry-run", code=0 if "1 /" in rule else 3)
    done = restore(workspace, run, code=3)
    assert {int(error["row"].split()[-1]) for error in done["errors"]} == away and done["rows_not_restored"][reason] == len(away), done
    if "1 /" in rule:
        # What can't be worked out beforehand only writing tells.
        assert foreseen["rows_restored"] == {"logs": 9}
        return
    assert foreseen["rows_restored"] == done["rows_restored"] and foreseen["rows_not_restored"] == done["rows_not_restored"]
    for before, after in zip(foreseen["errors"], done["errors"], strict=True):
        assert before["row"] == after["row"] and after["error"].startswith(before["error"])


def test_triggers(workspace):
    """What a trigger makes of a row that comes back is mended; what triggers took that nobody read is told."""
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, made timestamptz); CREATE INDEX ON logs (at);
           CREATE TABLE counts (id int PRIMARY KEY, number int); INSERT INTO counts VALUES (1, 50);
           CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.made := now(); RETURN new; END $$;
           CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE counts SET number = number - 1; RETURN old; END $$;
           INSERT INTO logs SELECT n, now() - interval '20 days', '2001-01-01' FROM generate_series(1, 50) AS n;
           CREATE TRIGGER stamp BEFORE INSERT ON logs FOR EACH ROW EXECUTE FUNCTION stamp();
           CREATE TRIGGER counted AFTER DELETE ON logs FOR EACH ROW EXECUTE FUNCTION counted()"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    assert "should trigger counted on logs delete or change other rows, restore can't put those back" in workspace.command("check").out
    before = content(workspace)["public.logs"]
    report = json.loads(workspace.command("run", "--json").exits(3).out)
    assert report["rows_deleted"] == {"logs": 50} and any("triggers" in error["error"] for error in report["errors"]), report
    done = restore(workspace, report["run_id"])
    assert done["rows_restored"] == {"logs": 50} and "triggers of the database deleted or changed rows" in done["not_kept"]
    assert content(workspace)["public.logs"] == before


TRIGGER = "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} END $$; CREATE TRIGGER meddle BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION meddle()"


@pytest.mark.parametrize(
    ("key", "meddling"),
    [
        ("int", "CREATE SEQUENCE anew START 1000; " + TRIGGER.format("new.id := nextval('anew'); RETURN new;", "logs")),
        ("int", TRIGGER.format("IF new.id % 7 = 0 THEN new.id := -new.id; ELSIF new.id % 7 = 1 THEN RETURN NULL; END IF; RETURN new;", "logs")),
        ("int", TRIGGER.format("new.id := new.id + 1; RETURN new;", "logs")),
        ("text", TRIGGER.format("new.id := 'x' || new.id; RETURN new;", "logs")),
        ("int", "ALTER TABLE logs ALTER id TYPE text"),
        ("text", "ALTER TABLE logs ALTER id TYPE char(4)"),
        ("text", "ALTER TABLE logs ALTER id TYPE uuid USING id::uuid"),
    ],
    ids=["a sequence", "some of them", "the next one's", "other letters", "int as text", "text as char", "text as uuid"],
)
def test_what_comes_back_under_another_key_doesn_t_stay(workspace, key, meddling):
    value = "n" if key == "int" else "upper(lpad(to_hex(n + 160), 32, 'A'))" if "uuid" in meddling else "'l' || n"
    workspace.execute(f"CREATE TABLE logs (id {key} PRIMARY KEY, at timestamptz, note text); CREATE INDEX ON logs (at)")
    workspace.execute(f"INSERT INTO logs SELECT {value}, now() - interval '20 days', 'n' || n FROM generate_series(1, 40) AS n")
    workspace.configure({"preset": "none", "rules": [RULE]})
    before = content(workspace)
    run = workspace.run()["run_id"]
    workspace.execute(meddling)
    for number in range(3):
        done = restore(workspace, run, code=3)
        reasons = {error["error"] for error in done["errors"]}
        if "% 7" in meddling:
            assert done["rows_restored" if number == 0 else "rows_present"] == {"logs": 29} and done["rows_not_restored"]["refused"] == 11, done
            assert any("makes something else of it" in reason for reason in reasons) and any("a trigger of the database leaves it out" in reason for reason in reasons), reasons
            assert workspace.query("SELECT count(*), min(id) FROM logs") == [(29, 2)]
        else:
            assert done["rows_restored"] == {} and done["rows_not_restored"]["refused"] == 40, done
            assert all("the database makes something else of it: a trigger, or a type that was changed" in reason for reason in reasons), reasons
            assert workspace.query("SELECT count(*) FROM logs") == [(0,)]
    if "TRIGGER" in meddling:
        workspace.execute("DROP TRIGGER meddle ON logs")
        restore(workspace, run)
        assert content(workspace) == before


@pytest.mark.parametrize("when", ["row", "statement", "deferred"])
@pytest.mark.parametrize("circle", [False, True], ids=["alone", "in a circle"])
def test_a_key_that_a_trigger_changes_afterwards(workspace, when, circle):
    """Each restore put such rows back once more."""
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, note text, other int REFERENCES logs ON DELETE CASCADE DEFERRABLE);
           CREATE INDEX ON logs (at); CREATE INDEX ON logs (other);
           INSERT INTO logs SELECT n, now() - interval '20 days', 'n' || n FROM generate_series(1, 40) AS n"""
    )
    if circle:
        workspace.execute("UPDATE logs SET other = id % 40 + 1")
    workspace.configure({"preset": "none", "rules": [RULE]})
    before = content(workspace)
    run = workspace.run()["run_id"]
    fresh = "SELECT id FROM fresh" if when == "statement" else "new.id"
    kind = {
        "row": "TRIGGER meddle AFTER INSERT ON logs FOR EACH ROW",
        "statement": "TRIGGER meddle AFTER INSERT ON logs REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT",
        "deferred": "CONSTRAINT TRIGGER meddle AFTER INSERT ON logs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW",
    }[when]
    workspace.execute(
        f"""CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              UPDATE logs SET note = 'x' WHERE id IN ({fresh}) AND id % 5 = 0; UPDATE logs SET id = id + 1000 WHERE id IN ({fresh}) AND id % 7 = 0; RETURN NULL; END $$;
            CREATE {kind} EXECUTE FUNCTION meddle()"""
    )
    for number in range(3):
        done = restore(workspace, run, code=3)
        lost = 40 if circle else 5
        # In a circle, what referred to a row that has another key now refers to nothing.
        assert done["rows_not_restored"]["orphan" if circle else "refused"] == lost and len(done["errors"]) == min(lost, 100), done
        assert workspace.query("SELECT count(*), count(*) FILTER (WHERE note = 'x' OR id > 1000) FROM logs") == [(40 - lost, 0)]
    workspace.execute("DROP TRIGGER meddle ON logs")
    restore(workspace, run)
    assert content(workspace) == before


@pytest.mark.parametrize("key", ["", "DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"])
def test_a_preview_counts_a_circle_once(workspace, key):
    """Each row of it was a row to go, with all others."""
    workspace.execute(
        f"""CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, other int REFERENCES logs ON DELETE CASCADE {key});
            CREATE INDEX ON logs (at); CREATE INDEX ON logs (other);
            INSERT INTO logs SELECT n, now() - interval '20 days' FROM generate_series(1, 90) AS n;
            UPDATE logs SET other = CASE WHEN id <= 60 THEN id % 60 + 1 WHEN id <= 80 THEN id + 1 END"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    foreseen = workspace.command("preview", "--json").exits(0).report
    report = workspace.run()
    for one in (foreseen, report):
        # A ring of 60, nine that are alone, and a row with 20 that go with it; those may have their turn before it.
        assert one["rows_deleted"]["logs"] + one["dependents_deleted"]["logs"] == 90 and one["errors"] == []
    assert foreseen["rows_deleted"] == report["rows_deleted"] and foreseen["dependents_deleted"] == report["dependents_deleted"]
    assert workspace.query("SELECT count(*) FROM logs") == [(0,)]


def test_what_comes_back_as_another_where_nothing_names_it_doesn_t_stay(workspace):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); INSERT INTO logs SELECT n, '2020-01-01' FROM generate_series(1, 9) AS n;
           CREATE TABLE nameless (log int REFERENCES logs ON DELETE CASCADE, made text); INSERT INTO nameless SELECT id, 'a' FROM logs; CREATE INDEX ON nameless (log)"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    run = workspace.run()["run_id"]
    workspace.execute(TRIGGER.format("new.made := 'now'; RETURN new;", "nameless"))
    for _ in range(2):
        done = restore(workspace, run, code=3)
        assert done["rows_not_restored"]["refused"] == 9 and "makes something else of it" in done["errors"][0]["error"], done
        assert workspace.query("SELECT count(*) FROM logs, (SELECT count(*) AS there FROM nameless) AS n WHERE there = 0") == [(9,)]


def test_a_row_that_a_trigger_leaves_out_is_told_from_one_that_is_taken(workspace):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, word text UNIQUE); CREATE INDEX ON logs (at);
           INSERT INTO logs SELECT n, '2020-01-01', 'w' || n FROM generate_series(1, 30) AS n"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    run = workspace.run()["run_id"]
    workspace.execute(TRIGGER.format("IF new.id = 5 THEN RETURN NULL; END IF; RETURN new;", "logs") + "; INSERT INTO logs VALUES (101, now(), 'w9')")
    done = restore(workspace, run, code=3)
    assert done["rows_restored"] == {"logs": 28}
    told = {error["row"]: (error["reason"], error["error"]) for error in done["errors"]}
    assert {row: reason for row, (reason, _) in told.items()} == {"logs 5": "refused", "logs 9": "taken"}, done
    assert "a trigger of the database leaves it out" in told["logs 5"][1]


@pytest.mark.parametrize("body", ["IF new.id = 4 THEN RETURN NULL; END IF; RETURN new;", "IF new.id = 4 THEN new.id := 1000; END IF; RETURN new;"], ids=["left out", "another key"])
def test_what_triggers_do_to_rows_in_a_circle(workspace, body):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz, state int); CREATE INDEX ON logs (at); CREATE INDEX ON logs (state);
           CREATE TABLE states (id int PRIMARY KEY, log int NOT NULL REFERENCES logs ON DELETE CASCADE); CREATE INDEX ON states (log);
           INSERT INTO logs SELECT n, '2020-01-01' FROM generate_series(1, 10) AS n; INSERT INTO states SELECT id, id FROM logs; UPDATE logs SET state = id;
           ALTER TABLE logs ADD FOREIGN KEY (state) REFERENCES states"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    before = content(workspace)
    run = workspace.run()["run_id"]
    workspace.execute(TRIGGER.format(body, "states"))
    for _ in range(2):
        done = restore(workspace, run, code=3)
        assert sum(done["rows_not_restored"].values()) == 2 and workspace.query("SELECT count(*), max(id) FROM states") == [(9, 10)], done
        assert workspace.query("SELECT count(*) FROM logs") == [(9,)]
    workspace.execute("DROP TRIGGER meddle ON states")
    restore(workspace, run)
    assert content(workspace) == before


@pytest.mark.parametrize(
    "names",
    ["PRIMARY KEY DEFERRABLE", "PRIMARY KEY DEFERRABLE INITIALLY DEFERRED", "PRIMARY KEY, UNIQUE (word) DEFERRABLE", "PRIMARY KEY, EXCLUDE USING btree (word WITH =) DEFERRABLE INITIALLY DEFERRED"],
)
def test_what_must_be_unique_only_in_the_end(workspace, names):
    workspace.execute(
        f"""CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); INSERT INTO logs SELECT n, '2020-01-01' FROM generate_series(1, 30) AS n;
            CREATE TABLE lines (log int REFERENCES logs ON DELETE CASCADE, word text, note text UNIQUE, id int {names}); CREATE INDEX ON lines (log);
            INSERT INTO lines SELECT n, 'w' || n, 'n' || n, n FROM generate_series(1, 30) AS n"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    before = content(workspace)
    run = workspace.run()["run_id"]
    other = "(NULL, 'w4', 'y', 102)" if "word" in names else "(NULL, 'x', 'y', 4)"
    workspace.execute(f"INSERT INTO lines VALUES (NULL, 'z', 'n9', 101), {other}")
    foreseen = restore(workspace, run, "--dry-run", code=3)
    done = restore(workspace, run, code=3)
    assert done["rows_restored"] == {"logs": 58} and done["rows_not_restored"]["taken"] == 2, done
    assert (foreseen["rows_restored"], foreseen["rows_not_restored"]) == (done["rows_restored"], done["rows_not_restored"])
    workspace.execute("DELETE FROM lines WHERE log IS NULL")
    assert restore(workspace, run, "--dry-run")["rows_restored"] == {"logs": 2}
    assert restore(workspace, run)["rows_restored"] == {"logs": 2} and content(workspace) == before
    assert restore(workspace, run)["rows_present"] == {"logs": 60}


def test_rows_whose_key_a_default_changes_are_told(workspace):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); INSERT INTO logs VALUES (1, '2020-01-01'), (2, '2020-01-01'), (99, now());
           CREATE TABLE marks (log int DEFAULT 99 REFERENCES logs ON DELETE SET DEFAULT, tag text, PRIMARY KEY (log, tag)); INSERT INTO marks VALUES (1, 'a'), (2, 'b'), (99, 'c')"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    report = json.loads(workspace.command("run", "--json").exits(3).out)
    assert [error["error"] for error in report["errors"]] == ["2 rows of this run can't be put back: rows of marks have another key now than before"]
    assert "rows of marks have another key" in restore(workspace, report["run_id"])["not_kept"]


def test_rows_that_nothing_names_and_that_only_change_are_told(workspace):
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); INSERT INTO logs VALUES (1, '2020-01-01'), (2, now());
           CREATE TABLE nameless (log int REFERENCES logs ON DELETE SET NULL); INSERT INTO nameless VALUES (1), (1), (2)"""
    )
    workspace.configure({"preset": "none", "rules": [RULE]})
    report = json.loads(workspace.command("run", "--json").exits(3).out)
    assert [error["error"] for error in report["errors"]] == ["2 rows of this run can't be put back: rows of nameless were changed that nothing names"]
    assert restore(workspace, report["run_id"])["rows_restored"] == {"logs": 1}


def test_a_role_that_may_not_read_what_goes_along(workspace):
    family(workspace, 30)
    workspace.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sweeper') THEN CREATE ROLE sweeper LOGIN; END IF; END $$")
    workspace.execute("GRANT SELECT, DELETE ON logs TO sweeper")
    workspace.user = "sweeper"
    report = json.loads(workspace.command("run", "--json").exits(3).out)
    assert report["rows_deleted"] == {"logs": 24}
    assert any("GRANT SELECT ON" in error["error"] for error in report["errors"]), report
    assert "permission denied" in restore(workspace, report["run_id"], code=1)["error"]
    workspace.user = "postgres"
    assert restore(workspace, report["run_id"])["rows_restored"] == {"logs": 24}


#: With JOBSWEEP_KILLS=200 about so many processes are killed in each of the two, run and restore; -rP prints how many met their end by it.
KILLS = int(os.environ.get("JOBSWEEP_KILLS", 6))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(max(1, KILLS // 6)))
def test_killed_at_any_moment(workspace, seed):
    """Killed over and over in run and restore: in the end everything is as it was."""
    chance = random.Random(seed + 7)
    family(workspace, 2_000)
    before = content(workspace)
    killed = {"run": 0, "restore": 0}

    def kill(*arguments):
        started = workspace.start(*arguments)
        time.sleep(chance.random())
        started.kill()
        killed[arguments[0]] += started.finish().code < 0

    for _ in range(6):
        kill("run", "--json")
    workspace.run()
    assert content(workspace) != before
    # The server may not have noticed yet that nobody listens.
    runs = sorted((workspace.state / "archive").iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in runs:
        for _ in range(max(1, 6 // len(runs))):
            kill("restore", path.stem)
            alone(workspace)
        assert workspace.command("restore", path.stem, "--json").code in (0, 3)
    # What a later run found had been put back by then.
    for path in reversed(runs):
        workspace.command("restore", path.stem, "--json")
    print("killed:", killed, "archives:", len(runs))
    assert content(workspace) == before


def alone(workspace):
    quiet = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'jobsweep%' AND datname = current_database()"
    eventually(lambda: workspace.query(quiet)[0][0] == 0, "nobody at work any more", 60)


@pytest.mark.timeout(600)
def test_a_network_that_is_cut(workspace, server):
    """What a run said is what can be put back; a restore that is cut is simply done again."""
    family(workspace, 1_000)
    before = content(workspace)
    proxy = Proxy(server.port)
    try:
        workspace.through = proxy.port
        chance = random.Random(3)
        runs = []
        for number in range(5):
            answers = number % 2 == 0
            if number < 4:
                proxy.cut_after(chance.randrange(100_000, 500_000) if answers else chance.randrange(5_000, 50_000), answers)
            report = json.loads(workspace.command("run", "--json").out)
            runs += [report["run_id"]] if report["archive"] else []
            proxy.heal()
            alone(workspace)
        assert report["status"] == "completed"
        cuts = 0
        for run in reversed(runs):
            proxy.cut_after(chance.randrange(10_000, 200_000), False)
            cuts += workspace.command("restore", run, "--json").code == 1
            proxy.heal()
            alone(workspace)
            assert restore(workspace, run)["errors"] == []
        assert cuts
    finally:
        proxy.close()
    assert content(workspace) == before


def test_over_http(workspace):
    family(workspace, 60)
    before = content(workspace)
    serving = workspace.serve()

    def ask(path, body=None):
        return serving.ask(path, "GET" if body is None else "POST", headers=JSON if body is not None else None, body=body)

    run = json.loads(ask("/api/jobs/run", json.dumps({"job_type": "cleanup"})).body)["job_id"]
    eventually(lambda: json.loads(ask(f"/api/jobs/{run}").body)["completed_at"], "the run is over")
    archive = json.loads(ask(f"/api/jobs/{run}/archive").body)
    assert {table["table"] for table in archive["tables"]} == {"logs", 'Odd "One.Child "Rows', "grandchild", "nameless", "forgetful", "usual"}
    after = content(workspace)
    for body, expected in ('{"dry_run": true}', after), ('{"operations": ["logs"]}', before), ("", before):
        job = json.loads(ask(f"/api/jobs/{run}/restore", body).body)["job_id"]
        shown = eventually(lambda: (it := json.loads(ask(f"/api/jobs/{job}").body))["completed_at"] and it, "the restore is over")
        assert shown["result"]["status"] == "completed" and content(workspace) == expected
