"""The kinds of files that are read, by the end of their names."""

from __future__ import annotations

import os

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".ndjson": "json",
    ".jsonl": "json",
    ".xlsx": "xlsx",
}


def suffix_of(path: str) -> str:
    """The end of a name in small letters, that of a gzipped file without .gz."""
    return os.path.splitext(path.removesuffix(".gz"))[1].lower()
