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


def test_marks_tell_their_numbers_beside_the_pointer() -> None:
    """As `<title>` elements, which need no script; what Vega says by itself is left out."""
    evil = "<script>alert(1)</script>"
    spec = charts.mrr_movements([evil], {"new": [1234.5], "churn": [0.0]}, currency="USD")
    titles = [
        element.text for element in ElementTree.fromstring(charts.to_svg(spec)).iter() if element.tag.endswith("}title")
    ]
    assert titles == [f"{evil} New: 1,234.50 USD"]
    cells = charts.cohort_heat_map(["2024-01"], [[1.0, 0.5]], sizes=[4])
    assert "2024-01 + 1 month: 50.0%" in charts.to_svg(cells)
