"""A billing system's log: webhooks that come twice, late and corrected."""

from __future__ import annotations

import warnings
from typing import Any

from contest import (
    AS_OF,
    Case,
    DuckDB,
    Polars,
    Sojourn,
    both_engines,
    first_difference,
    need,
    sojourn_function,
    with_cell,
    with_threads,
)
from revenue_cases import FIRST_MONTH, LAST_MONTH, MOVES

LEVELS = {"account": "account", "when": "moment", "mrr_after": "mrr_minor", "same_day": "last"}


def log_of_changes(rows: int) -> dict[str, Any]:
    """Levels of MRR from a moment on, in the order in which they arrived.

    Seats grow three times in four; MRR has a heavy tail; sign-ups follow the season; one change in eight is the end, after
    which half of the accounts come back later. One event in twenty arrives twice, one in fifty is corrected later under its
    old moment, and one in ten arrives up to a week late.
    """
    numpy = need("numpy")
    random = numpy.random.default_rng(15)
    made = rows * 100 // 107
    accounts = max(made // 5, 1)
    season = numpy.array([2.0, 1, 1, 1, 1, 0.7, 0.5, 0.6, 1.7, 1.2, 1, 0.5])
    month = random.choice(36, accounts, p=numpy.tile(season, 3) / season.sum() / 3)
    minutes_a_month = 43_800
    birth = month * minutes_a_month + random.integers(0, minutes_a_month, accounts)
    account = numpy.sort(random.integers(0, accounts, made))
    first = numpy.concatenate([[True], account[1:] != account[:-1]])
    gap = numpy.where(first, birth[account], (random.exponential(90_000, made) + 1).astype(numpy.int64))
    moment = numpy.cumsum(gap)
    begins = numpy.flatnonzero(first)
    per_account = numpy.diff(numpy.append(begins, made))
    moment -= numpy.repeat(numpy.concatenate([[0], moment[begins[1:] - 1]]), per_account)
    logs = numpy.cumsum(numpy.where(first, random.normal(8.5, 1.4, made), random.normal(0.1, 0.15, made)))
    logs -= numpy.repeat(numpy.concatenate([[0.0], logs[begins[1:] - 1]]), per_account)
    mrr = numpy.maximum(numpy.rint(numpy.exp(numpy.minimum(logs, 18.0))), 1).astype(numpy.int64)
    mrr[(random.random(made) < 0.125) & ~first] = 0
    known = moment < 36 * minutes_a_month
    account, moment, mrr = account[known], moment[known], mrr[known]
    arrives = moment + numpy.where(random.random(len(moment)) < 0.1, random.integers(0, 10_080, len(moment)), 0)
    twice = random.random(len(moment)) < 0.05
    corrected = random.random(len(moment)) < 0.02
    # Corrections arrive after everything else, so that a late original never undoes one.
    late = arrives.max(initial=0) + 1
    columns = [
        (account, moment, mrr, arrives),
        (account[twice], moment[twice], mrr[twice], arrives[twice] + random.integers(0, 3, int(twice.sum()))),
        (account[corrected], moment[corrected], mrr[corrected] + 100, numpy.full(int(corrected.sum()), late)),
    ]
    account, moment, mrr, arrives = (numpy.concatenate(parts) for parts in zip(*columns, strict=True))
    order = numpy.argsort(arrives, kind="stable")
    when = numpy.datetime64(f"{FIRST_MONTH}-01", "us") + moment[order] * numpy.timedelta64(60_000_000, "us")
    return {"account": account[order], "moment": when, "mrr_minor": mrr[order]}


class WebhooksSojourn(Sojourn):
    name = "sojourn"
    threaded = False

    def prepare(self, data: dict[str, Any]) -> None:
        self.make, self.data = sojourn_function("Ledger").from_changes, data  # type: ignore[attr-defined]
        self.options = with_threads(self.make, self.threads)

    def run(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that rows come twice
            book = self.make(self.data, **LEVELS, currency="USD", as_of=AS_OF, **self.options)
        return book.movements(FIRST_MONTH, LAST_MONTH, by="month")

    def answer(self, result: Any) -> Any:
        return {str(row["period"])[:7]: tuple(int(row[move]) for move in MOVES) for row in result.to_dicts()}


class WebhooksDuckDB(DuckDB):
    """The last row of each moment, the last moment of each day, then steps from level to level."""

    query = """
        WITH moments AS (SELECT account, moment, arg_max(mrr_minor, rowid) AS mrr FROM t GROUP BY ALL),
        days AS (SELECT account, moment::DATE AS day, arg_max(mrr, moment) AS mrr FROM moments GROUP BY ALL),
        steps AS (
          SELECT day, mrr, coalesce(lag(mrr) OVER w, 0) AS before,
            coalesce(max(mrr) OVER (PARTITION BY account ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
              AS highest
          FROM days WINDOW w AS (PARTITION BY account ORDER BY day))
        SELECT strftime(day, '%Y-%m') AS period,
          coalesce(sum(mrr) FILTER (before = 0 AND highest = 0), 0)::BIGINT AS "new",
          coalesce(sum(mrr) FILTER (before = 0 AND highest > 0), 0)::BIGINT AS reactivation,
          coalesce(sum(mrr - before) FILTER (before > 0 AND mrr > before), 0)::BIGINT AS expansion,
          coalesce(sum(before - mrr) FILTER (mrr > 0 AND mrr < before), 0)::BIGINT AS contraction,
          coalesce(sum(before) FILTER (mrr = 0), 0)::BIGINT AS churn
        FROM steps GROUP BY period ORDER BY period"""

    def read(self, columns: dict[str, Any]) -> Any:
        values = zip(*(columns[move].tolist() for move in MOVES), strict=True)
        return dict(zip(columns["period"].tolist(), (tuple(map(int, row)) for row in values), strict=True))


class WebhooksPolars(Polars):
    def query(self, pl: Any) -> Any:
        mrr, before, highest = pl.col("mrr"), pl.col("before"), pl.col("highest")
        moments = self.frame.lazy().group_by("account", "moment").agg(mrr=pl.col("mrr_minor").last())
        days = moments.group_by("account", day=pl.col("moment").dt.date()).agg(mrr=mrr.sort_by("moment").last())
        steps = days.sort("account", "day").with_columns(
            before=mrr.shift(1, fill_value=0).over("account"), highest=mrr.cum_max().shift(1, fill_value=0).over("account")
        )
        return (
            steps.group_by(period=pl.col("day").dt.strftime("%Y-%m"))
            .agg(
                mrr.filter((before == 0) & (highest == 0)).sum().alias("new"),
                mrr.filter((before == 0) & (highest > 0)).sum().alias("reactivation"),
                (mrr - before).filter((before > 0) & (mrr > before)).sum().alias("expansion"),
                (before - mrr).filter((mrr > 0) & (mrr < before)).sum().alias("contraction"),
                before.filter(mrr == 0).sum().alias("churn"),
            )
            .sort("period")
        )

    def answer(self, result: Any) -> Any:
        return {row["period"]: tuple(int(row[move]) for move in MOVES) for row in result.to_dicts()}


class Webhooks(Case):
    name, rows = "webhooks", 500_000
    question = "monthly MRR movements from a log of changes with duplicates, late events and corrections"
    quick_rows, full_rows = 20_000, 5_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (WebhooksSojourn, WebhooksDuckDB, *both_engines(WebhooksPolars))

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return log_of_changes(rows)

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        """The last row is a correction, which counts."""
        return with_cell(data, "mrr_minor", len(data["mrr_minor"]) - 1, lambda amount: amount + 1)

    def difference(self, mine: Any, theirs: Any) -> str:
        return first_difference(mine, theirs)
