"""The options of the commands of a Monday: score, alerts, queue, diagnoses, check."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

from sojourn.cli._command import Command
from sojourn.cli._formats import add_format
from sojourn.cli._inputs import add_written
from sojourn.cli._options import FileOptions, Messages, messages_of, take
from sojourn.cli._usage import UsageError

_MODULE = "sojourn.cli._monday"


@dataclass(frozen=True, kw_only=True)
class ScoredOptions:
    """A file of signals, the card that scores it, and what is known of the cycle before."""

    signals: str
    card: str
    account: str | None
    as_of: str | None
    previous: str | None
    save: str | None
    owner: str | None
    value: str | None
    amounts: str | None
    currency: str | None
    written: FileOptions
    messages: Messages
    format: str


@dataclass(frozen=True, kw_only=True)
class ScoreOptions:
    scored: ScoredOptions
    moved: bool


@dataclass(frozen=True, kw_only=True)
class AlertOptions:
    """Columns that alerts look at, and what was said already."""

    drops: str | None
    satisfaction: str | None
    last_active: str | None
    sponsor_left: str | None
    renews_on: str | None
    budget: int
    said: str | None


@dataclass(frozen=True, kw_only=True)
class AlertsOptions:
    scored: ScoredOptions
    alerts: AlertOptions
    reasons: bool


@dataclass(frozen=True, kw_only=True)
class QueueOptions:
    scored: ScoredOptions
    alerts: AlertOptions
    p_churn: str | None
    capacity: float
    rows: int
    found: str | None
    effects: str | None
    load: bool


@dataclass(frozen=True, kw_only=True)
class DiagnosesOptions:
    scored: ScoredOptions
    found: str | None


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    card: str
    messages: Messages
    format: str


def _add_scored(command: ArgumentParser) -> None:
    group = command.add_argument_group("signals and the card")
    group.add_argument("--signals", required=True, metavar="FILE", help="one row per account, one column per signal")
    group.add_argument("--card", required=True, metavar="FILE", help="a card or a set of cards (JSON)")
    group.add_argument("--account", metavar="COLUMN", help="the account; default: the column of a usual name")
    group.add_argument("--as-of", metavar="YYYY-MM-DD", help="the day of the signals; default: today, which is then said")
    group.add_argument("--previous", metavar="STATE", help="what --save wrote in the cycle before")
    group.add_argument("--save", metavar="STATE", help="writes this cycle for the next one")
    group.add_argument("--owner", metavar="COLUMN", help="who looks after the account")
    group.add_argument("--value", metavar="COLUMN", help="MRR or another amount of money")
    group.add_argument("--amounts", choices=("minor", "major"), default=None, help="are amounts in cents or in whole units")
    group.add_argument(
        "--currency", default=None, metavar="CODE", help="ISO 4217; by default a column called currency, else USD"
    )
    add_written(command)
    add_format(command, "csv and json hold amounts in minor units")


def _add_alert_columns(command: ArgumentParser) -> None:
    group = command.add_argument_group("what alerts look at", "Rules whose columns are absent do not run.")
    group.add_argument("--drops", metavar="SIGNALS", help="signals of which less is worse, as in logins,features")
    group.add_argument(
        "--satisfaction",
        metavar="RATINGS",
        help="ratings, each with the fall that counts, as in csat=1,nps=3; default: the subjective ramps of the card",
    )
    group.add_argument("--last-active", metavar="COLUMN", help="day of the last activity")
    group.add_argument("--sponsor-left", metavar="COLUMN", help="yes where the sponsor left")
    group.add_argument("--renews-on", metavar="COLUMN", help="day of the next renewal")
    group.add_argument(
        "--budget", type=int, default=20, metavar="N", help="accounts that an owner is alerted of; default 20"
    )
    group.add_argument("--said", metavar="FILE", help="CSV of what was said already; read where it exists, and written")


def _add_score(command: ArgumentParser) -> None:
    _add_scored(command)
    command.add_argument("--moved", action="store_true", help="only accounts whose tier is another one than before")


def _add_alerts(command: ArgumentParser) -> None:
    _add_scored(command)
    _add_alert_columns(command)
    command.add_argument("--reasons", action="store_true", help="one row per reason instead of one per account")


def _add_queue(command: ArgumentParser) -> None:
    _add_scored(command)
    _add_alert_columns(command)
    group = command.add_argument_group("the list")
    group.add_argument("--p-churn", metavar="COLUMN", help="probability to leave, 0..1; without it the score ranks")
    group.add_argument(
        "--capacity", type=float, default=40, metavar="N", help="accounts that an owner can carry; default 40"
    )
    group.add_argument(
        "--list", dest="rows", type=int, default=10, metavar="N", help="rows per owner; 0 for all; default 10"
    )
    group.add_argument("--found", metavar="FILE", help="CSV of diagnoses so far; read where it exists, and written")
    group.add_argument("--effects", metavar="FILE", help="CSV of measured effects: remedy, effect, verdict")
    group.add_argument("--load", action="store_true", help="one row per owner: accounts, overload, value at risk")


def _add_diagnoses(command: ArgumentParser) -> None:
    _add_scored(command)
    command.add_argument("--found", metavar="FILE", help="CSV of diagnoses so far; read where it exists, and written")


def _add_check(command: ArgumentParser) -> None:
    command.add_argument("card", metavar="FILE", help="a card or a set of cards (JSON)")
    add_format(command, "csv and json hold one row for each problem")


def _scored_options(parsed: Namespace) -> ScoredOptions:
    if parsed.save is not None and parsed.save == parsed.signals:
        raise UsageError(f"{parsed.save}: would overwrite the signals; give --save another file")
    return take(ScoredOptions, parsed, written=take(FileOptions, parsed), messages=messages_of(parsed))


def _score_options(parsed: Namespace) -> ScoreOptions:
    return take(ScoreOptions, parsed, scored=_scored_options(parsed))


def _alerts_options(parsed: Namespace) -> AlertsOptions:
    return take(AlertsOptions, parsed, scored=_scored_options(parsed), alerts=take(AlertOptions, parsed))


def _queue_options(parsed: Namespace) -> QueueOptions:
    return take(QueueOptions, parsed, scored=_scored_options(parsed), alerts=take(AlertOptions, parsed))


def _diagnoses_options(parsed: Namespace) -> DiagnosesOptions:
    return take(DiagnosesOptions, parsed, scored=_scored_options(parsed))


def _check_options(parsed: Namespace) -> CheckOptions:
    return take(CheckOptions, parsed, messages=messages_of(parsed))


MONDAY_COMMANDS = (
    Command(
        name="score",
        summary="Score accounts with a card, and say what moved since the cycle before.",
        add_options=_add_score,
        options=_score_options,
        module=_MODULE,
    ),
    Command(
        name="alerts",
        summary="Who needs a look today: one alert per account, with all its reasons.",
        add_options=_add_alerts,
        options=_alerts_options,
        module=_MODULE,
    ),
    Command(
        name="queue",
        summary="Whom to call first, owner by owner: why, how much, until when, which remedy.",
        add_options=_add_queue,
        options=_queue_options,
        module=_MODULE,
    ),
    Command(
        name="diagnoses",
        summary="What the card's rules find, since when, and what to do about it.",
        add_options=_add_diagnoses,
        options=_diagnoses_options,
        module=_MODULE,
    ),
    Command(
        name="check",
        summary="Check a card or a set of cards: every mistake with its place.",
        add_options=_add_check,
        options=_check_options,
        module=_MODULE,
    ),
)
