// Metrics by name.
#include <algorithm>
#include <array>
#include <span>

#include "capi/entry.hpp"
#include "capi/options.hpp"
#include "sojourn/catalogue/measure.hpp"
#include "sojourn/catalogue/measure_fit.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

template <std::size_t Size>
void copy_text(char (&to)[Size], std::string_view from) {
  const std::size_t size = std::min(from.size(), Size - 1);
  from.copy(to, size);
  to[size] = '\0';
}

void show(const estimate& from, sojourn_estimate& to) {
  to.value = from.value, to.low = from.low, to.high = from.high, to.level = from.level, to.n = from.n;
  copy_text(to.name, from.name);
  copy_text(to.unit, from.unit);
  copy_text(to.method, to_string(from.method));
  copy_text(to.reason, to_string(from.reason));
}

estimate of_book(const held_book& all, std::string_view name, options& how, const call_host& call) {
  measure_options asked{.level = how.level(), .policy = how.policy().value_or(all.now.under.policy)};
  const std::string period = how.required_text("period", "2024-12");
  constexpr std::int32_t most = 100'000, none = -most - 1;
  const auto window = how.whole_within<std::int32_t>("window", none, -most, most);
  asked.interval = how.word<ratio_interval>("method").value_or(asked.interval);
  how.require_all_read();
  return measure(name, all.now.ledger, read_period(period), window == none ? std::nullopt : std::optional(window), asked,
                 call.host());
}

estimate of_state(const held_state& state, std::string_view name, options& how) {
  const measure_options asked{.level = how.level()};
  how.require_all_read();
  if (const auto* answers = std::get_if<score_counts>(&state)) return measure(name, *answers, asked);
  if (const auto* cycle = std::get_if<health::card_health>(&state)) return measure(name, cycle->state, asked);
  throw argument_error("object", "is a state that no metric is read from by name; tables of it are: see sojourn_table");
}

estimate of_fit(const held_fit& fit, std::string_view name, options& how) {
  const auto* observed = std::get_if<held_survival>(&fit);
  curve_measure_options asked{.level = how.level(observed != nullptr ? observed->how.level : confidence_level())};
  asked.t = how.whole("t"), asked.n = how.whole("n");
  asked.age = how.number("age"), asked.share = how.number("share"), asked.horizon = how.number("tau");
  // Two names of the catalogue, one for each metric that has it.
  const std::optional<double> discount = how.number("discount_rate"), rate = how.number("rate");
  asked.discount = discount ? *discount : rate.value_or(0);
  asked.parameter = how.text("name").value_or("");
  asked.interval = how.word<decay_interval>("method");
  how.require_all_read();
  if (observed == nullptr) return measure(name, std::get<decay_fit>(fit), asked);
  return measure(name, observed->state, observed->how, asked);
}

}  // namespace
}  // namespace sojourn::inline v0_1::capi

using namespace sojourn;        // NOLINT: the functions below are those of C
using namespace sojourn::capi;  // NOLINT

extern "C" {

sojourn_code sojourn_measure(const sojourn_object* object, const char* name, const char* text, const sojourn_run* run,
                             sojourn_estimate* out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_estimate& to = given(out, "out");
    to = {};
    to.value = to.low = to.high = std::numeric_limits<double>::quiet_NaN();
    const std::string_view metric_name = &given(name, "name");
    const sojourn_object& from = given(object, "object");
    capi::options how(text);
    const call_host call(run);
    const auto measured = [&]() -> estimate {
      if (const auto* all = std::get_if<held_book>(&from.is)) return of_book(*all, metric_name, how, call);
      if (const auto* state = std::get_if<held_state>(&from.is)) return of_state(*state, metric_name, how);
      if (const auto* fit = std::get_if<held_fit>(&from.is)) return of_fit(*fit, metric_name, how);
      if (const auto* cycle = std::get_if<held_scores>(&from.is)) {
        const measure_options asked{.level = how.level()};
        how.require_all_read();
        return measure(metric_name, health::tally_health(*cycle->result), asked);
      }
      if (const auto* ahead = std::get_if<held_forecast>(&from.is)) {
        how.require_all_read();
        return measure(metric_name, ahead->found);
      }
      throw argument_error("object", std::string("is a ") + kind_name(sojourn_kind_of(object)) + ", which has no metrics");
    };
    const estimate found = measured();  // says first what the object has no metric of
    constexpr std::array<std::string_view, 1> of_books{"policy"};
    const bool is_book = std::holds_alternative<held_book>(from.is);
    how.require_options_of(find_metric(metric_name), is_book ? of_books : std::span<const std::string_view>());
    show(found, to);
  });
}

}  // extern "C"
