"""Month snapshots and account keys: the questions of compare.py whose data are large and plain."""

from __future__ import annotations

from typing import Any

from contest import Case, Contestant, DuckDB, Polars, need, sojourn_function
from revenue_cases import MOVES

# --- movements (and cohorts) from one row per account and month

FIRST, LAST, MONTHS = "2020-01", "2024-12", 60
ORIGIN = 600  # months from 1970-01 to FIRST


def snapshot_rows(rows: int, shuffled: bool) -> dict[str, Any]:
    """Accounts that stay 15 months on average and change their MRR every 22; about one row in nine is an event."""
    numpy = need("numpy")
    random = numpy.random.default_rng(8)
    accounts = rows // 14
    start = random.integers(0, MONTHS - 10, accounts, dtype=numpy.int32)
    stay = numpy.minimum(random.integers(1, 31, accounts, dtype=numpy.int32), MONTHS - start)
    ends = numpy.cumsum(stay, dtype=numpy.int64)
    accounts = int(numpy.searchsorted(ends, rows, side="right"))
    start, stay, total = start[:accounts], stay[:accounts], int(ends[accounts - 1])
    first = ends[:accounts] - stay
    account = numpy.repeat(numpy.arange(accounts, dtype=numpy.int64), stay)
    month = numpy.arange(total, dtype=numpy.int64) - numpy.repeat(first - start, stay) + ORIGIN
    changes = random.integers(0, 22, total, dtype=numpy.int8) == 0
    changes[first] = True
    levels = random.integers(1000, 10_000, total, dtype=numpy.int64)
    mrr = levels[numpy.maximum.accumulate(numpy.where(changes, numpy.arange(total), 0))]
    made = {"account": account, "month": month.astype(numpy.int32), "mrr": mrr}
    if shuffled:
        order = random.permutation(total)
        made = {name: values[order] for name, values in made.items()}
    return made


class SnapshotsSojourn(Contestant):
    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        self.snapshots, self.data = sojourn_function("Snapshots"), data

    def run(self) -> Any:
        found = self.snapshots(self.data, FIRST, LAST, account="account", month="month", mrr="mrr", threads=self.threads)
        return found.movements()

    def answer(self, result: Any) -> Any:
        return [tuple(int(row[move]) for move in MOVES) for row in result.to_dicts()]


def by_month(rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Month, four movements, and what ends with the month: churn of the next."""
    found = {month: moved for month, *moved in rows}
    ended = {month + 1: moved[4] for month, moved in found.items()}
    return [(*found[m][:4], ended.get(m, 0)) for m in range(ORIGIN, ORIGIN + MONTHS)]


class SnapshotsDuckDB(DuckDB):
    query = """
        SELECT month, coalesce(sum(mrr) FILTER (pm IS NULL), 0)::BIGINT AS a,
               coalesce(sum(mrr) FILTER (pm < month - 1), 0)::BIGINT AS b,
          coalesce(sum(mrr - pv) FILTER (pm = month - 1 AND mrr > pv), 0)::BIGINT AS c,
          coalesce(sum(pv - mrr) FILTER (pm = month - 1 AND mrr < pv), 0)::BIGINT AS d,
          coalesce(sum(mrr) FILTER (nm IS NULL OR nm > month + 1), 0)::BIGINT AS e
        FROM (SELECT month, mrr, lag(month) OVER w AS pm, lag(mrr) OVER w AS pv, lead(month) OVER w AS nm
              FROM t WINDOW w AS (PARTITION BY account ORDER BY month)) GROUP BY month"""

    def answer(self, result: Any) -> Any:
        return by_month(
            list(zip(*(map(int, result[name].tolist()) for name in ("month", "a", "b", "c", "d", "e")), strict=True))
        )


class SnapshotsPolars(Polars):
    sorts = False

    def query(self, pl: Any) -> Any:
        rows = self.frame.lazy().sort("account", "month") if self.sorts else self.frame.lazy()
        account, month, mrr = pl.col("account"), pl.col("month"), pl.col("mrr")
        known = rows.with_columns(same=account == account.shift(1), pm=month.shift(1), pv=mrr.shift(1),
                                  goes_on=(account == account.shift(-1)) & (month.shift(-1) == month + 1))  # fmt: skip
        same, follows = pl.col("same").fill_null(False), pl.col("same").fill_null(False) & (pl.col("pm") == month - 1)
        change = mrr - pl.col("pv")
        return known.group_by("month").agg(
            mrr.filter(~same).sum().alias("a"),
            mrr.filter(same & (pl.col("pm") < month - 1)).sum().alias("b"),
            change.filter(follows & (change > 0)).sum().alias("c"),
            (-change.filter(follows & (change < 0)).sum()).alias("d"),
            mrr.filter(~pl.col("goes_on").fill_null(False)).sum().alias("e"),
        )

    def run(self) -> Any:
        return self.query(need("polars")).collect(engine="streaming")  # the faster of its two

    def answer(self, result: Any) -> Any:
        return by_month([tuple(map(int, row)) for row in result.rows()])


class SnapshotsPolarsShuffled(SnapshotsPolars):
    sorts = True


class SnapshotsSorted(Case):
    name, question, rows = "snapshots", "W2: monthly movements from snapshots in order of account and month", 20_000_000
    contestants = (SnapshotsSojourn, SnapshotsDuckDB, SnapshotsPolars)
    shuffled = False

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return snapshot_rows(rows, self.shuffled)


class SnapshotsShuffled(SnapshotsSorted):
    name, question, rows = "snapshots_shuffled", "W2: monthly movements from snapshots in any order", 10_000_000
    contestants = (SnapshotsSojourn, SnapshotsDuckDB, SnapshotsPolarsShuffled)
    shuffled = True


class CohortsSojourn(SnapshotsSojourn):
    def run(self) -> Any:
        found = self.snapshots(self.data, FIRST, LAST, account="account", month="month", mrr="mrr", threads=self.threads)
        return found.movements(), found.cohorts().counts, found.cohorts(measure="mrr").counts

    def answer(self, result: Any) -> Any:
        moved, accounts, mrr = result
        cells = [(c, c + a, accounts[c][a], mrr[c][a]) for c in range(MONTHS) for a in range(MONTHS - c) if accounts[c][a]]
        return super().answer(moved), cells


class CohortsDuckDB(SnapshotsDuckDB):
    triangle = f"""
        SELECT cohort - {ORIGIN} AS cohort, month - {ORIGIN} AS month, count(*) AS n, sum(mrr)::BIGINT AS mrr
        FROM t JOIN (SELECT account, min(month) AS cohort FROM t GROUP BY account) USING (account)
        GROUP BY ALL ORDER BY 1, 2"""

    def run(self) -> Any:
        return super().run(), self.connection.execute(self.triangle).fetchnumpy()

    def answer(self, result: Any) -> Any:
        moved, cells = result
        columns = (map(int, cells[name].tolist()) for name in ("cohort", "month", "n", "mrr"))
        return super().answer(moved), list(zip(*columns, strict=True))


class CohortsPolars(SnapshotsPolars):
    def run(self) -> Any:
        pl = need("polars")
        month, account = pl.col("month") - ORIGIN, pl.col("account")
        begins = (account != account.shift(1)).fill_null(True)
        rows = self.frame.lazy().select(month.alias("month"), "mrr", cohort=pl.when(begins).then(month).forward_fill())
        cells = rows.group_by("cohort", "month").agg(n=pl.len(), mrr=pl.col("mrr").sum())
        return super().run(), cells.collect(engine="streaming").sort("cohort", "month")

    def answer(self, result: Any) -> Any:
        moved, cells = result
        return super().answer(moved), [tuple(map(int, row)) for row in cells.select("cohort", "month", "n", "mrr").rows()]


class SnapshotsCohorts(SnapshotsSorted):
    name, question = "snapshots_cohorts", "W2+W3: movements and the cohort triangle from snapshots in order"
    contestants = (CohortsSojourn, CohortsDuckDB, CohortsPolars)


# --- text keys to dense numbers


class KeysSojourn(Contestant):
    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        sojourn_function("Column")
        from sojourn import _core
        from sojourn._frames.columns import column

        self.encode, self.keys = _core.revenue.account_numbers, column(data["frame"]["id"], "id")

    def run(self) -> Any:
        return self.encode(self.keys, "account", self.threads)

    def answer(self, result: Any) -> Any:
        return sizes_of(need("numpy").asarray(result))


def sizes_of(codes: Any) -> Any:
    """How many keys, and the squares of how often each occurs: what every way of numbering them has in common."""
    counts = need("numpy").bincount(codes.astype("int64"))
    counts = counts[counts > 0]
    return len(counts), int((counts.astype("int64") ** 2).sum())


class KeysDuckDB(DuckDB):
    """Distinct keys, numbered, and joined back; a GROUP BY alone gives no codes."""

    query = """WITH ids AS (SELECT id, row_number() OVER () - 1 AS code FROM (SELECT DISTINCT id FROM t))
               SELECT code FROM t JOIN ids USING (id)"""

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data["frame"])

    def answer(self, result: Any) -> Any:
        return sizes_of(result["code"])


class KeysPolars(Polars):
    def prepare(self, data: dict[str, Any]) -> None:
        self.frame = data["frame"]

    def run(self) -> Any:
        pl = need("polars")
        return self.frame["id"].cast(pl.Categorical).to_physical()

    def answer(self, result: Any) -> Any:
        return sizes_of(result.to_numpy())


class Keys(Case):
    name, question, rows = "keys", "W5: UUID keys of a million accounts to dense codes", 10_000_000
    contestants = (KeysSojourn, KeysDuckDB, KeysPolars)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy, pl = need("numpy"), need("polars")
        random = numpy.random.default_rng(5)
        words = random.integers(0, 2**63, (1_000_000, 2))
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

    def bytes(self, data: dict[str, Any]) -> int:
        return int(data["frame"].estimated_size())


class KeysSorted(Keys):
    name, question, sorted = "keys_sorted", "W5: the same in sorted runs", True
