"""What a case is made of: contestants that answer one question about the same rows."""

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
    ours: ClassVar[bool] = False
    """Whether this is sojourn; all others are peers."""
    threaded: ClassVar[bool] = False
    """Whether `threads` changes its speed: then it also runs with one."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def prepare(self, data: Any) -> None:
        """Takes the columns in, outside the clock."""
        raise NotImplementedError

    def run(self) -> Any:
        """The work that is timed, from held columns to a materialised result."""
        raise NotImplementedError

    def prove(self) -> Any:
        """The result whose answer is compared; for those whose timed result has lost the order of the rows, one with it."""
        return self.run()

    def answer(self, result: Any) -> Any:
        """The result in the case's common form, at its full precision."""
        raise NotImplementedError

    def close(self) -> None:
        """Gives the memory back."""
        self.__dict__.clear()


class Sojourn(Contestant):
    name, ours, threaded = "sojourn", True, True


class Sql(Contestant):
    """A query on a native in-memory table `t`; `answer` gets NumPy columns by name, whichever engine made them."""

    query: ClassVar[str]

    def columns(self, result: Any) -> dict[str, Any]:
        """The result as NumPy columns."""
        return {name: result[name].to_numpy(zero_copy_only=False) for name in result.column_names}

    def answer(self, result: Any) -> Any:
        return self.read(self.columns(result))

    def read(self, columns: dict[str, Any]) -> Any:
        """The common form of these columns."""
        raise NotImplementedError


class DuckDB(Sql):
    name = "duckdb"

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

    def columns(self, result: Any) -> dict[str, Any]:
        found: dict[str, Any] = result
        return found

    def close(self) -> None:
        if "connection" in self.__dict__:
            self.connection.close()
        super().close()


class ChDB(Sql):
    """ClickHouse within the process. It has one session, whose table is replaced from case to case."""

    name = "chdb"
    session: ClassVar[Any] = None

    def prepare(self, data: dict[str, Any]) -> None:
        need("chdb.session")
        incoming = need("polars").DataFrame(data).to_arrow()
        if ChDB.session is None:
            ChDB.session = need("chdb").session.Session()
            ChDB.session.query("CREATE DATABASE IF NOT EXISTS bench")
        ChDB.session.query(f"SET max_threads = {self.threads}")
        ChDB.session.query("DROP TABLE IF EXISTS bench.t")
        ChDB.session.query("CREATE TABLE bench.t ENGINE = Memory AS SELECT * FROM Python(incoming)")
        ChDB.session.query("USE bench")
        del incoming

    def run(self) -> Any:
        return ChDB.session.query(self.query, "ArrowTable")

    def close(self) -> None:
        if ChDB.session is not None:
            ChDB.session.query("DROP TABLE IF EXISTS bench.t")
        super().close()


class DataFusion(Sql):
    name = "datafusion"
    batch: ClassVar[int] = 65_536

    def prepare(self, data: dict[str, Any]) -> None:
        datafusion = need("datafusion")
        table = need("polars").DataFrame(data).to_arrow()
        self.context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(self.threads))
        batches = table.to_batches(max_chunksize=self.batch)
        share = -(-len(batches) // self.threads)
        parts = [batches[i : i + share] for i in range(0, len(batches), share)]
        self.context.register_record_batches("t", parts)

    def run(self) -> Any:
        return self.context.sql(self.query).to_arrow_table()


class Polars(Contestant):
    """A lazy query on a frame in memory, with the engine that collects at once."""

    name = "polars"
    engine: ClassVar[str] = "in-memory"

    def prepare(self, data: dict[str, Any]) -> None:
        self.frame = need("polars").DataFrame(data)

    def query(self, pl: Any) -> Any:
        """The lazy frame to collect."""
        raise NotImplementedError

    def run(self) -> Any:
        return self.query(need("polars")).collect(engine=self.engine)


def both_engines(query: type[Polars]) -> tuple[type[Polars], type[Polars]]:
    """The query with each engine of Polars; which one is faster differs from question to question."""
    body = {"name": f"{query.name} streaming", "engine": "streaming", "__doc__": "With the streaming engine."}
    return query, type(f"{query.__name__}Streaming", (query,), body)


class Case:
    """A question, its data and who answers."""

    name: ClassVar[str]
    question: ClassVar[str]
    rows: ClassVar[int]
    """Of `make bench`; a run of it all takes minutes."""
    quick_rows: ClassVar[int] = 10_000
    full_rows: ClassVar[int] = 0
    """Of `make bench-full`, where it differs."""
    growth: ClassVar[tuple[int, ...]] = ()
    """Rows of the growth series of `make bench-full`, which sojourn runs alone."""
    calls: ClassVar[int] = 1
    """How many calls a run makes, where one is too short to be timed."""
    contestants: ClassVar[tuple[type[Contestant], ...]]

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        """Columns as NumPy arrays."""
        raise NotImplementedError

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        """The same data with one cell changed, which every answer must tell: one that is rounded or summed up does not."""
        raise NotImplementedError

    def clean(self, data: dict[str, Any]) -> None:
        """Takes away what `make` left on disk."""

    def bytes(self, data: dict[str, Any]) -> int:
        """What a scan must read at least."""
        return sum(values.nbytes for values in data.values())

    def difference(self, mine: Any, theirs: Any) -> str:
        """Empty when the answers are equal."""
        return "" if mine == theirs else f"{mine} is not {theirs}"


def with_cell(data: dict[str, Any], column: str, row: int, change: Callable[[Any], Any]) -> dict[str, Any]:
    """The columns with one cell changed."""
    values = data[column].copy()
    values[row] = change(values[row])
    return {**data, column: values}


def first_difference(mine: dict[Any, Any], theirs: dict[Any, Any], *, within: float = 0.0) -> str:
    """Of answers by key: the first key whose numbers differ by more than `within`."""
    for key in sorted(mine.keys() | theirs.keys()):
        a, b = mine.get(key), theirs.get(key)
        if a is None or b is None or any(not abs(x - y) <= within for x, y in zip(a, b, strict=True)):
            return f"{key}: {a} is not {b}"
    return ""


def acme_table(name: str, accounts: int, threads: int) -> dict[str, Any]:
    """One table of the account set with known truth, as NumPy arrays."""
    sojourn_function("datasets")
    from sojourn.datasets import acme

    made = acme(accounts, usage="latest", account_ids="number", threads=threads)
    columns: dict[str, Any] = made.tables[name].to_numpy()
    return columns
