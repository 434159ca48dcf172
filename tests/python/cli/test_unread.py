"""Every option of every command changes what comes out, or is refused. The parser lists them, so a new one is tried too."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from option_files import write_all
from sojourn.cli._parser import main, parser

FILES = ("subscriptions", "usage", "contracts", "responses", "csat", "ces", "customers", "signals", "scorecard")
AS_OF = ("--as-of", "2024-01-01")
MONEY = ("--margin", "0.8", "--spend", "100")
# A call by its name: the command, the files it reads, and what else it is given.
CALLS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "subscriptions": ("metrics", ("subscriptions",), AS_OF),
    "revenue": ("metrics", ("subscriptions", "usage", "contracts"), (*AS_OF, *MONEY)),
    "usage": ("metrics", ("usage",), (*AS_OF, "--from", "2023-02", "--to", "2023-11")),
    "surveys": ("metrics", ("responses", "csat", "ces"), ()),
    "responses": ("metrics", ("responses",), ()),
    "customers": ("metrics", ("customers",), ()),
    "scored customers": ("metrics", ("customers", "scorecard"), AS_OF),
    "signals": ("metrics", ("signals", "scorecard"), AS_OF),
    "all files": ("metrics", FILES, (*AS_OF, *MONEY)),
    "list of metrics": ("metrics", (), ("--list",)),
    "account": ("explain", ("subscriptions", "usage"), (*AS_OF, "--account", "a4", "--period", "2023-09")),
    "definition": ("explain", (), ("nrr",)),
    "definitions": ("explain", (), ()),
    "list": ("inspect", (), ()),
    "completion": ("completion", (), ("bash",)),
    "doctor": ("doctor", (), ()),
    "demo": ("demo", (), ("--n", "60", "--out", "-")),
}
# Another value of what is neither a choice, nor a file, nor a column.
VALUES = {
    **{"--as-of": "2023-07-01", "--from": "2023-04", "--to": "2023-05", "--period": "2023-05", "--account": "a8"},
    **{
        "--currency": "JPY",
        "--margin": "0.7",
        "--spend": "90",
        "--grace-days": "60",
        "--level": "0.9",
        "--table": "movements",
    },
    **{"--csat-scale": "1-6", "--ces-scale": "1-8", "--satisfied-from": "3", "--blank": "9", "--title": "Another"},
    **{"--encoding": "utf-16", "--separator": ";", "--date-format": "%d.%m.%Y", "--timezone": "Europe/Berlin"},
    **{"--header-line": "2", "--db": "x.db", "--leave-out": "x", "--sheet": "x", "file": "no_such_file.csv"},
    **{"--n": "70", "--seed": "3", "metric": "grr"},
}
MISSING = {"COLUMN", "FILE", "COLUMN|WORD", "NAME|FILE"}
# What a file may say itself: such an option confirms it, and changes nothing.
SAYS_THE_SAME = {"--per", "--decimal", "--timezone", "--date-format", "--amounts"}
# Of every command, about standard error only: see test_commands.py and test_parser.py.
MESSAGES = {"help", "json", "quiet", "verbose", "progress"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return write_all(tmp_path_factory.mktemp("files"))


def asked(call: str, files: dict[str, str]) -> list[str]:
    command, names, more = CALLS[call]
    if command == "inspect":
        return [command, files["subscriptions"]]
    return [command, *(word for name in names for word in (f"--{name}", files[name])), *more]


def spelled(option: argparse.Action) -> str:
    return option.option_strings[-1] if option.option_strings else option.dest


def options(command: str) -> Iterator[argparse.Action]:
    commands = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    yield from (one for one in commands.choices[command]._actions if one.dest not in MESSAGES)


def other_values(option: argparse.Action) -> list[list[str]]:
    """The words that ask for something else than the default."""
    name = spelled(option)
    if option.nargs == 0:
        return [[name]]
    if option.choices is not None and not option.option_strings:
        return [[str(one)] for one in option.choices]
    if option.choices is not None:
        return [[name, str(one)] for one in option.choices if one != option.default]
    if option.metavar in MISSING:
        return [[name, "no_such_thing"]]
    assert name in VALUES, f"{name} is new: give another value for it above"
    return [[name, VALUES[name]] if option.option_strings else [VALUES[name]]]


def outcome(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(words)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.parametrize("call", CALLS)
def test_an_option_acts_or_is_refused(
    call: str, files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    words = asked(call, files)
    before = outcome(words, capsys)
    assert before[0] == 0, before[2]
    silent = [
        " ".join(more)
        for option in options(words[0])
        if not (option.nargs == 0 and spelled(option) in words)
        for more in other_values(option)
        if outcome([*words, *more], capsys) == before
    ]
    assert [one for one in silent if one.split()[0] not in SAYS_THE_SAME] == []


@pytest.mark.parametrize(
    ("call", "more"),
    [
        ("customers", ["--decimal", ","]),
        ("customers", ["--amounts", "minor"]),
        ("subscriptions", ["--amounts", "major"]),
        ("subscriptions", ["--date-format", "%d.%m.%Y"]),
        ("signals", ["--date-format", "%d.%m.%Y"]),
        ("surveys", ["--date-format", "%d.%m.%Y"]),
    ],
)
def test_what_a_file_says_itself_is_not_overruled_in_silence(
    call: str, more: list[str], files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = asked(call, files)
    assert outcome([*words, *more], capsys) != outcome(words, capsys)


def test_a_zone_moves_moments_to_another_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "moments.csv"
    path.write_text("account_id,start,end,mrr_minor\na,2023-01-31T23:30:00Z,,700\n", encoding="utf-8")
    words = ["metrics", "--subscriptions", str(path), *AS_OF, "--format", "json", "--timezone"]
    assert outcome([*words, "UTC"], capsys) != outcome([*words, "Europe/Berlin"], capsys)


def test_report_reads_what_metrics_reads() -> None:
    """Drawing a page takes seconds: its options are those above, and those that test_commands.py, test_output.py and
    test_report.py try.
    """
    own = {"--format", "--out", "--title", "--accounts", "--targets"}
    listed = {spelled(one) for one in options("metrics")} - {"--format", "--table", "--list"}
    assert {spelled(one) for one in options("report")} == listed | own


@pytest.mark.parametrize(
    ("words", "refused_with"),
    [
        (["metrics", "--csat", "csat", "--term-end", "x"], "--term-end is read together with --contracts FILE"),
        (["metrics", "--subscriptions", "subscriptions", "--weight", "x"], "--responses FILE, --csat FILE or --ces FILE"),
        (["metrics", "--responses", "responses", "--csat-scale", "1-7"], "--csat-scale and --satisfied-from are of CSAT"),
        (["metrics", "--responses", "responses", "--ces-scale", "1-9"], "--ces-scale is of effort answers"),
        (["metrics", "--list", "--level", "0.9"], "leave --level out"),
        (["explain", "nrr", "--period", "2024-01"], "leave --period out"),
        (["explain", "--account", "a"], "name that file"),
        (["explain", "--subscriptions", "subscriptions", "--from", "2024-01"], "--from is not read by explain"),
        (["report", "--signals", "signals", "--mrr", "x"], "--mrr is read together with --subscriptions FILE"),
    ],
)
def test_an_option_that_nothing_reads_is_refused(
    words: list[str], refused_with: str, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = outcome([files.get(word, word) for word in words], capsys)
    assert (code, out) == (2, "") and refused_with in err
