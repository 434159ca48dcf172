"""The command line: which commands there are, how they are read, and what a failure exits with.

Exit codes: 0 done, 1 the data or the machine says no, 2 the question was asked wrongly, 130 interrupted.
Standard output carries the answer and nothing else; messages and progress go to standard error.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from sojourn._core import __version__
from sojourn._frames.language import in_language
from sojourn.cli._command_list import COMMANDS
from sojourn.cli._messages import as_shown, said_at_the_end
from sojourn.cli._settings import FILE as SETTINGS, apply_defaults
from sojourn.cli._unread import require_all_read
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError, Error, SchemaError

_DESCRIPTION = "How long customers stay, what they are worth while they stay, and how healthy they are."


class _Parser(argparse.ArgumentParser):
    """Usage errors are raised, so that `main` reports them and --json covers them. Options are not abbreviated."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


class _CommandParser(_Parser):
    """Of one command: an option that nothing reads is an error."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        parsed, rest = super().parse_known_args(args, namespace)
        if not rest:  # a misspelt option is the first thing to say
            require_all_read(parsed, self.get_default)
        return parsed, rest


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        top = parser()
        if not given:
            print(top.format_help(), end="")
            return 0
        defaults = apply_defaults({name: actions_of(own) for name, own in commands_of(top).items()})
        parsed = _parsed(top, given)
        if parsed.verbose and defaults:
            print(f"defaults of {SETTINGS}: {defaults}", file=sys.stderr)
        command = next(one for one in COMMANDS if one.name == parsed.command)
        options = command.options(parsed)
        body = getattr(import_module(command.module), command.name)
        with in_language(getattr(options, "lang", "en")), said_at_the_end(quiet=parsed.quiet):
            code: int = body(options)
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("sojourn: interrupted", file=sys.stderr)
        return 130
    except (Error, OSError, ImportError) as error:
        return _fail(error, as_json)
    except Exception as defect:
        if "-v" in given or "--verbose" in given:
            traceback.print_exc()
        return _fail(_defect(defect), as_json)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = _Parser(prog="sojourn", description=_DESCRIPTION, epilog="Each command has its own --help.")
    top.add_argument("--version", action="version", version=f"sojourn {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="command", parser_class=_CommandParser)
    for command in COMMANDS:
        own = commands.add_parser(command.name, help=command.summary, description=command.summary)
        own.add_argument("--json", action="store_true", help="errors as one line of JSON on standard error")
        said = own.add_mutually_exclusive_group()
        said.add_argument("-q", "--quiet", action="store_true", help="say nothing on standard error unless it fails")
        said.add_argument("-v", "--verbose", action="store_true", help="a line on standard error for each stage")
        command.add_options(own)
    return top


def _parsed(top: argparse.ArgumentParser, given: Sequence[str]) -> argparse.Namespace:
    """What was asked. For an option that is unknown the error names the nearest that is known."""
    parsed, unknown = top.parse_known_args(given)
    if unknown:
        of_command = options_of(top)[parsed.command]
        near = difflib.get_close_matches(unknown[0].partition("=")[0], of_command, 1) if unknown[0].startswith("-") else []
        meant = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"unknown: {' '.join(unknown)}{meant} (see sojourn {parsed.command} --help)")
    return parsed


def options_of(top: argparse.ArgumentParser) -> dict[str, list[str]]:
    """By command: its options as they are typed."""
    return {
        name: [typed for action in actions_of(own) for typed in action.option_strings]
        for name, own in commands_of(top).items()
    }


def commands_of(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of the commands by name."""
    return next(dict(action.choices) for action in actions_of(top) if isinstance(action.choices, dict))


def actions_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Everything that a parser takes. argparse has no public word for it."""
    return list(vars(parser)["_actions"])


def _defect(error: Exception) -> Error:
    """What no input should cause, in one line; the trace is for the report of it."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Error(
        f"this is a defect of sojourn, not of your files ({said}); run it again with --verbose and report what it prints"
    )


def _fail(error: Exception, as_json: bool) -> int:
    message = as_shown(str(error))
    if as_json:
        details: dict[str, Any] = {
            "error": "DataError" if isinstance(error, DataError) else type(error).__name__,
            "message": message,
        }
        if isinstance(error, DataError):
            row = None if error.row is None else error.row + 1
            details |= {"column": error.column, "row": row, "value": error.value, "rule": error.rule}
            details |= {"line": getattr(error, "line", None)}
        print(json.dumps(details), file=sys.stderr)
    else:
        print(f"sojourn: {message}", file=sys.stderr)
    return 2 if isinstance(error, (UsageError, SchemaError)) else 1
