"""Questions about health scores: four signals from the account set, and twelve with gaps."""

from __future__ import annotations

import math
from typing import Any

from contest import (
    AS_OF,
    Case,
    Contestant,
    DuckDB,
    Polars,
    Sojourn,
    acme_table,
    both_engines,
    need,
    sojourn_function,
    with_cell,
    with_threads,
)

# --- how scores are compared

NAMES = ("red", "yellow", "green", "unknown")
UNKNOWN = 3


def score_difference(mine: Any, theirs: Any) -> str:
    """Scores to 1e-9 points; tiers wherever the score is further than that from a threshold."""
    numpy = need("numpy")
    (score, tier), (other_score, other_tier) = mine, theirs
    if len(score) != len(other_score):
        return f"{len(score)} accounts against {len(other_score)}"
    close = numpy.isclose(score, other_score, rtol=0, atol=1e-9, equal_nan=True)
    on_edge = numpy.minimum(numpy.abs(score - 50), numpy.abs(score - 75)) < 1e-9
    wrong = numpy.flatnonzero(~close | ((tier != other_tier) & ~on_edge))
    if len(wrong) == 0:
        return ""
    row = int(wrong[0])
    ours, others = f"{score[row]} {NAMES[tier[row]]}", f"{other_score[row]} {NAMES[other_tier[row]]}"
    return f"{len(wrong):,} accounts, first row {row}: {ours} is not {others}"


# --- four signals of the account set

CARD = {
    "sojourn": 1,
    "card": "bench",
    "version": "1",
    "scale": [0, 100],
    "min_coverage": 0.5,
    "signals": {
        "logins_wk": {"norm": {"ramp": [0, 5]}, "per": "seats"},
        "features": {"norm": {"ramp": [0, 12]}},
        "tickets_90d": {"norm": {"piecewise": [[0, 0.5], [1, 1], [3, 1], [8, 0]]}},
        "csat": {"norm": {"ramp": [1, 5]}},
    },
    "tree": {"mean": [[40, "logins_wk"], [20, "features"], [15, "tickets_90d"], [25, "csat"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}
SIGNALS = ("logins_wk", "seats", "features", "tickets_90d", "csat")


class ScoreSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data = sojourn_function("Scorecard").from_json(CARD), data
        self.options = with_threads(self.card.score, self.threads)

    def run(self) -> Any:
        table = self.card.score(self.data, account="account_id", as_of=AS_OF, **self.options).table()
        return table["score"], table["tier"]  # a table makes its columns when they are asked for

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        score, tier = result
        return numpy.array(score), numpy.array([NAMES.index(str(name)) for name in tier])


class ScoreDuckDB(DuckDB):
    """Weights are shared out among the signals that are there."""

    # greatest() skips NULL, so a missing signal has to be kept missing by hand.
    ramp = """CREATE MACRO ramp(x, bad, good) AS
        CASE WHEN x IS NOT NULL THEN least(greatest((x - bad) / (good - bad), 0), 1) END"""
    query = """
        WITH s AS (
          SELECT ramp(logins_wk / seats, 0, 5) AS a, ramp(features, 0, 12) AS b,
            CASE WHEN tickets_90d < 1 THEN 0.5 + 0.5 * tickets_90d WHEN tickets_90d <= 3 THEN 1
                 WHEN tickets_90d < 8 THEN (8 - tickets_90d) / 5 ELSE 0 END AS c,
            ramp(csat, 1, 5) AS d
          FROM (SELECT CASE WHEN isnan(logins_wk) THEN NULL ELSE logins_wk END AS logins_wk, seats,
                       CASE WHEN isnan(features) THEN NULL ELSE features END AS features, tickets_90d,
                       CASE WHEN isnan(csat) THEN NULL ELSE csat END AS csat FROM t)),
        w AS (
          SELECT coalesce(40 * a, 0) + coalesce(20 * b, 0) + 15 * c + coalesce(25 * d, 0) AS points,
            CASE WHEN a IS NULL THEN 0 ELSE 40 END + CASE WHEN b IS NULL THEN 0 ELSE 20 END + 15
              + CASE WHEN d IS NULL THEN 0 ELSE 25 END AS weight FROM s),
        h AS (SELECT CASE WHEN weight >= 50 THEN 100 * points / weight END AS score FROM w)
        SELECT coalesce(score, 'nan'::DOUBLE) AS score,
          CASE WHEN score IS NULL THEN 3 WHEN score >= 75 THEN 2 WHEN score >= 50 THEN 1 ELSE 0 END AS tier FROM h"""

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        self.connection.execute(self.ramp)

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        return numpy.asarray(result["score"]), numpy.asarray(result["tier"])


class ScorePolars(Polars):
    def query(self, pl: Any) -> Any:
        def there(name: str) -> Any:
            return pl.col(name).fill_nan(None)

        def ramp(value: Any, bad: float, good: float) -> Any:
            return ((value - bad) / (good - bad)).clip(0, 1)

        tickets = pl.col("tickets_90d")
        shape = (
            pl.when(tickets < 1)
            .then(0.5 + 0.5 * tickets)
            .when(tickets <= 3)
            .then(1.0)
            .when(tickets < 8)
            .then((8 - tickets) / 5)
        ).otherwise(0.0)
        parts = {
            40: ramp(there("logins_wk") / pl.col("seats"), 0, 5),
            20: ramp(there("features"), 0, 12),
            15: shape,
            25: ramp(there("csat"), 1, 5),
        }
        points = sum(((weight * part).fill_null(0.0) for weight, part in parts.items()), pl.lit(0.0))
        weight = sum((pl.when(part.is_null()).then(0).otherwise(weight) for weight, part in parts.items()), pl.lit(0))
        score = pl.col("score")
        tier = pl.when(score.is_nan()).then(3).when(score >= 75).then(2).when(score >= 50).then(1).otherwise(0)
        scored = self.frame.lazy().select(points=points, weight=weight).select(
            score=pl.when(pl.col("weight") >= 50).then(100 * pl.col("points") / pl.col("weight")).otherwise(math.nan)
        )  # fmt: skip
        return scored.with_columns(tier=tier)

    def answer(self, result: Any) -> Any:
        return result["score"].to_numpy(), result["tier"].to_numpy()


class Scorecard(Case):
    name, question, rows = "scorecard", "score and tier of every account from four signals, rows are accounts", 2_000_000
    quick_rows, full_rows = 20_000, 5_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (ScoreSojourn, ScoreDuckDB, *both_engines(ScorePolars))

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        made = acme_table("signals", rows, threads)
        return {"account_id": made["account_id"], **{name: made[name].astype(numpy.float64) for name in SIGNALS}}

    def bytes(self, data: dict[str, Any]) -> int:
        return sum(data[name].nbytes for name in SIGNALS)

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "csat", len(data["csat"]) // 2, lambda value: 3.5 if value != 3.5 else 4.0)

    def difference(self, mine: Any, theirs: Any) -> str:
        return score_difference(mine, theirs)


# --- twelve signals, a line of four segments each

COUNT = 12


def knots(k: int) -> list[tuple[float, float]]:
    """Every third line has its sweet spot inside."""
    shift = 0.1 * k
    values = (0.5, 1.0, 0.9, 0.3, 0.0) if k % 3 == 2 else (0.0, 0.2, 0.6, 0.9, 1.0)
    return [(x + shift, s) for x, s in zip((0.0, 1.0, 3.0, 6.0, 8.0), values, strict=True)]


def signal(k: int) -> str:
    return f"s{k}"


def weight(k: int) -> int:
    return 3 + k


ALL = sum(weight(k) for k in range(COUNT))
TWELVE = {
    "sojourn": 1,
    "card": "twelve",
    "version": "1",
    "min_coverage": 0.5,
    "signals": {signal(k): {"norm": {"piecewise": [list(knot) for knot in knots(k)]}} for k in range(COUNT)},
    "tree": {"mean": [[weight(k), signal(k)] for k in range(COUNT)]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}


class TwelveSojourn(Sojourn):
    """Into the arrays of the last round, as a host does that scores its book again and again."""

    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data, self.last = sojourn_function("Scorecard").from_json(TWELVE), data, None
        self.options = with_threads(self.card.score, self.threads)

    def run(self) -> Any:
        self.last = self.card.score(self.data, account=None, out=self.last, **self.options)
        return self.last["score"], self.last["tier_code"]

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        score, tier = (numpy.array(column) for column in result)
        return score, numpy.minimum(tier, UNKNOWN)


class TwelveFresh(TwelveSojourn):
    """Into fresh memory each time."""

    name = "sojourn fresh"

    def run(self) -> Any:
        result = self.card.score(self.data, account=None, **self.options)
        return result["score"], result["tier_code"]


class TwelveDuckDB(DuckDB):
    """Missing values are NULL in its table; every line is one CASE."""

    def prepare(self, data: dict[str, Any]) -> None:
        polars = need("polars")
        super().prepare({name: polars.Series(values).fill_nan(None) for name, values in data.items()})
        points = " + ".join(f"coalesce({weight(k)} * {self.line(k)}, 0)" for k in range(COUNT))
        present = " + ".join(f"CASE WHEN {signal(k)} IS NULL THEN 0 ELSE {weight(k)} END" for k in range(COUNT))
        self.statement = f"""
            WITH w AS (SELECT {points} AS points, {present} AS weight FROM t),
            h AS (SELECT CASE WHEN weight >= {0.5 * ALL} THEN 100 * points / weight ELSE 'nan'::DOUBLE END AS score FROM w)
            SELECT score,
                   (CASE WHEN isnan(score) THEN 3 WHEN score >= 75 THEN 2 WHEN score >= 50 THEN 1 ELSE 0
                    END)::UTINYINT AS tier
            FROM h"""

    @staticmethod
    def line(k: int) -> str:
        name, points = signal(k), knots(k)
        cases = [f"WHEN {name} < {points[0][0]} THEN {points[0][1]}"]
        for (x, s), (next_x, next_s) in zip(points, points[1:], strict=False):
            slope = (next_s - s) / (next_x - x)
            cases.append(f"WHEN {name} < {next_x} THEN {s} + {slope} * ({name} - {x})")
        return f"CASE {' '.join(cases)} WHEN {name} IS NOT NULL THEN {points[-1][1]} END"

    def run(self) -> Any:
        return self.connection.execute(self.statement).fetchnumpy()

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        return numpy.asarray(result["score"]), numpy.asarray(result["tier"])


class TwelvePolars(Polars):
    """Missing values are null in its frame; every line is a chain of when and then."""

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        self.frame = self.frame.fill_nan(None)

    @staticmethod
    def line(pl: Any, k: int) -> Any:
        x, points = pl.col(signal(k)), knots(k)
        chain = pl.when(x < points[0][0]).then(points[0][1])
        for (at, s), (next_at, next_s) in zip(points, points[1:], strict=False):
            chain = chain.when(x < next_at).then(s + (next_s - s) / (next_at - at) * (x - at))
        return chain.when(x.is_not_null()).then(points[-1][1])

    def query(self, pl: Any) -> Any:
        points = pl.sum_horizontal([(weight(k) * self.line(pl, k)).fill_null(0.0) for k in range(COUNT)])
        present = pl.sum_horizontal([pl.col(signal(k)).is_not_null() * pl.lit(float(weight(k))) for k in range(COUNT)])
        score, w = pl.col("score"), pl.col("weight")
        tier = pl.when(score.is_nan()).then(3).when(score >= 75).then(2).when(score >= 50).then(1).otherwise(0)
        scored = self.frame.lazy().select(points=points, weight=present).select(
            score=pl.when(w >= 0.5 * ALL).then(100 * pl.col("points") / w).otherwise(math.nan)
        )  # fmt: skip
        return scored.with_columns(tier=tier.cast(pl.UInt8))

    def answer(self, result: Any) -> Any:
        return result["score"].to_numpy(), result["tier"].to_numpy()


class TwelvePolarsHinge(TwelvePolars):
    """The same with clips: what is fastest differs from version to version."""

    name = "polars clips"

    @staticmethod
    def line(pl: Any, k: int) -> Any:
        x, points = pl.col(signal(k)), knots(k)
        total: Any = pl.lit(points[0][1])
        for (at, s), (next_at, next_s) in zip(points, points[1:], strict=False):
            total = total + (next_s - s) / (next_at - at) * (x.clip(at, next_at) - at)
        return total


class InPieces(Contestant):
    """Scores in NumPy, in pieces that stay in the cache; tiers as the cards here have them."""

    name = "numpy"
    piece = 65_536

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy, self.data = need("numpy"), data

    def run(self) -> Any:
        numpy, rows = self.numpy, len(self.data["s0"])
        score, tier = numpy.empty(rows), numpy.empty(rows, dtype=numpy.uint8)
        for begin in range(0, rows, self.piece):
            piece = slice(begin, begin + self.piece)
            found = self.scores({name: values[piece] for name, values in self.data.items()})
            score[piece] = found
            tier[piece] = numpy.where(found == found, (found >= 50).astype(numpy.uint8) + (found >= 75), UNKNOWN)
        return score, tier

    def scores(self, data: dict[str, Any]) -> Any:
        """Of one piece."""
        raise NotImplementedError

    def answer(self, result: Any) -> Any:
        return result


class TwelveNumpy(InPieces):
    def scores(self, data: dict[str, Any]) -> Any:
        numpy = self.numpy
        points = weights = 0.0
        for k in range(COUNT):
            x = data[signal(k)]
            there = x == x
            lines = numpy.array(knots(k))
            points = points + numpy.where(there, weight(k) * numpy.interp(x, lines[:, 0], lines[:, 1]), 0.0)
            weights = weights + weight(k) * there
        with numpy.errstate(invalid="ignore", divide="ignore"):
            return numpy.where(weights >= 0.5 * ALL, 100 * points / weights, numpy.nan)


class Twelve(Case):
    name, question, rows = "twelve", "score and tier from twelve signals with gaps, lines of four segments", 5_000_000
    quick_rows, full_rows = 20_000, 10_000_000
    growth = (1_000_000, 3_000_000, 10_000_000, 50_000_000)
    contestants = (
        TwelveSojourn,
        TwelveFresh,
        TwelveDuckDB,
        *both_engines(TwelvePolars),
        *both_engines(TwelvePolarsHinge),
        TwelveNumpy,
    )

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        random = numpy.random.default_rng(7)
        columns = {}
        for k in range(COUNT):
            values = random.uniform(-1, 11, rows)
            values[random.random(rows, dtype=numpy.float32) < 0.05 + 0.005 * (k % 11)] = numpy.nan
            columns[signal(k)] = values
        return columns

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "s0", len(data["s0"]) // 2, lambda value: 3.5 if value != 3.5 else 4.0)

    def difference(self, mine: Any, theirs: Any) -> str:
        return score_difference(mine, theirs)
