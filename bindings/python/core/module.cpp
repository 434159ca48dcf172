#include "bind.hpp"
#include "forecast/bind_forecast.hpp"
#include "interruptible_threads.hpp"
#include "refused_arguments.hpp"
#include "sojourn/version.hpp"

PYBIND11_MODULE(_core, m) {
  using namespace sojourn::python;
  m.doc() = "The compiled half of sojourn. Use `import sojourn`.";
  m.attr("__version__") = SOJOURN_VERSION;
  bind_error(m);
  bind_estimate(m);

  auto frames = m.def_submodule("frames", "Columns, and what crosses as Arrow.");
  bind_column(frames);
  bind_arrow(frames);
  bind_rows(frames);
  bind_moments(frames);
  bind_money(frames);
  bind_read_period(frames);

  auto surveys = m.def_submodule("surveys", "NPS, CSAT, CES, response rates.");
  bind_score_counts(surveys);
  bind_score_tally(surveys);
  bind_weighted_sample(surveys);
  bind_compare_segments(surveys);
  bind_nps(surveys);
  bind_csat(surveys);
  bind_ces(surveys);
  bind_response_rate(surveys);

  auto lifetime = m.def_submodule("lifetime", "Survival, decay, lifetime value.");
  bind_survival(lifetime);
  bind_logrank(lifetime);
  bind_logistic(lifetime);
  bind_incidence(lifetime);
  bind_cox(lifetime);
  bind_exit_table(lifetime);
  bind_fine_gray(lifetime);
  bind_parametric(lifetime);
  bind_life_table(lifetime);
  bind_decay(lifetime);
  bind_chain_ladder(lifetime);
  bind_chain_ladder_checks(lifetime);
  bind_odp(lifetime);
  bind_forecast_score(lifetime);
  bind_cltv(lifetime);
  bind_mrr_index(lifetime);
  bind_purchases(lifetime);
  bind_purchase_summary(lifetime);
  bind_spend(lifetime);
  bind_customer_value(lifetime);

  auto health = m.def_submodule("health", "Scorecards, scored cycles, and the proof of both.");
  bind_health(health);

  auto revenue = m.def_submodule("revenue", "Ledgers, movements, retention, cohorts, renewals.");
  bind_revenue(revenue);
  bind_concentration(revenue);
  bind_account_values(revenue);
  bind_mrr_forecast(revenue);
  bind_vintage(revenue);
  bind_forecast_backtest(revenue);

  auto datasets = m.def_submodule("datasets", "Account sets with known truth.");
  bind_datasets(datasets);

  auto catalogue = m.def_submodule("catalogue", "Every metric, described once.");
  bind_catalogue(catalogue);
  bind_build(m);
  bind_interruptible_threads(m);
  explain_refused_arguments(m);
}
