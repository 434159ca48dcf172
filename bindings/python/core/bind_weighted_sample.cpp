// Weighted means, totals and ratios for Python: columns in, estimates out.
#include "sojourn/stats/weighted_sample.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/arrow/ordered_segments.hpp"
#include "sojourn/input/sample_rows.hpp"
#include "with_error.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using optional_column = std::optional<any_column>;

weighted_options options_of(std::uint32_t domain, double level, const std::string& method) {
  return {confidence_level(level), named<sampling_error>("method", method), domain};
}

/// The sample and the labels of its segments; rows without one have the code behind the last.
py::tuple sample_values(const any_column& values, const optional_column& weights, const optional_column& denominators,
                        const optional_column& cluster, const optional_column& strata, const optional_column& fpc,
                        const optional_column& by, const optional_column& count) {
  const auto value = arrow::as_double(values, "values");
  arrow::held_column<double> weight, denominator, population;
  arrow::held_column<std::int64_t> counts;
  arrow::segment_codes clusters, stratum, segment;
  if (weights) weight = arrow::as_double(*weights, "weights");
  if (denominators) denominator = arrow::as_double(*denominators, "denominators");
  if (fpc) population = arrow::as_double(*fpc, "fpc");
  if (count) counts = arrow::as_int64(*count, "count");
  if (cluster) clusters = arrow::as_ordered_segments(*cluster, "cluster");
  if (strata) stratum = arrow::as_ordered_segments(*strata, "strata");
  if (by) segment = arrow::as_segments(*by, "by");
  const sampled_values table{value.view(), weight.view(), denominator.view(), segment.codes.view(), counts.view()};
  const sample_design design{clusters.codes.view(), stratum.codes.view(), population.view()};
  const auto domains = static_cast<std::uint32_t>(segment.labels.size());
  std::unique_ptr<weighted_sample> sample;
  {
    const py::gil_scoped_release unlocked;
    sample = std::make_unique<weighted_sample>(sample_of(table, design, domains));
  }
  return py::make_tuple(segment.labels, std::move(sample));
}

}  // namespace

void bind_weighted_sample(py::module_& m) {
  py::class_<weighted_sample>(m, "WeightedSample")
      .def_property_readonly("zero_weight", &weighted_sample::zero_weight)
      .def(
          "rows_in", [](const weighted_sample& sample, std::uint32_t domain) { return sample.domain(domain).size(); },
          py::arg("domain"))
      .def(
          "mean",
          [](const weighted_sample& sample, std::uint32_t domain, double level, const std::string& method) {
            return with_error(weighted_mean(sample, options_of(domain, level, method)));
          },
          py::arg("domain"), py::arg("level"), py::arg("method"))
      .def(
          "total",
          [](const weighted_sample& sample, std::uint32_t domain, double level, const std::string& method) {
            return with_error(weighted_total(sample, options_of(domain, level, method)));
          },
          py::arg("domain"), py::arg("level"), py::arg("method"))
      .def(
          "ratio",
          [](const weighted_sample& sample, std::uint32_t domain, double level, const std::string& method) {
            return with_error(weighted_ratio(sample, options_of(domain, level, method)));
          },
          py::arg("domain"), py::arg("level"), py::arg("method"));
  m.def("sample_values", &sample_values, py::arg("values"), py::kw_only(), py::arg("weights"), py::arg("denominators"),
        py::arg("cluster"), py::arg("strata"), py::arg("fpc"), py::arg("by"), py::arg("count"));
}

}  // namespace sojourn::python
