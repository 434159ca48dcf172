// Cells of optional columns, and what is said about broken ones.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "sojourn/revenue/sources/pricing.hpp"

namespace sojourn::detail {

/// As a day: after all others.
inline constexpr std::int64_t never = INT64_MAX;

template <class T>
bool holds(const column<T>& where, std::size_t row) {
  return !where.empty() && where.present(row);
}

template <class T>
T value_or(const column<T>& where, std::size_t row, T otherwise) {
  return holds(where, row) ? where[row] : otherwise;
}

inline std::int64_t day_or(const column<std::int32_t>& where, std::size_t row, std::int64_t otherwise) {
  return holds(where, row) ? where[row] : otherwise;
}

template <class T>
void require(bool good, const column<T>& where, const char* name, std::size_t row, const char* rule,
             const char* advice = "") {
  if (good) return;
  throw data_error({where.name_or(name), row, holds(where, row) ? std::to_string(where[row]) : "missing", rule, advice});
}

inline void require_day(bool good, const column<std::int32_t>& where, const char* name, std::size_t row, const char* rule,
                        const char* advice) {
  if (good) return;
  throw data_error({where.name_or(name), row, holds(where, row) ? to_string(day{where[row]}) : "missing", rule, advice});
}

/// The column, where there is one, is as long as that of accounts.
template <class T>
void require_length(const column<std::uint32_t>& account, const column<T>& optional, const char* name) {
  if (!optional.empty()) require_same_length(account, "account", optional, name);
}

/// The column by which the policy tells customers apart is there.
inline void require_customers(const column<std::uint32_t>& account, const column<std::uint32_t>& subscription,
                              const revenue_policy& policy) {
  if (policy.unit != customer_unit::subscription || !subscription.empty() || account.empty()) return;
  throw schema_error("unit \"subscription\" needs the column that says which subscription a row belongs to");
}

/// Whether a row has an end; else it runs.
inline bool has_end(const mrr_rows& rows, std::size_t at) {
  return ((std::uint32_t{rows.end_known[at / 8]} >> (at % 8)) & 1u) != 0;
}

inline void take_account(mrr_rows& rows, const column<std::uint32_t>& where, std::size_t row, std::size_t universe) {
  require(where.present(row), where, "account", row, "every row belongs to an account");
  require(where[row] < universe, where, "account", row, ("an account index lies below " + std::to_string(universe)).c_str());
  rows.accounts = std::max(rows.accounts, std::size_t{where[row]} + 1);
}

/// Half-open days.
struct days {
  std::int64_t from;
  std::int64_t to;
  [[nodiscard]] bool hold(std::int64_t when) const { return from <= when && when < to; }
};

/// The days on which MRR is gone because nobody paid.
inline days unpaid_days(const column<std::int32_t>& unpaid_since, const column<std::int32_t>& paid_again_on, std::size_t row,
                        const revenue_policy& policy) {
  const std::int32_t grace = policy.unpaid_grace();
  if (grace == revenue_policy::unlimited || !holds(unpaid_since, row)) return {never, never};
  const days unpaid{std::int64_t{unpaid_since[row]} + grace, day_or(paid_again_on, row, never)};
  return unpaid.from < unpaid.to ? unpaid : days{never, never};
}

/// MRR of a customer at price 0, or of one whose MRR is taken off entirely.
inline std::int64_t least_ticks(const revenue_policy& policy) {
  return policy.free_is == free_is::active ? 1 : 0;
}

}  // namespace sojourn::detail
