"""Cohorts: what becomes of the accounts that start together."""

from __future__ import annotations

from collections.abc import Sequence

from sojourn._frames.format import percent
from sojourn._frames.language import counted, say, sentences, word
from sojourn._report.definitions import defined
from sojourn._report.page import Grid, Section
from sojourn._report.sections.revenue_facts import Triangle
from sojourn.charts import cohort_heat_map


def cohorts_section(triangles: Sequence[Triangle]) -> Section:
    return Section(
        anchor="cohorts",
        title=say("Cohorts: what becomes of the accounts that start together"),
        reading=_cohort_reading(triangles[0]),
        pictures=[cohort_heat_map(t.cohorts, t.retention, sizes=t.sizes, measure=t.measure, step=t.step) for t in triangles],
        grids=[_age_grid(triangles)],
        definition=sentences(defined("cohorts").meaning, defined("cohorts").missing),
        not_told=defined("cohorts").not_told,
    )


def _age_grid(triangles: Sequence[Triangle]) -> Grid:
    """All cohorts together at a few ages; each age averages the cohorts that are old enough."""
    first = triangles[0]
    ages = [a for a in (1, 2, 3, 4, 6, 8, 12, 18, 24, 36) if any(_known(row, a) for row in first.retention)]
    old_enough = {a: [i for i, row in enumerate(first.retention) if _known(row, a)] for a in ages}
    return Grid(
        columns=[say("Age, {steps}", steps=word(f"{first.step}s")), *(f"{a}" for a in ages)],
        caption=say("All cohorts that are old enough, weighted by their size"),
        rows=[
            *(
                [
                    say("Share of accounts there") if t.measure == "accounts" else say("Share of MRR there"),
                    *(percent(_mean(t, a, rows)) for a, rows in old_enough.items()),
                ]
                for t in triangles
            ),
            [say("Cohorts"), *(f"{len(rows):,}" for rows in old_enough.values())],
        ],
    )


def _known(row: Sequence[float | None], age: int) -> bool:
    return age < len(row) and row[age] is not None


def _mean(triangle: Triangle, age: int, rows: Sequence[int]) -> float:
    weights = triangle.weights or triangle.sizes
    return sum((triangle.retention[i][age] or 0.0) * weights[i] for i in rows) / (sum(weights[i] for i in rows) or 1)


def kept_after_a_year(triangle: Triangle) -> tuple[float, int, int, int] | None:
    """The share still there a year after the period of the start, the periods of a year, the cohorts and the accounts that
    are old enough.
    """
    age = 12 if triangle.step == "month" else 4 if triangle.step == "quarter" else 1
    old_enough = [
        (row[age], size)
        for row, size in zip(triangle.retention, triangle.sizes, strict=True)
        if len(row) > age and row[age] is not None
    ]
    started = sum(size for _, size in old_enough)
    if not started:
        return None
    kept = sum((share or 0.0) * size for share, size in old_enough)
    return kept / started, age, len(old_enough), started


def _cohort_reading(triangle: Triangle) -> str:
    found = kept_after_a_year(triangle) if triangle.measure == "accounts" else None
    if found is None:
        return ""
    share, age, cohorts, started = found
    return say(
        "{kept:.1f}% of the accounts are still there {time} after the {step} in which they started ({seen} cohorts, "
        "{started:,} accounts old enough).",
        kept=100 * share,
        time=counted(age, triangle.step),
        step=word(triangle.step),
        seen=cohorts,
        started=started,
    )
