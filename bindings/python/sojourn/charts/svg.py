"""Draws a specification as inline SVG: no script, no link, no network; colours become CSS variables of the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

from sojourn.charts.style import LIGHT, TIP, Spec
from sojourn.errors import Error

SVG = "http://www.w3.org/2000/svg"
_VARIABLES = {value: f"var(--sj-{name}, {value})" for name, value in LIGHT.items()}
_DRAWN = {
    "svg",
    "g",
    "path",
    "rect",
    "line",
    "circle",
    "text",
    "tspan",
    "defs",
    "clipPath",
    "linearGradient",
    "stop",
    "title",
}
_KEPT = re.compile(
    r"^(d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|viewBox|transform|fill|fill-opacity|opacity|offset|id|clip-path"
    r"|stroke|stroke-[a-z]+|stop-color|stop-opacity|font-[a-z]+|text-anchor|dominant-baseline|class|role|aria-[a-z]+|style)$"
)


def to_svg(spec: Spec, *, description: str = "", prefix: str = "sj") -> str:
    """One self-contained `<svg>` element. Screen readers read out `description`; `prefix` keeps ids unique on a page."""
    root = ElementTree.fromstring(_convert(spec))
    _sanitise(root)
    _add_tooltips(root)
    for element in root.iter():
        _colour_by_variable(element)
        _prefix_ids(element, prefix)
    _label(root, description or title_text(spec))
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _convert(spec: Spec) -> str:
    try:
        import vl_convert  # noqa: PLC0415  # optional: sojourn[report]
    except ModuleNotFoundError as missing:
        raise Error('drawing pictures needs vl-convert-python: pip install "sojourn[report]"') from missing
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="5.21", allowed_base_urls=[])
    return svg


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _sanitise(root: ElementTree.Element) -> None:
    """Keeps the elements and attributes that draw, and nothing that links, loads or runs."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) not in _DRAWN:
                parent.remove(child)
    for element in root.iter():
        for name in list(element.attrib):
            if not _KEPT.match(_local(name)) or name.startswith("{"):
                del element.attrib[name]


def _colour_by_variable(element: ElementTree.Element) -> None:
    for name in ("fill", "stroke", "stop-color"):
        value = element.get(name)
        if value in _VARIABLES:
            element.set(name, _VARIABLES[value])


def _prefix_ids(element: ElementTree.Element, prefix: str) -> None:
    if (own := element.get("id")) is not None:
        element.set("id", f"{prefix}-{own}")
    for name, value in element.attrib.items():
        if value.startswith("url(#"):
            element.set(name, f"url(#{prefix}-{value[5:]}")


def _add_tooltips(root: ElementTree.Element) -> None:
    for element in list(root.iter()):
        told = element.get("aria-label", "")
        if told.startswith(TIP):
            title = ElementTree.Element(f"{{{SVG}}}title")
            title.text = told.removeprefix(TIP)
            element.insert(0, title)


def _label(root: ElementTree.Element, description: str) -> None:
    for element in _below(root):
        for name in [n for n in element.attrib if n.startswith("aria-") or n == "role"]:
            del element.attrib[name]
    root.set("role", "img")
    root.set("aria-label", description)
    root.set("class", "sj-picture")


def _below(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    elements = root.iter()
    next(elements)
    return elements


def title_text(spec: Spec) -> str:
    """What a picture is of: its title, its unit, how to read it."""
    title: Any = spec.get("title", "")
    if isinstance(title, dict):
        subtitle = title.get("subtitle", "")
        parts = [title.get("text", ""), *([subtitle] if isinstance(subtitle, str) else subtitle)]
        return ". ".join(part for part in parts if part)
    return str(title)
