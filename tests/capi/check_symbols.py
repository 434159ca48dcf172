"""The functions of sojourn.h, of the version script and of the library are the same, and nothing else is shown.

Usage: check_symbols.py <libsojourn_c.so> <sojourn.h> <sojourn_c.map>
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def main(library: str, header: str, script: str) -> int:
    text = re.sub(r"/\*.*?\*/", "", Path(header).read_text("utf-8"), flags=re.DOTALL)
    declared = set(re.findall(r"SOJOURN_C_API[^;(]*?(sojourn_\w+)\(", text))
    named = set(re.findall(r"^\s+(sojourn_\w+);", Path(script).read_text("utf-8"), re.MULTILINE))
    shown = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    symbols = {line.split()[-1].split("@")[0] for line in shown.splitlines()}
    exported = {symbol for symbol in symbols if not re.fullmatch(r"SOJOURN_\d+|__\w+|_(init|fini|end|edata)", symbol)}
    for what, found in (("the version script", named), ("the library", exported)):
        for name in sorted(declared ^ found):
            print(f"{name} is {'missing in' if name in declared else 'not declared, but in'} {what}")
    return int(not declared or declared != named or declared != exported)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
