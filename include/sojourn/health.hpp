// Customer health: scorecards that say which account is at risk, by how much, and because of what.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/health/backtest.hpp"
#include "sojourn/health/calibrate.hpp"
#include "sojourn/health/card_set.hpp"
#include "sojourn/health/diagnostics.hpp"
#include "sojourn/health/gates.hpp"
#include "sojourn/health/learn.hpp"
#include "sojourn/health/portfolio.hpp"
#include "sojourn/health/score.hpp"
#include "sojourn/health/scorecard.hpp"
#include "sojourn/health/sensitivity.hpp"
#include "sojourn/health/spec.hpp"
#include "sojourn/health/stability.hpp"
#include "sojourn/health/tiers.hpp"
#include "sojourn/health/transitions.hpp"
#include "sojourn/health/validation.hpp"
