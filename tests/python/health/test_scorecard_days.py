"""Days of a card, whatever holds them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj

CARD = {
    "sojourn": 1,
    "signals": {"seen": {"norm": {"recency": {"half_life": 30}}}},
    "tree": {"mean": [[1, "seen"]]},
}
SEEN = datetime.datetime(2024, 5, 2)
FORMS: dict[str, Callable[[], Any]] = {
    "dates": lambda: [SEEN.date()],
    "datetimes": lambda: [SEEN],
    "NumPy days": lambda: np.array([SEEN], "M8[D]"),
    **{f"NumPy {unit}": lambda unit=unit: np.array([SEEN], f"M8[{unit}]") for unit in ("s", "ms", "us", "ns")},
    "pandas": lambda: pd.Series([SEEN]),
    "Polars": lambda: pl.Series([SEEN]),
    "Arrow date64": lambda: pa.array([SEEN.date()], pa.date64()),
    "Arrow timestamp": lambda: pa.array([SEEN], pa.timestamp("ns")),
}


@pytest.mark.parametrize("form", FORMS)
def test_j01_recency_takes_a_day_in_any_form(form: str) -> None:
    card = sj.Scorecard.from_json(CARD)
    assert card.score({"seen": FORMS[form]()}, account=None, as_of="2024-06-01")["score"].to_list() == [50.0]


def test_a_signal_with_a_time_of_day_is_refused_with_its_row() -> None:
    with pytest.raises(sj.DataError, match='"seen", row 0.*has a time of day where a day is wanted'):
        sj.Scorecard.from_json(CARD).score(
            {"seen": pd.Series([SEEN + datetime.timedelta(hours=8)])}, account=None, as_of="2024-06-01"
        )
