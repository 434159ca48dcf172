"""The cohort triangle."""

from __future__ import annotations

import pytest

from chart_samples import layer_rows
from sojourn import charts
from sojourn.charts.style import DARK, LIGHT

pytest.importorskip("vl_convert")


def test_what_is_not_known_yet_is_hatched_and_never_a_number() -> None:
    spec = charts.cohort_heat_map(["a", "b", "c"], [[1.0, 0.5, 0.25], [1.0, 0.0, None], [1.0]], sizes=[4, 4, 4])
    shown = {(row["cohort"], row["age"]): row["share"] for row in layer_rows(spec, 0)}
    assert shown == {("a", 0): 1.0, ("a", 1): 0.5, ("a", 2): 0.25, ("b", 0): 1.0, ("b", 1): 0.0, ("c", 0): 1.0}
    open_cells = [("b", 2), ("c", 1), ("c", 2)]
    assert [(row["cohort"], row["age"]) for row in layer_rows(spec, 1)] == open_cells
    assert [(row["cohort"], row["age"]) for row in layer_rows(spec, 2)] == open_cells
    assert "Hatched: not known yet." in spec["title"]["subtitle"]
    assert spec["layer"][0]["encoding"]["fillOpacity"]["scale"]["domain"] == [0, 1]
    whole = charts.cohort_heat_map(["a"], [[1.0, 0.5]], sizes=[4])
    assert "Hatched" not in whole["title"]["subtitle"] and not layer_rows(whole, 1)


def test_heat_of_money_is_as_deep_as_the_distance_from_the_start() -> None:
    spec = charts.cohort_heat_map(["a"], [[1.0, 1.25, 1.6, 0.4]], sizes=[4], measure="mrr")
    above, below = layer_rows(spec, 0), layer_rows(spec, 1)
    assert [(row["text"], row["shade"]) for row in above] == [("100", 0.0), ("125", 0.5), ("160", 1.0)]
    assert [(row["text"], row["shade"]) for row in below] == [("40", 1.0)]


def test_money_above_and_below_its_start_has_different_colours() -> None:
    spec = charts.cohort_heat_map(["2024-01"], [[1.0, 0.98, 1.06]], sizes=[3], measure="mrr")
    fills = {row["text"]: layer["mark"]["fill"] for layer in spec["layer"][:2] for row in layer["data"]["values"]}
    assert fills["98"] == LIGHT["heatlow"] and fills["106"] == fills["100"] == LIGHT["heat"]
    shades = {row["text"]: row["shade"] for layer in spec["layer"][:2] for row in layer["data"]["values"]}
    assert shades["100"] == 0 and shades["106"] == pytest.approx(0.12)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(
        weight * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


def over(colour: str, ground: str, alpha: float) -> str:
    mixed = (round(alpha * int(colour[i : i + 2], 16) + (1 - alpha) * int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("measure", ["accounts", "mrr"])
def test_every_number_of_the_heat_map_can_be_read(measure: str, palette: dict[str, str]) -> None:
    shares = [i / 100 for i in range(50, 151)] if measure == "mrr" else [i / 100 for i in range(101)]
    names = {colour: name for name, colour in LIGHT.items()}
    for share in shares:
        spec = charts.cohort_heat_map(["a"], [[share]], sizes=[4], measure=measure)
        cell, fill = next(
            (layer["data"]["values"][0], layer["mark"]["fill"])
            for layer in spec["layer"]
            if layer["mark"]["type"] == "rect" and layer["data"]["values"] and "shade" in layer["data"]["values"][0]
        )
        text = next(
            layer["mark"]["color"]
            for layer in spec["layer"]
            if layer["mark"]["type"] == "text" and layer["data"]["values"] and "shade" in layer["data"]["values"][0]
        )
        ground = over(palette[names[fill]], palette["paper"], 0.05 + 0.95 * cell["shade"])
        low, high = sorted((luminance(palette[names[text]]), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (share, ground)
