"""One request, whoever asks: the command line and `sojourn.report` give the same page."""

from __future__ import annotations

from pathlib import Path

import pytest

import sojourn as sj
from sojourn._report.facts.report_facts import report_facts
from sojourn._report.report import report_page
from sojourn._report.request import ContractRequest, HealthRequest, NpsRequest, ReportRequest, RevenueRequest
from sojourn.cli._options import metrics_options
from sojourn.cli._parser import parser
from sojourn.cli._requests import report_request

pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def company() -> sj.datasets.AccountSet:
    return sj.datasets.acme(400)


def ledger_of(company: sj.datasets.AccountSet) -> sj.Ledger:
    return sj.Ledger(
        company.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=company.as_of
    )


def test_files_on_the_command_line_become_the_request_of_objects_in_hand(
    company: sj.datasets.AccountSet, tmp_path: Path
) -> None:
    paths = {name: str(tmp_path / f"{name}.csv") for name in ("subscriptions", "contracts", "nps")}
    for name, path in paths.items():
        getattr(company, name).to_csv(path)
    given = ["metrics", "--subscriptions", paths["subscriptions"], "--contracts", paths["contracts"], "--responses",
             paths["nps"], "--margin", "0.8", "--as-of", str(company.as_of)]  # fmt: skip
    options = metrics_options(parser().parse_args(given))
    from_files = report_facts(report_request(options.inputs, options.messages))
    in_hand = report_facts(
        ReportRequest(
            revenue=RevenueRequest(ledger=ledger_of(company), margin=0.8),
            contracts=ContractRequest(table=company.contracts),
            nps=NpsRequest(scores=company.nps["score"].to_list()),
            survey_days={"NPS": (company.nps["sent_on"], company.nps["answered_on"])},
        )
    )
    pages = [report_page("t", facts) for facts in (from_files, in_hand)]
    assert repr(pages[0].data) == repr(pages[1].data)
    assert pages[0].headlines == pages[1].headlines and pages[0].subtitle == pages[1].subtitle


def test_a_request_that_cannot_be_answered_is_refused_when_it_is_made(company: sj.datasets.AccountSet) -> None:
    with pytest.raises(sj.SchemaError, match="give ledger="):
        ReportRequest(contracts=ContractRequest(table=company.contracts))
    with pytest.raises(sj.SchemaError, match="spend needs margin="):
        RevenueRequest(ledger=ledger_of(company), spend=1)


def test_a_section_is_there_for_each_family_that_was_asked_for(company: sj.datasets.AccountSet) -> None:
    card = sj.Scorecard.template("engagement")
    scored = card.score(company.signals, account="account_id", as_of=company.as_of)
    facts = report_facts(ReportRequest(health=HealthRequest(result=scored)))
    assert [section.anchor for section in report_page("t", facts).sections] == ["health", "parts"]
    named = report_facts(ReportRequest(health=HealthRequest(result=scored, accounts=True)))
    assert [section.anchor for section in report_page("t", named).sections] == ["health", "at-risk", "parts"]


def test_answers_that_are_no_whole_numbers_are_not_cut() -> None:
    with pytest.raises(sj.DataError, match='column "nps", row 1, value 8.5: not a whole number'):
        sj.report(surveys={"nps": [9, 8.5]}, out=None)


def test_the_last_twelve_complete_months_are_shown_and_the_three_numbers_of_a_year_are_told_apart(
    company: sj.datasets.AccountSet,
) -> None:
    facts = report_facts(ReportRequest(revenue=RevenueRequest(ledger=ledger_of(company))))
    assert facts.revenue is not None and facts.survival is not None
    assert len(facts.revenue.periods) == 12 and facts.revenue.opening[0] > 0
    logo = facts.revenue.estimates["logo_retention"].value
    assert f"Logo retention ({100 * logo:.1f}%)" in facts.survival.remark
    assert f"this curve ({100 * facts.survival.whole.at(12):.1f}%)" in facts.survival.remark


def test_accounts_of_the_best_tier_are_not_listed_as_the_lowest(company: sj.datasets.AccountSet) -> None:
    ten = {name: company.signals[name].to_list()[:10] for name in company.signals.columns}
    scored = sj.Scorecard.template("engagement").score(ten, account="account_id", as_of=company.as_of)
    facts = report_facts(ReportRequest(health=HealthRequest(result=scored, accounts=True))).health
    assert facts is not None and "green" in facts.tier_of
    assert {row.tier for row in facts.at_risk} <= {"red", "yellow"}


def test_the_parts_of_a_card_are_shown_over_cycles_and_by_owner() -> None:
    """Each part alone: its score is the score of a card that has only this part."""
    card = sj.Scorecard.from_json(CARD)
    columns = {"account": ["a", "b", "c"], "people": [4, 5, None], "pay": [1, 1, 0]}
    cycles = [
        card.score({**columns, "use": use}, account="account", as_of=day)
        for use, day in (([2, 4, 6], "2024-01-01"), ([5, 5, 5], "2024-02-01"))
    ]
    book = {"account": ["a", "b", "c"], "owner": ["x", "x", "y"]}
    html = sj.report(health=cycles, book=book, out=None)
    asked = ReportRequest(health=HealthRequest(result=cycles[1], earlier=cycles[:1]), book=book)
    facts = report_facts(asked).parts_of_card
    assert facts is not None and facts.parts == ["product", "pay"] and facts.days == ["2024-01-01", "2024-02-01"]
    assert facts.means[0]["product"] == pytest.approx((30 + 45 + 60) / 3)  # c has no people: only its use counts
    assert facts.means[1]["product"] == pytest.approx((45 + 50 + 50) / 3)
    assert facts.by_owner["x"]["product"] == pytest.approx(47.5) and facts.by_owner["y"]["pay"] == 0
    assert "The parts of the score" in html and "Mean score of each part, by owner" in html


CARD = {
    "sojourn": 1, "card": "two", "version": "1", "event": "churn", "min_coverage": 0.1,
    "signals": {name: {"norm": {"ramp": [0, top]}} for name, top in (("use", 10), ("people", 10), ("pay", 1))},
    "tree": {"mean": [[1, {"id": "product", "mean": [[1, "use"], [1, "people"]]}], [1, "pay"]]},
    "tiers": {"red": 0, "green": 50},
}  # fmt: skip
