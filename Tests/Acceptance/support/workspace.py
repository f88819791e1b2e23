"""A folder with a database, a state directory and a configuration file, and the commands run over them."""

import json
from pathlib import Path

from support import schema
from support.cli import Jobsweep
from support.serving import Serving
from support.world import snapshot


class Workspace:
    """Everything a test of one database needs; `close` ends every process it started."""

    def __init__(self, folder, jobsweep=None):
        self.folder = Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.database = self.folder / "app.db"
        self.state = self.folder / "state"
        self.config_file = None
        self.jobsweep = jobsweep or Jobsweep(self.folder)
        self.servings = []

    def configure(self, settings):
        """Writes the configuration file; JSON is YAML, so a dictionary will do, and a string is taken as it is."""
        self.config_file = self.folder / "jobsweep.yml"
        self.config_file.write_text(settings if isinstance(settings, str) else json.dumps(settings, indent=1))
        return self.config_file

    @property
    def flags(self):
        config = ("--config.file", self.config_file) if self.config_file else ()
        return ("--database", self.database, "--state", self.state, *config)

    def command(self, name, *arguments, **how):
        return self.jobsweep(name, *self.flags, *arguments, **how)

    def start(self, name, *arguments, **how):
        return self.jobsweep.start(name, *self.flags, *arguments, **how)

    def run(self, *arguments, **how):
        """`run --json`, and its report."""
        return self.command("run", "--json", *arguments, **how).report

    def preview(self, *arguments, **how):
        return self.command("preview", "--json", *arguments, **how).report

    def serve(self, *arguments, ready=True, database=True, **how):
        """Starts `serve` and waits until it answers."""
        flags = self.flags if database else self.flags[2:]
        serving = Serving(self.jobsweep, self.folder / f"serve-{len(self.servings)}.log", [*flags, *arguments], **how)
        self.servings.append(serving)
        if ready:
            serving.wait_until_up()
        return serving

    def tables(self):
        return snapshot(self.database)

    def definition(self):
        return schema.definition(self.database)

    def execute(self, script):
        """Runs SQL as the application would."""
        connection = schema.connect(self.database)
        try:
            connection.executescript(script)
        finally:
            connection.close()

    def query(self, statement, *values):
        connection = schema.connect(self.database)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def integrity(self):
        """What SQLite finds wrong with the file, and rows that refer to nothing; `ok` alone where there is neither."""
        found = [row[0] for row in self.query("PRAGMA integrity_check")]
        # SQLite 3.40 says it of every row of a table without rowid that has a NOT NULL column before its key: see whether it is so.
        nulls = {line for line in found if line.startswith("NULL value in ")}
        untrue = {line for line in nulls if not self._has_nulls(*line.removeprefix("NULL value in ").rsplit(".", 1))}
        found = [line for line in found if line not in untrue] or ["ok"]
        return found + [row[0] for row in self.query("PRAGMA foreign_key_check")]

    def _has_nulls(self, table, column):
        # SQLite takes `IS NULL` for false where the column may have none.
        return self.query(f"""SELECT count(*) FROM "{table}" WHERE typeof("{column}") = 'null'""")[0][0] > 0

    def close(self):
        self.jobsweep.close()
