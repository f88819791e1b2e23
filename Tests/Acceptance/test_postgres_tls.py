"""TLS to a PostgreSQL server, as libpq's own options ask for it."""


import pytest

from support.certificates import Authority
from support.postgres import Server
from test_postgres_faults import TABLES, fill


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture(scope="module")
def server(authority):
    server = Server(["ssl = on", "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'"], files=dict(zip(("server.crt", "server.key"), authority.issue("localhost"))))
    yield server
    server.close()


@pytest.fixture
def workspace(on_postgres):
    on_postgres.execute(TABLES)
    fill(on_postgres, 10)
    return on_postgres


def run(workspace, options):
    url = f"postgresql://postgres@localhost:{workspace.server.port}/{workspace.name}?{options}"
    return workspace.jobsweep("run", "--json", "--only", "old_jobs", "--database", url, "--state", workspace.state).report


def test_a_certificate_that_is_trusted(workspace, authority):
    report = run(workspace, f"sslmode=verify-full&sslrootcert={authority.certificate}")
    assert report["status"] == "completed" and report["old_jobs_deleted"] == 10


def test_a_certificate_that_is_not(workspace, tmp_path):
    other = Authority(tmp_path, "other")
    report = run(workspace, f"sslmode=verify-full&sslrootcert={other.certificate}")
    assert report["status"] == "failed" and "certificate verify failed" in report["errors"][0]["error"], report


def test_a_server_that_wants_tls_alone(workspace):
    rules = workspace.server.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("local all all trust\nhostssl all all all trust\n")
    workspace.query("SELECT pg_reload_conf()")
    try:
        refused = run(workspace, "sslmode=disable")
        assert refused["status"] == "failed" and "no pg_hba.conf entry" in refused["errors"][0]["error"], refused
        assert run(workspace, "ssl=require")["old_jobs_deleted"] == 10
    finally:
        rules.write_text(before)
        workspace.query("SELECT pg_reload_conf()")


def test_a_service_and_a_passfile(workspace, tmp_path):
    """What libpq reads of files of its own: nothing secret stands anywhere else."""
    port, rules = workspace.server.port, workspace.server.data / "pg_hba.conf"
    workspace.execute("CREATE ROLE locked LOGIN SUPERUSER PASSWORD 's3cret'")
    before = rules.read_text()
    rules.write_text("host all locked 127.0.0.1/32 scram-sha-256\n" + before)
    workspace.query("SELECT pg_reload_conf()")
    service, passfile = tmp_path / "service.conf", tmp_path / "passfile"
    service.write_text(f"[ours]\nhost=127.0.0.1\nport={port}\ndbname={workspace.name}\nuser=locked\nsslmode=require\n")
    passfile.write_text(f"127.0.0.1:{port}:*:locked:s3cret\n")
    passfile.chmod(0o600)
    try:
        for database in ("postgresql://?service=ours", "service=ours", f"host=127.0.0.1 port={port} dbname={workspace.name} user=locked"):
            command = ("run", "--json", "--only", "old_jobs", "--database", database, "--state", workspace.state)
            refused = workspace.jobsweep(*command, env={"PGSERVICEFILE": str(service), "PGPASSFILE": "/nonexistent"})
            assert refused.report["status"] == "failed" and "password" in refused.report["errors"][0]["error"], refused
            said = workspace.jobsweep(*command, env={"PGSERVICEFILE": str(service), "PGPASSFILE": str(passfile)})
            assert said.report["status"] == "completed" and "s3cret" not in said.said, said
    finally:
        rules.write_text(before)
        workspace.query("SELECT pg_reload_conf()")
    assert workspace.query("SELECT count(*) FROM job WHERE id LIKE 'o%'") == [(0,)]
