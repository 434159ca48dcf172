// Subscription periods with MRR, from prices and the days on which something happened, as a policy wants it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/input/priced_subscriptions.hpp"
#include "sojourn/input/subscriptions.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {

/// Which MRR of a subscription is wanted.
enum class mrr_part : std::uint8_t {
  paid,   ///< the MRR of everybody else's reports: trials are left out
  trial,  ///< what trials would bring: [start, trial_end) at the price
};
constexpr std::array<std::string_view, 2> values_of(mrr_part) {
  return {"paid", "trial"};
}

/// Whether MRR that is known to end counts.
enum class mrr_commitment : std::uint8_t {
  in_force,   ///< yes, until it ends
  committed,  ///< no: committed MRR stops on the day of the cancellation, and a term with an end was never committed
};
constexpr std::array<std::string_view, 2> values_of(mrr_commitment) {
  return {"in_force", "committed"};
}

struct pricing_options {
  revenue_policy policy{};
  mrr_part part = mrr_part::paid;
  mrr_commitment commitment = mrr_commitment::in_force;
  std::optional<day> as_of{};  ///< for `lapse_grace`: as in `ledger_options`
  std::size_t accounts = 0;    ///< size of the universe; 0: dense indices, below the number of rows
};

/// What became of the rows. Nothing is left out in silence.
struct pricing_counts {
  std::int64_t rows = 0;
  std::int64_t metered = 0;        ///< left out: `usage_rule::exclude`
  std::int64_t trials = 0;         ///< with a trial (left out of `paid`)
  std::int64_t no_trial = 0;       ///< left out of `trial`
  std::int64_t not_committed = 0;  ///< left out of `committed`
  std::int64_t past_due = 0;       ///< cut because unpaid for too long
  std::int64_t paused = 0;         ///< with a pause that changes MRR
  std::int64_t free = 0;           ///< at price 0 after discounts
  std::int64_t bridges = 0;        ///< rows added by `bridge_lapses`
  std::int64_t grouped = 0;        ///< changes moved to the day of the one before: `grouping_minutes`
  std::int64_t one_off = 0;        ///< left out: lines of invoices that do not recur
  std::int64_t refunds = 0;        ///< left out: `refund_rule::ignore`
  std::int64_t undated = 0;        ///< left out: refunds without the period that they take back
  std::int64_t clamped = 0;        ///< refunds of more than there was to take back
  friend constexpr bool operator==(const pricing_counts&, const pricing_counts&) = default;
};

/// Subscription periods that own their memory; `view()` is what the ledger takes.
struct mrr_rows {
  static constexpr std::uint32_t no_source = 0xffff'ffff;

  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start;
  std::vector<std::int32_t> end;
  std::vector<std::uint8_t> end_known;  ///< validity bitmap of `end`
  std::vector<std::int64_t> amount;
  std::vector<std::uint32_t> source;  ///< row of the caller's table; `no_source` for a bridge
  std::int64_t ticks_per_unit = 1;
  std::size_t accounts = 0;  ///< highest account of the caller's rows, plus 1
  pricing_counts counts;

  void add(std::uint32_t who, std::int32_t from, std::int32_t to, bool ends, std::int64_t ticks, std::uint32_t row);
  [[nodiscard]] subscriptions view() const noexcept;
  [[nodiscard]] ledger book(std::optional<day> as_of = std::nullopt) const { return ledger(view(), {as_of, accounts}); }
};

/// Turns each row into periods of one MRR. Applied are `unit`, `churn_at` (a row without that date ends with its service),
/// `past_due`, `paused`, `free_is`, `discounts`, `tax`, `usage`, `usage_months`, `calendar_factor`, `rounding`,
/// `lapse_grace`.
///
/// A customer without MRR (paused under `zero_as_contraction`, free under `free_is::active`) is kept at one tick, 1/166,320
/// of a minor unit: a customer in every count, and nothing in any amount that is shown below 83,160 such accounts.
/// Order: tax is taken off amount x quantity, then the discount off the rest. MRR of an unusual term is the nearest tick.
/// Throws `data_error` with the row for a missing account, start or amount, a broken price, tax above the price, an end
/// before its start; `schema_error` for lengths that differ and for `customer_unit::subscription` without that column.
/// O(rows).
/// What it does not tell you: what was invoiced or paid. Proration never enters, because the price in force is read.
[[nodiscard]] mrr_rows rows_from_prices(const priced_subscriptions& priced, const pricing_options& options = {});

/// The rows of a table with MRR as they are, owned, so that bridges can be added. Throws `data_error` for a missing account,
/// start or amount and an account outside the universe; what else a ledger refuses is refused by the ledger.
[[nodiscard]] mrr_rows copy_rows(const subscriptions& periods, std::size_t accounts = 0);

/// Fills each time without MRR of at most `grace_days` days with the MRR before it, so that the ledger shows neither churn
/// nor reactivation there. A lapse that lasts until `as_of` is not filled: nobody knows its length yet. Errors as `ledger`.
void bridge_lapses(mrr_rows& rows, std::int32_t grace_days, std::optional<day> as_of = std::nullopt);

/// A ledger of ready-made MRR under the policy's `lapse_grace`, the one option of MRR that such rows can follow. Errors as
/// `ledger`.
[[nodiscard]] ledger ledger_of(const subscriptions& periods, const revenue_policy& policy,
                               const ledger_options& options = {});

}  // namespace sojourn
