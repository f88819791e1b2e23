"""The Debian package in a root without Swift: installed, set up, run as the unit runs it, upgraded, removed and purged.

scripts/test-package.sh prepares it: root, debootstrap, and a package in $PACKAGE.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from root import DYNAMIC_USER, Image, Root, Unit, free_port, report, run, until

ROOT = Path(__file__).resolve().parents[2]
OLD_STATE = ROOT / "Tests" / "RunHistoryTests" / "Fixtures" / "state-0.1.0.sql"
DATABASE = "/srv/app/data/app.db"


@pytest.fixture(scope="module")
def package():
    return Path(os.environ["PACKAGE"])


@pytest.fixture(scope="module")
def older(package, tmp_path_factory):
    """The same package under an older number, to be upgraded from."""
    folder = tmp_path_factory.mktemp("older")
    run("dpkg-deb", "--raw-extract", package, folder / "root")
    control = folder / "root" / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*$", "Version: 0.1.9-1", control.read_text(), flags=re.MULTILINE))
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", folder / "root", folder / "older.deb")
    return folder / "older.deb"


@pytest.fixture(scope="module")
def root(package):
    root = Root(package)
    yield root
    root.close()


# One root, step after step: each test goes on where the one before it ended.


def test_it_installs_where_there_is_no_swift(root, older):
    assert [path for place in ("usr", "opt", "root") for path in root.file(place).rglob("libswift*")] == []
    root.install(older)
    said = root("jobsweep", "version")
    assert re.match(r"jobsweep \d+\.\d+\.\d+\+[0-9a-f]{12}(-changed)?\.\d{4}-\d\d-\d\d\n", said), said
    assert "not found" not in root("ldd", "/usr/bin/jobsweep")
    assert "libpq" not in root("ldd", "/usr/bin/jobsweep")


def test_the_manual_and_the_completion(root):
    for page in ("jobsweep", "jobsweep-run"):
        assert "EXIT STATUS" in root("man", page, MANPAGER="cat", MANROFFOPT="-c")
    script = "source /usr/share/bash-completion/bash_completion; _completion_loader jobsweep; " \
        "COMP_WORDS=(jobsweep pre); COMP_CWORD=1; COMP_LINE='jobsweep pre'; COMP_POINT=12; _jobsweep jobsweep pre jobsweep; echo ${COMPREPLY[@]}"
    assert set(root("bash", "-c", script).split()) == {"presets", "preview"}


def test_init_and_check_on_a_demonstration_database(root):
    data = root.file(DATABASE).parent
    data.mkdir(parents=True)
    os.chown(data, DYNAMIC_USER, DYNAMIC_USER)
    root("jobsweep", "demo", "--database", DATABASE, user=DYNAMIC_USER, HOME="/srv/app")
    written = subprocess.run(list(map(str, root.command("jobsweep", "init", "--database", DATABASE, "--state", "/var/lib/jobsweep/app"))), text=True, stdout=subprocess.PIPE, check=True).stdout
    root.file("/etc/jobsweep/app.yml").write_text(written)
    root("install", "-d", "-o", DYNAMIC_USER, "-m", "0700", "/var/lib/jobsweep/app")
    root("jobsweep", "check", "--config.file", "/etc/jobsweep/app.yml", user=DYNAMIC_USER, HOME="/srv/app")
    root("jobsweep", "preview", "--config.file", "/etc/jobsweep/app.yml", user=DYNAMIC_USER, HOME="/srv/app")


def test_the_unit_s_command_takes_0_1_0_s_state_over_and_is_scraped(root):
    state = root.file("/var/lib/jobsweep/app")
    for path in state.glob("jobsweep.db*"):
        path.unlink()
    connection = sqlite3.connect(state / "jobsweep.db")
    connection.executescript(OLD_STATE.read_text().replace("/data/app.db", DATABASE))
    connection.close()
    unit = Unit(root, "app", DYNAMIC_USER, free_port())
    try:
        unit.hear("WATCHDOG=1")
        scraped = unit.ask("/metrics")
        assert "\njobsweep_up 1\n" in scraped
        assert "\njobsweep_plans_reset_total 72\n" in scraped, "0.1.0's totals are there"
        assert unit.ask("/livez") and unit.ask("/readyz")
    finally:
        said = unit.stop()
    assert "listening" in said


def test_an_upgrade_keeps_what_the_administrator_wrote(root, package):
    configuration, example = root.file("/etc/jobsweep/app.yml"), root.file("/etc/jobsweep/example-rules.yml")
    example.write_text(example.read_text() + "# mine\n")
    before = configuration.read_text()
    root.install(package)
    assert configuration.read_text() == before and example.read_text().endswith("# mine\n")
    done = report(root("jobsweep", "run", "--json", "--config.file", "/etc/jobsweep/app.yml", user=DYNAMIC_USER, HOME="/srv/app"))
    assert done["status"] == "completed" and done["old_jobs_deleted"] > 0
    unit = Unit(root, "app", DYNAMIC_USER, free_port())
    try:
        assert f"jobsweep_plans_reset_total {72 + done['stuck_plans_updated']}\n" in unit.ask("/metrics")
    finally:
        unit.stop()


def test_removed_and_purged(root):
    root("dpkg", "--remove", "jobsweep")
    assert not root.file("/usr/bin/jobsweep").exists()
    assert root.file("/var/lib/jobsweep/app/jobsweep.db").exists() and root.file("/etc/jobsweep/example-rules.yml").exists()
    root("dpkg", "--purge", "jobsweep")
    assert not root.file("/var/lib/jobsweep").exists()
    assert [path.name for path in root.file("/etc/jobsweep").iterdir()] == ["app.yml"], "what somebody wrote stays"
    assert root.file(DATABASE).exists()
    left = [str(path.relative_to(root.path)) for place in ("usr", "lib", "etc") for path in root.file(place).rglob("*jobsweep*")]
    assert left == ["etc/jobsweep"]


def test_the_steps_of_the_image(root, package):
    """This root is what Debian's slim image is made of. The Dockerfile's own words, but for the port."""
    image = Image((ROOT / "deploy" / "Dockerfile").read_text())
    shutil.copy(package, root.file("/tmp/jobsweep.deb"))
    root("bash", "-c", image.steps, DEBIAN_FRONTEND="noninteractive")
    assert not root.file("/tmp/jobsweep.deb").exists()
    data = root.file("/data")
    data.mkdir()
    os.chown(data, image.user, image.user)
    root("jobsweep", "demo", "--database", "/data/app.db", user=image.user, **image.environment)
    port = str(free_port())
    words = [word.replace("9745", port) for word in image.command]
    serving = subprocess.Popen(
        list(map(str, root.command(*words, user=image.user, JOBSWEEP_DATABASE="/data/app.db", **image.environment))), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    health = root.command(*[word.replace("9745", port) for word in image.health], user=image.user)
    try:
        until(lambda: subprocess.run(list(map(str, health)), capture_output=True).returncode == 0, "the health check is content")
    finally:
        serving.terminate()
        said = serving.communicate(timeout=120)[0]
    assert serving.returncode == 0, said
    assert subprocess.run(list(map(str, health)), capture_output=True).returncode != 0, "nobody answers any more"
    assert root.file("/var/lib/jobsweep/jobsweep.db").stat().st_uid == image.user


def test_the_unit_is_sandboxed(package, tmp_path):
    run("dpkg-deb", "--extract", package, tmp_path)
    rated = run("systemd-analyze", "security", "--offline=true", f"--root={tmp_path}", "--threshold=25", "jobsweep@app.service")
    print(rated[-300:])
    assert "Overall exposure level for jobsweep@app.service" in rated
