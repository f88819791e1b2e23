"""Prints a pattern for `swift test --filter` that matches the tests that failed, from the xUnit file of a run; nothing where none did."""

import re
import sys
import xml.etree.ElementTree as ElementTree

names = set()
for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
    if case.find("failure") is not None or case.find("error") is not None:
        names.add(re.escape(f"{case.get('classname')}/{case.get('name')}"))
if names:
    print(f"^({'|'.join(sorted(names))})")
