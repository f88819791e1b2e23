"""Ports to listen on, below those that the system gives to connections: nobody takes one between its choice and its use, however many test at a time."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

#: A port is this process's own, and its children's, while it holds a lock on the byte of that number.
_LOCKS = open(Path(tempfile.gettempdir(), f"jobsweep-test-ports-{os.getuid()}"), "ab")
_OURS = set()


def free_port():
    while True:
        port = random.randrange(12_000, 32_000)
        if port in _OURS:
            continue
        try:
            fcntl.lockf(_LOCKS, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        _OURS.add(port)
        return port
