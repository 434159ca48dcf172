"""What a case of compare.py is made of: contestants that answer one question about the same rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

AS_OF = "2025-01-01"  # the first day that the account set does not know


class Unavailable(Exception):
    """A contestant that cannot run here: not installed, or without the function that the case asks for."""


def need(module: str) -> Any:
    """The module, or the reason why not."""
    try:
        return __import__(module)
    except ImportError as error:
        raise Unavailable(f"{module} cannot be imported ({error})") from error


def sojourn_function(name: str) -> Callable[..., Any]:
    """A public function of sojourn."""
    function = getattr(need("sojourn"), name, None)
    if function is None:
        raise Unavailable(f"this build of sojourn has no {name}")
    return function


def with_threads(function: Callable[..., Any], threads: int) -> dict[str, int]:
    """`threads=` for the functions that take it."""
    return {"threads": threads} if "threads" in inspect.signature(function).parameters else {}


class Contestant:
    """One way to answer. Holds its data between `prepare` and `run`."""

    name: ClassVar[str]

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def prepare(self, data: Any) -> None:
        """Takes the columns in, outside the clock."""
        raise NotImplementedError

    def run(self) -> Any:
        """The work that is timed, from held columns to a materialised result."""
        raise NotImplementedError

    def answer(self, result: Any) -> Any:
        """The result in the case's common form."""
        raise NotImplementedError


class DuckDB(Contestant):
    """A query on a native in-memory table."""

    name = "duckdb"
    query: ClassVar[str]

    def prepare(self, data: dict[str, Any]) -> None:
        polars = need("polars")
        self.connection = need("duckdb").connect()
        self.connection.execute(f"SET threads = {self.threads}")
        frame = polars.DataFrame(data)
        self.connection.register("incoming", frame.to_arrow())
        self.connection.execute("CREATE TABLE t AS SELECT * FROM incoming")
        self.connection.unregister("incoming")

    def run(self) -> Any:
        return self.connection.execute(self.query).fetchnumpy()


class Polars(Contestant):
    """A lazy query on a frame in memory."""

    name = "polars"

    def prepare(self, data: dict[str, Any]) -> None:
        self.frame = need("polars").DataFrame(data)

    def query(self, pl: Any) -> Any:
        """The lazy frame to collect."""
        raise NotImplementedError

    def run(self) -> Any:
        return self.query(need("polars")).collect()


class Case:
    """A question, its data and who answers."""

    name: ClassVar[str]
    question: ClassVar[str]
    rows: ClassVar[int]
    contestants: ClassVar[tuple[type[Contestant], ...]]

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        """Columns as NumPy arrays."""
        raise NotImplementedError

    def bytes(self, data: dict[str, Any]) -> int:
        """What a scan must read at least."""
        return sum(values.nbytes for values in data.values())

    def difference(self, mine: Any, theirs: Any) -> str:
        """Empty when the answers are equal."""
        return "" if mine == theirs else f"{mine} is not {theirs}"


def acme_table(name: str, accounts: int, threads: int) -> dict[str, Any]:
    """One table of the account set with known truth, as NumPy arrays."""
    sojourn_function("datasets")
    from sojourn.datasets import acme

    made = acme(accounts, usage="latest", account_ids="number", threads=threads)
    columns: dict[str, Any] = made.tables[name].to_numpy()
    return columns
