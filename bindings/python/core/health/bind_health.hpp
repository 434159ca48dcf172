// One bind_x per header of health that Python knows; each stands in the file of its name.
// Needs: pybind11.
#pragma once

#include "whole_argument.hpp"

namespace sojourn::python {

void bind_account_scorer(pybind11::module_& m);
void bind_alerts(pybind11::module_& m);
void bind_audit(pybind11::module_& m);
void bind_backtest(pybind11::module_& m);
void bind_cadence(pybind11::module_& m);
void bind_card_set(pybind11::module_& m);
void bind_check_card(pybind11::module_& m);
void bind_delta(pybind11::module_& m);
void bind_diagnosis(pybind11::module_& m);
void bind_engagement(pybind11::module_& m);
void bind_fit(pybind11::module_& m);
void bind_gates(pybind11::module_& m);
void bind_learn(pybind11::module_& m);
void bind_manual_values(pybind11::module_& m);
void bind_path(pybind11::module_& m);
void bind_percentile_rank(pybind11::module_& m);
void bind_points_scale(pybind11::module_& m);
void bind_portfolio(pybind11::module_& m);
void bind_rollup(pybind11::module_& m);
void bind_score(pybind11::module_& m);
void bind_scorecard(pybind11::module_& m);
void bind_sensitivity(pybind11::module_& m);
void bind_stability(pybind11::module_& m);
void bind_transition_values(pybind11::module_& m);
void bind_transitions(pybind11::module_& m);
void bind_two_cycles(pybind11::module_& m);
void bind_validation(pybind11::module_& m);
void bind_watermelon(pybind11::module_& m);
void bind_work_queue(pybind11::module_& m);

}  // namespace sojourn::python
