"""What each metric means, in the language of the page."""

from __future__ import annotations

from dataclasses import replace

from sojourn._catalogue.definitions import DEFINITIONS, Metric
from sojourn._frames.language import word


def defined(name: str) -> Metric:
    """The metric of the catalogue, its sentences in the current language."""
    metric = DEFINITIONS[name]
    return replace(
        metric,
        title=word(metric.title),
        meaning=word(metric.meaning),
        formula=word(metric.formula),
        missing=word(metric.missing),
        not_told=word(metric.not_told),
    )
