// One function per subject; bind_x is in bind_x.cpp.
#pragma once

#include <exception>

#include "whole_argument.hpp"

namespace sojourn::python {

void bind_error(pybind11::module_& m);
/// For functions that Python calls past pybind11: sets the Python error of one of our own; others are thrown on.
void set_python_error(std::exception_ptr pending);
void bind_estimate(pybind11::module_& m);
void bind_column(pybind11::module_& m);
void bind_arrow(pybind11::module_& m);
void bind_score_counts(pybind11::module_& m);
void bind_score_tally(pybind11::module_& m);
void bind_weighted_sample(pybind11::module_& m);
void bind_compare_segments(pybind11::module_& m);
void bind_forecast_score(pybind11::module_& m);
void bind_mrr_forecast(pybind11::module_& m);
void bind_vintage(pybind11::module_& m);
void bind_concentration(pybind11::module_& m);
void bind_logistic(pybind11::module_& m);
void bind_nps(pybind11::module_& m);
void bind_csat(pybind11::module_& m);
void bind_ces(pybind11::module_& m);
void bind_response_rate(pybind11::module_& m);
void bind_rows(pybind11::module_& m);
void bind_moments(pybind11::module_& m);
void bind_money(pybind11::module_& m);
void bind_read_period(pybind11::module_& m);
void bind_revenue(pybind11::module_& m);
void bind_survival(pybind11::module_& m);
void bind_logrank(pybind11::module_& m);
void bind_incidence(pybind11::module_& m);
void bind_cox(pybind11::module_& m);
void bind_exit_table(pybind11::module_& m);
void bind_fine_gray(pybind11::module_& m);
void bind_parametric(pybind11::module_& m);
void bind_life_table(pybind11::module_& m);
void bind_chain_ladder(pybind11::module_& m);
void bind_chain_ladder_checks(pybind11::module_& m);
void bind_odp(pybind11::module_& m);
void bind_decay(pybind11::module_& m);
void bind_cltv(pybind11::module_& m);
void bind_mrr_index(pybind11::module_& m);
void bind_purchases(pybind11::module_& m);
void bind_purchase_summary(pybind11::module_& m);
void bind_spend(pybind11::module_& m);
void bind_customer_value(pybind11::module_& m);
void bind_health(pybind11::module_& m);
void bind_datasets(pybind11::module_& m);
void bind_build(pybind11::module_& m);
void bind_catalogue(pybind11::module_& m);

}  // namespace sojourn::python
