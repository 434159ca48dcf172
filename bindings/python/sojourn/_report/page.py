"""The page: what it is made of, and how it becomes one self-contained HTML file.

Whatever reaches the page is untrusted text: the template escapes everything, pictures are rebuilt element by element
(`charts.svg`), and the data block cannot close its script element.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from sojourn._frames.language import say
from sojourn.charts.style import DARK, LIGHT, Spec
from sojourn.charts.svg import to_svg
from sojourn.errors import Error


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A figure of the first screen, with its interval and one line that says what it means."""

    label: str
    value: str
    interval: str = ""
    reading: str = ""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A small table: the first column is text, all others are numbers set to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    total: bool = False
    """The last row is a sum and stands apart."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question answered: picture, table, definition, and what the answer leaves open."""

    anchor: str
    title: str
    reading: str = ""
    pictures: Sequence[Spec] = ()
    grids: Sequence[Grid] = ()
    proof: str = ""
    """The identity that closes, printed with its numbers."""
    definition: str = ""
    not_told: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    label: str
    value: str


@dataclass(kw_only=True)
class Page:
    title: str
    lang: str = "en"
    subtitle: str = ""
    headlines: list[Headline] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def render(page: Page) -> str:
    """The whole page as HTML. It runs no script and fetches nothing."""
    template = _template()
    drawn = [
        (section, [to_svg(spec, prefix=f"s{i}p{j}") for j, spec in enumerate(section.pictures)])
        for i, section in enumerate(page.sections)
    ]
    html: str = template.render(
        page=page, drawn=drawn, light=_variables(LIGHT), dark=_variables(DARK), data=data_block(page.data)
    )
    return html


def data_block(data: Mapping[str, Any]) -> str:
    """JSON that is safe inside a script element: no `<`, `>` or `&` survives; NaN becomes null."""
    text = json.dumps(_finite(data), ensure_ascii=True, allow_nan=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _variables(palette: Mapping[str, str]) -> str:
    return "".join(f"--sj-{name}:{value};" for name, value in palette.items())


def _template() -> Any:
    try:
        import jinja2  # noqa: PLC0415  # optional: sojourn[report]
    except ModuleNotFoundError as missing:
        raise Error('the report needs jinja2: pip install "sojourn[report]"') from missing
    source = files("sojourn").joinpath("_report", "templates", "report.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["say"] = say
    return environment.from_string(source)


@dataclass(kw_only=True)
class Part:
    """What one family adds to a page."""

    headlines: list[Headline] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def add_to(self, page: Page) -> None:
        page.headlines += self.headlines
        page.sections += self.sections
        page.facts += self.facts
        page.data |= self.data
