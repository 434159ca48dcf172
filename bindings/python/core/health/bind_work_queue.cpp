// Whom to call first, for Python.
#include "sojourn/health/book/work_queue.hpp"

#include <string>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

py::dict queue_columns(const h::work_queue& queue, const std::vector<std::string>& owners) {
  using item = h::queue_item;
  const auto probabilities = static_cast<std::int64_t>(queue.items.size()) - queue.by_score;
  auto columns = table(queue.items);
  columns.add("row", &item::row)
      .add_places("owner", &item::owner, owners)
      .add("rank", [](const item& one) { return static_cast<std::int32_t>(one.rank); })
      .add("risk", &item::risk);
  if (probabilities > 0) columns.add("at_risk", &item::at_risk);
  if (queue.by_score > 0 || probabilities == 0) columns.add("score_shortfall_value", &item::score_shortfall_value);
  if (queue.by_effect > 0) columns.add("can_be_saved", &item::can_be_saved);
  return columns.add("priority", &item::priority)
      .add("ordered_by", &item::order)
      .add("within_capacity", [](const item& one) { return one.place == h::queue_place::within_capacity; })
      .columns();
}

/// One row per owner; the last one, without a name, holds the accounts without an owner.
py::dict load_columns(const h::work_queue& queue, const std::vector<std::string>& owners) {
  using load = h::owner_load;
  const auto name = [&](const load& one) {
    return one.owner < owners.size() ? std::optional<std::string>(owners[one.owner]) : std::nullopt;
  };
  const std::vector<load> loads = queue.loads_with_accounts();
  const auto probabilities = static_cast<std::int64_t>(queue.items.size()) - queue.by_score;
  auto columns = table(loads);
  columns.add("owner", name)
      .add("accounts", &load::accounts)
      .add("effort", &load::effort)
      .add("overload", &load::overload)
      .add("beyond", &load::beyond)
      .add("overdue", &load::overdue)
      .add("value", &load::value);
  if (probabilities > 0) columns.add("at_risk", &load::at_risk);
  if (queue.by_score > 0 || probabilities == 0) columns.add("score_shortfall_value", &load::score_shortfall_value);
  return columns.add("csms_needed", &load::csms_needed).columns();
}

py::dict work_queue(const arrow::roles& given, double capacity, double overdue_bonus, double unknown_risk) {
  arrow::role_columns columns(given);
  const auto& owner = columns.segments("owner");
  h::queue_input rows;
  rows.value = columns.int64("value");
  rows.p_churn = columns.doubles("p_churn");
  rows.score = columns.doubles("score");
  rows.days_overdue = columns.int32("days_overdue").values();
  rows.effect = columns.doubles("effect");
  rows.effort = columns.doubles("effort");
  rows.owner = owner.codes.view();
  rows.owners = owner.labels.size();
  h::work_queue queue;
  {
    const py::gil_scoped_release release;
    queue = h::make_work_queue(rows, {capacity, overdue_bonus, unknown_risk});
  }
  py::dict counts;
  counts["csms_needed"] = queue.csms_needed;
  counts["effort"] = queue.effort;
  counts["risk_assumed"] = queue.unknown_risk;
  counts["missing_value"] = queue.missing_value;
  counts["by_effect"] = queue.by_effect;
  return py::dict(py::arg("columns") = queue_columns(queue, owner.labels),
                  py::arg("load") = load_columns(queue, owner.labels), py::arg("counts") = counts);
}

}  // namespace

void bind_work_queue(py::module_& m) {
  m.def("work_queue", &work_queue, py::arg("columns"), py::arg("capacity"), py::arg("overdue_bonus"),
        py::arg("unknown_risk"));
}

}  // namespace sojourn::python
