"""Text keys to dense numbers."""

from __future__ import annotations

from typing import Any

from contest import Case, Contestant, DuckDB, Polars, Sojourn, need, sojourn_function

# --- text keys to dense numbers


class KeysSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        sojourn_function("Column")
        from sojourn import _core
        from sojourn._frames.columns import column

        self.encode, self.keys = _core.revenue.account_numbers, column(data["frame"]["id"], "id")

    def run(self) -> Any:
        return self.encode(self.keys, "account", self.threads)

    def answer(self, result: Any) -> Any:
        return in_order_of_appearance(need("numpy").asarray(result))


def in_order_of_appearance(codes: Any) -> Any:
    """The keys numbered as they first appear, row by row: what every right way of numbering them comes to."""
    numpy = need("numpy")
    _, first, each = numpy.unique(codes, return_index=True, return_inverse=True)
    number = numpy.empty(len(first), dtype=numpy.int64)
    number[numpy.argsort(first)] = numpy.arange(len(first))
    return number[each]


class KeysDuckDB(DuckDB):
    """Distinct keys, numbered, and joined back; a GROUP BY alone gives no codes. They come in no order, so that the proof
    asks the same with the number of the row.
    """

    query = """WITH ids AS (SELECT id, row_number() OVER () - 1 AS code FROM (SELECT DISTINCT id FROM t))
               SELECT code FROM t JOIN ids USING (id)"""

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data["frame"])

    def prove(self) -> Any:
        return self.connection.execute(
            self.query.replace("SELECT code FROM t", "SELECT code, t.rowid AS row FROM t")
        ).fetchnumpy()

    def read(self, columns: dict[str, Any]) -> Any:
        return in_order_of_appearance(columns["code"][columns["row"].argsort()])


class KeysPolars(Polars):
    def prepare(self, data: dict[str, Any]) -> None:
        self.frame = data["frame"]

    def run(self) -> Any:
        pl = need("polars")
        return self.frame["id"].cast(pl.Categorical).to_physical()

    def answer(self, result: Any) -> Any:
        return in_order_of_appearance(result.to_numpy())


class KeysArrow(Contestant):
    """Arrow's dictionary encoding."""

    name = "pyarrow"

    def prepare(self, data: dict[str, Any]) -> None:
        need("pyarrow")
        self.keys = data["frame"]["id"].to_arrow()

    def run(self) -> Any:
        return self.keys.dictionary_encode().indices

    def answer(self, result: Any) -> Any:
        return in_order_of_appearance(result.to_numpy())


class KeysPandas(Contestant):
    """On text of Arrow, as new versions of pandas hold it."""

    name = "pandas"

    def prepare(self, data: dict[str, Any]) -> None:
        pandas = need("pandas")
        self.factorize = pandas.factorize
        self.keys = pandas.array(data["frame"]["id"].to_arrow(), dtype="string[pyarrow]")

    def run(self) -> Any:
        return self.factorize(self.keys)[0]

    def answer(self, result: Any) -> Any:
        return in_order_of_appearance(result)


class Keys(Case):
    name, question, rows = "keys", "UUID keys to dense codes, a fifth as many accounts as rows", 5_000_000
    quick_rows, full_rows = 20_000, 10_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (KeysSojourn, KeysDuckDB, KeysPolars, KeysArrow, KeysPandas)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy, pl = need("numpy"), need("polars")
        random = numpy.random.default_rng(5)
        words = random.integers(0, 2**63, (max(rows // 5, 1), 2))
        ids = [
            f"{a:016x}"[:8]
            + "-"
            + f"{a:016x}"[8:12]
            + "-"
            + f"{a:016x}"[12:]
            + "-"
            + f"{b:016x}"[:4]
            + "-"
            + f"{b:016x}"[4:]
            for a, b in words.tolist()
        ]
        chosen = random.integers(0, len(ids), rows)
        if self.sorted:
            chosen.sort()
        return {"frame": pl.DataFrame({"id": pl.Series(ids, dtype=pl.String)[chosen]})}

    sorted = False

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        """Row 0 gets the key of the last."""
        ids = data["frame"]["id"]
        return {"frame": need("polars").DataFrame({"id": ids.slice(len(ids) - 1).append(ids.slice(1))})}

    def difference(self, mine: Any, theirs: Any) -> str:
        numpy = need("numpy")
        if len(mine) != len(theirs):
            return f"{len(mine)} rows against {len(theirs)}"
        wrong = numpy.flatnonzero(mine != theirs)
        return f"{len(wrong):,} rows have another key, first row {wrong[0]}" if len(wrong) else ""

    def bytes(self, data: dict[str, Any]) -> int:
        return int(data["frame"].estimated_size())


class KeysSorted(Keys):
    name, question, sorted = "keys_sorted", "the same in sorted runs", True
