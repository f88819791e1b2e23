"""Every link of the documents leads somewhere, and every command in them is run, or named here with the reason why not."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.serving import Serving
from support.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "prometheus/*.md", "grafana/*.md", "Tests/*/README.md") for path in ROOT.glob(pattern))
#: Commands that aren't this program's: what they need isn't here, or they look at a machine that has trouble.
ELSEWHERE = {
    "apt": "scripts/test-package.sh runs dpkg", "docker": "no engine here; test_deploy.py", "kubectl": "no cluster here; test_deploy.py",
    "systemctl": "no systemd here; scripts/test-package.sh runs the unit's command", "journalctl": "no systemd here", "mkdir": "", "cp": "", "echo": "Tests/Package does", "install": "Tests/Package does",
    "sudo": "Grafana's own folders", "swift": "scripts/test.sh does", "cd": "a way into a folder of tests", "python3": "scripts/test.sh does",
    "python": "scripts/test.sh does", "JOBSWEEP_BIN=.build/debug/jobsweep": "this very run", "OVERVIEW_PICTURE=$PWD/../../grafana/overview.png": "takes the picture",
    "ls": "", "df": "", "fuser": "", "cat": "", "timedatectl": "", "dmesg": "", "sqlite3": "", "openssl": "",
}


def commands():
    for document in DOCUMENTS:
        for block in re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE):
            for line in block.replace("\\\n", " ").splitlines():
                line = re.sub(r"\s+#\s.*$", "", line).strip()
                if line and not line.startswith("#"):
                    yield f"{document.relative_to(ROOT)}", line


COMMANDS = list(commands())
pytestmark = pytest.mark.timeout(600)


def test_there_is_nobody_who_runs_it():
    """A command is run below, or is named above."""
    first = {line.split()[0] for _, line in COMMANDS}
    unknown = {word for word in first if word not in ELSEWHERE and word not in ("jobsweep", "curl") and not word.startswith("scripts/")}
    assert unknown == set()
    assert len(COMMANDS) > 50


def test_every_file_that_a_script_names_comes_with_the_checkout():
    """A file that only lies about on its author's machine, since Git was told to ignore it, is missing from every other one."""
    files = set(subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())
    scripts = [name for name in files if name.startswith(("scripts/", ".ci/"))]
    named = {
        (script, name) for script in scripts for name in re.findall(r"\b(?:scripts|deploy|docs|Tests)/[\w./-]*\w\.\w+", (ROOT / script).read_text(errors="replace"))
    }
    assert len(named) > 20
    assert {(script, name) for script, name in named if name not in files} == set()


def test_commands_of_the_program(workspace):
    """All of them in a row, on a demonstration database, as one reads them."""
    demo = workspace.folder / "demo.db"
    workspace.jobsweep("demo", "--database", workspace.database).exits(0)
    workspace.folder.joinpath("web.yml").write_text("{}\n")
    readme = (ROOT / "README.md").read_text()
    workspace.folder.joinpath("rules.yml").write_text(readme.split("works on the demonstration database:\n\n```yaml\n")[1].split("```")[0])
    configuration = workspace.folder / "app.yml"
    configuration.write_text(f"database: {workspace.database}\nstate: {workspace.state}\n")
    binaries = workspace.folder / "bin"
    binaries.mkdir()
    (binaries / "jobsweep").symlink_to(workspace.jobsweep.path)
    environment = workspace.jobsweep.environment() | {"PATH": f"{binaries}:/usr/bin:/bin"}
    run = workspace.run("--only", "old_jobs")["run_id"]
    ran = 0
    for document, line in COMMANDS:
        if not line.startswith("jobsweep ") or line.startswith("jobsweep serve"):
            continue
        told = line.split("|")[0].replace("/etc/jobsweep/app.yml > ", "").replace("> /etc/jobsweep/app.yml", f"> {workspace.folder}/written.yml")
        told = told.replace("--output /etc/jobsweep/app.yml", f"--output {workspace.folder}/written.yml").replace("/var/lib/jobsweep/app", str(workspace.state))
        told = told.replace("/etc/jobsweep/app.yml", str(configuration)).replace("/data/app.db", str(workspace.database)).replace(" RUN", f" {run}")
        own = environment
        if "--config.file" not in told and "--database" not in told:
            own = environment | {"JOBSWEEP_DATABASE": str(workspace.database)}
        if "--state" not in told and str(configuration) not in told:
            own = own | {"JOBSWEEP_STATE": str(workspace.state)}
        if "demo " not in told and "rules.yml" in told:
            assert demo.exists(), "the document makes it first"
            own = own | {"JOBSWEEP_STATE": str(workspace.folder / "other")}
        done = subprocess.run(["bash", "-c", told], cwd=workspace.folder, env=own, text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, f"{document}: {line}: {done.stdout[-1500:]}{done.stderr[-1500:]}"
        ran += 1
    assert ran > 25
    written = workspace.folder / "written.yml"
    workspace.jobsweep("check", "--config.file", written).exits(0)


def test_serving_and_asking(workspace):
    """`jobsweep serve` of the documents, and what the runbook asks of it."""
    workspace.jobsweep("demo", "--database", workspace.database).exits(0)
    lines = [line for _, line in COMMANDS if line.startswith("jobsweep serve")]
    assert lines
    words = [word.replace("/data/app.db", str(workspace.database)) for word in lines[0].split()[2:]]
    serving = Serving(workspace.jobsweep, workspace.folder / "serve.log", [*words, "--state", workspace.state])
    workspace.servings.append(serving)
    eventually(lambda: "listening" in serving.said, "it listens")
    asked = [line for _, line in COMMANDS if line.startswith("curl")]
    assert asked
    for line in asked:
        told = line.split("|")[0].replace("INSTANCE", f"127.0.0.1:{serving.port}").replace("curl ", "curl --fail --max-time 60 ")
        assert subprocess.run(["bash", "-c", told], stdout=subprocess.DEVNULL).returncode == 0, line


@pytest.mark.parametrize("line", sorted({line for _, line in COMMANDS if line.startswith("scripts/")}))
def test_scripts(line):
    """They are there, and know the flags that the documents give them."""
    script = ROOT / line.split()[0]
    subprocess.run(["bash", "-n", script], check=True)
    sources = script.read_text() + "".join(path.read_text() for path in (ROOT / "scripts").glob(f"{script.stem.removeprefix('verify-')}/*.py"))
    assert [flag for flag in re.findall(r"--[a-z-]+", line) if flag not in sources] == []


def slug(heading):
    """How a heading's anchor is made of it."""
    plain = re.sub(r"[`*_]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(document):
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {slug(line.lstrip("#")) for line in text.splitlines() if line.startswith("#")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links(document):
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_the_runbook_s_address():
    """Alerts link to it from outside; its sections are those of the alerts."""
    used = set(re.findall(r"RUNBOOK\.md#([a-z]+)", (ROOT / "prometheus/rules/jobsweep.alerts.yml").read_text()))
    assert used and used <= anchors(ROOT / "prometheus/RUNBOOK.md")


def test_the_five_who_come_find_their_page():
    readme = (ROOT / "README.md").read_text()
    assert [page for page in ("docs/install.md", "docs/operations.md", "docs/your-data.md", "docs/rules.md", "docs/presets.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
            if f"({page})" not in readme] == []
    assert "no licence" in readme.lower()
