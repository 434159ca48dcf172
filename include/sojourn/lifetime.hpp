// How long customers stay and what they are worth while they stay: survival, decay, lifetime value.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/lifetime/cltv.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/decay_curve.hpp"
#include "sojourn/lifetime/decay_table.hpp"
#include "sojourn/lifetime/decimal_survival.hpp"
#include "sojourn/lifetime/exit_table.hpp"
#include "sojourn/lifetime/geometric.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/lifetime/life_table.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/lifetime/mrr_index.hpp"
#include "sojourn/lifetime/sbg.hpp"
#include "sojourn/lifetime/survival.hpp"
