"""A log that nobody reads, or that can't be written, holds nobody up."""

import fcntl
import json
import os
import re
import select
import signal

import pytest

from support.faults import work_for_all
from support.ports import free_port
from support.serving import Serving
from support.waiting import eventually

F_SETPIPE_SZ = 1031


class Piped(Serving):
    """A server whose standard error is a pipe of the smallest size."""

    def __init__(self, workspace, *arguments):
        self.port = free_port()
        self.reader, writer = os.pipe()
        fcntl.fcntl(self.reader, F_SETPIPE_SZ, 4096)
        flags = [*workspace.flags, "--web.listen-address", f"127.0.0.1:{self.port}", *arguments]
        self.started = workspace.jobsweep.start("serve", *flags, stderr=writer)
        os.close(writer)

    said = "(nobody has read it)"

    def read(self):
        """What can be read without waiting."""
        text = b""
        while select.select([self.reader], [], [], 0)[0]:
            piece = os.read(self.reader, 65536)
            if not piece:
                break
            text += piece
        return text.decode()

    def close(self):
        os.close(self.reader)


@pytest.fixture
def flood(workspace):
    """A server that says more than its pipe and its own queue hold, by a run a second and a progress line for each step."""
    work_for_all().write(workspace.database)
    workspace.configure({"schedule": {"every": "1s", "first_run_after": "0s"}})
    serving = Piped(workspace, "--log.level=debug", "--log.format=json")
    serving.wait_until_up()
    yield serving
    serving.close()


def test_work_goes_on_and_the_end_comes(flood):
    """97 runs filled the pipe of 64 KB once; here one of 4 KB is full after a few."""
    exposition = flood.until_runs(15, seconds=90)
    assert exposition["jobsweep_up"] == 1 and flood.ask("/-/healthy").status == 200
    assert flood.stop(seconds=60) == 0


def test_what_was_dropped_is_counted_and_said(workspace):
    work_for_all().write(workspace.database)
    # Every reload says what is wrong with each line of the file.
    workspace.configure({"schedule": {"every": "12h", "first_run_after": "12h"}})
    serving = Piped(workspace, "--log.format=json")
    serving.wait_until_up()
    workspace.configure("".join(f"unknown{n}: 1\n" for n in range(5000)))
    serving.send(signal.SIGHUP)
    eventually(lambda: serving.scrape()["jobsweep_log_lines_dropped_total"] > 3, "lines are dropped", seconds=60)
    assert serving.ask("/-/healthy").status == 200
    text = ""

    def told():
        nonlocal text
        text += serving.read()
        return re.search(r'"message":"lines of the log were dropped, because nobody read them"', text)

    eventually(told, "it is said once it flows again", seconds=60)
    line = next(line for line in text.splitlines() if "were dropped" in line)
    said = json.loads(line)
    assert said["level"] == "warning" and 0 < said["dropped"] <= serving.scrape()["jobsweep_log_lines_dropped_total"]
    assert serving.stop(seconds=60) == 0
    serving.close()


def test_a_command_whose_messages_nobody_reads_ends(workspace):
    work_for_all().write(workspace.database)
    reader, writer = os.pipe()
    fcntl.fcntl(reader, F_SETPIPE_SZ, 4096)
    os.write(writer, b"x" * 4096)
    started = workspace.start("run", "--json", "--log.level=debug", stderr=writer)
    os.close(writer)
    out, _ = started.process.communicate(timeout=60)
    assert started.process.returncode == 0 and json.loads(out)["status"] == "completed"
    os.close(reader)


def test_numbers_are_numbers_in_json(workspace):
    work_for_all().write(workspace.database)
    finished = workspace.command("run", "--json", "--log.format=json", "--log.level=debug").exits(0)
    lines = [json.loads(line) for line in finished.err.splitlines()]
    end = next(line for line in lines if line["message"] == "run finished")
    assert end["run.old_jobs"] == 1 and end["run.dry_run"] is False and isinstance(end["run.duration_seconds"], float)
    assert isinstance(end["run.id"], str)
    assert all(isinstance(line["progress"], int) for line in lines if line["message"] == "run progress")
