"""A bill of materials in SPDX 2.3's JSON, on standard output."""

import argparse
import json
import os
import re
import subprocess
import time

from components import components


def package(identifier, name, version, location, licence, **more):
    return {
        "SPDXID": f"SPDXRef-{re.sub('[^A-Za-z0-9.-]', '-', identifier)}", "name": name, "versionInfo": version, "downloadLocation": location,
        "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": licence, "copyrightText": "NOASSERTION", **more,
    }


def main():
    options = argparse.ArgumentParser()
    for name in ("version", "commit", "depends", "resolved", "checkouts"):
        options.add_argument(f"--{name}", required=True)
    options.add_argument("--cxx", help="the version of the C++ library, where it is linked in")
    given = options.parse_args()
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    swift_version = re.search(r"Swift version (\S+)", swift)
    own = package("jobsweep", "jobsweep", given.version, "NOASSERTION", "NONE", primaryPackagePurpose="APPLICATION",
                  sourceInfo=f"commit {given.commit}")
    linked = [package("swift", "swift-runtime", swift_version[1] if swift_version else "NOASSERTION", "https://swift.org/download/",
                      "NOASSERTION", supplier="Organization: the Swift project")]
    if given.cxx:
        linked.append(package("libstdcxx", "libstdc++", given.cxx, "NOASSERTION", "GPL-3.0-or-later WITH GCC-exception-3.1",
                              supplier="Organization: the GNU Compiler Collection, by Debian"))
    for one in components(given.resolved, given.checkouts):
        linked.append(package(f"package-{one.name}", one.name, one.version, f"git+{one.url}@{one.revision}", one.licence))
    system = []
    for entry in filter(None, given.depends.split(", ")):
        name, _, least = entry.partition(" ")
        system.append(package(f"debian-{name}", name, least.strip("()") or "NOASSERTION", "NOASSERTION", "NOASSERTION",
                              comment="a library of the system's, at least of this version"))
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", own)]
    relations += [(own["SPDXID"], "STATIC_LINK", other) for other in linked] + [(own["SPDXID"], "DYNAMIC_LINK", other) for other in system]
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])))
    print(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"jobsweep-{given.version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/jobsweep-{given.version}-{given.commit}",
        "creationInfo": {"created": created, "creators": ["Tool: jobsweep-scripts-package.sh"]},
        "packages": [own, *linked, *system],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other["SPDXID"]} for one, kind, other in relations],
    }, indent=2))


main()
