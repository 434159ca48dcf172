"""Questions about revenue: movements from rows and from logs of changes, MRR at month ends."""

from __future__ import annotations

from typing import Any

from contest import (
    AS_OF,
    Case,
    ChDB,
    Contestant,
    DataFusion,
    DuckDB,
    Polars,
    Sojourn,
    Sql,
    acme_table,
    both_engines,
    first_difference,
    need,
    sojourn_function,
    with_cell,
    with_threads,
)

# --- the monthly waterfall of a book of subscriptions

MOVES = ("new", "reactivation", "expansion", "contraction", "churn")
FIRST_MONTH, LAST_MONTH = "2022-01", "2024-12"


NAMES = {"account": "account_id", "start": "start", "end": "end", "mrr": "mrr_minor"}


class MovementsSojourn(Sojourn):
    """Straight from the rows; Arrow dates, as the other two hold them."""

    def prepare(self, data: dict[str, Any]) -> None:
        self.movements, self.data = sojourn_function("movements"), need("polars").DataFrame(data)

    def run(self) -> Any:
        return self.movements(self.data, FIRST_MONTH, LAST_MONTH, **NAMES, as_of=AS_OF, threads=self.threads)

    def answer(self, result: Any) -> Any:
        return {str(row["period"])[:7]: tuple(int(row[move]) for move in MOVES) for row in result.to_dicts()}


class LedgerSojourn(MovementsSojourn):
    """The ledger is built inside the clock, and can be asked anything else afterwards."""

    name = "sojourn ledger"

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        self.ledger = sojourn_function("Ledger")
        self.options = with_threads(self.ledger, self.threads)

    def run(self) -> Any:
        book = self.ledger(self.data, **NAMES, currency="USD", as_of=AS_OF, **self.options)
        return book.movements(FIRST_MONTH, LAST_MONTH, by="month")


class MovementsDuckDB(DuckDB):
    """Steps of each account by day; the first from zero is new, later ones from zero are reactivations."""

    query = f"""
        WITH step AS (
          SELECT account_id, day, sum(delta) AS delta FROM (
            SELECT account_id, start AS day, mrr_minor AS delta FROM t
            UNION ALL SELECT account_id, "end", -mrr_minor FROM t WHERE "end" IS NOT NULL) GROUP BY ALL),
        level AS (
          SELECT day, delta, sum(delta) OVER w AS after, row_number() OVER w AS number FROM step
          WINDOW w AS (PARTITION BY account_id ORDER BY day))
        SELECT strftime(date_trunc('month', day), '%Y-%m') AS period,
          sum(delta) FILTER (after = delta AND number = 1)::BIGINT AS "new",
          coalesce(sum(delta) FILTER (after = delta AND number > 1 AND delta > 0), 0)::BIGINT AS reactivation,
          coalesce(sum(delta) FILTER (after > delta AND delta > 0), 0)::BIGINT AS expansion,
          coalesce(-sum(delta) FILTER (after > 0 AND delta < 0), 0)::BIGINT AS contraction,
          coalesce(-sum(delta) FILTER (after = 0 AND delta < 0), 0)::BIGINT AS churn
        FROM level WHERE day < DATE '{AS_OF}' GROUP BY period ORDER BY period"""

    def answer(self, result: Any) -> Any:
        months = result["period"].tolist()
        return {month: tuple(int(result[move][i]) for move in MOVES) for i, month in enumerate(months)}


class MovementsPolars(Polars):
    def query(self, pl: Any) -> Any:
        rows, delta, after = self.frame.lazy(), pl.col("delta"), pl.col("after")
        starts = rows.select("account_id", day="start", delta="mrr_minor")
        ends = rows.filter(pl.col("end").is_not_null()).select("account_id", day="end", delta=-pl.col("mrr_minor"))
        steps = pl.concat([starts, ends]).group_by("account_id", "day").agg(delta.sum()).sort("account_id", "day")
        level = steps.with_columns(after=delta.cum_sum().over("account_id"), first=pl.col("account_id").is_first_distinct())
        from_zero, first = after == delta, pl.col("first")
        return (
            level.filter(pl.col("day") < pl.lit(AS_OF).str.to_date())
            .group_by(period=pl.col("day").dt.strftime("%Y-%m"))
            .agg(
                delta.filter(from_zero & first).sum().alias("new"),
                delta.filter(from_zero & ~first & (delta > 0)).sum().alias("reactivation"),
                delta.filter(~from_zero & (delta > 0)).sum().alias("expansion"),
                (-delta.filter((after > 0) & (delta < 0)).sum()).alias("contraction"),
                (-delta.filter((after == 0) & (delta < 0)).sum()).alias("churn"),
            )
            .sort("period")
        )

    def answer(self, result: Any) -> Any:
        return {row["period"]: tuple(int(row[move]) for move in MOVES) for row in result.to_dicts()}


class Movements(Case):
    name, question, rows = "movements", "monthly MRR movements of an account set, rows are accounts", 500_000
    quick_rows, full_rows = 5_000, 2_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (MovementsSojourn, LedgerSojourn, MovementsDuckDB, *both_engines(MovementsPolars))

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        made = acme_table("subscriptions", rows, threads)
        return {name: made[name] for name in ("account_id", "start", "end", "mrr_minor")}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "mrr_minor", 0, lambda amount: amount + 1)

    def difference(self, mine: Any, theirs: Any) -> str:
        return first_difference(mine, theirs)


# --- MRR and subscriptions at the end of each month, straight from intervals


class SeriesSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        # Arrow dates, as the other two hold them; NumPy's 64-bit ones would be copied within the clock.
        self.series, self.data = sojourn_function("mrr_series"), need("polars").DataFrame(data)

    def run(self) -> Any:
        return self.series(self.data, FIRST_MONTH, LAST_MONTH, start="start", end="end", mrr="mrr_minor", as_of=AS_OF,
                           threads=self.threads)  # fmt: skip

    def answer(self, result: Any) -> Any:
        return {row["period"]: (int(row["mrr"]), int(row["subscriptions"])) for row in result.to_dicts()}


class SeriesDuckDB(DuckDB):
    """Changes a month, then running sums: what the others do too. A join of rows with months takes far longer."""

    query = f"""
        WITH change AS (
          SELECT date_trunc('month', start) AS month, sum(mrr_minor) AS mrr, count(*) AS n FROM t GROUP BY ALL
          UNION ALL
          SELECT date_trunc('month', "end"), -sum(mrr_minor), -count(*) FROM t WHERE "end" < DATE '{AS_OF}' GROUP BY ALL),
        month AS (SELECT month, sum(mrr) AS mrr, sum(n) AS n FROM change GROUP BY month)
        SELECT strftime(month, '%Y-%m') AS period, (sum(mrr) OVER (ORDER BY month))::BIGINT AS mrr,
          (sum(n) OVER (ORDER BY month))::BIGINT AS n FROM month QUALIFY month >= DATE '{FIRST_MONTH}-01' ORDER BY month"""

    def answer(self, result: Any) -> Any:
        columns = (result[name].tolist() for name in ("period", "mrr", "n"))
        return {period: (int(mrr), int(n)) for period, mrr, n in zip(*columns, strict=True)}


class SeriesSql(Sql):
    """The same in the words that other engines share."""

    query = f"""
        WITH change AS (
          SELECT date_trunc('month', start) AS month, sum(mrr_minor) AS mrr, CAST(count(*) AS BIGINT) AS n FROM t GROUP BY 1
          UNION ALL
          SELECT date_trunc('month', "end") AS month, -sum(mrr_minor) AS mrr, -CAST(count(*) AS BIGINT) AS n FROM t
          WHERE "end" < CAST('{AS_OF}' AS DATE) GROUP BY 1),
        steps AS (SELECT month, sum(mrr) AS mrr, sum(n) AS n FROM change GROUP BY month)
        SELECT month, sum(mrr) OVER (ORDER BY month) AS mrr, sum(n) OVER (ORDER BY month) AS n FROM steps ORDER BY month"""

    def read(self, columns: dict[str, Any]) -> Any:
        months = columns["month"].astype("datetime64[M]").astype(str).tolist()
        values = zip(months, columns["mrr"].tolist(), columns["n"].tolist(), strict=True)
        return {month: (int(mrr), int(n)) for month, mrr, n in values if month >= FIRST_MONTH}


class SeriesChDB(SeriesSql, ChDB):
    pass


class SeriesDataFusion(SeriesSql, DataFusion):
    pass


class SeriesPolars(Polars):
    def query(self, pl: Any) -> Any:
        rows, amount = self.frame.lazy(), pl.col("mrr_minor")
        starts = rows.group_by(month=pl.col("start").dt.truncate("1mo")).agg(mrr=amount.sum(), n=pl.len().cast(pl.Int64))
        ended = rows.filter(pl.col("end") < pl.lit(AS_OF).str.to_date())
        ends = ended.group_by(month=pl.col("end").dt.truncate("1mo")).agg(mrr=-amount.sum(), n=-pl.len().cast(pl.Int64))
        change = pl.concat([starts, ends]).group_by("month").agg(pl.col("mrr", "n").sum()).sort("month")
        levels = change.with_columns(pl.col("mrr", "n").cum_sum())
        return levels.filter(pl.col("month") >= pl.lit(f"{FIRST_MONTH}-01").str.to_date())

    def answer(self, result: Any) -> Any:
        return {row["month"].strftime("%Y-%m"): (int(row["mrr"]), int(row["n"])) for row in result.to_dicts()}


class SeriesNumpy(Contestant):
    """Months by casting days, sums per month by sorting nothing: counts by `bincount`, amounts by `add.at` in integers."""

    name = "numpy"

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy, self.data = need("numpy"), data

    def run(self) -> Any:
        numpy, data = self.numpy, self.data
        begin, until = numpy.datetime64(FIRST_MONTH), numpy.datetime64(AS_OF, "D")
        months = int((numpy.datetime64(LAST_MONTH) - begin).astype(int)) + 1
        mrr, n = numpy.zeros(months, dtype=numpy.int64), numpy.zeros(months, dtype=numpy.int64)
        ended = data["end"] < until
        for days, amounts, sign in (
            (data["start"], data["mrr_minor"], 1),
            (data["end"][ended], data["mrr_minor"][ended], -1),
        ):
            at = numpy.maximum((days.astype("datetime64[M]") - begin).astype(numpy.int64), 0)
            numpy.add.at(mrr, at, sign * amounts)
            n += sign * numpy.bincount(at, minlength=months)
        return numpy.cumsum(mrr), numpy.cumsum(n)

    def answer(self, result: Any) -> Any:
        names = self.numpy.arange(FIRST_MONTH, "2025-01", dtype="datetime64[M]").astype(str).tolist()
        return dict(zip(names, zip(*(values.tolist() for values in result), strict=True), strict=True))


class Series(Movements):
    name, question, rows = "series", "MRR and subscriptions at the end of each month, rows are accounts", 2_000_000
    quick_rows, full_rows = 5_000, 5_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (SeriesSojourn, SeriesDuckDB, *both_engines(SeriesPolars), SeriesChDB, SeriesDataFusion, SeriesNumpy)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        made = super().make(rows, threads)
        return {name: made[name] for name in ("start", "end", "mrr_minor")}
