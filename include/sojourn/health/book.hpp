// What a customer-success team does with scores on Monday: roll-ups, movements in money, alerts, reviews, work lists,
// diagnoses. Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/health/book/alerts.hpp"
#include "sojourn/health/book/cadence.hpp"
#include "sojourn/health/book/diagnosis.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"
#include "sojourn/health/book/rollup.hpp"
#include "sojourn/health/book/transition_values.hpp"
#include "sojourn/health/book/two_cycles.hpp"
#include "sojourn/health/book/watermelon.hpp"
#include "sojourn/health/book/work_queue.hpp"
