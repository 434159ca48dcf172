"""The numbers that the page shows, as tables: amounts in minor units, rates as fractions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn._gathered import Gathered
from sojourn._table import Table


def metric_tables(gathered: Gathered) -> dict[str, Table]:
    """By name, in the order of the page."""
    tables: dict[str, Table] = {}
    if (revenue := gathered.revenue) is not None:
        tables["movements"] = Table({"period": list(revenue.periods), "opening": list(revenue.opening),
                                     **{name: list(values) for name, values in revenue.movements.items()},
                                     "closing": list(revenue.closing)},
                                    title=f"MRR movements, minor units of {revenue.currency}")
        tables["ratios"] = _estimate_table({name: e for name, e in revenue.estimates.items()}, "metric",
                                           f"Ratios at the end of {revenue.periods[-1]}")
    if (stay := gathered.survival) is not None:
        whole = stay.whole.at_months()
        tables["survival"] = Table({"time": list(whole.time), "survival": list(whole.survival), "low": [_known(v) for v in whole.low],
                                    "high": [_known(v) for v in whole.high], "at_risk": list(whole.at_risk)}, title=f"Survival, {stay.unit}")
        if stay.left is not None:
            rows = [stay.left, *stay.left_by]
            tables["left"] = _estimate_table({row.name: row.rate for row in rows}, stay.by or "accounts", "Accounts that left",
                                             {"left": [row.left for row in rows], "accounts": [row.accounts for row in rows],
                                              **({"minor_left": [row.minor_left for row in rows], "minor": [row.minor for row in rows]}
                                                 if stay.left.minor is not None else {})})
    if (nps := gathered.nps) is not None:
        segments = [nps.whole, *nps.segments]
        tables["nps"] = _estimate_table({s.name: s.score for s in segments}, nps.by or "segment", "NPS, points",
                                        {"promoters": [s.promoters for s in segments], "passives": [s.passives for s in segments],
                                         "detractors": [s.detractors for s in segments],
                                         **_weighted([s.weighted for s in segments])})
    if (csat := gathered.csat) is not None:
        boxes = [csat.whole, *csat.segments]
        tables["csat"] = _estimate_table({s.name: s.share for s in boxes}, csat.by or "segment", "CSAT, share satisfied",
                                         _weighted([s.weighted for s in boxes]))
    if (health := gathered.health) is not None:
        counts = [sum(1 for tier in health.tier_of if tier == name) for name in health.tiers]
        unknown = sum(1 for score in health.scores if score != score)
        tables["health"] = Table({"tier": [*health.tiers, "no score"], "from": [0.0, *health.thresholds, None],
                                  "accounts": [*counts, unknown]}, title="Health tiers")
    return tables


def _estimate_table(rows: Mapping[str, Any], key: str, title: str, more: Mapping[str, Any] | None = None) -> Table:
    return Table({key: list(rows), "value": [_known(e.value) for e in rows.values()], "low": [_known(e.low) for e in rows.values()],
                  "high": [_known(e.high) for e in rows.values()], "n": [e.n for e in rows.values()], **(more or {})}, title=title)


def _weighted(estimates: list[Any]) -> dict[str, list[float | None]]:
    return {} if estimates[0] is None else {"weighted": [None if e is None else _known(e.value) for e in estimates]}


def _known(value: float) -> float | None:
    return value if value == value else None
