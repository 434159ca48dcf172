"""Questions about survey answers: NPS of all, of segments, and of many partial results."""

from __future__ import annotations

from typing import Any

from contest import (
    Case,
    ChDB,
    Contestant,
    DataFusion,
    DuckDB,
    Polars,
    Sojourn,
    Sql,
    both_engines,
    first_difference,
    need,
    sojourn_function,
    with_cell,
    with_threads,
)

SFO_2017 = (17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872)
"""How often each score was given, 0 to 10, in the airport's survey."""

Nps = tuple[int, float]
"""Answers and points: what is compared."""


def nps_of(counts: Any) -> Nps:
    """From how often each score was given."""
    n = int(sum(counts))
    return n, 100 * int(sum(counts[9:]) - sum(counts[:7])) / n if n else 0.0


def other_group(score: Any) -> Any:
    """A promoter becomes a detractor, anybody else a promoter."""
    return 0 if score >= 9 else 10


# --- NPS of all answers


class NpsSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        self.nps, self.scores = sojourn_function("nps"), data["score"]
        self.options = with_threads(self.nps, self.threads)

    def run(self) -> Any:
        return self.nps(self.scores, **self.options)

    def answer(self, result: Any) -> Any:
        return result.n, result.value


class NpsSql(Sql):
    """Its best form: a group per score is several times faster than counting with filters."""

    query = "SELECT score, count(*) AS n FROM t GROUP BY score"

    def read(self, columns: dict[str, Any]) -> Any:
        counts = [0] * 11
        for score, n in zip(columns["score"].tolist(), columns["n"].tolist(), strict=True):
            counts[score] = n
        return nps_of(counts)


class NpsDuckDB(NpsSql, DuckDB):
    pass


class NpsChDB(NpsSql, ChDB):
    pass


class NpsDataFusion(NpsSql, DataFusion):
    pass


class NpsPolars(Polars):
    def query(self, pl: Any) -> Any:
        score = pl.col("score")
        return self.frame.lazy().select(
            up=(score >= 9).sum().cast(pl.Int64), down=(score <= 6).sum().cast(pl.Int64), n=score.count().cast(pl.Int64)
        )

    def answer(self, result: Any) -> Any:
        up, down, n = result.row(0)
        return n, 100 * (up - down) / n


class NpsNumpy(Contestant):
    """Three counts; a bincount would first widen the scores to eight bytes."""

    name = "numpy"

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy, self.scores = need("numpy"), data["score"]

    def run(self) -> Any:
        count = self.numpy.count_nonzero
        return count(self.scores >= 9), count(self.scores <= 6), len(self.scores)

    def answer(self, result: Any) -> Any:
        up, down, n = map(int, result)
        return n, 100 * (up - down) / n


class NpsPandas(Contestant):
    name = "pandas"

    def prepare(self, data: dict[str, Any]) -> None:
        self.scores = need("pandas").Series(data["score"])

    def run(self) -> Any:
        return self.scores.value_counts()

    def answer(self, result: Any) -> Any:
        return nps_of([int(result.get(score, 0)) for score in range(11)])


class NpsCase(Case):
    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "score", len(data["score"]) // 2, other_group)

    def difference(self, mine: Any, theirs: Any) -> str:
        """Counts to the unit, points to nine decimals."""
        return first_difference({"all": mine}, {"all": theirs}, within=1e-9)


class NpsAll(NpsCase):
    name, question, rows = "nps", "NPS of all answers, int8 scores", 50_000_000
    quick_rows, full_rows = 200_000, 100_000_000
    growth = (1_000_000, 3_000_000, 10_000_000, 50_000_000)
    contestants = (
        NpsSojourn,
        NpsDuckDB,
        *both_engines(NpsPolars),
        NpsChDB,
        NpsDataFusion,
        NpsNumpy,
        NpsPandas,
    )

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        shares = numpy.repeat(numpy.arange(11, dtype=numpy.int8), SFO_2017)
        return {"score": shares[numpy.random.default_rng(7).integers(0, len(shares), rows, dtype=numpy.int32)]}


# --- the same from Python, where the call itself costs


class ManyNps(NpsSojourn):
    calls = 1

    def run(self) -> Any:
        nps, scores = self.nps, self.scores
        for _ in range(self.calls):
            result = nps(scores)
        return result


class ManyNpsNumpy(NpsNumpy):
    calls = 1

    def run(self) -> Any:
        for _ in range(self.calls):
            result = super().run()
        return result


class ManyNpsPolars(NpsPolars):
    """At once, not lazily: for small columns the optimiser is most of a query."""

    calls = 1

    def run(self) -> Any:
        scores = self.frame["score"]
        for _ in range(self.calls):
            result = int((scores >= 9).sum()), int((scores <= 6).sum()), len(scores)
        return result

    def answer(self, result: Any) -> Any:
        up, down, n = result
        return n, 100 * (up - down) / n


class NpsCall(NpsAll):
    """How long one call of `nps` with few answers takes; rows are answers per call."""

    growth = ()

    def __init__(self, answers: int, calls: int) -> None:
        self.name = f"nps_call_{answers}"  # type: ignore[misc]
        self.question = f"one call of nps() with {answers:,} answers"  # type: ignore[misc]
        self.rows = self.full_rows = self.quick_rows = answers  # type: ignore[misc]
        self.calls = calls  # type: ignore[misc]
        kinds = (ManyNps, ManyNpsNumpy, ManyNpsPolars)
        self.contestants = tuple(  # type: ignore[misc]
            type(kind.__name__, (kind,), {"calls": calls, "threaded": False}) for kind in kinds
        )

    def bytes(self, data: dict[str, Any]) -> int:
        return self.calls * super().bytes(data)


# --- NPS of each segment


class SegmentsSojourn(Sojourn):
    def prepare(self, data: dict[str, Any]) -> None:
        self.nps, self.scores, self.segments = sojourn_function("nps"), data["score"], data["segment"]
        self.options = with_threads(self.nps, self.threads)

    def run(self) -> Any:
        return self.nps(self.scores, by=self.segments, **self.options)

    def answer(self, result: Any) -> Any:
        rows = result.to_dicts()
        key = "segment" if "segment" in rows[0] else "by"
        return {int(row[key]): (int(row["n"]), row["nps"]) for row in rows}


def by_segment(triples: Any) -> dict[int, Nps]:
    """Segment, score, count -> answers and NPS."""
    counts: dict[int, list[int]] = {}
    for segment, score, n in triples:
        counts.setdefault(int(segment), [0] * 11)[int(score)] += n
    return {segment: nps_of(found) for segment, found in counts.items()}


class SegmentsSql(Sql):
    query = "SELECT segment, score, count(*) AS n FROM t GROUP BY segment, score"

    def read(self, columns: dict[str, Any]) -> Any:
        return by_segment(zip(*(columns[name].tolist() for name in ("segment", "score", "n")), strict=True))


class SegmentsDuckDB(SegmentsSql, DuckDB):
    pass


class SegmentsChDB(SegmentsSql, ChDB):
    pass


class SegmentsDataFusion(SegmentsSql, DataFusion):
    pass


class SegmentsPolars(Polars):
    def query(self, pl: Any) -> Any:
        return self.frame.lazy().group_by("segment", "score").agg(n=pl.len())

    def answer(self, result: Any) -> Any:
        return by_segment(result.select("segment", "score", "n").rows())


class SegmentsNumpy(Contestant):
    name = "numpy"

    def prepare(self, data: dict[str, Any]) -> None:
        self.numpy, self.data = need("numpy"), data

    def run(self) -> Any:
        return self.numpy.bincount(self.data["segment"] * self.numpy.int64(11) + self.data["score"])

    def answer(self, result: Any) -> Any:
        full = self.numpy.concatenate([result, self.numpy.zeros(-len(result) % 11, dtype=result.dtype)])
        return {segment: nps_of(row) for segment, row in enumerate(full.reshape(-1, 11).tolist()) if sum(row)}


class SegmentsPandas(Contestant):
    name = "pandas"

    def prepare(self, data: dict[str, Any]) -> None:
        self.frame = need("pandas").DataFrame(data)

    def run(self) -> Any:
        return self.frame.groupby(["segment", "score"], sort=False).size()

    def answer(self, result: Any) -> Any:
        return by_segment((segment, score, n) for (segment, score), n in result.items())


class NpsSegments(NpsAll):
    name, question, rows = "nps_segments", "NPS of 1000 skewed segments, int8 scores, uint16 segments", 10_000_000
    full_rows = 20_000_000
    growth = (1_000_000, 3_000_000, 10_000_000, 50_000_000)
    contestants = (
        SegmentsSojourn,
        SegmentsDuckDB,
        *both_engines(SegmentsPolars),
        SegmentsChDB,
        SegmentsDataFusion,
        SegmentsNumpy,
        SegmentsPandas,
    )

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        skewed = numpy.random.default_rng(6).random(rows, dtype=numpy.float32) ** 3
        return super().make(rows, threads) | {"segment": (skewed * 1000).astype(numpy.uint16)}

    def difference(self, mine: Any, theirs: Any) -> str:
        return first_difference(mine, theirs, within=1e-9)


# --- partial results that add up


class MergeSojourn(Sojourn):
    """One state per shop and day, kept as bytes, added up to the whole."""

    threaded = False

    def prepare(self, data: dict[str, Any]) -> None:
        state = sojourn_function("SurveyState")
        self.read, self.empty = state.from_bytes, state
        scores = need("numpy").arange(11)
        self.parts = [state(scores, count=counts).to_bytes() for counts in data["counts"]]

    def run(self) -> Any:
        total, read = self.empty(), self.read
        for part in self.parts:
            total += read(part)
        return total.nps()

    def answer(self, result: Any) -> Any:
        return result.n, result.value


class MergeTable(Contestant):
    """One row per part and score."""

    @staticmethod
    def rows_of(data: dict[str, Any]) -> dict[str, Any]:
        numpy = need("numpy")
        counts = data["counts"]
        return {
            "part": numpy.repeat(numpy.arange(len(counts), dtype=numpy.int32), 11),
            "score": numpy.tile(numpy.arange(11, dtype=numpy.int8), len(counts)),
            "n": counts.reshape(-1),
        }


class MergeDuckDB(NpsSql, DuckDB):
    query = "SELECT score, sum(n)::BIGINT AS n FROM t GROUP BY score"

    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(MergeTable.rows_of(data))


class MergePolars(Polars):
    def prepare(self, data: dict[str, Any]) -> None:
        super().prepare(MergeTable.rows_of(data))

    def query(self, pl: Any) -> Any:
        return self.frame.lazy().group_by("score").agg(pl.col("n").sum()).sort("score")

    def answer(self, result: Any) -> Any:
        return nps_of(result["n"].to_list())


class MergePython(Contestant):
    """Python's own: one Counter per part, pickled, added up."""

    name = "python"

    def prepare(self, data: dict[str, Any]) -> None:
        import pickle
        from collections import Counter

        self.read, self.empty = pickle.loads, Counter
        self.parts = [pickle.dumps(Counter(dict(enumerate(counts)))) for counts in data["counts"].tolist()]

    def run(self) -> Any:
        total, read = self.empty(), self.read
        for part in self.parts:
            total.update(read(part))
        return total

    def answer(self, result: Any) -> Any:
        return nps_of([result[score] for score in range(11)])


class Merge(NpsCase):
    name, question = "merge", "NPS of partial results kept as bytes (peers: as rows or pickled counters); rows are parts"
    rows, quick_rows = 20_000, 200
    contestants = (MergeSojourn, MergeDuckDB, MergePolars, MergePython)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        """Parts of 1 to some thousand answers, most of them small."""
        numpy = need("numpy")
        random = numpy.random.default_rng(9)
        sizes = numpy.minimum(random.pareto(1.2, rows) * 20 + 1, 100_000).astype(numpy.int64)
        return {"counts": random.multinomial(sizes, numpy.array(SFO_2017) / sum(SFO_2017)).astype(numpy.int64)}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "counts", 1, lambda counts: counts + (counts * 0 + 1))
