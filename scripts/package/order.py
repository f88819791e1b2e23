"""Lists the functions that jobsweep calls, first those of serving, then, behind an empty line, those that sweeps, previews and restores call
besides: `order.py BINARY MAP [URL] | xz -9e >scripts/package/order.txt.xz`, with a jobsweep as package.sh builds it, but linked without its
script and list (valgrind only knows functions of the section .text) and without debug information (`strip --strip-debug`: valgrind can't read
it), what `-Xlinker -Map=MAP` wrote of its sections, and a PostgreSQL database with the tables of scripts/demo/postgres.sql, which is swept.

The linker puts them side by side (package.sh). The kernel maps a program's pages sixteen and more at a time, and without that list nearly every
stretch of the program has some function that is called. A function that isn't listed, or isn't there any more, only lies elsewhere: the list
needn't be made anew with every change. Needs valgrind, and takes a few minutes."""

import bisect
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OBJECT = re.compile(r"(c?)ob=\((\d+)\)(?: (.*))?")
SECTION = re.compile(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+[0-9a-f]+\s+\d+\s+\S.*:\(\.text\.?(\S*)\)$", re.MULTILINE)

#: Valgrind makes everything so slow that a batch would be one row.
PATIENT = {"JOBSWEEP_PACING_LOCK_TARGET": "1s", "JOBSWEEP_SCHEDULE_TIMEOUT": "1h"}


def main():
    binary, sections, servers = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).read_text(), sys.argv[3:]
    symbols = subprocess.run(["nm", "--defined-only", "--format=posix", binary], capture_output=True, text=True, check=True).stdout
    named = [(int(address, 16), name) for address, name in SECTION.findall(sections)]
    named_symbols = [(int(line.split()[2], 16), line.split()[0]) for line in symbols.splitlines() if line.split()[1] in "tTwW"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        database = folder / "app.db"
        subprocess.run([binary, "demo", "--database", database], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        serve(binary, database, folder)
        for place, url in enumerate([database, *servers]):
            sweep(binary, url, folder / f"sweeps-{place}")

        def called(pattern):
            executed = {address for file in folder.glob(pattern) for address in addresses(file, str(binary))}
            return (at(executed, named) | at(executed, named_symbols)) - {""}

        serving, sweeping = called("serve.out"), called("sweeps-*/*.out")
    print("\n".join([*sorted(serving), "", *sorted(sweeping - serving)]))


def at(executed, named):
    """The names of what begins last before the addresses."""
    named.sort()
    starts = [start for start, _ in named]
    begun = {starts[bisect.bisect(starts, address) - 1] for address in executed}
    return {name for start, name in named if start in begun}


def recording(file):
    return ["valgrind", "--quiet", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", f"--callgrind-out-file={file}"]


def serve(binary, database, folder):
    """A sidecar that is scraped and looked at, and has some time without anything to do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = subprocess.Popen(
        [*recording(folder / "serve.out"), binary, "serve", "--database", database, "--state", folder / "state", "--web.listen-address", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL)  # fmt: skip
    for path in ["/metrics"] * 5 + ["/-/healthy", "/-/ready", "/api/status", "/"]:
        fetch(port, path)
    time.sleep(30)
    fetch(port, "/metrics")
    serving.send_signal(signal.SIGTERM)
    serving.wait()


def sweep(binary, database, folder):
    folder.mkdir()

    def record(*command):
        command = [*recording(folder / f"{command[0]}.out"), binary, *command, "--json", "--database", database, "--state", folder / "state"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | PATIENT)
        return json.loads(done.stdout)

    record("preview")
    record("restore", record("run")["run_id"])


def addresses(file, binary):
    """Where the binary's own instructions lie that were executed."""
    objects, within = {}, False
    for line in file.read_text(errors="replace").splitlines():
        if found := OBJECT.match(line):
            called, number, path = found.groups()
            # A path is said once, and is a number after that.
            objects.setdefault(number, path)
            within = within if called else objects[number] == binary
        elif within and line.startswith("0x"):
            yield int(line.split(maxsplit=1)[0], 16)


def fetch(port, path):
    deadline = time.monotonic() + 600
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            connection.getresponse().read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        finally:
            connection.close()


main()
