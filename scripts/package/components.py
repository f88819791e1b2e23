"""What is linked into the binary: the packages of Package.resolved and Swift's own libraries, each with its licence."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Component:
    name: str
    version: str
    url: str
    revision: str
    licence: str
    text: str


def licence(text):
    """An SPDX name by a licence's own words."""
    if "Apache License" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    raise ValueError(f"a licence that this script doesn't know: {text[:80]!r}")


def components(resolved, checkouts):
    found = []
    for pin in sorted(json.loads(Path(resolved).read_text())["pins"], key=lambda pin: pin["identity"]):
        folder = Path(checkouts) / pin["location"].removesuffix(".git").rsplit("/", 1)[1]
        (file,) = sorted(folder.glob("LICENSE*"))[:1]
        text = file.read_text()
        found.append(Component(pin["identity"], pin["state"]["version"], pin["location"], pin["state"]["revision"], licence(text), text))
    return found
