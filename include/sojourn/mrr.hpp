// Monthly recurring revenue: from a price, from subscriptions, and how it moved.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/mrr/account_errors.hpp"
#include "sojourn/mrr/available_to_renew.hpp"
#include "sojourn/mrr/change_rows.hpp"
#include "sojourn/mrr/contributors.hpp"
#include "sojourn/mrr/currencies.hpp"
#include "sojourn/mrr/history.hpp"
#include "sojourn/mrr/ledger.hpp"
#include "sojourn/mrr/movements.hpp"
#include "sojourn/mrr/mrr_series.hpp"
#include "sojourn/mrr/ownership.hpp"
#include "sojourn/mrr/policy.hpp"
#include "sojourn/mrr/price.hpp"
#include "sojourn/mrr/pricing.hpp"
#include "sojourn/mrr/rates.hpp"
#include "sojourn/mrr/reconcile.hpp"
#include "sojourn/mrr/restatement.hpp"
#include "sojourn/mrr/revenue_state.hpp"
#include "sojourn/mrr/segments.hpp"
#include "sojourn/mrr/snapshot_tally.hpp"
#include "sojourn/mrr/tenure.hpp"
