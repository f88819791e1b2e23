"""TLS and users as real clients meet them: openssl and curl."""

import http.client
import json
import signal
import socket
import ssl
import subprocess

import pytest

from support.certificates import RSA, Authority, openssl
from support.faults import work_for_all
from support.ports import free_port
from support.waiting import eventually


class Secured:
    """A sidecar with a web configuration."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.authority = Authority(workspace.folder, "authority")
        self.certificate, self.key = self.authority.issue("localhost", "server", RSA)
        self.web = workspace.folder / "web.yml"
        work_for_all().write(workspace.database)

    def configure(self, tls="", users=""):
        files = f"  cert_file: {self.certificate.name}\n  key_file: {self.key.name}\n"
        self.web.write_text(f"tls_server_config:\n{files}{tls}{users}")

    def start(self):
        self.port = free_port()
        arguments = ("--web.config.file", self.web, "--web.listen-address", f"127.0.0.1:{self.port}")
        self.serving = self.workspace.serve(*arguments, ready=False, listen=False)
        eventually(lambda: self.curl("/-/healthy", "-k").returncode != 7, "it listens")  # 7: nobody does
        return self

    def curl(self, path, *arguments):
        command = ["curl", "-s", "-S", "--max-time", "10", "-w", "%{http_code}", "-o", "/dev/null", *map(str, arguments)]
        return subprocess.run([*command, f"https://localhost:{self.port}{path}"], capture_output=True, text=True, timeout=20)

    def status(self, path, *arguments):
        return int(self.curl(path, "--cacert", self.authority.certificate, *arguments).stdout)

    def gauge(self, *arguments):
        """The line that says whether the last reload worked."""
        command = ["curl", "-s", "--max-time", "10", "--cacert", str(self.authority.certificate), *arguments]
        url = f"https://localhost:{self.port}/metrics?name[]=jobsweep_config_last_reload_successful"
        return subprocess.run([*command, "-g", url], capture_output=True, text=True, timeout=20).stdout.splitlines()[-1]

    @property
    def bearer(self):
        return [word for name, value in self.serving.bearer.items() for word in ("-H", f"{name}: {value}")]

    def shown_serial(self):
        shown = openssl("s_client", "-connect", f"127.0.0.1:{self.port}", input="")
        return openssl("x509", "-noout", "-serial", input=shown.stdout).stdout.strip()


@pytest.fixture
def secured(workspace):
    return Secured(workspace)


def hashed(workspace, user, password):
    made = subprocess.run([workspace.jobsweep.path, "hash-password", "--user", user, "--cost", "10"], input=password + "\n",
                          capture_output=True, text=True, check=True)
    return made.stdout


def test_a_trusted_certificate(secured):
    secured.configure()
    secured.start()
    assert secured.status("/metrics") == 200
    assert secured.curl("/metrics").returncode == 60, "another authority's certificate isn't trusted"
    plain = subprocess.run(["curl", "-s", "--max-time", "5", f"http://localhost:{secured.port}/metrics"], capture_output=True)
    assert plain.returncode != 0 or b"jobsweep_up" not in plain.stdout, "no plain HTTP on this port"


@pytest.mark.parametrize(("floor", "offered", "taken"), [
    ("", "-tls1_2", True), ("", "-tls1_3", True), ("", "-tls1_1", False),
    ("  min_version: TLS13\n", "-tls1_2", False), ("  min_version: TLS13\n", "-tls1_3", True),
    ("  max_version: TLS12\n", "-tls1_3", False),
])
def test_versions(secured, floor, offered, taken):
    secured.configure(floor)
    secured.start()
    client = openssl("s_client", "-connect", f"127.0.0.1:{secured.port}", offered, "-CAfile", secured.authority.certificate,
                     "-cipher", "DEFAULT@SECLEVEL=0", input="")
    assert ("Verify return code: 0 (ok)" in client.stdout and "Cipher is (NONE)" not in client.stdout) == taken, client.stdout + client.stderr


def test_client_certificates(secured):
    clients = Authority(secured.workspace.folder, "clients")
    certificate, key = clients.issue("prometheus")
    stranger, stranger_key = Authority(secured.workspace.folder, "strangers").issue("stranger")
    secured.configure("  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n")
    secured.start()
    assert secured.status("/metrics", "--cert", certificate, "--key", key) == 200
    assert secured.curl("/metrics", "-k").stdout == "000", "no certificate, no answer"
    assert secured.curl("/metrics", "-k", "--cert", stranger, "--key", stranger_key).stdout == "000"


def test_a_new_certificate_without_a_restart(secured):
    secured.configure()
    secured.start()
    before = secured.shown_serial()
    # A client that keeps its connection open through the reload.
    context = ssl.create_default_context(cafile=str(secured.authority.certificate))
    keeping = http.client.HTTPSConnection("localhost", secured.port, context=context, timeout=10)
    keeping.request("GET", "/-/healthy")
    assert keeping.getresponse().read()
    sock = keeping.sock
    secured.authority.issue("localhost", "server")
    secured.serving.send(signal.SIGHUP)
    eventually(lambda: secured.shown_serial() not in ("", before), "the new certificate is shown")
    keeping.request("GET", "/-/healthy")
    assert keeping.getresponse().status == 200 and keeping.sock is sock, "the open connection goes on"
    assert secured.status("/metrics") == 200


def test_users(secured):
    secured.configure(users=hashed(secured.workspace, "bob", "secret"))
    secured.start()
    assert secured.status("/metrics") == 401
    assert secured.status("/metrics", "-u", "bob:secret") == 200
    assert secured.status("/metrics", "-u", "bob:Secret") == 401
    assert secured.status("/metrics", "-u", "eve:secret") == 401
    assert secured.status("/-/healthy") == secured.status("/-/ready") == 200
    run = ("-X", "POST", "-H", "Content-Type: application/json", "-d", json.dumps({"job_type": "cleanup"}))
    assert secured.status("/api/jobs/run", *run) == 401
    assert secured.status("/api/jobs/run", "-u", "bob:secret", *run) == 202
    # Another password from now on, without a restart.
    secured.configure(users=hashed(secured.workspace, "bob", "changed"))
    secured.serving.send(signal.SIGHUP)
    eventually(lambda: secured.status("/metrics", "-u", "bob:changed") == 200, "the new password holds")
    assert secured.status("/metrics", "-u", "bob:secret") == 401


def test_a_wrong_web_configuration_keeps_the_old(secured):
    users = hashed(secured.workspace, "bob", "secret")
    secured.configure(users=users)
    secured.start()
    secured.web.write_text("basic_auth_user: {}\n")
    reload = ("-u", "bob:secret", "-X", "POST", "-H", "Content-Type: application/json")
    assert secured.status("/-/reload", *reload) == 422
    assert secured.status("/metrics") == 401 and secured.status("/metrics", "-u", "bob:secret") == 200
    secured.configure(users=users)
    assert secured.status("/-/reload", *reload) == 200


def test_a_certificate_that_is_none(secured):
    secured.configure()
    secured.certificate.write_text("not PEM\n")
    finished = secured.workspace.command("check", "--web.config.file", secured.web).exits(2)
    assert "web.yml:1: tls_server_config: " in finished.err
    finished = secured.workspace.command("serve", "--web.config.file", secured.web).exits(2)
    assert "tls_server_config" in finished.err


def test_a_wrong_certificate_keeps_the_old(secured):
    secured.configure()
    secured.start()
    before = secured.shown_serial()
    assert before
    good = secured.certificate.read_text()
    change = (*secured.bearer, "-X", "POST", "-H", "Content-Type: application/json")
    stranger, _ = secured.authority.issue("localhost", "stranger")
    for wrong in ("not PEM\n", "", stranger.read_text()):
        secured.certificate.write_text(wrong)
        assert secured.status("/-/reload", *change) == 422
        assert secured.shown_serial() == before and secured.status("/metrics") == 200
    secured.certificate.unlink()
    assert secured.status("/-/reload", *change) == 422
    assert secured.shown_serial() == before
    secured.certificate.write_text(good)
    assert secured.status("/-/reload", *change) == 200


@pytest.mark.parametrize("users", [False, True])
def test_a_reload_does_not_turn_tls_off(secured, users):
    """Neither does it open a server whose file was emptied; nothing of what the file says besides is taken over."""
    entry = hashed(secured.workspace, "bob", "secret") if users else ""
    secured.configure(users=entry)
    secured.start()
    as_bob = ("-u", "bob:secret") if users else secured.bearer
    before = secured.shown_serial()
    change = (*as_bob, "-X", "POST", "-H", "Content-Type: application/json")
    lost = "tls_server_config and basic_auth_users" if users else "tls_server_config"
    for text in ("", "http_server_config: {headers: {X-Frame-Options: deny}}\n"):
        secured.web.write_text(text)
        secured.serving.send(signal.SIGHUP)
        eventually(lambda: f"without {lost} a reload would turn TLS off" in secured.serving.said, "the log names what is missing")
        assert secured.status("/-/reload", *change) == 422
        assert secured.gauge(*as_bob) == "jobsweep_config_last_reload_successful 0"
        assert secured.shown_serial() == before != ""
        assert secured.status("/metrics", *as_bob) == 200
        assert not users or secured.status("/metrics") == 401
        plain = subprocess.run(["curl", "-s", "--max-time", "5", f"http://localhost:{secured.port}/metrics"], capture_output=True)
        assert plain.returncode != 0 or b"jobsweep_up" not in plain.stdout, "no plain HTTP on this port"
    secured.configure(users=entry)
    assert secured.status("/-/reload", *change) == 200
    assert secured.gauge(*as_bob) == "jobsweep_config_last_reload_successful 1"


def test_tls_may_come_with_a_reload(secured):
    secured.web.write_text("")
    secured.port = free_port()
    arguments = ("--web.config.file", secured.web, "--web.listen-address", f"127.0.0.1:{secured.port}")
    secured.serving = secured.workspace.serve(*arguments, ready=False, listen=False)
    plain = ["curl", "-s", "--max-time", "5", "-w", "%{http_code}", "-o", "/dev/null", f"http://localhost:{secured.port}/-/healthy"]
    eventually(lambda: subprocess.run(plain, capture_output=True, text=True).stdout == "200", "it listens")
    secured.configure()
    secured.serving.send(signal.SIGHUP)
    eventually(lambda: secured.curl("/metrics", "--cacert", secured.authority.certificate).stdout == "200", "TLS is on")
    assert subprocess.run(plain, capture_output=True, text=True).stdout != "200"


def test_a_reload_does_not_do_without_the_certificates_of_clients(secured):
    """They are what keeps strangers out here."""
    certificate, key = Authority(secured.workspace.folder, "clients").issue("prometheus")
    secured.configure("  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n")
    secured.start()
    shown = ("--cert", certificate, "--key", key)
    secured.configure()
    assert secured.status("/-/reload", *shown, "-X", "POST", "-H", "Content-Type: application/json") == 422
    secured.serving.until_said("without client_auth_type: RequireAndVerifyClientCert a reload would let everybody in")
    assert secured.curl("/metrics", "-k").stdout == "000" and secured.status("/metrics", *shown) == 200


def test_new_authorities_of_clients_without_a_restart(secured):
    folder = secured.workspace.folder
    old, old_key = Authority(folder, "clients").issue("old-client")
    secured.configure("  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n")
    secured.start()
    assert secured.status("/metrics", "--cert", old, "--key", old_key) == 200
    new, new_key = Authority(folder, "clients").issue("new-client")  # the same file, another authority
    assert secured.curl("/metrics", "-k", "--cert", new, "--key", new_key).stdout == "000"
    secured.serving.send(signal.SIGHUP)
    eventually(lambda: secured.status("/metrics", "--cert", new, "--key", new_key) == 200, "the new authority is trusted")
    assert secured.curl("/metrics", "-k", "--cert", old, "--key", old_key).stdout == "000", "the old one isn't any more"


def test_a_client_certificate_is_a_user(secured):
    """Whoever shows one may change things; without one there is no answer at all."""
    certificate, key = Authority(secured.workspace.folder, "clients").issue("prometheus")
    secured.configure("  client_ca_file: clients.crt\n  client_auth_type: RequireAndVerifyClientCert\n")
    secured.start()
    run = ("-X", "POST", "-H", "Content-Type: application/json", "-d", json.dumps({"job_type": "cleanup"}))
    assert secured.status("/api/jobs/run", "--cert", certificate, "--key", key, *run) == 202
    assert secured.curl("/api/jobs/run", "-k", *run).stdout == "000"


def test_a_certificate_where_one_is_given(secured):
    clients = Authority(secured.workspace.folder, "clients")
    certificate, key = clients.issue("prometheus")
    stranger, stranger_key = Authority(secured.workspace.folder, "strangers").issue("stranger")
    secured.configure("  client_ca_file: clients.crt\n  client_auth_type: VerifyClientCertIfGiven\n")
    secured.start()
    assert secured.status("/metrics") == secured.status("/metrics", "--cert", certificate, "--key", key) == 200
    assert secured.curl("/metrics", "-k", "--cert", stranger, "--key", stranger_key).stdout == "000"


def test_a_client_that_speaks_no_tls_holds_nothing_up(secured):
    """A connection on which no handshake comes, one with rubbish, and one that stops in the middle of it."""
    secured.configure()
    secured.start()
    clients = [socket.create_connection(("127.0.0.1", secured.port), timeout=10) for _ in range(30)]
    try:
        for number, client in enumerate(clients):
            client.sendall((b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01")[number % 3])
        assert secured.status("/metrics") == 200
    finally:
        for client in clients:
            client.close()
    assert secured.status("/-/healthy") == 200


def dated(secured, start, end):
    """The server's certificate with other dates (YYYYMMDDHHMMSSZ)."""
    folder = secured.workspace.folder
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/index.txt\nserial={folder}/serial\nnew_certs_dir={folder}\n"
                                   "default_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n")
    made = openssl("ca", "-batch", "-config", folder / "ca.cnf", "-cert", secured.authority.certificate, "-keyfile", secured.authority.key,
                   "-startdate", start, "-enddate", end, "-in", folder / "server.csr", "-out", secured.certificate, "-notext")
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize(("start", "end", "said"), [
    ("20200101000000Z", "20200201000000Z", "the certificate of CN=localhost expired on 2020-02-01 00:00:00 UTC; renew it"),
    ("20900101000000Z", "20910101000000Z",
     "the certificate of CN=localhost is not valid before 2090-01-01 00:00:00 UTC; look at this machine's clock, or wait"),
])
def test_a_certificate_whose_time_is_another(secured, start, end, said):
    secured.configure()
    dated(secured, start, end)
    checked = secured.workspace.command("check", "--web.config.file", secured.web).exits(1)
    assert f"problem  TLS certificate: {said}" in checked.out.splitlines()
    # It is served all the same, and the log says so.
    secured.start()
    eventually(lambda: said in secured.serving.said, "the log says so")


def test_a_certificate_that_ends_soon(secured):
    secured.configure()
    checked = secured.workspace.command("check", "--web.config.file", secured.web).exits(0)
    assert any(line.startswith("advice   TLS certificate: the certificate of CN=localhost expires on 20") for line in checked.out.splitlines())


def test_a_chain_that_leads_elsewhere(secured):
    secured.configure()
    other = Authority(secured.workspace.folder, "other")
    secured.certificate.write_text(secured.certificate.read_text() + other.certificate.read_text())
    checked = secured.workspace.command("check", "--web.config.file", secured.web).exits(1)
    assert ("problem  TLS certificate: the certificate of CN=localhost was not issued by the one behind it, CN=other; "
            "the file takes the server's certificate, then its issuer's, and so on") in checked.out.splitlines()


def test_the_expiry_is_a_metric(secured):
    secured.configure()
    dated(secured, "20200101000000Z", "20300102030405Z")
    secured.start()

    def shown():
        command = ["curl", "-s", "-g", "-k", "--max-time", "10",
                   f"https://localhost:{secured.port}/metrics?name[]=jobsweep_tls_certificate_expiry_timestamp_seconds"]
        lines = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.splitlines()
        return [float(line.split()[1]) for line in lines if not line.startswith("#")]

    assert shown() == [1893553445]
    # The next one holds from the reload on.
    dated(secured, "20200101000000Z", "20310102030405Z")
    secured.serving.send(signal.SIGHUP)
    eventually(lambda: shown() == [1925089445], "the new date is shown")


def test_static_keys_and_old_ciphers_are_refused(secured):
    secured.configure()
    secured.start()

    def taken(*offered):
        shown = openssl("s_client", "-connect", f"127.0.0.1:{secured.port}", *offered, input="").stdout
        return "Cipher is (NONE)" not in shown and ", Cipher is " in shown

    assert taken("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256") and taken("-tls1_3")
    for cipher in ("AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-AES128-SHA"):
        assert not taken("-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0"), cipher


def test_cipher_suites_of_the_configuration(secured):
    secured.configure("  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\n")
    secured.start()
    shown = openssl("s_client", "-connect", f"127.0.0.1:{secured.port}", input="").stdout
    assert ", Cipher is ECDHE-RSA-AES256-GCM-SHA384" in shown
    assert "Cipher is (NONE)" in openssl("s_client", "-connect", f"127.0.0.1:{secured.port}", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256", input="").stdout
