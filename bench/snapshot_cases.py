"""Questions about month snapshots: movements and cohorts of one row per account and month."""

from __future__ import annotations

from typing import Any

from contest import (
    AS_OF,
    Case,
    Contestant,
    DataFusion,
    DuckDB,
    Polars,
    Sojourn,
    Sql,
    both_engines,
    need,
    sojourn_function,
    with_cell,
)
from revenue_cases import MOVES

# --- movements (and cohorts) from one row per account and month

FIRST, LAST, MONTHS = "2020-01", "2024-12", 60
ORIGIN = 600  # months from 1970-01 to FIRST


def snapshot_rows(rows: int, shuffled: bool) -> dict[str, Any]:
    """Accounts that stay 15 months on average and change their MRR every 22; about one row in nine is an event.

    MRR has a heavy tail (log-normal, the largest percent of accounts pays about a quarter), more accounts begin in January
    and September, and seats grow: three changes in four are upwards.
    """
    numpy = need("numpy")
    random = numpy.random.default_rng(8)
    accounts = rows // 14
    season = numpy.array([2.0, 1, 1, 1, 1, 0.7, 0.5, 0.6, 1.7, 1.2, 1, 0.5])
    share = season[numpy.arange(MONTHS - 10) % 12]
    start = random.choice(MONTHS - 10, accounts, p=share / share.sum()).astype(numpy.int32)
    stay = numpy.minimum(random.integers(1, 31, accounts, dtype=numpy.int32), MONTHS - start)
    ends = numpy.cumsum(stay, dtype=numpy.int64)
    accounts = int(numpy.searchsorted(ends, rows, side="right"))
    start, stay, total = start[:accounts], stay[:accounts], int(ends[accounts - 1])
    first = ends[:accounts] - stay
    account = numpy.repeat(numpy.arange(accounts, dtype=numpy.int64), stay)
    month = numpy.arange(total, dtype=numpy.int64) - numpy.repeat(first - start, stay) + ORIGIN
    changes = random.integers(0, 22, total, dtype=numpy.int8) == 0
    changes[first] = True
    at = numpy.flatnonzero(changes)
    steps = random.normal(0.1, 0.15, len(at))  # logs of the factors by which seats change
    begins = numpy.flatnonzero(numpy.isin(at, first, assume_unique=True))
    steps[begins] = random.normal(8.5, 1.4, len(begins))
    logs = numpy.cumsum(steps)
    before = numpy.concatenate([[0.0], logs[begins[1:] - 1]])  # what the accounts before have added up to
    logs -= numpy.repeat(before, numpy.diff(numpy.append(begins, len(at))))
    levels = numpy.maximum(numpy.rint(numpy.exp(numpy.minimum(logs, 18.0))), 1).astype(numpy.int64)
    mrr = numpy.repeat(levels, numpy.diff(numpy.append(at, total)))
    made = {"account": account, "month": month.astype(numpy.int32), "mrr": mrr}
    if shuffled:
        order = random.permutation(total)
        made = {name: values[order] for name, values in made.items()}
    return made


COLUMNS = {"account": "account", "month": "month", "mrr": "mrr", "amounts": "minor", "as_of": AS_OF}


class SnapshotsSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        self.snapshots, self.data = sojourn_function("Snapshots"), data

    def run(self) -> Any:
        found = self.snapshots(self.data, FIRST, LAST, **COLUMNS, threads=self.threads)
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


class SnapshotsSql(Sql):
    """The same in the words that other engines share."""

    query = """
        SELECT month, sum(CASE WHEN pm IS NULL THEN mrr ELSE 0 END) AS a,
          sum(CASE WHEN pm < month - 1 THEN mrr ELSE 0 END) AS b,
          sum(CASE WHEN pm = month - 1 AND mrr > pv THEN mrr - pv ELSE 0 END) AS c,
          sum(CASE WHEN pm = month - 1 AND mrr < pv THEN pv - mrr ELSE 0 END) AS d,
          sum(CASE WHEN nm IS NULL OR nm > month + 1 THEN mrr ELSE 0 END) AS e
        FROM (SELECT month, mrr, lag(month) OVER w AS pm, lag(mrr) OVER w AS pv, lead(month) OVER w AS nm
              FROM t WINDOW w AS (PARTITION BY account ORDER BY month)) AS s GROUP BY month"""

    def read(self, columns: dict[str, Any]) -> Any:
        names = ("month", "a", "b", "c", "d", "e")
        return by_month(list(zip(*(map(int, columns[name].tolist()) for name in names), strict=True)))


class SnapshotsDataFusion(SnapshotsSql, DataFusion):
    pass


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

    def answer(self, result: Any) -> Any:
        return by_month([tuple(map(int, row)) for row in result.rows()])


class SnapshotsPolarsShuffled(SnapshotsPolars):
    sorts = True


class SnapshotsNumpy(Contestant):
    """Neighbours compared whole column by whole column; sums per month in integers."""

    name = "numpy"

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy, self.data = need("numpy"), data

    def run(self) -> Any:
        numpy = self.numpy
        account, month, mrr = (self.data[name] for name in ("account", "month", "mrr"))
        same = account[1:] == account[:-1]
        next_to = same & (month[1:] == month[:-1] + 1)
        change = mrr[1:] - mrr[:-1]
        begins, ends = numpy.ones(len(mrr), dtype=bool), numpy.ones(len(mrr), dtype=bool)
        begins[1:], ends[:-1] = ~same, ~next_to
        after = numpy.zeros(len(mrr), dtype=bool)
        after[1:] = same & ~next_to
        up, down = next_to & (change > 0), next_to & (change < 0)

        def per_month(chosen: Any, amounts: Any, months: Any) -> Any:
            total = numpy.zeros(MONTHS + 1, dtype=numpy.int64)
            numpy.add.at(total, months[chosen] - ORIGIN, amounts[chosen])
            return total

        moved = [per_month(begins, mrr, month), per_month(after, mrr, month)]
        moved += [per_month(up, change, month[1:]), -per_month(down, change, month[1:])]
        return [*moved, per_month(ends, mrr, month + 1)]

    def answer(self, result: Any) -> Any:
        return [tuple(row) for row in zip(*(moved[:MONTHS].tolist() for moved in result), strict=True)]


class SnapshotsSorted(Case):
    name, question, rows = "snapshots", "monthly movements from snapshots in order of account and month", 20_000_000
    quick_rows, full_rows = 50_000, 50_000_000
    growth = (1_000_000, 3_000_000, 10_000_000, 50_000_000)
    contestants = (SnapshotsSojourn, SnapshotsDuckDB, *both_engines(SnapshotsPolars), SnapshotsDataFusion, SnapshotsNumpy)
    shuffled = False

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return snapshot_rows(rows, self.shuffled)

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "mrr", len(data["mrr"]) // 2, lambda amount: amount + 1)


class SnapshotsShuffled(SnapshotsSorted):
    name, question, rows = "snapshots_shuffled", "monthly movements from snapshots in any order", 10_000_000
    full_rows = 20_000_000
    contestants = (SnapshotsSojourn, SnapshotsDuckDB, *both_engines(SnapshotsPolarsShuffled))
    shuffled = True


class CohortsSojourn(SnapshotsSojourn):
    def run(self) -> Any:
        found = self.snapshots(self.data, FIRST, LAST, **COLUMNS, threads=self.threads)
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
        return super().run(), cells.collect(engine=self.engine).sort("cohort", "month")

    def answer(self, result: Any) -> Any:
        moved, cells = result
        return super().answer(moved), [tuple(map(int, row)) for row in cells.select("cohort", "month", "n", "mrr").rows()]


class SnapshotsCohorts(SnapshotsSorted):
    name, question = "snapshots_cohorts", "movements and the cohort triangle from snapshots in order"
    rows, full_rows, growth = 10_000_000, 20_000_000, ()
    contestants = (CohortsSojourn, CohortsDuckDB, *both_engines(CohortsPolars))
