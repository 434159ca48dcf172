"""What each metric means: the texts of the core's catalogue, for the report, the command line and the documents."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a metric."""

    name: str
    default: str
    meaning: str

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return not self.default

    def __str__(self) -> str:
        return self.name if self.required else f"{self.name}={self.default}"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric in business words: what it is, how it is computed, what it does not tell you."""

    name: str
    title: str
    family: str
    unit: str
    shown_as: str
    source: str
    result: str
    meaning: str
    formula: str
    missing: str
    not_told: str
    page: str
    function: str
    python: str
    options: tuple[Option, ...]


def _metric(found: dict[str, object]) -> Metric:
    options = found.pop("options")
    assert isinstance(options, list)
    named = tuple(Option(name=name, default=default, meaning=meaning) for name, default, meaning in options)
    return Metric(options=named, **found)  # type: ignore[arg-type]


DEFINITIONS: dict[str, Metric] = {metric.name: metric for metric in map(_metric, _core.catalogue.metrics())}


def find(name: str) -> Metric:
    """The metric of that name or alias; an unknown name is a `SchemaError` with the nearest known one."""
    return DEFINITIONS[_core.catalogue.find_metric(name)]


@checked
def metrics() -> Table:
    """Every metric of the library, one row per metric: what it means, its unit, its options, what it is measured on.

    `name` is what `measure` takes, `call` the Python function behind it, `function` the one in C++; `options` lists names
    and defaults. `definition`, `formula`, `missing` (what happens without data) and `not_told` are sentences for people who
    know the business. `page` names the page of docs/definitions.
    """
    every = DEFINITIONS.values()
    return Table(
        {
            "name": [one.name for one in every],
            "family": [one.family for one in every],
            "unit": [one.unit for one in every],
            "title": [one.title for one in every],
            "definition": [one.meaning for one in every],
            "formula": [one.formula for one in every],
            "options": [", ".join(map(str, one.options)) for one in every],
            "source": [one.source for one in every],
            "result": [one.result for one in every],
            "shown_as": [one.shown_as for one in every],
            "missing": [one.missing for one in every],
            "not_told": [one.not_told for one in every],
            "call": [one.python for one in every],
            "function": [one.function for one in every],
            "page": [f"docs/definitions/{one.page}.md" for one in every],
        },
        title="Metrics",
    )
