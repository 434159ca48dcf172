"""Fixtures of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import sojourn as sj
from command_line import SUBSCRIPTIONS, Done, Run
from sojourn.cli._parser import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in this process; `code` is what it must exit with."""

    def command(*arguments: str, code: int = 0) -> Done:
        capsys.readouterr()
        given = main(arguments)
        shown = capsys.readouterr()
        assert given == code, shown.err
        return Done(shown.out, shown.err)

    return command


@pytest.fixture
def subscriptions(tmp_path: Path) -> Path:
    path = tmp_path / "subs.csv"
    path.write_text(SUBSCRIPTIONS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The made-up company as files."""
    folder = tmp_path_factory.mktemp("acme")
    made = sj.datasets.acme(500)
    paths = {}
    for name in ("subscriptions", "contracts", "nps", "csat"):
        paths[name] = str(folder / f"{name}.csv")
        getattr(made, name).to_csv(paths[name])
    return paths
