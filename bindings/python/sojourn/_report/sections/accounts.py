"""Accounts: whom to call, which terms end soon, who holds the money. Names only where they were asked for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sojourn._frames.format import money, number, percent
from sojourn._frames.language import say, sentences, shown_day, shown_month, word
from sojourn._report.page import Card, Fact, Grid, Need, Part, Section

DUE = (30, 60, 90)
SHOWN = 25


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """MRR in minor units; an empty tier: not scored."""

    account: str
    mrr: int
    owner: str = ""
    renews_on: datetime.date | None = None
    score: float | None = None
    tier: str = ""
    falling: bool = False
    reason: str = ""
    remedy: str = ""

    def because(self, reason: str, remedy: str) -> AccountRow:
        """The same account with what costs it points and what to do about it."""
        return replace(self, reason=reason, remedy=remedy)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The accounts of one label, their MRR now and that of its accounts a year ago, in minor units."""

    label: str | None
    accounts: int
    now: int
    before: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """Concentration: the shares of the largest and the ten largest accounts, HHI, and the number of equal accounts."""

    one: float
    ten: float
    hhi: float
    effective: float
    n: int


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    currency: str
    as_of: datetime.date
    last: str
    rows: Sequence[AccountRow]
    worst: str = ""
    """The worst tier of the card; empty without scores."""
    order: Sequence[str] = ()
    scored: bool = False
    due_known: bool = False
    names: bool = False
    by: Mapping[str, Sequence[Group]] = field(default_factory=dict)
    too_many: Sequence[str] = ()
    """Labels with more different values than a table shows."""
    held: Held | None = None

    def red(self) -> list[AccountRow]:
        """Accounts of the worst tier."""
        return [row for row in self.rows if self.worst and row.tier == self.worst]

    def due(self, days: int) -> list[AccountRow]:
        """Accounts whose term ends within so many days from `as_of` on."""
        end = self.as_of + datetime.timedelta(days=days)
        return [row for row in self.rows if row.renews_on is not None and self.as_of <= row.renews_on < end]

    def to_call(self) -> list[AccountRow]:
        """Red or falling accounts, the most money first."""
        found = [row for row in self.rows if (self.worst and row.tier == self.worst) or row.falling]
        return sorted(found, key=lambda row: (-row.mrr, row.account))


def part(facts: AccountFacts) -> Part:
    result = Part(data={"accounts": _data(facts)})
    result.needs += _needs(facts)
    if facts.names and (facts.scored or facts.due_known):
        listed = _listed(facts)
        result.anchors = {row.account: f"account-{i}" for i, row in enumerate(listed, start=1)}
        result.sections.append(_section(facts, listed))
    if facts.by or facts.too_many or facts.held is not None:
        result.sections.append(_money_by(facts))
    return result


def _listed(facts: AccountFacts) -> list[AccountRow]:
    """Whom to call, then who renews soon, once each."""
    return list({row.account: row for row in [*facts.to_call()[:SHOWN], *_largest_due(facts)]}.values())


def _largest_due(facts: AccountFacts) -> list[AccountRow]:
    return sorted(facts.due(DUE[-1]), key=lambda row: (-row.mrr, row.account))[:SHOWN]


def _sum(facts: AccountFacts, rows: Sequence[AccountRow]) -> str:
    return money(sum(row.mrr for row in rows), facts.currency, code=True)


def _needs(facts: AccountFacts) -> list[Need]:
    found = []
    anchor = "accounts" if facts.names else "health"
    if facts.scored:
        red = facts.red()
        found.append(
            Need(
                label=say("MRR of accounts in “{tier}”", tier=word(facts.worst)),
                value=_sum(facts, red),
                detail=say("{n:,} of {all:,} accounts", n=len(red), all=len(facts.rows)),
                anchor=anchor,
            )
        )
    if facts.due_known:
        for days in DUE:
            due = facts.due(days)
            found.append(
                Need(
                    label=say("Renewals due in {days} days", days=days),
                    value=f"{len(due):,}",
                    detail=say("{mrr} of MRR", mrr=_sum(facts, due)),
                    anchor="accounts" if facts.names else "",
                )
            )
    if facts.scored and facts.due_known:
        both = [row for row in facts.due(DUE[-1]) if row.tier == facts.worst]
        found.append(
            Need(
                label=say("“{tier}” and due in {days} days: call first", tier=word(facts.worst), days=DUE[-1]),
                value=f"{len(both):,}",
                detail=say("{mrr} of MRR", mrr=_sum(facts, both)),
                anchor=anchor,
            )
        )
    return found


def _section(facts: AccountFacts, listed: Sequence[AccountRow]) -> Section:
    call = facts.to_call()
    shown = call[:SHOWN]
    soon = _largest_due(facts)
    grids = []
    if facts.scored:
        caption = say("Red or falling, the most MRR first: {n:,} of {all:,}", n=len(shown), all=len(call))
        grids.append(_grid(facts, shown, caption))
    if facts.due_known:
        caption = say(
            "Terms that end within {days} days, the most MRR first: {n:,} of {all:,}",
            days=DUE[-1],
            n=len(soon),
            all=len(facts.due(DUE[-1])),
        )
        grids.append(_grid(facts, soon, caption))
    return Section(
        anchor="accounts",
        title=say("Whom to call"),
        reading=say("Nobody is red or falling.") if facts.scored and not call else "",
        grids=grids,
        cards=[_card(facts, row, f"account-{i}") for i, row in enumerate(listed, start=1)],
        definition=say(
            "Accounts in the worst tier of the card, those whose score fell by ten points or more since the cycle before, "
            "and those whose term ends soon. MRR is that of the end of {period}.",
            period=shown_month(facts.last),
        ),
        not_told=say("Whether a call helps. The reason is what costs the account most points, not why it might leave."),
    )


def _grid(facts: AccountFacts, rows: Sequence[AccountRow], caption: str) -> Grid:
    remedies = any(row.remedy for row in rows)
    columns = [say("Account"), "MRR", say("Owner"), say("Renews on"), say("Score"), say("Tier"), say("Reason")]
    return Grid(
        columns=[*columns, *([say("Remedy")] if remedies else [])],
        rows=[[*_cells(facts, row), *([row.remedy] if remedies else [])] for row in rows],
        caption=caption,
        sortable=True,
        names=True,
        words=(2, 5, 6, 7),
    )


def _cells(facts: AccountFacts, row: AccountRow) -> list[str]:
    return [
        row.account,
        money(row.mrr, facts.currency),
        row.owner,
        "" if row.renews_on is None else str(row.renews_on),
        "" if row.score is None else number(row.score),
        word(row.tier) + (f" ↓ {say('falling')}" if row.falling else ""),
        row.reason,
    ]


def _card(facts: AccountFacts, row: AccountRow, anchor: str) -> Card:
    told = [
        (say("MRR"), money(row.mrr, facts.currency, code=True)),
        (say("Owner"), row.owner),
        (say("Renews on"), "" if row.renews_on is None else shown_day(row.renews_on)),
        (say("Score"), "" if row.score is None else f"{number(row.score)} ({word(row.tier)})"),
        (say("Reason"), row.reason),
        (say("Remedy"), row.remedy),
    ]
    return Card(anchor=anchor, title=row.account, facts=[Fact(label=label, value=value) for label, value in told if value])


def _money_by(facts: AccountFacts) -> Section:
    return Section(
        anchor="money-by",
        title=say("Who holds the money"),
        reading=_concentration(facts.held),
        grids=[_group_grid(facts, label, groups) for label, groups in facts.by.items()],
        definition=say(
            "MRR at the end of {period} by a label that each account has today; the year before is that of the same "
            "accounts and of those that have left since.",
            period=shown_month(facts.last),
        ),
        not_told=sentences(
            say("Moves between labels: an account counts under its label of today in both years."),
            say("Labels with too many different values for a table: {labels}.", labels=", ".join(facts.too_many))
            if facts.too_many
            else "",
        ),
    )


def _concentration(held: Held | None) -> str:
    if held is None:
        return ""
    return sentences(
        say("The largest account holds {one} of MRR, the ten largest {ten}.", one=percent(held.one), ten=percent(held.ten)),
        say(
            "That is as concentrated as {effective} accounts of equal size would be (HHI {hhi}; {n:,} accounts pay).",
            effective=number(held.effective),
            hhi=number(10000 * held.hhi, 0),
            n=held.n,
        ),
    )


def _group_grid(facts: AccountFacts, label: str, groups: Sequence[Group]) -> Grid:
    whole = sum(group.now for group in groups) or 1
    before = sum(group.before for group in groups)
    accounts = sum(group.accounts for group in groups)
    total = Group(label=say("All"), accounts=accounts, now=sum(group.now for group in groups), before=before)
    return Grid(
        columns=[
            word(label[:1].upper() + label[1:]),
            say("Accounts"),
            "MRR",
            say("Share"),
            say("A year before"),
            say("Change"),
        ],
        rows=[_group_row(facts, group, whole) for group in [*groups, total]],
        caption=say("MRR in {currency} by {label}", currency=facts.currency, label=word(label)),
        total=True,
        sortable=True,
    )


def _group_row(facts: AccountFacts, group: Group, whole: int) -> list[str]:
    change = f"{100 * (group.now - group.before) / group.before:+.1f}%".replace("-", "−") if group.before else ""
    return [
        say("(none)") if group.label is None else word(group.label),
        f"{group.accounts:,}",
        money(group.now, facts.currency),
        percent(group.now / whole),
        money(group.before, facts.currency),
        change,
    ]


def _data(facts: AccountFacts) -> dict[str, object]:
    """Sums only: names stand in the page where they were asked for."""
    return {
        "at_risk_minor": sum(row.mrr for row in facts.red()),
        "at_risk_accounts": len(facts.red()),
        "due": {str(days): len(facts.due(days)) for days in DUE} if facts.due_known else None,
        "by": {
            label: [
                {"label": g.label, "accounts": g.accounts, "minor": g.now, "minor_year_before": g.before} for g in groups
            ]
            for label, groups in facts.by.items()
        },
        "concentration": None
        if facts.held is None
        else {"top_1": facts.held.one, "top_10": facts.held.ten, "hhi": facts.held.hhi},
    }
