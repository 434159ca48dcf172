"""A ledger -> revenue facts: movements, ratios and cohort triangles of the months shown; its survival curve in months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.language import counted, mark, say, shown_day, shown_month, word
from sojourn._report.facts.changes import earlier
from sojourn._report.facts.months import first_month, month_index, month_name
from sojourn._report.facts.survival import as_curve
from sojourn._report.page import Fact
from sojourn._report.sections.revenue_facts import SIGNS, Kept, RevenueFacts, Triangle
from sojourn._report.sections.survival import SurvivalFacts
from sojourn.charts.lifetime import Curve
from sojourn.errors import Error
from sojourn.revenue import Policy, Triangle as CohortTriangle
from sojourn.revenue._ledger import Ledger
from sojourn.revenue._retention import RATES
from sojourn.revenue._usage import USAGE_AMOUNTS

DAYS_A_MONTH = 365.2425 / 12
MOST_COHORTS = 26
_ACCOUNTS = {
    "opening": "accounts_opening",
    "new": "accounts_new",
    "reactivated": "accounts_reactivated",
    "churned": "accounts_churned",
    "in": "accounts_in",
    "out": "accounts_out",
    "closing": "accounts_closing",
}
"""Those of parents come and go with accounts that change hands, too."""
NOT_OF_PARENTS = mark("churn by cause, cohorts, survival and decay")


def ledger_facts(ledger: Ledger, first: str, last: str, *, window: int = 12, level: float = 0.95) -> RevenueFacts:
    """Months `first` to `last` ("2024-01"), ratios at `last` over `window` months, cohorts over everything that is known."""
    table = ledger.movements(first, last, by="month")

    def integers(name: str) -> list[int]:
        return [int(value) for value in table[name].to_list()]

    known = not ledger.owners_change
    lost_to, left_for = _lost_to_causes(ledger, first, last) if known else ({}, {})
    return RevenueFacts(
        currency=ledger.currency,
        periods=[str(period)[:7] for period in table["period"].to_list()],
        opening=integers("opening"),
        closing=integers("closing"),
        movements={name: _magnitudes(name, integers(name)) for name in SIGNS},
        accounts={name: integers(source) for name, source in _ACCOUNTS.items() if source in table.columns},
        window=window,
        estimates=_estimates(ledger, last, window, level),
        earlier=earlier(ledger, last, window=window, level=level),
        kept=_kept(ledger, first, last, window, level),
        triangles=_triangles(ledger) if known else [],
        lost_to=lost_to,
        left_for=left_for,
        usage={name: integers(name) for name in USAGE_AMOUNTS if name in table.columns},
        facts=_fact_lines(ledger),
    )


def _lost_to_causes(ledger: Ledger, first: str, last: str) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Churned MRR and accounts by cause, a number per month; nothing where no cause is known."""
    rows = ledger.movements(first, last, by_cause=True).to_dicts()
    months = [month_name(i) for i in range(month_index(first), month_index(last) + 1)]
    causes = dict.fromkeys(row["cause"] for row in rows if row["churn"] or row["accounts_churned"])
    if not set(causes) - {"unknown"}:
        return {}, {}
    place = {month: i for i, month in enumerate(months)}
    lost, left = ({cause: [0] * len(months) for cause in causes} for _ in range(2))
    for row in rows:
        if row["cause"] in causes:
            lost[row["cause"]][place[row["period"][:7]]] = row["churn"]
            left[row["cause"]][place[row["period"][:7]]] = row["accounts_churned"]
    return lost, left


def _kept(ledger: Ledger, first: str, last: str, window: int, level: float) -> Kept:
    """Retention from the first month with customers a window earlier."""
    table = ledger.retention(first, last, window=window, level=level)
    rows = [row for row in table.to_dicts() if row["accounts"] > 0]
    return Kept(periods=[row["period"] for row in rows], rates={rate: [_share(row, rate) for row in rows] for rate in RATES})


def _share(row: dict[str, Any], rate: str) -> tuple[float, float, float] | None:
    if row[rate] is None:
        return None
    low, high = (float("nan") if row[f"{rate}_{end}"] is None else row[f"{rate}_{end}"] for end in ("low", "high"))
    return row[rate], low, high


def ledger_survival(ledger: Ledger, level: float = 0.95) -> SurvivalFacts:
    """How long customers stay, from their first day to their final churn. The ledger counts days, the page shows months."""
    return SurvivalFacts(
        whole=_in_months(as_curve(say("All accounts"), ledger.survival(level=level))),
        weighted=_in_months(as_curve("MRR", ledger.survival(weights="mrr", level=level), counts=False)),
        level=level,
        remark=say(
            "Time runs from an account's first day to its final churn; an account that came back in between "
            "has not left. Each account is weighted by its last MRR. The ledger counts days; a day within "
            "three days of a whole month is drawn on it."
        ),
    )


def last_months(ledger: Ledger, first: str | None, last: str | None, shown: int = 12) -> tuple[str, str]:
    """The months to show: by default the last complete one before `as_of` and up to 11 earlier ones with accounts."""
    year, month = (int(part) for part in str(ledger.as_of).split("-")[:2])
    end = year * 12 + month - 2 if last is None else month_index(last)
    begin = month_index(first) if first is not None else max(end - shown + 1, first_month(ledger))
    if begin > end:
        raise Error(f"no complete month between the first subscription and {ledger.as_of}; say from when to when")
    return month_name(begin), month_name(end)


def _magnitudes(name: str, amounts: Sequence[int]) -> list[int]:
    return list(amounts) if name == "fx" else [abs(amount) for amount in amounts]


def _fact_lines(ledger: Ledger) -> list[Fact]:
    counts = dict(ledger.counts)
    rows, repeated = counts.pop("rows"), counts.pop("duplicates", 0)
    without = ", ".join(
        f"{n:,} {word(reason.replace('_', ' '))}" for reason, n in counts.items() if n and isinstance(n, int)
    )
    return [
        Fact(
            label=say("Ledger"),
            value=say(
                "{rows:,} rows of {accounts:,} accounts in {currency}; rows without effect: {without}; rows that "
                "repeat an earlier one and count again: {repeated}",
                rows=rows,
                accounts=ledger.accounts,
                currency=ledger.currency,
                without=without or word("none"),
                repeated=repeated or word("none"),
            ),
        ),
        Fact(label=say("As of"), value=_as_of_text(ledger)),
        *_left_out(ledger),
        Fact(
            label=say("Revenue policy"),
            value=say("hash {hash}: {policy}", hash=ledger.policy.hash(), policy=_policy_text(ledger.policy)),
        ),
    ]


def _left_out(ledger: Ledger) -> list[Fact]:
    if not ledger.owners_change:
        return []
    why = say("accounts go from one parent to another, which is neither churn nor new business")
    remedy = say('with_view(unit="parent", owners_on=...) shows them for the owners of one day')
    return [Fact(label=say("Not shown"), value=f"{word(NOT_OF_PARENTS)}: {why}; {remedy}")]


def _as_of_text(ledger: Ledger) -> str:
    """The first day that is not known, and why it is that day where nobody chose it."""
    reason = ledger.options.get("as_of_default")
    return say("{as_of}, the first day that is not known", as_of=shown_day(ledger.as_of)) + (
        say("; not given: it is {reason}", reason=word(reason)) if reason else ""
    )


def _policy_text(policy: Policy) -> str:
    changed = ", ".join(f"{name}={value}" for name, value in policy.changes().items())
    return say("{changed}; defaults for the rest", changed=changed) if changed else say("every option at its default")


def _estimates(ledger: Ledger, month: str, window: int, level: float) -> dict[str, Estimate]:
    asked: dict[str, Callable[[], Estimate]] = {
        "nrr": lambda: ledger.nrr(month, window=window, level=level),
        "grr": lambda: ledger.grr(month, window=window, level=level),
        "logo_retention": lambda: ledger.logo_retention(month, window=window, level=level),
        "logo_churn": lambda: ledger.logo_churn(month, level=level),
        "mrr_churn": lambda: ledger.mrr_churn(month, kind="gross", level=level),
        "net_mrr_churn": lambda: ledger.mrr_churn(month, kind="net", level=level),
        "quick_ratio": lambda: ledger.quick_ratio(month),
        "arpa": lambda: ledger.arpa(month, level=level),
    }
    return {name: ask() for name, ask in asked.items()}


def _triangles(ledger: Ledger) -> list[Triangle]:
    step = "month"
    counted = ledger.cohorts(by=step)
    if len(counted.cohorts) > MOST_COHORTS:
        step = "quarter"
        counted = ledger.cohorts(by=step)
    sizes = [int(size) for size in counted.sizes]
    return [
        _triangle(counted, "accounts", step, sizes),
        _triangle(ledger.cohorts(by=step, measure="mrr"), "mrr", step, sizes),
    ]


def _triangle(found: CohortTriangle, measure: str, step: str, sizes: Sequence[int]) -> Triangle:
    kept = [i for i, size in enumerate(sizes) if size]
    weights = [int(size) for size in found.sizes]
    shares = found.retention()
    return Triangle(
        cohorts=[found.cohorts[i] for i in kept],
        sizes=[sizes[i] for i in kept],
        retention=[_trimmed(shares[i]) for i in kept],
        measure=measure,
        step=step,
        weights=[weights[i] for i in kept],
    )


def _trimmed(row: Sequence[float | None]) -> list[float | None]:
    known = [i for i, share in enumerate(row) if share is not None and share == share]
    return list(row[: known[-1] + 1]) if known else []


def _in_months(curve: Curve) -> Curve:
    return Curve(
        name=curve.name,
        time=[whole_month(days / DAYS_A_MONTH) for days in curve.time],
        survival=curve.survival,
        low=curve.low,
        high=curve.high,
        at_risk=curve.at_risk,
    )


def whole_month(months: float) -> float:
    """Months have 28 to 31 days: a time within three days of a whole month is that month, so that renewals line up."""
    return float(round(months)) if abs(months - round(months)) * DAYS_A_MONTH <= 3 else months


def describe(ledger: Ledger, first: str, last: str) -> str:
    """The line under the heading."""
    return say(
        "{first} to {last}, amounts in {currency}, {accounts}, as of {as_of}",
        first=shown_month(first),
        last=shown_month(last),
        currency=ledger.currency,
        accounts=counted(ledger.accounts, "account"),
        as_of=shown_day(ledger.as_of),
    )
