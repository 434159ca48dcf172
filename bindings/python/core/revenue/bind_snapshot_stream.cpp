// Month snapshots that come in batches.
#include "interruptible_threads.hpp"
#include "sojourn/arrow/moments.hpp"
#include "sojourn/arrow/ordered_accounts.hpp"
#include "sojourn/revenue/snapshot_stream.hpp"

#include <pybind11/stl.h>

#include <map>
#include <mutex>

#include "revenue/bind_revenue.hpp"
#include "revenue/month_numbers.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/input/amount_period.hpp"
#include "sojourn/revenue/parts/revenue_partial.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// Accounts of any type, one batch after the other; calls of several threads wait for each other.
class column_stream {
 public:
  column_stream(std::int32_t first, std::int32_t months_each, std::int32_t count, std::int32_t as_of,
                const revenue_policy& policy)
      : stream_(grid_of(first, months_each, count), month{as_of}, policy) {}

  void add(const any_column& accounts, const any_column& months, const any_column& amounts, int exponent,
           const std::vector<std::string>& names, std::size_t threads) {
    const py::gil_scoped_release released;
    const std::scoped_lock alone(mutex_);
    arrow::ordered_accounts order = order_;
    const auto account = order.number(accounts, names.at(0));
    const auto when = month_numbers(months, names.at(1));
    const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
    const interruptible_threads host(threads);
    stream_.add(snapshots_by_id{account.view(), when.view(), amount.view(), ticks_per_minor_of(names[2])}, host);
    order_ = std::move(order);
  }

  [[nodiscard]] py::tuple states(std::size_t threads) {
    snapshot_state state;
    {
      const py::gil_scoped_release released;
      const std::scoped_lock alone(mutex_);
      const interruptible_threads host(threads);
      state = stream_.state(host);
    }
    const std::map<std::string, std::int64_t> shown{
        {"rows", state.rows}, {"free_rows", state.free_rows}, {"future_rows", state.future_rows}};
    const std::int32_t known_until = state.revenue.known_until.since_epoch;
    return py::make_tuple(revenue_partial{{}, std::move(state.revenue)}, std::move(state.cohorts), shown, known_until);
  }

 private:
  std::mutex mutex_;
  snapshot_stream stream_;
  arrow::ordered_accounts order_;
};

}  // namespace

void bind_snapshot_stream(py::module_& m) {
  py::class_<column_stream>(m, "SnapshotStream")
      .def(py::init<std::int32_t, std::int32_t, std::int32_t, std::int32_t, const revenue_policy&>(), py::arg("first"),
           py::arg("months_each"), py::arg("count"), py::arg("as_of"), py::arg("policy"))
      .def("add", &column_stream::add, py::arg("account"), py::arg("month"), py::arg("mrr"), py::arg("exponent"),
           py::arg("names"), py::arg("threads"))
      .def("states", &column_stream::states, py::arg("threads"));
}

}  // namespace sojourn::python
