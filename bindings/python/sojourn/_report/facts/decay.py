"""A ledger -> decay facts: the curve fitted to how long its accounts have stayed, and what its churn rate leaves of MRR."""

from __future__ import annotations

from collections.abc import Iterable

from sojourn._frames.language import say, word
from sojourn._report.page import Fact
from sojourn._report.sections.decay import ENOUGH, DecayFacts, Fitted
from sojourn.lifetime import Decay, mrr_index
from sojourn.revenue._ledger import Ledger

HORIZON = 24
SOUND = ("converged", "no heterogeneity, geometric returned")


def ledger_decay(ledger: Ledger, first: str, last: str, level: float = 0.95, *, fit: Decay | None = None) -> DecayFacts:
    """The sBG curve of all accounts, `HORIZON` months beyond what is observed, and the MRR index of the months shown."""
    fit = ledger.fit_decay() if fit is None else fit
    return DecayFacts(
        fitted=_fitted(fit, level) if fit.status in SOUND else None,
        status=fit.status,
        level=level,
        index=_index(ledger, first, last),
        facts=[
            Fact(
                label=say("Decay"),
                value=say(
                    "sBG by maximum likelihood, {status}; {months} months observed",
                    status=word(fit.status),
                    months=fit.periods_observed,
                ),
            )
        ],
    )


def _fitted(fit: Decay, level: float) -> Fitted:
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
        well_seen=_well_seen(fit),
    )


def _well_seen(fit: Decay) -> int:
    """The last month in which at least `ENOUGH` accounts decided."""
    return max((month for month, deciding in enumerate(fit.at_risk, start=1) if deciding >= ENOUGH), default=0)


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
