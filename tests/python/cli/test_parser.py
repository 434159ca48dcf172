"""Wrong usage, exit codes, standard input and output."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import SUBSCRIPTIONS, Run, environment, run_process
from sojourn.cli._command_list import COMMANDS

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_wrong_usage_exits_with_2_and_says_what_to_type(run: Run, tmp_path: Path) -> None:
    assert "nothing to read" in run("report", code=2).stderr
    assert "no such file" in run("metrics", "--subscriptions", str(tmp_path / "x.csv"), code=2).stderr
    assert "usage" not in run("metrics", "--unknown", code=2).stdout
    odd = tmp_path / "table.xyz"
    odd.write_text("a\n1\n")
    assert "cannot tell the format" in run("metrics", "--subscriptions", str(odd), code=2).stderr


def test_bare_sojourn_prints_help(run: Run) -> None:
    done = run()
    assert all(f"    {command.name}" in done.stdout for command in COMMANDS) and done.stderr == ""


@pytest.mark.parametrize(
    ("given", "meant"),
    [(("metrics", "--quite"), "--quiet"), (("report", "--subscription", "x"), "--subscriptions")],
)
def test_an_unknown_option_names_the_nearest(run: Run, given: tuple[str, ...], meant: str) -> None:
    said = run(*given, code=2).stderr
    assert f"did you mean {meant}?" in said and said.count("\n") == 1


def test_quiet_and_verbose_exclude_each_other(run: Run) -> None:
    assert "not allowed with" in run("doctor", "-q", "-v", code=2).stderr


def test_settings_that_cannot_be_exit_with_2_before_a_file_is_read(run: Run, tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.csv")
    for option, value in (("--policy", "strype"), ("--as-of", "2024-13-01"), ("--as-of", "soon")):
        said = run("metrics", "--subscriptions", absent, option, value, code=2).stderr
        assert "no such file" not in said and said.count("\n") == 1


def test_a_file_that_is_missing_is_told_beside_those_that_are_there(run: Run, subscriptions: Path) -> None:
    said = run("metrics", "--subscriptions", str(subscriptions.with_name("sub.csv")), code=2).stderr
    assert f"has: {subscriptions.name}" in said
    assert "there is no folder" in run("metrics", "--subscriptions", "nowhere/s.csv", code=2).stderr


def test_a_defect_is_one_line_and_its_trace_is_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, subscriptions: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("sojourn.cli._commands.report_facts", broken)
    said = run("metrics", "--subscriptions", str(subscriptions), code=1).stderr
    assert "defect of sojourn" in said and "ZeroDivisionError: by zero" in said and said.count("\n") == 1
    assert "Traceback" in run("metrics", "--subscriptions", str(subscriptions), "--verbose", code=1).stderr


def test_errors_as_json_carry_the_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nps.csv"
    path.write_text("score\n9\nten\n")
    found = json.loads(run("metrics", "--responses", str(path), "--json", code=1).stderr)
    assert (
        found["error"] == "DataError"
        and found["row"] == 2
        and found["line"] == 3
        and found["column"] == "score"
        and found["value"] == "ten"
    )
    assert json.loads(run("metrics", "--json", "--nonsense", code=2).stderr)["error"] == "UsageError"


def test_standard_input_and_output() -> None:
    done = run_process("report", "--subscriptions", "-", "--as-of", "2024-04-01", "-o", "-", stdin=SUBSCRIPTIONS)
    assert done.stdout.startswith("<!DOCTYPE html>") and done.stdout.rstrip().endswith("</html>") and done.stderr == ""


def test_interrupt_exits_with_130() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sojourn", "metrics", "--subscriptions", "-", "--verbose"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # whoever runs the tests may ignore it
    ) as waiting:
        assert waiting.stderr is not None
        waiting.stderr.readline()
        time.sleep(0.2)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(30) == 130
        assert "Traceback" not in waiting.stderr.read()


@pytest.mark.parametrize(
    ("module", "package"), [("duckdb", "duckdb"), ("jinja2", "jinja2"), ("vl_convert", "vl-convert-python")]
)
def test_a_missing_requirement_is_one_line_with_the_command_to_type(
    run: Run, monkeypatch: pytest.MonkeyPatch, module: str, package: str, subscriptions: Path
) -> None:
    import duckdb

    path = subscriptions.with_suffix(".parquet")  # the format that needs a package to be read
    duckdb.read_csv(str(subscriptions)).write_parquet(str(path))
    monkeypatch.setitem(sys.modules, module, None)
    done = run("report", "--subscriptions", str(path), "-o", "-", code=1)
    assert done.stdout == ""
    assert package in done.stderr and 'pip install "sojourn[report]"' in done.stderr and done.stderr.count("\n") == 1
