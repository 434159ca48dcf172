#include "sojourn/catalogue.hpp"

#include <cctype>
#include <string>
#include <vector>

#include "catalogue/decay.hpp"
#include "catalogue/economics.hpp"
#include "catalogue/health.hpp"
#include "catalogue/purchases.hpp"
#include "catalogue/revenue.hpp"
#include "catalogue/surveys.hpp"
#include "catalogue/survival.hpp"
#include "catalogue/usage.hpp"
#include "catalogue/validation.hpp"
#include "json/json_value.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

template <std::size_t... N>
constexpr auto one_list(const metric (&... families)[N]) {
  std::array<metric, (N + ...)> all{};
  auto to = all.begin();
  ((to = std::copy(families, families + N, to)), ...);
  return all;
}

constexpr auto all_metrics = one_list(catalogue::revenue_metrics, catalogue::usage_metrics, catalogue::economics_metrics,
                                      catalogue::survival_metrics, catalogue::decay_metrics, catalogue::purchase_metrics,
                                      catalogue::survey_metrics, catalogue::health_metrics, catalogue::validation_metrics);

constexpr metric_alias all_aliases[] = {
    {"average_revenue_per_account", "arpa"},
    {"arpu", "arpa"},
    {"bgnbd", "purchases"},
    {"cac", "acquisition_cost"},
    {"churn", "logo_churn"},
    {"clv", "cltv"},
    {"cohort", "cohorts"},
    {"gross_revenue_retention", "grr"},
    {"kaplan_meier", "survival"},
    {"ltv_cac", "ltv_to_cac"},
    {"net_promoter_score", "nps"},
    {"net_revenue_retention", "nrr"},
    {"payback", "payback_months"},
    {"renewals", "renewal"},
    {"response", "response_rate"},
    {"retention", "nrr"},
    {"sbg", "decay"},
    {"waterfall", "movements"},
};

std::string as_name(std::string_view asked) {
  std::string name;
  for (const char c : asked) {
    name += c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

const metric* named(std::string_view name) noexcept {
  for (const metric& one : all_metrics) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace

std::span<const metric> metrics() noexcept {
  return all_metrics;
}

std::span<const metric_alias> metric_aliases() noexcept {
  return all_aliases;
}

const metric& find_metric(std::string_view asked) {
  const std::string name = as_name(asked);
  if (const metric* found = named(name)) return *found;
  std::vector<std::string> known;
  known.reserve(std::size(all_metrics) + std::size(all_aliases));
  for (const metric& one : all_metrics) known.emplace_back(one.name);
  for (const metric_alias& other : all_aliases) {
    if (other.alias == name) return *named(other.name);
    known.emplace_back(other.alias);
  }
  const std::string hint = json::did_you_mean(name, known);
  throw schema_error("no metric \"" + std::string(asked) + "\"; " + (hint.empty() ? "" : hint + " ") +
                     "the catalogue lists them all");
}

const metric_option& find_option(const metric& of, std::string_view asked) {
  std::vector<std::string> known;
  std::string listed;
  for (const metric_option& option : of.options) {
    if (option.name == asked) return option;
    known.emplace_back(option.name);
    listed += (listed.empty() ? "" : ", ") + known.back();
  }
  const std::string hint = json::did_you_mean(asked, known);
  throw schema_error(std::string(of.name) + " has no option \"" + std::string(asked) + "\"; " +
                     (hint.empty() ? "" : hint + " ") + (known.empty() ? "it takes none" : "its options are " + listed));
}

}  // namespace sojourn::inline v0_1
