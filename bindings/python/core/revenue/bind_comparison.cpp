// Rates compared, the bootstrap of a rate, and the smallest change that could be noticed.
#include "sojourn/revenue/explain/comparison.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/stats/comparison.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// In Python the gross churn of MRR is also called mrr_churn.
revenue_rate rate_named(const std::string& word) {
  return named<revenue_rate>("metric", word == "mrr_churn" ? "gross_mrr_churn" : word);
}

py::dict comparison_dict(const comparison& c) {
  return py::dict(py::arg("first") = c.first, py::arg("second") = c.second, py::arg("difference") = c.difference,
                  py::arg("p_value") = c.p_value, py::arg("correlation") = c.correlation);
}

/// Runs `compare` without the lock of Python.
template <class Compare>
py::dict compared(const Compare& compare) {
  const comparison found = [&] {
    const py::gil_scoped_release released;
    return compare();
  }();
  return comparison_dict(found);
}

py::dict shares_compared(std::int64_t x1, std::int64_t n1, std::int64_t x2, std::int64_t n2, double level,
                         const std::string& method) {
  const auto test = named<share_test>("method", method);
  return compared([&] { return compare_shares(x1, n1, x2, n2, {confidence_level{level}, test}); });
}

py::dict periods_compared(const keyed_ledger& l, const std::string& metric, span_days first, span_days second,
                          const revenue_policy& policy, double level, const std::string& method) {
  const rate_options options = rate_options_of(policy, level, method);
  const revenue_rate rate = rate_named(metric);
  return compared([&] { return compare_periods(l, rate, window_from(first), window_from(second), options); });
}

py::dict segments(const keyed_ledger& a, span_days first, const keyed_ledger& b, span_days second, const std::string& metric,
                  const revenue_policy& policy, double level, const std::string& method) {
  const rate_options options = rate_options_of(policy, level, method);
  const revenue_rate rate = rate_named(metric);
  return compared([&] { return compare_segments(a, window_from(first), b, window_from(second), rate, options); });
}

estimate one_rate(const keyed_ledger& l, const std::string& metric, span_days days, const revenue_policy& policy,
                  double level, const std::string& method) {
  const rate_options options = rate_options_of(policy, level, method);
  const revenue_rate rate = rate_named(metric);
  const py::gil_scoped_release released;
  return read_rate(l, rate, window_from(days), options)(options.level);
}

estimate bootstrapped(const keyed_ledger& l, const std::string& metric, span_days days, const revenue_policy& policy,
                      double level, std::int64_t replicates, std::uint64_t seed, std::size_t threads) {
  const rate_options options{policy, confidence_level{level}};
  const revenue_rate rate = rate_named(metric);
  const py::gil_scoped_release released;
  return bootstrap_rate(l, rate, window_from(days), options, replicates, seed, interruptible_threads(threads));
}

}  // namespace

void bind_comparison(py::module_& m) {
  m.def("compare_shares", &shares_compared, py::arg("successes1"), py::arg("n1"), py::arg("successes2"), py::arg("n2"),
        py::arg("level"), py::arg("method"));
  m.def("compare_periods", &periods_compared, py::arg("ledger"), py::arg("metric"), py::arg("first"), py::arg("second"),
        py::arg("policy"), py::arg("level"), py::arg("method"));
  m.def("compare_segments", &segments, py::arg("first_ledger"), py::arg("first"), py::arg("second_ledger"),
        py::arg("second"), py::arg("metric"), py::arg("policy"), py::arg("level"), py::arg("method"));
  m.def("read_rate", &one_rate, py::arg("ledger"), py::arg("metric"), py::arg("days"), py::arg("policy"), py::arg("level"),
        py::arg("method"));
  m.def("bootstrap_rate", &bootstrapped, py::arg("ledger"), py::arg("metric"), py::arg("days"), py::arg("policy"),
        py::arg("level"), py::arg("replicates"), py::arg("seed"), py::arg("threads"));
  m.def(
      "detectable_share",
      [](double baseline, std::int64_t n1, std::int64_t n2, double level, double power) {
        const auto found = detectable_share(baseline, n1, n2, {level, power});
        return py::make_tuple(found.rise, found.fall);
      },
      py::arg("baseline"), py::arg("n1"), py::arg("n2"), py::arg("level"), py::arg("power"));
  m.def(
      "detectable_difference",
      [](double variance1, double variance2, double level, double power) {
        return detectable_difference(variance1, variance2, 0, {level, power});
      },
      py::arg("variance1"), py::arg("variance2"), py::arg("level"), py::arg("power"));
  m.def("normal_quantile", [](double level) { return confidence_level(level).normal_quantile(); }, py::arg("level"));
}

}  // namespace sojourn::python
