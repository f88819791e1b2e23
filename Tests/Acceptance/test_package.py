"""What scripts/package.sh makes, of the binary under test. The real thing, in a root without Swift: scripts/test-package.sh."""

import gzip
import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from support.cli import binary

ROOT = Path(__file__).resolve().parents[2]
#: Making the package takes as long as the machine takes.
pytestmark = pytest.mark.timeout(900)
NOT_OF_A_DEBUG_BUILD = "custom-library-search-path,hardening-no-pie"


def run(*command, **how):
    done = subprocess.run(list(map(str, command)), text=True, capture_output=True, timeout=600, **how)
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The files that package.sh makes, and what the Debian package installs."""
    folder = tmp_path_factory.mktemp("package")
    run(ROOT / "scripts" / "package.sh", "--output", folder / "made", "--binary", binary(), "--fast")
    (package,) = (folder / "made").glob("*.deb")
    run("dpkg-deb", "--extract", package, folder / "installed")
    return folder / "made", package, folder / "installed"


def test_wrong_usage():
    done = subprocess.run([ROOT / "scripts" / "package.sh", "--outputs", "x"], text=True, capture_output=True)
    assert done.returncode == 2 and "--outputs" in done.stderr and "--output DIR" in done.stderr


def test_its_files_and_checksums(made):
    folder, package, _ = made
    kinds = sorted(re.sub(r"\d+\.\d+\.\d+|linux-\w+|-1_\w+", "*", path.name) for path in folder.iterdir())
    assert kinds == ["SHA256SUMS", "jobsweep-*-*.debug.xz", "jobsweep-*-*.tar.xz", "jobsweep-*.spdx.json", "jobsweep_**.deb"]
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "SHA256SUMS"}
    listed = run("tar", "--list", "--file", *folder.glob("*.tar.xz")).splitlines()
    assert any(name.endswith("/INSTALL") for name in listed) and any(name.endswith("/usr/bin/jobsweep") for name in listed)


def test_lintian_finds_nothing(made):
    run("lintian", "--fail-on", "error,warning", "--suppress-tags", NOT_OF_A_DEBUG_BUILD, "--allow-root", made[1])


def test_what_it_depends_on(made):
    fields = run("dpkg-deb", "--field", made[1], "Depends", "Recommends", "Version", "Package")
    depends = re.search("Depends: (.*)", fields)[1]
    assert all(name in depends for name in ("libc6", "libsqlite3-0", "libmicrohttpd12", "libgnutls30", "zlib1g", "libzstd1", "libcrypt1"))
    assert "libpq" not in depends and "libpq5" in re.search("Recommends: (.*)", fields)[1], "libpq is loaded when a database needs it"
    linked = run("readelf", "--dynamic", made[2] / "usr/bin/jobsweep")
    assert "libpq" not in linked and "debug" not in run("readelf", "--sections", "--wide", made[2] / "usr/bin/jobsweep")


def test_manual_pages(made):
    pages = sorted((made[2] / "usr/share/man/man1").iterdir())
    commands = json.loads(run(binary(), "--experimental-dump-help"))["command"]["subcommands"]
    assert {page.name for page in pages} == {"jobsweep.1.gz"} | {f"jobsweep-{one['commandName']}.1.gz" for one in commands if one["commandName"] != "help"}
    for page in pages:
        run("mandoc", "-T", "lint", "-W", "warning", input=gzip.decompress(page.read_bytes()).decode())
    shown = run("man", "--local-file", made[2] / "usr/share/man/man1/jobsweep-serve.1.gz", env={"PATH": "/usr/bin:/bin", "MANWIDTH": "200", "LC_ALL": "C.UTF-8"})
    assert "--web.listen-address" in shown and "EXIT STATUS" in shown


def test_completion_in_real_shells(made):
    share = made[2] / "usr/share"
    script = share / "bash-completion/completions/jobsweep"
    ask = f"source /usr/share/bash-completion/bash_completion; source {script}; COMP_WORDS=(jobsweep pre); COMP_CWORD=1; " \
        "COMP_LINE='jobsweep pre'; COMP_POINT=12; _jobsweep jobsweep pre jobsweep; echo ${COMPREPLY[@]}"
    assert set(run("bash", "-c", ask).split()) == {"presets", "preview"}
    fish = share / "fish/vendor_completions.d/jobsweep.fish"
    offered = run("fish", "--no-config", "--command", f"source {fish}; complete --do-complete 'jobsweep pre'")
    assert {line.split("\t")[0] for line in offered.splitlines()} == {"presets", "preview"}
    run("zsh", "-f", "-n", share / "zsh/vendor-completions/_jobsweep")


def test_the_unit(made):
    unit = (made[2] / "lib/systemd/system/jobsweep@.service").read_text()
    assert "Type=notify" in unit and "WatchdogSec=" in unit and "DynamicUser=yes" in unit
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--root={made[2]}", "--threshold=25", "jobsweep@app.service"],
                          text=True, capture_output=True)
    assert said.returncode == 0, said
    figure = re.search(r"Overall exposure level for jobsweep@app.service: (\S+)", said.stdout)[1]
    assert f"an exposure of {figure} " in (ROOT / "docs" / "install.md").read_text(), "the document has the figure"


def test_the_bill_of_materials(made):
    (file,) = made[0].glob("*.spdx.json")
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    document = parse_file(str(file))
    assert [message.validation_message for message in validate_full_spdx_document(document)] == []
    names = {package.name for package in document.packages}
    assert {"jobsweep", "swift-runtime", "grdb.swift", "yams", "swift-argument-parser", "libsqlite3-0"} <= names


def test_the_copyright_says_that_there_is_no_licence(made):
    text = (made[2] / "usr/share/doc/jobsweep/copyright").read_text()
    assert "No licence has been chosen for jobsweep yet" in text
    assert "Gwendal" in text and "Permission is hereby granted" in text and "/usr/share/common-licenses/Apache-2.0" in text
