"""The page: one file, nothing runs in it, nothing is fetched, what a user typed stays text, and the identity is printed."""

from __future__ import annotations

import functools
import html.parser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sojourn as sj
from sojourn import _core
from sojourn._definitions import ALIASES, DEFINITIONS, lookup
from sojourn._format import exponent, money, percent
from sojourn._page import Fact, Page, Part, data_block, render
from sojourn.charts.lifetime import Curve
from sojourn.errors import Error
from sojourn.sections import health, revenue, survival, surveys

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")
EVIL = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}'


def rate(part: int, whole: int) -> _core.Estimate:
    return _core.proportion(part, whole)


def revenue_facts(**changes: object) -> revenue.RevenueFacts:
    given: dict[str, object] = {
        "currency": "USD", "periods": ["2024-01", "2024-02"], "opening": [100_00, 111_23], "closing": [111_23, 104_23],
        "movements": {"new": [20_00, 5_00], "reactivation": [0, 1_00], "expansion": [1_23, 0], "contraction": [0, 3_00],
                      "churn": [10_00, 10_00], "fx": [0, 0]},
        "accounts": {"opening": [5, 6], "new": [2, 1], "reactivated": [0, 1], "churned": [1, 2], "closing": [6, 6]},
        "estimates": {"nrr": rate(95, 100), "grr": rate(84, 100), "quick_ratio": rate(1, 2), "logo_churn": rate(0, 0)},
        "triangles": [revenue.Triangle(cohorts=["2024-01", "2024-02"], sizes=[2, 1], retention=[[1.0, 0.5], [1.0, None]])],
    }
    return revenue.RevenueFacts(**(given | changes))  # type: ignore[arg-type]


def curve(name: str) -> Curve:
    return Curve(name=name, time=[1, 2, 14], survival=[0.9, 0.7, 0.4], low=[0.8, 0.5, 0.2], high=[0.95, 0.8, 0.6], at_risk=[100, 60, 20])


def evil_page() -> Page:
    page = Page(title=EVIL, subtitle=EVIL, facts=[Fact(label=EVIL, value=EVIL)], data={EVIL: EVIL})
    left = survival.LeftBy(name=EVIL, left=3, accounts=9, rate=rate(3, 9), minor_left=300, minor=900)
    segment = surveys.NpsSegment(name=EVIL, promoters=50, passives=30, detractors=20, score=rate(30, 100), weighted=rate(31, 100))
    box = surveys.CsatSegment(name=EVIL, share=rate(80, 100), mean=4.2)
    parts = [
        revenue.part(revenue_facts(currency="USD")),
        survival.part(survival.SurvivalFacts(whole=curve(EVIL), groups=[curve(EVIL), curve("b")], weighted=curve("MRR"), left=left,
                                             left_by=[left], by=EVIL, currency="USD", remark=EVIL)),
        surveys.nps_part(surveys.NpsFacts(whole=segment, segments=[segment], by=EVIL, blank=3)),
        surveys.csat_part(surveys.CsatFacts(whole=box, segments=[box], by=EVIL)),
        health.part(health.HealthFacts(scores=[10.0, 90.0, float("nan")], tier_of=[EVIL, "top", ""], tiers=[EVIL, "top"], thresholds=[50],
                                       coverage=[1.0, 0.5, 0.0], lost_points=[(EVIL, 3.0)], outcome=[True, False, True], card=EVIL,
                                       at_risk=[health.AtRisk(account=EVIL, score=10.0, tier=EVIL, drivers=EVIL)])),
    ]
    for part in parts:
        part.add_to(page)
    return page


class Reader(html.parser.HTMLParser):
    """What a browser would make of the page, as far as danger goes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        (self.scripts if self._script else self.texts).append(data)


@functools.cache
def read_evil() -> tuple[str, Reader]:
    return read(evil_page())


def read(page: Page) -> tuple[str, Reader]:
    text = render(page)
    reader = Reader()
    reader.feed(text)
    reader.close()
    return text, reader


def test_untrusted_names_stay_text_everywhere() -> None:
    text, reader = read_evil()
    assert "<img" not in text and "img" not in reader.tags
    assert not [a for a in reader.attributes if a[1].startswith("on")]
    assert len(reader.scripts) == 1
    assert "{{7*7}}" in text and "49</h1>" not in text
    assert sum(EVIL in t for t in reader.texts) > 10


def test_data_block_is_json_and_carries_the_names_unharmed() -> None:
    _, reader = read_evil()
    data = json.loads(reader.scripts[0])
    assert data[EVIL] == EVIL
    assert data["nps"]["segments"][0]["segment"] == EVIL
    assert data["revenue"]["churn"] == [10_00, 10_00]
    assert data["revenue"]["estimates"]["logo_churn"]["value"] is None


def test_data_block_cannot_end_its_element() -> None:
    block = data_block({"a": "</script><!--&\u2028", "b": float("nan"), "c": [float("inf")]})
    assert not set("<>&\u2028") & set(block)
    assert json.loads(block) == {"a": "</script><!--&\u2028", "b": None, "c": [None]}


def test_page_forbids_everything_and_fetches_nothing() -> None:
    text, reader = read_evil()
    policies = [value for tag, name, value in reader.attributes if tag == "meta" and name == "content" and "default-src" in value]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert ("script", "type", "application/json") in reader.attributes
    assert not {"link", "iframe", "object", "embed", "img", "base", "form", "image", "use", "a"} & reader.tags
    assert not [a for a in reader.attributes if a[1] in ("src", "href", "xlink:href", "action", "srcset")]
    without_namespace = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.findall(r"https?://|url\((?!#)|@import", without_namespace)


def test_page_is_small_and_ids_are_unique() -> None:
    text, reader = read_evil()
    assert len(text.encode()) < 2_000_000
    ids = [value for _, name, value in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_page_knows_dark_mode_and_print() -> None:
    text, _ = read_evil()
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_identity_is_printed_to_the_cent() -> None:
    part = revenue.part(revenue_facts())
    proof = part.sections[0].proof
    assert "100.00 + 25.00 + 1.00 + 1.23 − 3.00 − 20.00 = 104.23 USD" in proof
    total = part.sections[0].grids[0].rows[-1]
    assert total[1:] == ["100.00", "25.00", "1.00", "1.23", "−3.00", "−20.00", "104.23"]


def test_a_page_does_not_print_an_identity_that_does_not_hold() -> None:
    with pytest.raises(Error, match="2024-02 do not close"):
        revenue.part(revenue_facts(closing=[111_23, 104_24]))


def test_undefined_is_said_and_not_zero() -> None:
    headline = next(h for h in revenue.part(revenue_facts()).headlines if h.label.startswith("Logo churn"))
    assert headline.value == "not defined" and "Not defined" in headline.reading


def test_every_section_says_what_it_does_not_tell() -> None:
    page = evil_page()
    for section in page.sections:
        if section.anchor not in ("at-risk", "retention"):
            assert section.definition and section.not_told, section.anchor


def test_account_names_only_on_request() -> None:
    quiet = health.HealthFacts(scores=[10.0, 90.0], tier_of=["low", "top"], tiers=["low", "top"], thresholds=[50])
    assert [section.anchor for section in health.part(quiet).sections] == ["health"]


def test_money_is_exact_in_every_currency() -> None:
    assert money(123456789012345678901, "USD") == "1,234,567,890,123,456,789.01"
    assert money(-5, "USD") == "−0.05" and money(1234, "JPY") == "1,234" and money(1234, "KWD", code=True) == "KWD 1.234"
    assert exponent("CLF") == 4 and percent(float("nan")) == "not defined" and percent(-0.012) == "−1.2%"


def test_definitions_are_complete_and_aliases_lead_somewhere() -> None:
    for definition in DEFINITIONS.values():
        assert all((definition.title, definition.meaning, definition.formula, definition.unit, definition.missing, definition.not_told))
    assert all(lookup(alias) is not None for alias in ALIASES)
    assert lookup("Net-Revenue-Retention") is DEFINITIONS["nrr"] and lookup("nonsense") is None


def test_nps_section_prints_its_arithmetic() -> None:
    whole = surveys.NpsSegment(name="All answers", promoters=1439, passives=962, detractors=345, score=rate(1, 2))
    section = surveys.nps_part(surveys.NpsFacts(whole=whole, blank=85)).sections[0]
    assert section.proof.startswith("1,439 promoters + 962 passives + 345 detractors = 2,746 answers")


def test_parts_add_up(tmp_path: Path) -> None:
    page = Page(title="t")
    Part(facts=[Fact(label="a", value="b")], data={"x": 1}).add_to(page)
    assert page.facts == [Fact(label="a", value="b")] and page.data == {"x": 1}
    (tmp_path / "page.html").write_text(render(page), encoding="utf-8")


@pytest.fixture(scope="module")
def company() -> sj.datasets.AccountSet:
    return sj.datasets.acme(200)


def test_report_from_objects_in_hand(company: sj.datasets.AccountSet, tmp_path: Path) -> None:
    ledger = sj.Ledger(company.subscriptions, mrr="mrr_minor", as_of=company.as_of)
    scored = sj.Scorecard.template("engagement").score(company.signals, as_of=company.as_of)
    out = tmp_path / "page.html"
    text = sj.report(ledger=ledger, surveys={"nps": company.nps, "csat": {"scores": company.csat["score"]}}, health=scored, out=out)
    assert out.read_text(encoding="utf-8") == text
    assert "Closes exactly" in text and ledger.policy.hash() in text and scored.card.hash in text
    assert "acme-0" not in text
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
    with pytest.raises(sj.SchemaError, match='knows "nps" and "csat"'):
        sj.report(surveys={"ces": [1, 2]}, out=None)
    with pytest.raises(sj.SchemaError, match="have no column"):
        sj.report(surveys={"nps": {"answer": [1, 2]}}, out=None)


def test_import_brings_no_requirement_of_the_report() -> None:
    code = "import sojourn, sys; print([m for m in ('duckdb', 'jinja2', 'vl_convert', 'numpy') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(Path(sj.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment).stdout == "[]\n"
