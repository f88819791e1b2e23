"""Debian's Prometheus, started on loopback to scrape a sidecar."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from support.ports import free_port
from support.waiting import eventually

CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: jobsweep
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


class Prometheus:
    def __init__(self, folder, target):
        self.port = free_port()
        self.log = folder / "prometheus.log"
        configuration = folder / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(port=target))
        with open(self.log, "w") as sink:
            self.process = subprocess.Popen(
                [
                    "prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                ],
                stdout=sink, stderr=sink, stdin=subprocess.DEVNULL,
            )

    def api(self, path, **query):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.URLError as error:
            raise ConnectionError(error) from error

    def query(self, expression):
        """Labels (as a dictionary) and value of every series that an instant query gives."""
        return [(series["metric"], float(series["value"][1])) for series in self.api("query", query=expression)["result"]]

    def until(self, expression, value, seconds=120):
        """Waits until the query gives one series with that value."""

        def probe():
            found = self.query(expression)
            return len(found) == 1 and found[0][1] == value

        eventually(probe, f"Prometheus says {expression} is {value}", seconds, pause=0.1)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
