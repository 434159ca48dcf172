// What the revenue bindings share.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/parts/ownership.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/period_movements.hpp"
#include "sojourn/revenue/sources/pricing.hpp"

namespace sojourn::python {

/// What the rows of a ledger were, which decides under which names they are counted.
enum class ledger_rows : std::uint8_t { periods, changes, invoices };

/// A ledger with the keys that its account numbers stand for; parts share them.
struct keyed_ledger {
  ledger book;
  std::shared_ptr<account_index> keys;
  /// Rows of the caller's table behind the rows of the ledger; null where they are the same.
  std::shared_ptr<const std::vector<std::uint32_t>> source;
  std::optional<pricing_counts> prepared;
  ledger_rows kind = ledger_rows::periods;
  /// Whether a customer is a subscription: `keys` are then those of subscriptions.
  bool by_subscription = false;
  /// Where a customer is a subscription: the account behind each, and the keys of accounts. Null where it is the account.
  std::shared_ptr<const std::vector<std::uint32_t>> owner = nullptr;
  std::shared_ptr<account_index> owner_keys = nullptr;
  /// The shard that this ledger was declared to be; null where its states list its accounts.
  std::shared_ptr<const account_ownership> declared = nullptr;
};

/// A ledger of prices and events; `columns` and `names` by role.
keyed_ledger ledger_from_prices(const std::map<std::string, arrow::any_column>& columns,
                                const std::map<std::string, std::string>& names, int exponent,
                                std::optional<std::int32_t> as_of, const revenue_policy& policy, const std::string& part,
                                const std::string& commitment);

/// A ledger of lines of invoices; `columns` and `names` by role.
keyed_ledger ledger_from_invoices(const std::map<std::string, arrow::any_column>& columns,
                                  const std::map<std::string, std::string>& names, int exponent,
                                  std::optional<std::int32_t> as_of, const revenue_policy& policy);

/// Runs `edit`; an error about an account names it by its key.
template <class Edit>
decltype(auto) with_keys(const account_index& keys, const Edit& edit) {
  const auto name = [&](account who) { return who.index < keys.size() ? keys.key(who) : std::to_string(who.index); };
  try {
    return edit();
  } catch (const account_overflow& e) {
    throw e.named(name(e.who()));
  } catch (const account_data_error& e) {
    throw e.named(name(e.who()));
  }
}

/// The account behind a key of the caller. Throws `data_error` when there is none.
account account_of(const account_index& keys, const pybind11::object& key);
/// The same, a new one where there is none yet.
account intern(account_index& keys, const pybind11::object& key);

period_grid grid_of(std::int32_t first, std::int32_t months_each, std::int32_t count);

void bind_inputs(pybind11::module_& m, pybind11::class_<keyed_ledger>& ledger);

/// Days, and minutes of the day where the column holds moments; nothing more where it holds dates.
pybind11::tuple moments_of(const arrow::any_column& source, const std::string& name);

/// The cells of a text or dictionary column; nothing where they are missing.
std::optional<std::string_view> text_at(const arrow::any_column& source, std::size_t row);

// What a plain ledger answers, also for one that several currencies were converted into.
estimate rate_of(const keyed_ledger& l, const std::string& metric, std::int32_t from, std::int32_t to,
                 const revenue_policy& policy, double level);
estimate period_rate_of(const revenue_period& period, const std::string& metric, const rate_options& options);
cohort_state cohorts_of(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                        const revenue_policy& policy);
pybind11::dict explanation_of(const keyed_ledger& l, const pybind11::object& key, std::int32_t from, std::int32_t to,
                              const revenue_policy& policy);
pybind11::dict tenure_of(const keyed_ledger& l);
pybind11::dict columns_of(const std::vector<movement_row>& rows);

/// Accounts in a row, for whatever is counted of some of them.
struct some_accounts {
  std::vector<account> who;
};

void bind_currencies(pybind11::module_& m);

/// A total of ticks as an exact Python int.
pybind11::int_ exact_int(detail::int128 value);

/// The key of an account as the caller wrote it, text or number.
pybind11::object key_object(const account_index& keys, account who);

/// The accounts that occur in a column, as the ledger numbers them.
std::vector<account> accounts_in(const keyed_ledger& l, const arrow::any_column& column, const std::string& name);

/// The rows of the caller's table behind an account, ascending.
std::vector<std::uint32_t> caller_rows(const keyed_ledger& l, account who);

/// Minor units that add up to `total`: floors first, then one more for the largest remainders.
std::vector<std::int64_t> shown_as(const std::vector<detail::int128>& ticks, std::int64_t total);

/// Refuses rows of accounts that belong to another shard than the ledger's.
void require_shard(const keyed_ledger& l, const column<std::uint32_t>& who, const std::string& name);

/// What a state stands for: slots of 4096 and accounts one by one.
pybind11::dict owned_dict(const account_ownership& owned);

/// A row of a waterfall by the names that Python shows, in minor units.
pybind11::dict movement_dict(const period_movements& m);

void bind_ledger(pybind11::module_& m);
void bind_policy(pybind11::module_& m);
void bind_contributors(pybind11::module_& m);
void bind_history(pybind11::module_& m);
void bind_comparison(pybind11::module_& m);
void bind_retention(pybind11::module_& m);
void bind_reconcile(pybind11::module_& m);
void bind_shards(pybind11::module_& m, pybind11::class_<keyed_ledger>& book);
void bind_direct(pybind11::module_& m);

}  // namespace sojourn::python
