"""Knowledge time: the ledger as it was known on a day, and the accounts that changed a close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._frames import columns as _input
from sojourn._frames.format import exponent, major
from sojourn._frames.periods import date_of, day_of, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._ledger import ROLES, Ledger, _pick

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy

BUCKETS = (
    "opening",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
    "fx",
    "closing",
    "accounts_opening",
    "accounts_new",
    "accounts_reactivated",
    "accounts_churned",
    "accounts_closing",
)
_NOW = day_of("2199-12-31", "now")


@dataclass(frozen=True)
class History:
    """The rows of all times, and the day whose knowledge a ledger holds."""

    core: _core.revenue.LedgerHistory
    when: int = _NOW

    @property
    def label(self) -> str:
        """The day, or "now"."""
        return "now" if self.when == _NOW else str(date_of(self.when))

    def left_out(self) -> dict[str, int]:
        """Rows that were not known on the day, by reason."""
        found = self.core.known(self.when)
        return {name: found[name] for name in ("not_yet_known", "taken_back", "never_known") if found[name]}

    def start(self, book: Ledger, as_of: int, policy: Policy, currency: str) -> None:
        """Makes `book` the ledger of what was known."""

        def build(rules: Policy) -> _core.revenue.Ledger:
            return self.core.as_known(self.when, as_of, rules.lapse_grace)

        from sojourn.revenue._sources.prices import PRICING

        book._history = self
        book._start(build, lambda rules: [name for name in PRICING if name in rules.changes()], policy, currency)


def start_known(
    book: Ledger, table: Any, known_from: str | None, known_until: str | None, currency: str, as_of: Any, policy: Policy
) -> None:
    """Makes `book` the ledger of the rows that are believed now."""
    held = _input.frame(table)
    names, picked = _pick(held, book._asked)
    known = _input.columns(held, {"known_from": known_from, "known_until": known_until})
    until = None if as_of is None else day_of(as_of, "as_of")
    core = _core.revenue.LedgerHistory.make(
        **picked,
        known_from=known.get("known_from"),
        known_until=known.get("known_until"),
        exponent=exponent(currency),
        as_of=until,
        names=[*(names[role] for role in ROLES), known_from or "", known_until or ""],
    )
    book._asked = {role: names[role] for role in ROLES}
    History(core).start(book, core.as_of, policy, currency)


def as_known_on(ledger: Ledger, when: Any, as_of: Any) -> Ledger:
    core = _of(ledger).core
    known = day_of(when, "when")
    horizon = min(core.as_of, known + 1) if as_of is None else day_of(as_of, "as_of")
    book = Ledger.__new__(Ledger)
    book._asked, book._labels, book._shard = ledger._asked, ledger._labels.copy(), ledger._shard
    History(core, known).start(book, horizon, ledger.policy, ledger.currency)
    return book


def restatement(ledger: Ledger, period: Any, known_on: Sequence[Any]) -> Restatement:
    if isinstance(known_on, str) or len(known_on) != 2:
        raise SchemaError("known_on takes two days, of the earlier and of the later knowledge")
    month, months = span_of(period)
    first, second = (day_of(when, "known_on") for when in known_on)
    found = _of(ledger).core.compare(first, second, month, months, ledger.policy.core)
    options = {**ledger.options, "period": str(period), "known_on": f"{date_of(first)}, {date_of(second)}"}
    closes = [_close(as_known_on(ledger, day, None), period) for day in known_on]
    return Restatement(found, closes, options=options)


def _of(ledger: Ledger) -> History:
    if ledger._history is None:
        raise SchemaError("this ledger does not know when its rows were recorded; name that column with known_from=")
    if ledger._is_part:
        raise SchemaError("a part holds one day's knowledge; ask the whole ledger for another day, and cut that")
    return ledger._history


def _close(book: Ledger, period: Any) -> dict[str, int]:
    by = {1: "month", 3: "quarter", 12: "year"}[span_of(period)[1]]
    row = book.movements(period, period, by=by).to_dicts()[0]
    return {name: row[name] for name in BUCKETS}


class Restatement(Table):
    """One row an account: what it adds to each bucket of the second close over the first, in minor units, largest change
    of the closing first, and the numbers of the rows recorded and taken back in between.

    `.before` and `.after` are the two closes, `.change` their difference, the sum of every column.
    """

    def __init__(self, found: dict[str, Any], closes: list[dict[str, int]], *, options: dict[str, Any]) -> None:
        lines = sorted(found["accounts"], key=lambda line: (-abs(line["closing"]), str(line["account"])))
        columns: dict[str, Any] = {"account": [line["account"] for line in lines]}
        columns |= {name: [line[name] for line in lines] for name in BUCKETS}
        columns |= {name: [", ".join(map(str, line[name])) for line in lines] for name in ("learned", "dropped")}
        super().__init__(columns, options=options, plot=_plot, title=f"What changed the close of {options['period']}")
        self.before, self.after = closes
        self.change: dict[str, int] = {name: found["change"][name] for name in BUCKETS}
        self.learned: dict[Any, list[int]] = {line["account"]: line["learned"] for line in lines}
        self.dropped: dict[Any, list[int]] = {line["account"]: line["dropped"] for line in lines}
        self.accounts_without_effect: int = found["without_effect"]


def _plot(table: Table, ax: Any) -> None:
    """From the closing as first known to the closing as known later, through the accounts that moved it most."""
    assert isinstance(table, Restatement)
    currency = str(table.options["currency"])
    most = 10
    changes = list(zip(map(str, table["account"].to_list()), table["closing"].to_list(), strict=True))
    bars = [(name, change) for name, change in changes[:most] if change]
    rest = table.change["closing"] - sum(change for _, change in bars)
    if rest:
        bars.append(("other accounts", rest))
    first, second = str(table.options["known_on"]).split(", ")
    # The two closes are lines, not bars, so that the axis need not start at zero, where no change could be seen.
    level = table.before["closing"]
    ax.hlines(major(level, currency), -0.4, 0.4, color="black", linewidth=2)
    for at, (_, change) in enumerate(bars, start=1):
        colour = "#2a78b5" if change > 0 else "#c0504d"
        ax.bar(at, major(change, currency), bottom=major(level, currency), color=colour, width=0.8)
        ax.hlines(major(level, currency), at - 1, at, color="#999999", linewidth=0.8, linestyle="dotted")
        level += change
    ax.hlines(major(level, currency), len(bars) + 0.6, len(bars) + 1.4, color="black", linewidth=2)
    labels = [f"as known on\n{first}", *(name for name, _ in bars), f"as known on\n{second}"]
    ax.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    ax.use_sticky_edges = False
    ax.margins(y=0.15)
    ax.set_ylabel(f"closing MRR of {table.options['period']}, {currency}")
