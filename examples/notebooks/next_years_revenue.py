# %% [markdown]
# # Next year's recurring revenue
#
# It is 1 January 2024. What will today's accounts pay at the end of the year? A forecast is worth as much as its
# limits: here they count both what is chance (each account stays or leaves) and what is not known (rates are
# estimates). Then the year is over, and we look.
#
# The company is made up (`sojourn.datasets.acme`): the same accounts are shown as they stood on 1 January 2024, and a
# year later.

# %%
import matplotlib.pyplot as plt

import sojourn as sj

BLUE, ORANGE, GREY = "#0a66ad", "#c4560f", "#6b7882"
plt.rcParams.update({"figure.dpi": 75, "axes.spines.top": False, "axes.spines.right": False})


def ledger_of(made):
    """The ledger of a made-up company, with the segment of each account beside its rows."""
    segment = dict(zip(made.accounts["account_id"], made.accounts["segment"]))
    rows = {name: made.subscriptions[name] for name in ("account_id", "start", "end", "mrr_minor")}
    rows["segment"] = [segment[account] for account in rows["account_id"]]
    return sj.Ledger(rows, segment="segment", as_of=made.as_of)


then = sj.datasets.acme(n=3000, seed=7, usage="latest", as_of="2024-01-01")
later = sj.datasets.acme(n=3000, seed=7, usage="latest")
known, today = ledger_of(then), ledger_of(later)
opening = known.mrr("2023-12")
print(f"{opening.minor / 100:,.0f} {known.currency} a month on the last day of 2023")
held = known.concentration("2023-12")
print(f"as concentrated as {held.effective.value:.0f} equal accounts; the ten largest pay {held.top(10).value:.0%}")

# %% [markdown]
# ## From certain to uncertain
#
# Contracts come first: until its renewal an account under contract cannot leave. The others leave with the rate of
# their age, segment and size. Those who stay change what they pay as accounts did before. New business is an input, so
# there is none.

# %%
pending = [row for row in then.contracts.to_dicts() if row["outcome"] == "pending"]
contracts = {
    "account_id": [row["account_id"] for row in pending],
    "renews_on": [row["term_end"] for row in pending],
    "every": [12] * len(pending),
}
year = known.forecast(12, contracts=contracts, by="segment", draws=1000, seed=1)
for warning in year.warnings:
    print("note:", warning)
table = year.table()
last = table.to_dicts()[-1]
print(f"{len(pending)} accounts are under contract")
print(f"December 2024: {last['closing'] / 100:,.0f}, 95 % limits {last['low'] / 100:,.0f} to {last['high'] / 100:,.0f}")
print(f"standard deviation: {last['process_sd'] / 100:,.0f} of chance, {last['parameter_sd'] / 100:,.0f} of rates")
for name, one in (("NRR", year.nrr), ("GRR", year.grr), ("logos", year.logos)):
    print(f"{name:>5} {one.value:.1%} ({one.low:.1%} to {one.high:.1%})")

# %%
figure, axis = plt.subplots(figsize=(9, 4.4))
year.plot(axis, actual=today)
axis.set_title("MRR of the accounts of 1 January 2024")
figure.tight_layout()

# %% [markdown]
# The dots are what those accounts paid, as known a year later: within the limits, and well below the mean. The accounts
# had grown faster in the two years before. One year proves little; the back-test below asks many.
#
# ## What the money does, and where
#
# In every draw, opening - churn - contraction + expansion = closing, to the tick; segments add up to the whole.

# %%
rows = table.to_dicts()
months = [row["period"][2:] for row in rows]
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8))
left.bar(months, [row["expansion"] / 100 for row in rows], color=BLUE, label="expansion")
below = [-row["churn"] / 100 for row in rows]
left.bar(months, below, color=ORANGE, label="churn")
left.bar(months, [-row["contraction"] / 100 for row in rows], bottom=below, color=GREY, label="contraction")
left.axhline(0, color="black", linewidth=0.8)
left.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
left.tick_params(axis="x", rotation=60)
left.set_ylabel(f"a month, {known.currency}")
left.set_title("What is expected to move")
left.legend(frameon=False, ncols=3, fontsize="small")
parts = [row for row in year.parts().to_dicts() if row["part"] != "new business"]
names = list(dict.fromkeys(row["part"] for row in parts))
for place, name in enumerate(names):
    own = [row for row in parts if row["part"] == name]
    middle = own[-1]["closing"] / own[0]["opening"]
    low, high = (own[-1][side] / own[0]["opening"] for side in ("low", "high"))
    right.errorbar(middle, place, xerr=[[middle - low], [high - middle]], fmt="o", capsize=4, color=BLUE)
right.set_yticks(range(len(names)), names)
right.set_ylim(-0.6, len(names) - 0.4)
right.axvline(1, color=GREY, linestyle=":")
right.set_xlabel("MRR at the end of the year / today, 95 % limits")
right.set_title("By segment")
figure.tight_layout()

# %% [markdown]
# ## A second opinion
#
# Mack's chain ladder carries the MRR of cohorts on by what older cohorts did at the same ages. It shares nothing with
# the simulation but the book.

# %%
by_method = {row["method"]: row for row in year.methods().to_dicts() if row["period"] == "2024-12"}
came = sum(
    row["mrr"] for row in today.account_values("2024-12", margin=1, rate=0.01).to_dicts() if row["first_day"] < then.as_of
)
for name, row in by_method.items():
    limits = f"({row['low'] / 100:,.0f} to {row['high'] / 100:,.0f})" if row["low"] is not None else ""
    print(f"{name:>12}: {row['closing'] / 100:,.0f} {limits}")
print(f"   what came: {came / 100:,.0f}")

# %% [markdown]
# ## If the largest go
#
# Limits of a concentrated book are no bell curve. Five scenarios say more than a standard deviation.

# %%
year.scenarios()

# %% [markdown]
# ## New business is yours to say
#
# A plan of 200,000 of new MRR a month is an input, not a forecast. It decays like young accounts, and enters neither
# NRR nor GRR.

# %%
plan = {f"2024-{month:02d}": 20_000_000 for month in range(1, 13)}
planned = known.forecast(12, contracts=contracts, by="segment", draws=1000, seed=1, new=plan)
end = planned.table().to_dicts()[-1]
print(f"with the plan {end['closing'] / 100:,.0f} a month ({end['low'] / 100:,.0f} to {end['high'] / 100:,.0f})")
print(f"NRR stays {planned.nrr.value:.1%}")

# %% [markdown]
# ## Is it right as often as it says?
#
# Forecasts of the past, each with what was known then, against what came: how often the limits held it, how wide they
# were, and whether rules without a model did better.

# %%
vintages = [f"{y}-{m:02d}" for y in (2022, 2023, 2024) for m in range(1, 13)][11:33]
test = sj.backtest_forecast(today, vintages, horizons=(1, 3, 6, 12), draws=200, seed=1)
for line in test.verdicts():
    print(line)
ours = [row for row in test.table().to_dicts() if row["method"] == "forecast"]
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8))
for row, place in zip(ours, range(len(ours))):
    for level, colour, shift in ((80, ORANGE, -0.12), (95, BLUE, 0.12)):
        share, low, high = (row[f"coverage_{level}{end}"] for end in ("", "_low", "_high"))
        label = f"{level} % limits" if place == 0 else None
        left.errorbar(
            place + shift, share, yerr=[[share - low], [high - share]], fmt="o", capsize=4, color=colour, label=label
        )
left.axhline(0.8, color=ORANGE, linestyle=":")
left.axhline(0.95, color=BLUE, linestyle=":")
marks = [f"{row['ahead']} ahead\n{row['n']} vintages,\n{row['independent']} apart" for row in ours]
left.set_xticks(range(len(ours)), marks)
left.set_ylim(0, 1.05)
left.set_ylabel("share of what came within the limits")
left.set_title("How often the limits held")
left.legend(frameon=False, loc="lower left")
methods = ["forecast", "flat", "last_year", "last_churn"]
scores = {(row["method"], row["ahead"]): row["score_95"] for row in test.table().to_dicts()}
for place, name in enumerate(methods):
    heights = [scores[name, row["ahead"]] / opening.minor for row in ours]
    colour = BLUE if name == "forecast" else str(0.45 + 0.15 * place)
    right.bar([x + 0.2 * (place - 1.5) for x in range(len(ours))], heights, width=0.18, color=colour, label=name)
right.set_xticks(range(len(ours)), [f"{row['ahead']} ahead" for row in ours])
right.set_ylabel("interval score / MRR of 2023-12")
right.set_title("Smaller is better")
right.legend(frameon=False)
figure.tight_layout()

# %% [markdown]
# Vintages that share months are not independent: of thirteen that look twelve months ahead two stand apart, so the
# intervals of the coverage are wide, and the verdict says what cannot be calibrated yet.
#
# One month ahead "all stays flat" has the better score: little happens in a month, and the rules get limits from their
# own errors in this very test, which flatters them. Further ahead the forecast beats every rule. That is what a
# back-test is for. Before this forecast is believed a year ahead, ask why it expects more expansion than came.
