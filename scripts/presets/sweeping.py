"""jobsweep, as a user of the application would run it."""

import json
import subprocess


class Trouble(Exception):
    """Something that isn't as it should be."""


class Jobsweep:
    """The binary with a configuration that names the preset and nothing else, but for the rules that the preset leaves switched off."""

    def __init__(self, binary, folder, address, application):
        self.binary, self.application = binary, application
        self.configuration = folder / "jobsweep.yml"
        settings = {"database": address, "state": str(folder / "state"), "preset": application.preset}
        if application.rules:
            settings["rules"] = list(application.rules)
        # JSON is YAML.
        self.configuration.write_text(json.dumps(settings, indent=1))

    def run(self, *words):
        return subprocess.run([self.binary, words[0], "--config.file", self.configuration, *words[1:]], capture_output=True, text=True, timeout=600)

    def check(self):
        """What `check` says; it has to find nothing wrong."""
        done = self.run("check")
        if done.returncode != 0:
            raise Trouble(f"check ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def report(self, word):
        done = self.run(word, "--json")
        if done.returncode != 0:
            raise Trouble(f"{word} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return json.loads(done.stdout)
