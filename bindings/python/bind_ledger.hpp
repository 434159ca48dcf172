// What the revenue bindings share.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/mrr/period_movements.hpp"
#include "sojourn/mrr/pricing.hpp"

namespace sojourn::python {

/// A ledger with the keys that its account numbers stand for; parts share them.
struct keyed_ledger {
  ledger book;
  std::shared_ptr<account_index> keys;
  /// Rows of the caller's table behind the rows of the ledger; null where they are the same.
  std::shared_ptr<const std::vector<std::uint32_t>> source;
  std::optional<pricing_counts> prepared;
};

/// A ledger of prices and events; `columns` and `names` by role.
keyed_ledger ledger_from_prices(const std::map<std::string, arrow::any_column>& columns,
                                const std::map<std::string, std::string>& names, int exponent,
                                std::optional<std::int32_t> as_of, const revenue_policy& policy, const std::string& part,
                                const std::string& commitment);

/// A total of ticks as an exact Python int.
pybind11::int_ exact_int(detail::int128 value);

/// The key of an account as the caller wrote it, text or number.
pybind11::object key_object(const account_index& keys, account who);

/// The rows of the caller's table behind an account, ascending.
std::vector<std::uint32_t> caller_rows(const keyed_ledger& l, account who);

/// A row of a waterfall by the names that Python shows, in minor units.
pybind11::dict movement_dict(const period_movements& m);

void bind_ledger(pybind11::module_& m);
void bind_comparison(pybind11::module_& m);

}  // namespace sojourn::python
