"""`python -m sojourn` is the `sojourn` command."""

from __future__ import annotations

from sojourn.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
