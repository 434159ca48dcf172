// Every metric of the library, described once: name, unit, meaning, options, and the function that computes it.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

// Below each enum: its values as tables, SQL and documents spell them, in order.

/// The part of the library that a metric belongs to.
enum class metric_family : std::uint8_t { surveys, revenue, lifetime, health };
constexpr std::array<std::string_view, 4> values_of(metric_family) {
  return {"surveys", "revenue", "lifetime", "health"};
}

/// What the value of a metric counts.
enum class metric_unit : std::uint8_t {
  share,                  ///< a fraction, shown as %: 0.25 is 25 %
  points,                 ///< of NPS (-100 to 100) or of a health score (0 to 100)
  scale_points,           ///< of the scale on which people answered
  minor_units,            ///< money: cents, pence, yen
  minor_units_per_month,  ///< recurring money
  minor_units_per_year,
  ratio,
  days,
  months,
  periods,  ///< those in which the rate or the fitted curve counts
  number,   ///< has no unit
};
constexpr std::array<std::string_view, 11> values_of(metric_unit) {
  return {"share", "points", "scale points", "minor units", "minor units per month", "minor units per year", "ratio",
          "days",  "months", "periods",      "number"};
}

/// What a metric is measured on.
enum class metric_source : std::uint8_t {
  ledger,         ///< what every account pays on every day
  subscriptions,  ///< rows of subscription periods, without a ledger
  contracts,      ///< one row per contract term
  answers,        ///< survey answers, one per row, or a state of them
  surveys_sent,   ///< one row per survey: sent, answered
  lifetimes,      ///< one row per account: how long it was seen, whether it left
  survivors,      ///< how many accounts of a cohort are left at each age
  triangle,       ///< cohorts by age: a ledger's, or rows with the oldest cohort first
  survival_curve,
  incidence_curve,  ///< of one cause of leaving
  fitted_decay,
  purchase_counts,  ///< one row per customer: how often it bought, when last, how long it was watched
  fitted_purchases,
  fitted_spend,
  purchase_log,     ///< one row per purchase
  forecast,         ///< of the accounts of a ledger
  account_table,    ///< one row per account: reviews, parents, diagnoses
  usage_events,     ///< one row per use of the product
  scorecard,        ///< and a table of signals
  scored_cycle,     ///< what a scorecard made of the accounts on a day
  scored_outcomes,  ///< scores beside who left afterwards
  numbers,          ///< no rows: every input is an option
};
constexpr std::array<std::string_view, 22> values_of(metric_source) {
  return {"ledger",           "subscriptions", "contracts",       "responses",       "surveys sent",  "lifetimes",
          "survivors",        "triangle",      "survival curve",  "incidence curve", "fitted decay",  "purchase counts",
          "fitted purchases", "fitted spend",  "purchase log",    "forecast",        "account table", "usage events",
          "scorecard",        "scored cycle",  "scored outcomes", "numbers"};
}

/// What a metric returns.
enum class metric_result : std::uint8_t {
  estimate,  ///< one value with its interval, n and method
  amount,    ///< exact money
  number,    ///< a value without an interval
  table,     ///< rows: a value per period, segment, age or account
  curve,     ///< a fitted or observed curve with read-outs of its own
  group,     ///< several estimates that belong together, each a metric of its own here
};
constexpr std::array<std::string_view, 6> values_of(metric_result) {
  return {"estimate", "amount", "number", "table", "curve", "group"};
}

/// One option of a metric.
struct metric_option {
  std::string_view name;
  std::string_view fallback;  ///< the default as Python writes it, text without quotes; empty: the option is required
  std::string_view meaning;
  [[nodiscard]] constexpr bool required() const noexcept { return fallback.empty(); }
};

/// One metric. Texts are for people who know the business and not the code.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the order is that of reading; there are a hundred of these
struct metric {
  std::string_view name{};   ///< the same in C++, Python, SQL and documents
  std::string_view title{};  ///< "Net revenue retention (NRR)"
  metric_family family{};
  metric_unit unit{};
  std::string_view shown_as{};  ///< unit and range as people read them: "%, 0 to 100"
  metric_source source{};
  metric_result result{};
  std::string_view meaning{};
  std::string_view formula{};
  std::string_view missing{};   ///< what happens without data
  std::string_view not_told{};  ///< what the number does not tell you
  std::string_view page{};      ///< docs/definitions/<page>.md
  std::string_view function{};  ///< the C++ function or struct
  std::string_view python{};    ///< the Python call, its source left out: "Ledger.nrr", "renewals(...).logo"
  std::span<const metric_option> options{};
};

/// Another name under which people ask for a metric.
struct metric_alias {
  std::string_view alias;
  std::string_view name;
};

/// All metrics, family by family. O(1).
[[nodiscard]] std::span<const metric> metrics() noexcept;
[[nodiscard]] std::span<const metric_alias> metric_aliases() noexcept;

/// The metric of that name or alias; capitals, '-' and ' ' do not matter. Throws `schema_error` for an unknown name, with
/// the nearest known one.
[[nodiscard]] const metric& find_metric(std::string_view name);

/// The option of that name. Throws `schema_error` that lists the options of the metric and the nearest one.
[[nodiscard]] const metric_option& find_option(const metric& of, std::string_view name);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
