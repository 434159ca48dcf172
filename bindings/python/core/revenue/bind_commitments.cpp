// When prepaid commitments run out.
#include "sojourn/revenue/explain/commitments.hpp"

#include <pybind11/stl.h>

#include "frames/table.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict outlooks(const book& of, const reading& how, std::int32_t months) {
  const std::vector<commitment_outlook> rows = [&] {
    const py::gil_scoped_release released;
    return commitments(of, how, months);
  }();
  py::dict columns = table(rows)
                         .add("start", &commitment_outlook::start)
                         .add("end", &commitment_outlook::end)
                         .add("committed", &commitment_outlook::committed)
                         .add("drawn", &commitment_outlook::drawn)
                         .add("remaining", &commitment_outlook::remaining)
                         .add("consumed", &commitment_outlook::consumed)
                         .add("months", &commitment_outlook::months)
                         .add("status", &commitment_outlook::status)
                         .add("runs_out", &commitment_outlook::runs_out)
                         .add("earliest", &commitment_outlook::earliest)
                         .add("latest", &commitment_outlook::latest)
                         .columns();
  py::list accounts, subscriptions, reasons;
  for (const commitment_outlook& row : rows) {
    accounts.append(key_object(*how.ledger.keys, row.who));
    subscriptions.append(row.subscription ? key_object(of.subscription_keys(), *row.subscription) : py::none());
    reasons.append(row.reason.empty() ? py::none() : py::cast(std::string(row.reason)));
  }
  columns["account"] = accounts, columns["subscription"] = subscriptions, columns["reason"] = reasons;
  return columns;
}

}  // namespace

void bind_commitments(py::module_& m) {
  m.def("commitments", &outlooks, py::arg("book"), py::arg("reading"), py::arg("months"));
}

}  // namespace sojourn::python
