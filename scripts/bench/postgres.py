"""Sweeps of a PostgreSQL database beside an application that writes all the time: jobsweep against one DELETE and batches of fixed sizes.

The server is Debian's with its defaults, in a folder of the benchmark's own, on a socket. Every way gets the same fresh rows.
"""

import glob
import os
import resource
import shutil
import statistics
import subprocess
import threading
import time

from workplace import BenchmarkError, say

WRITERS = 4
#: An application's connection writes once in so many seconds.
INTERVAL = 0.020
SCHEMA = os.path.join(os.path.dirname(__file__), "..", "demo", "postgres.sql")
OLD = "status IN ('completed', 'failed', 'cancelled', 'COMPLETED', 'FAILED', 'CANCELLED') AND completed_at < now() - interval '30 days'"


def _programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
    if not found:
        raise BenchmarkError("no PostgreSQL server: apt-get install postgresql")
    return found[-1]


class Server:
    def __init__(self, folder):
        self.folder, self.port = str(folder), 54987
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        os.makedirs(self.folder, exist_ok=True)
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

    def connect(self, database="app"):
        import psycopg2

        connection = psycopg2.connect(host=self.folder, port=self.port, dbname=database, user="postgres")
        connection.autocommit = True
        return connection

    def execute(self, statement, database="app"):
        connection = self.connect(database)
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    @property
    def url(self):
        return f"postgresql://postgres@/app?host={self.folder.replace('/', '%2F')}&port={self.port}"

    def stop(self):
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", "fast", "stop")


class Application:
    """Four connections, each of which makes a job or touches one at its pace, and notes how long that took."""

    def __init__(self, server):
        self.server, self.stopping = server, threading.Event()
        self.waits, self.errors = [], []
        self.threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _write(self, number):
        connection = self.server.connect()
        cursor, made, due = connection.cursor(), 0, time.monotonic()
        while not self.stopping.is_set():
            begun = time.monotonic()
            try:
                if made % 2 == 0:
                    cursor.execute("INSERT INTO job (id, type, status, progress, created_at, started_at, updated_at) VALUES (%s, 'sync', 'running', 1, now(), now(), now())", (f"w{number}-{made // 2}",))
                else:
                    cursor.execute("UPDATE job SET progress = progress + 1, updated_at = now() WHERE id = %s", (f"w{number}-{made // 2}",))
            except Exception as error:  # noqa: BLE001 - counted
                self.errors.append(str(error))
            self.waits.append((begun, time.monotonic() - begun))
            made += 1
            due = max(due + INTERVAL, time.monotonic() - INTERVAL)
            time.sleep(max(0, due - time.monotonic()))
        connection.close()


def _fill(server, rows):
    server.execute("DROP DATABASE IF EXISTS app WITH (FORCE)", "postgres")
    server.execute("CREATE DATABASE app", "postgres")
    with open(SCHEMA) as file:
        schema = file.read()
    server.execute(schema[: schema.index("-- Half a year")] + "COMMIT")
    server.execute(
        f"""INSERT INTO job (id, type, status, progress, metadata, started_at, completed_at, created_at, updated_at)
        SELECT gen_random_uuid()::varchar, (ARRAY['sync', 'analysis', 'export'])[1 + n % 3]::jobtype,
          (ARRAY['completed', 'FAILED', 'cancelled'])[1 + n % 3]::jobstatus, 100, '{{"task_id": "x", "last_message": "done"}}', at, at, at, at
        FROM (SELECT n, now() - CASE WHEN age BETWEEN interval '29 days 22 hours' AND interval '30 days' THEN age - interval '2 hours' ELSE age END AS at
          FROM (SELECT n, n * interval '90 days' / {rows} AS age FROM generate_series(1, {rows}) AS n) AS ages) AS history"""
    )
    server.execute("VACUUM ANALYZE job")
    server.execute("CHECKPOINT")


def _delete(server):
    server.execute(f"DELETE FROM job WHERE {OLD}")


def _batches(size):
    def work(server):
        connection = server.connect()
        cursor, changed = connection.cursor(), size
        while changed == size:
            cursor.execute(f"DELETE FROM job WHERE id IN (SELECT id FROM job WHERE {OLD} LIMIT {size})")
            changed = cursor.rowcount
        connection.close()

    return work


def _jobsweep(binary, folder):
    def work(server):
        shutil.rmtree(f"{folder}/state", ignore_errors=True)
        done = subprocess.run([binary, "run", "--only", "old_jobs", "--json", "--database", server.url, "--state", f"{folder}/state"], capture_output=True, text=True)
        if done.returncode:
            raise BenchmarkError(f"jobsweep: {done.stdout} {done.stderr}")

    return work


def _trial(server, rows, work, alone):
    _fill(server, rows)
    start = server.execute("SELECT pg_current_wal_lsn()")[0][0]
    with Application(server) as application:
        time.sleep(alone)
        begun = time.monotonic()
        if work:
            work(server)
        else:
            time.sleep(5)
        wall = time.monotonic() - begun
        time.sleep(alone)
    waits = sorted(wait for at, wait in application.waits if begun - 0.1 <= at <= begun + wall)
    wal = server.execute(f"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{start}')")[0][0]
    left = server.execute(f"SELECT count(*) FROM job WHERE {OLD}")[0][0]
    if work and left:
        raise BenchmarkError(f"{left} old rows were left")
    return {
        "wall": wall, "p99": waits[int(len(waits) * 0.99) - 1] * 1000, "longest": waits[-1] * 1000, "wal": float(wal) / 1e6, "errors": len(application.errors),
    }  # fmt: skip


def measure(workplace, rows, rounds, alone):
    """The ways' figures, each the median of the rounds."""
    ways = {"alone": None, "one DELETE": _delete, "batches of 1,000": _batches(1_000), "batches of 10,000": _batches(10_000), "jobsweep": _jobsweep(workplace.jobsweep, workplace.folder)}
    server = Server(f"{workplace.folder}/postgres")
    try:
        results = {name: [] for name in ways}
        for number in range(rounds):
            for name, work in ways.items():
                say(f"PostgreSQL, round {number + 1}: {name}")
                results[name].append(_trial(server, rows, work, alone))
        medians = {name: {figure: statistics.median(trial[figure] for trial in trials) for figure in trials[0]} for name, trials in results.items()}
    finally:
        server.stop()
    return {"rows": rows, "rounds": rounds, "ways": medians, "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}


def table(results):
    """In Markdown."""
    lines = [f"## PostgreSQL: {results['rows']:,} jobs, two thirds to go, {WRITERS} connections writing once in {INTERVAL * 1000:.0f} ms", "",
             "| way | wall time | against the DELETE | 99 % of the writes | longest write | WAL | errors |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    one = results["ways"]["one DELETE"]["wall"]
    for name, way in results["ways"].items():
        wall, times = ("", "") if name == "alone" else (f"{way['wall']:.2f} s", f"{way['wall'] / one:.1f}")
        lines.append(f"| {name} | {wall} | {times} | {way['p99']:.0f} ms | {way['longest']:.0f} ms | {way['wal']:.0f} MB | {way['errors']:.0f} |")
    return "\n".join(lines) + "\n"
