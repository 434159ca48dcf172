#include "health/bind_health.hpp"

#include "bind.hpp"
#include "health/bind_monday.hpp"

namespace sojourn::python {

/// Types come before the functions that take them, so that signatures name them.
void bind_health(pybind11::module_& m) {
  bind_check_card(m);
  bind_manual_values(m);
  bind_portfolio(m);
  bind_score(m);
  bind_scorecard(m);
  bind_card_set(m);
  bind_account_scorer(m);
  bind_percentile_rank(m);
  bind_cycle_bytes(m);
  bind_delta(m);
  bind_path(m);

  bind_alerts(m);
  bind_cadence(m);
  bind_diagnosis(m);
  bind_expansion(m);
  bind_remedy_effect(m);
  bind_remedy_tasks(m);
  bind_rollup(m);
  bind_stages(m);
  bind_stakeholders(m);
  bind_transition_values(m);
  bind_transitions(m);
  bind_two_cycles(m);
  bind_watermelon(m);
  bind_work_queue(m);

  bind_audit(m);
  bind_backtest(m);
  bind_fit(m);
  bind_gates(m);
  bind_learn(m);
  bind_points_scale(m);
  bind_sensitivity(m);
  bind_stability(m);
  bind_validation(m);

  bind_engagement(m);
}

}  // namespace sojourn::python
