// Cells of optional columns, and what is said about broken ones.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

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

/// Whether a row has an end; else it runs.
inline bool has_end(const mrr_rows& rows, std::size_t at) {
  return ((std::uint32_t{rows.end_known[at / 8]} >> (at % 8)) & 1u) != 0;
}

inline void take_account(mrr_rows& rows, const column<std::uint32_t>& where, std::size_t row, std::size_t universe) {
  require(where.present(row), where, "account", row, "every row belongs to an account");
  require(where[row] < universe, where, "account", row, ("an account index lies below " + std::to_string(universe)).c_str());
  rows.accounts = std::max(rows.accounts, std::size_t{where[row]} + 1);
}

}  // namespace sojourn::inline v0_1::detail
