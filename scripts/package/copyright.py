"""The package's copyright file: jobsweep's own state, and the licences of what is linked into it."""

import sys

from components import components

HEAD = """jobsweep

Copyright: the authors of jobsweep.

No licence has been chosen for jobsweep yet. Until its authors choose one, the law alone says what you may
do with it; ask them.

What follows is linked into /usr/bin/jobsweep.

Swift's standard library, concurrency, Foundation and their parts
Copyright: Apple Inc. and the Swift project authors
Licence: Apache License 2.0 with Runtime Library Exception. Foundation brings ICU, copyright Unicode, Inc.,
under the Unicode License v3 (https://www.unicode.org/license.txt).
"""

CXX = """libstdc++ {version}, the GNU C++ library
Copyright: the Free Software Foundation, Inc.
Licence: GPL-3.0-or-later with the GCC Runtime Library Exception 3.1, which lets a program be linked with it under
whatever licence. On Debian systems the text of the GPL 3 is in /usr/share/common-licenses/GPL-3.
"""


def main():
    print(HEAD)
    if sys.argv[3]:
        print(CXX.format(version=sys.argv[3]))
    for one in components(sys.argv[1], sys.argv[2]):
        print(f"{one.name} {one.version}, {one.url}")
        if one.licence.startswith("Apache"):
            exception = ", with Runtime Library Exception" if "WITH" in one.licence else ""
            print(f"Copyright: the authors of {one.name}\nLicence: Apache License 2.0{exception}\n")
        else:
            print(f"\n{one.text.strip()}\n")
    print("On Debian systems the text of the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0.")


main()
