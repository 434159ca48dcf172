"""Draws of what is still to come of a triangle of amounts that grow."""

from __future__ import annotations

from typing import Any

from sojourn._core.frames import Column
from sojourn._core.lifetime import OdpDraws
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table


@checked
class ChainLadderBootstrap:
    """Draws of what is still to come."""

    def __init__(self, drawn: OdpDraws, cohorts: list[str], level: float, options: dict[str, Any]) -> None:
        self.options = {**options, "refused": drawn.refused}
        self._cohorts, self._drawn = cohorts, drawn
        self._summary = drawn.summary(level=level)

    @property
    def total(self) -> Column:
        """What all cohorts together add, one number per draw."""
        return self._drawn.total

    @property
    def standard_error(self) -> float:
        """Standard deviation of the draws of the total; NaN with fewer than two."""
        return float(self._summary["standard_error"][-1])

    def by_cohort(self) -> Table:
        """One row per cohort, the total last: mean, standard error and limits of what is still to come."""
        return Table({"cohort": [*self._cohorts, "total"], **self._summary}, options=self.options, title="Still to come")

    def __repr__(self) -> str:
        return f"ChainLadderBootstrap({len(self.total)} draws, standard error {self.standard_error:,.6g})"
