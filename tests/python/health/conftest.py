"""Fixtures of this folder."""

from __future__ import annotations

import pytest

import sojourn as sj
from health_books import BEFORE, MIXED_CARD, NOW, TWO_SIGNALS


@pytest.fixture
def cycles() -> tuple[sj.HealthResult, sj.HealthResult]:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    before = card.score(BEFORE, as_of="2024-11-30")
    return before, card.score(NOW, as_of="2024-12-31", previous=before)


@pytest.fixture
def card() -> sj.Scorecard:
    return sj.Scorecard.from_json(MIXED_CARD)
