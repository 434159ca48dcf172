#include "forecast/contract_terms.hpp"

#include <algorithm>
#include <map>

namespace sojourn::inline v0_1::detail {
namespace {

/// The term that most contracts have; 0 without one of two months or more.
std::size_t most_frequent_term(const std::vector<account_term>& terms) {
  std::map<std::size_t, std::size_t> counts;
  for (const account_term& one : terms) {
    if (one.every > 0) ++counts[one.every];
  }
  const auto found =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return found == counts.end() ? 0 : found->first;
}

/// The month in which an account that is gone at the end was last there, plus one; 0 for one that is there, or never was.
std::size_t gone_since(const account_months& history, std::size_t who) {
  const std::uint8_t* there = history.there.data() + who * history.months;
  std::size_t t = history.months;
  while (t > 0 && there[t - 1] == 0) --t;
  return t == history.months ? 0 : t;
}

}  // namespace

std::vector<account_term> terms_of(const account_months& history, std::span<const forecast_contract> contracts) {
  std::vector<account_term> terms(history.accounts);
  for (const forecast_contract& one : contracts) {
    if (one.account >= history.accounts || one.every < 2) continue;
    const std::int64_t every = one.every, due = (month::of(one.renews_on) - history.first).count;
    terms[one.account] = {.every = static_cast<std::size_t>(every),
                          .phase = static_cast<std::size_t>((due % every + every) % every)};
  }
  const std::size_t every = most_frequent_term(terms);
  if (every == 0) return terms;
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::size_t left = gone_since(history, who);
    if (terms[who].every > 0 || left == 0) continue;
    if ((left - history.first_of(who)) % every == 0) terms[who] = {.every = every, .phase = left % every};
  }
  return terms;
}

std::vector<past_renewal> renewals_of(const account_months& history, std::size_t account, std::size_t first,
                                      const account_term& term) {
  std::vector<past_renewal> found;
  if (term.every == 0) return found;
  const std::uint8_t* there = history.there.data() + account * history.months;
  for (std::size_t due = term.phase; due < history.months; due += term.every) {
    if (due < first + term.every || there[due - term.every] == 0) continue;
    found.push_back({.number = renewal_number(due, first, term.every),
                     .month = static_cast<std::uint32_t>(due),
                     .left = there[due] == 0});
  }
  return found;
}

}  // namespace sojourn::inline v0_1::detail
