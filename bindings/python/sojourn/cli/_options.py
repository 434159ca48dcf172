"""The options of each command as typed, frozen values. A field has the name of its option."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from sojourn._core.frames import DateReading
from sojourn._frames.dates import date_reading
from sojourn.cli._layout import Layout
from sojourn.cli._usage import UsageError
from sojourn.errors import Error

Options = TypeVar("Options")


@dataclass(frozen=True, kw_only=True)
class Messages:
    """What is said on standard error."""

    quiet: bool
    verbose: bool

    @contextmanager
    def stage(self, what: str) -> Iterator[None]:
        """One line for each stage, only with --verbose."""
        if self.verbose:
            print(f"{what} ...", file=sys.stderr, flush=True)
        yield


@dataclass(frozen=True, kw_only=True)
class FileOptions:
    """How files are written; None is what the file itself says, or an error where it does not."""

    encoding: str | None
    separator: str | None
    decimal: str | None
    date_format: str | None
    timezone: str | None
    header_line: int | None
    leave_out: Sequence[str]
    sheet: str | None
    db: str | None

    def __post_init__(self) -> None:
        _ = self.dates  # a format or a zone that cannot be is refused before a file is read

    @property
    def layout(self) -> Layout:
        """Where the rows stand among titles and totals."""
        return Layout(header_line=self.header_line, leave_out=self.leave_out)

    @property
    def dates(self) -> DateReading:
        """How days are read."""
        try:
            return date_reading(self.timezone, self.date_format)
        except Error as error:
            raise UsageError(str(error)) from None


@dataclass(frozen=True, kw_only=True)
class SubscriptionOptions:
    """A file of subscription periods and how to read it."""

    subscriptions: str | None
    account: str | None
    start: str | None
    end: str | None
    ends: str
    mrr: str | None
    per: str | None
    cause: str | None
    amounts: str | None
    currency: str | None
    as_of: str | None
    first: str | None
    last: str | None
    policy: str | None


@dataclass(frozen=True, kw_only=True)
class UsageOptions:
    """A file of commitments and consumption."""

    usage: str | None
    usage_account: str | None
    usage_start: str | None
    usage_month: str | None
    usage_end: str | None
    usage_amount: str | None
    usage_kind: str | None


@dataclass(frozen=True, kw_only=True)
class ContractOptions:
    """A file of contract terms, and what makes a lifetime value of the subscriptions."""

    contracts: str | None
    term_end: str | None
    value: str | None
    renewed_on: str | None
    renewed_value: str | None
    grace_days: int
    margin: float | None
    spend: str | None


@dataclass(frozen=True, kw_only=True)
class SurveyOptions:
    """Files of survey answers."""

    responses: str | None
    score: str | None
    csat: str | None
    csat_score: str | None
    csat_scale: tuple[int, int]
    satisfied_from: int | None
    ces: str | None
    ces_score: str | None
    ces_scale: tuple[int, int]
    sent: str | None
    answered: str | None
    weight: str | None
    count: str | None
    blank: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class CustomerOptions:
    """A snapshot with one row per customer."""

    customers: str | None
    tenure: str | None
    churned: str | None
    monthly: str | None


@dataclass(frozen=True, kw_only=True)
class HealthOptions:
    """A file of signals and the card that scores it."""

    signals: str | None
    scorecard: str | None


@dataclass(frozen=True, kw_only=True)
class InputOptions:
    """Every file that a report can be made of."""

    subscriptions: SubscriptionOptions
    usage: UsageOptions
    contracts: ContractOptions
    surveys: SurveyOptions
    customers: CustomerOptions
    health: HealthOptions
    written: FileOptions
    by: str | None
    level: float

    @property
    def files(self) -> list[str]:
        """The files that were named, contracts aside."""
        named = (
            self.subscriptions.subscriptions,
            self.usage.usage,
            self.customers.customers,
            self.surveys.responses,
            self.surveys.csat,
            self.surveys.ces,
            self.health.signals,
        )
        return [name for name in named if name is not None]


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    inputs: InputOptions
    messages: Messages
    format: str
    out: str | None
    title: str | None
    targets: str | None
    accounts: bool
    lang: str


@dataclass(frozen=True, kw_only=True)
class MetricsOptions:
    inputs: InputOptions
    messages: Messages
    format: str
    table: str | None
    list: bool
    lang: str


@dataclass(frozen=True, kw_only=True)
class ExplainOptions:
    format: str
    subscriptions: SubscriptionOptions
    usage: UsageOptions
    written: FileOptions
    messages: Messages
    metric: str | None
    period: str | None
    explained: str | None


@dataclass(frozen=True, kw_only=True)
class DoctorOptions:
    messages: Messages
    format: str


@dataclass(frozen=True, kw_only=True)
class InspectOptions:
    """A list, and what is known of how it is written."""

    messages: Messages
    file: str
    format: str
    encoding: str | None
    separator: str | None
    header_line: int | None
    sheet: str | None


@dataclass(frozen=True, kw_only=True)
class CompletionOptions:
    messages: Messages
    shell: str


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    messages: Messages
    out: str
    n: int
    seed: int
    lang: str


def take(kind: type[Options], parsed: Namespace, **groups: Any) -> Options:
    """A value of options: each field by its name from what argparse has read, save the groups."""
    own = [field.name for field in fields(kind) if field.name not in groups]  # type: ignore[arg-type]  # any dataclass
    return kind(**{name: getattr(parsed, name) for name in own}, **groups)


def inputs_of(parsed: Namespace) -> InputOptions:
    """Every file that was named."""
    return take(
        InputOptions,
        parsed,
        subscriptions=take(SubscriptionOptions, parsed),
        usage=take(UsageOptions, parsed),
        contracts=take(ContractOptions, parsed),
        surveys=take(SurveyOptions, parsed),
        customers=take(CustomerOptions, parsed),
        health=take(HealthOptions, parsed),
        written=take(FileOptions, parsed),
    )


def messages_of(parsed: Namespace) -> Messages:
    """What is said on standard error."""
    return take(Messages, parsed)


def report_options(parsed: Namespace) -> ReportOptions:
    return take(ReportOptions, parsed, inputs=inputs_of(parsed), messages=messages_of(parsed))


def metrics_options(parsed: Namespace) -> MetricsOptions:
    return take(MetricsOptions, parsed, inputs=inputs_of(parsed), messages=messages_of(parsed))


def explain_options(parsed: Namespace) -> ExplainOptions:
    return take(
        ExplainOptions,
        parsed,
        subscriptions=take(SubscriptionOptions, parsed),
        usage=take(UsageOptions, parsed),
        written=take(FileOptions, parsed),
        messages=messages_of(parsed),
    )


def doctor_options(parsed: Namespace) -> DoctorOptions:
    return take(DoctorOptions, parsed, messages=messages_of(parsed))


def inspect_options(parsed: Namespace) -> InspectOptions:
    return take(InspectOptions, parsed, messages=messages_of(parsed))


def completion_options(parsed: Namespace) -> CompletionOptions:
    return take(CompletionOptions, parsed, messages=messages_of(parsed))


def demo_options(parsed: Namespace) -> DemoOptions:
    return take(DemoOptions, parsed, messages=messages_of(parsed))
