"""Questions that sojourn and others (DuckDB, Polars, SciPy) can all answer. A case makes data; a contestant prepares, runs,
answers.

`run` is what is timed. `answer` turns its result into one common form, outside the clock, so that answers can be compared.
"""

from __future__ import annotations

import math
from typing import Any

from contest import AS_OF, Case, Contestant, DuckDB, Polars, acme_table, need, sojourn_function, with_threads
from health_cases import Learn, OneAccount, PercentileRank, Twelve
from lifetime_cases import Bgnbd, Cox, CoxMonths, Paretonbd, Survival
from revenue_cases import Movements, Series
from snapshot_cases import Keys, KeysSorted, SnapshotsCohorts, SnapshotsShuffled, SnapshotsSorted

# --- NPS of all answers

SFO_2017 = (17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872)


class NpsSojourn(Contestant):
    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        self.nps, self.scores = sojourn_function("nps"), data["score"]
        self.options = with_threads(self.nps, self.threads)

    def run(self) -> Any:
        return self.nps(self.scores, **self.options)

    def answer(self, result: Any) -> Any:
        return result.n, round(result.value, 9)


class NpsDuckDB(DuckDB):
    """Its best form: a group a score is several times faster than counting with filters."""

    query = "SELECT score, count(*) AS n FROM t GROUP BY score"

    def answer(self, result: Any) -> Any:
        pairs = list(zip(result["score"].tolist(), result["n"].tolist(), strict=True))
        n, up, down = (sum(m for score, m in pairs if low <= score <= high) for low, high in ((0, 10), (9, 10), (0, 6)))
        return n, round(100 * (up - down) / n, 9)


class NpsPolars(Polars):
    def query(self, pl: Any) -> Any:
        score = pl.col("score")
        return self.frame.lazy().select(
            up=(score >= 9).sum().cast(pl.Int64), down=(score <= 6).sum().cast(pl.Int64), n=score.count().cast(pl.Int64)
        )

    def answer(self, result: Any) -> Any:
        up, down, n = result.row(0)
        return n, round(100 * (up - down) / n, 9)


class Nps(Case):
    name, question, rows = "nps", "NPS of all answers, int8 scores", 100_000_000
    contestants = (NpsSojourn, NpsDuckDB, NpsPolars)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        shares = numpy.repeat(numpy.arange(11, dtype=numpy.int8), SFO_2017)
        return {"score": shares[numpy.random.default_rng(7).integers(0, len(shares), rows, dtype=numpy.int32)]}


class NpsSegmentsSojourn(NpsSojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        self.segments = data["segment"]

    def run(self) -> Any:
        return self.nps(self.scores, by=self.segments, **self.options)

    def answer(self, result: Any) -> Any:
        rows = result.to_dicts()
        key = next(name for name in ("segment", "by", *rows[0]) if name in rows[0])
        return {int(row[key]): (int(row["n"]), round(row["nps"] if "nps" in row else row["value"], 9)) for row in rows}


def nps_by_segment(triples: Any) -> dict[int, tuple[int, float]]:
    """Segment, score, count -> answers and NPS."""
    counts: dict[int, list[int]] = {}
    for segment, score, n in triples:
        kept = counts.setdefault(int(segment), [0, 0, 0])
        kept[0] += n
        kept[1] += n if score >= 9 else 0
        kept[2] += n if score <= 6 else 0
    return {segment: (n, round(100 * (up - down) / n, 9)) for segment, (n, up, down) in counts.items()}


class NpsSegmentsDuckDB(DuckDB):
    query = "SELECT segment, score, count(*) AS n FROM t GROUP BY segment, score"

    def answer(self, result: Any) -> Any:
        return nps_by_segment(zip(*(result[name].tolist() for name in ("segment", "score", "n")), strict=True))


class NpsSegmentsPolars(Polars):
    def query(self, pl: Any) -> Any:
        return self.frame.lazy().group_by("segment", "score").agg(n=pl.len())

    def run(self) -> Any:
        return self.query(need("polars")).collect(engine="streaming")  # the faster of its two

    def answer(self, result: Any) -> Any:
        return nps_by_segment(result.select("segment", "score", "n").rows())


class NpsSegments(Nps):
    name, question, rows = "nps_segments", "W4: NPS of 1000 skewed segments, int8 scores, uint16 segments", 20_000_000
    contestants = (NpsSegmentsSojourn, NpsSegmentsDuckDB, NpsSegmentsPolars)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        skewed = numpy.random.default_rng(6).random(rows, dtype=numpy.float32) ** 3
        return super().make(rows, threads) | {"segment": (skewed * 1000).astype(numpy.uint16)}


# --- a health score

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
TIERS = ("red", "yellow", "green", "unknown")


class ScoreSojourn(Contestant):
    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data = sojourn_function("Scorecard").from_json(CARD), data
        self.options = with_threads(self.card.score, self.threads)

    def run(self) -> Any:
        table = self.card.score(self.data, account="account_id", as_of=AS_OF, **self.options).table()
        return table["score"], table["tier"]  # a table makes its columns when they are asked for

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        score, tier = result
        return numpy.array(score), numpy.array([TIERS.index(str(name)) for name in tier])


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
    contestants = (ScoreSojourn, ScoreDuckDB, ScorePolars)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        made = acme_table("signals", rows, threads)
        return {"account_id": made["account_id"], **{name: made[name].astype(numpy.float64) for name in SIGNALS}}

    def bytes(self, data: dict[str, Any]) -> int:
        return sum(data[name].nbytes for name in SIGNALS)

    def difference(self, mine: Any, theirs: Any) -> str:
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
        return (
            f"{len(wrong):,} accounts, first row {row}: {score[row]} {TIERS[tier[row]]} is not "
            f"{other_score[row]} {TIERS[other_tier[row]]}"
        )


# --- the shifted beta-geometric fitted to one cohort


class SbgSojourn(Contestant):
    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        self.fit, self.data = sojourn_function("fit_decay"), data

    def run(self) -> Any:
        return self.fit(self.data["t"], self.data["survivors"])

    def answer(self, result: Any) -> Any:
        return result.log_likelihood, result.params["alpha"], result.params["beta"]


class SbgScipy(Contestant):
    """What notebooks do: the likelihood in NumPy, searched by Nelder and Mead in the logs of the parameters."""

    name = "scipy"

    def prepare(self, data: dict[str, Any]) -> None:
        numpy = need("numpy")
        need("scipy.optimize")
        self.numpy, self.minimize = numpy, need("scipy").optimize.minimize
        self.renewed = data["survivors"][1:].astype(float)
        self.lost = -numpy.diff(data["survivors"]).astype(float)
        self.age = numpy.arange(len(self.lost), dtype=float)

    def minus_log_likelihood(self, logs: Any) -> float:
        alpha, beta = self.numpy.exp(logs)
        kept = beta + self.age
        terms = self.renewed @ self.numpy.log(kept / (alpha + kept)) + self.lost @ self.numpy.log(alpha / (alpha + kept))
        return -float(terms)

    def run(self) -> Any:
        return self.minimize(
            self.minus_log_likelihood, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-6}
        )

    def answer(self, result: Any) -> Any:
        return -float(result.fun), *(float(value) for value in self.numpy.exp(result.x))


class Sbg(Case):
    name, question, rows = "sbg", "shifted beta-geometric fitted to one cohort, rows are periods", 37
    contestants = (SbgSojourn, SbgScipy)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        age = numpy.arange(1, rows)
        kept = numpy.concatenate([[1.0], numpy.cumprod((2.8 + age) / (3.5 + age))])
        return {"t": numpy.arange(rows, dtype=numpy.int32), "survivors": numpy.rint(1e6 * kept).astype(numpy.int64)}

    def difference(self, mine: Any, theirs: Any) -> str:
        """The likelihood to 1e-6, the parameters to 1e-5 of their size."""
        close = abs(mine[0] - theirs[0]) < 1e-6 * max(1.0, 1e-6 * abs(theirs[0]))
        same = close and all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(mine[1:], theirs[1:], strict=True))
        return "" if same else f"{mine} is not {theirs}"


CASES: dict[str, Case] = {
    case.name: case
    for case in (
        Nps(),
        NpsSegments(),
        Movements(),
        Series(),
        SnapshotsSorted(),
        SnapshotsShuffled(),
        SnapshotsCohorts(),
        Keys(),
        KeysSorted(),
        Scorecard(),
        Twelve(),
        PercentileRank(),
        Learn(),
        OneAccount(),
        Sbg(),
        Survival(),
        Cox(),
        CoxMonths(),
        Bgnbd(),
        Paretonbd(),
    )
}
