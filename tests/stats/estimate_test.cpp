#include "sojourn/stats/estimate.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sojourn/catalogue.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/health/score/portfolio.hpp"
#include "sojourn/lifetime.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/surveys.hpp"

using namespace sojourn;

TEST_CASE("an estimate says what it is of, and is otherwise the same number") {
  const estimate share = proportion(3, 10);
  CHECK(share.name == "proportion");
  CHECK(share.unit == "share");
  const estimate named = share.as({"logo_churn", "share"});
  CHECK(named.name == "logo_churn");
  CHECK(named.value == share.value);
  CHECK(named.low == share.low);
  CHECK(named.n == share.n);
  CHECK(named.method == share.method);
  CHECK(undefined_estimate(undefined_reason::no_observations).as({"nps", "points"}).reason ==
        undefined_reason::no_observations);
}

TEST_CASE("names and units of estimates are those of the catalogue") {
  const std::vector<metric_label> labels{nps_label,
                                         csat_label,
                                         csat_mean_label,
                                         response_rate_label,
                                         survival_label,
                                         survival_quantile_label,
                                         median_lifetime_label,
                                         restricted_mean_label,
                                         incidence_label,
                                         decay_label,
                                         decay_parameter_label,
                                         decay_lifetime_label,
                                         cltv_label,
                                         nrr_label,
                                         grr_label,
                                         logo_retention_label,
                                         logo_churn_label,
                                         gross_mrr_churn_label,
                                         net_mrr_churn_label,
                                         due_logo_churn_label,
                                         due_mrr_churn_label,
                                         due_gross_mrr_churn_label,
                                         logo_renewal_label,
                                         gross_dollar_renewal_label,
                                         net_dollar_renewal_label,
                                         arpa_label,
                                         average_sale_price_label,
                                         quick_ratio_label,
                                         customer_lifetime_label,
                                         acquisition_cost_label,
                                         payback_months_label,
                                         payback_months_per_customer_label,
                                         ltv_to_cac_label,
                                         lifetime_value_label,
                                         health::auc_label,
                                         health::average_precision_label,
                                         health::ks_distance_label,
                                         health::capture_label,
                                         health::lift_label,
                                         health::brier_label,
                                         health::log_loss_label,
                                         health::mean_score_label};
  for (const metric_label& label : labels) {
    CAPTURE(label.name);
    const metric& found = find_metric(label.name);
    CHECK(found.name == label.name);  // not by an alias
    CHECK(word_of(found.unit) == label.unit);
  }
}

TEST_CASE("read-outs keep their name when they are undefined or read from other estimates") {
  CHECK(nps(score_counts{}).name == "nps");
  CHECK(compare_nps(score_counts{}, score_counts{}).difference.name == "nps_difference");
  CHECK(csat(score_counts{}).mean.name == "csat_mean");
  CHECK(logo_churn(revenue_period{}).name == "logo_churn");
  CHECK(net_mrr_churn(revenue_period{}).name == "net_mrr_churn");
  CHECK(grr(retention_state{}).name == "grr");
  CHECK(arpa(revenue_period{}).unit == "minor units per month");
  const estimate churn = proportion(3, 100).as(logo_churn_label);
  CHECK(customer_lifetime(churn).name == "customer_lifetime");
  CHECK(annual_rate(churn, annualise::simple, 12).name == "logo_churn");
  CHECK(cltv(100, contribution_margin{0.8}, churn, payment_timing::just_paid).name == "cltv");
  CHECK(survival_quantile(survival_curve{}).name == "median_lifetime");
  CHECK(survival_quantile(survival_curve{}, 0.9).name == "survival_quantile");
  CHECK(discounted_lifetime(decay_fit{}, 0.1).name == "decay_lifetime");
}
