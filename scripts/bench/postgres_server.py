"""A PostgreSQL server of the benchmark's own: Debian's with its defaults, in a folder, on a socket."""

import glob
import os
import shutil
import subprocess
from pathlib import Path

from workplace import BenchmarkError, say

#: The tables of the demonstration; its history begins where this stands.
SCHEMA = Path(__file__).resolve().parents[1] / "demo" / "postgres.sql"
HISTORY = "-- Half a year"
#: What this program's own connections that delete say they are.
NAME = "bench"


def _programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
    if not found:
        raise BenchmarkError("no PostgreSQL server: apt-get install postgresql")
    return found[-1]


class Server:
    def __init__(self, folder):
        self.folder, self.port = str(folder), 54987
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
            # A temporary folder is closed to other users, and the server is one.
            parent = os.path.dirname(self.folder)
            os.chmod(parent, os.stat(parent).st_mode | 0o011)
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with open(f"{self.folder}/data/postgresql.conf", "a") as file:
            file.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\nport = {self.port}\n")
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "start")

    def _run(self, program, *arguments):
        done = subprocess.run([*self.user, f"{_programs()}/{program}", *arguments], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise BenchmarkError(f"{program}: {done.stderr}")

    def connect(self, database="app", name="application"):
        import psycopg2

        connection = psycopg2.connect(host=self.folder, port=self.port, dbname=database, user="postgres", application_name=name)
        connection.autocommit = True
        return connection

    def execute(self, statement, database="app", name="application"):
        connection = self.connect(database, name)
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    @property
    def url(self):
        return f"postgresql://postgres@/app?host={self.folder.replace('/', '%2F')}&port={self.port}"

    def fill(self, rows):
        """A database with so many jobs of 90 days, to be copied for each trial."""
        say(f"PostgreSQL: making a database of {rows:,} rows")
        self.execute("CREATE DATABASE original", "postgres")
        text = SCHEMA.read_text()
        self.execute(text[: text.index(HISTORY)] + "COMMIT", "original")
        self.execute(
            f"""INSERT INTO job (id, type, status, progress, metadata, started_at, completed_at, created_at, updated_at)
            SELECT gen_random_uuid()::varchar, (ARRAY['sync', 'analysis', 'export'])[1 + n % 3]::jobtype,
              (ARRAY['completed', 'FAILED', 'cancelled'])[1 + n % 3]::jobstatus, 100, '{{"task_id": "x", "last_message": "done"}}', at, at, at, at
            FROM (SELECT n, now() - CASE WHEN age BETWEEN interval '29 days 22 hours' AND interval '30 days' THEN age - interval '2 hours' ELSE age END AS at
              FROM (SELECT n, n * interval '90 days' / {rows} AS age FROM generate_series({rows}, 1, -1) AS n) AS ages) AS history""",
            "original",
        )
        self.execute("VACUUM ANALYZE job", "original")

    def copy(self):
        self.execute("DROP DATABASE IF EXISTS app WITH (FORCE)", "postgres")
        self.execute("CREATE DATABASE app TEMPLATE original STRATEGY FILE_COPY", "postgres")
        self.execute("CHECKPOINT", "postgres")

    def forget(self):
        self.execute("DROP DATABASE IF EXISTS app WITH (FORCE)", "postgres")
        self.execute("DROP DATABASE original WITH (FORCE)", "postgres")

    def stop(self):
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", "fast", "stop")
