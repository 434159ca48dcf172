"""A ledger, scores and what is known about each account -> money by label, renewals due, accounts that need somebody."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._frames.columns import frame
from sojourn._report.facts.months import first_month, month_index, month_name
from sojourn._report.sections.accounts import AccountFacts, AccountRow, Group, Held
from sojourn.errors import SchemaError
from sojourn.health import HealthResult
from sojourn.revenue._ledger import Ledger

KEYS = ("account", "account_id", "customer", "customer_id")
MOST_LABELS = 24
FALLEN = 10
"""A score that lost so many points since the cycle before falls."""


def account_facts(
    ledger: Ledger | None, last: str, scored: HealthResult | None, book: Any, *, names: bool
) -> AccountFacts | None:
    """`last` is the month of the ledger that is shown; `names` says whether accounts are listed by name."""
    about = {} if book is None else read_book(book)
    if ledger is None or (scored is None and not about):
        return None
    now, before = _money(ledger, last), _money(ledger, _year_before(ledger, last))
    scores = {} if scored is None else {str(row["account"]): row for row in scored.table().to_dicts()}
    rows = [_row(key, about, now, scores) for key in dict.fromkeys([*now, *scores]) if now.get(key) or key in scores]
    worst = "" if scored is None else next(iter(scored.card.tiers))
    order = [] if scored is None else [*scored.card.tiers]
    why = _drivers(scored) if names and scored is not None else {}
    remedies = _remedies(scored) if names else {}
    labels = _labels(about, scores)
    return AccountFacts(
        currency=ledger.currency,
        as_of=_day(ledger.as_of),
        last=last,
        worst=worst,
        scored=scored is not None,
        due_known="renews_on" in about,
        rows=[row.because(why.get(row.account, ""), remedies.get(row.account, "")) for row in rows],
        names=names,
        order=order,
        by={label: _groups(values, now, before) for label, values in labels.items() if len(_words(values)) <= MOST_LABELS},
        too_many=[label for label, values in labels.items() if len(_words(values)) > MOST_LABELS],
        held=_held(ledger, last),
    )


def read_book(table: Any) -> dict[str, dict[str, Any]]:
    """By column: account -> value."""
    columns = {name: column.to_list() for name, column in frame(table).items()}
    key = next((name for name in KEYS if name in columns), None)
    if key is None:
        raise SchemaError(f"book has no column of accounts ({', '.join(KEYS)}); it has: {', '.join(columns)}")
    accounts = [str(value) for value in columns.pop(key)]
    if len(set(accounts)) != len(accounts):
        twice = next(one for i, one in enumerate(accounts) if one in accounts[:i])
        raise SchemaError(f'book has more than one row of account "{twice}"; give one row per account')
    return {name: dict(zip(accounts, values, strict=True)) for name, values in columns.items()}


def _year_before(ledger: Ledger, last: str) -> str | None:
    at = month_index(last) - 12
    return month_name(at) if at >= first_month(ledger) else None


def _money(ledger: Ledger, month: str | None) -> dict[str, int]:
    if month is None:
        return {}
    table = ledger.accounts_table(month)
    return {
        str(key): int(mrr) for key, mrr in zip(table["account"].to_list(), table["closing"].to_list(), strict=True) if mrr
    }


def _row(
    key: str, about: Mapping[str, Mapping[str, Any]], now: Mapping[str, int], scores: Mapping[str, Mapping[str, Any]]
) -> AccountRow:
    found = scores.get(key, {})
    score, delta = found.get("score"), found.get("delta")
    owner, due = about.get("owner", {}).get(key), about.get("renews_on", {}).get(key)
    return AccountRow(
        account=key,
        mrr=now.get(key, 0),
        owner="" if owner is None else str(owner),
        renews_on=None if due is None else _day(due),
        score=None if score is None or score != score else float(score),
        tier=str(found["tier"]) if score is not None and score == score else "",
        falling=delta is not None and delta == delta and delta <= -FALLEN,
    )


def _day(value: Any) -> datetime.date:
    return datetime.date.fromisoformat(str(value)[:10])


def _drivers(scored: HealthResult) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in scored.drivers(top=2).to_dicts():
        found.setdefault(str(row["account"]), []).append(f"{row['signal']} (−{row['lost']:.0f})")
    return {account: ", ".join(costs) for account, costs in found.items()}


def _remedies(scored: HealthResult | None) -> dict[str, str]:
    """What the rules of the card propose for the findings of today."""
    if scored is None:
        return {}
    found: dict[str, list[str]] = {}
    for row in scored.diagnoses().to_dicts():
        if row["remedy"]:
            found.setdefault(str(row["account"]), []).append(str(row["remedy"]))
    return {account: "; ".join(dict.fromkeys(remedies)) for account, remedies in found.items()}


def _labels(about: Mapping[str, Mapping[str, Any]], scores: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Columns with several words, and the tier."""
    tiers = {key: row["tier"] for key, row in scores.items() if row["score"] is not None and row["score"] == row["score"]}
    found: dict[str, Mapping[str, Any]] = {"tier": tiers} if tiers else {}
    for name, values in about.items():
        words = _words(values)
        if len(words) > 1 and all(isinstance(word, str) for word in words):
            found[name] = values
    return found


def _words(values: Mapping[str, Any]) -> set[Any]:
    return {value for value in values.values() if value is not None}


def _groups(values: Mapping[str, Any], now: Mapping[str, int], before: Mapping[str, int]) -> Sequence[Group]:
    """The largest first; accounts without a label last."""
    sums: dict[str | None, list[int]] = {}
    for key in dict.fromkeys([*now, *before]):
        held = sums.setdefault(values.get(key), [0, 0, 0])
        held[0] += bool(now.get(key))
        held[1] += now.get(key, 0)
        held[2] += before.get(key, 0)
    order = sorted(sums, key=lambda label: (label is None, -sums[label][1], str(label)))
    return [Group(label=label, accounts=sums[label][0], now=sums[label][1], before=sums[label][2]) for label in order]


def _held(ledger: Ledger, last: str) -> Held | None:
    found = ledger.concentration(last, top=(1, 10))
    if found.reason is not None:
        return None
    return Held(
        one=float(found.top(1)), ten=float(found.top(10)), hhi=float(found.hhi), effective=float(found.effective), n=found.n
    )
