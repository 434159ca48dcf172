"""Arguments of a wrong type, refused in plain words: the argument, its value, and what is accepted.

Both halves of the package come here: compiled functions with what the binding says about them (`refused`), functions of
Python when they fail and one of their arguments is not what its annotation says (`checked`).
"""

from __future__ import annotations

import functools
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex, TypeVar, cast

from sojourn.errors import Error, SchemaError, SchemaTypeError, SchemaValueError

Thing = TypeVar("Thing", bound=Callable[..., Any])

_LONGEST_VALUE = 60
_WHOLE = ("typing.SupportsInt", "typing.SupportsIndex", "int")
_NUMBER = ("typing.SupportsFloat", "float")
_SEQUENCE = ("collections.abc.Sequence", "Sequence", "collections.abc.Iterable", "Iterable", "list")
_MAPPING = ("collections.abc.Mapping", "Mapping", "dict")
_FUNCTION = ("collections.abc.Callable", "Callable")
_WORDS = {
    **dict.fromkeys(_WHOLE, "a whole number"),
    **dict.fromkeys(_NUMBER, "a number"),
    **dict.fromkeys(_SEQUENCE, "a sequence"),
    **dict.fromkeys(_MAPPING, "a mapping"),
    "tuple": "a tuple",
    "str": "a text",
    "bool": "True or False",
    "bytes": "bytes",
    "None": "None",
    **dict.fromkeys(_FUNCTION, "a function"),
    "datetime.date": "a date",
    "os.PathLike": "a path",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter as the compiled function declares it."""

    name: str
    kind: str
    optional: bool = False

    @property
    def called(self) -> str:
        """Its name, or its place where it was bound without one."""
        place = re.fullmatch(r"arg(\d+)", self.name)
        return self.name if place is None else f"argument {int(place[1]) + 1}"


def refused(said: str, positional: Sequence[Any], named: Mapping[str, Any]) -> SchemaError:
    """The error for a call that no signature takes. `said` is the message of the binding, which lists the signatures."""
    function = said.partition("(")[0].rpartition(".")[2]
    signatures = [list(_parameters(line)) for line in re.findall(r"^ +\d+\. [^(]*\((.*)\)(?: -> .*)?$", said, re.MULTILINE)]
    given = list(positional)
    lists_self = any(signature and signature[0].name == "self" for signature in signatures)
    if given and (lists_self or function == "__init__"):  # a constructor is given itself, and does not list it
        signatures = [signature[1:] if lists_self else signature for signature in signatures]
        given = given[1:]
    problems = [_first_problem(signature, given, named) for signature in signatures]
    # Of several signatures the one that went furthest was probably meant.
    best = max((problem for problem in problems if problem is not None), key=lambda found: found[0], default=None)
    return best[1] if best is not None else SchemaTypeError(f"{function}() does not take these arguments")


def is_whole(value: object) -> bool:
    """Whether a value counts as an integer, as those of NumPy do; every array has `__index__`, but only one of 0 dimensions
    is a number.
    """
    return hasattr(value, "__index__") and getattr(value, "ndim", 0) == 0


def shown(value: object) -> str:
    """A value in a message: short, and of one line."""
    text = " ".join(repr(value).split())
    if text.startswith("<"):  # an object without a text of its own: its address tells nobody anything
        text = f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def _first_problem(
    signature: Sequence[Parameter], given: Sequence[Any], named: Mapping[str, Any]
) -> tuple[int, SchemaError] | None:
    """How far the arguments fit, and what is wrong with the first that does not."""
    names = [one.name for one in signature]
    for name in named:
        if name not in names:
            return 0, SchemaTypeError(f"there is no argument {name}; there are: {', '.join(names)}")
    if len(given) > len(signature):
        listed = f": {', '.join(names)}" if names else ""
        return len(signature) - len(given), SchemaTypeError(
            f"{len(given)} arguments were given, and there are {len(signature)}{listed}"
        )
    values = {**dict(zip(names, given, strict=False)), **named}
    for place, one in enumerate(signature):
        if one.name not in values:
            if not one.optional:
                return place, SchemaTypeError(f"the argument {one.called} is missing; accepted: {_in_words(one.kind)}")
        elif not _takes(one.kind, values[one.name]):
            value = values[one.name]
            return place, SchemaTypeError(f"{one.called} is {shown(value)}; accepted: {_in_words(one.kind)}")
    for place, one in enumerate(signature):  # every type is right, so a number must lie outside what fits
        value = values.get(one.name)
        if any(part in _WHOLE for part in _alternatives(one.kind)) and isinstance(value, SupportsIndex):
            number = value.__index__()
            if number < 0 or number >= 1 << 31:
                limit = "below 0" if number < 0 else "too large"
                return place, SchemaValueError(f"{one.name} is {number}, which is {limit}; accepted: {_in_words(one.kind)}")
    return None


def _takes(kind: str, value: Any) -> bool:
    return any(_takes_one(part, value) for part in _alternatives(kind))


def _takes_one(kind: str, value: Any) -> bool:
    base, _, inner = kind.partition("[")
    parts = list(_split(inner[:-1], ",")) if inner else []
    if base == "None":
        return value is None
    if base in ("object", "typing.Any", "Any"):
        return True
    if base == "bool":
        return isinstance(value, bool)
    if base in _WHOLE:
        return is_whole(value)
    if base in _NUMBER:
        return is_whole(value) or (hasattr(value, "__float__") and getattr(value, "ndim", 0) == 0 and not _is_nan(value))
    if base == "tuple":
        return _is_sequence(value) and len(value) == len(parts) and all(map(_takes, parts, value))
    if base in _SEQUENCE:
        right = isinstance(value, Iterable) if base.endswith("Iterable") else isinstance(value, Sequence)
        right = right and not isinstance(value, (str, bytes))
        return right and (not isinstance(value, Sequence) or all(_takes(parts[0], one) for one in value if parts))
    if base in _MAPPING:
        return isinstance(value, Mapping) and all(
            _takes(parts[0], key) and _takes(parts[1], one) for key, one in value.items() if parts
        )
    if base in _FUNCTION:
        return callable(value)
    if base == "os.PathLike":
        return hasattr(value, "__fspath__")
    return any(base.rpartition(".")[2] == each.__name__ for each in type(value).__mro__)


def _is_nan(value: Any) -> bool:
    """Of any type of number. Where NaN has a meaning, nothing fails on it."""
    try:
        return bool(math.isnan(value))
    except (TypeError, ValueError, OverflowError):
        return False


def checked(thing: Thing) -> Thing:
    """A public function, or a class with its public methods: what fails inside because of an argument of a wrong type is
    refused with the name of that argument. A call that succeeds is not looked at, but for None where none may stand: it
    would leave out what was named.
    """
    if not inspect.isclass(thing):
        return cast(Thing, _guarded(thing))
    for part in thing.__mro__:  # its bases too: much of what is public stands there
        if part.__module__.startswith("sojourn."):
            _guard_members(part)
    return thing


def _guard_members(part: type) -> None:
    for name, member in list(vars(part).items()):
        function = getattr(member, "__func__", member)
        public = not name.startswith("_") or name == "__init__"
        if not public or not inspect.isfunction(function) or hasattr(function, "guarded"):
            continue
        guarded = _guarded(function)
        guarded.guarded = True  # type: ignore[attr-defined]
        setattr(part, name, type(member)(guarded) if isinstance(member, (classmethod, staticmethod)) else guarded)


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    places = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def guarded(*positional: Any, **named: Any) -> Any:
        # Small calls take some microseconds, so names are put to values only where one is None.
        for value in (*positional, *named.values()) if named else positional:
            if value is None:
                _refuse_none(function, (*zip(places, positional, strict=False), *named.items()))
                break
        try:
            return function(*positional, **named)
        except Error:
            raise
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as failure:
            problem = _by_annotations(function, positional, named) or _by_attribute(failure, function, positional, named)
            if problem is None:
                raise
            raise problem from failure

    return guarded


def _refuse_none(function: Callable[..., Any], given: Iterable[tuple[str, Any]]) -> None:
    """Raises for the first None that the annotations leave no room for."""
    for name, value in given:
        if value is None and (kind := _never_none(function).get(name)) is not None:
            raise SchemaTypeError(f"{name} is None; accepted: {_in_words(kind)}")


@functools.cache
def _never_none(function: Callable[..., Any]) -> dict[str, str]:
    """The annotations that leave no room for None, by name."""
    found: dict[str, str] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        kind = parameter.annotation
        several = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if name in ("self", "cls") or several or not isinstance(kind, str):
            continue
        parts = _alternatives(kind)
        if not any(part in ("None", "object") or _is_unknown(part, function) for part in parts):
            found[name] = kind
    return found


def _by_annotations(
    function: Callable[..., Any], positional: tuple[Any, ...], named: Mapping[str, Any]
) -> SchemaError | None:
    """The first argument that is not what its annotation says."""
    signature = inspect.signature(function)
    try:
        given = signature.bind(*positional, **named).arguments
    except TypeError as wrong:
        return SchemaTypeError(f"{function.__name__}: {wrong}")
    for name, value in given.items():
        parameter = signature.parameters[name]
        kind = parameter.annotation
        several = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if name in ("self", "cls") or several or not isinstance(kind, str):
            continue
        if not any(_is_unknown(part, function) or _takes_one(part, value) for part in _alternatives(kind)):
            return SchemaTypeError(f"{name} is {shown(value)}; accepted: {_in_words(kind)}")
    return None


def _by_attribute(
    failure: Exception, function: Callable[..., Any], positional: tuple[Any, ...], named: Mapping[str, Any]
) -> SchemaError | None:
    """An argument that lacks what its kind has, where no annotation says which kind that is."""
    if not isinstance(failure, AttributeError) or failure.name is None:
        return None
    given = inspect.signature(function).bind(*positional, **named).arguments
    for name, value in given.items():
        if name not in ("self", "cls") and value is failure.obj:
            return SchemaTypeError(f"{name} is {shown(value)}, which has no {failure.name}")
    return None


def _is_unknown(kind: str, function: Callable[..., Any]) -> bool:
    """Whether an annotation names something that is no class, such as an alias: it takes whatever it takes."""
    base = kind.partition("[")[0]
    if base in ("Any", "typing.Any"):
        return True
    if base in _WORDS or base == "object":
        return False
    return not inspect.isclass(getattr(function, "__globals__", {}).get(base))


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _in_words(kind: str) -> str:
    found: list[str] = []
    for part in _alternatives(kind):
        base, _, inner = part.partition("[")
        words = _WORDS.get(base, f"a {base.rpartition('.')[2]}")
        if inner and base in ("tuple", *_SEQUENCE):
            inside = [_in_words(one) for one in _split(inner[:-1], ",")]
            words = f"({', '.join(inside)})" if base == "tuple" else f"several of: {inside[0]}"
        if words not in found:
            found.append(words)
    if "a number" in found and "a whole number" in found:
        found.remove("a whole number")
    return " or ".join(found)


def _parameters(signature: str) -> Iterator[Parameter]:
    for part in _split(signature, ","):
        name, colon, rest = part.partition(":")
        if colon:
            kind, equals, _ = rest.partition(" = ")
            yield Parameter(name.strip(), kind.strip(), bool(equals))


def _alternatives(kind: str) -> list[str]:
    return list(_split(kind, "|"))


def _split(text: str, separator: str) -> Iterator[str]:
    """Parts between separators that stand outside brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "[(") - (sign in "])")
        if sign == separator and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    if text[start:].strip():
        yield text[start:].strip()
