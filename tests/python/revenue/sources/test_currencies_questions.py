"""Every question of a ledger in several currencies: that of the rows in one currency, at the rates of the day it names."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

NAMES: dict[str, Any] = {"account": "account", "start": "start", "end": "end", "mrr": "mrr"}
MONTHS = [f"{year}-{month:02d}" for year in (2021, 2022, 2023, 2024) for month in range(1, 13)]
WINDOWED = ("nrr", "grr", "logo_retention", "logo_churn", "gross_mrr_churn", "net_mrr_churn")
AMOUNTS = (
    *("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing"),
    *("accounts_opening", "accounts_new", "accounts_reactivated", "accounts_churned", "accounts_closing"),
)
AS_OF = "2025-01-01"


class World:
    """Random rows whose amounts are whole minor units at every rate."""

    def __init__(self, seed: int, currencies: int, *, all_one: bool = False) -> None:
        draw = random.Random(seed)
        codes = ["USD", "EUR", "GBP", "CHF"][:currencies]
        self.rows: dict[str, list[Any]] = {name: [] for name in ("account", "start", "end", "mrr", "currency", "plan")}
        for _ in range(40):
            self.rows["account"].append(f"c{draw.randint(1, 12)}")
            self.rows["start"].append(f"{draw.choice([2022, 2023])}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
            self.rows["end"].append(None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-15")
            self.rows["mrr"].append(100 * draw.choice([10, 25, 49, 490]))
            self.rows["currency"].append(draw.choice(codes))
            self.rows["plan"].append(draw.choice(["x", "y"]))
        self.rate = {("USD", month): 100 for month in MONTHS}
        for code in codes[1:]:
            self.rate |= {(code, month): 100 if all_one else draw.randint(60, 140) for month in MONTHS}
        quoted = [(code, month) for code, month in self.rate if code != "USD"]
        self.rates = {
            "currency": [code for code, _ in quoted] or ["EUR"],
            "month": [month for _, month in quoted] or ["2024-01"],
            "rate": [f"{self.rate[key]}/100" for key in quoted] or ["1"],
        }

    def ledger(self, **more: Any) -> sj.Ledger:
        return sj.Ledger(
            self.rows,
            **NAMES,
            currency="currency",
            rates=self.rates,
            report_in="USD",
            as_of=AS_OF,
            segment="plan",
            amounts="minor",
            **more,
        )

    def at(self, month: str) -> sj.Ledger:
        """The rows in dollars, all at the rates of one month."""
        worth = [
            mrr * self.rate[code, month] // 100 for mrr, code in zip(self.rows["mrr"], self.rows["currency"], strict=True)
        ]
        return sj.Ledger(
            {**self.rows, "mrr": worth, "currency": ["USD"] * len(worth)},
            **NAMES,
            as_of=AS_OF,
            segment="plan",
            amounts="minor",
        )


def same(a: sj.Estimate, b: sj.Estimate) -> bool:
    return repr((a.value, a.low, a.high, a.n, a.reason)) == repr((b.value, b.low, b.high, b.n, b.reason))


def month_before(month: str, months: int = 1) -> str:
    return MONTHS[MONTHS.index(month) - months]


@pytest.mark.parametrize("currencies", [1, 2, 3, 4])
def test_windows_stand_at_the_rates_of_the_day_before_them(currencies: int) -> None:
    for seed in range(4):
        world = World(100 * currencies + seed, currencies)
        ledger = world.ledger()
        table = ledger.retention("2023-06", "2024-12", window=(3, 12)).to_dicts()
        by_segment = ledger.by_segment("plan").retention("2023-06", "2024-12", window=3).to_dicts()
        for row in table:
            expected = world.at(month_before(row["period"], row["window"]))
            assert row == expected.retention(row["period"], row["period"], window=row["window"]).to_dicts()[0]
        assert len(table) == 2 * 19 and len(by_segment) >= 2 * 19
        for row in by_segment:
            parts = world.at(month_before(row["period"], 3)).by_segment("plan")
            assert row in parts.retention(row["period"], row["period"], window=3).to_dicts()
        before = world.at("2023-12")
        for method in ("score", "linearised"):
            assert same(ledger.nrr("2024-03", window=3, method=method), before.nrr("2024-03", window=3, method=method))
            assert same(ledger.mrr_churn("2024-01", method=method), before.mrr_churn("2024-01", method=method))
        for metric in ("nrr", "grr", "logo_retention"):
            ours = ledger.bootstrap(metric, "2024-03", window=3, replicates=60)
            assert same(ours, before.bootstrap(metric, "2024-03", window=3, replicates=60))
            assert repr(ledger.minimum_detectable_change(metric, "2024-03", window=3)) == repr(
                before.minimum_detectable_change(metric, "2024-03", window=3)
            )
            apart = ledger.compare(metric, "2024-06", "2024-03", window=3)
            assert same(apart.first, world.at("2024-03").nrr("2024-06", window=3)) or metric != "nrr"
            assert same(apart.second, before.nrr("2024-03", window=3)) or metric != "nrr"
        for cell in WINDOWED:
            asked = {"window": 1} if cell in ("nrr", "grr", "logo_retention") else {}
            ours = ledger.contributors("2024-01", cell, top=3, **asked)
            theirs = before.contributors("2024-01", cell, top=3, **asked)
            assert ours.to_dicts() == theirs.to_dicts() and ours.others == theirs.others
            assert repr(ours.value) == repr(theirs.value)


@pytest.mark.parametrize("fx", ["period_open_rate", "period_mean"])
def test_the_accounts_behind_every_cell_add_up_to_the_waterfall(fx: str) -> None:
    moved = 0
    for seed in range(6):
        world = World(seed, 1 + seed % 4)
        ledger = world.ledger(fx=fx)
        shown = ledger.movements("2024-02", "2024-02").to_dicts()[0]
        for cell in AMOUNTS:
            found = ledger.contributors("2024-02", cell, top=4)
            assert found.amount == shown[cell]
            assert sum(found["amount"].to_list()) + found.others["amount"] == found.amount
        moved += shown["fx"] != 0
        ratio = ledger.contributors("2024-02", "quick_ratio")
        assert repr(ratio.value) == repr(ledger.quick_ratio("2024-02").value)
        triangle = ledger.cohorts(measure="mrr")
        cohort = ledger.cohort_contributors(triangle.cohorts[0], 1, measure="mrr", top=None)
        assert cohort.amount == triangle.counts[0][1]
        worth = ledger.ltv("2024-10", margin=0.8)
        if worth.reason is None:
            assert worth.value == pytest.approx(float(ledger.arpa("2024-10")) * 0.8 / worth.options["churn_a_month"])
    assert moved > 2


def test_policies_and_their_rates_are_reconciled_with_fx() -> None:
    moved = 0
    for seed in range(6):
        world = World(50 + seed, 1 + seed % 4)
        ledger = world.ledger()
        other = sj.Policy(fx="service_start", lapse_grace=20, movement_mode="net_endpoints")
        why = sj.reconcile(ledger, sj.Policy(), other, "2024-03")
        first, last = (
            world.ledger(policy=policy).movements("2024-03", "2024-03").to_dicts()[0] for policy in (sj.Policy(), other)
        )
        for name in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing"):
            column = why[name].to_list()
            assert column[0] == first[name] and column[-1] == last[name] == sum(column[:-1])
        for option in why["option"].to_list()[1:-1]:
            accounts = why.accounts(option, top=None)
            row = why["option"].to_list().index(option)
            for name in ("opening", "fx", "closing"):
                assert sum(accounts[name].to_list()) == why[name].to_list()[row]
            moved += option == "fx" and bool(why["fx"].to_list()[row])
        for metric in ("nrr", "logo_churn", "arpa", "quick_ratio"):
            rates = sj.reconcile(ledger, sj.Policy(), other, "2024-03", metric=metric)["value"].to_list()
            asked = [world.ledger(policy=policy) for policy in (sj.Policy(), other)]
            values = [float(getattr(one, metric)("2024-03")) for one in asked]
            assert [repr(value) for value in (rates[0], rates[-1])] == [repr(value) for value in values]
        once = world.ledger(fx="service_start")
        assert sj.reconcile(once, once.policy, once.policy, "2024-03")["option"].to_list() == ["under a", "under b"]
    assert moved > 1


def test_terms_are_known_in_several_currencies() -> None:
    for seed in range(8):
        world = World(80 + seed, 1 + seed % 4)
        for lost in ("at_end", "no_later_term"):
            ours = world.ledger().available_to_renew("2024-Q2", lost=lost)
            theirs = world.at("2024-03").available_to_renew("2024-Q2", lost=lost)
            assert repr(ours.table().to_dicts()) == repr(theirs.table().to_dicts())
        kellogg = sj.Policy(logo_denominator="available_to_renew")
        assert same(
            world.ledger(policy=kellogg).logo_churn("2024-Q2"),
            world.at("2024-03").with_policy(kellogg).logo_churn("2024-Q2"),
        )
        once = world.ledger(fx="service_start").available_to_renew("2024-Q2")
        assert same(once.logo_churn, world.ledger().available_to_renew("2024-Q2").logo_churn)


def test_with_one_currency_or_rates_of_one_every_answer_is_that_of_the_plain_ledger() -> None:
    for seed in range(4):
        world = World(seed, 1 + seed, all_one=True)
        ours, plain = world.ledger(), world.at("2024-01")
        for read in (
            lambda x: x.movements("2023-01", "2024-12").to_dicts(),
            lambda x: x.retention("2023-01", "2024-12", window=(1, 12)).to_dicts(),
            lambda x: x.cohorts(by="quarter", measure="mrr").table().to_dicts(),
            lambda x: x.survival(weights="mrr").table().to_dicts(),
            lambda x: x.by_segment("plan").movements("2024-01", "2024-06").to_dicts(),
            lambda x: [x.contributors("2024-02", cell).to_dicts() for cell in (*AMOUNTS, *WINDOWED)],
            lambda x: sj.reconcile(x, sj.Policy(), sj.Policy(lapse_grace=30), "2024-03").to_dicts(),
            lambda x: repr(
                [x.ltv("2024-10", margin=0.5), x.arpa("2024-10"), x.nrr("2024-10"), x.bootstrap("grr", "2024-10")]
            ),
        ):
            assert repr(read(ours)) == repr(read(plain))
