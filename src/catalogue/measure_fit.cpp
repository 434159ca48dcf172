#include "sojourn/catalogue/measure_fit.hpp"

#include "sojourn/catalogue.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1 {
namespace {

template <class T>
const T& needed(const std::optional<T>& option, std::string_view metric_name, std::string_view name) {
  if (!option) throw schema_error(std::string(metric_name) + " needs the option \"" + std::string(name) + "\"");
  return *option;
}

[[noreturn]] void refuse_curve_metric(const metric& known, std::string_view source) {
  throw schema_error(std::string(known.name) + " is measured on " + std::string(word_of(known.source)) + ", not on " +
                     std::string(source));
}

}  // namespace

estimate measure(std::string_view asked, const decay_fit& fit, const curve_measure_options& options) {
  const metric& wanted = find_metric(asked);
  const decay_interval_options how{options.level, options.interval.value_or(decay_interval::delta)};
  if (wanted.name == "decay_survival") return survival_estimate(fit, needed(options.t, wanted.name, "t"), how);
  if (wanted.name == "decay_parameter") {
    if (options.parameter.empty()) throw schema_error("decay_parameter needs the option \"name\"");
    const decay_interval usual = fit.robust ? decay_interval::delta : decay_interval::profile;
    return parameter_estimate(fit, std::string_view(options.parameter), {options.level, options.interval.value_or(usual)});
  }
  if (wanted.name == "decay_lifetime") return discounted_lifetime(fit, options.discount);
  if (wanted.name == "residual_lifetime") {
    const std::int64_t next = needed(options.n, wanted.name, "n");
    if (next < 1) throw schema_error("the renewal that comes next is 1 or later, not " + std::to_string(next));
    return discounted_residual_lifetime(fit, next - 1, options.discount);
  }
  refuse_curve_metric(wanted, "a fitted decay");
}

estimate measure(std::string_view asked, const survival_state& state, const survival_options& how,
                 const curve_measure_options& options) {
  const metric& wanted = find_metric(asked);
  if (wanted.name == "restricted_mean_lifetime") {
    return restricted_mean(state, needed(options.horizon, wanted.name, "horizon"), how);
  }
  if (wanted.name == "survival_at") return survival_at(kaplan_meier(state, how), needed(options.age, wanted.name, "age"));
  if (wanted.name == "survival_quantile") return survival_quantile(kaplan_meier(state, how), options.share.value_or(0.5));
  if (wanted.name == "median_lifetime") {
    return survival_quantile(kaplan_meier(state, how)).as(median_lifetime_label);
  }
  refuse_curve_metric(wanted, "a survival curve");
}

estimate measure(std::string_view asked, const mrr_forecast& forecast) {
  const metric& wanted = find_metric(asked);
  if (wanted.name == "forecast_nrr") return forecast.total.nrr;
  if (wanted.name == "forecast_grr") return forecast.total.grr;
  if (wanted.name == "forecast_logos") return forecast.total.logos;
  if (wanted.name == "forecast_arr") return forecast.total.arr;
  refuse_curve_metric(wanted, "a forecast");
}

}  // namespace sojourn::inline v0_1
