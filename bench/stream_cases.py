"""A file of month snapshots that need not fit in memory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from contest import Case, Unavailable, both_engines, need, sojourn_function
from snapshot_cases import COLUMNS, FIRST, LAST, SnapshotsDuckDB, SnapshotsPolars, SnapshotsSojourn, snapshot_rows

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"
PIECE = 10_000_000
"""Rows that are made at once; a longer file repeats them under new ids."""
ROW_BYTES = 8 + 4 + 8
ROOM = 4.0
"""Bytes of disk per row at most, with which the room on the disk is checked before anything is written."""
IN_MEMORY = 100_000_000
"""Rows beyond which peers do not try: they hold all of them."""


def write_snapshots(path: Path, rows: int) -> int:
    """A Parquet file of at least so many rows in order of account and month; how many there are."""
    parquet, pyarrow = need_parquet(), need("pyarrow")
    path.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < 1.2 * ROOM * rows + 1e9:
        raise Unavailable(f"{rows:,} rows need {1.2 * ROOM * rows / 1e9 + 1:.0f} GB of free disk")
    piece = snapshot_rows(min(rows, PIECE), shuffled=False)
    step, made = int(piece["account"][-1]) + 1, 0
    schema = pyarrow.schema([("account", pyarrow.int64()), ("month", pyarrow.int32()), ("mrr", pyarrow.int64())])
    options = {"compression": "zstd", "use_dictionary": ["month"], "column_encoding": {"account": "DELTA_BINARY_PACKED"}}
    with parquet.ParquetWriter(path, schema, **options) as writer:
        while made < rows:
            offset = step * (made // len(piece["account"]))
            columns = {**piece, "account": piece["account"] + offset}
            writer.write_table(pyarrow.table(columns, schema=schema), row_group_size=1 << 20)
            made += len(piece["account"])
    return made


def need_parquet() -> Any:
    """pyarrow.parquet."""
    need("pyarrow.parquet")
    return need("pyarrow").parquet


class StreamSojourn(SnapshotsSojourn):
    """One batch at a time, while the reader decodes the next ones. `pre_buffer` would keep the bytes of the whole file."""

    def prepare(self, data: dict[str, Any]) -> None:
        snapshots = sojourn_function("Snapshots")
        if not hasattr(snapshots, "from_batches"):
            raise Unavailable("this build of sojourn has no Snapshots.from_batches")
        need("pyarrow.dataset")
        dataset = need("pyarrow").dataset
        self.read, self.file = snapshots.from_batches, dataset.dataset(data["path"])
        self.how = {
            "batch_size": 1 << 19,
            "batch_readahead": 2,
            "fragment_readahead": 1,
            "fragment_scan_options": dataset.ParquetFragmentScanOptions(pre_buffer=False),
            "use_threads": self.threads > 1,
        }

    def run(self) -> Any:
        return self.read(self.file.to_batches(**self.how), FIRST, LAST, **COLUMNS, threads=self.threads).movements()


class StreamDuckDB(SnapshotsDuckDB):
    query = SnapshotsDuckDB.query.replace("FROM t ", "FROM read_parquet(?) ")

    def prepare(self, data: dict[str, Any]) -> None:
        refuse_long(data)
        self.path, self.connection = data["path"], need("duckdb").connect()
        self.connection.execute(f"SET threads = {self.threads}")

    def run(self) -> Any:
        return self.connection.execute(self.query, [str(self.path)]).fetchnumpy()


class StreamPolars(SnapshotsPolars):
    def prepare(self, data: dict[str, Any]) -> None:
        refuse_long(data)
        self.frame = need("polars").scan_parquet(data["path"])


def refuse_long(data: dict[str, Any]) -> None:
    """Peers hold all rows of a window."""
    if data["rows"] > IN_MEMORY:
        raise Unavailable(f"not asked for more than {IN_MEMORY:,} rows, because it holds all of them")


class Stream(Case):
    name, rows = "stream", 20_000_000
    question = "monthly movements of snapshots in order, read from a Parquet file in one pass"
    quick_rows, full_rows = 50_000, 50_000_000
    growth = (100_000_000, 1_000_000_000)
    contestants = (StreamSojourn, StreamDuckDB, *both_engines(StreamPolars))

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        path = FOLDER / "snapshots.parquet"
        return {"path": path, "rows": write_snapshots(path, rows)}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        parquet, pyarrow = need_parquet(), need("pyarrow")
        table = parquet.read_table(data["path"])
        mrr = table["mrr"].to_numpy().copy()
        mrr[len(mrr) // 2] += 1
        other = data["path"].with_name("nudged.parquet")
        parquet.write_table(table.set_column(2, "mrr", pyarrow.array(mrr)), other)
        return {**data, "path": other}

    def bytes(self, data: dict[str, Any]) -> int:
        return int(data["rows"]) * ROW_BYTES

    def clean(self, data: dict[str, Any]) -> None:
        """Files of gigabytes do not stay."""
        for name in ("snapshots.parquet", "nudged.parquet"):
            (FOLDER / name).unlink(missing_ok=True)
