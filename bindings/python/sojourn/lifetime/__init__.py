"""How long customers stay and what they are worth: survival, decay, lifetime value."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn._core.lifetime import ExitTable as ExitTable, SurvivalState as SurvivalState
    from sojourn.lifetime._chain_ladder import (
        ChainLadder as ChainLadder,
        ChainLadderAhead as ChainLadderAhead,
        chain_ladder as chain_ladder,
    )
    from sojourn.lifetime._chain_ladder_checks import ChainLadderDiagnostics as ChainLadderDiagnostics
    from sojourn.lifetime._cox import Cox as Cox, PredictedSurvival as PredictedSurvival, cox as cox
    from sojourn.lifetime._customer_value import customer_value as customer_value, purchase_summary as purchase_summary
    from sojourn.lifetime._decay import Decay as Decay, compare_decay as compare_decay, fit_decay as fit_decay
    from sojourn.lifetime._decay_baseline import DecayBaseline as DecayBaseline, decay_baseline as decay_baseline
    from sojourn.lifetime._decay_bootstrap import DecayBootstrap as DecayBootstrap
    from sojourn.lifetime._fine_gray import (
        FineGray as FineGray,
        PredictedIncidence as PredictedIncidence,
        fine_gray as fine_gray,
    )
    from sojourn.lifetime._forecast_score import (
        ForecastScore as ForecastScore,
        IntervalFactor as IntervalFactor,
        calibrate_intervals as calibrate_intervals,
        crps as crps,
        score_forecast as score_forecast,
    )
    from sojourn.lifetime._incidence import (
        CauseIncidence as CauseIncidence,
        CumulativeIncidence as CumulativeIncidence,
        IncidenceBy as IncidenceBy,
        cumulative_incidence as cumulative_incidence,
        incidence_of_state as incidence_of_state,
    )
    from sojourn.lifetime._logistic import Calibration as Calibration, Logistic as Logistic, fit_logistic as fit_logistic
    from sojourn.lifetime._logrank import LogRank as LogRank, logrank as logrank
    from sojourn.lifetime._odp_bootstrap import ChainLadderBootstrap as ChainLadderBootstrap
    from sojourn.lifetime._parametric import FittedSurvival as FittedSurvival, fit_survival as fit_survival
    from sojourn.lifetime._purchases import Purchases as Purchases, fit_purchases as fit_purchases
    from sojourn.lifetime._renewal_curve import (
        RenewalCurve as RenewalCurve,
        RenewalCurveBy as RenewalCurveBy,
        renewal_curve as renewal_curve,
    )
    from sojourn.lifetime._spend import Spend as Spend, fit_spend as fit_spend
    from sojourn.lifetime._survival import Survival as Survival, SurvivalBy as SurvivalBy, kaplan_meier as kaplan_meier
    from sojourn.lifetime._value import cltv as cltv, mrr_index as mrr_index

_LATER = {
    "Calibration": "sojourn.lifetime._logistic",
    "CauseIncidence": "sojourn.lifetime._incidence",
    "Cox": "sojourn.lifetime._cox",
    "ChainLadder": "sojourn.lifetime._chain_ladder",
    "ChainLadderAhead": "sojourn.lifetime._chain_ladder",
    "ChainLadderBootstrap": "sojourn.lifetime._odp_bootstrap",
    "ChainLadderDiagnostics": "sojourn.lifetime._chain_ladder_checks",
    "CumulativeIncidence": "sojourn.lifetime._incidence",
    "Decay": "sojourn.lifetime._decay",
    "DecayBaseline": "sojourn.lifetime._decay_baseline",
    "DecayBootstrap": "sojourn.lifetime._decay_bootstrap",
    "FineGray": "sojourn.lifetime._fine_gray",
    "FittedSurvival": "sojourn.lifetime._parametric",
    "ForecastScore": "sojourn.lifetime._forecast_score",
    "IncidenceBy": "sojourn.lifetime._incidence",
    "IntervalFactor": "sojourn.lifetime._forecast_score",
    "Logistic": "sojourn.lifetime._logistic",
    "LogRank": "sojourn.lifetime._logrank",
    "PredictedIncidence": "sojourn.lifetime._fine_gray",
    "PredictedSurvival": "sojourn.lifetime._cox",
    "Purchases": "sojourn.lifetime._purchases",
    "RenewalCurve": "sojourn.lifetime._renewal_curve",
    "RenewalCurveBy": "sojourn.lifetime._renewal_curve",
    "Spend": "sojourn.lifetime._spend",
    "Survival": "sojourn.lifetime._survival",
    "ExitTable": "sojourn._core.lifetime",
    "SurvivalBy": "sojourn.lifetime._survival",
    "calibrate_intervals": "sojourn.lifetime._forecast_score",
    "chain_ladder": "sojourn.lifetime._chain_ladder",
    "SurvivalState": "sojourn._core.lifetime",
    "crps": "sojourn.lifetime._forecast_score",
    "cumulative_incidence": "sojourn.lifetime._incidence",
    "compare_decay": "sojourn.lifetime._decay",
    "cox": "sojourn.lifetime._cox",
    "cltv": "sojourn.lifetime._value",
    "fine_gray": "sojourn.lifetime._fine_gray",
    "incidence_of_state": "sojourn.lifetime._incidence",
    "decay_baseline": "sojourn.lifetime._decay_baseline",
    "fit_decay": "sojourn.lifetime._decay",
    "fit_logistic": "sojourn.lifetime._logistic",
    "fit_survival": "sojourn.lifetime._parametric",
    "fit_purchases": "sojourn.lifetime._purchases",
    "fit_spend": "sojourn.lifetime._spend",
    "customer_value": "sojourn.lifetime._customer_value",
    "purchase_summary": "sojourn.lifetime._customer_value",
    "kaplan_meier": "sojourn.lifetime._survival",
    "logrank": "sojourn.lifetime._logrank",
    "mrr_index": "sojourn.lifetime._value",
    "renewal_curve": "sojourn.lifetime._renewal_curve",
    "score_forecast": "sojourn.lifetime._forecast_score",
}


def __getattr__(name: str) -> object:
    """Loaded at its first use, as in `sojourn` itself."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_LATER[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
