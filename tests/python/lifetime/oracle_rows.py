"""Rows of the oracle tables, with the columns they name."""

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


def inputs_and_expected(oracle: OracleTable, table: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a row of an oracle table gives, and what it expects."""
    row = oracle(table)[name]
    return json.loads(row["inputs"]), json.loads(row["expected"])


def oracle_row(oracle: OracleTable, shared_dir: Path, name: str) -> OracleRow:
    inputs, expected = inputs_and_expected(oracle, "lifetime2", name)
    columns = inputs["columns"] if "columns" in inputs else read_columns(shared_dir / "data" / inputs["file"])
    return OracleRow(inputs, expected, columns)


def read_columns(path: Path) -> dict[str, list[Any]]:
    """Numbers where a column holds only numbers, text otherwise; whole numbers stay whole."""
    return {name: _numbers(texts) for name, texts in read_text(path).items()}


def read_text(path: Path) -> dict[str, list[str]]:
    """The columns of a file, all text."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def _numbers(texts: list[str]) -> list[Any]:
    try:
        values = [float(text) if text else math.nan for text in texts]
    except ValueError:
        return texts
    whole = all(math.isfinite(value) and value == int(value) for value in values)
    return [int(value) for value in values] if whole else values
