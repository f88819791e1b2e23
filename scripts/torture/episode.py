"""One episode of a scene: its seed, its folder, its processes, and what every command must never do."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from support.cli import Jobsweep
from support.workspace import Workspace

HERE = Path(__file__).resolve().parent

#: How a run may end when nobody interferes with its process: done, failed, done with errors, another one under way.
ORDERLY = (0, 1, 3, 4)
CRASHES = ("Fatal error", "*** ", "AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "Illegal instruction", "Crash: ")


class Found(Exception):
    """Something that must not be."""


class Episode:
    def __init__(self, folder, seed, binary):
        self.folder, self.seed = folder, seed
        self.random = random.Random(seed)
        self.workspace = Workspace(folder / "w", Jobsweep(folder, binary))
        self.processes = []
        self.said = []

    @property
    def remarks(self):
        return f" ({', '.join(self.said)})" if self.said else ""

    def remark(self, text):
        self.said.append(text)

    def check(self, holds, sentence):
        if not holds:
            raise Found(sentence)

    def python(self, script, *arguments, **how):
        """A process of the application's side, which is ended with the episode."""
        words = [sys.executable, str(HERE / script), *map(str, arguments)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)
        self.processes.append(process)
        return process

    def orderly(self, finished, codes=ORDERLY):
        """A command that has ended by itself, with an exit code that the manual knows and without a crash's traces."""
        self.check(finished.code in codes, f"{' '.join(finished.arguments[:2])} ended with {name(finished.code)}: {finished.err[-2000:]}")
        crashed = [trace for trace in CRASHES if trace in finished.err]
        self.check(not crashed, f"{' '.join(finished.arguments[:2])} said {crashed}: {finished.err[-2000:]}")
        return finished

    def sound(self):
        """The database is whole: for SQLite, and for its foreign keys."""
        wrong = self.workspace.integrity()
        self.check(wrong == ["ok"], f"the database is damaged: {wrong[:5]}")

    def pause(self, longest):
        time.sleep(self.random.random() * longest)

    def close(self):
        self.workspace.close()
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()


def name(code):
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
