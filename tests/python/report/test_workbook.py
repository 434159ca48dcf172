"""The workbook: recalculated by LibreOffice from nothing but account rows, and equal to the library to the cent."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from sojourn.errors import SchemaError

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

RATES = ("NRR, 12 months", "GRR, 12 months", "MRR churn, month", "Logo churn, month")


def acme() -> sj.Ledger:
    made = sj.datasets.acme(400)
    return sj.Ledger(made.subscriptions, mrr="mrr_minor", as_of=made.as_of)


def comings_and_goings() -> sj.Ledger:
    """Returns, moves within a month, ends on the last and first days, amounts a year."""
    rows = [
        ("a", "2023-01-01", None, 1000),
        ("b", "2023-01-31", "2024-02-01", 555),
        ("b", "2024-05-10", None, 777),
        ("c", "2024-03-05", "2024-03-20", 1200),
        ("c", "2024-06-01", None, 1201),
        ("d", "2024-01-01", "2024-01-31", 700),
        ("d", "2024-01-31", None, 130),
        ("e", "2024-02-29", "2024-09-01", 50),
        ("=1+1", "2024-04-15", None, 9999),
    ]
    columns = dict(zip(("account", "start", "end", "arr"), map(list, zip(*rows, strict=True)), strict=True))
    return sj.Ledger(columns, amounts="minor", currency="EUR", as_of="2025-01-01")


def paused() -> sj.Ledger:
    """A customer without MRR for a while, and yen, which have no decimals."""
    return sj.Ledger.from_prices(
        {
            "account": ["a", "b", "c"],
            "start": ["2023-06-01", "2024-01-15", "2023-02-01"],
            "end": [None, None, "2024-08-10"],
            "amount": [12000, 5000, 700],
            "every": [1, 1, 1],
            "unit": ["year", "month", "month"],
            "paused_on": ["2024-03-05", None, None],
            "resumed_on": ["2024-06-05", None, None],
        },
        amounts="minor",
        currency="JPY",
        as_of="2025-01-01",
    )


LEDGERS = {"acme": acme, "comings and goings": comings_and_goings, "paused": paused}


def without_results(data: bytes) -> bytes:
    """The workbook with formulas only: whatever their cells show later was computed by who opened it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as stripped:
        for name in packed.namelist():
            content = packed.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            stripped.writestr(name, content)
    return out.getvalue()


def recalculated(data: bytes, folder: Path) -> Any:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed; CI has it")
    path, done = folder / "given.xlsx", folder / "done"
    path.write_bytes(without_results(data))
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            done,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "HOME": str(folder)},
    )
    return openpyxl.load_workbook(done / "given.xlsx", data_only=True)


def table(sheet: Any) -> list[dict[str, Any]]:
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", LEDGERS)
def test_libreoffice_recalculates_it_to_the_cent(name: str, tmp_path: Path) -> None:
    ledger = LEDGERS[name]()
    book = recalculated(sj.workbook(ledger, None), tmp_path)
    by_month_ends = sj.Policy.from_json(json.dumps({**ledger.policy.to_dict(), "movement_mode": "net_endpoints"}))
    moved = ledger.with_policy(by_month_ends).movements("2024-01", "2024-12").to_dicts()
    scale = {"USD": 100, "EUR": 100, "JPY": 1}[ledger.currency]
    near = 0 if name != "comings and goings" else 1  # amounts a year / 12: a row that is shown is rounded so that it closes
    totals = table(book["Totals"])
    assert [row["Month"] for row in totals] == [row["period"] for row in moved]
    for ours, theirs in zip(totals, moved, strict=True):
        for label, column in (
            *(("Opening MRR", "opening"), ("New MRR", "new"), ("Reactivation MRR", "reactivation")),
            *(("Expansion MRR", "expansion"), ("Contraction MRR", "contraction"), ("Churned MRR", "churn")),
            ("Closing MRR", "closing"),
        ):
            assert abs(round(ours[label] * scale) - abs(theirs[column])) <= near, (ours["Month"], label)
        for label, column in (("New customers", "accounts_new"), ("Customers that left", "accounts_churned")):
            assert ours[label] == abs(theirs[column]), (ours["Month"], label)
        assert ours["Customers at the closing"] == theirs["accounts_closing"]
    december = totals[-1]
    assert december["NRR, 12 months"] == pytest.approx(ledger.nrr("2024-12", window=12).value, abs=1e-12)
    assert december["GRR, 12 months"] == pytest.approx(ledger.grr("2024-12", window=12).value, abs=1e-12)
    ties = table(book["Tie-out"])
    assert [value for row in ties for label, value in row.items() if label != "Month" and value != 0] == []
    assert next(row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0] == "Largest difference") == 0


def test_a_changed_account_breaks_the_tie_out(tmp_path: Path) -> None:
    data = sj.workbook(acme(), None)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["MRR by account"]
    cell = next(row[-1] for row in sheet.iter_rows(min_row=2) if row[-1].value)
    cell.value += 0.01
    changed = io.BytesIO()
    book.save(changed)
    ties = table(recalculated(changed.getvalue(), tmp_path)["Tie-out"])
    assert any(value != 0 for row in ties for label, value in row.items() if label != "Month")


def test_no_text_becomes_a_formula() -> None:
    rows = {"account": ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "http://evil"], "start": ["2024-01-01"] * 5}
    ledger = sj.Ledger(rows | {"end": [None] * 5, "mrr": [100] * 5}, amounts="minor", currency="USD", as_of="2025-01-01")
    book = openpyxl.load_workbook(io.BytesIO(sj.workbook(ledger, None, accounts=True, title="=1+1")))
    keys = [row[0] for row in book["MRR by account"].iter_rows(min_row=2)]
    assert [cell.value for cell in keys] == rows["account"]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in keys)
    assert [cell.quotePrefix for cell in keys] == [True, True, True, True, False]
    title = book["Summary"]["A1"]
    assert title.value == "=1+1" and title.data_type == "s" and title.quotePrefix


def test_names_only_on_request_and_both_languages() -> None:
    numbered = openpyxl.load_workbook(io.BytesIO(sj.workbook(comings_and_goings(), None)))
    assert [row[0] for row in numbered["MRR by account"].iter_rows(min_row=2, values_only=True)] == [1, 2, 3, 4, 5, 6]
    chinese = openpyxl.load_workbook(io.BytesIO(sj.workbook(comings_and_goings(), None, lang="zh")))
    words = [cell for sheet in chinese for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
    english = [word for word in [*chinese.sheetnames, *words] if re.search(r"[A-Za-z]{4,}", word) and word[0] != "="]
    assert [word for word in english if "sojourn" not in word and not re.fullmatch("[0-9a-f]{16}", word)] == []
    assert "各客户 MRR" in chinese.sheetnames and "净收入留存率 (NRR)，12 个月" in words


def test_months_and_currencies_that_cannot_be() -> None:
    with pytest.raises(SchemaError, match="lies after last"):
        sj.workbook(acme(), None, first="2024-06", last="2024-01")
    with pytest.raises(SchemaError, match="known"):
        sj.workbook(acme(), None, last="2025-06")


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    data = sj.workbook(paused(), path, first="2024-06", last="2024-09")
    assert path.read_bytes() == data and os.listdir(tmp_path) == ["report.xlsx"]
    assert [row["Month"] for row in table(openpyxl.load_workbook(path)["Totals"])] == [f"2024-{m:02d}" for m in range(6, 10)]
