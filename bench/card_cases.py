"""A general card: values that age, missing policies, a group that takes the worst, rules. And calls with few accounts."""

from __future__ import annotations

from typing import Any

from contest import AS_OF, Polars, Sojourn, both_engines, need, sojourn_function, with_threads
from scorecard_cases import COUNT, TWELVE, InPieces, Twelve, TwelveNumpy, knots, signal, weight

WORST_OF = range(8, COUNT)
GROUP_WEIGHT = 30
SUBSTITUTES = {0: 0.0, 1: 0.5, 2: 1.0}
"""What a missing signal counts as; all others are left out."""
MISSING: dict[int, Any] = {0: "worst", 1: {"neutral": 0.5}, 2: "best"}
AGEING = (3, 4, 5)
GRACE, HALF_LIFE = 30, 60


def signal_rules(k: int) -> dict[str, Any]:
    """The card's entry for one signal."""
    entry: dict[str, Any] = {"norm": {"piecewise": [list(knot) for knot in knots(k)]}}
    if k in MISSING:
        entry["missing"] = MISSING[k]
    if k in AGEING:
        neutral = {"half_life": HALF_LIFE, "grace": GRACE, "neutral": 0.5}
        entry |= {"observed_at": "seen", "stale": {"to_neutral": neutral}}
    return entry


CARD = {
    "sojourn": 1,
    "card": "general",
    "version": "1",
    "min_coverage": 0,
    "signals": {signal(k): signal_rules(k) for k in range(COUNT)},
    "tree": {
        "mean": [
            *([weight(k), signal(k)] for k in range(8)),
            [GROUP_WEIGHT, {"id": "worst", "min": [[1, signal(k)] for k in WORST_OF]}],
        ]
    },
    "rules": [
        {"id": "silent", "if": "s6 < 0.5", "cap": 40},
        {"id": "busy", "if": "s3 > 7 and s4 > 5", "add": 10},
        {"id": "known", "if": "s5 between 4 and 6", "floor": 20},
    ],
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}


class CardSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data, self.last = sojourn_function("Scorecard").from_json(CARD), need("polars").DataFrame(data), None
        self.options = with_threads(self.card.score, self.threads)

    def run(self) -> Any:
        self.last = self.card.score(self.data, account=None, as_of=AS_OF, out=self.last, **self.options)
        return self.last["score"], self.last["tier_code"]

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        return tuple(numpy.array(column) for column in result)


class CardNumpy(InPieces):
    def scores(self, data: dict[str, Any]) -> Any:
        """Of one piece."""
        numpy = self.numpy
        days = (numpy.datetime64(AS_OF) - data["seen"]).astype(numpy.int64)
        fresh = numpy.exp2(-numpy.maximum(days - GRACE, 0) / HALF_LIFE)
        points = weights = 0.0
        worst = numpy.full(len(days), numpy.inf)
        for k in range(COUNT):
            x = data[signal(k)]
            there, lines = x == x, numpy.array(knots(k))
            s = numpy.interp(x, lines[:, 0], lines[:, 1])
            if k in AGEING:
                s = 0.5 + (s - 0.5) * fresh
            if k in SUBSTITUTES:
                s, there = numpy.where(there, s, SUBSTITUTES[k]), True
            if k in WORST_OF:
                worst = numpy.where(there, numpy.minimum(worst, s), worst)
            else:
                points = points + numpy.where(there, weight(k) * s, 0.0)
                weights = weights + weight(k) * there
        any_of = worst < numpy.inf
        points = points + numpy.where(any_of, GROUP_WEIGHT * worst, 0.0)
        found = 100 * points / (weights + GROUP_WEIGHT * any_of)
        found = found + 10.0 * ((data["s3"] > 7) & (data["s4"] > 5))
        found = numpy.where((data["s5"] >= 4) & (data["s5"] <= 6), numpy.maximum(found, 20), found)
        found = numpy.where(data["s6"] < 0.5, numpy.minimum(found, 40), found)
        return numpy.clip(found, 0, 100)


class CardPolars(Polars):
    """Missing values are null in its frame."""

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        self.frame = self.frame.with_columns(need("polars").selectors.float().fill_nan(None))

    @staticmethod
    def line(pl: Any, k: int) -> Any:
        """The line of signal k, aged and substituted."""
        x, points = pl.col(signal(k)), knots(k)
        total: Any = pl.lit(points[0][1])
        for (at, s), (next_at, next_s) in zip(points, points[1:], strict=False):
            total = total + (next_s - s) / (next_at - at) * (x.clip(at, next_at) - at)
        if k in AGEING:
            total = 0.5 + (total - 0.5) * pl.col("fresh")
        return total.fill_null(SUBSTITUTES[k]) if k in SUBSTITUTES else total

    def query(self, pl: Any) -> Any:
        days = (pl.lit(AS_OF).str.to_date() - pl.col("seen")).dt.total_days()
        aged = self.frame.lazy().with_columns(fresh=pl.lit(2.0) ** (-(days - GRACE).clip(0) / HALF_LIFE))
        lines = {k: self.line(pl, k) for k in range(COUNT)}
        worst = pl.min_horizontal(*(lines[k] for k in WORST_OF))
        parts = [(weight(k), lines[k]) for k in range(8)] + [(GROUP_WEIGHT, worst)]
        points = pl.sum_horizontal([(w * part).fill_null(0.0) for w, part in parts])
        weights = pl.sum_horizontal([part.is_not_null() * pl.lit(float(w)) for w, part in parts])
        score, busy = pl.col("score"), ((pl.col("s3") > 7) & (pl.col("s4") > 5)).fill_null(False)
        summed = aged.select(pl.col("s5", "s6"), score=100 * points / weights + 10.0 * busy)
        known = pl.when(pl.col("s5").is_between(4, 6).fill_null(False)).then(score.clip(20)).otherwise(score)
        silent = pl.when((pl.col("s6") < 0.5).fill_null(False)).then(score.clip(upper_bound=40)).otherwise(score)
        ruled = summed.with_columns(score=known).select(score=silent).select(score=score.clip(0, 100))
        return ruled.with_columns(tier=((score >= 50).cast(pl.UInt8) + (score >= 75).cast(pl.UInt8)))

    def answer(self, result: Any) -> Any:
        return result["score"].to_numpy(), result["tier"].to_numpy()


class Card(Twelve):
    name, question = "card", "a general card of twelve signals: values age, missing policies, a worst-of group, three rules"
    rows, quick_rows, full_rows = 1_000_000, 20_000, 5_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (CardSojourn, *both_engines(CardPolars), CardNumpy)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        days = numpy.random.default_rng(10).integers(0, 200, rows)
        return super().make(rows, threads) | {"seen": numpy.datetime64(AS_OF, "D") - days}


# --- few accounts a call


class ManyScores(Sojourn):
    """A dict of arrays, as a service holds the accounts of a page."""

    threaded = False
    calls = 1

    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data = sojourn_function("Scorecard").from_json(TWELVE), data

    def run(self) -> Any:
        score, data = self.card.score, self.data
        for _ in range(self.calls):
            result = score(data, account=None)
        return result["score"], result["tier_code"]

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        score, tier = (numpy.array(column) for column in result)
        return score, numpy.minimum(tier, 3)


class ManyScoresNumpy(TwelveNumpy):
    calls = 1

    def run(self) -> Any:
        for _ in range(self.calls):
            result = super().run()
        return result


class ScoreCall(Twelve):
    """How long one call of `score` with few accounts takes; rows are accounts per call."""

    growth = ()

    def __init__(self, accounts: int, calls: int) -> None:
        self.name = f"score_call_{accounts}"  # type: ignore[misc]
        self.question = f"one call of score() with {accounts:,} accounts, twelve signals"  # type: ignore[misc]
        self.rows = self.full_rows = self.quick_rows = accounts  # type: ignore[misc]
        self.calls = calls  # type: ignore[misc]
        kinds = (ManyScores, ManyScoresNumpy)
        self.contestants = tuple(type(kind.__name__, (kind,), {"calls": calls}) for kind in kinds)  # type: ignore[misc]

    def bytes(self, data: dict[str, Any]) -> int:
        return self.calls * super().bytes(data)
