"""Links the binary of a build once more, with Swift's own libraries inside as the packaged one has them, and prints where it is.

linked_whole.py FOLDER, as `swift build --show-bin-path` prints it. The tests start the binary thousands of times, and this one starts in two
thirds of the time. Where it can't be linked, theirs is the one that was built.
"""

import json
import subprocess
import sys
from pathlib import Path

#: What else it takes, with those of Foundation's own libraries that nothing names where they are shared.
WHOLE = [
    "-static-stdlib", "-use-ld=lld", "-Xlinker", "--strip-debug",
    "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
]  # fmt: skip


def linking(built, binary):
    """The command by which the build linked it, from the build's plan; empty where none is there."""
    plan = built.parents[1] / f"{built.name}.yaml"
    for line in plan.read_text().splitlines() if plan.exists() else []:
        key, _, value = line.strip().partition(": ")
        if key == "args" and f'"-o","{binary}"' in value:
            return json.loads(value)
    return []


def main():
    built = Path(sys.argv[1])
    binary, whole = built / "jobsweep", built / "whole" / "jobsweep"
    whole.parent.mkdir(exist_ok=True)
    command = [str(whole) if word == str(binary) else word for word in linking(built, binary)]
    linked = subprocess.run([*command, *WHOLE], capture_output=True, text=True) if command else None
    if linked and linked.returncode == 0:
        print(whole)
    else:
        print(f"The binary is tested as it was built, which takes longer: {linked.stderr if linked else 'how it was linked is unknown'}", file=sys.stderr)
        print(binary)


main()
