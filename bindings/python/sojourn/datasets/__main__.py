"""`python -m sojourn.datasets acme --accounts 300 --out DIR`: the account set as CSV files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sojourn.datasets import acme
from sojourn.errors import Error


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes one CSV file per table into the folder and prints their names."""
    parser = argparse.ArgumentParser(
        prog="python -m sojourn.datasets", description="Writes an account set with known truth."
    )
    sets = parser.add_subparsers(required=True)
    one = sets.add_parser("acme", help="a made-up company: accounts, subscriptions, usage, surveys, contracts, truth")
    one.add_argument("--accounts", type=int, default=3000)
    one.add_argument("--seed", type=int, default=7)
    one.add_argument("--as-of", default=None, help="first day of a calendar quarter, YYYY-MM-DD")
    one.add_argument("--usage", choices=("weekly", "latest"), default="weekly")
    one.add_argument("--out", required=True, help="folder for the CSV files; made when absent")
    chosen = parser.parse_args(arguments)
    try:
        made = acme(chosen.accounts, chosen.seed, as_of=chosen.as_of, usage=chosen.usage)
    except Error as error:
        print(error, file=sys.stderr)
        return 2
    os.makedirs(chosen.out, exist_ok=True)
    for name, table in [*made.tables.items(), ("coefficients", made.coefficients)]:
        path = os.path.join(chosen.out, f"{name}.csv")
        table.to_csv(path)
        print(f"{path}: {len(table):,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
