"""Percentile ranks and weights from outcomes."""

from __future__ import annotations

import math
from typing import Any

from contest import Case, Contestant, DuckDB, Polars, Sojourn, both_engines, need, sojourn_function, with_cell
from scorecard_cases import COUNT, signal

# --- percentile ranks


class RankSojourn(Sojourn):
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


class RankPandas(Contestant):
    name = "pandas"

    def prepare(self, data: dict[str, Any]) -> None:
        self.x = need("pandas").Series(data["x"])

    def run(self) -> Any:
        return self.x.rank()

    def answer(self, result: Any) -> Any:
        return result.to_numpy()


class PercentileRank(Case):
    name, question, rows = "percentile_rank", "exact percentile rank of one column, no two values equal", 5_000_000
    quick_rows = 20_000
    growth = (1_000_000, 10_000_000, 50_000_000)
    contestants = (RankSojourn, RankDuckDB, *both_engines(RankPolars), RankScipy, RankPandas)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return {"x": need("numpy").random.default_rng(7).lognormal(size=rows)}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "x", 0, lambda value: 1e9)

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


class LearnSojourn(Sojourn):
    """From the table to the learned card: the signals are normalised inside the clock."""

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


class LearnStatsmodels(LearnNumpy):
    name = "statsmodels"

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(data)
        need("statsmodels.api")
        self.logit = need("statsmodels").api.Logit

    def run(self) -> Any:
        return self.logit(self.y, self.x).fit(disp=0, tol=1e-8).params


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
    name, question, rows = "learn", "logistic weights of twelve signals from outcomes", 500_000
    quick_rows, full_rows = 20_000, 1_000_000
    contestants = (LearnSojourn, LearnNumpy, LearnScipy, LearnSklearn, LearnStatsmodels)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        random = numpy.random.default_rng(7)
        columns: dict[str, Any] = {signal(k): random.random(rows) for k in range(COUNT)}
        eta = 1.0 - sum((0.2 + 0.1 * k) * columns[signal(k)] for k in range(COUNT))
        columns["left"] = (random.random(rows) < 1 / (1 + numpy.exp(-eta))).astype(numpy.int64)
        return columns

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "left", 0, lambda value: 1 - value)

    def difference(self, mine: Any, theirs: Any) -> str:
        """Coefficients to 1e-3: quasi-Newton methods stop there."""
        same = all(math.isclose(a, b, abs_tol=1e-3) for a, b in zip(mine, theirs, strict=True))
        return "" if same else f"{mine} is not {theirs}"
