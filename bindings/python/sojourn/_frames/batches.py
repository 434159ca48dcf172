"""Tables that come in batches, one at a time, as readers of files give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sojourn.errors import SchemaTypeError

ACCEPTED_BATCHES = (
    "an iterator or list of tables, such as pyarrow's RecordBatchReader, Dataset and ParquetFile, a Polars LazyFrame, "
    "or a DuckDB relation"
)
READERS = ("iter_batches", "to_batches", "collect_batches", "to_arrow_reader", "fetch_record_batch")
"""The methods by which ParquetFile, Dataset, LazyFrame and relations (new, old) give batches."""


def batches_of(source: Any) -> Iterator[Any]:
    """Its tables in turn; none is held after the next is asked for."""
    reader = next((name for name in READERS if hasattr(source, name)), None)
    if reader is not None:
        source = getattr(source, reader)()
    if isinstance(source, (list, tuple)) or hasattr(source, "__next__"):
        return iter(source)
    raise SchemaTypeError(
        f"a {type(source).__name__} is not a stream of batches; accepted: {ACCEPTED_BATCHES}. One table that is in memory "
        "already is read by the functions that take tables"
    )
