"""Beside systemd: activated sockets, readiness, signs of life."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from support.faults import work_for_all
from support.waiting import eventually

#: Becomes the program in its arguments, with file descriptor 3 and the variables that systemd sets.
ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_an_activated_socket(workspace):
    work_for_all().write(workspace.database)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-c", ACTIVATE, str(listener.fileno()), workspace.jobsweep.path, "serve", *workspace.flags,
                   "--web.systemd-socket"]
        process = subprocess.Popen(list(map(str, command)), pass_fds=[listener.fileno()], stderr=subprocess.PIPE,
                                   env=workspace.jobsweep.environment())
    try:
        answer = eventually(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/-/healthy", timeout=5).status, "it answers")
        assert answer == 200
    finally:
        process.terminate()
        assert process.wait(10) == 0, process.stderr.read()


def test_no_socket_is_passed(workspace):
    work_for_all().write(workspace.database)
    finished = workspace.command("serve", "--web.systemd-socket").exits(1)
    assert "passed no socket" in finished.err and ".socket unit" in finished.err


@pytest.mark.parametrize("abstract", [False, True], ids=["a file", "abstract"])
def test_readiness_and_watchdog(workspace, abstract):
    work_for_all().write(workspace.database)
    place = f"@jobsweep-test-{os.getpid()}" if abstract else str(workspace.folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(place.replace("@", "\0", 1) if abstract else place)
        manager.settimeout(60)
        serving = workspace.serve(env={"NOTIFY_SOCKET": place, "WATCHDOG_USEC": "400000"})
        heard = []

        def hear(what):
            while not any(what in word for word in heard):
                heard.append(manager.recv(4096).decode())

        hear("READY=1")
        hear("WATCHDOG=1")
        heard.clear()
        hear("WATCHDOG=1")
        os.kill(serving.pid, 1)
        hear("RELOADING=1\nMONOTONIC_USEC=")
        hear("READY=1")
        assert serving.stop() == 0
        hear("STOPPING=1")
