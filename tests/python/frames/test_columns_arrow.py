"""Arrow producers: called once, streams before arrays, their errors passed on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import sojourn
from sojourn._frames.columns import columns, frame

DAY = dt.date


DATA: dict[str, list[Any]] = {
    "account": ["a-1", "a-2", "a-3", "an account with a long name", "a-1"],
    "plan": ["pro", None, "free", "pro", "a plan with a long name"],
    "score": [10, 0, 7, 3, 9],
    "usage": [1.5, None, -2.25, 0.0, 1e300],
    "start": [DAY(2024, 1, 31), DAY(2024, 2, 29), DAY(1969, 12, 31), DAY(2025, 6, 1), DAY(2024, 1, 31)],
    "seen": [dt.datetime(2024, 1, 1, 12, 30), None, dt.datetime(1960, 5, 5, 1, 2, 3), dt.datetime(2024, 1, 1), None],
    "paid": [Decimal("1.25"), None, Decimal("-3.10"), Decimal("0.00"), Decimal("99999.99")],
    "active": [True, False, True, True, False],
}


ARROW = pa.table(DATA)


class OneShot:
    """A producer that is good for one call."""

    def __init__(self, table: pa.Table) -> None:
        self.table, self.calls = table, 0

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        self.calls += 1
        return self.table.__arrow_c_stream__() if self.calls == 1 else pa.table({}).__arrow_c_stream__()


def test_a_producer_is_called_once() -> None:
    for use in (frame, lambda t: columns(t, {"a": "account", "b": "score"})):
        producer = OneShot(ARROW)
        use(producer)
        assert producer.calls == 1


class HasBoth(OneShot):
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        raise AssertionError("the stream comes first")


class OnlyArray:
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return pa.record_batch({"a": [1, 2]}).__arrow_c_array__()


def test_the_stream_comes_before_the_array() -> None:
    assert frame(HasBoth(ARROW))["score"].to_list() == DATA["score"]
    assert frame(OnlyArray())["a"].to_list() == [1, 2]


def test_a_producer_that_fails_says_why() -> None:
    def batches() -> Any:
        yield ARROW.to_batches()[0]
        raise ValueError("the warehouse is closed")

    with pytest.raises(sojourn.Error, match="the warehouse is closed"):
        frame(pa.RecordBatchReader.from_batches(ARROW.schema, batches()))


def test_a_consumed_capsule_is_refused() -> None:
    capsule = ARROW.__arrow_c_stream__()
    from sojourn._core.frames import ArrowSource

    assert ArrowSource.from_stream(capsule).names == list(DATA)
    with pytest.raises(sojourn.SchemaError, match="consumed already"):
        ArrowSource.from_stream(capsule)
    with pytest.raises(ValueError, match="PyCapsule"):
        ArrowSource.from_stream(pa.array([1]).__arrow_c_array__()[0])
