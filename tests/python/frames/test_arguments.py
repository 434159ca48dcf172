"""Arguments of a wrong type: every public callable names the argument in plain words and never shows how it is bound."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from public_calls import CARD, is_of_python, parameters, public_calls

import sojourn as sj
from sojourn import _core
from sojourn._frames.arguments import refused

WRONG: list[Any] = [None, object(), "x", [], float("nan"), -1]
WRONG += [
    float("-inf"),
    2**70,
    -(2**70),
    b"x",
    True,
    "",
    "\0",
    "\ud800",
    {},
    Decimal("NaN"),
    np.float32("nan"),
    0.5,
    [None],
    {"x": [1]},
]
INTERNAL = ("pybind", "::", "Invoked with", "SupportsIndex", "SupportsFloat", "SupportsInt", "incompatible function")

CALLS = [
    pytest.param(function, needs, parameter.name, id=f"{where}-{parameter.name}")
    for where, function, needs in public_calls()
    for parameter in parameters(function)
]


@pytest.mark.parametrize(
    ("function", "needs"),
    [pytest.param(function, needs, id=where) for where, function, needs in public_calls() if is_of_python(function)],
)
def test_every_call_works(function: Callable[..., Any], needs: dict[str, Any]) -> None:
    """Otherwise what is refused below would be the call and not its argument."""
    function(**needs)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`report(out="x")` writes a file."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("function", "needs", "name"), CALLS)
def test_a_wrong_argument_is_refused_in_plain_words(function: Callable[..., Any], needs: dict[str, Any], name: str) -> None:
    for wrong in WRONG:
        try:
            function(**{**needs, name: wrong})
        except Exception as error:
            said = str(error)
            assert not any(word in said for word in INTERNAL), f"{name}={wrong!r}: {said}"
            if isinstance(error, Warning):  # it was taken, and what was read from it is said
                continue
            named = (name, *(one.name for one in parameters(function)))
            plain = isinstance(error, TypeError) and any(word in said for word in named)
            assert isinstance(error, sj.Error) or plain, f"{name}={wrong!r}: {type(error).__name__}: {said}"


def test_compiled_functions_name_the_argument_the_value_and_what_is_accepted() -> None:
    with pytest.raises(sj.SchemaError, match=r"level is None; accepted: a number") as caught:
        _core.surveys.nps(_core.surveys.ScoreCounts(), None, "wald", "excluded", None)  # type: ignore[arg-type]
    assert isinstance(caught.value, TypeError)
    assert not isinstance(caught.value, ValueError)
    with pytest.raises(sj.SchemaError, match="no argument nonsense"):
        _core.surveys.nps_groups(state=_core.surveys.ScoreCounts(), breaks=None, nonsense=1)  # type: ignore[call-arg]
    with pytest.raises(sj.SchemaError, match="threads is -1, which is below 0") as below:
        sj.nps([9], threads=-1)
    assert isinstance(below.value, ValueError)


def test_a_signature_without_a_mismatch_still_says_something_plain() -> None:
    said = "f(): incompatible function arguments. The following are supported:\n    1. (x: str) -> None\n\nInvoked with"
    assert str(refused(said, ["a"], {})) == "f() does not take these arguments"


def test_every_compiled_function_names_its_arguments() -> None:
    unnamed = []
    # States of revenue take a period or a level alone, which is called by its place.
    homes = [_core, *(part for name, part in vars(_core).items() if inspect.ismodule(part) and name != "revenue")]
    classes = [member for home in homes for member in vars(home).values() if inspect.isclass(member)]
    for home in (*homes, *classes):
        for name, member in vars(home).items():
            if name.startswith("__") or isinstance(member, property):
                continue
            if "arg0:" in (getattr(member, "__doc__", None) or ""):
                unnamed.append(f"{home.__name__}.{name}")
    assert unnamed == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda: sj.nps([9], method="nonsense"), ValueError),
        (lambda: sj.nps([9], level=1.5), ValueError),
        (lambda: sj.nps([9], scale=(10, 0)), ValueError),
        (lambda: sj.nps(object()), TypeError),
        (lambda: sj.nps([object()]), TypeError),
        (lambda: sj.nps([9, "a"]), TypeError),
        (lambda: sj.nps([9], level="x"), TypeError),
        (lambda: CARD.score({"account_id": [1]}), ValueError),
        (lambda: CARD.score({"account_id": [1.5], "x": [1.0]}), TypeError),
        (lambda: sj.Scorecard.from_json({}), ValueError),
        (lambda: sj.Scorecard.from_json(3), TypeError),
    ],
)
def test_a_schema_error_is_of_the_kind_of_the_mistake(wrong: Callable[[], Any], kind: type[Exception]) -> None:
    with pytest.raises(sj.SchemaError) as caught:
        wrong()
    other = TypeError if kind is ValueError else ValueError
    assert isinstance(caught.value, kind), caught.value
    assert not isinstance(caught.value, other)


def test_options_of_the_core_have_their_public_names_in_errors() -> None:
    for call in (
        lambda: sj.nps([3], scale=(1, 5)),
        lambda: sj.nps([9], breaks=(9, 6)),
        lambda: sj.csat([3], satisfied_from=9),
        lambda: sj.ces([3], kind="index", cuts=(9, 9, 9)),
    ):
        with pytest.raises(sj.SchemaError) as caught:
            call()
        for internal in ("detractor_max", "promoter_min", "easy_from", "hard_to", "rating_scale"):
            assert internal not in str(caught.value)
