// Metrics of a ledger over a calendar period, by name.
#include <string>

#include "sojourn/catalogue.hpp"
#include "sojourn/catalogue/measure.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int32_t months_a_year = 12;

/// How many months a retention rate looks back; none where the policy takes the mean of several windows.
std::optional<std::int32_t> months_back(std::string_view name, std::optional<std::int32_t> asked, nrr_window usual) {
  if (asked) {
    if (*asked < 1) throw schema_error("a window is 1 month or more, not " + std::to_string(*asked));
    return asked;
  }
  if (name == "logo_retention" || usual == nrr_window::twelve_months) return months_a_year;
  if (usual == nrr_window::one_month) return 1;
  return std::nullopt;
}

/// One of the rates of a period, if the name is one.
std::optional<period_rate> rate_named(std::string_view name) {
  if (name == "arpa") return period_rate::arpa;
  if (name == "average_sale_price") return period_rate::average_sale_price;
  if (name == "quick_ratio") return period_rate::quick_ratio;
  return std::nullopt;
}

/// MRR in force at the end of the period, so many times.
estimate amount_at_end(std::string_view name, const valued_period& found, std::int32_t times) {
  estimate amount;
  amount.value = static_cast<double>(round_to_minor(times * found.closing.ticks));
  amount.n = found.movements.accounts_closing();
  return amount.as({name, times == 1 ? "minor units per month" : "minor units per year"});
}

}  // namespace

namespace detail {

estimate measure_period(std::string_view asked, const keyed_ledger& book, month_span period,
                        std::optional<std::int32_t> window, const measure_options& options, const any_executor& host) {
  const metric& wanted = find_metric(asked);
  const day first = period.first.first_day(), end = (period.first + period.length).first_day();
  const rate_options how{options.policy, options.level, options.interval};
  const auto rate = [&](ledger_rate which, day from) { return rate_of(book, which, from, end, how, host); };
  const bool kept = wanted.name == "nrr" || wanted.name == "grr" || wanted.name == "logo_retention";
  if (window && !kept) throw schema_error(std::string(wanted.name) + " looks at its period and has no window in months");
  if (kept) {
    const auto back = months_back(wanted.name, window, options.policy.nrr_window);
    if (!back) return rate(wanted.name == "nrr" ? ledger_rate::nrr_until : ledger_rate::grr_until, first);
    const day from = (period.first + period.length - months{*back}).first_day();
    if (wanted.name == "logo_retention") return rate(ledger_rate::logo_retention, from);
    return rate(wanted.name == "nrr" ? ledger_rate::nrr : ledger_rate::grr, from);
  }
  if (wanted.name == "logo_churn") return rate(ledger_rate::logo_churn, first);
  if (wanted.name == "mrr_churn" || wanted.name == "gross_mrr_churn") return rate(ledger_rate::gross_mrr_churn, first);
  if (wanted.name == "net_mrr_churn") return rate(ledger_rate::net_mrr_churn, first);
  const bool amount = wanted.name == "mrr" || wanted.name == "arr";
  const std::optional<period_rate> of_period = rate_named(wanted.name);
  if (!amount && !of_period) return measure_ledger(wanted.name, book.book, {first, end}, options, host);  // says why not
  if (amount && first >= book.book.known_until()) {
    throw schema_error("nothing is known of the period that starts on " + to_string(first) +
                       ": the ledger knows the days before " + to_string(book.book.known_until()) +
                       "; ask for an earlier period, or give a later as_of");
  }
  const valued_period found = tally_period(book, first, end, options.policy, host);
  if (amount) return amount_at_end(wanted.name, found, wanted.name == "mrr" ? 1 : months_a_year);
  const estimate value = *of_period == period_rate::arpa ? rate_of(at_closing_rates(found), *of_period, how)
                                                         : rate_of(found.movements, *of_period, how);
  if (!not_reached(book.book.known_until(), end)) return value;
  return undefined_estimate(undefined_reason::no_observations, options.level).as({value.name, value.unit});
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
