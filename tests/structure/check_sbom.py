"""The bill of materials names everything that is compiled in, each with its version, its licence and a notice.

python check_sbom.py FILE ROOT
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

NEEDED = {"eigen": "MPL-2.0", "boost": "BSL-1.0", "nlohmann-json": "MIT"}
NOTICE = {"eigen": "Eigen", "boost": "Boost", "nlohmann-json": "JSON for Modern C++", "pybind11": "pybind11"}


def problems(bill: dict[str, Any], notices: str, version: str) -> list[str]:
    found = []
    if (bill.get("bomFormat"), bill.get("specVersion")) != ("CycloneDX", "1.5"):
        found.append("not a CycloneDX 1.5 document")
    if bill["metadata"]["component"]["version"] != version:
        found.append(f"the version is {bill['metadata']['component']['version']}, that of the headers {version}")
    parts = {part["name"]: part for part in bill["components"]}
    found += [f"{name} is missing" for name in NEEDED if name not in parts]
    for name, part in parts.items():
        if re.fullmatch(r"\d+(\.\d+)+", part["version"]) is None or not part["purl"].endswith(f"@{part['version']}"):
            found.append(f"{name}: no version, but {part['version']!r}")
        licence = part["licenses"][0]["license"]["id"]
        if NEEDED.get(name, licence) != licence:
            found.append(f"{name}: its licence is {NEEDED[name]}, not {licence}")
        if f"## {NOTICE.get(name, name)}" not in notices or licence not in notices:
            found.append(f"{name}: no notice in NOTICES.md")
    if set(bill["dependencies"][0]["dependsOn"]) != {part["bom-ref"] for part in parts.values()}:
        found.append("dependencies and components differ")
    return found


def main() -> int:
    bill = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    root = Path(sys.argv[2])
    notices = (root / "NOTICES.md").read_text(encoding="utf-8")
    version = re.search(r'SOJOURN_VERSION "([^"]+)"', (root / "include/sojourn/version.hpp").read_text(encoding="utf-8"))
    assert version is not None
    found = problems(bill, notices, version[1])
    # It can fail: without one component, and with a licence that is not its own.
    fewer = {**bill, "components": bill["components"][1:]}
    other = json.loads(json.dumps(bill).replace("MPL-2.0", "MIT"))
    assert problems(fewer, notices, version[1]) and problems(other, notices, version[1])
    print("\n".join(found) or "the bill of materials is complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
