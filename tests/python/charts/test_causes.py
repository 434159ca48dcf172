"""The picture of churn by cause."""

from __future__ import annotations

from sojourn._frames.palette import CAUSES
from sojourn.charts import churn_by_cause


def test_the_largest_cause_is_at_the_bottom_and_unknown_on_top() -> None:
    spec = churn_by_cause(
        ["2024-01", "2024-02"], {"unknown": [9, 9], "price": [1, 0], "payment_failed": [2, 3], "usage": [0, 0]}
    )
    bars = spec["layer"][0]["data"]["values"]
    assert [(bar["cause"], bar["from"], bar["to"]) for bar in bars if bar["period"] == "2024-01"] == [
        ("payment failed", 0, 2),
        ("price", 2, 3),
        ("unknown", 3, 12),
    ]
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["payment failed", "price", "unknown"]
    assert scale["range"] == [CAUSES["payment_failed"], CAUSES["price"], CAUSES["unknown"]]


def test_small_causes_are_one_beyond_what_can_be_told_apart() -> None:
    spec = churn_by_cause(["2024-01"], {**{f"own {i}": [20.0 - i] for i in range(9)}, "unknown": [1.0]})
    bars = spec["layer"][0]["data"]["values"]
    assert [bar["cause"] for bar in bars] == ["own 0", "own 1", "own 2", "own 3", "own 4", "all others", "unknown"]
    assert bars[-1]["to"] == sum(20.0 - i for i in range(9)) + 1
    assert len(set(spec["layer"][0]["encoding"]["color"]["scale"]["range"])) == 7
