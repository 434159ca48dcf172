// Models of purchases for Python: columns in, the fit and what is read from its parameters out.
#include "sojourn/lifetime/purchases.hpp"

#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "lifetime/held_purchases.hpp"
#include "lifetime/held_regression.hpp"
#include "sojourn/lifetime/fitted_parameter.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

purchase_fit fit_columns(const any_column& x, const any_column& t_x, const any_column& T, const std::string& model,
                         const optional_column& count, double penalty) {
  const auto chosen = named<purchase_model>("model", model);
  const held_purchases rows(x, t_x, T, count);
  const py::gil_scoped_release unlocked;
  const interruptible_threads host;
  return fit_purchases(rows.view(), chosen, {penalty}, any_executor(host));
}

/// What `values` says of each row, with all processors and without Python's lock.
template <class Values>
any_column read_rows(const std::string& model, const std::vector<double>& parameters, const any_column& x,
                     const any_column& t_x, const any_column& T, const Values& values) {
  const purchase_parameters of = purchase_parameters_of(model, parameters);
  const held_purchases rows(x, t_x, T);
  std::vector<double> found;
  {
    const py::gil_scoped_release unlocked;
    const interruptible_threads host;
    found = values(of, rows.view(), any_executor(host));
  }
  return known_numbers(std::move(found));
}

/// A function of the rows alone.
template <auto Function>
any_column read_each(const std::string& model, const std::vector<double>& parameters, const any_column& x,
                     const any_column& t_x, const any_column& T) {
  return read_rows(model, parameters, x, t_x, T, Function);
}

double total_log_likelihood(const std::string& model, const std::vector<double>& parameters, const any_column& x,
                            const any_column& t_x, const any_column& T, const optional_column& count) {
  const purchase_parameters of = purchase_parameters_of(model, parameters);
  const held_purchases rows(x, t_x, T, count);
  const py::gil_scoped_release unlocked;
  const interruptible_threads host;
  return log_likelihood(of, rows.view(), any_executor(host));
}

any_column conditional_column(const std::string& model, const std::vector<double>& parameters, double horizon,
                              const any_column& x, const any_column& t_x, const any_column& T) {
  return read_rows(model, parameters, x, t_x, T, [horizon](const auto& of, const auto& rows, const auto& host) {
    return conditional_expected_purchases(of, horizon, rows, host);
  });
}

any_column discounted_column(const std::string& model, const std::vector<double>& parameters, const any_column& x,
                             const any_column& t_x, const any_column& T, double rate) {
  return read_rows(model, parameters, x, t_x, T, [rate](const auto& of, const auto& rows, const auto& host) {
    return discounted_residual(of, rows, rate, host);
  });
}

std::vector<std::string> names_of(const std::string& model) {
  const auto names = parameter_names(named<purchase_model>("model", model));
  return {names.begin(), names.end()};
}

/// parameter, value, standard_error, low, high.
py::dict parameter_columns(const std::vector<std::string>& names, const std::vector<double>& values,
                           const std::vector<std::vector<double>>& covariance, double level) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::vector<double> flat;
  for (const auto& row : covariance) flat.insert(flat.end(), row.begin(), row.end());
  const auto shown = fitted_parameters(views, values, flat, confidence_level{level});
  return table(shown)
      .add("parameter", &fitted_parameter::name)
      .add("value", &fitted_parameter::value)
      .add("standard_error", &fitted_parameter::standard_error)
      .add("low", &fitted_parameter::low)
      .add("high", &fitted_parameter::high)
      .columns();
}

}  // namespace

void bind_purchases(py::module_& m) {
  py::class_<purchase_fit>(m, "PurchaseFit")
      .def_property_readonly("status", [](const purchase_fit& fit) { return word_of(fit.status); })
      .def_readonly("note", &purchase_fit::note)
      .def_property_readonly("params", [](const purchase_fit& fit) { return fit.parameters.values; })
      .def_property_readonly("covariance",
                             [](const purchase_fit& fit) { return square({fit.covariance.begin(), fit.covariance.end()}); })
      .def_readonly("log_likelihood", &purchase_fit::log_likelihood)
      .def_readonly("gradient_norm", &purchase_fit::gradient_norm)
      .def_readonly("condition_number", &purchase_fit::condition_number)
      .def_readonly("steps", &purchase_fit::steps)
      .def_readonly("customers", &purchase_fit::customers)
      .def_readonly("distinct", &purchase_fit::distinct)
      .def_readonly("purchases", &purchase_fit::purchases)
      .def_readonly("rows_missing", &purchase_fit::rows_missing);

  m.def("fit_purchases", &fit_columns, py::arg("x"), py::arg("t_x"), py::arg("T"), py::kw_only(), py::arg("model"),
        py::arg("count") = py::none(), py::arg("penalty") = 0.0);
  m.def("purchase_parameter_names", &names_of, py::arg("model"));
  m.def("fitted_parameters", &parameter_columns, py::arg("names"), py::arg("values"), py::arg("covariance"), py::kw_only(),
        py::arg("level"));
  m.def("purchase_log_likelihood", &total_log_likelihood, py::arg("model"), py::arg("params"), py::arg("x"), py::arg("t_x"),
        py::arg("T"), py::kw_only(), py::arg("count") = py::none());
  m.def("purchase_log_likelihoods", &read_each<&log_likelihoods>, py::arg("model"), py::arg("params"), py::arg("x"),
        py::arg("t_x"), py::arg("T"));
  m.def("p_alive", &read_each<&p_alive>, py::arg("model"), py::arg("params"), py::arg("x"), py::arg("t_x"), py::arg("T"));
  m.def("log_p_alive", &read_each<&log_p_alive>, py::arg("model"), py::arg("params"), py::arg("x"), py::arg("t_x"),
        py::arg("T"));
  m.def(
      "expected_purchases",
      [](const std::string& model, const std::vector<double>& params, const any_column& t) {
        const purchase_parameters of = purchase_parameters_of(model, params);
        const auto times = arrow::as_double(t, "t");
        std::vector<double> found;
        for (std::size_t row = 0; row < times.size(); ++row)
          found.push_back(times.view().present(row) ? expected_purchases(of, times.view()[row]) : purchase_fit::undefined);
        return known_numbers(std::move(found));
      },
      py::arg("model"), py::arg("params"), py::arg("t"));
  m.def("conditional_expected_purchases", &conditional_column, py::arg("model"), py::arg("params"), py::arg("horizon"),
        py::arg("x"), py::arg("t_x"), py::arg("T"));
  m.def(
      "purchase_probability",
      [](const std::string& model, const std::vector<double>& params, const any_column& n, double t) {
        const purchase_parameters of = purchase_parameters_of(model, params);
        const auto counts = arrow::as_int64(n, "n");
        std::vector<double> found;
        for (std::size_t row = 0; row < counts.size(); ++row)
          found.push_back(counts.view().present(row) ? purchase_probability(of, counts.view()[row], t)
                                                     : purchase_fit::undefined);
        return known_numbers(std::move(found));
      },
      py::arg("model"), py::arg("params"), py::arg("n"), py::arg("t"));
  m.def("discounted_residual", &discounted_column, py::arg("model"), py::arg("params"), py::arg("x"), py::arg("t_x"),
        py::arg("T"), py::kw_only(), py::arg("rate"));
}

}  // namespace sojourn::python
