// Everything for C++ callers in one include. Outside it: arrow/ (for hosts that speak Arrow).
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"
#include "sojourn/version.hpp"

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/currency.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/money.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/domain/words.hpp"

#include "sojourn/stats/bootstrap.hpp"
#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/comparison.hpp"
#include "sojourn/stats/distribution.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/loss_interval.hpp"
#include "sojourn/stats/mergeable.hpp"
#include "sojourn/stats/moments.hpp"
#include "sojourn/stats/net_share.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/ratio.hpp"
#include "sojourn/stats/rows.hpp"
#include "sojourn/stats/score_counts.hpp"
#include "sojourn/stats/summary.hpp"

#include "sojourn/exec/executor.hpp"
#include "sojourn/exec/sharded.hpp"

#include "sojourn/input/account_numbers.hpp"
#include "sojourn/input/amount_period.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/input/contracts.hpp"
#include "sojourn/input/lifetimes.hpp"
#include "sojourn/input/line_kind_words.hpp"
#include "sojourn/input/outcomes.hpp"
#include "sojourn/input/read_answers.hpp"
#include "sojourn/input/read_moments.hpp"
#include "sojourn/input/read_money.hpp"
#include "sojourn/input/read_period.hpp"
#include "sojourn/input/repeat_answers.hpp"
#include "sojourn/input/responses.hpp"
#include "sojourn/input/score_tally.hpp"
#include "sojourn/input/signals.hpp"
#include "sojourn/input/subscriptions.hpp"

#include "sojourn/health.hpp"
#include "sojourn/health/book.hpp"
#include "sojourn/health/signals/engagement.hpp"
#include "sojourn/lifetime.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/surveys.hpp"

// account sets with known truth
#include "sojourn/datasets/acme.hpp"

#include "sojourn/catalogue.hpp"
#include "sojourn/catalogue/measure.hpp"
#include "sojourn/state_bytes.hpp"
