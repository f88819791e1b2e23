"""Lists the functions that serving calls: `order.py BINARY MAP | xz -9e >scripts/package/order.txt.xz`, with a jobsweep as package.sh builds it,
its debug information apart (`strip --strip-debug`: valgrind can't read it), and what `-Xlinker -Map=MAP` wrote of its sections.

The linker puts them side by side (package.sh). The kernel maps a program's pages sixteen and more at a time, and without that list nearly every
stretch of the program has some function that is called. A function that isn't listed, or isn't there any more, only lies elsewhere: the list
needn't be made anew with every change. Needs valgrind, and takes a minute or two."""

import bisect
import http.client
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


def main():
    binary, sections = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).read_text()
    symbols = subprocess.run(["nm", "--defined-only", "--format=posix", binary], capture_output=True, text=True, check=True).stdout
    named = [(int(address, 16), name) for address, name in SECTION.findall(sections)]
    named_symbols = [(int(line.split()[2], 16), line.split()[0]) for line in symbols.splitlines() if line.split()[1] in "tTwW"]
    with tempfile.TemporaryDirectory() as folder:
        serve(binary, Path(folder))
        executed = set(addresses(Path(folder) / "serve.out", str(binary)))
    print("\n".join(sorted((at(executed, named) | at(executed, named_symbols)) - {""})))


def at(executed, named):
    """The names of what begins last before the addresses."""
    named.sort()
    starts = [start for start, _ in named]
    begun = {starts[bisect.bisect(starts, address) - 1] for address in executed}
    return {name for start, name in named if start in begun}


def serve(binary, folder):
    """A sidecar that is scraped and looked at, and has some time without anything to do."""
    database = folder / "app.db"
    subprocess.run([binary, "demo", "--database", database], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["valgrind", "--quiet", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no", f"--callgrind-out-file={folder / 'serve.out'}"]
    serving = subprocess.Popen(
        [*command, binary, "serve", "--database", database, "--state", folder / "state", "--web.listen-address", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL)
    for path in ["/metrics"] * 5 + ["/-/healthy", "/-/ready", "/api/status", "/"]:
        fetch(port, path)
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
