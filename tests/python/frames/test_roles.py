"""Columns by role: as named, otherwise by their usual names, and errors that name the candidates."""

from __future__ import annotations

import pytest

from sojourn._frames.roles import ROLES, only_candidate, pick
from sojourn.errors import SchemaError

TABLE = {"Customer_ID": ["a"], "start_date": ["2024-01-01"], "end_date": [None], "mrr_cents": [100], "note": ["x"]}


def test_named_columns_are_taken_as_named_in_the_order_of_the_roles() -> None:
    names, columns = pick(TABLE, {"mrr": "mrr_cents", "account": "note"})
    assert names == {"mrr": "mrr_cents", "account": "note"} and list(columns) == ["mrr", "account"]
    assert columns["account"].to_list() == ["x"]


def test_columns_without_a_name_are_found_by_their_usual_names() -> None:
    names, columns = pick(TABLE, dict.fromkeys(ROLES))
    assert names == {"account": "Customer_ID", "start": "start_date", "end": "end_date", "mrr": "mrr_cents"}
    assert columns["mrr"].to_list() == [100]


def test_none_and_several_candidates_are_errors_that_name_them() -> None:
    with pytest.raises(SchemaError, match="several columns may be the mrr: mrr, mrr_minor; name it with mrr="):
        only_candidate("mrr", ["mrr", "mrr_minor", "start"])
    with pytest.raises(SchemaError, match="no column looks like the end; name it with end=.* The table has: start"):
        only_candidate("end", ["start"])
    with pytest.raises(SchemaError, match="amount"):
        pick(TABLE, {"account": None, "mrr": "amount"})
