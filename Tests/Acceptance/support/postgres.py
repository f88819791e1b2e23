"""PostgreSQL servers of the tests' own: Debian's package, each in a folder of its own, run as an ordinary user since it refuses root."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from support import schema
from support.ports import free_port
from support.timestamps import Unreadable, read
from support.workspace import Workspace

TIMES = ("started_at", "completed_at", "created_at", "updated_at", "timestamp", "applied_at", "finished_at")


def programs():
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "no PostgreSQL server: apt-get install postgresql"
    return found[-1].parent


def as_the_server():
    """What has a command run as the server's own user where this process is root's, whom it refuses."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


@cache
def new_data():
    """A data folder as initdb makes it, to be copied, which costs far less than another one."""
    folder = Path(tempfile.mkdtemp(prefix="jobsweep-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = ["initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run([*as_the_server(), programs() / made[0], *made[1:]], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done
    return folder / "data"


class Server:
    """A server on a socket in its folder and on the loopback."""

    def __init__(self, settings=(), files=None):
        """`files` are put into the data folder, as the server's own and for its eyes alone."""
        self.folder = Path(tempfile.mkdtemp(prefix="jobsweep-pg-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        subprocess.run(["cp", "-a", new_data(), self.data], check=True)
        lines = [
            "listen_addresses = '127.0.0.1'", f"unix_socket_directories = '{self.folder}'", f"port = {self.port}",
            # No test pulls the plug, and many servers share a disk.
            "max_connections = 60", "fsync = off", *settings,
        ]  # fmt: skip
        with open(self.data / "postgresql.conf", "a") as file:
            file.write("\n".join(lines) + "\n")
        for name, source in (files or {}).items():
            shutil.copy(source, self.data / name)
            os.chmod(self.data / name, 0o600)
            if os.geteuid() == 0:
                shutil.chown(self.data / name, "postgres", "postgres")
        self.start()

    def _run(self, program, *arguments, check=True):
        command = [*as_the_server(), programs() / program, *map(str, arguments)]
        finished = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert not check or finished.returncode == 0, finished
        return finished

    def start(self):
        # Its own output would keep this process's pipes open.
        command = [*as_the_server(), programs() / "pg_ctl", "-D", self.data, "-w", "-t", "120", "-l", self.folder / "server.log", "start"]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "120", "-m", mode, "stop", check=False)

    def restart(self, mode="immediate"):
        self.stop(mode)
        self.start()

    def connect(self, database="postgres", user="postgres"):
        return psycopg.connect(host=str(self.folder), port=self.port, dbname=database, user=user, autocommit=True)

    def create(self):
        """A new database; its name."""
        name = f"t{uuid.uuid4().hex[:12]}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def query(self, database, statement):
        with self.connect(database) as connection:
            return connection.execute(statement).fetchall()

    def standby(self):
        """A physical standby of this server, which replays what it gets."""
        other = Server.__new__(Server)
        other.folder = Path(tempfile.mkdtemp(prefix="jobsweep-pg-"))
        other.folder.chmod(0o755)
        other.port = free_port()
        other.data = other.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(other.folder, "postgres", "postgres")
        other._run("pg_basebackup", "-h", self.folder, "-p", self.port, "-U", "postgres", "-D", other.data, "-R", "-X", "stream", "-c", "fast")
        with open(other.data / "postgresql.conf", "a") as file:
            file.write(f"unix_socket_directories = '{other.folder}'\nport = {other.port}\n")
        other.start()
        return other

    def close(self):
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresWorkspace(Workspace):
    """A workspace whose database is one of a server's."""

    def __init__(self, folder, server, jobsweep=None):
        super().__init__(folder, jobsweep)
        self.server = server
        self.name = server.create()
        self.user = "postgres"
        #: A port of the loopback that leads to the server, in place of its socket.
        self.through = None

    @property
    def database(self):
        if self.through:
            return f"postgresql://{self.user}@127.0.0.1:{self.through}/{self.name}?sslmode=disable"
        return f"postgresql://{self.user}@/{self.name}?host={quote(str(self.server.folder), safe='')}&port={self.server.port}"

    @database.setter
    def database(self, path):
        pass

    def connect(self, user="postgres"):
        return self.server.connect(self.name, user)

    def execute(self, script, *values):
        with self.connect() as connection:
            connection.execute(script, values or None)

    def query(self, statement, *values):
        with self.connect() as connection:
            return connection.execute(statement, values or None).fetchall()

    def write(self, world, times="timestamptz", words="enum"):
        """Makes the application's tables with these rows, as far as PostgreSQL's types have room for them."""
        def labels(table, column):
            found = {row[column] for row in world.tables[table].values() if row[column] is not None}
            return ", ".join("'" + word.replace("'", "''") + "'" for word in sorted(found | {"failed", "completed", "FAILED", "COMPLETED", "DRAFT"}))

        kinds = {"status": "text", "type": "text", "plan": "text"}
        with self.connect() as connection:
            if words == "enum":
                kinds = {"status": "jobstatus", "type": "jobtype", "plan": "planstatus"}
                connection.execute(f"CREATE TYPE jobstatus AS ENUM ({labels('job', 'status')})")
                connection.execute(f"CREATE TYPE jobtype AS ENUM ({labels('job', 'type')})")
                connection.execute(f"CREATE TYPE planstatus AS ENUM ({labels('analysis_plan', 'status')})")
            ddl = schema.DDL.replace("DATETIME", times).replace("JSON", "text").replace("type TEXT, status TEXT", f"type {kinds['type']}, status {kinds['status']}")
            ddl = ddl.replace("plan_metadata text, status TEXT", f"plan_metadata text, status {kinds['plan']}")
            connection.execute(ddl)
            for table, columns in schema.TABLES.items():
                with connection.cursor() as cursor:
                    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                        for row in world.tables[table].values():
                            copy.write_row([cell(column, row[column], times) for column in columns])
            connection.execute("ANALYZE")

    def tables(self):
        """Every row of the application's tables, its times as text in UTC."""
        found = {}
        with self.connect() as connection:
            connection.execute("SET TIME ZONE 'UTC'")
            for table, columns in schema.TABLES.items():
                listed = ", ".join(f"{c}::text" if c in TIMES or c in ("status", "type") else c for c in columns)
                rows = connection.execute(f"SELECT {listed} FROM {table}").fetchall()
                found[table] = {row[0]: dict(zip(columns, map(written, columns, row))) for row in rows}
        return found


class Proxy:
    """A way to a port of the loopback that can be cut after so many bytes."""

    def __init__(self, port):
        self.target = port
        self.left = None
        self.answers = True
        self.links = []
        self.timer = None
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, count, answers, heals=0.5):
        """Lets `count` more bytes of the server's answers through, or of what is asked of it; then the links end, and none is made for a while."""
        with self.lock:
            self.left, self.answers, self.heals = count, answers, heals

    def heal(self):
        with self.lock:
            self.left = None
            for link in self.links:
                for end in link:
                    # Closing alone wakes nobody who reads from it.
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass
                    end.close()
            self.links = []
            if self.timer:
                self.timer.cancel()
                self.timer = None

    def close(self):
        self.listener.close()
        self.heal()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                if self.left is not None and self.left <= 0:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.target))
                self.links.append((near, far))
            threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source, sink, answers):
        try:
            while data := source.recv(4096):
                with self.lock:
                    if self.left is not None and answers == self.answers:
                        self.left -= len(data)
                        if self.left <= 0:
                            self.timer = threading.Timer(self.heals, self.heal)
                            self.timer.start()
                            break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def cell(column, value, times):
    """A cell of SQLite's as PostgreSQL takes it: a time that can't be read is infinity, which can't either."""
    if column not in TIMES or value is None:
        return value
    try:
        moment = read(value)
    except Unreadable:
        return "infinity"
    if moment is None:
        return ("1970-01-01", "-infinity", "0001-01-01", "0044-03-15 BC")[hash(str(value)) % 4]
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds") + ("+00" if times == "timestamptz" else "")


def written(column, value):
    """A cell as the oracle reads it."""
    if column not in TIMES or value is None or value == "infinity":
        return value
    if value == "-infinity" or value.endswith("BC"):
        return "0001-01-01 00:00:00"
    return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ", "microseconds")
