"""A ledger -> the accounts behind the numbers of the last month shown."""

from __future__ import annotations

from sojourn._report.sections.revenue_facts import Behind
from sojourn.revenue._ledger import Ledger

CELLS = ("new", "expansion", "contraction", "churn", "nrr")
SHOWN = 5


def behind(ledger: Ledger, last: str, *, window: int) -> list[Behind]:
    """By cell the accounts that moved it most."""
    if ledger.owners_change:
        return []
    found = []
    for cell in CELLS:
        rows = ledger.contributors(last, cell, top=None, window=window if cell == "nrr" else None).to_dicts()
        moved = [(str(row["account"]), row["amount"] - row["base"] if cell == "nrr" else row["amount"]) for row in rows]
        largest = sorted((pair for pair in moved if pair[1]), key=lambda pair: (-abs(pair[1]), pair[0]))
        if largest:
            found.append(Behind(cell=cell, accounts=len(largest), rows=largest[:SHOWN], total=sum(m for _, m in largest)))
    return found
