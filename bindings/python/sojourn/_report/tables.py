"""The numbers that the page shows, as tables: amounts in minor units, shown in units of the currency; rates as fractions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sojourn._frames.table import Table
from sojourn._report.facts.report_facts import ReportFacts
from sojourn._report.sections.decay import DecayFacts

WORTH_IN_MONEY = ("arpa", "cltv", "ltv", "acquisition_cost")
AGES = (0, 1, 2, 3, 4, 6, 8, 9, 12, 18, 24, 36)


def metric_tables(facts: ReportFacts) -> dict[str, Table]:
    """By name, in the order of the page."""
    return {**_revenue(facts), **_lifetime(facts), **_surveys(facts), **_health(facts)}


def _revenue(facts: ReportFacts) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    if (revenue := facts.revenue) is not None:
        tables["movements"] = Table(
            {
                "period": list(revenue.periods),
                "opening": list(revenue.opening),
                **{name: list(values) for name, values in revenue.movements.items()},
                "closing": list(revenue.closing),
            },
            title=f"MRR movements, {revenue.currency}",
            options={"currency": revenue.currency},
            amounts=("opening", *revenue.movements, "closing"),
        )
        if revenue.usage:
            tables["usage"] = Table(
                {"period": list(revenue.periods), **{name: list(values) for name, values in revenue.usage.items()}},
                title=f"Committed and consumed, {revenue.currency}",
                options={"currency": revenue.currency},
                amounts=tuple(revenue.usage),
            )
        if revenue.lost_to:
            tables["causes"] = Table(
                {
                    "period": [period for period in revenue.periods for _ in revenue.lost_to],
                    "cause": [cause for _ in revenue.periods for cause in revenue.lost_to],
                    "churn": [lost[i] for i in range(len(revenue.periods)) for lost in revenue.lost_to.values()],
                    "accounts_churned": [left[i] for i in range(len(revenue.periods)) for left in revenue.left_for.values()],
                },
                title=f"Churned MRR by cause, {revenue.currency}",
                options={"currency": revenue.currency},
                amounts=("churn",),
            )
        tables["ratios"] = _estimate_table(
            revenue.estimates,
            "metric",
            f"Ratios at the end of {revenue.periods[-1]}; ARPA in {revenue.currency}",
            currency=revenue.currency,
            money=("arpa",),
        )
        if (kept := revenue.kept) is not None and kept.periods:
            tables["retention"] = Table(
                {
                    "period": list(kept.periods),
                    **{rate: [None if found is None else found[0] for found in rates] for rate, rates in kept.rates.items()},
                },
                title=f"Kept of what was there {revenue.window} months before",
            )
        for triangle in revenue.triangles:
            ages = [age for age in AGES if any(age < len(row) for row in triangle.retention)]
            columns: dict[str, Any] = {"cohort": list(triangle.cohorts), "accounts": list(triangle.sizes)}
            columns |= {f"age_{age}": [row[age] if age < len(row) else None for row in triangle.retention] for age in ages}
            tables[f"cohorts_{triangle.measure}"] = Table(
                columns, title=f"Retention of {triangle.measure} by age in {triangle.step}s"
            )
    if (renewals := facts.renewals) is not None:
        rates = {"logo": renewals.logo, "gross_dollar": renewals.gross_dollar, "net_dollar": renewals.net_dollar}
        tables["renewals"] = _estimate_table(
            rates, "rate", f"Renewal rates, terms that ended {renewals.first} to {renewals.last}"
        )
    return tables


def _lifetime(facts: ReportFacts) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    if (stay := facts.survival) is not None:
        whole = stay.whole.at_months()
        tables["survival"] = Table(
            {
                "time": list(whole.time),
                "survival": list(whole.survival),
                "low": [_known(v) for v in whole.low],
                "high": [_known(v) for v in whole.high],
                "at_risk": list(whole.at_risk),
            },
            title=f"Survival, {stay.unit}",
        )
        if stay.left is not None:
            rows = [stay.left, *stay.left_by]
            tables["left"] = _estimate_table(
                {row.name: row.rate for row in rows},
                stay.by or "accounts",
                "Accounts that left",
                {
                    "left": [row.left for row in rows],
                    "accounts": [row.accounts for row in rows],
                    **(
                        {"minor_left": [row.minor_left for row in rows], "minor": [row.minor for row in rows]}
                        if stay.left.minor is not None
                        else {}
                    ),
                },
            )
    if (decay := facts.decay) is not None:
        tables |= _decay(decay)
    if (worth := facts.worth) is not None:
        known = {
            "arpa": worth.arpa,
            "churn": worth.churn,
            "cltv": worth.value,
            "ltv": worth.by_policy,
            f"cltv_{worth.capped}_months_fitted": worth.fitted,
            **worth.costs,
        }
        tables["worth"] = _estimate_table(
            {name: e for name, e in known.items() if e is not None},
            "metric",
            f"What a customer is worth, {worth.currency}, gross margin {worth.margin:g}",
            currency=worth.currency,
            money=[*WORTH_IN_MONEY, f"cltv_{worth.capped}_months_fitted"],
        )
    return tables


def _decay(decay: DecayFacts) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    if (fit := decay.fitted) is not None:
        observed: list[float | None] = [*fit.observed, *[None] * (fit.horizon - fit.last)]
        tables["decay"] = Table(
            {
                "month": list(range(fit.horizon + 1)),
                "observed": observed,
                "fitted": list(fit.survival),
                "low": list(fit.low),
                "high": list(fit.high),
            },
            title=f"Fitted decay, {fit.family}, {decay.status}",
        )
    if decay.index is not None:
        curves = decay.index[1]
        months = range(len(next(iter(curves.values()))))
        tables["mrr_index"] = Table(
            {"month": list(months), **{f"churn_{rate:g}": list(curve) for rate, curve in curves.items()}},
            title="MRR left, share of today's, by monthly churn rate",
        )
    return tables


def _surveys(facts: ReportFacts) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    if (nps := facts.nps) is not None:
        segments = [nps.whole, *nps.segments]
        tables["nps"] = _estimate_table(
            {s.name: s.score for s in segments},
            nps.by or "segment",
            "NPS, points",
            {
                "promoters": [s.promoters for s in segments],
                "passives": [s.passives for s in segments],
                "detractors": [s.detractors for s in segments],
                **_weighted([s.weighted for s in segments]),
            },
        )
    if (csat := facts.csat) is not None:
        boxes = [csat.whole, *csat.segments]
        tables["csat"] = _estimate_table(
            {s.name: s.share for s in boxes},
            csat.by or "segment",
            "CSAT, share satisfied",
            _weighted([s.weighted for s in boxes]),
        )
    if (ces := facts.ces) is not None:
        tables["ces"] = _estimate_table(dict(ces.rows), ces.by or "segment", "CES, mean answer")
    if (responses := facts.responses) is not None:
        tables["responses"] = _estimate_table(
            {row[0]: row[3] for row in responses.rows},
            "survey",
            "Response rate",
            {"answered": [row[2] for row in responses.rows]},
        )
    return tables


def _health(facts: ReportFacts) -> dict[str, Table]:
    if (health := facts.health) is None:
        return {}
    counts = [sum(1 for tier in health.tier_of if tier == name) for name in health.tiers]
    unknown = sum(1 for score in health.scores if score != score)
    return {
        "health": Table(
            {"tier": [*health.tiers, "no score"], "from": [0.0, *health.thresholds, None], "accounts": [*counts, unknown]},
            title="Health tiers",
        )
    }


def _estimate_table(
    rows: Mapping[str, Any],
    key: str,
    title: str,
    more: Mapping[str, Any] | None = None,
    *,
    currency: str = "",
    money: Collection[str] = (),
) -> Table:
    """A row per estimate; those named in `money` are amounts."""
    return Table(
        {
            key: list(rows),
            "value": [_known(e.value) for e in rows.values()],
            "low": [_known(e.low) for e in rows.values()],
            "high": [_known(e.high) for e in rows.values()],
            "n": [e.n for e in rows.values()],
            **(more or {}),
        },
        title=title,
        options={"currency": currency} if currency else None,
        amounts=("value", "low", "high") if money else (),
        amount_rows=[row for row, name in enumerate(rows) if name in money],
    )


def _weighted(estimates: list[Any]) -> dict[str, list[float | None]]:
    return {} if estimates[0] is None else {"weighted": [None if e is None else _known(e.value) for e in estimates]}


def _known(value: float) -> float | None:
    return value if value == value else None
