"""Does a triangle look as the chain ladder assumes?"""

from __future__ import annotations

import math
from typing import Any

from sojourn._core.lifetime import ChainLadderChecks
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table


@checked
class ChainLadderDiagnostics:
    """Does the triangle look as the model assumes?"""

    def __init__(self, checks: ChainLadderChecks, residuals: Table, options: dict[str, Any]) -> None:
        self.options = options
        self._checks, self._residuals = checks, residuals

    @property
    def calendar_statistic(self) -> float:
        """Mack's Z. Far below its mean, single periods push all cohorts the same way, as a price rise does."""
        return self._checks.calendar_statistic

    @property
    def calendar_mean(self) -> float:
        """Z where periods have no effect."""
        return self._checks.calendar_mean

    @property
    def calendar_sd(self) -> float:
        """Standard deviation of Z where periods have no effect."""
        return self._checks.calendar_sd

    @property
    def correlation_statistic(self) -> float:
        """Mack's T: rank correlation of neighbouring ratios; about 0 where they are independent."""
        return self._checks.correlation_statistic

    @property
    def correlation_sd(self) -> float:
        """Standard deviation of T where ratios are independent."""
        return self._checks.correlation_sd

    @property
    def zero_starts(self) -> int:
        """Pairs of cells left out of the factors because they start at 0."""
        return self._checks.zero_starts

    def residuals(self) -> Table:
        """One row per ratio: cohort, age, periods before the latest one, ratio, residual."""
        return self._residuals

    def table(self) -> Table:
        """One row per test: statistic, mean and sd where the assumption holds, distance from that mean in sd, reading."""
        rows = [
            ("calendar", self.calendar_statistic, self.calendar_mean, self.calendar_sd, "below -2: effects of periods"),
            ("correlation", self.correlation_statistic, 0.0, self.correlation_sd, "beyond +-2: steps hang together"),
        ]
        distance = [(found - mean) / sd if sd > 0 else math.nan for _, found, mean, sd, _ in rows]
        columns = dict(zip(("test", "statistic", "mean", "sd"), list(zip(*rows, strict=True))[:4], strict=True))
        says = [row[4] for row in rows]
        return Table({**columns, "distance": distance, "reading": says}, options=self.options, title="Diagnostics")

    def __repr__(self) -> str:
        return repr(self.table())
