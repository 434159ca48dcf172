// What customers without a contract are worth, for Python.
#include "sojourn/lifetime/customer_value.hpp"

#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/number_or_none.hpp"
#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "lifetime/held_purchases.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using matrix = std::vector<std::vector<double>>;

template <std::size_t Cells>
void copy_covariance(const matrix& from, std::array<double, Cells>& to) {
  std::size_t at = 0;
  for (const auto& row : from) {
    for (const double cell : row) {
      if (at < Cells) to[at] = cell;
      ++at;
    }
  }
  if (at != Cells) throw schema_error("covariance: as many rows and columns as parameters");
}

py::dict value_columns(const std::string& model, const std::vector<double>& purchases, const matrix& purchases_covariance,
                       const std::vector<double>& spend, const matrix& spend_covariance, const any_column& x,
                       const any_column& t_x, const any_column& T, const any_column& mean, double horizon, double rate,
                       double margin, double level) {
  customer_models models{.purchases = purchase_parameters_of(model, purchases), .spend = spend_parameters_of(spend)};
  copy_covariance(purchases_covariance, models.purchases_covariance);
  copy_covariance(spend_covariance, models.spend_covariance);
  const customer_value_options options{horizon, rate, margin, confidence_level{level}};
  const held_purchases rows(x, t_x, T);
  const auto amounts = arrow::as_double(mean, "mean");
  std::vector<customer_worth> found;
  {
    const py::gil_scoped_release unlocked;
    const interruptible_threads host;
    found = customer_value(models, rows.view(), amounts.view(), options, any_executor(host));
  }
  const auto known = [](double customer_worth::* field) {
    return [field](const customer_worth& one) { return number_or_none(one.*field); };
  };
  return table(found)
      .add("p_alive", known(&customer_worth::p_alive))
      .add("purchases", known(&customer_worth::purchases))
      .add("mean_amount", known(&customer_worth::mean_amount))
      .add("value", known(&customer_worth::value))
      .add("low", known(&customer_worth::low))
      .add("high", known(&customer_worth::high))
      .columns();
}

}  // namespace

void bind_customer_value(py::module_& m) {
  m.def("customer_value", &value_columns, py::arg("model"), py::arg("purchases"), py::arg("purchases_covariance"),
        py::arg("spend"), py::arg("spend_covariance"), py::arg("x"), py::arg("t_x"), py::arg("T"), py::arg("mean"),
        py::kw_only(), py::arg("horizon"), py::arg("rate"), py::arg("margin"), py::arg("level"));
}

}  // namespace sojourn::python
