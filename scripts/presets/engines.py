"""Where the applications keep their data."""

from contextlib import contextmanager

from support.postgres import Server


class SQLite:
    """Each application in a file of its own."""

    name = "SQLite"

    def environment(self):
        return {}

    def address(self, database):
        """As jobsweep's configuration has it."""
        return f"sqlite://{database}"


class Postgres:
    """Each application in a database of its own on one server."""

    def __init__(self, server):
        self.server = server
        with server.connect() as connection:
            self.name = f"PostgreSQL {connection.execute('SHOW server_version').fetchone()[0].split()[0]}"

    def environment(self):
        return {"VERIFY_POSTGRES": f"postgresql://postgres@127.0.0.1:{self.server.port}/{self.server.create()}"}

    def address(self, database):
        return database


@contextmanager
def _sqlite():
    yield SQLite()


@contextmanager
def _postgres():
    server = Server()
    try:
        yield Postgres(server)
    finally:
        server.close()


ALL = {"sqlite": _sqlite, "postgresql": _postgres}
