// A company's account set with known truth: as many accounts as asked for, and beside them the hazards that made them churn.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1 {
namespace datasets SOJOURN_EXPORT {

/// Whether every week of every account is written out, or only the latest week (in the signals table).
enum class usage_detail : std::uint8_t { weekly, latest };

/// What to generate. All three days must be the first day of a calendar quarter, since health moves by the quarter.
struct acme_options {
  std::int64_t accounts = 3000;
  std::uint64_t seed = 7;
  day first_day = day::from_ymd(2022, 1, 1);  ///< first possible sign-up
  day last_day = day::from_ymd(2025, 1, 1);   ///< sign-ups end before it
  day as_of = last_day;                       ///< only what happened before this day is in the tables
  usage_detail usage = usage_detail::weekly;
};

/// Values of which some are missing: `present` has one byte per row.
template <class T>
struct gappy {
  std::vector<T> values;
  std::vector<std::uint8_t> present;

  void push(T value, bool is_present = true) {
    values.push_back(is_present ? value : T{});
    present.push_back(is_present ? 1 : 0);
  }
  [[nodiscard]] std::size_t size() const noexcept { return values.size(); }
  friend bool operator==(const gappy&, const gappy&) = default;
};

/// How a stored column is to be read. `code` indexes the labels of the field, `key` is an account number (see `acme_key`).
enum class field_kind : std::uint8_t { number, day, key, code, flag };

// Codes of the text columns, in label order.
inline constexpr std::string_view acme_plans[] = {"starter", "team", "business", "enterprise"};
inline constexpr std::string_view acme_billings[] = {"monthly", "annual"};
inline constexpr std::string_view acme_regions[] = {"NA", "EMEA", "APAC", "LATAM"};
inline constexpr std::string_view acme_segments[] = {"smb", "mid", "enterprise"};
inline constexpr std::string_view acme_lines[] = {"core", "add_on"};
inline constexpr std::string_view acme_priorities[] = {"low", "normal", "high", "urgent"};
inline constexpr std::string_view acme_outcomes[] = {"renewed", "lost", "pending"};
inline constexpr std::string_view acme_health_classes[] = {"thriving", "steady", "fading", "silent"};
inline constexpr std::string_view acme_owners[] = {"csm-01", "csm-02", "csm-03", "csm-04", "csm-05", "csm-06",
                                                   "csm-07", "csm-08", "csm-09", "csm-10", "csm-11", "csm-12",
                                                   "csm-13", "csm-14", "csm-15", "csm-16"};

using labels = std::span<const std::string_view>;

// Each table lists its columns once, in `fields`: append, comparison, bytes and every writer follow that list.

/// One row per account that signed up before `as_of`.
struct acme_accounts {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> signup;
  std::vector<std::uint8_t> plan, billing, region, segment, owner;  ///< as at sign-up
  std::vector<std::int32_t> seats;                                  ///< at sign-up
  std::vector<std::int64_t> cac_minor;                              ///< what it cost to win the account

  template <class F>
  static void fields(F&& f) {
    using self = acme_accounts;
    f("account_id", field_kind::key, &self::account, labels{});
    f("signup", field_kind::day, &self::signup, labels{});
    f("plan", field_kind::code, &self::plan, labels{acme_plans});
    f("billing", field_kind::code, &self::billing, labels{acme_billings});
    f("region", field_kind::code, &self::region, labels{acme_regions});
    f("segment", field_kind::code, &self::segment, labels{acme_segments});
    f("owner", field_kind::code, &self::owner, labels{acme_owners});
    f("seats", field_kind::number, &self::seats, labels{});
    f("cac_minor", field_kind::number, &self::cac_minor, labels{});
  }
  friend bool operator==(const acme_accounts&, const acme_accounts&) = default;
};

/// Half-open paid periods [start, end) of one subscription line of one account; a missing end is still running.
struct acme_subscriptions {
  std::vector<std::int64_t> account;
  std::vector<std::uint8_t> line;
  std::vector<std::int32_t> start;
  gappy<std::int32_t> end;
  std::vector<std::uint8_t> plan;
  std::vector<std::int64_t> mrr_minor;

  template <class F>
  static void fields(F&& f) {
    using self = acme_subscriptions;
    f("account_id", field_kind::key, &self::account, labels{});
    f("line", field_kind::code, &self::line, labels{acme_lines});
    f("start", field_kind::day, &self::start, labels{});
    f("end", field_kind::day, &self::end, labels{});
    f("plan", field_kind::code, &self::plan, labels{acme_plans});
    f("mrr_minor", field_kind::number, &self::mrr_minor, labels{});
  }
  friend bool operator==(const acme_subscriptions&, const acme_subscriptions&) = default;
};

/// One row a week (named by its Monday) in which the account was active on the Monday; empty for `usage_detail::latest`.
struct acme_usage {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> week;
  gappy<std::int32_t> logins, features;
  gappy<double> uploads_gb;

  template <class F>
  static void fields(F&& f) {
    using self = acme_usage;
    f("account_id", field_kind::key, &self::account, labels{});
    f("week", field_kind::day, &self::week, labels{});
    f("logins", field_kind::number, &self::logins, labels{});
    f("features", field_kind::number, &self::features, labels{});
    f("uploads_gb", field_kind::number, &self::uploads_gb, labels{});
  }
  friend bool operator==(const acme_usage&, const acme_usage&) = default;
};

/// One row per account that is active on `as_of`: what a health score may look at. Usage is that of the last full week.
struct acme_signals {
  std::vector<std::int64_t> account;
  gappy<std::int32_t> logins_wk, features;
  gappy<double> uploads_gb;
  std::vector<std::int32_t> tickets_90d;
  gappy<std::int32_t> csat, nps;           ///< latest answers
  gappy<std::int32_t> csat_on, nps_on;     ///< and their days
  std::vector<std::uint8_t> sponsor_left;  ///< 1 = the sponsor left in the last 180 days
  std::vector<std::int32_t> seats;
  std::vector<std::int64_t> mrr_minor;  ///< all lines together
  std::vector<std::uint8_t> segment, owner;
  std::vector<std::int32_t> renews_on;    ///< next day on which the account can leave
  std::vector<std::int32_t> observed_at;  ///< last day of the week that usage was measured in

  template <class F>
  static void fields(F&& f) {
    using self = acme_signals;
    f("account_id", field_kind::key, &self::account, labels{});
    f("logins_wk", field_kind::number, &self::logins_wk, labels{});
    f("features", field_kind::number, &self::features, labels{});
    f("uploads_gb", field_kind::number, &self::uploads_gb, labels{});
    f("tickets_90d", field_kind::number, &self::tickets_90d, labels{});
    f("csat", field_kind::number, &self::csat, labels{});
    f("nps", field_kind::number, &self::nps, labels{});
    f("csat_on", field_kind::day, &self::csat_on, labels{});
    f("nps_on", field_kind::day, &self::nps_on, labels{});
    f("sponsor_left", field_kind::flag, &self::sponsor_left, labels{});
    f("seats", field_kind::number, &self::seats, labels{});
    f("mrr_minor", field_kind::number, &self::mrr_minor, labels{});
    f("segment", field_kind::code, &self::segment, labels{acme_segments});
    f("owner", field_kind::code, &self::owner, labels{acme_owners});
    f("renews_on", field_kind::day, &self::renews_on, labels{});
    f("observed_at", field_kind::day, &self::observed_at, labels{});
  }
  friend bool operator==(const acme_signals&, const acme_signals&) = default;
};

struct acme_tickets {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> opened;
  std::vector<std::uint8_t> priority;

  template <class F>
  static void fields(F&& f) {
    using self = acme_tickets;
    f("account_id", field_kind::key, &self::account, labels{});
    f("opened", field_kind::day, &self::opened, labels{});
    f("priority", field_kind::code, &self::priority, labels{acme_priorities});
  }
  friend bool operator==(const acme_tickets&, const acme_tickets&) = default;
};

/// One row a survey sent. No answer before `as_of`: day and score are missing. NPS 0 .. 10, CSAT 1 .. 5.
struct acme_answers {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> sent_on;
  gappy<std::int32_t> answered_on, score;

  template <class F>
  static void fields(F&& f) {
    using self = acme_answers;
    f("account_id", field_kind::key, &self::account, labels{});
    f("sent_on", field_kind::day, &self::sent_on, labels{});
    f("answered_on", field_kind::day, &self::answered_on, labels{});
    f("score", field_kind::number, &self::score, labels{});
  }
  friend bool operator==(const acme_answers&, const acme_answers&) = default;
};

/// The day on which the account's sponsor left.
struct acme_sponsors {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> left_on;

  template <class F>
  static void fields(F&& f) {
    f("account_id", field_kind::key, &acme_sponsors::account, labels{});
    f("left_on", field_kind::day, &acme_sponsors::left_on, labels{});
  }
  friend bool operator==(const acme_sponsors&, const acme_sponsors&) = default;
};

/// One row a yearly term of the core line. A term that ends on or after `as_of` is pending.
struct acme_contracts {
  std::vector<std::int64_t> account;
  std::vector<std::int32_t> term_start, term_end;
  std::vector<std::int64_t> value_minor;  ///< a year, as at the start of the term
  gappy<std::int32_t> renewed_on;
  gappy<std::int64_t> renewed_value_minor;  ///< a year, as at the start of the next term
  std::vector<std::uint8_t> outcome;

  template <class F>
  static void fields(F&& f) {
    using self = acme_contracts;
    f("account_id", field_kind::key, &self::account, labels{});
    f("term_start", field_kind::day, &self::term_start, labels{});
    f("term_end", field_kind::day, &self::term_end, labels{});
    f("value_minor", field_kind::number, &self::value_minor, labels{});
    f("renewed_on", field_kind::day, &self::renewed_on, labels{});
    f("renewed_value_minor", field_kind::number, &self::renewed_value_minor, labels{});
    f("outcome", field_kind::code, &self::outcome, labels{acme_outcomes});
  }
  friend bool operator==(const acme_contracts&, const acme_contracts&) = default;
};

/// The truth, one row per account; everything but the class is missing where the account is not active on `as_of`.
///
/// Levels are log2 units: usage_level 0 is the usage that the plan expects, -1 half of it. Probabilities are multiples of
/// 2^-32, so their sums in doubles are exact (up to 2^21 accounts) and do not depend on the order.
struct acme_truth {
  std::vector<std::int64_t> account;
  std::vector<std::uint8_t> health_class;  ///< latent, never changes
  std::vector<std::uint8_t> active;        ///< 1 = has an open period on `as_of`
  gappy<double> usage_level, usage_trend;  ///< last quarter; last quarter minus the one before
  gappy<double> satisfaction;              ///< in standard deviations
  gappy<std::int32_t> tenure_months;       ///< since the current stay began
  gappy<double> monthly_hazard;            ///< of leaving, were it free to leave each month
  gappy<double> churn_90d;                 ///< true probability that it leaves in the next 90 days
  gappy<std::uint8_t> churned_90d;         ///< 1 = it does (what a later `as_of` shows)

  template <class F>
  static void fields(F&& f) {
    using self = acme_truth;
    f("account_id", field_kind::key, &self::account, labels{});
    f("health_class", field_kind::code, &self::health_class, labels{acme_health_classes});
    f("active", field_kind::flag, &self::active, labels{});
    f("usage_level", field_kind::number, &self::usage_level, labels{});
    f("usage_trend", field_kind::number, &self::usage_trend, labels{});
    f("satisfaction", field_kind::number, &self::satisfaction, labels{});
    f("tenure_months", field_kind::number, &self::tenure_months, labels{});
    f("monthly_hazard", field_kind::number, &self::monthly_hazard, labels{});
    f("churn_90d", field_kind::number, &self::churn_90d, labels{});
    f("churned_90d", field_kind::flag, &self::churned_90d, labels{});
  }
  friend bool operator==(const acme_truth&, const acme_truth&) = default;
};

/// All tables of a range of accounts, each sorted by account and then by day.
struct acme_tables {
  acme_accounts accounts;
  acme_subscriptions subscriptions;
  acme_usage usage;
  acme_signals signals;
  acme_tickets tickets;
  acme_answers nps, csat;
  acme_sponsors sponsors;
  acme_contracts contracts;
  acme_truth truth;

  template <class F>
  static void each(F&& f) {
    f("accounts", &acme_tables::accounts);
    f("subscriptions", &acme_tables::subscriptions);
    f("usage", &acme_tables::usage);
    f("signals", &acme_tables::signals);
    f("tickets", &acme_tables::tickets);
    f("nps", &acme_tables::nps);
    f("csat", &acme_tables::csat);
    f("sponsors", &acme_tables::sponsors);
    f("contracts", &acme_tables::contracts);
    f("truth", &acme_tables::truth);
  }
  /// Rows of a later range of accounts.
  acme_tables& operator+=(const acme_tables& later);
  friend bool operator==(const acme_tables&, const acme_tables&) = default;
};

/// One factor of the monthly hazard: hazard = base of the segment x product of 2^(log2_ratio x amount), at most 0.6.
struct acme_coefficient {
  std::string_view term;
  std::string_view amount;      ///< what the ratio is multiplied by; "1" = applies or not
  std::int32_t log2_ratio_q16;  ///< in 1/65,536
};
/// Base monthly hazard of a segment in 1/2^32, in the order of `acme_segments`.
[[nodiscard]] std::span<const std::uint32_t> acme_base_hazards() noexcept;
[[nodiscard]] std::span<const acme_coefficient> acme_coefficients() noexcept;

/// "acme-000017": how account number 17 is written.
[[nodiscard]] std::string acme_key(std::int64_t account);

/// The tables of accounts [first_account, first_account + count). Account i is the same whatever the range, the thread,
/// the compiler or the processor: it depends on (seed, i, days) only, through counter-based integer arithmetic.
///
/// Throws `schema_error` for days that are not quarter starts or out of order, and for a range outside the accounts.
/// Cost: about one microsecond per account without weekly usage.
[[nodiscard]] acme_tables acme_chunk(const acme_options& options, std::int64_t first_account, std::int64_t count);

/// 64-bit FNV-1a over names, values and gaps of all tables: equal tables, equal fingerprint, on every platform.
[[nodiscard]] std::uint64_t acme_fingerprint(const acme_tables& tables);

namespace detail {

[[nodiscard]] acme_tables acme(const acme_options& options, const any_executor& host);

}  // namespace detail

/// All accounts at once; the same bytes for any executor. For sets that do not fit in memory call `acme_chunk` in a loop.
template <executor E = serial_executor>
[[nodiscard]] acme_tables acme(const acme_options& options, E&& host = E{}) {
  return detail::acme(options, any_executor(host));
}

}  // namespace datasets SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
