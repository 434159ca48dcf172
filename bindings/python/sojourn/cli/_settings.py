"""Defaults of a folder: `sojourn.toml` says once what would be typed with every command."""

from __future__ import annotations

import argparse
import difflib
import os
import tomllib
from collections.abc import Mapping
from typing import Any

from sojourn.cli._usage import UsageError

FILE = "sojourn.toml"
EVERY = "all"
# Sections that a command reads itself.
_ELSEWHERE = ("job",)
_NEVER = ("help", "json", "version")


def apply_defaults(commands: Mapping[str, list[argparse.Action]], path: str = FILE) -> dict[str, dict[str, Any]]:
    """Takes the defaults of the file, where there is one, into the options of the commands, and returns them by section.

    `[all]` is for every command that has the option, `[report]` for one command and stronger.
    """
    if not os.path.isfile(path):
        return {}
    document = _read(path)
    for section in document:
        if section not in (EVERY, *commands, *_ELSEWHERE):
            raise UsageError(_unknown(path, f"section [{section}]", section, (EVERY, *commands, *_ELSEWHERE)))
        if not isinstance(document[section], dict):
            raise UsageError(
                f"{path}: {section} stands outside of a section; write it below [{EVERY}] or the name of a command"
            )
    own = {name: table for name, table in document.items() if name not in _ELSEWHERE}
    for section in sorted(own, key=lambda name: name != EVERY):
        _take(path, section, own[section], commands)
    return own


def _take(path: str, section: str, table: Mapping[str, Any], commands: Mapping[str, list[argparse.Action]]) -> None:
    chosen = list(commands.values()) if section == EVERY else [commands[section]]
    by_name = [
        {option.removeprefix("--"): action for action in actions for option in action.option_strings if option[:2] == "--"}
        for actions in chosen
    ]
    for name, value in table.items():
        having = [options[name] for options in by_name if name in options and name not in _NEVER]
        if not having:
            known = sorted({one for options in by_name for one in options if one not in _NEVER})
            raise UsageError(_unknown(path, f"[{section}] {name}", name, known))
        for action in having:
            action.default = _value(f"{path}: [{section}] {name}", action, value)


def _value(where: str, action: argparse.Action, value: Any) -> Any:
    if isinstance(action.default, list):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise UsageError(f'{where} is {value!r}; give a list of texts, as in ["Total"]')
        return list(value)
    if action.nargs == 0:
        if not isinstance(value, bool):
            raise UsageError(f"{where} is {value!r}; give true or false")
        return value
    if isinstance(value, (bool, list, dict)):
        raise UsageError(f"{where} is {value!r}; give one text or number")
    text = str(value)
    try:
        read = action.type(text) if callable(action.type) else text
    except (argparse.ArgumentTypeError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from None
    if action.choices is not None and read not in action.choices:
        raise UsageError(f"{where} is {text!r}; accepted: {', '.join(map(str, action.choices))}")
    return read


def _read(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None


def _unknown(path: str, what: str, name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"{path}: {what} is unknown; " + (f"did you mean {near[0]}?" if near else f"there is: {', '.join(known)}")
