"""The options of each command as typed values."""

from __future__ import annotations

import dataclasses

import pytest

from sojourn.cli._command import Command
from sojourn.cli._command_list import COMMANDS
from sojourn.cli._options import metrics_options
from sojourn.cli._parser import parser

# What a command cannot do without.
NEEDED = {
    "inspect": ["list.csv"],
    "completion": ["bash"],
    "check": ["card.json"],
    **dict.fromkeys(("score", "alerts", "queue", "diagnoses"), ["--signals", "signals.csv", "--card", "card.json"]),
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_option_of_a_command_reaches_it(command: Command) -> None:
    """An option that argparse reads and no body takes would be dropped in silence."""
    parsed = parser().parse_args([command.name, *NEEDED.get(command.name, [])])
    options = command.options(parsed)

    def names(value: object) -> set[str]:
        found: set[str] = set()
        for field in dataclasses.fields(value):  # type: ignore[arg-type]
            own = getattr(value, field.name)
            found |= names(own) if dataclasses.is_dataclass(own) else {field.name}
        return found

    assert set(vars(parsed)) - {"command", "json"} == names(options)


def test_options_cannot_be_changed_and_keep_their_values() -> None:
    given = ["metrics", "--responses", "a.csv", "--csat-scale", "1-7", "--blank", "x", "--blank", "y"]
    given += ["--contracts", "c.csv", "--currency", "JPY"]
    options = metrics_options(parser().parse_args(given))
    assert options.inputs.files == ["a.csv"]
    assert options.inputs.surveys.csat_scale == (1, 7) and options.inputs.surveys.blank == ["x", "y"]
    assert options.inputs.subscriptions.currency == "JPY" and options.messages.quiet is False
    with pytest.raises(dataclasses.FrozenInstanceError):
        options.format = "csv"
