// What a forecast learns from the months of accounts: rates of leaving, ratios of change, the shock of a month.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forecast/churn_rates.hpp"
#include "forecast/contract_terms.hpp"

namespace sojourn::inline v0_1::detail {

/// Thirds of the accounts by MRR; the largest third is halved three times, because most of the money is there.
inline constexpr std::size_t size_bands = 6;

/// One month in which an account was a customer at the start.
struct risk_month {
  std::uint32_t age = 0;  ///< of the rate of leaving, from 0
  std::uint32_t month = 0;
  std::uint8_t band = 0;  ///< third of the MRR
  bool left = false;
};

struct risk_renewal {
  past_renewal at{};
  std::uint8_t band = 0;  ///< at the start of the term
};

/// The months of one account.
struct account_record {
  std::uint32_t segment = 0;
  std::uint32_t cause = 0;
  std::vector<risk_month> months;
  bool by_term = false;  ///< it could leave only at renewals: its months say nothing about a rate per month
  std::vector<risk_renewal> renewals;
  std::vector<double> changes;  ///< ratios other than 1 from month to month
  double kept = 0;              ///< months at whose end it still was a customer, with MRR at the start
};

struct records {
  std::vector<account_record> accounts;  ///< who was at risk in some month
  std::array<std::int64_t, size_bands - 1> band_from{};
  std::size_t ages = 0;      ///< months + horizon: rates that are needed
  std::size_t renewals = 0;  ///< the same of renewals, of the shortest term; 0 where too few are known
  std::uint32_t segments = 1;
  std::uint32_t causes = 0;
  std::size_t months = 0;

  [[nodiscard]] std::uint8_t band_of(std::int64_t ticks) const noexcept {
    std::uint8_t band = 0;
    while (band < band_from.size() && ticks >= band_from[band]) ++band;
    return band;
  }
};

/// Fewer renewals than this in all teach nothing: an account under contract then renews with what months say.
inline constexpr std::size_t least_renewals = 10;

[[nodiscard]] records records_of(const account_months& history, const forecast_accounts& about,
                                 const std::vector<account_term>& terms, std::size_t horizon);

/// The rates and ratios of one segment.
struct segment_rules {
  std::vector<double> rates;
  std::array<double, size_bands> size_factor{};
  std::vector<double> renewal_rates;  ///< of leaving at the first renewal, the second, ...; empty where months say it
  std::array<double, size_bands> renewal_size_factor{};
  double change_share = 0;      ///< months in which MRR changed
  std::vector<double> changes;  ///< the ratios, each as often as it counts
  double mean_change = 1;       ///< factor that a month multiplies MRR by on average
  std::vector<double> cause_share;

  [[nodiscard]] double rate(std::size_t age, std::uint8_t band) const noexcept {
    const double r = rates[age] * size_factor[band];
    return r < 0.999 ? r : 0.999;
  }
  /// Of leaving at a renewal; there are `renewal_rates`.
  [[nodiscard]] double renewal_rate(std::size_t number, std::uint8_t band) const noexcept {
    const double r =
        renewal_rates[number < renewal_rates.size() ? number : renewal_rates.size() - 1] * renewal_size_factor[band];
    return r < 0.999 ? r : 0.999;
  }
};

/// One set of rules per segment, then that of new business, from all accounts. `weight` says how often each account counts.
[[nodiscard]] std::vector<segment_rules> learned(const records& seen, std::span<const std::uint32_t> weight,
                                                 churn_family family);

/// Of sbg and by_age the family under which the last quarter of the months is the more probable after learning from those
/// before. One rate for all is sbg without differences; as a choice of its own it wins quarters by chance, and then takes
/// old accounts for young ones.
[[nodiscard]] churn_family best_family(const records& seen, std::span<const std::uint32_t> weight);

/// How far months differ beyond chance, as a standard deviation on the logit of leaving.
[[nodiscard]] double month_shock(const records& seen, const std::vector<segment_rules>& rules);

}  // namespace sojourn::inline v0_1::detail
