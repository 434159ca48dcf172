"""One account after the other from Python."""

from __future__ import annotations

import math
from typing import Any

from contest import Case, Sojourn, Unavailable, sojourn_function
from scorecard_cases import ALL, COUNT, TWELVE, Twelve, knots, signal, weight

# --- one account


class OneSojourn(Sojourn):
    """A bound function and a dict of the account's values."""

    threaded = False

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

    name, ours = "python", False

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
    name, question, rows = "one_account", "one account after the other from Python, twelve signals, as dicts", 10_000
    quick_rows, calls = 10_000, 10_000
    contestants = (OneSojourn, OnePython)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        return {name: values.tolist() for name, values in Twelve().make(rows, threads).items()}

    def bytes(self, data: dict[str, Any]) -> int:
        return sum(8 * len(values) for values in data.values())

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "s0": [3.3, *data["s0"][1:]]}

    def difference(self, mine: Any, theirs: Any) -> str:
        wrong = [
            (a, b) for a, b in zip(mine, theirs, strict=True) if not (abs(a - b) < 1e-9 or (math.isnan(a) and math.isnan(b)))
        ]
        return "" if not wrong else f"{len(wrong):,} accounts, first {wrong[0][0]} is not {wrong[0][1]}"
