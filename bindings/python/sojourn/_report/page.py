"""The page: what it is made of, and how it becomes one self-contained HTML file.

Whatever reaches the page is untrusted text: the template escapes everything, pictures are rebuilt element by element
(`charts.svg`), and the data block cannot close its script element.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, Literal

from sojourn._frames.language import say, sentences
from sojourn.charts.style import DARK, LIGHT, Spec
from sojourn.charts.svg import title_text, to_svg
from sojourn.errors import Error


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A figure of the first screen, with its interval and one line that says what it means."""

    label: str
    value: str
    interval: str = ""
    reading: str = ""
    key: str = ""
    """The metric of the catalogue; empty: none."""
    changes: Sequence[str] = ()
    """Since the month and the year before."""
    first: bool = False
    """One of the few that stand large on the first screen."""
    target: str = ""
    met: Literal["", "met", "missed", "cannot-tell"] = ""

    def marked(self, target: str, met: str) -> Headline:
        """The same figure with its target and whether it is met."""
        return replace(self, target=target, met=met)  # type: ignore[arg-type]  # one of the three verdicts


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A small table: the first column is text, all others are numbers set to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    total: bool = False
    """The last row is a sum and stands apart."""
    sortable: bool = False
    names: bool = False
    """The first column names accounts: those with a section of their own are linked to it."""
    words: Sequence[int] = ()
    """Columns beside the first that hold words, not numbers."""


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A table behind a line that opens it."""

    summary: str
    grid: Grid


@dataclass(frozen=True, kw_only=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is known about one account."""

    anchor: str
    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that waits for somebody: how much, and where the page says more."""

    label: str
    value: str
    detail: str = ""
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question answered: picture, table, definition, and what the answer leaves open."""

    anchor: str
    title: str
    reading: str = ""
    pictures: Sequence[Spec] = ()
    grids: Sequence[Grid] = ()
    folds: Sequence[Fold] = ()
    cards: Sequence[Card] = ()
    proof: str = ""
    """The identity that closes, printed with its numbers."""
    definition: str = ""
    not_told: str = ""


@dataclass(kw_only=True)
class Page:
    title: str
    lang: str = "en"
    subtitle: str = ""
    verdict: str = ""
    """How are we doing, in a few sentences."""
    targets: Grid | None = None
    needs: list[Need] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    """Account -> its section of this page."""
    headlines: list[Headline] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def render(page: Page) -> str:
    """The whole page as HTML. It fetches nothing; the one script that its policy allows sorts and filters tables."""
    template = _template()
    drawn = [
        (
            section,
            [to_svg(spec, description=_alt(spec, section), prefix=f"s{i}p{j}") for j, spec in enumerate(section.pictures)],
        )
        for i, section in enumerate(page.sections)
    ]
    script = _source("page.js")
    texts = data_block({"sort": say("Sort"), "filter": say("Filter rows")})
    html: str = template.render(
        page=page,
        drawn=drawn,
        light=_variables(LIGHT),
        dark=_variables(DARK),
        data=data_block(page.data),
        script=script,
        texts=texts,
        allowed="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return html


def _draw(spec: Spec, section: Section, prefix: str) -> str:
    return to_svg(spec, description=_alt(spec, section), prefix=prefix)


def _alt(spec: Spec, section: Section) -> str:
    """What the picture is of, and what it says."""
    return sentences(say("{title}.", title=title_text(spec).rstrip(".。")), section.reading)


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
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["say"] = say
    return environment.from_string(_source("report.html.j2"))


def _source(name: str) -> str:
    return files("sojourn").joinpath("_report", "templates", name).read_text(encoding="utf-8")


@dataclass(kw_only=True)
class Part:
    """What one family adds to a page."""

    headlines: list[Headline] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)

    def add_to(self, page: Page) -> None:
        page.needs += self.needs
        page.anchors |= self.anchors
        page.headlines += self.headlines
        page.sections += self.sections
        page.facts += self.facts
        page.data |= self.data
