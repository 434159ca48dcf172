#include "sojourn/forecast/mrr_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "detail/draw_stream.hpp"
#include "forecast/draw_future.hpp"
#include "forecast/summarised.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

using namespace detail;

constexpr std::uint64_t streams_of_a_draw = 4;

void require_lengths(const account_months& history, const forecast_accounts& about) {
  const auto wrong = [&](const std::vector<std::uint32_t>& values) {
    return !values.empty() && values.size() != history.accounts;
  };
  if (wrong(about.segment) || wrong(about.parent) || wrong(about.cause))
    throw schema_error("forecast: segments, parents and causes have one value per account of the ledger");
  for (const std::uint32_t segment : about.segment) {
    if (segment >= about.segments) throw schema_error("forecast: a segment lies below the number of segments");
  }
  if (about.segments == 0) throw schema_error("forecast: accounts belong to one segment or more");
}

/// Numbers of all draws that are held at once.
constexpr double most_numbers = 3e8;

void require_options(const forecast_options& options, const forecast_accounts& about) {
  if (options.horizon == 0 || options.horizon > 1200) throw schema_error("forecast: the horizon is 1 to 1200 months");
  if (options.draws < 2) throw schema_error("forecast: an interval takes two draws or more; 1000 are usual");
  const double numbers = static_cast<double>(options.draws) * static_cast<double>(options.horizon) * (about.segments + 1.0) *
                         (11.0 + about.causes);
  if (numbers > most_numbers)
    throw schema_error("forecast: so many draws of so many months, segments and causes do not fit into memory; give fewer");
  for (std::size_t month = 0; month < options.new_mrr.size(); ++month) {
    if (!(options.new_mrr[month] >= 0 && options.new_mrr[month] < 1e13))
      throw data_error({"new", month, "", "new MRR is 0 or more, in minor units", "leave out months without new business"});
  }
}

std::vector<account_today> customers_today(const account_months& history, const forecast_accounts& about,
                                           const records& seen, std::size_t& fates) {
  std::vector<account_today> found;
  std::map<std::uint32_t, std::uint32_t> of_parent;
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::size_t last = who * history.months + history.months - 1;
    if (history.there[last] == 0) continue;
    account_today one{.account = static_cast<std::uint32_t>(who), .ticks = history.ticks[last]};
    one.segment = about.segment.empty() ? 0 : about.segment[who];
    one.age = static_cast<std::uint32_t>(history.months - history.first_of(who) - 1);
    one.band = seen.band_of(one.ticks);
    const std::uint32_t parent = about.parent.empty() ? forecast_accounts::no_parent : about.parent[who];
    if (parent == forecast_accounts::no_parent) {
      one.fate = static_cast<std::uint32_t>(fates++);
    } else {
      const auto [place, is_new] = of_parent.try_emplace(parent, static_cast<std::uint32_t>(fates));
      if (is_new) ++fates;
      one.fate = place->second;
    }
    found.push_back(one);
  }
  return found;
}

std::int64_t put_contracts(std::span<const forecast_contract> contracts, const account_months& history,
                           std::vector<account_today>& accounts) {
  std::vector<std::size_t> place(history.accounts, accounts.size());
  for (std::size_t i = 0; i < accounts.size(); ++i) place[accounts[i].account] = i;
  std::int64_t ignored = 0;
  const auto last = history.first + months{static_cast<std::int32_t>(history.months) - 1};
  for (std::size_t row = 0; row < contracts.size(); ++row) {
    const forecast_contract& one = contracts[row];
    if (one.account >= history.accounts)
      throw data_error(
          {"account", row, std::to_string(one.account), "contracts are of accounts of the ledger", "leave it out"});
    if (one.every < 0)
      throw data_error(
          {"every", row, std::to_string(one.every), "a term has 0 months or more", "0: it ends at the renewal"});
    if (!std::isnan(one.probability) && !(one.probability >= 0 && one.probability <= 1))
      throw data_error({"probability", row, "", "a probability lies between 0 and 1", "leave it empty for the curve"});
    std::int32_t due = (month::of(one.renews_on) - last).count;
    if (due < 1 && one.every > 0) due += (-due / one.every + 1) * one.every;
    if (place[one.account] == accounts.size() || due < 1) {
      ++ignored;
      continue;
    }
    account_today& who = accounts[place[one.account]];
    if (who.due != 0)
      throw data_error(
          {"account", row, std::to_string(one.account), "an account has one contract", "give the one that comes due next"});
    who.due = due, who.every = one.every, who.probability = one.probability;
    if (one.every > 0) {
      const std::size_t month = history.months - 1 + static_cast<std::size_t>(due);
      who.renewal_number = renewal_number(month, history.first_of(one.account), static_cast<std::size_t>(one.every));
    }
  }
  return ignored;
}

double effective_number(const std::vector<account_today>& accounts, std::size_t fates) {
  std::vector<double> size(fates);
  double sum = 0, squares = 0;
  for (const account_today& one : accounts) size[one.fate] += static_cast<double>(one.ticks);
  for (const double x : size) sum += x, squares += x * x;
  return squares > 0 ? sum * sum / squares : 0;
}

std::vector<std::uint32_t> largest_places(const std::vector<account_today>& accounts, std::size_t most) {
  std::vector<std::uint32_t> places(accounts.size());
  std::iota(places.begin(), places.end(), 0u);
  const std::size_t count = std::min(most, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(), [&](auto a, auto b) {
    return accounts[a].ticks != accounts[b].ticks ? accounts[a].ticks > accounts[b].ticks : a < b;
  });
  places.resize(count);
  return places;
}

/// How often each account counts in a draw: drawn with replacement within its segment.
std::vector<std::uint32_t> resampled(const records& seen, std::uint64_t seed, std::uint64_t draw) {
  std::vector<std::vector<std::uint32_t>> members(seen.segments);
  for (std::size_t i = 0; i < seen.accounts.size(); ++i)
    members[seen.accounts[i].segment].push_back(static_cast<std::uint32_t>(i));
  draw_stream random(seed, draw * streams_of_a_draw);
  std::vector<std::uint32_t> weight(seen.accounts.size());
  for (const auto& own : members) {
    for (std::size_t n = own.size(); n > 0; --n) ++weight[own[random.below(own.size())]];
  }
  return weight;
}

}  // namespace

mrr_forecast forecast_mrr(const account_months& history, const forecast_accounts& about,
                          std::span<const forecast_contract> contracts, const forecast_options& options,
                          const bulk_draws& bulk) {
  require_options(options, about);
  require_lengths(history, about);
  const records seen = records_of(history, about, terms_of(history, contracts), options.horizon);
  mrr_forecast found{.months_learned = static_cast<std::int64_t>(history.months)};
  std::size_t fates = 0;
  std::vector<account_today> accounts = customers_today(history, about, seen, fates);
  found.contracts_ignored = put_contracts(contracts, history, accounts);
  found.effective_accounts = effective_number(accounts, fates);
  const std::vector<std::uint32_t> once(seen.accounts.size(), 1);
  found.family = options.family.value_or(best_family(seen, once));
  const std::vector<segment_rules> rules = learned(seen, once, found.family);
  found.month_shock_sd = month_shock(seen, rules);
  const std::vector<std::uint32_t> largest = largest_places(accounts, options.largest);
  const future_input in{accounts, seen, options, fates, found.month_shock_sd, largest};
  std::vector<future_of_draw> futures(static_cast<std::size_t>(options.draws));
  bulk(futures.size(), [&](std::size_t draw) {
    if (options.spread == forecast_spread::process) {
      futures[draw] = draw_future(in, rules, draw);
      return;
    }
    const std::vector<std::uint32_t> weight = resampled(seen, options.seed, draw);
    const churn_family family = options.family.value_or(best_family(seen, weight));  // the choice is uncertain too
    futures[draw] = draw_future(in, learned(seen, weight, family), draw);
  });
  summarise(in, futures, found);
  return found;
}

}  // namespace sojourn::inline v0_1
