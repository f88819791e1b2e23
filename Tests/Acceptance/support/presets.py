"""The presets' files, as the program embeds them."""

from pathlib import Path

import yaml

from support.preset_cases import SCHEMAS

FOLDER = Path(__file__).resolve().parents[3] / "Sources" / "Sweeping" / "Presets"

#: By name.
FILES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml")) if path.stem != "refused"}

#: Applications that are left alone, each with the reason.
REFUSED = {entry["application"]: entry["reason"] for entry in yaml.safe_load((FOLDER / "refused.yml").read_text())}


def refused_databases():
    """The statements that make the tables of each refused application."""
    made, name = {}, None
    for line in (SCHEMAS / "refused.sql").read_text().splitlines():
        if line.startswith("-- == "):
            name = line.removeprefix("-- == ").split(":")[0]
            made[name] = ""
        elif name:
            made[name] += line + "\n"
    return made
