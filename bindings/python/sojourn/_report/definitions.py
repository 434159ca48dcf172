"""What each metric means, in the language of the page."""

from __future__ import annotations

from dataclasses import replace

from sojourn._catalogue.definitions import DEFINITIONS, Metric
from sojourn._frames.language import word


def defined(name: str) -> Metric:
    """The metric of the catalogue, its sentences in the current language."""
    metric = DEFINITIONS[name]
    texts = {part: word(getattr(metric, part)) for part in ("title", "meaning", "formula", "missing", "not_told")}
    return replace(metric, **texts)
