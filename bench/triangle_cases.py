"""Questions about triangles of cohorts."""

from __future__ import annotations

from typing import Any

from contest import Case, Contestant, Sojourn, need, sojourn_function, with_cell

# --- Mack's chain ladder


class LadderSojourn(Sojourn):
    threaded = False

    def prepare(self, data: dict[str, Any]) -> None:
        self.fit = sojourn_function("chain_ladder")
        rows = data["triangle"].tolist()
        self.rows = [row[: len(rows) - cohort] for cohort, row in enumerate(rows)]

    def run(self) -> Any:
        fit = self.fit(self.rows)
        return fit, fit.by_cohort()

    def answer(self, result: Any) -> Any:
        fit, by_cohort = result
        return [*fit.factors, *by_cohort["value"], *by_cohort["standard_error"]]


class LadderNumpy(Contestant):
    """The formulas of Mack's paper, column by column."""

    name = "numpy"

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy, self.triangle = need("numpy"), data["triangle"].astype(float)

    def run(self) -> Any:
        numpy, cells = self.numpy, self.triangle
        n = len(cells)
        factor, sigma2, total = numpy.empty(n - 1), numpy.empty(n - 1), numpy.empty(n - 1)
        for k in range(n - 1):
            before, after = cells[: n - 1 - k, k], cells[: n - 1 - k, k + 1]
            total[k] = before.sum()
            factor[k] = after.sum() / total[k]
            if len(before) > 1:
                sigma2[k] = (before * (after / before - factor[k]) ** 2).sum() / (len(before) - 1)
        sigma2[-1] = min(sigma2[-2] ** 2 / sigma2[-3], sigma2[-3], sigma2[-2])
        full, error = cells.copy(), numpy.zeros(n)
        for k in range(n - 1):
            rows = slice(n - 1 - k, n)
            full[rows, k + 1] = full[rows, k] * factor[k]
        for cohort in range(1, n):
            ahead = slice(n - 1 - cohort, n - 1)
            shares = sigma2[ahead] / factor[ahead] ** 2 * (1 / full[cohort, ahead] + 1 / total[ahead])
            error[cohort] = full[cohort, -1] * numpy.sqrt(shares.sum())
        return factor, full[:, -1], error

    def answer(self, result: Any) -> Any:
        return [float(value) for column in result for value in column]


class ChainLadder(Case):
    name, question, rows = "chain_ladder", "Mack's chain ladder of 120 monthly cohorts, rows are cohorts", 120
    quick_rows = 40
    contestants = (LadderSojourn, LadderNumpy)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        """Cumulated losses of cohorts of heavy-tailed size; what has not happened yet is 0."""
        numpy = need("numpy")
        random = numpy.random.default_rng(14)
        size = random.lognormal(12, 1, (rows, 1))
        lost = size * 0.08 * 0.93 ** numpy.arange(rows) * random.gamma(20, 1 / 20, (rows, rows))
        seen = numpy.arange(rows)[None, :] < rows - numpy.arange(rows)[:, None]
        return {"triangle": numpy.where(seen, numpy.rint(numpy.cumsum(lost, axis=1)), 0.0)}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "triangle", 2, lambda row: row * 1.001)

    def difference(self, mine: Any, theirs: Any) -> str:
        """To 1 in a billion."""
        wrong = [(a, b) for a, b in zip(mine, theirs, strict=True) if not abs(a - b) <= 1e-9 * max(abs(a), 1.0)]
        return f"{len(wrong)} values differ: {wrong[0][0]} is not {wrong[0][1]}" if wrong else ""
