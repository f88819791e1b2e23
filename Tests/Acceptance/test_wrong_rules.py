"""Wrong rules: one sentence each, with the file, the line, the key and, where one is near, the right spelling; nothing is touched."""

import pytest

from support.ruled import NEW, OLD, configure, fill, rule

#: A whole rule; what is wrong is added to it, or put in place of a line.
GOOD = """preset: none
rules:
  - name: logs
    table: logs
    time: at
    keep: 30d
"""


def instead(line, other):
    assert line in GOOD
    return GOOD.replace(line, other)


#: The file, and what is said of it behind its name.
WRONG = [
    ("preset: none\nrules: {logs: {table: logs}}\n", "2: rules: wants a list of rules, each with a name, not a map"),
    ("preset: none\nrules: logs\n", "2: rules: wants a list of rules, each with a name, not 'logs'"),
    ("preset: none\nrules:\n  - logs\n", "3: rules[0]: wants a rule: a map with name, table, time and keep, not 'logs'"),
    ("preset: none\nrules:\n  - table: logs\n    time: at\n", "3: rules[0]: has no `name`"),
    ("preset: none\nrules:\n  - {}\n", "3: rules[0]: has no `name`"),
    ("preset: none\nrules:\n  -\n", "3: rules[0]: is empty; it wants a rule: a map with name, table, time and keep"),
    ("preset: none\nrules:\n  - name: Logs\n    table: logs\n", "3: rules[0].name: 'Logs' is no name: it begins with a letter from a to z, and has letters, digits and _, 40 at the most"),
    ("preset: none\nrules:\n  - name: 1logs\n    table: logs\n", "3: rules[0].name: '1logs' is no name: it begins with a letter from a to z, and has letters, digits and _, 40 at the most"),
    ("preset: none\nrules:\n  - name: my-logs\n    table: logs\n", "3: rules[0].name: 'my-logs' is no name: it begins with a letter from a to z, and has letters, digits and _, 40 at the most"),
    ("preset: none\nrules:\n  - name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n    table: logs\n", "3: rules[0].name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is no name: it begins with a letter from a to z, and has letters, digits and _, 40 at the most"),
    ("preset: none\nrules:\n  - name: run\n    table: logs\n", "3: rules[0].name: 'run' is what a run's own errors are counted under"),
    ("preset: none\nrules:\n  - name: clock\n    table: logs\n", "3: rules[0].name: 'clock' is what `jobsweep approve clock` takes for the machine's clock"),
    ("preset: none\nrules:\n  - name: [logs]\n    table: logs\n", "3: rules[0].name: wants a word, not a list"),
    ("preset: none\nrules:\n  - name:\n    table: logs\n", "3: rules[0].name: has no value; give one or leave the key out"),
    ("preset: none\nrules:\n  - name: old_jobs\n    table: logs\n    time: at\n    keep: 3d\n", "3: rules.old_jobs: is the name of an operation that is built in; set it under operations.old_jobs"),
    (GOOD + "  - name: logs\n    table: more\n    time: at\n    keep: 3d\n", "7: rules.logs: a rule of this name is there already, on line 3"),
    (GOOD + "    keep: 3d\n", "7: rules.logs.keep: is there twice; the first is on line 6"),
    (GOOD + "    kep: 3d\n", "7: rules.logs.kep: unknown key; did you mean 'keep'?"),
    (GOOD + "    retention: 3d\n", "7: rules.logs.retention: unknown key; known here: name, dependents, enabled, keep, keep_by, keep_less_than_an_hour, keep_newest, key, max_rows, not_if, only_if, table, time, time_format, time_zone, unless_referenced, where, where_not"),
    (GOOD + "    where_nt: {a: [1]}\n", "7: rules.logs.where_nt: unknown key; did you mean 'where_not'?"),
    (GOOD + "    max_row: 5\n", "7: rules.logs.max_row: unknown key; did you mean 'max_rows'?"),
    ("preset: none\nrules:\n  - name: logs\n    time: at\n    keep: 30d\n", "3: rules.logs: has no `table`: name the table that it keeps short"),
    ("preset: none\nrules:\n  - name: logs\n    table: logs\n    keep: 30d\n", "3: rules.logs: has no `time`: name the column that says how old a row is"),
    ("preset: none\nrules:\n  - name: logs\n    table: logs\n    time: at\n", "3: rules.logs: has no `keep`: say how long a row stays, such as keep: 30d, or forever"),
    (instead("table: logs", "table: [logs]"), "4: rules.logs.table: wants a name, not a list"),
    (instead("table: logs", "table: ''"), "4: rules.logs.table: is empty; write the name of a table or column"),
    (instead("table: logs", "table:"), "4: rules.logs.table: has no value; give one or leave the key out"),
    (instead("table: logs", "table: 12"), "4: rules.logs.table: '12' is a number; put it in quotes if it is meant"),
    (instead("time: at", "time: {colum: state, times: {a: at}}"), "5: rules.logs.time.colum: unknown key; did you mean 'column'?"),
    (instead("time: at", "time: {column: state}"), "5: rules.logs.time: has no `times`"),
    (instead("time: at", "time: {column: state, times: {}}"), "5: rules.logs.time.times: names no value; write them, each with its column"),
    (instead("time: at", "time: {column: state, times: [a]}"), "5: rules.logs.time.times: wants a map of values to columns, not a list"),
    (instead("time: at", "time: [at]"), "5: rules.logs.time: wants a column, or a map with `column` and `times`, not a list"),
    (instead("time: at", "time: {column: state, times: {a: at, a: bt}}"), "5: rules.logs.time.times.a: is there twice; the first is on line 5"),
    (GOOD + "    enabled: maybe\n", "7: rules.logs.enabled: 'maybe' is neither true nor false"),
    (GOOD + "    enabled: 0\n", "7: rules.logs.enabled: '0' is neither true nor false"),
    (GOOD + "    key: []\n", "7: rules.logs.key: is empty; write the names of columns, or leave the key out"),
    (GOOD + "    key: {id: 1}\n", "7: rules.logs.key: wants a name, not a map"),
    (GOOD + "    key: [id, ID]\n", "7: rules.logs.key: names a column twice"),
    (GOOD + "    time_format: unix_sm\n", "7: rules.logs.time_format: 'unix_sm' is unknown; write auto, text, unix, unix_ms or unix_us"),
    (GOOD + "    time_format: seconds\n", "7: rules.logs.time_format: 'seconds' is unknown; write auto, text, unix, unix_ms or unix_us"),
    (GOOD + "    time_format: [unix]\n", "7: rules.logs.time_format: wants a word, not a list"),
    (GOOD + "    time_zone: Europe/Berlinn\n", "7: rules.logs.time_zone: 'Europe/Berlinn' is no time zone; did you mean 'Europe/Berlin'?"),
    (instead("keep: 30d", "keep: 0"), "6: rules.logs.keep: '0' is too short; it must be at least 1s: 0 doesn't mean all; to keep rows for ever write forever, to stop the rule enabled: false"),
    (instead("keep: 30d", "keep: 0d"), "6: rules.logs.keep: '0d' is too short; it must be at least 1s: 0 doesn't mean all; to keep rows for ever write forever, to stop the rule enabled: false"),
    (instead("keep: 30d", "keep: 30"), "6: rules.logs.keep: '30' has no unit; write 30d, 30h, 30m or 30s"),
    (instead("keep: 30d", "keep: -1d"), "6: rules.logs.keep: '-1d' is negative; a duration counts up from 0s"),
    (instead("keep: 30d", "keep: 5m"), "6: rules.logs.keep: keeps rows for 5m, less than an hour: what has just ended would be deleted; where that is meant, say keep_less_than_an_hour: true"),
    (instead("keep: 30d", "keep: 59m59s"), "6: rules.logs.keep: keeps rows for 59m59s, less than an hour: what has just ended would be deleted; where that is meant, say keep_less_than_an_hour: true"),
    (instead("keep: 30d", "keep: never"), "6: rules.logs.keep: 'never' is not a duration; write one such as 30d, or forever"),
    (instead("keep: 30d", "keep: Forever"), "6: rules.logs.keep: 'Forever' is not a duration; write one such as 30d, or forever"),
    (instead("keep: 30d", "keep: true"), "6: rules.logs.keep: 'true' is not a duration; write one such as 30d, or forever"),
    ("preset: none\nrules:\n  - name: logs\n    table: logs\n    time: at\n    keep: \n", "6: rules.logs.keep: has no value; give one or leave the key out"),
    (instead("keep: 30d", "keep: [30d]"), "6: rules.logs.keep: wants a duration such as 30d, not a list"),
    (instead("keep: 30d", "keep: 999999d"), "6: rules.logs.keep: '999999d' is too long; it must be at most 36500d"),
    (GOOD + "    keep_less_than_an_hour: yes please\n", "7: rules.logs.keep_less_than_an_hour: 'yes please' is neither true nor false"),
    (GOOD + "    keep_by: [level]\n", "7: rules.logs.keep_by: wants a map of columns to maps of values to durations, not a list"),
    (GOOD + "    keep_by: {level: 3d}\n", "7: rules.logs.keep_by.level: wants a map of values to durations, not '3d'"),
    (GOOD + "    keep_by:\n      level:\n        a: soon\n", "9: rules.logs.keep_by.level.a: 'soon' is not a duration; write one such as 30d, or forever"),
    (GOOD + "    keep_by:\n      level:\n        a: 5m\n", "7: rules.logs.keep_by: keeps rows for 5m, less than an hour: what has just ended would be deleted; where that is meant, say keep_less_than_an_hour: true"),
    (GOOD + "    keep_by:\n      level:\n        a: 0\n", "9: rules.logs.keep_by.level.a: '0' is too short; it must be at least 1s: 0 doesn't mean all; to keep rows for ever write forever, to stop the rule enabled: false"),
    (GOOD + "    keep_by: {level: {a: 3d, a: 4d}}\n", "7: rules.logs.keep_by.level.a: is there twice; the first is on line 7"),
    (GOOD + "    keep_by: {level: {}}\n", "7: rules.logs.keep_by.level: names no value; write them, or leave the column out"),
    (GOOD + "    where: [level]\n", "7: rules.logs.where: wants a map of columns to lists of values, not a list"),
    (GOOD + "    where: {level: []}\n", "7: rules.logs.where.level: names no value; write them (null is one), or leave the column out"),
    (GOOD + "    where: {level: {a: 1}}\n", "7: rules.logs.where.level: wants a list of values, not a map"),
    (GOOD + "    where: {level: [[a]]}\n", "7: rules.logs.where.level: wants a list of values, not of a list"),
    (GOOD + "    where: {level: }\n", "7: rules.logs.where.level: names no value; write them (null is one), or leave the column out"),
    (GOOD + "    where: {level: [a], level: [b]}\n", "7: rules.logs.where.level: is there twice; the first is on line 7"),
    (GOOD + "    where: {}\n", "7: rules.logs.where: names no column; write one with its values, or leave the key out"),
    (GOOD + "    where: {'': [a]}\n", "7: rules.logs.where: has a column without a name"),
    (GOOD + "    keep_newest: 5\n", "7: rules.logs.keep_newest: wants a map with `count`, and with `per` where each group keeps as many, not '5'"),
    (GOOD + "    keep_newest: {per: [a]}\n", "7: rules.logs.keep_newest: has no `count`"),
    (GOOD + "    keep_newest: {count: 0}\n", "7: rules.logs.keep_newest.count: '0' is out of range; it must be from 1 to 10000"),
    (GOOD + "    keep_newest: {count: 10001}\n", "7: rules.logs.keep_newest.count: '10001' is out of range; it must be from 1 to 10000"),
    (GOOD + "    keep_newest: {count: five}\n", "7: rules.logs.keep_newest.count: 'five' is not a whole number"),
    (GOOD + "    keep_newest: {count: 5, by: [a]}\n", "7: rules.logs.keep_newest.by: unknown key; known here: count, per"),
    (GOOD + "    keep_newest: {count: 5, per: []}\n", "7: rules.logs.keep_newest.per: is empty; write the names of columns, or leave the key out"),
    (GOOD + "    unless_referenced: {table: marks, column: log}\n", "7: rules.logs.unless_referenced: wants a list of maps with `table` and `column`, not a map"),
    (GOOD + "    unless_referenced:\n      - table: marks\n", "8: rules.logs.unless_referenced[0]: has no `column`"),
    (GOOD + "    unless_referenced:\n      - {table: marks, colum: log}\n", "8: rules.logs.unless_referenced[0].colum: unknown key; did you mean 'column'?"),
    (GOOD + "    dependents: lines\n", "7: rules.logs.dependents: wants a list of maps with `table` and `column`, not 'lines'"),
    (GOOD + "    dependents:\n      - column: log\n", "8: rules.logs.dependents[0]: has no `table`"),
    (GOOD + "    dependents:\n      - {table: lines, column: log, enbled: false}\n", "8: rules.logs.dependents[0].enbled: unknown key; did you mean 'enabled'?"),
    (GOOD + "    dependents:\n      - {table: lines, column: log, enabled: 7}\n", "8: rules.logs.dependents[0].enabled: '7' is neither true nor false"),
    (GOOD + "    dependents:\n      - {table: lines, column: log, unless_referenced: [{table: marks}]}\n", "8: rules.logs.dependents[0].unless_referenced[0]: has no `column`"),
    (GOOD + "    max_rows: 0\n", "7: rules.logs.max_rows: '0' is out of range; it must be from 1 to 1000000000"),
    (GOOD + "    max_rows: -1\n", "7: rules.logs.max_rows: '-1' is out of range; it must be from 1 to 1000000000"),
    (GOOD + "    max_rows: many\n", "7: rules.logs.max_rows: 'many' is not a whole number; write one, or none"),
    (GOOD + "    max_rows: 1.5\n", "7: rules.logs.max_rows: '1.5' is not a whole number"),
    (GOOD + "    only_if: {tabel: x}\n", "7: rules.logs.only_if[0].tabel: unknown key; did you mean 'table'?"),
    (GOOD + "    only_if: {column: x}\n", "7: rules.logs.only_if[0]: has no `table`"),
    (GOOD + "    not_if: x\n", "7: rules.logs.not_if[0]: wants a map with `table`, and with `column` where it goes by that, not 'x'"),
    ("preset: [none, django_q]\n", "1: preset: 'none' stands for no preset, and so for itself alone"),
    ("preset: django_q\nrules:\n  - {name: django_q_task, keep: 3d}\n", "3: rules.django_q_task: has no `table`, and no rule of the presets has this name; did you mean 'django_q_tasks'?"),
    ("preset: django_q\nrules:\n  - {name: django_q_tasks, keep: 0}\n", "3: rules.django_q_tasks.keep: '0' is too short; it must be at least 1s: 0 doesn't mean all; to keep rows for ever write forever, to stop the rule enabled: false"),
    ("preset: none\nrules:\n", "2: rules: is empty; it wants a list of rules, each with a name"),
    (GOOD + "    key: [a, b]\n    unless_referenced: [{table: marks, column: log}]\n", "8: rules.logs.unless_referenced: goes by one column, and the key has 2: a, b"),
]


@pytest.mark.parametrize(("settings", "said"), WRONG, ids=[said[:70] for _, said in WRONG])
def test_a_wrong_rule(workspace, settings, said):
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT)", logs=[(1, OLD), (2, NEW)])
    path = workspace.configure(settings)
    finished = workspace.command("run").exits(2)
    assert (finished.out, finished.err) == ("", f"jobsweep: {path}:{said}\n")
    assert workspace.query("SELECT id FROM logs") == [(1,), (2,)]


def test_every_mistake_is_named_at_once(workspace):
    path = workspace.configure("preset: none\nrules:\n  - {name: a, table: a, time: at, keep: soon}\n  - {name: b, table: b, tiem: at, keep: 3d}\n  - {name: C}\n")
    said = workspace.command("check").exits(2).err.splitlines()
    assert said == [
        f"jobsweep: {path}:3: rules.a.keep: 'soon' is not a duration; write one such as 30d, or forever",
        f"{path}:4: rules.b.tiem: unknown key; did you mean 'time'?",
        f"{path}:5: rules[2].name: 'C' is no name: it begins with a letter from a to z, and has letters, digits and _, 40 at the most",
    ]


def test_a_rule_of_a_preset(workspace):
    """One that names no table is one of a preset's, by a name that is almost right."""
    path = workspace.configure("preset: [django_q, none]\n")
    assert workspace.command("run").exits(2).err == f"jobsweep: {path}:1: preset: 'none' stands for no preset, and so for itself alone\n"
    path = workspace.configure("preset: django_q\nrules:\n  - {name: django_q_task, keep: 3d}\n  - {name: django_q_tasks, keep: 0}\n")
    assert workspace.command("run").exits(2).err.splitlines() == [
        f"jobsweep: {path}:3: rules.django_q_task: has no `table`, and no rule of the presets has this name; did you mean 'django_q_tasks'?",
        f"{path}:4: rules.django_q_tasks.keep: '0' is too short; it must be at least 1s: 0 doesn't mean all;"
        " to keep rows for ever write forever, to stop the rule enabled: false",
    ]


@pytest.mark.parametrize("variable", ["JOBSWEEP_RULES", "JOBSWEEP_RULES_LOGS_KEEP"])
def test_no_variable_says_a_rule(workspace, variable):
    configure(workspace, rule())
    assert variable in workspace.command("run", env={variable: "[]"}).exits(2).err


def test_rules_without_a_preset(workspace):
    """Unwritten fields are the defaults: every row old enough, by the primary key, times as the column has them."""
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT)", logs=[(1, OLD), (2, NEW)])
    workspace.configure(GOOD)
    assert workspace.run()["rows_deleted"] == {"logs": 1}
    workspace.configure("preset: none\nrules: []\n")
    assert workspace.run()["operations"] == []
