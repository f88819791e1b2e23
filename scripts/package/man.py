"""Manual pages from what the command line says of itself (`jobsweep --experimental-dump-help` on standard input)."""

import json
import os
import sys
import time
from pathlib import Path


def text(words):
    """Words as roff takes them for words."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in escaped.splitlines())


def paragraphs(words):
    """A discussion: indented lines are examples, and stay as they are."""
    out, example = [], False
    for line in (words or "").splitlines():
        if line.startswith("  ") != example and line.strip():
            example = not example
            if example and out and out[-1] == ".PP":
                out.pop()
            out += [".PP", ".nf", ".RS 2"] if example else [".RE", ".fi", ".PP"]
        if line.strip():
            out.append(text(line.strip() if example else line))
        elif not example and out and out[-1] != ".PP":
            out.append(".PP")
    if example:
        out += [".RE", ".fi"]
    while out and out[-1] == ".PP":
        out.pop()
    return out


def flag(name):
    return {"long": "--", "short": "-", "longWithSingleDash": "-"}[name["kind"]] + name["name"]


def synopsis(argument):
    value = f"\\fI{text(argument.get('valueName', 'value'))}\\fR"
    if argument["kind"] == "positional":
        words = value
    else:
        words = f"\\fB{text(flag(argument['preferredName']))}\\fR" + (f" {value}" if argument["kind"] == "option" else "")
    if argument.get("isRepeating"):
        words += " ..."
    return f"[{words}]" if argument["isOptional"] else words


def described(argument):
    names = [f"\\fB{text(flag(name))}\\fR" for name in argument.get("names") or []]
    value = f" \\fI{text(argument.get('valueName', 'value'))}\\fR" if argument["kind"] != "flag" else ""
    said = argument.get("abstract", "")
    if argument.get("defaultValue") and "(default:" not in said:
        said += f" (default: {argument['defaultValue']})"
    return [".TP", (", ".join(names) + value).strip(), text(said), *paragraphs(argument.get("discussion"))]


def shown(command):
    return [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]


def page(command, name, title, date, version, rest):
    out = [f'.TH "{title.upper()}" 1 "{date}" "jobsweep {version}" "User Commands"', ".SH NAME"]
    abstract = command["abstract"].rstrip(".")
    out += [f"{text(title)} \\- {text(abstract[0].lower() + abstract[1:])}", ".SH SYNOPSIS", f"\\fB{text(name)}\\fR"]
    out += [synopsis(argument) for argument in shown(command)]
    if command.get("subcommands"):
        out.append("\\fIcommand\\fR ...")
    out += [".SH DESCRIPTION", text(command["abstract"]), ".PP", *paragraphs(command.get("discussion"))]
    while out[-1] == ".PP":
        out.pop()
    if shown(command):
        out += [".SH OPTIONS", *[line for argument in shown(command) for line in described(argument)]]
    return "\n".join(out + rest) + "\n"


EXIT = [
    ".SH EXIT STATUS", *[line for code, meaning in (
        ("0", "done"), ("1", "failed"), ("2", "wrong usage or configuration"), ("3", "done with errors"),
        ("4", "another run is under way")) for line in (".TP", f"\\fB{code}\\fR", meaning)],
]
FILES = [
    ".SH FILES", ".TP", "\\fI/etc/jobsweep/NAME.yml\\fR", "The configuration of the unit \\fBjobsweep@NAME.service\\fR.", ".TP",
    "\\fI/var/lib/jobsweep/NAME\\fR", "Its run history, totals, archives and control token.", ".SH ENVIRONMENT",
    "Each scalar of the configuration has a variable: \\fBJOBSWEEP_\\fR and its path in upper case joined by _.",
    "\\fBjobsweep config \\-\\-reference\\fR lists them.",
]


def main():
    folder, version = Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(parents=True)
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])))
    root = json.load(sys.stdin)["command"]
    commands = sorted((one for one in root["subcommands"] if one["commandName"] != "help"), key=lambda one: one["commandName"])
    listed = [".SH COMMANDS"]
    for one in commands:
        listed += [".TP", f"\\fB{text('jobsweep-' + one['commandName'])}\\fR(1)", text(one["abstract"])]
        see = [".SH SEE ALSO", "\\fBjobsweep\\fR(1)"]
        (folder / f"jobsweep-{one['commandName']}.1").write_text(
            page(one, f"jobsweep {one['commandName']}", f"jobsweep-{one['commandName']}", date, version, [*EXIT, *see]))
    (folder / "jobsweep.1").write_text(page(root, "jobsweep", "jobsweep", date, version, [*listed, *EXIT, *FILES]))


main()
