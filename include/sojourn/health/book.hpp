// What a customer-success team does with scores on Monday: roll-ups, movements in money, alerts, reviews, work lists, diagnoses.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/health/alerts.hpp"
#include "sojourn/health/cadence.hpp"
#include "sojourn/health/diagnosis.hpp"
#include "sojourn/health/find_diagnoses.hpp"
#include "sojourn/health/rollup.hpp"
#include "sojourn/health/transition_values.hpp"
#include "sojourn/health/watermelon.hpp"
#include "sojourn/health/work_queue.hpp"
