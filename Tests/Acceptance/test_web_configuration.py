"""Web configurations, good and bad, as users meet them: what `check` says of each, and how `serve` takes over a changed one."""

import base64
import http.client
import json
import signal
import subprocess
import threading

import pytest

from support.certificates import Authority, openssl
from support.faults import work_for_all
from support.waiting import eventually
from support.workspace import Workspace

HASH = "$2y$10$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K"
FILES = "  cert_file: server.crt\n  key_file: server.key\n"
TLS = "tls_server_config:\n" + FILES
HEADERS = "http_server_config:\n  headers:\n"
UNSAFE = "this server can't honour it, and leaving it out would be less safe; remove it"
VERSIONS = "write one of TLS10, TLS11, TLS12, TLS13"
SUITES = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"] + [
    f"TLS_ECDHE_{key}_WITH_{cipher}" for key in ("ECDSA", "RSA")
    for cipher in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
] + [f"TLS_ECDHE_{key}_WITH_{cipher}_CBC_SHA" for key in ("ECDSA", "RSA") for cipher in ("AES_128", "AES_256")]
NO_HASH = "is not a bcrypt hash; `jobsweep hash-password` makes one"
NO_TLS = "tls_server_config: TLS cannot be set up: "
SECTIONS = "known here: tls_server_config, http_server_config, basic_auth_users"

#: Name, file, number of users, whether TLS is on, and the options that are named as not honoured.
GOOD = [
    ("empty", "", 0, False, []),
    ("comments", "# nothing yet\n", 0, False, []),
    ("document marks", "---\nbasic_auth_users: {}\n", 0, False, []),
    ("empty sections", "http_server_config:\nbasic_auth_users:\n", 0, False, []),
    ("one user", f"basic_auth_users:\n  bob: {HASH}\n", 1, False, []),
    ("two users", f"basic_auth_users:\n  bob: {HASH}\n  'eve lyn': \"{HASH}\"\n", 2, False, []),
    ("flow style", f"basic_auth_users: {{bob: {HASH}}}\n", 1, False, []),
    ("hash of htpasswd", f"basic_auth_users:\n  bob: {HASH.replace('$2y$', '$2b$')}\n", 1, False, []),
    ("hash of old", f"basic_auth_users:\n  bob: {HASH.replace('$2y$', '$2a$')}\n", 1, False, []),
    ("windows line ends", f"basic_auth_users:\r\n  bob: {HASH}\r\n", 1, False, []),
    ("relative paths", TLS, 0, True, []),
    ("absolute paths", "tls_server_config:\n  cert_file: FOLDER/server.crt\n  key_file: FOLDER/server.key\n", 0, True, []),
    ("from the folder above", "tls_server_config:\n  cert_file: ../web/server.crt\n  key_file: ./server.key\n", 0, True, []),
    ("certificate and key in the file", "tls_server_config:\n  cert: |\nCERT  key: |\nKEY", 0, True, []),
    ("certificate with its chain", "tls_server_config:\n  cert_file: chain.crt\n  key_file: server.key\n", 0, True, []),
    ("elliptic key", "tls_server_config:\n  cert_file: elliptic.crt\n  key_file: elliptic.key\n", 0, True, []),
    ("lowest version", TLS + "  min_version: TLS13\n", 0, True, []),
    ("both versions", TLS + "  min_version: TLS12\n  max_version: TLS12\n", 0, True, []),
    ("certificates of clients needed", TLS + "  client_ca_file: authority.crt\n  client_auth_type: RequireAndVerifyClientCert\n", 0, True, []),
    ("certificates of clients welcome", TLS + "  client_ca_file: authority.crt\n  client_auth_type: VerifyClientCertIfGiven\n", 0, True, []),
    ("any certificate of a client", TLS + "  client_auth_type: RequireAnyClientCert\n", 0, True, []),
    ("certificate asked for", TLS + "  client_auth_type: RequestClientCert\n", 0, True, []),
    ("no certificate of clients", TLS + "  client_auth_type: NoClientCert\n", 0, True, []),
    ("TLS and a user", f"{TLS}basic_auth_users:\n  bob: {HASH}\n", 1, True, []),
    ("server's preference", TLS + "  prefer_server_cipher_suites: true\n", 0, True, []),
    ("client's preference", TLS + "  prefer_server_cipher_suites: false\n", 0, True, []),
    ("cipher suites", TLS + "  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\n", 0, True, []),
    ("no cipher suites in particular", TLS + "  cipher_suites: []\n  curve_preferences:\n", 0, True, []),
    ("curves", TLS + "  curve_preferences: [X25519, CurveP256]\n", 0, True, []),
    ("no HTTP/2", "http_server_config:\n  http2: false\n", 0, False, []),
    ("HTTP/2", "http_server_config:\n  http2: true\n", 0, False, ["http_server_config.http2: this server speaks HTTP/1.1 alone"]),
    ("every header", HEADERS + "    Strict-Transport-Security: max-age=3600\n    X-Content-Type-Options: nosniff\n    X-Frame-Options: sameorigin\n"
     "    X-XSS-Protection: '0'\n    Content-Security-Policy: default-src 'self'\n", 0, False, []),
    ("header in small letters", HEADERS + "    x-frame-options: DENY\n", 0, False, []),
]
#: Name, file, and all that is said of it, each with its line (None: of the file as a whole). After a last bracket come GnuTLS' own words.
BAD = [
    ("unknown section", "tls: {}\n", [(1, f"tls: unknown key; {SECTIONS}")]),
    ("misspelt section", "\nbasic_auth_user: {}\n", [(2, "basic_auth_user: unknown key; did you mean 'basic_auth_users'?")]),
    ("misspelt in TLS", "tls_server_config:\n  cert_fil: server.crt\n", [(2, "tls_server_config.cert_fil: unknown key; did you mean 'cert_file'?")]),
    ("misspelt in HTTP", "http_server_config:\n  http3: true\n", [(2, "http_server_config.http3: unknown key; did you mean 'http2'?")]),
    ("header of its own", HEADERS + "    X-Powered-By: me\n", [
        (3, "http_server_config.headers.X-Powered-By: unknown key; known here: Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, "
            "X-XSS-Protection, Content-Security-Policy")]),
    ("value of a header", HEADERS + "    X-Frame-Options: allow\n", [
        (3, "http_server_config.headers.X-Frame-Options: 'allow' is not allowed; write deny or sameorigin")]),
    ("sniffing", HEADERS + "    X-Content-Type-Options: sniff\n", [
        (3, "http_server_config.headers.X-Content-Type-Options: 'sniff' is not allowed; write nosniff")]),
    ("header of two lines", HEADERS + '    Content-Security-Policy: "a\\r\\nSet-Cookie: b"\n', [
        (3, "http_server_config.headers.Content-Security-Policy: a header's value is one line")]),
    ("HTTP/2 as a word", "http_server_config:\n  http2: yes please\n", [(2, "http_server_config.http2: must be true or false, not 'yes please'")]),
    ("rate limit", "http_server_config:\n  rate_limit: {burst: 1}\n", [(2, "http_server_config.rate_limit: this server can't honour it; remove it")]),
    ("list", "- tls_server_config\n", [(1, "the web configuration must be a map, not a list")]),
    ("text", "hello\n", [(1, "the web configuration must be a map, not 'hello'")]),
    ("users as a list", "basic_auth_users: [bob]\n", [(1, "basic_auth_users must be a map, not a list")]),
    ("TLS as a text", "tls_server_config: on\n", [(1, "tls_server_config must be a map, not 'on'")]),
    ("password in clear", "basic_auth_users:\n  bob: secret\n", [(2, f"basic_auth_users.bob: {NO_HASH}")]),
    ("other hash", "basic_auth_users:\n  bob: $6$salt$hash\n", [(2, f"basic_auth_users.bob: {NO_HASH}")]),
    ("hash cut short", f"basic_auth_users:\n  bob: {HASH[:-1]}\n", [(2, f"basic_auth_users.bob: {NO_HASH}")]),
    ("hash of cost 3", f"basic_auth_users:\n  bob: {HASH.replace('$10$', '$03$')}\n", [(2, f"basic_auth_users.bob: {NO_HASH}")]),
    ("user without password", "basic_auth_users:\n  bob:\n", [(2, "basic_auth_users.bob: must be a text, not empty")]),
    ("user with a colon", f"basic_auth_users:\n  'a:b': {HASH}\n", [
        (2, "basic_auth_users: 'a:b' is no user name: it is empty or has a colon in it")]),
    ("user without a name", f"basic_auth_users:\n  '': {HASH}\n", [(2, "basic_auth_users: '' is no user name: it is empty or has a colon in it")]),
    ("user twice", f"basic_auth_users:\n  bob: {HASH}\n  bob: {HASH}\n", [(3, "bob: the key is there twice")]),
    ("no certificate", "tls_server_config: {}\n", [(1, "tls_server_config: cert_file is missing")]),
    ("no key", "tls_server_config:\n  cert_file: server.crt\n", [(1, "tls_server_config: key_file is missing")]),
    ("empty path", "tls_server_config:\n  cert_file: ''\n", [(2, "tls_server_config.cert_file: is empty; write the path of a file")]),
    ("no such certificate", "tls_server_config:\n  cert_file: none.crt\n  key_file: server.key\n", [
        (2, "tls_server_config.cert_file: FOLDER/none.crt can't be read: No such file or directory")]),
    ("folder for a key", "tls_server_config:\n  cert_file: server.crt\n  key_file: .\n", [
        (3, "tls_server_config.key_file: FOLDER/. can't be read: Is a directory")]),
    ("certificate here and there", TLS + "  cert: x\n", [(4, "tls_server_config.cert: give it here or in a file, not both")]),
    ("certificate that is none", "tls_server_config:\n  cert_file: none.pem\n  key_file: server.key\n", [
        (1, f"{NO_TLS}the certificate cannot be read as PEM (")]),
    ("key that is none", "tls_server_config:\n  cert_file: server.crt\n  key_file: none.pem\n", [
        (1, f"{NO_TLS}the private key cannot be read as PEM without a password (")]),
    ("key with a password", "tls_server_config:\n  cert_file: server.crt\n  key_file: locked.key\n", [
        (1, f"{NO_TLS}the private key cannot be read as PEM without a password (")]),
    ("key of another", "tls_server_config:\n  cert_file: server.crt\n  key_file: elliptic.key\n", [
        (1, f"{NO_TLS}the certificate and the private key cannot be used together (")]),
    ("authority that is none", TLS + "  client_ca_file: none.pem\n  client_auth_type: RequireAndVerifyClientCert\n", [
        (1, f"{NO_TLS}the client authorities cannot be read as PEM (")]),
    ("authority without a type", TLS + "  client_ca_file: authority.crt\n", [
        (1, "tls_server_config: client_ca_file needs a client_auth_type, for example RequireAndVerifyClientCert or VerifyClientCertIfGiven")]),
    ("type without an authority", TLS + "  client_auth_type: RequireAndVerifyClientCert\n", [
        (1, f"{NO_TLS}RequireAndVerifyClientCert needs the authorities that clients' certificates come from")]),
    ("unknown type", TLS + "  client_auth_type: Required\n", [
        (4, "tls_server_config.client_auth_type: 'Required' is unknown; write one of NoClientCert, RequestClientCert, RequireAnyClientCert, "
            "VerifyClientCertIfGiven, RequireAndVerifyClientCert")]),
    ("unknown lowest version", TLS + "  min_version: TLS14\n", [(4, f"tls_server_config.min_version: 'TLS14' is unknown; {VERSIONS}")]),
    ("unknown highest version", TLS + "  max_version: '1.3'\n", [(4, f"tls_server_config.max_version: '1.3' is unknown; {VERSIONS}")]),
    ("versions the wrong way round", TLS + "  min_version: TLS13\n  max_version: TLS12\n", [
        (1, f"{NO_TLS}the lowest version, TLS13, is above the highest, TLS12")]),
    ("unknown cipher suite", TLS + "  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]\n", [
        (4, "tls_server_config.cipher_suites: 'TLS_RSA_WITH_AES_128_CBC_SHA' is unknown; write some of " + ", ".join(SUITES))]),
    ("cipher suite of no list", TLS + "  cipher_suites: TLS_AES_128_GCM_SHA256\n", [(4, "tls_server_config.cipher_suites: must be a list, not 'TLS_AES_128_GCM_SHA256'")]),
    ("cipher suites for another key", TLS + "  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n", [
        (1, f"{NO_TLS}none of the cipher suites can be used with these versions, curves and a certificate of the kind ECDSA")]),
    ("unknown curve", TLS + "  curve_preferences: [P256]\n", [
        (4, "tls_server_config.curve_preferences: 'P256' is unknown; write some of X25519, CurveP256, CurveP384, CurveP521")]),
    ("preference that is none", TLS + "  prefer_server_cipher_suites: server\n", [
        (4, "tls_server_config.prefer_server_cipher_suites: must be true or false, not 'server'")]),
    ("names of clients", TLS + "  client_allowed_sans: [prometheus]\n", [(4, f"tls_server_config.client_allowed_sans: {UNSAFE}")]),
    ("no YAML", "a: b: c\n", [(1, "the file is not YAML: mapping values are not allowed in this context")]),
    ("anchor", "basic_auth_users: &x {}\n", [(1, "&x: anchors and aliases are not taken; write the value where it belongs")]),
    ("not UTF-8", b"basic_auth_users: \xff\n", [(None, "is not UTF-8 text")]),
    ("every mistake at once", f"basic_auth_users:\n  bob: x\n  eve: {HASH}\ntls: 1\nhttp_server_config: {{http2: 7}}\n", [
        (2, f"basic_auth_users.bob: {NO_HASH}"), (4, f"tls: unknown key; {SECTIONS}"), (5, "http_server_config.http2: must be true or false, not '7'")]),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A good database, and beside it a folder `web` with certificates, keys and files that are neither."""
    workspace = Workspace(tmp_path_factory.mktemp("web-configurations"))
    work_for_all().write(workspace.database)
    workspace.web = workspace.folder / "web"
    workspace.web.mkdir()
    authority = Authority(workspace.web, "authority")
    certificate, key = authority.issue("localhost", "server")
    (workspace.web / "chain.crt").write_text(certificate.read_text() + authority.certificate.read_text())
    (workspace.web / "none.pem").write_text("neither certificate nor key\n")
    for arguments in (
        ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=elliptic",
         "-keyout", workspace.web / "elliptic.key", "-out", workspace.web / "elliptic.crt"),
        ("pkcs8", "-topk8", "-v2", "aes256", "-passout", "pass:secret", "-in", key, "-out", workspace.web / "locked.key"),
    ):
        made = openssl(*arguments)
        assert made.returncode == 0, made.stderr
    yield workspace
    workspace.close()


def check(place, text):
    """`check` with this web configuration, and the path of its file."""
    file = place.web / "web.yml"
    if isinstance(text, str):
        indented = {word: "".join(f"    {line}\n" for line in (place.web / name).read_text().splitlines())
                    for word, name in (("CERT", "server.crt"), ("KEY", "server.key"))}
        text = text.replace("FOLDER", str(place.web))
        for word in indented:
            text = text.replace(f"|\n{word}", f"|\n{indented[word]}")
        text = text.encode()
    file.write_bytes(text)
    return place.command("check", "--web.config.file", file), file


@pytest.mark.parametrize(("text", "users", "tls", "notices"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_good_one(place, text, users, tls, notices):
    finished, file = check(place, text)
    said = [line for line in finished.exits(0).out.splitlines() if "web configuration" in line]
    assert said == [
        f"ok       web configuration: {file} is good: {users} user{'' if users == 1 else 's'}, TLS {'on' if tls else 'off'}",
        *(f"advice   web configuration: {notice}" for notice in notices),
    ]
    assert len(finished.err.splitlines()) == len(notices), "each is logged, and nothing else is"


@pytest.mark.parametrize(("text", "problems"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_one(place, text, problems):
    finished, file = check(place, text)
    assert "web configuration:" not in finished.out, "nothing is called good"
    said = finished.exits(2).err.removeprefix("jobsweep: ").splitlines()
    expected = [f"{file}:{f'{line}:' if line else ''} {problem.replace('FOLDER', str(place.web))}" for line, problem in problems]
    assert [line[: line.rindex("(") + 1] if wanted.endswith("(") else line for line, wanted in zip(said, expected, strict=True)] == expected


def test_a_file_that_is_not_there(place):
    file = place.web / "none.yml"
    assert place.command("check", "--web.config.file", file).exits(2).err == f"jobsweep: {file}: can't be read: No such file or directory\n"


def test_serve_does_not_start_with_a_bad_one(place):
    _, file = check(place, "basic_auth_users:\n  bob: secret\n")
    assert f"{file}:2: basic_auth_users.bob: {NO_HASH}" in place.command("serve", "--web.config.file", file).exits(2).err


def hashed(workspace, user, password, cost="10"):
    """`hash-password`, the password on standard input."""
    return subprocess.run([workspace.jobsweep.path, "hash-password", "--user", user, "--cost", cost], input=password + "\n",
                          capture_output=True, text=True, timeout=30, env=workspace.jobsweep.environment())


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class Guarded:
    """A sidecar with a web configuration that changes while it runs."""

    def __init__(self, workspace):
        self.workspace, self.web = workspace, workspace.folder / "web.yml"
        work_for_all().write(workspace.database)

    def start(self, text):
        self.web.write_text(text)
        self.serving = self.workspace.serve("--web.config.file", self.web)
        return self

    def status(self, user=None, password=""):
        return self.serving.ask("/api/status", headers=basic(user, password) if user else {}).status

    def reload(self, user, password):
        """`POST /-/reload`, and what it says."""
        answer = self.serving.ask("/-/reload", "POST", headers={**basic(user, password), "Content-Type": "application/json"})
        return answer.status, json.loads(answer.body)

    def succeeded(self, user, password):
        """The gauge of the last reload."""
        answer = self.serving.ask("/metrics?name[]=jobsweep_config_last_reload_successful", headers=basic(user, password))
        return answer.text.splitlines()[-1]


@pytest.fixture
def guarded(workspace):
    return Guarded(workspace)


@pytest.mark.parametrize("password", ["secret", "with space", "pässwörd", "a:b:c", "'\"$`\\", "x" * 72])
def test_hash_password_round_trip(guarded, password):
    made = hashed(guarded.workspace, "bob", password)
    assert made.returncode == 0 and made.stderr == "" and made.stdout.startswith("basic_auth_users:\n  bob: $2") and password not in made.stdout
    guarded.start(made.stdout)
    wrong = [password[:-1], password[:-1] + "?", *([password + "x"] if len(password) < 72 else [])]  # bcrypt looks at 72 bytes
    assert [guarded.status("bob", each) for each in wrong] == [401] * len(wrong)
    assert guarded.status() == guarded.status("eve", password) == 401
    assert guarded.status("bob", password) == 200


def test_two_hashes_of_one_password_differ(workspace):
    assert hashed(workspace, "bob", "secret").stdout != hashed(workspace, "bob", "secret").stdout


@pytest.mark.parametrize(("user", "password", "cost", "words"), [
    ("bob", "", "10", "the password is empty"), ("bob", "x" * 73, "10", "more than 72 bytes"), ("bob", "ä" * 37, "10", "more than 72 bytes"),
    ("", "secret", "10", "--user"), ("a:b", "secret", "10", "--user"), ("bob", "secret", "9", "--cost"), ("bob", "secret", "17", "--cost"),
    ("bob", "secret", "ten", "--cost"),
])
def test_hash_password_refuses(workspace, user, password, cost, words):
    made = hashed(workspace, user, password, cost)
    assert (made.returncode, made.stdout) == (2, "") and words in made.stderr


@pytest.mark.parametrize("user", ["#bob", "&bob", "*bob", "{bob}", '"bob', "@bob", "!bob", "|", "bob #1", " bob "])
def test_odd_names_of_users(guarded, user):
    guarded.start(hashed(guarded.workspace, user, "secret").stdout)
    assert guarded.status() == 401, "a name must not switch the password off"
    assert guarded.status(user, "secret") == 200


@pytest.mark.parametrize("way", ["SIGHUP", "POST"])
def test_users_change_without_a_restart(guarded, way):
    guarded.start(hashed(guarded.workspace, "bob", "secret").stdout)
    pid = guarded.serving.pid
    guarded.web.write_text(hashed(guarded.workspace, "eve", "changed").stdout)
    if way == "POST":
        assert guarded.reload("bob", "secret") == (200, {"success": True, "message": "The configuration is in force", "needs_restart": []})
    else:
        guarded.serving.send(signal.SIGHUP)
    eventually(lambda: guarded.status("eve", "changed") == 200, "the new user is let in")
    assert guarded.status("bob", "secret") == 401 and guarded.serving.alive and guarded.serving.pid == pid
    assert guarded.succeeded("eve", "changed") == "jobsweep_config_last_reload_successful 1"


@pytest.mark.parametrize("way", ["SIGHUP", "POST"])
def test_a_wrong_file_keeps_the_old_one(guarded, way):
    good = hashed(guarded.workspace, "bob", "secret").stdout
    guarded.start(good)
    guarded.web.write_text("basic_auth_users:\n  bob: secret\n")
    problem = f"{guarded.web}:2: basic_auth_users.bob: {NO_HASH}"
    if way == "POST":
        assert guarded.reload("bob", "secret") == (422, {"detail": problem})
    else:
        guarded.serving.send(signal.SIGHUP)
    eventually(lambda: guarded.succeeded("bob", "secret") == "jobsweep_config_last_reload_successful 0", "the gauge says so")
    assert problem in guarded.serving.said
    assert guarded.status() == 401 and guarded.status("bob", "secret") == 200
    guarded.web.unlink()
    assert guarded.reload("bob", "secret")[0] == 422, "a file that is gone doesn't open the door"
    assert guarded.status() == 401
    guarded.web.write_text(good)
    assert guarded.reload("bob", "secret")[0] == 200
    assert guarded.succeeded("bob", "secret") == "jobsweep_config_last_reload_successful 1"


@pytest.mark.parametrize("way", ["SIGHUP", "POST"])
@pytest.mark.parametrize("text", ["", "# emptied\n", "basic_auth_users: {}\n", "http_server_config: {http2: false}\n"])
def test_a_reload_does_not_let_everybody_in(guarded, way, text):
    """A file without its users takes a restart; until then the old users hold."""
    good = hashed(guarded.workspace, "bob", "secret").stdout
    guarded.start(good)
    guarded.web.write_text(text)
    problem = (f"{guarded.web}: without basic_auth_users a reload would let everybody in; put it back, or restart if that is meant")
    if way == "POST":
        assert guarded.reload("bob", "secret") == (422, {"detail": problem})
    else:
        guarded.serving.send(signal.SIGHUP)
    eventually(lambda: guarded.succeeded("bob", "secret") == "jobsweep_config_last_reload_successful 0", "the gauge says so")
    assert guarded.serving.said.count(problem) == 1
    assert guarded.status() == guarded.status("bob", "wrong") == 401 and guarded.status("bob", "secret") == 200
    guarded.web.write_text(hashed(guarded.workspace, "eve", "other").stdout)
    assert guarded.reload("bob", "secret")[0] == 200, "another user is no loss"
    assert guarded.status("eve", "other") == 200 and guarded.status("bob", "secret") == 401
    assert guarded.succeeded("eve", "other") == "jobsweep_config_last_reload_successful 1"
    guarded.web.write_text(text)
    assert guarded.serving.stop() == 0
    guarded.start(text)
    assert guarded.status() == 200, "a restart does it"


def test_users_may_come_with_a_reload(guarded):
    guarded.start("")
    assert guarded.status() == 200
    guarded.web.write_text(hashed(guarded.workspace, "bob", "secret").stdout)
    guarded.serving.send(signal.SIGHUP)
    eventually(lambda: guarded.status() == 401, "a user is needed now")
    assert guarded.status("bob", "secret") == 200
    guarded.web.write_text("")
    assert guarded.reload("bob", "secret")[0] == 422, "what a reload brought, a reload doesn't take away either"
    assert guarded.status() == 401


def test_a_connection_that_is_kept_sees_the_change(guarded):
    """What is the same request again is answered without much ado, but not to somebody who may not come in any more."""
    guarded.start("")
    kept = http.client.HTTPConnection("127.0.0.1", guarded.serving.port, timeout=20)

    def scrape():
        kept.request("GET", "/metrics")
        answer = kept.getresponse()
        answer.read()
        return answer

    port = scrape() and kept.sock.getsockname()[1]
    assert [scrape().status for _ in range(3)] == [200] * 3
    guarded.web.write_text(HEADERS + "    X-Frame-Options: sameorigin\n")
    guarded.serving.send(signal.SIGHUP)
    eventually(lambda: scrape().headers["X-Frame-Options"] == "sameorigin", "the new header is served")
    guarded.web.write_text(hashed(guarded.workspace, "bob", "secret").stdout)
    guarded.serving.send(signal.SIGHUP)
    eventually(lambda: scrape().status == 401, "a user is needed now")
    assert kept.sock.getsockname()[1] == port, "all over one connection"
    kept.close()


def test_headers_are_served_and_change(guarded):
    guarded.start(HEADERS + "    X-Frame-Options: sameorigin\n")
    assert guarded.serving.ask("/-/healthy").headers["x-frame-options"] == "sameorigin"
    guarded.web.write_text(HEADERS + "    Strict-Transport-Security: max-age=60\n")
    guarded.serving.send(signal.SIGHUP)
    eventually(lambda: guarded.serving.ask("/metrics").headers.get("strict-transport-security") == "max-age=60", "the new header is served")
    assert "x-frame-options" not in guarded.serving.ask("/metrics").headers


def test_guessing_passwords_keeps_nobody_out(guarded):
    """Many callers guess at once, each guess another one: none gets in, and who is known goes on being answered."""
    guarded.start(hashed(guarded.workspace, "bob", "secret", cost="12").stdout)
    assert guarded.status("bob", "secret") == 200
    got, over = [], threading.Event()

    def guess(number):
        while not over.is_set():
            got.append(guarded.status(("bob", "eve")[len(got) % 2], f"guess {number} {len(got)}"))

    guessers = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for guesser in guessers:
        guesser.start()
    try:
        known = [guarded.status("bob", "secret") for _ in range(50)]
        healthy = [guarded.serving.ask("/-/healthy").status for _ in range(50)]
        eventually(lambda: len(got) >= 50, "guesses are answered")
    finally:
        over.set()
        for guesser in guessers:
            guesser.join()
    assert known == healthy == [200] * 50
    assert set(got) <= {401, 503} and 401 in got
    assert guarded.serving.alive
