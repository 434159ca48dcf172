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
from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._frames.currency import exponent
from sojourn._frames.format import money, percent
from sojourn._report.facts.decay import decay_of, ledger_decay
from sojourn._report.page import Fact, Page, Part, data_block, render
from sojourn._report.sections import ces, csat, decay, health, nps, renewals, responses, retention, revenue, survival, worth
from sojourn._report.sections.revenue_facts import RevenueFacts, Triangle
from sojourn._report.text import render_text
from sojourn.charts.lifetime import Curve
from sojourn.errors import Error

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")
EVIL = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}'


def rate(part: int, whole: int) -> _core.Estimate:
    return _core.proportion(part, whole)


def revenue_facts(**changes: object) -> RevenueFacts:
    given: dict[str, object] = {
        "currency": "USD",
        "periods": ["2024-01", "2024-02"],
        "opening": [100_00, 111_23],
        "closing": [111_23, 104_23],
        "movements": {
            "new": [20_00, 5_00],
            "reactivation": [0, 1_00],
            "expansion": [1_23, 0],
            "contraction": [0, 3_00],
            "churn": [10_00, 10_00],
            "fx": [0, 0],
        },
        "accounts": {"opening": [5, 6], "new": [2, 1], "reactivated": [0, 1], "churned": [1, 2], "closing": [6, 6]},
        "estimates": {"nrr": rate(95, 100), "grr": rate(84, 100), "quick_ratio": rate(1, 2), "logo_churn": rate(0, 0)},
        "triangles": [Triangle(cohorts=["2024-01", "2024-02"], sizes=[2, 1], retention=[[1.0, 0.5], [1.0, None]])],
    }
    return RevenueFacts(**(given | changes))  # type: ignore[arg-type]


def curve(name: str) -> Curve:
    return Curve(
        name=name,
        time=[1, 2, 14],
        survival=[0.9, 0.7, 0.4],
        low=[0.8, 0.5, 0.2],
        high=[0.95, 0.8, 0.6],
        at_risk=[100, 60, 20],
    )


def fitted(**changes: object) -> decay.Fitted:
    given: dict[str, object] = {
        "family": "sBG",
        "params": {"alpha": 1.0, "beta": 4.0},
        "observed": [1.0, 0.8, 0.7],
        "survival": [1.0, 0.8, 0.71, 0.65],
        "low": [1.0, 0.7, 0.6, 0.5],
        "high": [1.0, 0.9, 0.8, 0.75],
        "retention": [float("nan"), 0.8, 0.89, 0.92],
        "accounts": 100,
        "well_seen": 2,
    }
    return decay.Fitted(**(given | changes))  # type: ignore[arg-type]


def renewal_facts(**changes: object) -> renewals.RenewalFacts:
    given: dict[str, object] = {
        "logo": rate(8, 10),
        "gross_dollar": rate(9, 10),
        "net_dollar": rate(10, 10),
        "first": "2024-01",
        "last": "2024-12",
        "counts": {
            "due": 12,
            "early": 1,
            "on_time": 7,
            "late": 0,
            "lost": 2,
            "returned_after_grace": 1,
            "pending": 2,
            "units_pending": 2,
        },
    }
    return renewals.RenewalFacts(**(given | changes))  # type: ignore[arg-type]


def worth_facts(**changes: object) -> worth.WorthFacts:
    costs = sj.economics(spend=400_00, customers=4, new_mrr=100_00, gross_margin=0.8, ltv=500_00.0, arpa=12_50.0)
    given: dict[str, object] = {
        "currency": "USD",
        "margin": 0.8,
        "first": "2024-01",
        "last": "2024-12",
        "arpa": rate(1, 2),
        "churn": rate(2, 100),
        "value": sj.cltv(12_50.0, margin=0.8, churn=0.02, timing="new_customer_pays_now"),
        "spend": 400_00,
        "won": 4,
        "new_mrr": 100_00,
        "costs": costs,
    }
    return worth.WorthFacts(**(given | changes))  # type: ignore[arg-type]


def evil_page() -> Page:
    page = Page(title=EVIL, subtitle=EVIL, facts=[Fact(label=EVIL, value=EVIL)], data={EVIL: EVIL})
    left = survival.LeftBy(name=EVIL, left=3, accounts=9, rate=rate(3, 9), minor_left=300, minor=900)
    segment = nps.NpsSegment(
        name=EVIL, promoters=50, passives=30, detractors=20, score=rate(30, 100), weighted=rate(31, 100)
    )
    box = csat.CsatSegment(name=EVIL, share=rate(80, 100), mean=4.2)
    parts = [
        revenue.part(revenue_facts(currency="USD")),
        survival.part(
            survival.SurvivalFacts(
                whole=curve(EVIL),
                groups=[curve(EVIL), curve("b")],
                weighted=curve("MRR"),
                left=left,
                left_by=[left],
                by=EVIL,
                currency="USD",
                remark=EVIL,
            )
        ),
        decay.part(decay.DecayFacts(fitted=fitted(family=EVIL), index=(0.1, {0.1: [1.0, 0.9]}))),
        renewals.part(renewal_facts()),
        worth.part(worth_facts(currency=EVIL)),
        ces.part(ces.CesFacts(rows=[("All answers", rate(1, 2)), (EVIL, rate(1, 2))], by=EVIL)),
        responses.part(responses.ResponseFacts(rows=[(EVIL, 2, 1, rate(1, 2))])),
        nps.part(nps.NpsFacts(whole=segment, segments=[segment], by=EVIL, blank=3)),
        csat.part(csat.CsatFacts(whole=box, segments=[box], by=EVIL)),
        health.part(
            health.HealthFacts(
                scores=[10.0, 90.0, float("nan")],
                tier_of=[EVIL, "top", ""],
                tiers=[EVIL, "top"],
                thresholds=[50],
                coverage=[1.0, 0.5, 0.0],
                lost_points=[(EVIL, 3.0)],
                outcome=[True, False, True],
                card=EVIL,
                at_risk=[health.AtRisk(account=EVIL, score=10.0, tier=EVIL, drivers=EVIL)],
            )
        ),
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
    policies = [
        value for tag, name, value in reader.attributes if tag == "meta" and name == "content" and "default-src" in value
    ]
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


def test_a_curve_that_cannot_be_read_is_said_in_words() -> None:
    for status, words in (("refused", "none has left"), ("not converged", "first month"), ("lost", "“lost”")):
        section = decay.part(decay.DecayFacts(fitted=None, status=status)).sections[0]
        assert not section.pictures and not section.grids and words in section.reading


def test_a_curve_that_does_not_follow_the_dots_says_so_first() -> None:
    good, bad = (decay.part(decay.DecayFacts(fitted=fitted(observed=[1.0, 0.8, last]))).sections[0] for last in (0.7, 0.6))
    assert good.reading.startswith(
        "If nothing changes, 65.0% of new accounts are still there after 3 months (95% interval 50.0% to 75.0%)"
    )
    assert bad.reading.startswith(
        "No curve of this kind follows these accounts: dots and curve are up to 11.0 points apart (month 2)"
    )
    few = decay.part(decay.DecayFacts(fitted=fitted(observed=[1.0, 0.8, 0.6], well_seen=1))).sections[0]
    assert few.reading.startswith("If nothing changes") and "Where at least 30 accounts decide" in few.reading
    none = decay.part(decay.DecayFacts(fitted=fitted(well_seen=0))).sections[0]
    assert "too few accounts to judge" in none.reading


def test_decay_table_tells_observed_from_projected() -> None:
    grid = decay.part(decay.DecayFacts(fitted=fitted())).sections[0].grids[0]
    assert grid.rows == [["1", "80.0%", "80.0%", "70.0% to 90.0%"], ["3, projected", "–", "65.0%", "50.0% to 75.0%"]]


def test_a_ledger_without_losses_has_no_decay_curve() -> None:
    rows = {"account": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None, None], "mrr": [100, 200]}
    ledger = sj.Ledger(rows, as_of="2024-07-01")
    assert decay_of(ledger).status == "refused"
    facts = ledger_decay(ledger, "2024-01", "2024-06")
    assert facts.fitted is None and facts.index is None
    assert "There is no curve to show" in sj.report(ledger=ledger, out=None)


def test_sbg_of_a_ledger_is_that_of_its_survivors() -> None:
    """The published cohort of Fader & Hardie as a ledger: one account a customer, a renewal each month."""
    regular = [int(n) for n in sj.datasets.fader_hardie()["regular"].to_list()][:8]
    left = [a - b for a, b in zip(regular, regular[1:], strict=False)]
    ends = [f"2024-{month:02d}-01" for month, n in enumerate(left, start=2) for _ in range(n)] + [None] * regular[-1]
    ledger = sj.Ledger(
        {"account": list(range(1000)), "start": ["2024-01-01"] * 1000, "end": ends, "mrr": [100] * 1000}, as_of="2024-08-02"
    )
    fit, published = decay_of(ledger), sj.fit_decay(list(range(8)), regular)
    assert fit.status == "converged" and fit.params == pytest.approx(published.params, rel=1e-9)
    shown = ledger_decay(ledger, "2024-01", "2024-07").fitted
    day_before = decay_of(
        sj.Ledger({"account": [1], "start": ["2024-01-31"], "end": [None], "mrr": [1]}, as_of="2024-02-29")
    )
    assert day_before.periods_observed == 0
    assert shown is not None and shown.horizon == 7 + 24 and shown.observed == pytest.approx([n / 1000 for n in regular])


def test_every_contract_due_is_in_the_proof() -> None:
    section = renewals.part(renewal_facts()).sections[0]
    assert section.proof == "1 early + 7 on time + 2 lost + 2 not decided yet = 12 contracts due."
    nothing = renewals.part(renewal_facts(logo=rate(0, 0), gross_dollar=rate(0, 0), net_dollar=rate(0, 0)))
    assert nothing.headlines[0].value == "not defined" and nothing.sections[0].reading == ""


def test_worth_of_a_customer_is_the_arithmetic_that_it_prints() -> None:
    part = worth.part(worth_facts())
    assert part.headlines[0].value == "500.00" and "6.5 times" not in part.headlines[0].reading
    assert part.sections[0].proof.startswith("400.00 USD spent / 4 customers won 2024-01 to 2024-12 = 100.00 each")
    rows = {row[0]: row[1] for row in part.sections[0].grids[0].rows}
    assert rows["LTV : CAC"] == "5.0" and rows["Months until CAC is recovered, new customers"] == "5.0"
    unknown = worth.part(worth_facts(churn=rate(0, 0), value=None, costs={}, spend=None))
    assert unknown.headlines[0].value == "not defined" and unknown.sections[0].proof == ""


def test_cohorts_of_accounts_and_of_money_share_a_section() -> None:
    pair = [
        Triangle(cohorts=["2024-01", "2024-02"], sizes=[3, 1], retention=[[1.0, 0.5], [1.0]]),
        Triangle(
            cohorts=["2024-01", "2024-02"], sizes=[3, 1], retention=[[1.0, 1.2], [1.0]], measure="mrr", weights=[300, 50]
        ),
    ]
    section = next(s for s in revenue.part(revenue_facts(triangles=pair)).sections if s.anchor == "cohorts")
    assert len(section.pictures) == 2
    assert section.grids[0].rows == [
        ["Share of accounts there", "50.0%"],
        ["Share of MRR there", "120.0%"],
        ["Cohorts", "1"],
    ]


def test_text_page_is_aligned_and_cannot_steer_the_terminal() -> None:
    page = Page(title="t\x1b[31m", headlines=[*revenue.part(revenue_facts()).headlines])
    revenue.part(revenue_facts()).add_to(page)
    text = render_text(page)
    assert "\x1b" not in text and text.startswith("t\\x1b[31m\n")
    assert render_text(page, bold=True).startswith("\x1b[1mt\\x1b[31m\x1b[0m\n")
    lines = text.splitlines()
    table = lines[lines.index("MRR in USD") + 1 :][:6]
    assert [line.split()[0] for line in table] == [
        "Month",
        "-" * len(table[1]),
        "2024-01",
        "2024-02",
        "-" * len(table[1]),
        "All",
    ]
    assert len({len(line) for line in table}) == 1


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


def test_every_ratio_of_the_report_is_a_metric_of_the_catalogue() -> None:
    assert set(retention._RATIOS) | set(retention._RATIOS.values()) <= set(DEFINITIONS)


def test_nps_section_prints_its_arithmetic() -> None:
    whole = nps.NpsSegment(name="All answers", promoters=1439, passives=962, detractors=345, score=rate(1, 2))
    section = nps.part(nps.NpsFacts(whole=whole, blank=85)).sections[0]
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
    ledger = sj.Ledger({"account": ["a"], "start": ["2024-01-01"], "end": [None], "mrr": [100]}, as_of="2024-07-01")
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
