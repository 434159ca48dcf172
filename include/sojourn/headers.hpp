// The core without a library to link: calendar, money, MRR, shares with intervals (churn and retention of counts among
// them), NPS, CSAT, CES. Layer: 4. Needs: Boost.Math headers, which the host brings; nothing to link. Not in the umbrella.
//
// The same bodies as in the library, compiled inline. Use the CMake target sojourn::headers, or define SOJOURN_HEADERS_ONLY
// for the whole program; compile with -ffp-contract=off for the very bits of the library. Whatever is not read here still
// needs the library: a function of it is an undefined symbol.
#pragma once

#ifndef SOJOURN_HEADERS_ONLY
#define SOJOURN_HEADERS_ONLY
#endif

#include "sojourn/export.hpp"

#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/money.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/stats/comparison.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/net_share.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/score_counts.hpp"
#include "sojourn/surveys/ces.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"

// the bodies, from src/ of the checkout or from where the package is installed
#include <sojourn/bodies/domain/calendar.cpp>
#include <sojourn/bodies/stats/estimate.cpp>
#include <sojourn/bodies/stats/net_share.cpp>
#include <sojourn/bodies/stats/proportion.cpp>
#include <sojourn/bodies/stats/score_counts.cpp>
