"""Questions about lifetimes: survival, regression, purchases and decay against lifelines, lifetimes, statsmodels, SciPy."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from contest import Case, Contestant, Sojourn, need, sojourn_function, with_cell

# --- Kaplan-Meier with money and late entry


class SurvivalSojourn(Sojourn):
    threaded = False

    def prepare(self, data: dict[str, Any]) -> None:
        self.fit, self.data = sojourn_function("kaplan_meier"), data

    def run(self) -> Any:
        data = self.data
        return self.fit(data["age"], data["left"], entry=data["entry"], weights=data["mrr"])

    def answer(self, result: Any) -> Any:
        return dict(zip(result.time.to_list(), result.survival.to_list(), strict=True))


class SurvivalLifelines(Contestant):
    name = "lifelines"

    def prepare(self, data: dict[str, Any]) -> None:
        need("lifelines")
        self.data = data

    def run(self) -> Any:
        from lifelines import KaplanMeierFitter

        data = self.data
        return KaplanMeierFitter().fit(data["age"], data["left"], entry=data["entry"], weights=data["mrr"])

    def answer(self, result: Any) -> Any:
        curve = result.survival_function_["KM_estimate"]
        return {float(age): float(share) for age, share in curve.items()}


class Survival(Case):
    name, question, rows = "survival", "Kaplan-Meier of accounts with MRR as weights and late entry", 1_000_000
    growth = (1_000_000, 10_000_000)
    contestants = (SurvivalSojourn, SurvivalLifelines)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        """Exits at whole months, entries between two: nobody enters when another leaves, where programs differ."""
        numpy = need("numpy")
        random = numpy.random.default_rng(11)
        age = numpy.minimum(numpy.ceil(random.weibull(0.8, rows) * 30), 72).astype(numpy.float64)
        entry = numpy.where(random.random(rows) < 0.5, 0.0, numpy.floor(random.random(rows) * age) - 0.5)
        left = (random.random(rows) < 0.7).astype(numpy.uint8)
        mrr = numpy.rint(numpy.exp(random.normal(5, 1, rows)))
        return {"age": age, "left": left, "entry": numpy.maximum(entry, 0.0), "mrr": mrr}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "left", 0, lambda value: 1 - value)

    def difference(self, mine: Any, theirs: Any) -> str:
        if mine.keys() - theirs.keys():
            return f"age {min(mine.keys() - theirs.keys())} is not there"
        wrong = [age for age, share in mine.items() if abs(theirs[age] - share) > 1e-9]
        return f"at age {wrong[0]}: {mine[wrong[0]]} is not {theirs[wrong[0]]}" if wrong else ""


# --- Cox regression


class CoxSojourn(Sojourn):
    threaded = False

    def prepare(self, data: dict[str, Any]) -> None:
        self.fit, self.data = sojourn_function("cox"), data
        self.features = [name for name in data if name.startswith("x")]

    def run(self) -> Any:
        return self.fit(self.data, time="age", event="left", features=self.features)

    def answer(self, result: Any) -> Any:
        table = result.coefficients
        return [*table["coef"], *table["se"]]


class CoxLifelines(CoxSojourn):
    name, ours = "lifelines", False

    def prepare(self, data: dict[str, Any]) -> None:
        need("lifelines")
        self.frame = need("pandas").DataFrame(data)

    def run(self) -> Any:
        from lifelines import CoxPHFitter

        return CoxPHFitter().fit(self.frame, "age", "left")

    def prove(self) -> Any:
        """With more steps: by default its search ends where coefficients still move by 1e-6."""
        from lifelines import CoxPHFitter

        return CoxPHFitter().fit(self.frame, "age", "left", fit_options={"precision": 1e-12})

    def answer(self, result: Any) -> Any:
        return [*result.summary["coef"], *result.summary["se(coef)"]]


class CoxStatsmodels(CoxSojourn):
    name, ours = "statsmodels", False

    def prepare(self, data: dict[str, Any]) -> None:
        need("statsmodels.api")
        self.regression = need("statsmodels").api.PHReg
        features = [values for name, values in data.items() if name.startswith("x")]
        self.x, self.age, self.left = need("numpy").column_stack(features), data["age"], data["left"]

    def run(self) -> Any:
        return self.regression(self.age, self.x, status=self.left, ties="efron").fit()

    def answer(self, result: Any) -> Any:
        return [*result.params, *result.bse]


class Cox(Case):
    """Ages to the moment. lifelines sums tied exits at once, so that whole months cost it much less: `cox_months`."""

    name, question, rows = "cox", "Cox regression on ten features, ages to the moment", 20_000
    full_rows, quick_rows = 100_000, 2_000
    contestants = (CoxSojourn, CoxLifelines, CoxStatsmodels)
    months = False

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        random = numpy.random.default_rng(12)
        features = {f"x{k}": random.normal(size=rows) for k in range(10)}
        risk = sum((0.05 * (k + 1) * values for k, values in enumerate(features.values())), numpy.zeros(rows))
        left_at = 30 * (random.exponential(size=rows) * numpy.exp(-risk)) ** (1 / 0.8)
        seen = random.uniform(12, 72, rows)
        age = numpy.minimum(left_at, seen)
        age = numpy.ceil(age) if self.months else age
        return {"age": age, "left": (left_at <= seen).astype(numpy.uint8), **features}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "x0", 0, lambda value: value + 3)

    def difference(self, mine: Any, theirs: Any) -> str:
        """Coefficients and errors to 1e-6."""
        wrong = [(a, b) for a, b in zip(mine, theirs, strict=True) if abs(a - b) > 1e-6]
        return f"{wrong[0][0]} is not {wrong[0][1]}" if wrong else ""


class CoxMonths(Cox):
    rows = full_rows = 100_000
    name, question = "cox_months", "Cox regression on ten features, ages in whole months, Efron's ties"
    months = True


# --- models of purchases


class PurchasesSojourn(Sojourn):
    threaded = False
    model = "bgnbd"

    def prepare(self, data: dict[str, Any]) -> None:
        self.fit, self.data = sojourn_function("fit_purchases"), data

    def run(self) -> Any:
        return self.fit(self.data["x"], self.data["t_x"], self.data["T"], model=self.model)

    def answer(self, result: Any) -> Any:
        return list(result.params.values())


class ParetoSojourn(PurchasesSojourn):
    model = "paretonbd"


class PurchasesLifetimes(Contestant):
    name = "lifetimes"
    fitter = "BetaGeoFitter"
    order = ("r", "alpha", "a", "b")
    exactly: ClassVar[dict[str, Any]] = {}

    def prepare(self, data: dict[str, Any]) -> None:
        need("lifetimes")
        self.data = data

    def fit(self, **how: Any) -> Any:
        import lifetimes

        data = self.data
        need("numpy").random.seed(0)  # its search may begin at a random point
        return getattr(lifetimes, self.fitter)(penalizer_coef=0.0).fit(data["x"], data["t_x"], data["T"], **how)

    def run(self) -> Any:
        return self.fit()

    def prove(self) -> Any:
        """To the end: by default its search stops early, from some beginnings too early to compare."""
        return self.fit(**self.exactly)

    def answer(self, result: Any) -> Any:
        return [float(result.params_[name]) for name in self.order]


class ParetoLifetimes(PurchasesLifetimes):
    fitter = "ParetoNBDFitter"
    exactly: ClassVar[dict[str, Any]] = {"tol": 1e-10, "iterative_fitting": 3}
    order = ("r", "alpha", "s", "beta")


class Bgnbd(Case):
    name, question, rows = "bgnbd", "BG/NBD fitted to customers watched in days", 50_000
    full_rows, quick_rows = 300_000, 3_000
    contestants = (PurchasesSojourn, PurchasesLifetimes)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        """Customers with a rate of buying and a rate of leaving of their own, for 27 to 39 weeks in whole days."""
        numpy = need("numpy")
        random = numpy.random.default_rng(13)
        days = random.integers(27 * 7, 39 * 7 + 1, rows)
        rate = random.gamma(0.55, 1 / 10.58, rows) / 7
        gone = random.exponential(size=rows) / (random.gamma(0.61, 1 / 11.67, rows) / 7)
        watched = numpy.minimum(days, gone)
        x = random.poisson(rate * watched)
        # The last of x moments that lie evenly within the time watched.
        last = numpy.ceil(watched * random.random(rows) ** (1 / numpy.maximum(x, 1)))
        t_x = numpy.where(x > 0, numpy.minimum(last, days), 0)
        return {"x": x.astype(numpy.int64), "t_x": t_x / 7, "T": days / 7}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "x", int(data["x"].argmax()), lambda value: value + 10)

    def difference(self, mine: Any, theirs: Any) -> str:
        """Parameters to 1 in 10,000."""
        same = all(abs(a - b) < 1e-4 * abs(a) for a, b in zip(mine, theirs, strict=True))
        return "" if same else f"{mine} is not {theirs}"


class Paretonbd(Bgnbd):
    name, question = "paretonbd", "Pareto/NBD fitted to customers watched in days"
    rows, full_rows, quick_rows = 3_000, 100_000, 2_000
    contestants = (ParetoSojourn, ParetoLifetimes)


# --- the shifted beta-geometric fitted to one cohort


class SbgSojourn(Sojourn):
    threaded = False

    def prepare(self, data: dict[str, Any]) -> None:
        self.fit, self.data = sojourn_function("fit_decay"), data

    def run(self) -> Any:
        for _ in range(Sbg.calls):
            found = self.fit(self.data["t"], self.data["survivors"])
        return found

    def answer(self, result: Any) -> Any:
        return result.log_likelihood, result.params["alpha"], result.params["beta"]


class SbgScipy(Contestant):
    """What notebooks do: the likelihood in NumPy, searched by Nelder and Mead in the logs of the parameters."""

    name = "scipy"

    def prepare(self, data: dict[str, Any]) -> None:
        numpy = need("numpy")
        need("scipy.optimize")
        self.numpy, self.minimize = numpy, need("scipy").optimize.minimize
        self.renewed = data["survivors"][1:].astype(float)
        self.lost = -numpy.diff(data["survivors"]).astype(float)
        self.age = numpy.arange(len(self.lost), dtype=float)

    def minus_log_likelihood(self, logs: Any) -> float:
        alpha, beta = self.numpy.exp(logs)
        kept = beta + self.age
        terms = self.renewed @ self.numpy.log(kept / (alpha + kept)) + self.lost @ self.numpy.log(alpha / (alpha + kept))
        return -float(terms)

    def run(self) -> Any:
        for _ in range(Sbg.calls):
            found = self.minimize(
                self.minus_log_likelihood, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-6}
            )
        return found

    def answer(self, result: Any) -> Any:
        return -float(result.fun), *(float(value) for value in self.numpy.exp(result.x))


class Sbg(Case):
    name, question, rows = "sbg", "shifted beta-geometric fitted to one cohort, rows are periods", 37
    quick_rows, calls = 37, 20
    contestants = (SbgSojourn, SbgScipy)

    def make(self, rows: int, threads: int) -> dict[str, Any]:
        numpy = need("numpy")
        age = numpy.arange(1, rows)
        kept = numpy.concatenate([[1.0], numpy.cumprod((2.8 + age) / (3.5 + age))])
        return {"t": numpy.arange(rows, dtype=numpy.int32), "survivors": numpy.rint(1e6 * kept).astype(numpy.int64)}

    def nudged(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_cell(data, "survivors", 10, lambda value: value - 1000)

    def difference(self, mine: Any, theirs: Any) -> str:
        """The likelihood to 1e-6, the parameters to 1e-5 of their size."""
        close = abs(mine[0] - theirs[0]) < 1e-6 * max(1.0, 1e-6 * abs(theirs[0]))
        same = close and all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(mine[1:], theirs[1:], strict=True))
        return "" if same else f"{mine} is not {theirs}"
