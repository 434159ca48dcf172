"""The interface of sojourn.h as a library of empty functions, which abidw describes without what C++ stands behind it.

Usage: interface.py <sojourn.h> > interface.c
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main(header: str) -> int:
    text = re.sub(r"/\*.*?\*/", "", Path(header).read_text("utf-8"), flags=re.DOTALL)
    print('#include "sojourn/sojourn.h"\n')
    functions = re.findall(r"SOJOURN_C_API\s+([^;{}#]+);", text)
    for declared in functions:
        print(declared, "{}" if declared.startswith("void ") else "{ return 0; }")
    return int(not functions)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
