#include "sojourn/catalogue/measure.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>

#include "sojourn/catalogue.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/surveys/ces.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"

namespace sojourn::inline v0_1 {
namespace {

template <class... Source>
struct named_reading {
  std::string_view name;
  estimate (*read)(const Source&...);
};

/// Why a name that the catalogue may know cannot be read from this source.
[[noreturn]] void refuse(std::string_view name, metric_source source) {
  const metric& known = find_metric(name);
  const std::string what(known.name);
  if (known.source != source) {
    throw schema_error(what + " is measured on " + std::string(word_of(known.source)) + ", not on " +
                       std::string(word_of(source)));
  }
  throw schema_error(what + " needs more than this source or is more than one value: call " + std::string(known.function));
}

template <class... Source>
estimate read(std::string_view name, metric_source from,
              std::type_identity_t<std::initializer_list<named_reading<Source...>>> readings, const Source&... source) {
  const auto find = [&](std::string_view wanted) {
    for (const auto& reading : readings) {
      if (reading.name == wanted) return reading.read;
    }
    return decltype(readings.begin()->read){nullptr};
  };
  auto found = find(name);
  if (found == nullptr) found = find(find_metric(name).name);  // an alias
  if (found == nullptr) refuse(name, from);
  return found(source...);
}

rate_options rates(const measure_options& options) {
  return {options.policy, options.level, options.interval};
}

/// The value that a word names, if there is one.
template <has_words Enum>
std::optional<Enum> value_named(std::string_view word) {
  const auto words = values_of(Enum{});
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) return std::nullopt;
  return static_cast<Enum>(at - words.begin());
}

}  // namespace

namespace detail {

estimate measure_ledger(std::string_view asked, const ledger& book, day_window window, const measure_options& options,
                        const any_executor& host) {
  const metric& wanted = find_metric(asked);
  const std::string_view name = wanted.name == "mrr_churn" ? "gross_mrr_churn" : wanted.name;  // its usual kind
  if (const auto rate = value_named<ledger_rate>(name)) {
    return rate_of(book, *rate, window.from, window.to, rates(options), host);
  }
  if (const auto rate = value_named<period_rate>(name)) {
    return rate_of(tally_spans(book, cuts_of(window, false), options.policy, host).front(), *rate, rates(options));
  }
  refuse(name, metric_source::ledger);
}

}  // namespace detail

estimate measure(std::string_view name, const renewal_state& contracts, const measure_options& options) {
  using entry = named_reading<renewal_state, confidence_level>;
  return read<renewal_state, confidence_level>(
      name, metric_source::contracts,
      {entry{"logo_renewal", [](const renewal_state& s, const confidence_level& level) { return logo_renewal(s, level); }},
       {"gross_dollar_renewal",
        [](const renewal_state& s, const confidence_level& level) { return gross_dollar_renewal(s, level); }},
       {"net_dollar_renewal",
        [](const renewal_state& s, const confidence_level& level) { return net_dollar_renewal(s, level); }}},
      contracts, options.level);
}

estimate measure(std::string_view name, const score_counts& answers, const measure_options& options) {
  using entry = named_reading<score_counts, confidence_level>;
  return read<score_counts, confidence_level>(
      name, metric_source::answers,
      {entry{"nps", [](const score_counts& s, const confidence_level& level) { return nps(s, {.level = level}); }},
       {"csat", [](const score_counts& s, const confidence_level& level) { return csat(s, {.level = level}).share; }},
       {"csat_mean", [](const score_counts& s, const confidence_level& level) { return csat(s, {.level = level}).mean; }},
       {"ces", [](const score_counts& s, const confidence_level& level) { return ces(s, {.level = level}); }}},
      answers, options.level);
}

estimate measure(std::string_view name, const response_counts& surveys, const measure_options& options) {
  using entry = named_reading<response_counts, confidence_level>;
  return read<response_counts, confidence_level>(
      name, metric_source::surveys_sent,
      {entry{"response_rate",
             [](const response_counts& s, const confidence_level& level) { return response_rate(s, {.level = level}); }}},
      surveys, options.level);
}

estimate measure(std::string_view name, const health::health_state& cycle, const measure_options& options) {
  using entry = named_reading<health::health_state, confidence_level>;
  return read<health::health_state, confidence_level>(
      name, metric_source::scored_cycle,
      {entry{"mean_score", [](const health::health_state& s,
                              const confidence_level& level) { return health::mean_score(s, {.level = level}); }}},
      cycle, options.level);
}

estimate measure(std::string_view name, const health::outcome_scores& outcomes, const measure_options& options) {
  using scores = health::outcome_scores;
  using entry = named_reading<scores, measure_options>;
  return read<scores, measure_options>(
      name, metric_source::scored_outcomes,
      {entry{"auc", [](const scores& s, const measure_options& o) { return health::auc(s, {o.level}); }},
       {"average_precision", [](const scores& s, const measure_options&) { return health::average_precision(s); }},
       {"ks_distance", [](const scores& s, const measure_options&) { return health::ks_distance(s); }},
       {"capture", [](const scores& s, const measure_options& o) { return health::capture(s, o.share); }},
       {"lift", [](const scores& s, const measure_options& o) { return health::lift(s, o.share); }},
       {"brier", [](const scores& s, const measure_options&) { return health::brier(s); }},
       {"log_loss", [](const scores& s, const measure_options&) { return health::log_loss(s); }},
       {"calibration_intercept",
        [](const scores& s, const measure_options& o) { return health::calibration(s, {o.level}).intercept; }},
       {"calibration_slope",
        [](const scores& s, const measure_options& o) { return health::calibration(s, {o.level}).slope; }}},
      outcomes, options);
}

}  // namespace sojourn::inline v0_1
