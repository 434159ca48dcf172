"""What a shell offers after the tab key, written from the parser: commands, options, and the words that an option takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sojourn.cli._options import CompletionOptions
from sojourn.cli._parser import actions_of, commands_of, parser


def completion(options: CompletionOptions) -> int:
    """Prints the script for a shell."""
    print(_SCRIPTS[options.shell](commands_of(parser())))
    return 0


def _bash(commands: dict[str, argparse.ArgumentParser]) -> str:
    return "\n".join(
        [
            '# bash: eval "$(sojourn completion bash)"',
            "_sojourn() {",
            '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"',
            '  if [ "$COMP_CWORD" -eq 1 ]; then',
            f'    COMPREPLY=($(compgen -W "{" ".join(commands)}" -- "$cur")); return',
            "  fi",
            '  case "$command $prev" in',
            *(f'    "{at}") COMPREPLY=($(compgen -W "{words}" -- "$cur")); return ;;' for at, words in _choices(commands)),
            "  esac",
            '  case "$command $cur" in',
            *(
                f'    "{name} -"*) COMPREPLY=($(compgen -W "{" ".join(_options(own))}" -- "$cur")) ;;'
                for name, own in commands.items()
            ),
            '    *) COMPREPLY=($(compgen -f -- "$cur")) ;;',
            "  esac",
            "}",
            "complete -o filenames -F _sojourn sojourn",
        ]
    )


def _zsh(commands: dict[str, argparse.ArgumentParser]) -> str:
    return "\n".join(
        [
            "#compdef sojourn",
            '# zsh: eval "$(sojourn completion zsh)"',
            "_sojourn() {",
            f"  if (( CURRENT == 2 )); then compadd -- {' '.join(commands)}; return; fi",
            '  case "$words[2] $words[CURRENT-1]" in',
            *(f'    "{at}") compadd -- {words}; return ;;' for at, words in _choices(commands)),
            "  esac",
            "  if [[ $words[CURRENT] == -* ]]; then",
            '    case "$words[2]" in',
            *(f"      {name}) compadd -- {' '.join(_options(own))} ;;" for name, own in commands.items()),
            "    esac",
            "  else",
            "    _files",
            "  fi",
            "}",
            "compdef _sojourn sojourn",
        ]
    )


def _fish(commands: dict[str, argparse.ArgumentParser]) -> str:
    lines = ["# fish: sojourn completion fish | source"]
    for name, own in commands.items():
        lines.append(f"complete -c sojourn -f -n __fish_use_subcommand -a {name} -d {_quoted(own.description or '')}")
        for action in actions_of(own):
            lines += [_fish_option(name, action, option) for option in action.option_strings if option.startswith("--")]
    return "\n".join(lines)


def _fish_option(command: str, action: argparse.Action, option: str) -> str:
    takes = "" if action.nargs == 0 else " -r"
    words = f" -x -a {_quoted(' '.join(map(str, action.choices)))}" if action.choices is not None else takes
    said = (action.help or "").replace("%%", "%").partition(";")[0]
    return f"complete -c sojourn -n '__fish_seen_subcommand_from {command}' -l {option[2:]}{words} -d {_quoted(said)}"


def _options(own: argparse.ArgumentParser) -> list[str]:
    return [option for action in actions_of(own) for option in action.option_strings if option.startswith("--")]


def _choices(commands: dict[str, argparse.ArgumentParser]) -> list[tuple[str, str]]:
    """The command with the option before the cursor, and the words that the option takes."""
    return [
        (f"{name} {option}", " ".join(map(str, action.choices)))
        for name, own in commands.items()
        for action in actions_of(own)
        if action.choices is not None
        for option in action.option_strings or [name]
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_SCRIPTS: dict[str, Callable[[dict[str, argparse.ArgumentParser]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
