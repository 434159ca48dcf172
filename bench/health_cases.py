"""Questions about health: twelve signals to score and tier, percentile ranks, weights from outcomes."""

from __future__ import annotations

import math
from typing import Any

from contest import Case, Contestant, DuckDB, Polars, Unavailable, need, sojourn_function, with_threads

# --- twelve signals, a line of four segments each

TIERS = ("red", "yellow", "green")
FROM = (0.0, 50.0, 75.0)
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
    "tiers": dict(zip(TIERS, FROM, strict=True)),
}


class TwelveSojourn(Contestant):
    """Into the arrays of the last round, as a host does that scores its book again and again."""

    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data, self.last = sojourn_function("Scorecard").from_json(TWELVE), data, None
        self.options = with_threads(self.card.score, self.threads)

    def run(self) -> Any:
        self.last = self.card.score(self.data, account=None, out=self.last, **self.options)
        return self.last["score"], self.last["tier_code"]

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        score, tier = (numpy.array(column) for column in result)
        return score, tier


class TwelveFresh(TwelveSojourn):
    """Into fresh memory each time."""

    name = "fresh"

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
                   (CASE WHEN isnan(score) THEN 255 WHEN score >= 75 THEN 2 WHEN score >= 50 THEN 1 ELSE 0
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
        tier = pl.when(score.is_nan()).then(255).when(score >= 75).then(2).when(score >= 50).then(1).otherwise(0)
        scored = self.frame.lazy().select(points=points, weight=present).select(
            score=pl.when(w >= 0.5 * ALL).then(100 * pl.col("points") / w).otherwise(math.nan)
        )  # fmt: skip
        return scored.with_columns(tier=tier.cast(pl.UInt8))

    def answer(self, result: Any) -> Any:
        return result["score"].to_numpy(), result["tier"].to_numpy()


class TwelvePolarsHinge(TwelvePolars):
    """The same with clips: what is fastest differs from version to version."""

    name = "hinges"

    @staticmethod
    def line(pl: Any, k: int) -> Any:
        x, points = pl.col(signal(k)), knots(k)
        total: Any = pl.lit(points[0][1])
        for (at, s), (next_at, next_s) in zip(points, points[1:], strict=False):
            total = total + (next_s - s) / (next_at - at) * (x.clip(at, next_at) - at)
        return total


class Twelve(Case):
    name, question, rows = "twelve", "score and tier from twelve signals with gaps, lines of four segments", 10_000_000
    contestants = (TwelveSojourn, TwelveFresh, TwelveDuckDB, TwelvePolars, TwelvePolarsHinge)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        random = numpy.random.default_rng(7)
        columns = {}
        for k in range(COUNT):
            values = random.uniform(-1, 11, rows)
            values[random.random(rows, dtype=numpy.float32) < 0.05 + 0.005 * (k % 11)] = numpy.nan
            columns[signal(k)] = values
        return columns

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
        ours, theirs = f"{score[row]} ({tier[row]})", f"{other_score[row]} ({other_tier[row]})"
        return f"{len(wrong):,} accounts, first row {row}: {ours} is not {theirs}"


# --- percentile ranks


class RankSojourn(Contestant):
    name = "sojourn"
    precision = "exact"

    def prepare(self, data: dict[str, Any]) -> None:
        self.rank, self.x = sojourn_function("percentile_rank"), data["x"]

    def run(self) -> Any:
        return self.rank(self.x, precision=self.precision, threads=self.threads)["rank"]

    def answer(self, result: Any) -> Any:
        return need("numpy").asarray(result) * len(self.x) + 0.5


class RankDuckDB(DuckDB):
    """percent_rank() does not put its rows back in order; (rank - 1) / (n - 1)."""

    query = "SELECT x, percent_rank() OVER (ORDER BY x) AS r FROM t"

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        self.x = data["x"]

    def answer(self, result: Any) -> Any:
        numpy = need("numpy")
        x, ranks = numpy.asarray(result["x"]), numpy.asarray(result["r"]) * (len(self.x) - 1) + 1
        order = numpy.argsort(x)
        return ranks[order][numpy.searchsorted(x[order], self.x)]


class RankPolars(Polars):
    def query(self, pl: Any) -> Any:
        return self.frame.lazy().select(r=pl.col("x").rank("average"))

    def answer(self, result: Any) -> Any:
        return result["r"].to_numpy()


class RankScipy(Contestant):
    name = "scipy"

    def prepare(self, data: dict[str, Any]) -> None:
        need("scipy.stats")
        self.rankdata, self.x = need("scipy").stats.rankdata, data["x"]

    def run(self) -> Any:
        return self.rankdata(self.x)

    def answer(self, result: Any) -> Any:
        return result


class PercentileRank(Case):
    name, question, rows = "percentile_rank", "exact percentile rank of one column, no two values equal", 10_000_000
    contestants = (RankSojourn, RankDuckDB, RankPolars, RankScipy)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return {"x": need("numpy").random.default_rng(7).lognormal(size=rows)}

    def difference(self, mine: Any, theirs: Any) -> str:
        """Ranks are whole numbers here; DuckDB's went through a division."""
        far = need("numpy").abs(mine - theirs).max()
        return "" if far < 1e-3 else f"ranks differ by {far}"


# --- weights from outcomes

LEARN = {
    "sojourn": 1,
    "card": "learn",
    "min_coverage": 0,
    "signals": {signal(k): {"norm": {"ramp": [0, 1]}} for k in range(COUNT)},
    "tree": {"mean": [[1, signal(k)] for k in range(COUNT)]},
    "tiers": {"red": 0, "green": 50},
}


class LearnSojourn(Contestant):
    """From the table to the learned card: the signals are normalised inside the clock."""

    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        self.card, self.data = sojourn_function("Scorecard").from_json(LEARN), data

    def run(self) -> Any:
        return self.card.learn_weights(self.data, "left", ridge=0.0, threads=self.threads)

    def answer(self, result: Any) -> Any:
        return [result.intercept, *(-c for c in result.table()["coefficient"])]


class LearnNumpy(Contestant):
    """Newton steps on a matrix that is laid out beforehand; its products run on the BLAS's own threads."""

    name = "numpy"

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy = need("numpy")
        self.x = self.numpy.column_stack([self.numpy.ones(len(data["left"])), *(data[signal(k)] for k in range(COUNT))])
        self.y = data["left"].astype(float)

    def run(self) -> Any:
        numpy, theta = self.numpy, self.numpy.zeros(COUNT + 1)
        while True:
            p = 1 / (1 + numpy.exp(-(self.x @ theta)))
            gradient = self.x.T @ (self.y - p)
            if numpy.abs(gradient).max() < 1e-8 * len(self.y):
                return theta
            theta = theta + numpy.linalg.solve(self.x.T @ (self.x * (p * (1 - p))[:, None]), gradient)

    def answer(self, result: Any) -> Any:
        return [float(c) for c in result]


class LearnSklearn(LearnNumpy):
    name = "sklearn"

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        need("sklearn.linear_model")
        regression = need("sklearn").linear_model.LogisticRegression
        self.fit = lambda: regression(C=math.inf, tol=1e-6, max_iter=1000).fit(self.x[:, 1:], self.y)

    def run(self) -> Any:
        return self.fit()

    def answer(self, result: Any) -> Any:
        return [float(result.intercept_[0]), *(float(c) for c in result.coef_[0])]


class LearnScipy(LearnNumpy):
    name = "scipy"

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        need("scipy.optimize")
        self.minimize = need("scipy").optimize.minimize

    def loss(self, theta: Any) -> tuple[float, Any]:
        numpy, eta = self.numpy, self.x @ theta
        p = 1 / (1 + numpy.exp(-eta))
        return float((numpy.logaddexp(0, eta) - self.y * eta).mean()), self.x.T @ (p - self.y) / len(self.y)

    def run(self) -> Any:
        return self.minimize(self.loss, self.numpy.zeros(COUNT + 1), jac=True, method="BFGS", options={"gtol": 1e-8}).x


class Learn(Case):
    name, question, rows = "learn", "logistic weights of twelve signals from outcomes", 1_000_000
    contestants = (LearnSojourn, LearnNumpy, LearnScipy, LearnSklearn)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        random = numpy.random.default_rng(7)
        columns: dict[str, Any] = {signal(k): random.random(rows) for k in range(COUNT)}
        eta = 1.0 - sum((0.2 + 0.1 * k) * columns[signal(k)] for k in range(COUNT))
        columns["left"] = (random.random(rows) < 1 / (1 + numpy.exp(-eta))).astype(numpy.int64)
        return columns

    def difference(self, mine: Any, theirs: Any) -> str:
        """Coefficients to 1e-3: quasi-Newton methods stop there."""
        same = all(math.isclose(a, b, abs_tol=1e-3) for a, b in zip(mine, theirs, strict=True))
        return "" if same else f"{mine} is not {theirs}"


# --- one account


class OneSojourn(Contestant):
    """A bound function and a dict of the account's values."""

    name = "sojourn"

    def prepare(self, data: dict[str, Any]) -> None:
        card = sojourn_function("Scorecard").from_json(TWELVE)
        if not hasattr(card, "scorer"):
            raise Unavailable("this build of sojourn has no Scorecard.scorer")
        self.score_one, self.accounts = (
            card.scorer(),
            [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)],
        )

    def run(self) -> Any:
        return [self.score_one(account) for account in self.accounts]

    def answer(self, result: Any) -> Any:
        return [one.score for one in result]


class OnePython(OneSojourn):
    """A loop over the definition, as a web application would write it."""

    name = "python"

    @staticmethod
    def line(x: float, points: list[tuple[float, float]]) -> float:
        if x <= points[0][0]:
            return points[0][1]
        for (at, s), (next_at, next_s) in zip(points, points[1:], strict=False):
            if x < next_at:
                return s + (next_s - s) / (next_at - at) * (x - at)
        return points[-1][1]

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        lines = [(signal(k), weight(k), knots(k)) for k in range(COUNT)]

        def score(account: dict[str, float]) -> float:
            points = total = 0.0
            for name, w, line in lines:
                x = account[name]
                if x == x:
                    points += w * self.line(x, line)
                    total += w
            return 100 * points / total if total >= 0.5 * ALL else math.nan

        self.score_one = score

    def answer(self, result: Any) -> Any:
        return result


class OneAccount(Case):
    name, question, rows = "one_account", "one account after the other from Python, twelve signals; rows are calls", 10_000
    contestants = (OneSojourn, OnePython)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return {name: values.tolist() for name, values in Twelve().make(rows, threads).items()}

    def bytes(self, data: dict[str, Any]) -> int:
        return sum(8 * len(values) for values in data.values())

    def difference(self, mine: Any, theirs: Any) -> str:
        wrong = [
            (a, b) for a, b in zip(mine, theirs, strict=True) if not (abs(a - b) < 1e-9 or (math.isnan(a) and math.isnan(b)))
        ]
        return "" if not wrong else f"{len(wrong):,} accounts, first {wrong[0][0]} is not {wrong[0][1]}"
