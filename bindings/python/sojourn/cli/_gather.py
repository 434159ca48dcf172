"""What the options of the command line ask for, read from files and turned into the facts that page and tables show."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sojourn._report.facts.everything import Gathered
from sojourn._report.facts.health import health_facts
from sojourn._report.facts.renewals import renewal_facts
from sojourn._report.facts.revenue import last_months
from sojourn._report.facts.surveys import ces_facts, csat_facts, nps_facts, response_facts
from sojourn._report.facts.survival import snapshot_facts
from sojourn._report.page import Fact
from sojourn._report.sections.health import HealthFacts
from sojourn.cli import _files as files
from sojourn.cli._files import File, UsageError

Options = argparse.Namespace


@contextmanager
def stage(options: Options, what: str) -> Iterator[None]:
    """One line on standard error for each stage, only with --progress."""
    if options.progress and not options.quiet:
        print(f"{what} ...", file=sys.stderr, flush=True)
    yield


def gather(options: Options) -> Gathered:
    """Reads every file that was named."""
    gathered = Gathered()
    if options.subscriptions is not None:
        _revenue(options, gathered)
    elif options.contracts is not None or options.margin is not None or options.spend is not None:
        raise UsageError("--contracts, --margin and --spend are read together with --subscriptions FILE")
    if options.customers is not None:
        _customers(options, gathered)
    if options.responses is not None or options.csat is not None or options.ces is not None:
        _surveys(options, gathered)
    if options.signals is not None:
        _signals(options, gathered)
    if not gathered.parts():
        raise UsageError("nothing to read: give --subscriptions, --customers, --responses, --csat, --ces or --signals")
    return gathered


def open_ledger(options: Options) -> tuple[Any, File, str]:
    """The ledger of --subscriptions (as of --as-of, or the day after the latest date in the file), the file, the account column."""
    import sojourn as sj

    with stage(options, f"reading {options.subscriptions}"):
        file = files.read(options.subscriptions)
    account, start, end, mrr = (file.choose(role, getattr(options, role)) for role in ("account", "start", "end", "mrr"))
    amounts = files.minor_units(file[mrr], mrr, amounts=options.amounts, currency=options.currency)
    as_of = options.as_of or _day_after(file, (start, end))
    table = {"account": file[account], "start": file[start], "end": file[end], "mrr": amounts}
    with stage(options, "building the ledger"):
        ledger = sj.Ledger(
            table,
            account="account",
            start="start",
            end="end",
            mrr="mrr",
            currency=options.currency,
            as_of=as_of,
            policy=_policy(options.policy),
        )
    return ledger, file, account


def _policy(named: str | None) -> Any:
    import sojourn as sj

    if named is None:
        return None
    if named.endswith(".json"):
        with open(named, encoding="utf-8") as policy:
            return sj.Policy.from_json(policy.read())
    preset = getattr(sj.Policy, "preset", None)
    if preset is None:
        raise UsageError(f"no policy presets here; give a policy file (.json) instead of {named!r}")
    return preset(named)


def _day_after(file: File, names: Sequence[str]) -> str:
    latest = max((str(day)[:10] for name in names for day in file[name].to_list() if day is not None), default=None)
    if latest is None:
        raise UsageError(f"{file.name}: no date in {' or '.join(names)}; say --as-of YYYY-MM-DD")
    return str(datetime.date.fromisoformat(latest) + datetime.timedelta(days=1))


def _revenue(options: Options, gathered: Gathered) -> None:
    ledger, file, _ = open_ledger(options)
    first, last = last_months(ledger, options.first, options.last)
    if options.spend is not None and options.margin is None:
        raise UsageError("--spend needs --margin: what share of revenue is left after serving a customer, as in 0.8?")
    spend = None if options.spend is None else files.exact_amount(options.spend, "--spend", options.currency)
    with stage(options, "computing revenue"):
        gathered.add_ledger(ledger, first, last, level=options.level, margin=options.margin, spend=spend)
    if options.contracts is not None:
        _contracts(options, gathered, ledger, last)
    gathered.notes += _file_notes("Subscriptions", file)
    if options.as_of is None:
        gathered.notes.append(Fact(label="As of", value=f"{ledger.as_of}, the day after the latest date in the file"))


def _contracts(options: Options, gathered: Gathered, ledger: Any, last: str) -> None:
    file = _read(options, options.contracts)
    roles = ("term_end", "value", "renewed_on", "renewed_value")
    picked = {
        "account": file.choose("account", options.account),
        **{role: file.choose(role, getattr(options, role)) for role in roles},
    }
    table: dict[str, Any] = {role: file[name] for role, name in picked.items()}
    for role in ("value", "renewed_value"):
        table[role] = files.minor_units(file[picked[role]], picked[role], amounts=options.amounts, currency=options.currency)
    with stage(options, "computing renewals"):
        gathered.renewals = renewal_facts(
            table,
            last=last,
            as_of=ledger.as_of,
            grace_days=options.grace_days,
            currency=options.currency,
            level=options.level,
            names={role: role for role in picked},
        )
    gathered.notes += _file_notes("Contracts", file)


def _file_notes(label: str, file: File) -> list[Fact]:
    notes = [Fact(label=label, value=f"{file.name}, {file.rows:,} rows")]
    if file.guessed:
        guesses = ", ".join(f"{role} = {name}" for role, name in file.guessed.items())
        notes.append(Fact(label=f"{label}: columns", value=f"recognised by name: {guesses}"))
    return notes


def _customers(options: Options, gathered: Gathered) -> None:
    with stage(options, f"reading {options.customers}"):
        file = files.read(options.customers)
    tenure, churned = file.choose("tenure", options.tenure), file.choose("churned", options.churned)
    monthly = file.find("monthly", options.monthly)
    left = files.flags(file[churned], churned)
    money = None if monthly is None else _amounts(file, monthly, options)
    months = _whole_months(file, tenure)
    with stage(options, "computing survival"):
        gathered.survival = snapshot_facts(
            months,
            left,
            monthly=money,
            segments=_segments(file, options.by),
            by=options.by or "",
            currency=options.currency,
            level=options.level,
        )
    if options.scorecard is not None:
        gathered.health = _scored(file, options, left)
    gathered.notes += _file_notes("Customers", file)
    gathered.subtitle = f"{file.rows:,} customers in one snapshot" + (f", amounts in {options.currency}" if monthly else "")


def _amounts(file: File, name: str, options: Options) -> list[int]:
    """A snapshot's money column: decimals are whole currency units unless --amounts says minor."""
    amounts = options.amounts or (None if name.lower().endswith(("_minor", "_cents")) else "major")
    found = files.minor_units(file[name], name, amounts=amounts, currency=options.currency)
    missing = next((row for row, value in enumerate(found) if value is None), None)
    if missing is not None:
        raise files.missing_value(name, missing)
    return [value for value in found if value is not None]


def _whole_months(file: File, name: str) -> list[int]:
    found = files.answers(file[name], name, ())[0]
    for row, value in enumerate(found):
        if value is None:
            raise files.missing_value(name, row)
    return [value for value in found if value is not None]


def _segments(file: File, by: str | None) -> list[str] | None:
    return None if by is None else files.labels(file[file.choose("by", by)], by)


def _surveys(options: Options, gathered: Gathered) -> None:
    responses = None if options.responses is None else _read(options, options.responses)
    satisfaction = responses if options.csat is None else _read(options, options.csat)
    effort = responses if options.ces is None else _read(options, options.ces)
    sent: dict[str, File] = {}
    if responses is not None and (score := _score_column(options, responses)) is not None:
        gathered.nps = nps_facts(_answers(options, gathered, "NPS", responses, score), **_split(options, responses))
        sent["NPS"] = responses
    if satisfaction is not None and (score := _own_score("csat", options, satisfaction)):
        gathered.csat = csat_facts(
            _answers(options, gathered, "CSAT", satisfaction, score),
            **_split(options, satisfaction),
            scale=options.csat_scale,
            satisfied_from=options.satisfied_from,
        )
        if options.csat is not None:
            sent["CSAT"] = satisfaction
    if effort is not None and (score := _own_score("ces", options, effort)):
        gathered.ces = ces_facts(
            _answers(options, gathered, "CES", effort, score), **_split(options, effort), scale=options.ces_scale
        )
        if options.ces is not None:
            sent["CES"] = effort
    _responses(options, gathered, sent)
    first = next(file for file in (responses, satisfaction, effort) if file is not None)
    gathered.subtitle = gathered.subtitle or f"{first.rows:,} survey rows"


def _answers(options: Options, gathered: Gathered, kind: str, file: File, score: str) -> list[int | None]:
    scores, blanks = files.answers(file[score], score, options.blank)
    gathered.notes += [*_file_notes(f"{kind} answers from", file), *_blank_notes(kind, blanks)]
    return scores


def _responses(options: Options, gathered: Gathered, sent: Mapping[str, File]) -> None:
    """The response rate of each file that says when its surveys were sent and answered."""
    found = {}
    for kind, file in sent.items():
        days = file.find("sent", options.sent), file.find("answered", options.answered)
        if days[0] is not None and days[1] is not None:
            found[kind] = (file[days[0]], file[days[1]])
    if found:
        gathered.responses = response_facts(found, level=options.level)


def _read(options: Options, path: str) -> File:
    with stage(options, f"reading {path}"):
        return files.read(path)


def _score_column(options: Options, file: File) -> str | None:
    """A response file may hold CSAT answers only, when that is what the options name."""
    if options.score is None and options.csat_score is not None and options.csat is None:
        return file.find("score", None)
    return file.choose("score", options.score)


def _own_score(kind: str, options: Options, file: File) -> str | None:
    """The column of CSAT or CES answers; a file of their own may call it just "score"."""
    found = file.find(f"{kind}_score", getattr(options, f"{kind}_score"))
    return file.choose("score", None) if found is None and getattr(options, kind) is not None else found


def _split(options: Options, file: File) -> dict[str, Any]:
    given: dict[str, Any] = {"level": options.level}
    if options.by is not None and options.by in file.columns:
        given |= {"segments": _segments(file, options.by), "by": options.by}
    elif options.by is not None:
        file.choose("by", options.by)
    if options.weight is not None:
        given["weights"] = [float(w) for w in file[file.choose("weight", options.weight)].to_list()]
    return given


def _blank_notes(what: str, blanks: dict[str, int]) -> list[Fact]:
    if not blanks:
        return []
    spelled = ", ".join(f"{count:,} {'empty' if shown == 'empty' else f'“{shown}”'}" for shown, count in blanks.items())
    return [Fact(label=f"{what}: no answer", value=spelled)]


def _signals(options: Options, gathered: Gathered) -> None:
    if options.scorecard is None:
        raise UsageError("--signals needs --scorecard FILE: how do the signals become a score?")
    file = _read(options, options.signals)
    gathered.health = _scored(file, options, ())
    gathered.notes += _file_notes("Signals", file)


def _scored(file: File, options: Options, outcome: Sequence[bool]) -> HealthFacts:
    import sojourn as sj

    with open(options.scorecard, encoding="utf-8") as card_file:
        source = card_file.read()
    account = file.choose("account", options.account)
    with stage(options, "scoring"):
        result = sj.Scorecard.from_json(source).score(dict(file.columns), account=account, as_of=options.as_of)
    return health_facts(result, outcome=outcome, accounts=getattr(options, "accounts", False))
