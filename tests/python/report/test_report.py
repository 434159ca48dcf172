"""The page: one file, nothing runs in it, nothing is fetched, what a user typed stays text, and the identity is printed."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

import sojourn as sj
from report_samples import EVIL
from sojourn.cli._parser import main

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


ALLOWED = {
    *("Kaplan", "Meier", "Wilson", "Quick", "Ratio", "beta", "delta", "min"),
    *("acme", "sojourn", "data", "engagement", "logins", "features", "uploads", "smb", "mid", "enterprise", "csm"),
}
"""Names of methods, of columns and of segments."""


@pytest.fixture(scope="module")
def company() -> sj.datasets.AccountSet:
    return sj.datasets.acme(200)


def test_report_from_objects_in_hand(company: sj.datasets.AccountSet, tmp_path: Path) -> None:
    ledger = sj.Ledger(company.subscriptions, mrr="mrr_minor", as_of=company.as_of)
    scored = sj.Scorecard.template("engagement").score(company.signals, as_of=company.as_of)
    out = tmp_path / "page.html"
    text = sj.report(
        ledger=ledger, surveys={"nps": company.nps, "csat": {"scores": company.csat["score"]}}, health=scored, out=out
    )
    assert out.read_text(encoding="utf-8") == text
    assert "Closes exactly" in text and ledger.policy.hash() in text and scored.card.hash in text
    assert "acme-0" not in text and "How many answer?" in text and "What a customer is worth" not in text
    more = sj.report(
        ledger=ledger, contracts=company.contracts, surveys={"ces": [5, 6, 7]}, margin=0.8, spend=10**6, out=None
    )
    assert all(
        title in more
        for title in ("Which contracts were renewed", "What a customer is worth", "How easy is it?", "LTV : CAC")
    )
    assert "acme-0" in sj.report(health=scored, accounts=True, out=None)


def test_same_input_same_page(company: sj.datasets.AccountSet) -> None:
    answers = {"nps": company.nps["score"].to_list()}
    assert sj.report(surveys=answers, out=None) == sj.report(surveys=answers, out=None)


def test_report_of_survival_curves_by_name() -> None:
    curves = sj.kaplan_meier([1, 2, 3, 4], [True, False, True, False], by=["a", EVIL, "a", EVIL])
    text = sj.report(survival={"everybody": sj.kaplan_meier([1, 2], [True, False]), **curves}, out=None)
    assert "everybody" in text and "<img" not in text


def test_report_says_what_it_lacks() -> None:
    with pytest.raises(sj.SchemaError, match="needs something to report"):
        sj.report(out=None)
    with pytest.raises(sj.SchemaError, match='knows "nps", "csat" and "ces"'):
        sj.report(surveys={"other": [1, 2]}, out=None)
    with pytest.raises(sj.SchemaError, match="give ledger="):
        sj.report(surveys={"nps": [9]}, margin=0.8, out=None)
    ledger = sj.Ledger(
        {"account": ["a"], "start": ["2024-01-01"], "end": [None], "mrr": [100]}, as_of="2024-07-01", amounts="minor"
    )
    with pytest.raises(sj.SchemaError, match="spend needs margin="):
        sj.report(ledger=ledger, spend=100, out=None)
    with pytest.raises(sj.SchemaError, match="have no column"):
        sj.report(surveys={"nps": {"answer": [1, 2]}}, out=None)


def test_import_brings_no_requirement_of_the_report() -> None:
    code = "import sojourn, sys; print([m for m in ('duckdb', 'jinja2', 'vl_convert', 'numpy') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(Path(sj.__file__).parents[1])}
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment).stdout
        == "[]\n"
    )


def english_left(html: str) -> list[str]:
    """English words that a reader of a Chinese page would see, but for names, codes and what the data hold."""
    body = re.sub(r"<(style|script).*?</\1>", " ", html, flags=re.DOTALL)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', body))
    shown = unescape(re.sub(r"<[^>]+>", " ", body) + " " + labels)
    return sorted(set(re.findall(r"(?<!\w)[A-Za-z][a-z]{2,}(?![a-z0-9])", shown)) - ALLOWED)


def test_a_chinese_page_has_no_english_left(company: sj.datasets.AccountSet) -> None:
    ledger = sj.Ledger(company.subscriptions, mrr="mrr_minor", as_of=company.as_of)
    scored = sj.Scorecard.template("engagement").score(company.signals, as_of=company.as_of)
    page = sj.report(
        ledger=ledger,
        contracts=company.contracts,
        surveys={"nps": company.nps, "csat": company.csat, "ces": [5, 6, 7, None]},
        health=scored,
        margin=0.8,
        spend=1_000_000,
        accounts=True,
        book={name: company.signals[name] for name in ("account_id", "owner", "renews_on", "segment")},
        targets={"nrr": (1.0, None), "logo_retention": (None, 0.5)},
        lang="zh",
        out=None,
    )
    assert '<html lang="zh-CN">' in page and "净收入留存率（NRR）" in page and "2024年12月" in page
    assert english_left(page) == []
    assert '<html lang="en">' in sj.report(ledger=ledger, out=None)


def test_a_page_in_an_unknown_language_is_refused(company: sj.datasets.AccountSet) -> None:
    with pytest.raises(sj.SchemaError, match='lang is "fr"; accepted: en, zh'):
        sj.report(surveys={"nps": [9, 3]}, lang="fr", out=None)  # type: ignore[arg-type]


def test_targets_are_met_missed_or_open_by_the_interval(company: sj.datasets.AccountSet) -> None:
    ledger = sj.Ledger(company.subscriptions, mrr="mrr_minor", as_of=company.as_of)
    kept = ledger.logo_retention("2024-12")
    page = sj.report(
        ledger=ledger,
        targets={"logo_retention": (kept.low - 0.01, None), "grr": (1.1, None), "nrr": (ledger.nrr("2024-12").value, None)},
        out=None,
    )
    assert f"1 of 3 targets are met. Missed: GRR ({100 * ledger.grr('2024-12').value:.1f}%, too low)." in page
    for verdict in ("target met", "target missed", "target cannot-tell"):
        assert f'class="{verdict}"' in page
    with pytest.raises(sj.SchemaError, match="targets of moon"):
        sj.report(ledger=ledger, targets={"moon": (1, None)}, out=None)


def test_needs_are_the_sums_of_the_accounts(company: sj.datasets.AccountSet) -> None:
    ledger = sj.Ledger(company.subscriptions, mrr="mrr_minor", as_of=company.as_of)
    scored = sj.Scorecard.template("engagement").score(company.signals, as_of=company.as_of)
    book = {name: company.signals[name].to_list() for name in ("account_id", "owner", "renews_on")}
    page = sj.report(ledger=ledger, health=scored, book=book, out=None)
    closing = ledger.accounts_table("2024-12")
    mrr = dict(zip(closing["account"].to_list(), closing["closing"].to_list(), strict=True))
    tiers = zip(scored["account"].to_list(), scored["tier"].to_list(), scored["score"].to_list(), strict=True)
    red = sum(mrr.get(account, 0) for account, tier, score in tiers if tier == "red" and score == score)
    assert f"USD {red / 100:,.2f}" in page
    for days in (30, 60, 90):
        end = company.as_of + datetime.timedelta(days=days)
        due = sum(day is not None and company.as_of <= day < end for day in book["renews_on"])
        assert re.search(rf"Renewals due in {days} days</dt><dd class=\"figure\">{due:,}<", page)
    assert "acme-0" not in page  # names only where they are asked for


def test_a_book_with_two_rows_of_an_account_is_refused(company: sj.datasets.AccountSet) -> None:
    ledger = sj.Ledger(company.subscriptions, mrr="mrr_minor", as_of=company.as_of)
    with pytest.raises(sj.SchemaError, match='more than one row of account "a"'):
        sj.report(ledger=ledger, book={"account": ["a", "a"], "owner": ["x", "y"]}, out=None)
    with pytest.raises(sj.SchemaError, match="no column of accounts"):
        sj.report(ledger=ledger, book={"owner": ["x", "y"]}, out=None)


def test_targets_and_accounts_on_the_command_line(company: sj.datasets.AccountSet, tmp_path: Path) -> None:
    paths = {name: str(tmp_path / f"{name}.csv") for name in ("subscriptions", "signals")}
    for name, path in paths.items():
        getattr(company, name).to_csv(path)
    (tmp_path / "card.json").write_text(sj.Scorecard.template("engagement").to_json(), encoding="utf-8")
    (tmp_path / "targets.json").write_text('{"grr": [0, 1]}', encoding="utf-8")
    given = ["report", "--subscriptions", paths["subscriptions"], "--signals", paths["signals"], "--as-of", "2025-01-01",
             "--scorecard", str(tmp_path / "card.json"), "--quiet"]  # fmt: skip
    plain, full = tmp_path / "plain.html", tmp_path / "full.html"
    assert main([*given, "-o", str(plain)]) == 0
    assert main([*given, "--targets", str(tmp_path / "targets.json"), "--accounts", "-o", str(full)]) == 0
    texts = [path.read_text(encoding="utf-8") for path in (plain, full)]
    assert ["target met" in text for text in texts] == [False, True]
    assert ["Whom to call" in text for text in texts] == [False, True]
    assert all("Renewals due in 30 days" in text and "MRR in USD by owner" in text for text in texts)


def test_a_label_with_too_many_values_is_named_and_not_dropped() -> None:
    keys = [f"a{i:02}" for i in range(30)]
    ledger = sj.Ledger(
        {"account_id": keys, "start": ["2023-01-01"] * 30, "end": [None] * 30, "mrr_minor": [1000] * 30},
        as_of="2025-01-01",
    )
    book = {"account_id": keys, "city": [f"city {i}" for i in range(30)], "region": ["north", "south"] * 15}
    page = sj.report(ledger=ledger, book=book, out=None)
    assert "too many different values for a table: city." in page and "city 7" not in page and "north" in page
