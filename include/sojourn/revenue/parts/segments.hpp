// Segments: every account in exactly one, so that whatever is counted by segment adds up to the whole.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/account_labels.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/retention.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Which label an account has when its rows name several. Of labels that start on one day the highest code counts, so the
/// order of rows has no influence where codes do not come from it.
///
/// A rate compares closing with opening, so its segments are those of the opening: by the last label, whoever was upgraded
/// has left the lower plan's past, which then shows neither the account nor its growth.
enum class segment_rule : std::uint8_t {
  last,     ///< the one that holds since the latest day: the account as it is now. History moves with it
  first,    ///< the one it came with. History stays
  opening,  ///< the one that held at the end of the day before `segment_options::opening`; before its first, the first
};
constexpr std::array<std::string_view, 3> values_of(segment_rule) {
  return {"last", "first", "opening"};
}

struct segment_options {
  segment_rule rule = segment_rule::opening;
  std::optional<day> opening{};  ///< the first day of the period that is looked at; the rule `opening` needs it
};

/// Accounts by segment. The last segment, `labels()`, holds those that no row names a label for: they are in no label and
/// in every total.
///
/// One label per account, whatever its rows say: if MRR moved between segments row by row, a switch of plan would be churn
/// in one and new business in the other, and the segments would add up to more movements than the whole has. Openings and
/// closings would still add up; movements, churn and retention would not.
class segmentation {
 public:
  segmentation() = default;

  [[nodiscard]] std::size_t labels() const noexcept { return labels_; }
  [[nodiscard]] std::size_t segments() const noexcept { return ends_.size(); }
  /// Ascending.
  [[nodiscard]] std::span<const account> accounts_of(std::size_t segment) const;

  std::int64_t rows = 0;
  std::int64_t rows_without_label = 0;
  std::int64_t rows_of_others = 0;  ///< of accounts outside the universe: no effect
  std::int64_t accounts_without_label = 0;
  std::int64_t accounts_with_several = 0;  ///< whose rows name more than one label, so that the rule decided

 private:
  friend segmentation segment_accounts(const account_labels&, std::size_t, std::size_t, segment_options);
  std::size_t labels_ = 0;
  std::vector<account> accounts_;
  std::vector<std::size_t> ends_;
};

/// Sorts `accounts` accounts into `labels` labels and the rest. Throws `data_error` for a missing account and a code of
/// `labels` or more, `schema_error` for lengths that differ and for the rule `opening` without its day.
/// O(rows + accounts + labels).
[[nodiscard]] segmentation segment_accounts(const account_labels& rows, std::size_t accounts, std::size_t labels,
                                            segment_options options);

namespace detail {

[[nodiscard]] std::vector<revenue_state> tally_revenue_by(const ledger& book, const segmentation& by,
                                                          const period_grid& grid, const revenue_policy& policy,
                                                          const any_executor& host);
[[nodiscard]] std::vector<cohort_state> tally_cohorts_by(const ledger& book, const segmentation& by, const period_grid& grid,
                                                         cohort_rules rules, const any_executor& host);
[[nodiscard]] std::vector<retention_state> tally_retention_by(const ledger& book, const segmentation& by, day from, day to,
                                                              const any_executor& host);
[[nodiscard]] std::vector<currency_revenue_state> tally_revenue_by(const keyed_ledger& book, const segmentation& by,
                                                                   const period_grid& grid, const revenue_policy& policy,
                                                                   const any_executor& host);
[[nodiscard]] std::vector<cohort_state> tally_cohorts_by(const keyed_ledger& book, const segmentation& by,
                                                         const period_grid& grid, cohort_rules rules,
                                                         const any_executor& host);
[[nodiscard]] std::vector<retention_state> tally_retention_by(const keyed_ledger& book, const segmentation& by, day from,
                                                              day to, const any_executor& host);

}  // namespace detail

/// One state per segment, each account visited once. Their sum is `tally_revenue` of the whole, bit for bit.
template <executor E = serial_executor>
[[nodiscard]] std::vector<revenue_state> tally_revenue_by(const ledger& book, const segmentation& by,
                                                          const period_grid& grid, const revenue_policy& policy = {},
                                                          E&& host = {}) {
  return detail::tally_revenue_by(book, by, grid, policy, any_executor(host));
}

/// Cohorts by segment, likewise.
template <executor E = serial_executor>
[[nodiscard]] std::vector<cohort_state> tally_cohorts_by(const ledger& book, const segmentation& by, const period_grid& grid,
                                                         cohort_rules rules = {}, E&& host = {}) {
  return detail::tally_cohorts_by(book, by, grid, rules, any_executor(host));
}

/// Retention by segment, likewise. The rates that need the days (revenue/rates.hpp) take `book.only(by.accounts_of(s))`.
template <executor E = serial_executor>
[[nodiscard]] std::vector<retention_state> tally_retention_by(const ledger& book, const segmentation& by, day from, day to,
                                                              E&& host = {}) {
  return detail::tally_retention_by(book, by, from, to, any_executor(host));
}

// In several currencies: at the rates of the whole, so that segments add up to it.

template <executor E = serial_executor>
[[nodiscard]] std::vector<currency_revenue_state> tally_revenue_by(const keyed_ledger& book, const segmentation& by,
                                                                   const period_grid& grid,
                                                                   const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_revenue_by(book, by, grid, policy, any_executor(host));
}

template <executor E = serial_executor>
[[nodiscard]] std::vector<cohort_state> tally_cohorts_by(const keyed_ledger& book, const segmentation& by,
                                                         const period_grid& grid, cohort_rules rules = {}, E&& host = {}) {
  return detail::tally_cohorts_by(book, by, grid, rules, any_executor(host));
}

template <executor E = serial_executor>
[[nodiscard]] std::vector<retention_state> tally_retention_by(const keyed_ledger& book, const segmentation& by, day from,
                                                              day to, E&& host = {}) {
  return detail::tally_retention_by(book, by, from, to, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
