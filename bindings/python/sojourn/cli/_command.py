"""What a command of the command line is: its options, and the function that answers it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command. Its module is loaded when the command runs, so that --help starts at once."""

    name: str
    summary: str
    add_options: Callable[[ArgumentParser], None]
    """Declares the options of the command on its parser."""
    options: Callable[[Namespace], Any]
    """The options as a typed value, from what argparse has read."""
    module: str
    """Where the function of the command's name lives; it takes the options and returns the exit code."""
