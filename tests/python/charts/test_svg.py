"""Every picture is a safe SVG."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from chart_samples import every_picture
from sojourn import charts

pytest.importorskip("vl_convert")


@pytest.mark.parametrize("name", every_picture())
def test_every_picture_is_a_safe_svg(name: str) -> None:
    spec = every_picture()[name]
    json.dumps(spec, allow_nan=False)
    root = ElementTree.fromstring(charts.to_svg(spec))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {
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
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on") and "href" not in attribute, attribute
            assert "javascript:" not in value and "http" not in value


@pytest.mark.parametrize("name", every_picture())
def test_no_colour_escapes_the_page(name: str) -> None:
    """Every colour is a CSS variable, so that dark mode and print reach all of it."""
    svg = charts.to_svg(every_picture()[name])
    for colour in re.findall(r'(?:fill|stroke)="([^"]+)"', svg):
        assert colour.startswith("var(--sj-") or colour in ("none", "transparent") or colour.startswith("url("), colour
