"""Who moved a number, as a fold-out behind it."""

from __future__ import annotations

from collections.abc import Sequence

from sojourn._frames.format import money
from sojourn._frames.language import mark, say, shown_month, word
from sojourn._report.page import Fold, Grid
from sojourn._report.sections.revenue_facts import Behind, RevenueFacts

_TITLES = {
    "new": mark("Who is new in {period}: {accounts:,} accounts, {total}"),
    "expansion": mark("Who expanded in {period}: {accounts:,} accounts, {total}"),
    "contraction": mark("Who pays less since {period}: {accounts:,} accounts, {total}"),
    "churn": mark("Who left in {period}: {accounts:,} accounts, {total}"),
    "nrr": mark("Who moved NRR over {window} months: {accounts:,} accounts, {total}"),
}


def folds_of(facts: RevenueFacts, cells: Sequence[str]) -> list[Fold]:
    """Those of these cells whose accounts are known."""
    period = facts.periods[-1]
    return [fold(one, period, facts.currency, window=facts.window) for one in facts.behind if one.cell in cells]


def fold(found: Behind, period: str, currency: str, *, window: int) -> Fold:
    """The largest of them, and how much of the whole they are."""
    title = word(_TITLES[found.cell]).format(
        period=shown_month(period), window=window, accounts=found.accounts, total=money(found.total, currency, code=True)
    )
    rows = [[account, money(amount, currency)] for account, amount in found.rows]
    rest = found.total - sum(amount for _, amount in found.rows)
    more = found.accounts - len(found.rows)
    if more:
        rows.append([say("{n:,} others", n=more), money(rest, currency)])
    columns = [say("Account"), say("MRR in {currency}", currency=currency)]
    return Fold(summary=title, grid=Grid(columns=columns, rows=rows, names=True))
