"""Sweeps of a PostgreSQL database beside an application that writes all the time: jobsweep against one DELETE and batches of fixed sizes.

Every way gets the same fresh rows on the same server.
"""

import shutil
import threading
import time
from dataclasses import asdict, dataclass

from figures import median, percentile
from measured import measured
from postgres_server import NAME, Server
from workplace import BenchmarkError, say

WRITERS = 4
#: An application's connection writes once in so many seconds.
INTERVAL = 0.020
OLD = "status IN ('completed', 'failed', 'cancelled', 'COMPLETED', 'FAILED', 'CANCELLED') AND completed_at < now() - interval '30 days'"
#: How many rows; with the most of them the slow ways are left out, and there is one round.
ROWS, MOST_ROWS = 600_000, 6_000_000
#: How often the queries afterwards are asked.
QUERIES = 50


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
                    cursor.execute(
                        "INSERT INTO job (id, type, status, progress, created_at, started_at, updated_at) VALUES (%s, 'sync', 'running', 1, now(), now(), now())",
                        (f"w{number}-{made // 2}",),
                    )
                else:
                    cursor.execute("UPDATE job SET progress = progress + 1, updated_at = now() WHERE id = %s", (f"w{number}-{made // 2}",))
            except Exception as error:  # noqa: BLE001 - counted
                self.errors.append(str(error))
            self.waits.append((begun, time.monotonic() - begun))
            made += 1
            due = max(due + INTERVAL, time.monotonic() - INTERVAL)
            time.sleep(max(0, due - time.monotonic()))
        connection.close()


class Watch:
    """Looks every 5 ms how long the transaction that deletes has been at it: so long its rows are locked. Fresh statistics at a run's end lock none."""

    QUESTION = f"""SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float FROM pg_stat_activity
        WHERE (application_name LIKE 'jobsweep%' OR application_name = '{NAME}') AND backend_xid IS NOT NULL AND query NOT LIKE 'ANALYZE%'"""

    def __init__(self, server):
        self.connection, self.stopping, self.longest = server.connect(), threading.Event(), 0
        # Read and planned each time, it would take a tenth of what the server has.
        self.connection.cursor().execute(f"PREPARE watch AS {self.QUESTION}")
        self.thread = threading.Thread(target=self._look)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        self.connection.close()

    def _look(self):
        cursor = self.connection.cursor()
        while not self.stopping.wait(0.005):
            cursor.execute("EXECUTE watch")
            self.longest = max(self.longest, cursor.fetchone()[0])


@dataclass(frozen=True)
class Trial:
    """Times in ms but for the first."""

    wall_seconds: float
    p99: float
    longest: float
    transaction: float
    wal_bytes: float
    peak_bytes: int
    errors: int
    #: What the server takes for a query by key and for one by an index's range, after it all.
    point: float
    scan: float


def _alone(workplace, server):
    time.sleep(5)


def _delete(workplace, server):
    server.execute(f"DELETE FROM job WHERE {OLD}", name=NAME)


def _batches(size):
    def work(workplace, server):
        connection = server.connect(name=NAME)
        cursor, changed = connection.cursor(), size
        while changed == size:
            cursor.execute(f"DELETE FROM job WHERE id IN (SELECT id FROM job WHERE {OLD} LIMIT {size})")
            changed = cursor.rowcount
        connection.close()

    return work


def _jobsweep(**settings):
    def work(workplace, server):
        shutil.rmtree(workplace.folder / "state", ignore_errors=True)
        command = [workplace.jobsweep, "run", "--only", "old_jobs", "--json", "--database", server.url, "--state", workplace.folder / "state"]
        # With room for all the rows: by default an archive ends at 512 MB.
        return measured(workplace, command, JOBSWEEP_ARCHIVE_MAX_SIZE="16GiB", **settings).peak_bytes

    return work


WAYS = {
    "alone": _alone, "single": _delete, "batches-1000": _batches(1_000), "batches-10000": _batches(10_000),
    "jobsweep": _jobsweep(), "no-archive": _jobsweep(JOBSWEEP_ARCHIVE_ENABLED="false"),
}  # fmt: skip
#: Those that are measured with the most rows too.
LONG_WAYS = ("alone", "single", "jobsweep")


def _query(server, statement):
    """The median of what it takes, in ms."""
    connection = server.connect()
    cursor, times = connection.cursor(), []
    for _ in range(QUERIES):
        begun = time.monotonic()
        cursor.execute(statement)
        cursor.fetchall()
        times.append((time.monotonic() - begun) * 1e3)
    connection.close()
    return median(times)


def _trial(workplace, server, key, alone):
    server.copy()
    (start,), = server.execute("SELECT pg_current_wal_lsn()")
    with Application(server) as application, Watch(server) as watch:
        time.sleep(alone)
        begun = time.monotonic()
        peak = WAYS[key](workplace, server)
        wall = time.monotonic() - begun
        time.sleep(alone)
    during = [wait * 1e3 for at, wait in application.waits if begun <= at + wait and at <= begun + wall]
    (wal,), = server.execute(f"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{start}')")
    (left,), = server.execute(f"SELECT count(*) FROM job WHERE {OLD}")
    if key != "alone" and left:
        raise BenchmarkError(f"{key}: {left} old rows were left")
    (job,), = server.execute("SELECT id FROM job WHERE completed_at IS NOT NULL ORDER BY completed_at DESC LIMIT 1")
    trial = Trial(
        wall_seconds=wall, p99=percentile(during, 99), longest=max(during), transaction=watch.longest * 1e3, wal_bytes=float(wal),
        peak_bytes=peak or 0, errors=len(application.errors), point=_query(server, f"SELECT * FROM job WHERE id = '{job}'"),
        scan=_query(server, "SELECT id FROM job WHERE completed_at IS NOT NULL ORDER BY completed_at LIMIT 100"),
    )  # fmt: skip
    return trial, during


def measure(workplace, rows, most_rows, rounds, alone):
    """By size and way the figures of each round, and their medians; and by way all waits in ms for the picture, of the first size."""
    server = Server(workplace.folder / "postgres")
    sizes, waits = [], {}
    try:
        for count, ways, times in ((rows, WAYS, rounds), (most_rows, LONG_WAYS, 1)):
            workplace.need_room(count * 2_000, f"a server with {count:,} jobs")
            server.fill(count)
            trials = {key: [] for key in ways}
            for number in range(times):
                for key in ways:
                    trial, during = _trial(workplace, server, key, alone)
                    trials[key].append(trial)
                    if ways is WAYS:
                        waits.setdefault(key, []).extend(during)
                    say(
                        f"PostgreSQL, {count:,} rows, round {number + 1} of {times}, {key}: {trial.wall_seconds:.2f} s, writes 99 % {trial.p99:.1f} ms, "
                        f"longest {trial.longest:.0f} ms, transactions up to {trial.transaction:.0f} ms"
                    )
            server.forget()
            sizes.append({"rows": count, "rounds": times, "ways": {key: _summary(found) for key, found in trials.items()}})
    finally:
        server.stop()
    return {"sizes": sizes}, waits


def _summary(trials):
    fields = [asdict(trial) for trial in trials]
    return {"median": {name: median([each[name] for each in fields]) for name in fields[0]}, "trials": fields}
