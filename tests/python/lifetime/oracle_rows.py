"""Rows of the oracle table of survival tests, causes and regressions, with the columns they name."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OracleTable = Callable[[str], dict[str, dict[str, str]]]


@dataclass(frozen=True)
class OracleRow:
    """Inputs with their columns read, and what is expected of them."""

    inputs: dict[str, Any]
    expected: dict[str, Any]
    columns: dict[str, list[Any]]

    def column(self, role: str) -> list[Any]:
        """The column that plays this role."""
        return self.columns[self.inputs[role]]

    def optional(self, *roles: str) -> dict[str, list[Any]]:
        """The columns of those roles that the row has."""
        return {role: self.column(role) for role in roles if role in self.inputs}


def oracle_row(oracle: OracleTable, shared_dir: Path, name: str) -> OracleRow:
    row = oracle("lifetime2")[name]
    inputs = json.loads(row["inputs"])
    columns = inputs["columns"] if "columns" in inputs else read_columns(shared_dir / "data" / inputs["file"])
    return OracleRow(inputs, json.loads(row["expected"]), columns)


def read_columns(path: Path) -> dict[str, list[Any]]:
    """Numbers where a column holds only numbers, text otherwise; whole numbers stay whole."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {name: _numbers([row[name] for row in rows]) for name in rows[0]}


def _numbers(texts: list[str]) -> list[Any]:
    try:
        values = [float(text) if text else math.nan for text in texts]
    except ValueError:
        return texts
    whole = all(math.isfinite(value) and value == int(value) for value in values)
    return [int(value) for value in values] if whole else values
