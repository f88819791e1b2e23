"""What a dry restore says of rows that refer to others is what a restore then does, on both engines."""

import json

import pytest

from support.exact import of_postgres, of_sqlite
from support.workspace import Workspace

#: Lines belong to books, books to shelves, and shelves stay. A word of a line may name another book.
TABLES = """
CREATE TABLE shelf (id integer PRIMARY KEY);
CREATE TABLE book (id integer PRIMARY KEY, at {time}, shelf integer REFERENCES shelf, next integer REFERENCES book);
CREATE TABLE line (id integer PRIMARY KEY, at {time}, book integer REFERENCES book, other integer REFERENCES book);
CREATE INDEX book_at ON book (at); CREATE INDEX line_at ON line (at);
CREATE INDEX book_shelf ON book (shelf); CREATE INDEX book_next ON book (next); CREATE INDEX line_book ON line (book); CREATE INDEX line_other ON line (other);
"""
RULES = [{"name": "lines", "table": "line", "time": "at", "keep": "7d"}, {"name": "books", "table": "book", "time": "at", "keep": "7d"}]
OLD = "2001-01-01 00:00:00+00"
#: What the application does after the run, and which books can't come back then.
MEDDLING = {
    "nothing": ("", set()),
    "a shelf is gone": ("DELETE FROM shelf WHERE id = 3", {3, 13, 23}),
    # What belonged to the first doesn't come back beneath the other.
    "a book is another": (f"INSERT INTO book VALUES (4, '{OLD}', 1, NULL)", {4, 24}),
    "both": (f"DELETE FROM shelf WHERE id IN (3, 5); INSERT INTO book VALUES (14, '{OLD}', 1, NULL)", {3, 13, 23, 5, 15, 25, 14}),
}


@pytest.fixture(params=["sqlite", "postgres"])
def either(request, tmp_path):
    """An empty folder and database of that engine."""
    if request.param == "postgres":
        yield request.getfixturevalue("on_postgres")
        return
    workspace = Workspace(tmp_path)
    workspace.database.touch()
    yield workspace
    workspace.close()


def statements(workspace, script):
    for statement in filter(None, (part.strip() for part in script.split(";"))):
        workspace.execute(statement)


def library(workspace):
    statements(workspace, TABLES.replace("{time}", "timestamptz" if hasattr(workspace, "user") else "text"))
    for shelf in range(1, 11):
        workspace.execute(f"INSERT INTO shelf VALUES ({shelf})")
    books = [f"({book}, '{OLD}', {(book - 1) % 10 + 1}, {'NULL' if book <= 20 else book - 20})" for book in range(1, 31)]
    lines = [f"({line}, '{OLD}', {(line - 1) % 30 + 1}, {'NULL' if line % 4 else line % 30 + 1})" for line in range(1, 121)]
    workspace.execute(f"INSERT INTO book VALUES {', '.join(books)}")
    workspace.execute(f"INSERT INTO line VALUES {', '.join(lines)}")
    workspace.configure({"preset": "none", "limits": {"surge": "none"}, "rules": RULES})
    report = workspace.command("run", "--json").exits(0).report
    assert report["rows_deleted"] == {"lines": 120, "books": 30}, report
    return report["run_id"]


def restore(workspace, run, *arguments, code):
    return json.loads(workspace.command("restore", run, "--json", *arguments).exits(code).out)


@pytest.mark.parametrize("what", MEDDLING)
def test_rows_whose_parents_stay_away(either, what):
    run = library(either)
    meddling, away = MEDDLING[what]
    statements(either, meddling)
    code = 3 if away else 0
    foreseen = restore(either, run, "--dry-run", code=code)
    assert either.query("SELECT count(*) FROM line") == [(0,)]
    done = restore(either, run, code=code)
    for field in ("rows_restored", "rows_present", "rows_not_restored"):
        assert foreseen[field] == done[field], (field, foreseen, done)
    told = [sorted((error["table"], error["row"], error["reason"]) for error in report["errors"]) for report in (foreseen, done)]
    assert told[0] == told[1]
    missing = {row[0] for row in either.query("SELECT id FROM book")} ^ set(range(1, 31))
    assert missing == away - {4, 14}
    assert sum(foreseen["rows_not_restored"].values()) == len(foreseen["errors"]) >= len(away)


def test_what_belonged_to_a_row_doesn_t_come_back_beneath_another(either):
    """The application gives a key to another row meanwhile: a row's children, and what those had, belong to neither."""
    statements(either, f"""
        CREATE TABLE shelf (id integer PRIMARY KEY, at {"timestamptz" if hasattr(either, "user") else "text"}, name text UNIQUE);
        CREATE TABLE book (id integer PRIMARY KEY, shelf integer REFERENCES shelf ON DELETE CASCADE, next integer REFERENCES book ON DELETE CASCADE);
        CREATE TABLE line (id integer PRIMARY KEY, book integer REFERENCES book ON DELETE CASCADE);
        CREATE TABLE label (id integer PRIMARY KEY, name text REFERENCES shelf (name) ON DELETE CASCADE);
        CREATE TABLE reader (id integer PRIMARY KEY, shelf integer REFERENCES shelf ON DELETE SET NULL);
        CREATE INDEX shelf_at ON shelf (at); CREATE INDEX book_shelf ON book (shelf); CREATE INDEX book_next ON book (next);
        CREATE INDEX line_book ON line (book); CREATE INDEX label_name ON label (name); CREATE INDEX reader_shelf ON reader (shelf);
        INSERT INTO shelf VALUES (1, '{OLD}', 'a'), (2, '{OLD}', 'b'), (3, '{OLD}', 'c'), (4, '{OLD}', 'd');
        INSERT INTO book VALUES (1, 1, 1), (2, 2, NULL), (3, 3, NULL), (4, 4, NULL);
        INSERT INTO book VALUES (11, NULL, 1), (12, NULL, 2), (13, NULL, 3);
        INSERT INTO line VALUES (1, 1), (2, 2), (3, 3), (4, 4), (11, 11), (12, 12), (13, 13);
        INSERT INTO label VALUES (1, 'a'), (2, 'b'), (3, 'c');
        INSERT INTO reader VALUES (1, 1), (2, 2), (3, 3)
    """)
    either.configure({"preset": "none", "rules": [{"name": "shelves", "table": "shelf", "time": "at", "keep": "7d"}]})
    run = either.command("run", "--json").exits(0).report
    assert either.query("SELECT (SELECT count(*) FROM book), (SELECT count(*) FROM line)") == [(0, 0)], run
    # One has the key, one the name of another's; a book is there again, as it was and beneath what has the key.
    statements(either, "INSERT INTO shelf VALUES (1, NULL, 'new'), (9, NULL, 'b'), (4, NULL, 'd'); INSERT INTO book VALUES (4, 4, NULL)")
    foreseen = restore(either, run["run_id"], "--dry-run", code=3)
    for _ in range(2):
        done = restore(either, run["run_id"], code=3)
        told = [sorted((error["table"], error["row"], error["reason"]) for error in report["errors"]) for report in (foreseen, done)]
        assert told[0] == told[1]
        assert foreseen["rows_not_restored"] == done["rows_not_restored"] and foreseen["rows_not_restored"]["taken"] == 3
        assert either.query("SELECT id FROM shelf ORDER BY id") == [(1,), (3,), (4,), (9,)]
        assert either.query("SELECT id FROM book ORDER BY id") == [(3,), (4,), (13,)]
        # Of a row that is as it was, nobody says whose it is.
        assert either.query("SELECT id FROM line ORDER BY id") == [(3,), (4,), (13,)]
        assert either.query("SELECT id FROM label ORDER BY id") == [(3,)]
        assert either.query("SELECT id, shelf FROM reader ORDER BY id") == [(1, None), (2, None), (3, 3)]
    statements(either, "DELETE FROM book WHERE id = 4; DELETE FROM shelf WHERE id IN (1, 4, 9)")
    restore(either, run["run_id"], code=0)
    assert either.query("SELECT count(*) FROM line") == [(7,)] and either.query("SELECT count(shelf) FROM reader") == [(3,)]


def test_of_some_operations_alone(either):
    """Without the books, no line has one."""
    run = library(either)
    foreseen = restore(either, run, "--only", "lines", "--dry-run", code=3)
    done = restore(either, run, "--only", "lines", code=3)
    assert foreseen["rows_restored"] == done["rows_restored"] and foreseen["rows_not_restored"] == done["rows_not_restored"]
    assert done["rows_not_restored"]["orphan"] == 120
    assert restore(either, run, "--only", "books", "--dry-run", code=0)["rows_restored"] == {"books": 30}
    restore(either, run, "--only", "books", code=0)
    assert restore(either, run, "--only", "lines", "--dry-run", code=0)["rows_restored"] == {"lines": 120}
    restore(either, run, "--only", "lines", code=0)
    assert either.query("SELECT count(*) FROM line") == [(120,)]


#: Keys that are equal to the database without being the same: of the key and of what refers to it the types, and how both write three of them.
EQUAL = {
    "letters": ("sqlite", "text COLLATE NOCASE", "text", ["'A'", "'b'", "'É'"], ["'a'", "'B'", "'É'"]),
    "blanks behind": ("sqlite", "text COLLATE RTRIM", "text", ["'a'", "'b '", "''"], ["'a  '", "'b'", "' '"]),
    "text of numbers": ("sqlite", "integer", "text", ["1", "2", "3"], ["'1'", "'2'", "'3'"]),
    "numbers of text": ("sqlite", "text", "integer", ["'1'", "'2'", "'3'"], ["1", "2", "3"]),
    "text of fractions": ("sqlite", "real", "text", ["1.0", "2.0", "3.5"], ["'1.0'", "'2.0'", "'3.5'"]),
    "digits": ("postgres", "numeric", "numeric", ["1.0", "2", "3.50"], ["1", "2.00", "3.5"]),
    "numbers of two types": ("postgres", "numeric", "integer", ["1.0", "2.00", "3"], ["1", "2", "3"]),
    "padding": ("postgres", "char(4)", "char(6)", ["'a'", "'b'", "'c'"], ["'a'", "'b'", "'c'"]),
    "a type": ("postgres", "citext", "citext", ["'A'", "'b'", "'C'"], ["'a'", "'B'", "'c'"]),
    "a collation": ("postgres", "text COLLATE loose", "text COLLATE loose", ["'A'", "'b'", "'C'"], ["'a'", "'B'", "'c'"]),
    "a day": ("postgres", "timestamp", "date", ["'2020-01-01'", "'2020-01-02'", "'2020-01-03'"], ["'2020-01-01'", "'2020-01-02'", "'2020-01-03'"]),
}


@pytest.mark.parametrize("what", [*EQUAL, "letters in UTF-16le", "text of numbers in UTF-16be"])
def test_keys_that_are_equal_and_not_the_same(request, tmp_path, what):
    """Rows in a ring, of which none can come back before the others, and what hangs off them."""
    name, _, encoding = what.partition(" in ")
    engine, key, reference, keys, references = EQUAL[name]
    if engine == "postgres":
        either, content, start = request.getfixturevalue("on_postgres"), of_postgres, "CREATE EXTENSION citext;"
        start += "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
    else:
        either, content, start = Workspace(tmp_path), of_sqlite, f"PRAGMA encoding = '{encoding or 'UTF-8'}';"
        either.database.touch()
    rows = [f"({keys[place]}, '{OLD}', {references[place - 1]})" for place in range(3)]
    either.execute(
        f"""{start}
            CREATE TABLE book (id {key} PRIMARY KEY, at {"timestamptz" if engine == "postgres" else "text"}, next {reference} REFERENCES book ON DELETE CASCADE);
            CREATE TABLE line (id integer PRIMARY KEY, book {reference} REFERENCES book ON DELETE CASCADE);
            CREATE INDEX book_at ON book (at); CREATE INDEX book_next ON book (next); CREATE INDEX line_book ON line (book);
            {"" if engine == "postgres" else "PRAGMA foreign_keys = OFF;"}
            INSERT INTO book VALUES {", ".join(rows)};
            INSERT INTO line VALUES (1, {references[0]}), (2, {references[1]}), (3, {references[2]})"""
    )
    either.configure({"preset": "none", "rules": [RULES[1]]})
    before = content(either)
    run = either.command("run", "--json").exits(0).report["run_id"]
    assert either.query("SELECT (SELECT count(*) FROM book), (SELECT count(*) FROM line)") == [(0, 0)]
    foreseen = restore(either, run, "--dry-run", code=0)
    done = restore(either, run, code=0)
    assert foreseen["rows_restored"] == done["rows_restored"] == {"books": 6}
    assert content(either) == before
    assert restore(either, run, code=0)["rows_present"] == {"books": 6}
