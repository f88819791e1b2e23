"""Lists the functions that usual work calls: `order.py BINARY | xz -9e >scripts/package/order.txt.xz`, with a jobsweep that has
its symbols, as package.sh builds it (its debug information apart: `strip --strip-debug`, valgrind can't read it).

The linker puts them side by side (package.sh). The kernel maps a program's pages sixteen and more at a time, and without that list nearly every
stretch of the program has some function that is called. A function that isn't listed, or isn't there any more, only lies elsewhere: the list
needn't be made anew with every change. Needs valgrind, and takes some minutes."""

import bisect
import http.client
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

OBJECT = re.compile(r"(c?)ob=\((\d+)\)(?: (.*))?")


def main():
    binary = Path(sys.argv[1]).resolve()
    listed = subprocess.run(["nm", "--defined-only", "--format=posix", binary], capture_output=True, text=True, check=True).stdout
    functions = [line.split() for line in listed.splitlines() if line.split()[1] in "tTwW"]
    named = defaultdict(list)
    for name, _, address, *_ in functions:
        named[int(address, 16)].append(name)
    starts = sorted(named)
    with tempfile.TemporaryDirectory() as folder:
        watch(binary, Path(folder))
        # The functions that the instructions are of: by their names alone, callgrind takes some for a neighbour.
        serving, running = (
            {starts[bisect.bisect(starts, address) - 1] for address in addresses(Path(folder) / f"{name}.out", str(binary))} for name in ("serve", "run"))
    names = {name: start in serving for start in serving | running for name in named[start]}
    # What serves is in memory all the time, and what a run calls beside lies after it. A name that several functions have may be called under
    # one of them alone: those come last, where the others part nothing.
    many = Counter(name for name, *_ in functions)
    print("\n".join(sorted(names, key=lambda name: (many[name] > 1, not names[name], name))))


def watch(binary, folder):
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
    # Some time without anything to do.
    time.sleep(30)
    fetch(port, "/metrics")
    serving.send_signal(signal.SIGTERM)
    serving.wait()


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


def under_valgrind(binary, output, *arguments):
    command = ["valgrind", "--quiet", "--tool=callgrind", "--demangle=no", "--dump-instr=yes", "--compress-pos=no", f"--callgrind-out-file={output}.out", binary, *arguments]
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
