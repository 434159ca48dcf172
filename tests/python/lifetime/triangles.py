"""Triangles of the oracle table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from oracle_rows import OracleTable, inputs_and_expected


def named_triangle(shared_dir: Path, name: str) -> dict[str, list[Any]]:
    """A published triangle as a table of cells."""
    with (shared_dir / "data" / "loss_triangles.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["triangle"] == name]
    return {
        "cohort": [int(row["origin"]) for row in rows],
        "age": [int(row["age"]) for row in rows],
        "value": [float(row["cumulative"]) for row in rows],
    }


def cohort_money(shared_dir: Path, name: str, until: str) -> dict[str, list[Any]]:
    """Cells of cohorts by month as they stood in a month."""
    with (shared_dir / "data" / name).open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if _month(row["cohort"]) + int(row["age"]) <= _month(until)]
    return {
        "cohort": [row["cohort"] for row in rows],
        "age": [int(row["age"]) for row in rows],
        "value": [float(row["mrr_cents"]) for row in rows],
    }


def triangle_of_row(oracle: OracleTable, shared_dir: Path, name: str) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Triangle, options of `chain_ladder`, and what is expected."""
    inputs, expected = inputs_and_expected(oracle, "lifetime2", name)
    options = {"tail": inputs["tail"]} if "tail" in inputs else {}
    if inputs.get("odp"):
        options["method"] = "odp"
    if "triangle" in inputs:
        return inputs["triangle"], options, expected
    if "cohorts" in inputs:
        return cohort_money(shared_dir, inputs["cohorts"], inputs["until"]), options, expected
    return named_triangle(shared_dir, inputs["name"]), options, expected


def _month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7])
