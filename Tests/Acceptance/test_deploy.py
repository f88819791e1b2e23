"""deploy/: every example is accepted by what it is for."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.certificates import Authority
from support.faults import work_for_all
from support.ports import free_port
from support.postgres import PostgresWorkspace, Server
from support.preset_postgres import ALL, write
from support.timestamps import now
from support.waiting import eventually
from test_proxy import BOB, ask, links, serve, users

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"


def tool(name, *arguments):
    done = subprocess.run([Path(sys.executable).with_name(name), *arguments], text=True, capture_output=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ["example-sqlite.yml", "example-rules.yml"])
def test_examples_on_sqlite(workspace, name):
    workspace.jobsweep("demo", "--database", workspace.database).exits(0)
    workspace.configure((DEPLOY / "etc" / name).read_text())
    workspace.command("check").exits(0)
    assert workspace.preview()["status"] == "completed"


def test_the_example_on_postgresql(tmp_path):
    server = Server()
    workspace = PostgresWorkspace(tmp_path, server)
    try:
        write(ALL["good_job"](), workspace, now())
        workspace.configure((DEPLOY / "etc" / "example-postgresql.yml").read_text())
        workspace.command("check").exits(0)
    finally:
        workspace.close()
        server.close()


def test_there_is_a_test_for_each_example():
    assert {path.name for path in (DEPLOY / "etc").iterdir()} == {"example-sqlite.yml", "example-rules.yml", "example-postgresql.yml"}


def test_kubernetes_configuration(workspace):
    workspace.jobsweep("demo", "--database", workspace.database).exits(0)
    workspace.configure((KUBERNETES / "jobsweep.yml").read_text())
    workspace.command("check").exits(0)


@pytest.fixture
def front(workspace):
    """A certificate for the examples' host, and the proxy's process, which ends with the test."""
    folder = workspace.folder / "front"
    folder.mkdir()
    folder.chmod(0o755)
    certificate, key = Authority(folder, "authority").issue("jobs.example.com", "proxy")
    processes = []

    def start(*command):
        processes.append(subprocess.Popen(list(map(str, command)), cwd=folder, stdin=subprocess.DEVNULL, stdout=open(folder / "out.log", "w"), stderr=subprocess.STDOUT,
                                          env={"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}))

    yield folder, certificate, key, start
    for process in processes:
        process.kill()
        process.wait()


def curl(port, path, *more):
    done = subprocess.run(
        ["curl", "--silent", "--insecure", "--max-time", "60", "--resolve", f"jobs.example.com:{port}:127.0.0.1", "--write-out", "\n%{http_code}",
         "--user", "bob:secret", *more, f"https://jobs.example.com:{port}{path}"], text=True, capture_output=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def behind(workspace, front_port):
    """A sidecar as the examples' first lines start it, but for the port that a test may have."""
    work_for_all().write(workspace.database)
    return serve(workspace, f"--web.external-url=https://jobs.example.com:{front_port}/sweep/", "--web.config.file", users(workspace), prefix="/sweep")


def works(port):
    eventually(lambda: curl(port, "/sweep/api/status")[0] == 200, "the proxy passes requests on")
    status, page = curl(port, "/sweep/")
    assert status == 200
    found = [link for link in links(page) if link.startswith("/sweep/")]
    assert len(found) > 3 and [curl(port, link)[0] for link in found] == [200] * len(found)
    order = json.dumps({"job_type": "cleanup", "dry_run": True})
    origin = f"https://jobs.example.com:{port}"
    status, body = curl(port, "/sweep/api/jobs/run", "--data", order, "--header", "Content-Type: application/json", "--header", f"Origin: {origin}")
    assert status == 202, body
    status, events = curl(port, f"/sweep/api/jobs/{json.loads(body)['job_id']}/events")
    assert status == 200 and "event: finished" in events
    assert curl(port, "/sweep/api/status", "--user", "bob:wrong")[0] == 401


def test_nginx(workspace, front):
    folder, certificate, key, start = front
    port = free_port()
    serving = behind(workspace, port)
    example = (DEPLOY / "proxy" / "nginx.conf").read_text()
    for old, new in (("listen 443", f"listen 127.0.0.1:{port}"), ("/etc/ssl/certs/jobs.example.com.pem", certificate), ("/etc/ssl/private/jobs.example.com.key", key),
                     ("127.0.0.1:9745", f"127.0.0.1:{serving.port}"), ("$host;", "$http_host;")):
        assert old in example
        example = example.replace(old, str(new))
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {paths}\n{example}\n}}\n")
    start("/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr")
    works(port)


def test_caddy(workspace, front):
    folder, certificate, key, start = front
    port = free_port()
    serving = behind(workspace, port)
    example = (DEPLOY / "proxy" / "Caddyfile").read_text()
    for old, new in (("\njobs.example.com {\n", f"\njobs.example.com:{port} {{\n\ttls {certificate} {key}\n"), ("127.0.0.1:9745", f"127.0.0.1:{serving.port}")):
        assert old in example
        example = example.replace(old, new)
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + example)
    start("caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile")
    works(port)


def test_compose():
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yml"))
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    assert {"app", "jobsweep", "prometheus", "alertmanager", "grafana"} <= set(services)
    assert {need for service in services.values() for need in service.get("depends_on", {})} <= set(services)


def test_what_compose_has_jobsweep_do(workspace):
    """Each command line of the file, with a folder in place of each volume."""
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    places = {"/data": workspace.folder / "data", "/watch": workspace.folder / "watch", "/state": workspace.folder / "state", ":9745": f"127.0.0.1:{free_port()}"}
    for place in ("/data", "/watch"):
        places[place].mkdir()

    def told(words):
        return [next((word.replace(old, str(new)) for old, new in places.items() if old in word and "jobsweep:" not in word), word) for word in words]

    making = services["app"]["command"][0].split(";")[0].split("|| ")[1].split()
    assert making[0] == "jobsweep"
    workspace.jobsweep(*told(making[1:])).exits(0)
    workspace.jobsweep(*told(services["files"]["command"])).exits(0)
    mounted = [volume for volume in services["grafana"]["volumes"]]
    assert all((places["/watch"] / volume["volume"]["subpath"]).is_dir() for volume in mounted)
    for service, flag in (("prometheus", "--config.file="), ("alertmanager", "--config.file=")):
        (path,) = [word.removeprefix(flag) for word in services[service]["command"] if word.startswith(flag)]
        assert Path(path.replace("/watch", str(places["/watch"]))).is_file()
    assert "jobsweep:9745" in (places["/watch"] / "prometheus" / "prometheus.yml").read_text()
    # `serve` itself is started by nearly every other test; here its words are read.
    assert services["jobsweep"]["command"][0] == "serve"


def test_the_dockerfile():
    tool("hadolint", str(DEPLOY / "Dockerfile"))
    text = (DEPLOY / "Dockerfile").read_text()
    version = re.search(r'Version \{.*?number = "([^"]+)"', (ROOT / "Sources/Sidecar/Assembly/Version.swift").read_text(), re.DOTALL)[1]
    assert f'version="{version}"' in text
    assert f"jobsweep:{version}" in (KUBERNETES / "deployment.yaml").read_text()
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


def test_kubernetes():
    files = sorted(KUBERNETES.glob("*.yaml"))
    said = tool("kubernetes-validate", "--strict", *[str(file) for file in files if file.name not in ("kustomization.yaml", "podmonitor.yaml", "prometheusrule.yaml")])
    assert said.count("passed for resource") == 4
    kustomization = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    named = {name for name in kustomization["resources"] if not name.startswith("..")}
    assert named | {"kustomization.yaml"} == {file.name for file in files}
    for generator in kustomization["configMapGenerator"]:
        assert all((KUBERNETES / file).is_file() for file in generator["files"])
    dashboards = yaml.safe_load((ROOT / "grafana/dashboards/kustomization.yaml").read_text())["configMapGenerator"][0]["files"]
    assert sorted(dashboards) == sorted(path.name for path in (ROOT / "grafana/dashboards").glob("*.json"))
    (deployment,) = yaml.safe_load_all((KUBERNETES / "deployment.yaml").read_text())
    (sidecar,) = [one for one in deployment["spec"]["template"]["spec"]["containers"] if one["name"] == "jobsweep"]
    assert sidecar["livenessProbe"]["httpGet"]["path"] == "/livez" and sidecar["readinessProbe"]["httpGet"]["path"] == "/readyz"
    monitor = yaml.safe_load((KUBERNETES / "podmonitor.yaml").read_text())["spec"]
    assert monitor["podMetricsEndpoints"][0]["port"] == sidecar["ports"][0]["name"]
    assert monitor["selector"]["matchLabels"] == deployment["spec"]["template"]["metadata"]["labels"]


def test_the_rules_for_the_operator_are_the_shipped_ones():
    written = subprocess.run([sys.executable, ROOT / "scripts/package/prometheus_rule.py"], text=True, capture_output=True, check=True).stdout
    assert written == (KUBERNETES / "prometheusrule.yaml").read_text(), "python3 scripts/package/prometheus_rule.py > deploy/kubernetes/prometheusrule.yaml"
    groups = [group for file in sorted((ROOT / "prometheus/rules").glob("*.yml")) for group in yaml.safe_load(file.read_text())["groups"]]
    assert yaml.safe_load(written)["spec"]["groups"] == groups


def test_units_verify(tmp_path):
    """systemd reads every unit and drop-in without a complaint."""
    units = tmp_path / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for name in ("jobsweep@.service", "jobsweep@.socket"):
        shutil.copy(DEPLOY / "systemd" / name, units)
    (units / "jobsweep@.service.d").mkdir()
    for name in ("user.conf", "socket.conf"):
        shutil.copy(DEPLOY / "systemd" / name, units / "jobsweep@.service.d")
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", units / "jobsweep@app.service", units / "jobsweep@app.socket"], text=True, capture_output=True)
    complaints = [line for line in said.stderr.splitlines() if "jobsweep" in line and "is not executable" not in line]
    assert complaints == [], said.stderr
