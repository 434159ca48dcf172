"""What the page says in words, computed again here from the rows: a sentence is a number too."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest

import sojourn as sj
from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._frames.format import money, rounded_money
from sojourn._report.facts.report_facts import report_facts
from sojourn._report.page import Headline, Page
from sojourn._report.report import report_page
from sojourn._report.request import (
    CesRequest,
    CsatRequest,
    HealthRequest,
    NpsRequest,
    ReportRequest,
    RevenueRequest,
    SnapshotRequest,
)

MONTHS = 30
MARGIN = 0.75


def page_of(**asked: Any) -> Page:
    return report_page("page", report_facts(ReportRequest(**asked)))


def said_in(page: Page, anchor: str) -> str:
    section = next(one for one in page.sections if one.anchor == anchor)
    return " ".join([section.reading, section.proof])


def headline(page: Page, label: str) -> Headline:
    return next(one for one in page.headlines if label in one.label)


def numbers(pattern: str, text: str) -> list[str]:
    found = re.search(pattern, text)
    assert found is not None, text
    return list(found.groups())


def percent(part: float, places: int = 1) -> str:
    return f"{100 * part:.{places}f}%"


class World:
    """Accounts whose MRR changes with the month: `levels[account][month]` in cents, 0 before the start and after the end."""

    def __init__(self, seed: int, *, leaving: float) -> None:
        random.seed(seed)
        self.levels = [self._life(leaving) for _ in range(60)]

    @staticmethod
    def _life(leaving: float) -> list[int]:
        start, level, life = random.randrange(0, 24), random.randrange(1000, 9000), [0] * MONTHS
        for month in range(start, MONTHS):
            if month > start and random.random() < leaving:
                break
            if month > start and random.random() < 0.1:
                level += random.choice([-300, 700, 1100])
            life[month] = level
        return life

    def ledger(self) -> sj.Ledger:
        rows: dict[str, list[Any]] = {"account": [], "start": [], "end": [], "mrr_minor": []}
        for account, life in enumerate(self.levels):
            for month, level in enumerate(life):
                if level:
                    values = (f"k{account}", day(month), day(month + 1) if month + 1 < MONTHS else None, level)
                    for column, value in zip(rows.values(), values, strict=True):
                        column.append(value)
        return sj.Ledger(rows, mrr="mrr_minor", as_of=day(MONTHS))

    def total(self, month: int) -> int:
        return 0 if month < 0 else sum(life[month] for life in self.levels)

    def pairs(self, before: int, after: int) -> list[tuple[int, int]]:
        return [(life[before] if before >= 0 else 0, life[after]) for life in self.levels]


def day(month: int) -> str:
    return f"{2022 + month // 12}-{month % 12 + 1:02d}-01"


@pytest.fixture(scope="module", params=[(3, 0.01), (5, 0.12)], ids=["growing", "shrinking"])
def told(request: pytest.FixtureRequest) -> tuple[World, Page]:
    world = World(request.param[0], leaving=request.param[1])
    revenue = RevenueRequest(ledger=world.ledger(), first="2023-06", last="2024-06", margin=MARGIN, spend=123_456)
    return world, page_of(revenue=revenue)


FIRST, LAST = 17, 29


def test_the_level_its_change_and_a_year_of_it(told: tuple[World, Page]) -> None:
    world, page = told
    closing, opening = world.total(LAST), world.total(FIRST - 1)
    line = headline(page, "MRR at the end of 2024-06")
    assert line.value == money(closing, "USD")
    way, change, arr = numbers(r"^(Up|Down) ([\d,.]+) since the opening of 2023-06\. .*\(ARR\): ([\d,.]+)\.$", line.reading)
    assert (way, change) == ("Up" if closing >= opening else "Down", money(abs(closing - opening), "USD"))
    assert arr == money(closing * 12, "USD")


def test_what_was_gained_and_lost(told: tuple[World, Page]) -> None:
    world, page = told
    new = more = less = gone = 0
    for month in range(FIRST, LAST + 1):
        for before, after in world.pairs(month - 1, month):
            new += after if not before else 0
            gone += before if not after else 0
            more += max(0, after - before) if before and after else 0
            less += max(0, before - after) if before and after else 0
    gained, of_new, lost, of_gone = numbers(
        r"added USD ([\d,.]+) of MRR \((\d+)% of it from new accounts\) and took away USD ([\d,.]+) \((\d+)% of it by",
        said_in(page, "movements"),
    )
    assert (gained, lost) == (money(new + more, "USD"), money(gone + less, "USD"))
    assert (of_new, of_gone) == (f"{100 * new / (new + more):.0f}", f"{100 * gone / (gone + less):.0f}")


def test_how_much_stays(told: tuple[World, Page]) -> None:
    world, page = told
    pairs = [(before, after) for before, after in world.pairs(LAST - 12, LAST) if before]
    opening, now = sum(before for before, _ in pairs), sum(after for _, after in pairs)
    kept = sum(min(pair) for pair in pairs)
    said = said_in(page, "retention")
    took, back = numbers(r"took ([\d.]+%) of the MRR of 12 months ago; .* brought back ([\d.]+%)\.", said)
    assert (took, back) == (percent(1 - kept / opening), percent((now - kept) / opening))
    interval = world.ledger().nrr("2024-06")
    open_question = interval.low <= 1 <= interval.high
    assert ("is open: the interval" in said) == open_question
    assert ("worth more today" in said) == (interval.low > 1) and ("worth less today" in said) == (interval.high < 1)
    shown = headline(page, "Net revenue retention").reading
    assert f"{100 * now / opening:,.1f} is there today" in shown
    logos = f"{100 * sum(after > 0 for _, after in pairs) / len(pairs):.1f} are still customers"
    assert logos in headline(page, "Logo retention").reading


def test_what_the_churn_of_the_last_year_leaves(told: tuple[World, Page]) -> None:
    world, page = told
    lost = opening = 0
    for month in range(LAST - 11, LAST + 1):
        opening += world.total(month - 1)
        lost += sum(max(0, before - after) for before, after in world.pairs(month - 1, month))
    own, left, months = numbers(
        r"([\d.]+%) of the MRR was lost per month .* that rate ([\d.]+%) of it is left after (\d+) months",
        said_in(page, "mrr-index"),
    )
    rate = round(lost / opening, 4)
    assert own == percent(rate, 2) and left == percent((1 - rate) ** int(months), 0)


def test_what_a_customer_is_worth_and_how_long_it_stays(told: tuple[World, Page]) -> None:
    world, page = told
    faced = left = won = new = 0
    for month in range(LAST - 11, LAST + 1):
        for before, after in world.pairs(month - 1, month):
            faced, left = faced + (before > 0), left + (before > 0 and after == 0)
            won, new = won + (before == 0 and after > 0), new + (after if before == 0 else 0)
    text = said_in(page, "worth")
    per_month, stays = numbers(r"At ([\d.]+%) per month a customer stays ([\d.,]+) months", text)
    assert (per_month, stays) == (percent(left / faced, 2), f"{faced / left:,.1f}")
    each, shown_new = numbers(
        rf"1,234\.56 USD spent / {won} customers won .* = ([\d,.]+) each; they brought ([\d,.]+)", text
    )
    assert (each, shown_new) == (rounded_money(123_456 / won, "USD"), money(new, "USD"))
    assert f"back in {123_456 / (new * MARGIN):,.1f} months" in text


def answers(**groups: tuple[int, int]) -> tuple[list[int | None], list[str]]:
    """`name=(answers of 10, answers of 6)`, both between 7s and 8s that count for neither, and one blank each."""
    scores: list[int | None] = []
    segments: list[str] = []
    for name, (tens, sixes) in groups.items():
        mine: list[int | None] = [10, 9] * (tens // 2) + [6] * sixes + [7, 8] * 5 + [None]
        scores += mine
        segments += [name] * len(mine)
    return scores, segments


def test_promoters_passives_and_detractors_are_counted() -> None:
    scores, _ = answers(all=(40, 20))
    page = page_of(nps=NpsRequest(scores=scores))
    given = [score for score in scores if score is not None]
    up, low = sum(score >= 9 for score in given), sum(score <= 6 for score in given)
    assert said_in(page, "nps").strip().startswith(f"{up} promoters + {len(given) - up - low} passives + {low} detractors")
    reading = headline(page, DEFINITIONS["nps"].title).reading
    assert f"{100 * up / len(given):.0f} recommend and {100 * low / len(given):.0f} criticise" in reading
    data: Any = page.data["nps"]
    assert (data["segments"][0]["promoters"], data["segments"][0]["detractors"]) == (up, low)


@pytest.mark.parametrize(("other", "verdict"), [((30, 26), "overlap"), ((4, 60), "are apart")])
def test_segments_are_called_apart_where_their_intervals_are(other: tuple[int, int], verdict: str) -> None:
    scores, segments = answers(a=(40, 20), b=other, few=(0, 12))
    page = page_of(nps=NpsRequest(scores=scores, segments=segments, by="team"))
    text = said_in(page, "nps")
    assert f"their intervals {verdict}" in text and "few" not in text
    best, worst = (sj.nps([s for s, name in zip(scores, segments, strict=True) if name == one]) for one in "ab")
    assert (best.low > worst.high) == (verdict == "are apart")
    assert f"a is highest ({best.value:+.1f} points) and b lowest ({worst.value:+.1f}" in text.replace("−", "-")


def test_satisfied_and_effort_answers() -> None:
    page = page_of(csat=CsatRequest(scores=[5, 4, 3, 1, None, 5]), ces=CesRequest(scores=[7, 6, 2, None]))
    assert "Of every 100 answers, 60 are 4 or 5 of 5." in headline(page, DEFINITIONS["csat"].title).reading
    assert headline(page, DEFINITIONS["ces"].title).value == "5.00"


CARD = sj.Scorecard.from_json(
    {
        **{"sojourn": 1, "card": "c", "tiers": {"red": 0, "amber": 40, "green": 70}, "min_coverage": 0.4},
        "signals": {"use": {"norm": {"ramp": [0, 10]}}, "mood": {"norm": {"ramp": [0, 10]}}},
        "tree": {"mean": [[3, "use"], [1, "mood"]]},
    }
)
USE: list[float | None] = [1, 2, 9, 10, None, None, 5, 10]
MOOD: list[float | None] = [3, None, 9, 10, None, 4, 5, None]
LEFT = [True, True, False, False, True, False, True, False]


def test_scores_tiers_and_lost_points() -> None:
    """An account with less than 40 % of the weight has no score; a signal that is missing costs nothing."""
    scored = CARD.score({"account_id": list(range(8)), "use": USE, "mood": MOOD})
    page = page_of(health=HealthRequest(result=scored, outcome=LEFT))
    known = [[(v, w) for v, w in zip(pair, (3, 1), strict=True) if v is not None] for pair in zip(USE, MOOD, strict=True)]
    coverage = [sum(w for _, w in pair) / 4 for pair in known]
    scores = [
        10 * sum(v * w for v, w in pair) / sum(w for _, w in pair) if share >= 0.4 else None
        for pair, share in zip(known, coverage, strict=True)
    ]
    there = [score for score in scores if score is not None]
    red = [i for i, score in enumerate(scores) if score is not None and score < 40]
    green = [i for i, score in enumerate(scores) if score is not None and score >= 70]
    line = headline(page, "Accounts in tier “red”")
    assert line.value == percent(len(red) / len(there)) and line.interval == f"{len(red)} of {len(there)} scored accounts"
    assert line.reading.startswith(f"The mean score is {sum(there) / len(there):.1f} of 100. “red” is below 40.")
    worst, best = (100 * sum(LEFT[i] for i in own) / len(own) for own in (red, green))
    assert said_in(page, "health").startswith(
        f"{worst:.1f}% of the accounts in tier “red” left, against {best:.1f}% in “green”"
    )
    section = next(one for one in page.sections if one.anchor == "health")
    rows = {row[0]: row for row in section.grids[0].rows}
    for name, own in (("red", red), ("green", green)):
        mean = sum(coverage[i] for i in own) / len(own)
        assert rows[name][2:5] == [str(len(own)), percent(len(own) / len(there)), percent(mean, 0)]
        assert rows[name][5:] == [str(sum(LEFT[i] for i in own)), percent(sum(LEFT[i] for i in own) / len(own))]
    assert rows["no score"][2] == "2" and rows["no score"][4] == percent(0.25 / 2, 0)
    lost = {row[0]: row[1] for row in section.grids[1].rows}
    table = scored.lost_points()
    for name, values in (("use", USE), ("mood", MOOD)):
        costs = [
            cost
            for cost, value, score in zip(table[name].to_list(), values, scores, strict=True)
            if value is not None and score is not None
        ]
        assert lost[name] == f"{sum(costs) / len(there):.1f}"


@pytest.mark.parametrize(("dear", "words"), [(900, "paid more than"), (10, "paid less than"), (100, "about as much as")])
def test_a_snapshot_says_who_left_and_whether_they_paid_more(dear: int, words: str) -> None:
    tenure = [2, 5, 12, 12, 14, 20, 20, 24, 24, 24]
    left = [True, True, True, False, True, False, True, False, False, False]
    monthly = [dear if gone else 100 for gone in left]
    asked = SnapshotRequest(tenure=tenure, left=left, monthly=monthly, segments=list("aabbabbaab"), by="plan")
    page = page_of(survival=asked)
    assert headline(page, "Accounts that left").reading.startswith("5 of 10 accounts.")
    share = sum(m for m, gone in zip(monthly, left, strict=True) if gone) / sum(monthly)
    line = headline(page, "Money per month that left")
    assert line.value == percent(share) and words in line.reading
    year = headline(page, "Still there after 12 months")
    at_12 = still_there(tenure, left, 12)
    assert year.value == percent(at_12)
    half = next(t for t in range(1, 25) if still_there(tenure, left, t) <= 0.5)
    assert year.reading == f"Half have left after {half} months."


def still_there(tenure: Sequence[int], left: Sequence[bool], age: int) -> float:
    """Kaplan and Meier's product, as a textbook has it."""
    share = 1.0
    for t in range(1, age + 1):
        at_risk = sum(one >= t for one in tenure)
        share *= 1 - sum(one == t and gone for one, gone in zip(tenure, left, strict=True)) / at_risk
    return round(share, 12)


def test_exactly_one_half_is_half() -> None:
    page = page_of(survival=SnapshotRequest(tenure=[3, 3, 3, 3], left=[True, False, True, False]))
    assert headline(page, "Still there after 3 months").reading == "Half have left after 3 months."
