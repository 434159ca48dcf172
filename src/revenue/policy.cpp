#include "sojourn/revenue/policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "detail/fnv1a.hpp"
#include "json/json_value.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1 {
namespace {

using json::did_you_mean;
using json::json_value;
using json::step;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// The member of one option, turned into its value; problems are collected, so that a reader sees all of them.
class option_reader {
 public:
  option_reader(const json_value& document, diagnostics& found) : document_(document), found_(found) {}

  template <class Option>
  void operator()(std::string_view name, Option& field) {
    known_.emplace_back(name);
    const json_value* given = document_.find(name);
    if (given == nullptr) return;
    if constexpr (std::is_enum_v<Option>)
      read_word(name, *given, field);
    else
      read_days(name, *given, field);
  }

  void report_unknown() {
    constexpr std::size_t most = 100;  // a stranger's text may hold a hundred thousand
    for (std::size_t i = 0; i < document_.members.size() && found_.size() < most; ++i) {
      const std::string& name = document_.members[i].name;
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        fail(name, "no such option", did_you_mean(name, known_));
      }
      const auto same = [&name](const auto& member) { return member.name == name; };
      const auto before = document_.members.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::any_of(document_.members.begin(), before, same)) fail(name, "given twice", "");
    }
  }

 private:
  template <class Option>
  void read_word(std::string_view name, const json_value& given, Option& field) {
    const auto values = values_of(Option{});
    const std::vector<std::string> words(values.begin(), values.end());
    if (given.kind != json_value::type::text) {
      return fail(name, std::string(name_of(given.kind)) + " is not one of " + joined(words), "");
    }
    const auto at = std::find(values.begin(), values.end(), given.text);
    if (at == values.end()) {
      return fail(name, "\"" + given.text + "\" is not one of " + joined(words), did_you_mean(given.text, words));
    }
    field = static_cast<Option>(std::distance(values.begin(), at));
  }

  void read_days(std::string_view name, const json_value& given, std::int32_t& field) {
    if (given.kind == json_value::type::null) {
      field = revenue_policy::unlimited;
      return;
    }
    const bool whole = given.kind == json_value::type::number && given.number >= 0 &&
                       given.number < revenue_policy::unlimited && std::floor(given.number) == given.number;
    if (!whole)
      return fail(name, "a number of days, minutes or months is a whole number from 0 on, or null for no limit", "");
    field = static_cast<std::int32_t>(given.number);
  }

  void fail(std::string_view name, std::string message, std::string suggestion) {
    found_.push_back({step(name), std::move(message), std::move(suggestion), severity::error});
  }

  const json_value& document_;
  diagnostics& found_;
  std::vector<std::string> known_;
};

struct named_policy {
  std::string_view name;
  revenue_policy policy;
};

// One line a published rule; sources in docs/definitions/policy.md.
std::vector<named_policy> all_presets() {
  revenue_policy chartmogul;
  chartmogul.source = mrr_source::invoice_line;
  chartmogul.churn_at = churn_at::billing_end;
  chartmogul.free_is = free_is::active;
  chartmogul.discounts = discount_rule::all;
  chartmogul.rounding = mrr_rounding::per_item_minor;
  chartmogul.grouping_minutes = 60;
  chartmogul.mrr_churn_cap = mrr_churn_cap::none;
  chartmogul.net_churn = net_churn::with_reactivation;

  revenue_policy chartmogul_b2c = chartmogul;
  chartmogul_b2c.logo_denominator = logo_denominator::daily_sum;

  revenue_policy stripe;
  stripe.churn_at = churn_at::cancel_request;
  stripe.logo_denominator = logo_denominator::start_plus_new;
  stripe.window = 30;
  stripe.movements = movement_mode::timed_events;
  stripe.ltv_churn = ltv_churn::period;

  revenue_policy baremetrics;
  baremetrics.past_due = 30;
  baremetrics.usage = usage_rule::include;
  baremetrics.net_churn = net_churn::expansion_only;
  baremetrics.quick_ratio_reactivation = quick_ratio_reactivation::exclude;
  baremetrics.window = 30;
  baremetrics.ltv_churn = ltv_churn::period;

  revenue_policy profitwell;
  profitwell.discounts = discount_rule::all;
  profitwell.usage = usage_rule::include;
  profitwell.new_and_churned = same_period_new_churn::drop;
  profitwell.fx = fx_rule::purchase;

  revenue_policy recurly;
  recurly.source = mrr_source::invoice_line;
  recurly.refunds = refund_rule::negative;
  recurly.calendar_factor = calendar_factor::days_30;

  revenue_policy maxio;
  maxio.churn_at = churn_at::cancel_request;
  maxio.paused = paused_is::keep;
  maxio.discounts = discount_rule::all;
  maxio.reactivation_max_gap = 90;

  revenue_policy saas_capital;
  saas_capital.movements = movement_mode::net_endpoints;

  revenue_policy kellogg_atr;
  kellogg_atr.annualise = annualise::simple;
  kellogg_atr.logo_denominator = logo_denominator::available_to_renew;

  revenue_policy fight_churn;
  fight_churn.movements = movement_mode::net_endpoints;
  fight_churn.annualise = annualise::compound;

  revenue_policy polar;
  polar.churn_at = churn_at::cancel_request;
  polar.paused = paused_is::keep;
  polar.discounts = discount_rule::all;
  polar.rounding = mrr_rounding::per_item_minor;
  polar.logo_denominator = logo_denominator::start_all_leavers;
  polar.window = 30;
  polar.ltv_churn = ltv_churn::period;
  polar.fx = fx_rule::period_mean;
  polar.ltv_zero_churn = ltv_zero_churn::zero;

  return {{"baremetrics", baremetrics},
          {"chartmogul", chartmogul},
          {"chartmogul_b2c", chartmogul_b2c},
          {"fight_churn", fight_churn},
          {"kellogg_atr", kellogg_atr},
          {"maxio", maxio},
          {"polar", polar},
          {"profitwell", profitwell},
          {"recurly", recurly},
          {"saas_capital", saas_capital},
          {"stripe", stripe}};
}

}  // namespace

revenue_policy revenue_policy::preset(std::string_view name) {
  for (const named_policy& known : all_presets()) {
    if (known.name == name) return known.policy;
  }
  const std::string hint = did_you_mean(name, presets());
  throw schema_error("no policy preset \"" + std::string(name) + "\"; there are " + joined(presets()) +
                     (hint.empty() ? "" : "; " + hint));
}

std::vector<std::string> revenue_policy::presets() {
  std::vector<std::string> names;
  for (const named_policy& known : all_presets()) names.emplace_back(known.name);
  return names;
}

std::vector<policy_option> policy_options() {
  std::vector<policy_option> all;
  revenue_policy policy;
  revenue_policy::options(
      [&](std::string_view name, auto& field, std::string_view meaning) {
        using option = std::remove_cvref_t<decltype(field)>;
        if constexpr (std::is_enum_v<option>) {
          const auto words = values_of(option{});
          all.push_back({name, meaning, {words.begin(), words.end()}, std::string(word_of(field)), false});
        } else {
          const std::int32_t usual = std::exchange(field, revenue_policy::unlimited);
          const bool limitless = policy.canonical();
          field = usual;
          all.push_back({name, meaning, {}, usual == revenue_policy::unlimited ? "null" : std::to_string(usual), limitless});
        }
      },
      policy);
  return all;
}

std::string to_json(const revenue_policy& policy) {
  nlohmann::json document = nlohmann::json::object();
  revenue_policy::options(
      [&document](std::string_view name, const auto& field) {
        using option = std::remove_cvref_t<decltype(field)>;
        nlohmann::json& at = document[std::string(name)];
        if constexpr (std::is_enum_v<option>) {
          at = std::string(word_of(field));
        } else if (field != revenue_policy::unlimited) {
          at = field;
        }
      },
      policy);
  return document.dump();
}

revenue_policy policy_from_json(std::string_view json) {
  revenue_policy policy;
  diagnostics found;
  json_value document;
  if (json::read_json(json, document, found)) {
    if (document.kind == json_value::type::object) {
      option_reader reader(document, found);
      revenue_policy::options(reader, policy);
      reader.report_unknown();
    } else {
      found.push_back({"", "a policy is an object of options", "", severity::error});
    }
  }
  if (found.empty() && !policy.canonical()) {
    found.push_back({"",
                     "a window is 1 day or more, days of grace are at most " +
                         std::to_string(revenue_policy::longest_grace) + ", usage_months lie in 1 .. " +
                         std::to_string(revenue_policy::most_usage_months) + ", grouping_minutes in 0 .. " +
                         std::to_string(revenue_policy::minutes_a_day),
                     "", severity::error});
  }
  if (!found.empty()) throw schema_error("the policy has errors:\n" + to_string(found));
  return policy;
}

std::uint64_t fingerprint(const revenue_policy& policy) {
  return detail::fnv1a_of(to_json(policy));
}

bool revenue_policy::canonical() const noexcept {
  bool holds = true;
  options(
      [&holds](std::string_view, const auto& field) {
        using option = std::remove_cvref_t<decltype(field)>;
        if constexpr (std::is_enum_v<option>) {
          holds = holds && static_cast<std::size_t>(field) < values_of(option{}).size();
        } else {
          holds = holds && field >= 0;
        }
      },
      *this);
  // Grace days are added to dates; a window without days has no opening, and of no months there is no mean.
  return holds && window > 0 && lapse_grace <= longest_grace && renewal_grace <= longest_grace && usage_months > 0 &&
         usage_months <= most_usage_months && grouping_minutes <= minutes_a_day;
}

}  // namespace sojourn::inline v0_1
