"""Facts of a ledger."""

from __future__ import annotations

import pytest

import sojourn as sj
from sojourn._report.facts.decay import ledger_decay

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_a_ledger_without_losses_has_no_decay_curve() -> None:
    rows = {"account": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None, None], "mrr": [100, 200]}
    ledger = sj.Ledger(rows, as_of="2024-07-01", amounts="minor")
    assert ledger.fit_decay().status == "refused"
    facts = ledger_decay(ledger, "2024-01", "2024-06")
    assert facts.fitted is None and facts.index is None
    assert "There is no curve to show" in sj.report(ledger=ledger, out=None)


def test_sbg_of_a_ledger_is_that_of_its_survivors() -> None:
    """The published cohort of Fader & Hardie as a ledger: one account a customer, a renewal each month."""
    regular = [int(n) for n in sj.datasets.fader_hardie()["regular"].to_list()][:8]
    left = [a - b for a, b in zip(regular, regular[1:], strict=False)]
    ends = [f"2024-{month:02d}-01" for month, n in enumerate(left, start=2) for _ in range(n)] + [None] * regular[-1]
    ledger = sj.Ledger(
        {"account": list(range(1000)), "start": ["2024-01-01"] * 1000, "end": ends, "mrr": [100] * 1000},
        as_of="2024-08-02",
        amounts="minor",
    )
    fit, published = ledger.fit_decay(), sj.fit_decay(list(range(8)), regular)
    assert fit.status == "converged" and fit.params == pytest.approx(published.params, rel=1e-9)
    shown = ledger_decay(ledger, "2024-01", "2024-07").fitted
    one = {"account": [1], "start": ["2024-01-31"], "end": [None], "mrr": [1]}
    day_before = sj.Ledger(one, as_of="2024-02-29", amounts="minor").fit_decay()
    assert day_before.periods_observed == 0
    assert shown is not None and shown.horizon == 7 + 24 and shown.observed == pytest.approx([n / 1000 for n in regular])
