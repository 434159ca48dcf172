"""Writes the compatibility kit: bytes that every language and every later version must read, and what they must say.

Usage: make_kit.py <folder>, with the Python package importable. The bytes are committed; a change of them breaks a promise.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import sojourn as sj

CARD = """{"sojourn": 1, "card": "kit", "event": "churn",
  "signals": {"logins": {"norm": {"ramp": [0, 10]}}, "csat": {"norm": {"ramp": [1, 5]}}},
  "tree": {"mean": [[3, "logins"], [1, "csat"]]}}"""
GRID = '{"first": "2023-01", "last": "2024-06"}'


def subscriptions() -> list[tuple[str, str, str, int]]:
    """Sixty periods of forty accounts: some come back, some change their price, some still run."""
    rows = []
    for i in range(60):
        start = f"{2023 + i % 7 // 5}-{1 + i * 5 % 12:02d}-{1 + i * 11 % 28:02d}"
        end = "" if i % 3 == 0 else f"2024-{1 + i * 7 % 12:02d}-{1 + i * 13 % 28:02d}"
        if end and end <= start:
            end = ""
        rows.append((f"account {i % 40}", start, end, 990 + i * 1370 % 20000))
    return rows


def fingerprint(data: bytes) -> str:
    """64-bit FNV-1a."""
    found = 0xCBF29CE484222325
    for byte in data:
        found = (found ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{found:016x}"


def ledger_of(rows: list[tuple[str, str, str, int]]) -> sj.Ledger:
    account, start, end, mrr = zip(*rows, strict=True)
    table = {"account": account, "start": start, "end": [day or None for day in end], "mrr_minor": mrr}
    return sj.Ledger(table, currency="EUR", as_of="2024-07-01")


def main(folder: Path) -> None:
    rows = subscriptions()
    with (folder / "subscriptions.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("account", "start", "end", "mrr_minor"), *rows])
    ledger = ledger_of(rows)
    revenue = ledger.state("2023-01", "2024-06").to_bytes()
    answers = sj.SurveyState([10, 9, 9, 8, 7, 3, 10, 0, 6, 10], scale=(0, 10))
    card = json.dumps(json.loads(CARD), separators=(",", ":"))
    (folder / "book.sjrn").write_bytes(ledger.to_bytes())
    (folder / "revenue.sjrn").write_bytes(revenue)
    (folder / "answers.sjrn").write_bytes(answers.to_bytes())
    (folder / "card.json").write_text(card, "utf-8")
    period = '{"period": "2024-05"}'
    expected: list[tuple[str, str, str, str]] = [("subscriptions.csv", "revenue", GRID, fingerprint(revenue))]
    for name, found in (
        ("nrr", ledger.nrr("2024-05")),
        ("grr", ledger.grr("2024-05")),
        ("logo_churn", ledger.logo_churn("2024-05")),
        ("net_mrr_churn", ledger.mrr_churn("2024-05", kind="net")),
        ("arpa", ledger.arpa("2024-05")),
    ):
        expected += [(file, name, period, repr(found.value)) for file in ("subscriptions.csv", "book.sjrn")]
    expected.append(("book.sjrn", "revenue", GRID, fingerprint(revenue)))
    expected.append(("book.sjrn", "mrr", period, repr(float(ledger.mrr("2024-05")))))
    expected += [(file, "bytes", "", fingerprint((folder / file).read_bytes())) for file in ("revenue.sjrn", "answers.sjrn")]
    expected.append(("answers.sjrn", "nps", "", repr(answers.nps().value)))
    expected.append(("card.json", "bytes", "", fingerprint(sj.Scorecard.from_json(CARD).to_json().encode())))
    with (folder / "expected.tsv").open("w", encoding="utf-8") as file:
        file.writelines("\t".join(one) + "\n" for one in expected)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
