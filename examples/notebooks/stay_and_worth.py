# %% [markdown]
# # How long will they stay, and what are they worth?
#
# A lifetime of "1 / churn" and a value of "ARPA x margin / churn" are one number for all customers. Here both questions
# are asked of a curve, and then of each account at its age: what it is still worth, and how much of that is at risk.
# Every number that is estimated has its interval, and the last section lets the intervals decide whether targets are
# met.
#
# The first data are two published cohorts. The accounts after them are made up (`sojourn.datasets.acme`), so we know
# how good the answers are.

# %%
import datetime
import math

import matplotlib.pyplot as plt

import sojourn as sj

BLUE, ORANGE, GREY = "#0a66ad", "#c4560f", "#6b7882"
plt.rcParams.update({"figure.dpi": 75, "axes.spines.top": False, "axes.spines.right": False})

# %% [markdown]
# ## Two cohorts over twelve years
#
# 1,000 customers each, counted at every renewal (Fader and Hardie 2007). The curves see seven renewals; the other five
# are the test. A geometric curve says that all customers leave at one rate, the shifted beta-geometric (sbg) that each
# has a rate of its own.

# %%
published = sj.datasets.fader_hardie()
seen = 8  # renewals 0 to 7
figure, axes = plt.subplots(1, 2, figsize=(11, 3.6), sharey=True)
for axis, name in zip(axes, ("high_end", "regular")):
    left = [int(n) for n in published[name]]
    fit = sj.fit_decay(range(seen), left[:seen])
    fit.project(12).plot(axis)
    one_rate = sj.fit_decay(range(seen), left[:seen], family="geometric")
    axis.plot(range(13), [one_rate.survival(t) for t in range(13)], ":", color=ORANGE, label="one rate for all")
    axis.plot(range(seen, 13), [n / 1000 for n in left[seen:]], "o", mfc="none", color="0.2", ms=5, label="came later")
    axis.legend(frameon=False)
    axis.set_title(f"{name.replace('_', ' ')}: mean lifetime {'infinite' if fit.lifetime().reason else 'finite'}")
    print(f"{name}: left after 12 years {left[12] / 1000:.3f};", end=" ")
    print(f"sbg says {fit.survival(12):.3f}, one rate {one_rate.survival(12):.3f};", end=" ")
    print(
        f"1 / churn is {one_rate.lifetime().value:.1f} years, the sbg lifetime at 10 % a year {fit.lifetime(0.1).value:.1f}"
    )
figure.tight_layout()

# %% [markdown]
# One rate for all misses year 12 by a wide margin, although it fits the first years. Those who were likely to leave
# have left, so the rest stay longer. The mean lifetime of both cohorts is infinite under the better curve: a finite "1
# / churn" there is an artefact. Discounted, it is a number again.
#
# ## The accounts of a company
#
# Some pay by the month, others by the year, and who pays by the year can leave once a year.

# %%
acme = sj.datasets.acme(n=3000, seed=7, usage="latest")
COLUMNS = ("account_id", "start", "end", "mrr_minor")
billing = dict(zip(acme.accounts["account_id"], acme.accounts["billing"]))


def ledger_of(rows, keep, as_of):
    """The ledger of the accounts whose billing is `keep`."""
    kept = [billing[account] == keep for account in rows["account_id"]]
    table = {name: [v for v, use in zip(rows[name], kept) if use] for name in COLUMNS}
    return sj.Ledger(table, as_of=as_of)


monthly = ledger_of(acme.subscriptions, "monthly", acme.as_of)
annual = ledger_of(acme.subscriptions, "annual", acme.as_of)
lives = {"monthly": monthly.tenure(), "annual": annual.tenure()}
stay = sj.kaplan_meier(
    [days / 30.44 for one in lives.values() for days in one["days"]],
    [left for one in lives.values() for left in one["churned"]],
    by=[name for name, one in lives.items() for _ in one["days"]],
)
figure, axis = plt.subplots(figsize=(8, 4.2))
stay.plot(axis)
axis.set_title("Share of accounts left, by age in months")
figure.tight_layout()
test = stay.logrank()
print(f"log-rank test of the two curves: p = {test.p_value:.2g}")

# %% [markdown]
# The annual curve is a staircase at 12, 24 and 36 months. No curve in months of age describes it, so what follows is of
# the accounts that pay by the month.
#
# Which family? The last six months of age are kept from the fits.

# %%
curve = monthly.fit_decay()
deciding = curve.at_risk
print(f"{deciding[0]:,} accounts faced the first renewal, {deciding[-1]:,} the one after {len(deciding)} months; {curve!r}")
families = ["geometric", "sbg", "weibull", "bdw"]
ages = range(len(deciding) + 1)
fits = {family: monthly.fit_decay(family=family) for family in families}
sj.Table(
    {
        "family": families,
        "status": [fits[name].status for name in families],
        "aic": [fits[name].aic for name in families],
        "left after 12": [fits[name].survival(12) for name in families],
        "left after 36": [fits[name].survival(36) for name in families],
    }
)

# %% [markdown]
# These made-up accounts hardly differ in a rate of their own, so sbg returns one rate and says so. We use the curve
# with the lowest AIC, and draw its accounts again for limits that do not lean on a formula.

# %%
best = min((name for name in families if fits[name].status == "converged"), key=lambda name: fits[name].aic)
curve = fits[best]
drawn = curve.bootstrap(200, seed=1)
year, three = drawn.survival(12), drawn.survival(36)
print(f"{best}: after a year {year.value:.1%} are left ({year.low:.1%} to {year.high:.1%}),")
print(f"after three {three.value:.1%} ({three.low:.1%} to {three.high:.1%})")

# %% [markdown]
# ## What is each account worth?
#
# MRR x margin x expected further payments at its age, discounted at 1 % a month. The margin is not guessed.

# %%
MARGIN, RATE = 0.8, 0.01
values = monthly.account_values("2024-12", margin=MARGIN, rate=RATE, decay=curve)
total, mrr = sum(values["value"]), sum(values["mrr"])
print(f"{len(values):,} customers pay {mrr / 100:,.0f} a month and are worth {total / 100:,.0f}")
held = sj.concentration([round(v) for v in values["value"]], top=(10, 100))
print(f"the ten most valuable hold {held.top(10).value:.1%} of that, the hundred {held.top(100).value:.1%}")
for row in sorted(values.to_dicts(), key=lambda row: -row["value"])[:5]:
    money = [f"{row[name] / 100:,.0f}" for name in ("mrr", "value", "low", "high")]
    print(f"{row['account']}, {row['renewals']} months: {money[0]} a month, worth {money[1]} ({money[2]} to {money[3]})")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8))
flat = [curve.residual_lifetime(n, RATE).value for n in range(1, 37)]
left.plot(range(36), [payments / flat[0] for payments in flat], color=BLUE, label="these accounts: one rate")
regular = sj.fit_decay(range(13), [int(n) for n in published["regular"]])
rising = [regular.residual_lifetime(n, 0.1).value for n in range(1, 14)]
left.plot(range(13), [payments / rising[0] for payments in rising], color=ORANGE, label="the published cohort: rates differ")
left.set_ylim(0)
left.set_xlabel("renewals behind the account")
left.set_ylabel("value of the same MRR, new account = 1")
left.set_title("Age matters where accounts differ")
left.legend(frameon=False)
worth = sorted(values["value"], reverse=True)
running, so_far = [0.0], 0.0
for value in worth:
    so_far += value
    running.append(so_far / total)
right.plot([100 * i / len(worth) for i in range(len(running))], [100 * share for share in running], color=BLUE)
right.plot([0, 100], [0, 100], ":", color=GREY)
right.set_xlabel("accounts, most valuable first, %")
right.set_ylabel("of the whole value, %")
right.set_title("How much of the value few accounts hold")
figure.tight_layout()

# %% [markdown]
# ## What is at risk?
#
# Value at risk = probability of leaving x value. The probability is learned from the quarter before: signals of 1
# October, and who had left by the end of the year. It is then read for the signals of today. The generator's own
# probability is the judge; nobody outside knows it.

# %%
before = sj.datasets.acme(n=3000, seed=7, usage="latest", as_of=datetime.date(2024, 10, 1))
still = set(values["account"])


def features_of(signals):
    """Numbers that may foretell leaving, of the accounts that pay by the month."""
    rows = [row for row in signals.to_dicts() if billing[row["account_id"]] == "monthly" and row["logins_wk"] is not None]
    return {
        "account_id": [row["account_id"] for row in rows],
        "logins_a_seat": [row["logins_wk"] / row["seats"] for row in rows],
        "features": [float(row["features"] or 0) for row in rows],
        "sponsor_left": [float(row["sponsor_left"]) for row in rows],
        "log_seats": [math.log(row["seats"]) for row in rows],
    }


past, now = features_of(before.signals), features_of(acme.signals)
past["left"] = [int(account not in still) for account in past["account_id"]]
model = sj.fit_logistic(past, outcome="left", features=[name for name in now if name != "account_id"], penalty=1.0)
print(f"{sum(past['left'])} of {len(past['left'])} left in the quarter; {model.status}")
for row in model.coefficients.to_dicts():
    print(f"{row['feature']:>14}: odds x {row['odds_ratio']:.2f} ({row['low']:.2f} to {row['high']:.2f})")

# %%
chances = {"account_id": now["account_id"], "probability": model.predict(now)}
risk = monthly.account_values("2024-12", margin=MARGIN, rate=RATE, decay=curve, leaving=chances)
truth = dict(zip(acme.truth["account_id"], acme.truth["churn_90d"]))
rows = [row for row in risk.to_dicts() if row["value_at_risk"] is not None]
true_risk = {row["account"]: truth[row["account"]] * row["value"] for row in rows}
WORK = 40


def found_by(order):
    """Share of what is truly at risk that the first accounts of an order hold."""
    return sum(true_risk[row["account"]] for row in sorted(rows, key=order)[:WORK]) / sum(true_risk.values())


orders = {
    "value at risk": lambda row: -row["value_at_risk"],
    "probability alone": lambda row: -row["leaving"],
    "MRR alone": lambda row: -row["mrr"],
    "the truth itself": lambda row: -true_risk[row["account"]],
}
shares = {name: found_by(order) for name, order in orders.items()}
for name, share in shares.items():
    print(f"{WORK} accounts by {name}: {share:.0%} of what is truly at risk")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
top = sorted(rows, key=orders["value at risk"])[:15][::-1]
left.barh([row["account"] for row in top], [row["value_at_risk"] / 100 for row in top], color=BLUE)
left.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
left.set_xlabel(f"value at risk, {monthly.currency}")
left.set_title("Whom to call first")
right.barh(list(shares)[::-1], [100 * share for share in shares.values()][::-1], color=[GREY, GREY, GREY, BLUE])
right.set_xlabel(f"of the true value at risk, held by {WORK} accounts, %")
right.set_title("Which order finds it?")
figure.tight_layout()

# %% [markdown]
# A probability alone sends people to small accounts. MRR alone does nearly as well here, because a few accounts hold
# most of the value; it still calls on large accounts that are safe. Value at risk is a ranking, no budget: the value
# already expects every account to leave some day.
#
# ## Does winning customers pay?
#
# Cost and customers of 2024, the curve's value of a new customer, and the churn of December, against the usual targets.

# %%
new = [row for row in acme.accounts.to_dicts() if row["billing"] == "monthly" and row["signup"].year == 2024]
spend = sum(row["cac_minor"] for row in new)
won = monthly.movements("2024-01", "2024-12")
arpa = monthly.arpa("2024-12")
worth_new = monthly.with_policy(sj.Policy(ltv_churn="period")).ltv("2024-12", margin=MARGIN)
numbers = sj.economics(
    spend=spend, customers=len(new), new_mrr=sum(won["new"]), gross_margin=MARGIN, arpa=arpa, ltv=worth_new
)
by_curve = sj.cltv(arpa.value, margin=MARGIN, retention=curve, timing="new_customer_pays_now", discount_rate=RATE)
print(f"a new customer is worth {worth_new.value / 100:,.0f} by ARPA x margin / churn of December")
print(
    f"({worth_new.low / 100:,.0f} to {worth_new.high / 100:,.0f}); by the curve at 1 % a month {by_curve.value / 100:,.0f}"
)
sj.check_targets({**numbers, "monthly_churn": monthly.logo_churn("2024-12")})

# %% [markdown]
# "1 / churn" takes the rate of one month for ever and discounts nothing. Its interval is wide, so LTV : CAC cannot be
# told from 3, although its value lies above. The payback of all new customers is an exact ratio, that of an average
# customer is not. Targets are rules of thumb; "cannot tell" is an answer, too.
