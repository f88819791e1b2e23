"""One scrape, parsed."""

import re

from prometheus_client.parser import text_string_to_metric_families


class Exposition:
    """Samples by name and labels, families' types and help by family name as the text gives them."""

    def __init__(self, text):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
        self.help = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
        self.families = re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)
        self.samples = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = (sample.name, frozenset(sample.labels.items()))
                assert key not in self.samples, f"{key} twice in one exposition"
                self.samples[key] = sample.value

    def __getitem__(self, name):
        """The value of the one series without labels."""
        return self.get(name)

    def get(self, name, **labels):
        key = (name, frozenset(labels.items()))
        assert key in self.samples, f"no series {name}{labels}"
        return self.samples[key]

    def labels(self, name):
        """The label sets of every series of `name`."""
        return {labels for series, labels in self.samples if series == name}

    def total(self, name, **labels):
        """The sum of the series of `name` that carry these labels; at least one must."""
        wanted = set(labels.items())
        values = [v for (series, has), v in self.samples.items() if series == name and wanted <= has]
        assert values, f"no series {name}{labels}"
        return sum(values)

    def nonzero(self, name, *by):
        """Values other than 0 of the series of `name`, by the values of the labels `by`."""
        found = {}
        for (series, has), value in self.samples.items():
            if series == name and value != 0:
                found[tuple(dict(has)[label] for label in by)] = value
        return found
