"""Shell completion: written from the parser, and tried in the shells that are there."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from command_line import Run
from sojourn.cli._command_list import COMMANDS
from sojourn.cli._parser import options_of, parser


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_and_option_is_offered(run: Run, shell: str) -> None:
    script = run("completion", shell).stdout
    for command, options in options_of(parser()).items():
        assert command in script
        for option in options:
            if option.startswith("--"):
                assert (f"-l {option[2:]}" if shell == "fish" else option) in script, (command, option)
    if (program := shutil.which(shell)) is not None:
        subprocess.run([program, "-n", "/dev/stdin"], input=script, text=True, check=True, capture_output=True, timeout=30)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["sojourn", "rep"], {"report"}),
        (["sojourn", ""], {command.name for command in COMMANDS}),
        (["sojourn", "report", "--format", ""], {"html", "xlsx"}),
        (["sojourn", "metrics", "--head"], {"--header-line"}),
        (["sojourn", "completion", "z"], {"zsh"}),
    ],
)
def test_bash_completes(run: Run, typed: list[str], offered: set[str]) -> None:
    words = " ".join(f"'{word}'" for word in typed)
    ask = f"COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _sojourn; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(
        ["bash", "-c", f"{run('completion', 'bash').stdout}\n{ask}"], capture_output=True, text=True, check=True, timeout=30
    )
    assert set(done.stdout.split()) == offered


def test_an_unknown_shell_is_refused(run: Run) -> None:
    assert "invalid choice" in run("completion", "tcsh", code=2).stderr
