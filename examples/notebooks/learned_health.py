# %% [markdown]
# # Weights that have seen outcomes
#
# A health card starts as a judgement: so much weight for logins, so much for satisfaction. Here a card is tested against what
# happened afterwards, its weights are learned from the past, and both are compared on a time that neither has seen.
# The accounts are made up (`sojourn.datasets.acme`), so that we also know how good any score could possibly be.

# %%
import datetime
from collections import defaultdict

import matplotlib.pyplot as plt

import sojourn as sj

ACCOUNTS, SEED = 6000, 7
KNOWN_UNTIL = datetime.date(2024, 12, 31)
QUARTERS = [datetime.date(year, month, 1) for year in (2023, 2024) for month in (1, 4, 7, 10)]


# %% [markdown]
# ## A panel: what was known on each day, and what happened later
#
# One row an account and quarter. The signals are those of that day; the day of departure comes from the subscriptions as they
# stand at the end. Two lines decide whether a backtest is honest: nothing in a row may be younger than its day.

# %%
def departures(subscriptions):
    """The days on which each account was left without a paid period."""
    far = datetime.date.max
    periods = defaultdict(list)
    for row in subscriptions.to_dicts():
        periods[row["account_id"]].append((row["start"], row["end"] or far))
    gone = {}
    for account, rows in periods.items():
        until, days = None, []
        for start, end in sorted(rows):
            if until is not None and start > until:
                days.append(until)
            until = end if until is None or start > until else max(until, end)
        gone[account] = days + ([until] if until < far else [])
    return gone


def quarterly_panel(accounts=ACCOUNTS, seed=SEED, quarters=QUARTERS):
    """The signals of every active account on every quarter's first day, with the day it left."""
    gone = departures(sj.datasets.acme(accounts, seed, usage="latest").subscriptions)
    rows = []
    for quarter in quarters:
        for row in sj.datasets.acme(accounts, seed, as_of=quarter, usage="latest").signals.to_dicts():
            left = next((day for day in gone[row["account_id"]] if day > quarter), None)
            rows.append({**row, "as_of": quarter, "left_on": left})
    return {name: [row[name] for row in rows] for name in rows[0]}


panel = quarterly_panel()
len(panel["as_of"])

# %% [markdown]
# ## A card by hand
#
# Somebody trusts the survey most, counts features, and hardly looks at logins.

# %%
card = sj.Scorecard.from_json(
    {
        "sojourn": 1,
        "card": "by-hand",
        "event": "churn",
        "min_coverage": 0.2,
        "signals": {
            "logins_wk": {"norm": {"ramp": [0, 5]}, "per": "seats"},
            "features": {"norm": {"ramp": [0, 12]}},
            "uploads_gb": {"norm": {"log_ramp": [0, 20]}},
            "tickets_90d": {"norm": {"ramp": [8, 0]}},
            "csat": {"norm": {"ramp": [1, 5]}},
            "sponsor_left": {"norm": {"bool": {"false": 1, "true": 0}}},
        },
        "tree": {
            "mean": [
                [10, "logins_wk"],
                [25, "features"],
                [10, "uploads_gb"],
                [20, "tickets_90d"],
                [30, "csat"],
                [5, "sponsor_left"],
            ]
        },
        "tiers": {"red": 0, "yellow": 50, "green": 70},
    }
)

# %% [markdown]
# ## The test
#
# Rows before the embargo train, rows from April 2024 on test. The learned card and the card by hand meet the same accounts, so
# their difference is drawn by account, both from the same draw.

# %%
test = sj.backtest(
    card,
    panel,
    observed_at="observed_at",
    horizon=90,
    test_from="2024-04-01",
    known_until=KNOWN_UNTIL,
    compare="learned",
    replicates=500,
    seed=1,
)
print(test.counts)
print(test.table())
print(f"learned less by hand: {test.difference!r}")
for warning in test.warnings:
    print("note:", warning)

# %% [markdown]
# ## Pictures

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
test.learned.table().plot(left)
left.set_title("Weights before and after")
test.tiers().plot(right)
right.set_title("Departures in 90 days by tier of the card by hand")
figure.tight_layout()

# %% [markdown]
# ## From a score to a probability
#
# The learned card's score is a straight line in the log-odds, so a probability of leaving can be read from it. What it does not tell
# you: what would happen if you made a customer upload more. These are the weights that foretell, not the causes.

# %%
figure, axis = plt.subplots(figsize=(6, 4))
scores = list(range(0, 101, 2))
axis.plot(scores, [test.learned.probability(score) for score in scores])
axis.set_xlabel("Health score, learned weights")
axis.set_ylabel("Probability of leaving within 90 days")
figure.tight_layout()
