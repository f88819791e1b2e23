"""`jobsweep serve` under test: started on a free port, asked over real HTTP, stopped by signals."""

import http.client
import signal
from dataclasses import dataclass
from pathlib import Path

from support.exposition import Exposition
from support.ports import free_port
from support.waiting import eventually

#: Methods that change nothing.
SAFE = ("GET", "HEAD", "OPTIONS")

#: By default the first run comes after a minute, which is in the middle of a test on a busy machine.
NOT_BY_ITSELF = {"JOBSWEEP_SCHEDULE_FIRST_RUN_AFTER": "12h"}


def says_when(words):
    """Whether these arguments name a configuration file that says when the first run comes."""
    configured = Path(words[words.index("--config.file") + 1]) if "--config.file" in words else None
    return configured is not None and configured.is_file() and b"first_run_after" in configured.read_bytes()


def control_token(state):
    """The control token in a state directory, as `jobsweep token` prints it; None where there is none."""
    path = Path(state) / "control.token"
    return path.read_text().strip() if path.exists() else None


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class Serving:
    """A sidecar that runs by itself only where its configuration says when, or where it is to (`by_default`)."""

    def __init__(self, jobsweep, log, arguments, env=None, listen=True, by_default=False):
        self.port = free_port()
        words = [str(argument) for argument in arguments]
        self.state = Path(words[words.index("--state") + 1]) if "--state" in words else None
        self.log = log
        listener = ["--web.listen-address", f"127.0.0.1:{self.port}"] if listen else []
        self.out = log.with_suffix(".out")
        calm = {} if by_default or says_when(words) else NOT_BY_ITSELF
        with open(log, "w") as err, open(self.out, "w") as out:
            self.started = jobsweep.start("serve", *arguments, *listener, env=calm | (env or {}), stdout=out, stderr=err)

    @property
    def pid(self):
        return self.started.pid

    @property
    def said(self):
        """What it wrote to stderr."""
        return self.log.read_text()

    def until_said(self, *words, after=0):
        """Waits until all these words are in its log, which a thread of its own writes: an answer may be there before."""
        eventually(lambda: all(word in self.said[after:] for word in words), f"its log says {words}")

    @property
    def alive(self):
        return self.started.process.poll() is None

    @property
    def bearer(self):
        """The header that proves control where there are no users; empty without a token."""
        token = control_token(self.state) if self.state else None
        return {"Authorization": f"Bearer {token}"} if token else {}

    @property
    def page(self):
        """The address of the status page, with which a browser may change something."""
        token = control_token(self.state) if self.state else None
        return f"http://127.0.0.1:{self.port}/" + (f"#token={token}" if token else "")

    def ask(self, path, method="GET", port=None, headers=None, body=None, bearer=True):
        """One request on a connection of its own. What changes something brings the control token, unless it brings its own proof or is not to."""
        headers = dict(headers or {})
        if bearer and method not in SAFE and not any(name.lower() == "authorization" for name in headers):
            headers |= self.bearer
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, fields, answer.read())
        finally:
            connection.close()

    def scrape(self):
        answer = self.ask("/metrics")
        assert answer.status == 200, answer
        return Exposition(answer.text)

    def wait_until_up(self):
        def answers():
            if not self.alive:
                raise RuntimeError(f"serve ended with {self.started.process.returncode}: {self.said}")
            return self.ask("/-/healthy").status == 200

        eventually(answers, "serve answers /-/healthy")

    def until(self, condition, what, seconds=120.0):
        """Scrapes until `condition` holds of the exposition, and returns that one."""

        def probe():
            exposition = self.scrape()
            return exposition if condition(exposition) else None

        try:
            return eventually(probe, what, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; serve said: {self.said}") from None

    def until_runs(self, count, status=None, seconds=120.0):
        """Waits until that many runs have finished (with that status) and none is under way."""
        want = {"status": status} if status else {}
        return self.until(
            lambda e: e.total("jobsweep_runs_total", **want) >= count and e["jobsweep_running"] == 0,
            f"{count} runs {status or ''}", seconds,
        )

    def send(self, number):
        self.started.send(number)

    def stop(self, number=signal.SIGTERM, seconds=60):
        """Asks it to end and returns the exit code."""
        self.send(number)
        return self.wait(seconds)

    def wait(self, seconds=60):
        return self.started.process.wait(seconds)
