"""Questions of the matrix whose answers are curves, quotients, comparisons and closes, each against its definition."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import sojourn as sj
from matrix_reference import AMOUNTS, ONE, Day, Reference, end_of, first_of, moved
from sojourn._report.facts.revenue import ledger_facts
from sojourn.revenue import reconcile

MONTHS = ["2023-04", "2023-05", "2023-06"]


def near(found: float | None, wanted: Fraction | None) -> bool:
    """A number that is undefined is missing, or NaN."""
    if wanted is None:
        return found is None or math.isnan(found)
    return found is not None and math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)


def check_survival(ledger: sj.Ledger, wanted: Reference) -> None:
    """Kaplan and Meier's product over the ages at which somebody left; of money each account has its last MRR."""
    lives = wanted.tenures()
    for weights in (None, "mrr"):
        curve = ledger.survival(weights=weights)
        shares = kaplan_meier([(days, left, Fraction(1) if weights is None else paid) for days, left, paid in lives])
        assert curve.time.to_list() == sorted({days for days, _, _ in lives})
        for age, share in zip(curve.time.to_list(), curve.survival.to_list(), strict=True):
            assert near(share, shares[age]), age
        assert curve.events.to_list() == [
            sum(left for days, left, _ in lives if days == age) for age in curve.time.to_list()
        ]


def kaplan_meier(lives: list[tuple[int, bool, Fraction]]) -> dict[int, Fraction]:
    share, shares = Fraction(1), {}
    for age in sorted({days for days, _, _ in lives}):
        at_risk = sum((weight for days, _, weight in lives if days >= age), Fraction(0))
        gone = sum((weight for days, left, weight in lives if days == age and left), Fraction(0))
        share *= 1 - gone / at_risk
        shares[age] = share
    return shares


def check_ltv(ledger: sj.Ledger, wanted: Reference) -> None:
    """ARPA x margin over the mean logo churn of the six months before the last one."""
    for period in ("2023-12", "2023-Q3"):
        last = moved(end_of(period), -1)
        before = [f"{moved(last, -i):%Y-%m}" for i in range(1, 7)]
        churned = [wanted.churned(month, "logo_retention") for month in before]
        found = ledger.ltv(period, margin=0.8)
        paid = [level for key in wanted.keys if (level := wanted.at(key, end_of(period) - ONE))]
        known = [one for one in churned if one is not None]
        if not paid or len(known) < len(churned) or not sum(known):
            assert found.reason is not None, (period, found)
            continue
        arpa = sum(paid, Fraction(0)) / len(paid)
        assert near(found.value, arpa * Fraction(4, 5) / (sum(known, Fraction(0)) / 6)), (period, found)


def rate(wanted: Reference, metric: str, period: str) -> Fraction | None:
    """By definition; windows of retention are a year."""
    if metric == "mrr_churn":
        return wanted.gross_mrr_churn(period)
    return wanted.churned(period, "logo_retention") if metric == "logo_churn" else wanted.kept(period, 12, metric)


RATES = ("nrr", "grr", "logo_retention", "logo_churn", "mrr_churn")


def check_comparison(ledger: sj.Ledger, wanted: Reference) -> None:
    for metric in RATES:
        both = ledger.compare(metric, "2023-12", "2023-06")
        first, second = (rate(wanted, metric, period) for period in ("2023-12", "2023-06"))
        assert near(both.first.value, first) and near(both.second.value, second), metric
        if first is not None and second is not None:
            assert near(both.difference.value, first - second) or math.isclose(
                both.difference.value, first - second, abs_tol=1e-12
            )
            assert 0 <= both.p_value <= 1 or math.isnan(both.p_value)
        seen = ledger.minimum_detectable_change(metric, "2023-12")
        assert near(seen.baseline, first)


def check_bootstrap(ledger: sj.Ledger, wanted: Reference) -> None:
    """The value is the rate itself; a seed gives the same interval on every number of threads, and holds drawn rates."""
    for metric in RATES:
        found = ledger.bootstrap(metric, "2023-12", replicates=40, seed=3)
        assert near(found.value, rate(wanted, metric, "2023-12")), metric
        again = ledger.bootstrap(metric, "2023-12", replicates=40, seed=3, threads=2)
        assert repr((found.low, found.high)) == repr((again.low, again.high))
        if not math.isnan(found.low):
            assert found.low <= found.high and (metric == "nrr" or 0 <= found.low <= found.high <= 1)


def net(wanted: Reference, period: str) -> dict[str, Fraction]:
    """Movements of the ends of a period: one for each account."""
    first, end = first_of(period), end_of(period)
    found = dict.fromkeys(AMOUNTS, Fraction(0))
    for key in wanted.keys:
        before, after = wanted.at(key, first - ONE), wanted.at(key, end - ONE)
        found["opening"] += before
        found["closing"] += after
        if before == after:
            continue
        came = wanted.first_day(key)
        if not before:
            found["new" if came is not None and came >= first else "reactivation"] += after
        else:
            found["churn" if not after else "expansion" if after > before else "contraction"] += abs(after - before)
    return found


def check_reconcile(ledger: sj.Ledger, wanted: Reference) -> None:
    """First and last row are the two definitions; what each option changes adds up to the difference."""
    other = sj.Policy(movement_mode="net_endpoints", lapse_grace=ledger.policy.lapse_grace)
    for period in ("2023-12", "2023"):
        found = reconcile(ledger, ledger.policy, other, period)
        under_a, under_b = wanted.movements(period), net(wanted, period)
        for name in AMOUNTS:
            column = found[name].to_list()
            assert column[0] == under_a[name] and column[-1] == under_b[name], (period, name)
            assert sum(column[:-1]) == column[-1]
        by_account = found.accounts("movement_mode", top=None)
        change = dict(zip(found["option"].to_list(), found["churn"].to_list(), strict=True))["movement_mode"]
        assert sum(by_account["churn"].to_list()) == change
    for metric in ("nrr", "logo_churn"):
        found = reconcile(ledger, ledger.policy, other, "2023-12", metric=metric)
        shown = found["value"].to_list()
        assert all(near(value, rate(wanted, metric, "2023-12")) for value in (shown[0], shown[-1]))


def check_restatement(ledger: sj.Ledger, wanted: Reference) -> None:
    """The two closes, and what each account changed between them."""
    days = Day(2024, 1, 10), Day(2024, 4, 1)
    for period in ("2023-12", "2023"):
        found = ledger.restatement(period, known_on=days)
        closes = [wanted.known_on(day) for day in days]
        for name in AMOUNTS:
            before, after = (close.movements(period)[name] for close in closes)
            assert found.before[name] == before and found.after[name] == after, (period, name)
            assert sum(found[name].to_list()) == found.change[name] == after - before, (period, name)
        for row in found.to_dicts():
            was, now = (close.movements_of(row["account"], period) for close in closes)
            assert {name: row[name] for name in AMOUNTS} == {name: now[name] - was[name] for name in AMOUNTS}


def check_report(ledger: sj.Ledger, wanted: Reference) -> None:
    """The facts of the page: movements, ratios and retention of its months."""
    page = ledger_facts(ledger, MONTHS[0], MONTHS[-1])
    assert page.periods == MONTHS
    for place, month in enumerate(MONTHS):
        moved_then = wanted.movements(month)
        assert page.opening[place] == moved_then["opening"] and page.closing[place] == moved_then["closing"]
        for name in AMOUNTS[1:-1]:
            assert page.movements[name][place] == moved_then[name], (month, name)
    kept: Any = page.kept
    for place, month in enumerate(kept.periods):
        for metric in ("nrr", "grr", "logo_retention"):
            found = kept.rates[metric][place]
            assert near(None if found is None else found[0], wanted.kept(month, 12, metric))
