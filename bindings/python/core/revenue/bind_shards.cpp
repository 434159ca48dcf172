// Parts of a ledger that share no account, and states that know whose they are.
#include <pybind11/stl.h>

#include <bit>
#include <optional>
#include <utility>

#include "revenue/bind_ledger.hpp"
#include "sojourn/exec/executor.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// So many accounts are listed one by one in a state; a larger ledger without a declared shard stands for all accounts.
constexpr std::size_t most_listed = 65'536;

void declare(keyed_ledger& l, const std::optional<std::pair<std::uint32_t, std::uint32_t>>& shard) {
  const py::gil_scoped_release released;
  if (!shard) {
    if (l.book.accounts() > most_listed)
      l.declared = std::make_shared<const account_ownership>(account_ownership::everybody());
    return;
  }
  const auto owned = std::make_shared<const account_ownership>(account_ownership::shard(shard->first, shard->second));
  try {
    require_owned(l.book, *l.keys, *owned);
  } catch (const data_error& e) {
    problem where = e.where();
    if (l.source != nullptr && where.row < l.source->size()) where.row = (*l.source)[where.row];
    throw data_error(where);
  }
  l.declared = owned;
}

revenue_partial state(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                      const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return {l.declared != nullptr ? *l.declared : list_accounts(l.book, *l.keys),
          tally_revenue(l.book, grid, policy, thread_executor{})};
}

/// What some accounts contribute to it: their shard stays whose it is.
revenue_partial state_some(const keyed_ledger& l, const arrow::any_column& column, const std::string& name,
                           std::int32_t first, std::int32_t months_each, std::int32_t count, const revenue_policy& policy) {
  const auto some = accounts_in(l, column, name);
  return {l.declared != nullptr ? account_ownership{} : list_accounts(l.book, *l.keys, some),
          tally_revenue(l.book, some, grid_of(first, months_each, count), policy)};
}

keyed_ledger share(const keyed_ledger& l, std::uint32_t index, std::uint32_t count) {
  const py::gil_scoped_release released;
  keyed_ledger part{{}, l.keys, l.source, l.prepared, l.kind, l.by_subscription, l.owner, l.owner_keys};
  const account_ownership owned = (l.declared != nullptr ? *l.declared : account_ownership::everybody()).run(index, count);
  part.book = part_of(l.book, *l.keys, owned);
  if (l.declared != nullptr) part.declared = std::make_shared<const account_ownership>(owned);
  return part;
}

arrow::any_column shard_of(const arrow::any_column& accounts, const std::string& name, std::uint32_t count) {
  (void)account_ownership::shard(0, count);
  account_index keys;
  const auto held = arrow::as_accounts(accounts, keys, name);
  const auto who = held.view();
  const auto hashes = account_hashes(keys);
  std::vector<std::uint32_t> shards(who.size());
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (!who.present(row)) {
      throw data_error({name, row, "missing", "every row belongs to an account", "name the account, or leave the row out"});
    }
    shards[row] = account_ownership::shard_of(hashes[who[row]], count);
  }
  return arrow::any_column::from(std::move(shards));
}

}  // namespace

void require_shard(const keyed_ledger& l, const column<std::uint32_t>& who, const std::string& name) {
  if (l.declared == nullptr) return;
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (!who.present(row)) continue;
    const std::string key = l.keys->key(account{who[row]});
    if (l.declared->owns(account_hash(key))) continue;
    throw data_error(
        {name, row, key, "an account of this shard", "apply it to the ledger of the shard that shard_of names"});
  }
}

py::dict owned_dict(const account_ownership& owned) {
  int slots = 0;
  for (const std::uint64_t word : owned.slots) slots += std::popcount(word);
  return py::dict(py::arg("slots") = slots, py::arg("accounts") = owned.listed.size());
}

void bind_shards(py::module_& m, py::class_<keyed_ledger>& book) {
  book.def("declare", &declare, py::arg("shard"))
      .def("state", &state, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("state_some", &state_some, py::arg("account"), py::arg("name"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("policy"))
      .def("share", &share, py::arg("index"), py::arg("count"));
  m.def("shard_of", &shard_of, py::arg("accounts"), py::arg("name"), py::arg("count"));
}

}  // namespace sojourn::python
