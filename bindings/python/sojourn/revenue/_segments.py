"""Segments: every account in one, so that what is counted by segment adds up to the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames import columns as _input
from sojourn._frames.periods import days_of, first_day, grid, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._economics import Amount

if TYPE_CHECKING:
    from sojourn.revenue._cohorts import Triangle
    from sojourn.revenue._comparison import Interval
    from sojourn.revenue._ledger import Ledger

RULES = ("last", "first", "opening")
Read = dict[str, tuple[list[str], dict[str, Column | None]]]
Edit = Callable[[_core.revenue.LabelRows, _core.revenue.Ledger], None]


class Labels:
    """The segment columns of a ledger's rows, and what corrections did to them. Read into the core when they are asked for."""

    def __init__(
        self,
        table: Any,
        columns: str | Sequence[str] | None,
        *,
        account: str,
        since: str | None,
        subscription: str | None = None,
        months: bool = False,
    ) -> None:
        self._names = [columns] if isinstance(columns, str) else list(columns or [])
        self._roles = {"account": account, "since": since}
        self._subscription, self._months = subscription, months
        self._edits: dict[str, list[Edit]] = {}
        self._made: dict[str, _core.revenue.LabelRows] = {}
        read = self.read(table)
        for name in self._names:
            self._edits[name] = [_add(read[name])]

    def copy(self) -> Labels:
        """The same edits, to be read against another core."""
        other = Labels.__new__(Labels)
        other.__dict__.update(self.__dict__)
        other._edits = {name: list(edits) for name, edits in self._edits.items()}
        other._made = {}
        return other

    def with_table(self, name: str, table: Any, *, account: str, label: str, since: str | None) -> Labels:
        """One more segment, from a table of accounts."""
        other = self.copy()
        picked = _input.columns(table, {"account": account, "label": label, "since": since})
        names = [column for column in (account, label, since) if column is not None]
        other._edits[name] = [_add((names, {"since": None, **picked}))]
        return other

    def named(self, name: str | None) -> str:
        """The one that is meant."""
        if name is None and len(self._edits) == 1:
            return next(iter(self._edits))
        if name is None or name not in self._edits:
            known = ", ".join(self._edits) or "none; name columns with segment= when the ledger is made, or use add_segment"
            raise SchemaError(f"no segment {name!r}; there are {known}" if name else f"name the segment; there are {known}")
        return name

    def read(self, table: Any, names: Sequence[str] = ()) -> Read:
        """The segment columns of a table like the first one; `names` are those of its account and start, where they differ."""
        if not self._names:
            return {}
        roles: dict[str, str | None] = dict(self._roles)
        if self._subscription is not None:
            roles["subscription"] = self._subscription
        if names:
            roles["account"], roles["since"] = names[0], names[1]
        picked = _input.columns(table, {**roles, **{f"label {name}": name for name in self._names}})
        since = picked.get("since")
        if self._months and since is not None:
            since = _core.revenue.month_spans(since, str(roles["since"]))[0]
        shown = [str(roles["account"])], [str(roles["since"])] if since is not None else []
        found: Read = {}
        for name in self._names:
            columns: dict[str, Column | None] = {
                "account": picked["account"],
                "label": picked[f"label {name}"],
                "since": since,
            }
            if "subscription" in picked:
                columns["subscription"] = picked["subscription"]
            found[name] = [*shown[0], name, *shown[1]], columns
        return found

    def add(self, read: Read) -> None:
        """Rows were applied."""
        for name, rows in read.items():
            self._edit(name, _add(rows))

    def remove(self, read: Read) -> None:
        """Rows were retracted."""
        for name, (names, columns) in read.items():
            self._edit(name, _remove((names, columns)))

    def move(self, account: Any, into: Any) -> None:
        """Two accounts are one."""
        for name in self._edits:
            self._edit(name, lambda rows, core: rows.move(core.keys, account, into))

    def split(self, read: Read, into: Any, since: int | None) -> None:
        """The labels of rows that moved are also those of the account they moved to."""
        for name, (names, columns) in read.items():
            account = _input.column([into] * len(columns["label"] or ()), "into")
            rows = {**columns, "account": account}
            if since is not None:
                rows["since"] = None if columns["since"] is None else _later(columns["since"], since)
            self._edit(name, _add((names, rows)))

    def core(self, name: str, ledger: Ledger) -> _core.revenue.LabelRows:
        """The rows of one segment, read against the accounts of this ledger."""
        if name not in self._made:
            rows = _core.revenue.LabelRows()
            for edit in self._edits[name]:
                edit(rows, ledger._core)
            if ledger.policy.unit == "subscription" and name in self._names and self._subscription is None:
                raise SchemaError("a ledger of subscriptions needs the subscription of each row to put it into a segment")
            self._made[name] = rows
        return self._made[name]

    def _edit(self, name: str, edit: Edit) -> None:
        self._edits[name].append(edit)
        self._made.pop(name, None)


def _add(rows: tuple[list[str], dict[str, Column | None]]) -> Edit:
    names, columns = rows
    by_account = {role: column for role, column in columns.items() if role != "subscription"}

    def edit(to: _core.revenue.LabelRows, core: _core.revenue.Ledger) -> None:
        subscription = columns.get("subscription")
        customers = (
            by_account if subscription is None or not core.by_subscription else {**by_account, "account": subscription}
        )
        to.add(core.keys, names=names, **customers)  # type: ignore[arg-type]

    return edit


def _remove(rows: tuple[list[str], dict[str, Column | None]]) -> Edit:
    names, columns = rows
    by_account = {role: column for role, column in columns.items() if role != "subscription"}
    return lambda of, core: of.remove(core.keys, names=names, **by_account)  # type: ignore[arg-type]


def _later(days: Column, since: int) -> Column:
    shifted = [None if day is None else max(day, since) for day in days.convert("day").storage().to_list()]
    return _core.revenue.days(shifted)


class Segmented:
    """What a ledger does by segment."""

    _labels = Labels({}, None, account="", since=None)

    def by_segment(self, name: str | None = None, *, rule: str = "last") -> BySegment:
        """The metrics of each segment: `ledger.by_segment("plan").nrr("2024-12")`. Segments add up to the whole, exactly.

        An account is in one segment whatever its rows say: the label of its "last" row by start, of its "first" one, or the one
        held at the "opening" of the period that is asked for. How many accounts that decides stands in the options.
        """
        return BySegment(cast("Ledger", self), self._labels.named(name), rule)

    def add_segment(
        self, name: str, table: Any, *, account: str = "account_id", label: str | None = None, since: str | None = None
    ) -> None:
        """Labels from a table of accounts, for `by_segment(name)`; the column `label` (`name` by default), from the day `since` on."""
        self._labels = self._labels.with_table(name, table, account=account, label=label or name, since=since)


class BySegment:
    """The metrics of a ledger, one row a segment. The segment None holds the accounts without a label."""

    def __init__(self, ledger: Ledger, name: str, rule: str) -> None:
        if rule not in RULES:
            raise SchemaError(f'segment_rule "{rule}" is not one of {", ".join(RULES)}')
        self._ledger, self.name, self.rule = ledger, name, rule

    def _assigned(self, opening: int) -> tuple[dict[str | None, _core.revenue.Accounts], dict[str, Any]]:
        rows = self._ledger._labels.core(self.name, self._ledger)
        found = rows.assign(self._ledger.accounts, self.rule, opening)
        options = {
            "segment": self.name,
            "segment_rule": self.rule,
            "rows_without_label": found["rows_without_label"],
            "accounts_with_several_labels": found["accounts_with_several"],
        }
        return {label: accounts for label, accounts in found["parts"] if len(accounts) > 0}, options

    def _parts(self, opening: int) -> tuple[dict[str | None, Ledger], dict[str, Any]]:
        accounts, options = self._assigned(opening)
        parts: dict[str | None, Ledger] = {}
        for label, some in accounts.items():
            core = self._ledger._core.only(some)
            if core.first_day is None:
                continue  # accounts without any MRR
            part = self._ledger._copy()
            part._core, part._terms = core, None
            parts[label] = part
        return parts, options

    def states(self, first: Any, last: Any, *, by: str = "month") -> dict[str | None, _core.revenue.RevenueState]:
        """The mergeable state of each segment; their sum is the state of the whole, bit for bit."""
        return self._states(first, last, by)[0]

    def _states(self, first: Any, last: Any, by: str) -> tuple[dict[str | None, _core.revenue.RevenueState], dict[str, Any]]:
        start, each, count = grid(first, last, by)
        accounts, options = self._assigned(first_day(start))
        core, policy = self._ledger._core, self._ledger.policy.core
        return {label: core.tally_accounts(some, start, each, count, policy) for label, some in accounts.items()}, options

    def movements(self, first: Any, last: Any, *, by: str = "month") -> Table:
        """`Ledger.movements` of each segment: a row a segment and period. Amounts add up over segments wherever every MRR is a
        whole number of minor units; the states always do."""
        states, counted = self._states(first, last, by)
        options = {**self._ledger.options, "by": by, **counted}
        columns: dict[str, list[Any]] = {"segment": []}
        for label, state in states.items():
            shown = state.movements()
            lists = {name: column.to_list() for name, column in shown["columns"].items()}
            if label is None and not any(
                any(lists[name]) for name in ("accounts_opening", "accounts_new", "accounts_reactivated")
            ):
                continue
            columns["segment"] += [label] * len(lists["period"])
            for name, values in lists.items():
                columns.setdefault(name, []).extend(values)
            if shown["incomplete"]:
                options["incomplete"] = ", ".join(shown["incomplete"])
        return Table(columns, options=options, title=f"MRR movements by {self.name} and {by}")

    def mrr(self, period: Any) -> Table:
        """MRR at the end of the period."""
        return self._amounts(period, "mrr")

    def arr(self, period: Any) -> Table:
        """Twelve times MRR."""
        return self._amounts(period, "arr")

    def arpa(self, period: Any, *, level: float = 0.95) -> Table:
        """Average MRR of a customer."""
        return self._estimates(period, "arpa", lambda part: part.arpa(period, level=level))

    def average_sale_price(self, period: Any) -> Table:
        """Average first MRR of new customers."""
        return self._estimates(period, "average sale price", lambda part: part.average_sale_price(period))

    def quick_ratio(self, period: Any) -> Table:
        """MRR won over MRR lost."""
        return self._estimates(period, "quick ratio", lambda part: part.quick_ratio(period))

    def logo_churn(self, period: Any, *, level: float = 0.95) -> Table:
        """Share of customers lost."""
        return self._estimates(period, "logo churn", lambda part: part.logo_churn(period, level=level), churn=True)

    def mrr_churn(self, period: Any, *, kind: str = "gross", level: float = 0.95) -> Table:
        """Share of opening MRR lost, "gross" or "net"."""
        return self._estimates(
            period, f"{kind} MRR churn", lambda part: part.mrr_churn(period, kind=kind, level=level), churn=True
        )

    def nrr(self, period: Any, *, window: int | None = None, level: float = 0.95) -> Table:
        """Net revenue retention."""
        return self._estimates(period, "NRR", lambda part: part.nrr(period, window=window, level=level), window=window or 12)

    def grr(self, period: Any, *, window: int | None = None, level: float = 0.95) -> Table:
        """Gross revenue retention."""
        return self._estimates(period, "GRR", lambda part: part.grr(period, window=window, level=level), window=window or 12)

    def logo_retention(self, period: Any, *, window: int = 12, level: float = 0.95) -> Table:
        """Share of customers who stayed."""
        return self._estimates(
            period, "logo retention", lambda part: part.logo_retention(period, window=window, level=level), window=window
        )

    def retention(
        self,
        first: Any,
        last: Any,
        *,
        by: str = "month",
        window: int | Sequence[int] = 12,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Table:
        """`Ledger.retention` of each segment: a row a segment, window and period."""
        if self.rule == "opening":
            raise SchemaError(
                'rule "opening" gives accounts another label in each window: ask nrr, grr and logo_retention period by period, or '
                'take "first" or "last"'
            )
        parts, counted = self._parts(first_day(grid(first, last, by)[0]))
        columns: dict[str, list[Any]] = {"segment": []}
        options = {**self._ledger.options, **counted}
        for label, part in parts.items():
            shown = part.retention(first, last, by=by, window=window, method=method, level=level)
            columns["segment"] += [label] * len(shown)
            for name in shown.columns:
                columns.setdefault(name, []).extend(shown[name].to_list())
            options = {**shown.options, **counted}
        return Table(columns, options=options, title=f"Retention by {self.name} and {by}")

    def cohorts(self, *, by: str = "month", measure: str = "accounts", first: Any = None, last: Any = None) -> Triangles:
        """A triangle a segment, all over the same periods, so that they add up to the triangle of the whole."""
        start, each, count = self._ledger._whole_grid(by) if first is None or last is None else grid(first, last, by)
        parts, counted = self._parts(first_day(start))
        found: dict[str | None, Triangle] = {}
        for label, part in parts.items():
            found[label] = part._triangle((start, each, count), by, measure, counted)
        return Triangles(found, name=self.name, options={**self._ledger.options, "measure": measure, "by": by, **counted})

    def _amounts(self, period: Any, metric: str) -> Table:
        parts, counted = self._parts(first_day(span_of(period)[0]))
        values: list[Amount] = [getattr(part, metric)(period) for part in parts.values()]
        return Table(
            {"segment": list(parts), metric: [int(value) for value in values]},
            options={**self._ledger.options, "period": str(period), **counted},
            title=f"{metric.upper()} by {self.name}",
        )

    def _estimates(
        self, period: Any, title: str, read: Callable[[Ledger], Estimate], *, window: int | None = None, churn: bool = False
    ) -> Table:
        parts, counted = self._parts(self._opening(period, window, churn) if self.rule == "opening" else 0)
        rows = {label: read(part) for label, part in parts.items()}
        shown = {name: [_known(getattr(e, name)) for e in rows.values()] for name in ("value", "low", "high")}
        options = {**(next(iter(rows.values())).options if rows else self._ledger.options), **counted}
        reasons = [e.reason or None for e in rows.values()]
        return Table(
            {"segment": list(rows), **shown, "n": [e.n for e in rows.values()], "reason": reasons},
            options=options,
            title=f"{title} by {self.name}",
        )

    def _opening(self, period: Any, window: int | None, churn: bool) -> int:
        if churn:
            policy = self._ledger.policy
            return _core.revenue.churn_window(policy.core, *days_of(period, dates=policy.window is not None))[0]
        month, months = span_of(period)
        return first_day(month if window is None else month + months - window)

    def __repr__(self) -> str:
        return f"BySegment({self.name!r}, rule={self.rule!r})"


def _known(value: float) -> float | None:
    return value if value == value else None


class Triangles(Mapping["str | None", "Triangle"]):
    """A cohort triangle a segment."""

    def __init__(self, triangles: dict[str | None, Triangle], *, name: str, options: dict[str, Any]) -> None:
        self._triangles, self.name, self.options = triangles, name, options

    def __getitem__(self, segment: str | None) -> Triangle:
        return self._triangles[segment]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._triangles)

    def __len__(self) -> int:
        return len(self._triangles)

    def by_age(self, mean: str | None = None) -> Table:
        """Segment by age: each segment's cohorts taken together, known cells only; mean as in `Triangle.average`."""
        cells = [
            (label, age, share)
            for label, triangle in self._triangles.items()
            for age, share in enumerate(triangle.average(mean))
            if share is not None
        ]
        return Table(
            {"segment": [c[0] for c in cells], "age": [c[1] for c in cells], "retention": [c[2] for c in cells]},
            options=self.options,
            title=f"Retention by {self.name} and age",
        )

    def table(self) -> Table:
        """One row a segment and known cell: segment, cohort, age, size, count, retention."""
        columns: dict[str, list[Any]] = {name: [] for name in ("segment", "cohort", "age", "size", "count", "retention")}
        for label, triangle in self._triangles.items():
            shown = triangle.table()
            columns["segment"] += [label] * len(shown)
            for name in shown.columns:
                columns[name] += shown[name].to_list()
        return Table(columns, options=self.options, title=f"Cohort retention by {self.name}")
