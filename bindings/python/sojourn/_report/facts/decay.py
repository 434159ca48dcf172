"""A ledger -> decay facts: the curve fitted to how long its accounts have stayed, and what its churn rate leaves of MRR."""

from __future__ import annotations

import calendar
import datetime
import math
from collections import Counter
from collections.abc import Iterable

from sojourn._report.facts.revenue import DAYS_A_MONTH, whole_month
from sojourn._report.page import Fact
from sojourn._report.sections.decay import ENOUGH, DecayFacts, Fitted
from sojourn.lifetime import Decay, fit_decay, mrr_index
from sojourn.revenue._ledger import Ledger

HORIZON = 24
SOUND = ("converged", "no heterogeneity, geometric returned")


def ledger_decay(ledger: Ledger, first: str, last: str, level: float = 0.95, *, fit: Decay | None = None) -> DecayFacts:
    """The sBG curve of all accounts, `HORIZON` months beyond what is observed, and the MRR index of the months shown."""
    decided = _decided(ledger)
    fit = _fit(decided) if fit is None else fit
    return DecayFacts(
        fitted=_fitted(fit, decided, level) if fit.status in SOUND else None,
        status=fit.status,
        level=level,
        index=_index(ledger, first, last),
        facts=[
            Fact(label="Decay", value=f"sBG by maximum likelihood, {fit.status}; {fit.periods_observed} months observed")
        ],
    )


def decay_of(ledger: Ledger) -> Decay:
    """The fit to the table of (stayed, left) by months since start."""
    return _fit(_decided(ledger))


def _decided(ledger: Ledger) -> Counter[tuple[int, bool]]:
    """Accounts by months and outcome.

    Each account faces one decision per month, whatever its billing interval: an account that left after 12 months stayed
    at 11 decisions and left at the 12th. One that is still there has stayed at each decision before `as_of`; one that
    falls on `as_of` itself is not known.
    """
    found = ledger.tenure()
    decided: Counter[tuple[int, bool]] = Counter()
    for (days, left), accounts in Counter(zip(found["days"].to_list(), found["churned"].to_list(), strict=True)).items():
        decided[_left_after(days) if left else _stayed(days, ledger.as_of), bool(left)] += accounts
    return decided


def _left_after(days: int) -> int:
    """The month at whose end an account left; a day within a month counts as the end of that month."""
    return max(1, math.ceil(whole_month(days / DAYS_A_MONTH)))


def _stayed(days: int, as_of: datetime.date) -> int:
    """Whole months from the start until the last known day."""
    start, last = as_of - datetime.timedelta(days=days), as_of - datetime.timedelta(days=1)
    due = min(start.day, calendar.monthrange(last.year, last.month)[1])
    return max(0, 12 * (last.year - start.year) + last.month - start.month - (last.day < due))


def _fit(decided: Counter[tuple[int, bool]]) -> Decay:
    """Accounts with the same number of months and the same outcome form a cohort; the cohorts hold the whole table."""
    ages: list[int] = [0]
    survivors: list[int] = [0]
    group: list[int] = [0]
    for code, ((months, left), accounts) in enumerate(sorted(decided.items()), start=1):
        ages += range(months + 1)
        survivors += [accounts] * months + [0 if left else accounts]
        group += [code] * (months + 1)
    return fit_decay(ages, survivors, cohort=group)


def _fitted(fit: Decay, decided: Counter[tuple[int, bool]], level: float) -> Fitted:
    shown = fit.project(fit.periods_observed + HORIZON, level=level)
    observed = [float(v) for v in shown["observed"].to_list() if v is not None and v == v]
    survival, low, high = (_numbers(shown[name]) for name in ("survival", "low", "high"))
    low[0] = high[0] = 1.0
    return Fitted(
        family="sBG" if fit.family == "sbg" else "geometric",
        params=fit.params,
        observed=observed,
        survival=survival,
        low=low,
        high=high,
        retention=_numbers(shown["retention"]),
        accounts=fit.interval(1, level=level).n,
        well_seen=_well_seen(decided),
    )


def _well_seen(decided: Counter[tuple[int, bool]]) -> int:
    """The last month in which at least `ENOUGH` accounts decided."""
    deciding, month = 0, max(months for months, _ in decided)
    while month > 0:
        deciding += decided[month, False] + decided[month, True]
        if deciding >= ENOUGH:
            return month
        month -= 1
    return 0


def _numbers(values: Iterable[float | None]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]


def _index(ledger: Ledger, first: str, last: str) -> tuple[float, dict[float, list[float]]] | None:
    """The gross MRR churn per month over the last twelve months shown, and what is left at it, at half of it and at
    twice it.
    """
    table = ledger.movements(first, last, by="month")

    def total(name: str) -> int:
        return sum(abs(int(value)) for value in table[name].to_list()[-12:])

    lost, opening = total("churn") + total("contraction"), total("opening")
    if not opening or not 0 < 2 * lost < opening:
        return None
    own = round(lost / opening, 4)
    curves: dict[float, list[float]] = {}
    for row in mrr_index([own / 2, own, 2 * own], months=HORIZON).to_dicts():
        curves.setdefault(row["churn_rate"], []).append(row["remaining"])
    return own, curves
