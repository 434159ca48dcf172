"""Rows that say when they were recorded and withdrawn, and a ledger of them."""

from __future__ import annotations

from typing import Any

import sojourn as sj

KNOWN_NAMES = ("account", "start", "end", "mrr", "recorded_at", "retracted_at")
KnownRow = tuple[str, str, str | None, int, str | None, str | None]

LATE: list[KnownRow] = [
    ("a", "2023-06-01", None, 5000, "2023-06-01", None),
    ("b", "2023-06-01", None, 1000, "2023-06-01", "2024-02-20"),
    ("b", "2023-06-01", "2024-01-15", 1000, "2024-02-20", None),
    ("c", "2024-01-10", None, 700, "2024-02-07", None),
]


def known_table(rows: list[KnownRow]) -> dict[str, list[Any]]:
    return {name: [row[i] for row in rows] for i, name in enumerate(KNOWN_NAMES)}


def known_ledger(rows: list[KnownRow], **more: Any) -> sj.Ledger:
    return sj.Ledger(
        known_table(rows), known_from="recorded_at", known_until="retracted_at", as_of="2025-01-01", **more, amounts="minor"
    )
