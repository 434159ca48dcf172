// Where the MRR of the accounts of today goes: simulated account by account, with what is random and what is not known.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/forecast/account_months.hpp"
#include "sojourn/stats/bootstrap.hpp"
#include "sojourn/stats/draws.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// How the rate of leaving depends on the age of an account.
enum class churn_family : std::uint8_t {
  by_age,     ///< each month of age has a rate of its own, drawn towards the sbg curve
  sbg,        ///< accounts differ in a constant rate, so that old ones leave more rarely
  geometric,  ///< one rate
};
constexpr std::array<std::string_view, 3> values_of(churn_family) {
  return {"by_age", "sbg", "geometric"};
}

/// What draws differ by. Leaving one out is for studies: the interval is then too short.
enum class forecast_spread : std::uint8_t { both, process, parameters };
constexpr std::array<std::string_view, 3> values_of(forecast_spread) {
  return {"both", "process", "parameters"};
}

/// A contract in force. Until it comes due its account cannot leave.
struct forecast_contract {
  std::uint32_t account = 0;
  day renews_on{};
  std::int32_t every = 0;  ///< months from renewal to renewal; 0: after the next renewal the account may leave in any month
  double probability = std::numeric_limits<double>::quiet_NaN();  ///< of a renewal; NaN: the curve says
};

/// Per account; an empty vector means that it says nothing.
struct forecast_accounts {
  std::vector<std::uint32_t> segment{};  ///< 0 .. segments - 1
  std::uint32_t segments = 1;
  std::vector<std::uint32_t> parent{};  ///< accounts with the same number leave together; `no_parent` leaves alone
  std::vector<std::uint32_t> cause{};   ///< why it left last: 0 .. causes - 1
  std::uint32_t causes = 0;

  static constexpr std::uint32_t no_parent = std::numeric_limits<std::uint32_t>::max();
};

struct forecast_options {
  std::size_t horizon = 12;  ///< months
  confidence_level level{};
  std::int64_t draws = 1000;
  std::uint64_t seed = 1;
  std::optional<churn_family> family{};  ///< none: of sbg and by_age the one that says the last months best
  forecast_spread spread = forecast_spread::both;
  bool decay = true;              ///< false: accounts without a contract stay as they are
  std::vector<double> new_mrr{};  ///< minor units won in each month ahead; empty: none
  std::size_t largest = 5;        ///< how many accounts have a scenario of their own
};

/// One month ahead of one segment, or of all. Means over the draws, in minor units; limits by the inverse distribution
/// function of the draws.
struct forecast_row {
  std::size_t ahead = 0;  ///< 1 is the first month that is not known
  double opening = 0, churn = 0, contraction = 0, expansion = 0, won = 0, closing = 0, low = 0, high = 0;
  double renewal_due = 0;     ///< MRR whose contract comes due in the month
  double under_contract = 0;  ///< closing MRR that cannot leave before its renewal
  double accounts = 0, accounts_low = 0, accounts_high = 0;
  double process_sd = 0, parameter_sd = 0;  ///< of the closing: chance, and what is not known about the rates
};

struct forecast_part {
  std::vector<forecast_row> rows{};
  std::vector<std::vector<double>> churn_by_cause{};  ///< month x cause; adds up to the churn of the month
  estimate nrr{}, grr{}, logos{}, arr{};              ///< over the whole horizon; `arr` is 12 x the last closing
};

/// The book without its largest accounts.
struct forecast_scenario {
  std::uint32_t account = 0;
  double mrr = 0;           ///< minor units today
  double if_it_leaves = 0;  ///< last closing where it leaves
  double if_it_stays = 0;   ///< last closing where it stays
};

struct mrr_forecast {
  forecast_part total{};
  std::vector<forecast_part> segments{};
  std::vector<std::vector<double>> closings{};  ///< month x draw, minor units
  churn_family family = churn_family::by_age;
  double month_shock_sd = 0;      ///< on the logit, from how unevenly months lost accounts
  double effective_accounts = 0;  ///< 1 / sum of squared shares of the opening
  std::vector<forecast_scenario> largest{};
  /// Of accounts that are no customers, which only teach, or due before the first month without `every`.
  std::int64_t contracts_ignored = 0;
  std::int64_t months_learned = 0;
};

/// Draws `draws` futures of the accounts that are customers at the end of the last month:
///
/// 1. Under contract an account stays; at its renewal it leaves with 1 - probability, or with the rate of renewals of its
///    number and segment: learned from terms that have come to their end. Contracts of accounts that have left teach it too;
///    without them an account that left a whole number of terms after it came counts as one of them. With fewer than ten
///    renewals known, the months of a term say it.
/// 2. Without a contract it leaves in each month with the rate of its age and segment, times that of its size (thirds of the
///    accounts by MRR, the largest third halved three times).
/// 3. Those who stay change by ratios that accounts of the segment changed by from month to month; most are 1.
/// 4. New business is what `new_mrr` says. It decays from age 0 and enters neither NRR nor GRR. Nobody returns.
///
/// Each draw resamples accounts with all their months, fits the rates and ratios again (not known: the parameters), and then
/// draws each real account (chance: the process). Accounts of one parent share their fate, all accounts share the shock of a
/// month. In every draw, in ticks: opening - churn - contraction + expansion + won = closing, opening of the next month =
/// closing, and GRR <= min(1, NRR). Each draw has its own streams of random numbers, so threads change no bit.
///
/// Throws `schema_error` for a horizon of 0, fewer than two draws or vectors of wrong lengths, `data_error` for a contract
/// or number that cannot be. O(draws x accounts x (months + horizon)).
/// What it does not tell you: what new decisions do: a price rise, a new rival. Few large accounts are no bell curve: read
/// `largest`.
[[nodiscard]] mrr_forecast forecast_mrr(const account_months& history, const forecast_accounts& about = {},
                                        std::span<const forecast_contract> contracts = {},
                                        const forecast_options& options = {}, const bulk_draws& bulk = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
