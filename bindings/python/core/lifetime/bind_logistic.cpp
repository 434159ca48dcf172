// Logistic regression for Python: columns in, the fit, predictions and their calibration out.
#include "sojourn/lifetime/logistic.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "frames/words.hpp"
#include "lifetime/held_regression.hpp"
#include "sojourn/stats/calibration.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// The rows of a fit, read once for it and for what is asked of it afterwards.
class held_logistic {
 public:
  held_logistic(const any_column& outcome, const feature_columns& features, const optional_column& count)
      : outcome_(arrow::as_flag(outcome, "outcome", "an outcome is 0 (stayed) or 1 (left)")) {
    for (const auto& [name, column] : features) features_.emplace_back(name, arrow::as_double(column, name));
    if (!count) return;
    count_ = arrow::as_int64(*count, "count");
    require_same_length(outcome_.view(), "outcome", count_.view(), "count");
  }

  [[nodiscard]] logistic_fit fit(const std::string& penalty, double strength, double level) const {
    logistic_rows rows{outcome_.view(), {}, {}};
    for (const auto& [name, column] : features_) rows.features.push_back({name, column.view()});
    if (count_.size() != 0) rows.count = count_.view();
    const logistic_options options{named<logistic_penalty>("penalty", penalty), strength, confidence_level(level)};
    const py::gil_scoped_release unlocked;
    return fit_logistic(rows, options);
  }

  [[nodiscard]] calibration_result calibration(const logistic_fit& fit, int bins, double level) const {
    const column<std::uint8_t> outcome = outcome_.view();
    std::vector<double> probability(outcome.size());
    std::vector<column<double>> views;
    for (const auto& held : features_) views.push_back(held.second.view());
    const py::gil_scoped_release unlocked;
    const std::vector<double> predicted = predict(fit, views);
    std::vector<std::int64_t> times(outcome.size(), 1);
    for (std::size_t row = 0; row < outcome.size(); ++row) {
      const double one = predicted.size() == outcome.size() ? predicted[row] : predicted[0];
      probability[row] = outcome.present(row) ? one : std::numeric_limits<double>::quiet_NaN();
      if (count_.size() != 0) times[row] = count_.view().present(row) ? count_.view()[row] : 0;
    }
    return calibration_of(probability, outcome.values(), times, bins, confidence_level(level));
  }

 private:
  arrow::held_column<std::uint8_t> outcome_;
  std::vector<std::pair<std::string, arrow::held_column<double>>> features_;
  arrow::held_column<std::int64_t> count_;
};

std::vector<double> predict_columns(const logistic_fit& fit, const feature_columns& features) {
  std::vector<arrow::held_column<double>> held;
  std::vector<column<double>> views;
  for (const auto& [name, column] : features) held.push_back(arrow::as_double(column, name));
  for (const auto& one : held) views.push_back(one.view());
  const py::gil_scoped_release unlocked;
  return predict(fit, views);
}

py::dict logistic_columns(const logistic_fit& fit) {
  using one = logistic_coefficient;
  return table(fit.coefficients)
      .add("feature", &one::name)
      .add("coef", &one::coef)
      .add("odds_ratio", &one::odds_ratio)
      .add("se", &one::standard_error)
      .add("low", &one::low)
      .add("high", &one::high)
      .add("p_value", &one::p_value)
      .add("note", [](const one& c) { return c.note.empty() ? std::nullopt : std::optional<std::string>(c.note); })
      .columns();
}

py::dict bin_columns(const calibration_result& found) {
  using one = reliability_bin;
  return table(found.bins)
      .add("from", &one::from)
      .add("to", &one::to)
      .add("n", &one::n)
      .add("events", &one::events)
      .add("predicted", &one::predicted)
      .add("observed", [](const one& bin) { return bin.observed.value; })
      .add("low", [](const one& bin) { return bin.observed.low; })
      .add("high", [](const one& bin) { return bin.observed.high; })
      .columns();
}

}  // namespace

void bind_logistic(py::module_& m) {
  py::class_<logistic_fit>(m, "LogisticFit")
      .def_property_readonly("status",
                             [](const logistic_fit& fit) {
                               return std::string(values_of(logistic_status{})[static_cast<std::size_t>(fit.status)]);
                             })
      .def("coefficients", &logistic_columns)
      .def_property_readonly("covariance", [](const logistic_fit& fit) { return square(fit.covariance); })
      .def_readonly("log_likelihood", &logistic_fit::log_likelihood)
      .def_readonly("penalised_log_likelihood", &logistic_fit::penalised_log_likelihood)
      .def_readonly("null_log_likelihood", &logistic_fit::null_log_likelihood)
      .def_readonly("accounts", &logistic_fit::accounts)
      .def_readonly("events", &logistic_fit::events)
      .def_readonly("rows_missing", &logistic_fit::rows_missing)
      .def("predict", &predict_columns, py::arg("features"));
  py::class_<calibration_result>(m, "Calibration")
      .def("bins", &bin_columns)
      .def_readonly("brier", &calibration_result::brier)
      .def_readonly("log_loss", &calibration_result::log_loss)
      .def_readonly("auc", &calibration_result::auc)
      .def_readonly("n", &calibration_result::n)
      .def_readonly("events", &calibration_result::events)
      .def_readonly("expected", &calibration_result::expected)
      .def_readonly("missing", &calibration_result::missing);
  py::class_<held_logistic>(m, "LogisticRows")
      .def(py::init<const any_column&, const feature_columns&, const optional_column&>(), py::arg("outcome"),
           py::arg("features"), py::arg("count"))
      .def("fit", &held_logistic::fit, py::arg("penalty"), py::arg("strength"), py::arg("level"))
      .def("calibration", &held_logistic::calibration, py::arg("fit"), py::arg("bins"), py::arg("level"));
}

}  // namespace sojourn::python
