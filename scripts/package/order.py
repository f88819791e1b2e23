"""Lists the functions that usual work calls: `order.py BINARY | xz -9e >scripts/package/order.txt.xz`, with a jobsweep that has
its symbols (`swift build -c release --static-swift-stdlib`).

The linker puts them side by side (package.sh). The kernel maps a program's pages sixteen and more at a time, and without that list nearly every
stretch of the program has some function that is called. A function that isn't listed, or isn't there any more, only lies elsewhere: the list
needn't be made anew with every change. Needs valgrind, and takes some minutes."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FUNCTION = re.compile(r"^c?fn=\(\d+\) ([^'\n]+)", re.MULTILINE)


def main():
    binary = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        names = called(binary, Path(folder))
    # The C library's and others' functions lie elsewhere.
    listed = subprocess.run(["nm", "--defined-only", "--format=posix", binary], capture_output=True, text=True, check=True).stdout
    own = {line.split()[0] for line in listed.splitlines() if line.split()[1] in "tTwW"}
    print("\n".join(sorted(names & own)))


def called(binary, folder):
    database = folder / "app.db"
    subprocess.run([binary, "demo", "--database", database], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    common = ["--database", database, "--state", folder / "state"]
    # A run with rows to delete, and a sidecar that is scraped and looked at.
    under_valgrind(binary, folder / "run", "run", *common).wait()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = under_valgrind(binary, folder / "serve", "serve", *common, "--web.listen-address", f"127.0.0.1:{port}")
    for path in ["/metrics"] * 5 + ["/-/healthy", "/-/ready", "/api/status", "/"]:
        fetch(port, path)
    # A run by the schedule, and some time without anything to do.
    time.sleep(30)
    fetch(port, "/metrics")
    serving.send_signal(signal.SIGTERM)
    serving.wait()
    return {name for file in folder.glob("*.out") for name in FUNCTION.findall(file.read_text())}


def under_valgrind(binary, output, *arguments):
    command = ["valgrind", "--quiet", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={output}.out", binary, *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


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
