// Parts of a ledger that share no account, and states that say whose they are.
#include <pybind11/stl.h>

#include <optional>
#include <utility>

#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "revenue/state_of_ledger.hpp"
#include "sojourn/revenue/ledger/ownership.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

void declare_shard(keyed_ledger& l, const std::optional<std::pair<std::uint32_t, std::uint32_t>>& shard) {
  const py::gil_scoped_release released;
  declare(l, shard ? std::optional(account_ownership::shard(shard->first, shard->second)) : std::nullopt);
}

state_of_ledger state(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                      const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  if (l.in != nullptr) return tally_revenue(l, grid, policy, interruptible_threads{});
  return tally_partial(l, grid, policy, interruptible_threads{});
}

state_of_ledger state_some(const keyed_ledger& l, const arrow::any_column& column, const std::string& name,
                           std::int32_t first, std::int32_t months_each, std::int32_t count, const revenue_policy& policy) {
  return tally_state(l, accounts_in(*l.keys, column, name), grid_of(first, months_each, count), policy,
                     interruptible_threads{});
}

keyed_ledger share_of(const keyed_ledger& l, std::uint32_t index, std::uint32_t count) {
  const py::gil_scoped_release released;
  return share(l, index, count);
}

arrow::any_column shard_of(const arrow::any_column& accounts, const std::string& name, std::uint32_t count) {
  account_index keys;
  const auto who = arrow::as_accounts(accounts, keys, name);
  return arrow::any_column::from(shards_of(who.view(), keys, count));
}

}  // namespace

void bind_ownership(py::module_& m, ledger_class& ledger) {
  ledger.def("declare", &declare_shard, py::arg("shard"))
      .def("state", &state, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("state_some", &state_some, py::arg("account"), py::arg("name"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("policy"))
      .def("share", &share_of, py::arg("index"), py::arg("count"));
  m.def("shard_of", &shard_of, py::arg("accounts"), py::arg("name"), py::arg("count"));
}

}  // namespace sojourn::python
