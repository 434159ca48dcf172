// Models of lifetimes, purchases and cohorts: regressions, parametric curves, purchase models, chain ladder, forecasts.
// Not in the umbrella, so that a host that only measures does not pay for them. Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/forecast/account_months.hpp"
#include "sojourn/forecast/cohort_money.hpp"
#include "sojourn/forecast/mrr_forecast.hpp"
#include "sojourn/forecast/renewal_outcomes.hpp"
#include "sojourn/forecast/vintage.hpp"
#include "sojourn/lifetime/age_triangle.hpp"
#include "sojourn/lifetime/chain_ladder.hpp"
#include "sojourn/lifetime/chain_ladder_checks.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/lifetime/customer_value.hpp"
#include "sojourn/lifetime/decay_comparison.hpp"
#include "sojourn/lifetime/fine_gray.hpp"
#include "sojourn/lifetime/fitted_parameter.hpp"
#include "sojourn/lifetime/logistic.hpp"
#include "sojourn/lifetime/odp.hpp"
#include "sojourn/lifetime/parametric.hpp"
#include "sojourn/lifetime/purchase_summary.hpp"
#include "sojourn/lifetime/purchases.hpp"
#include "sojourn/lifetime/spend.hpp"
#include "sojourn/lifetime/survivors_ahead.hpp"
