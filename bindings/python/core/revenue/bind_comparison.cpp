// Rates compared, drawn again, and what change could be seen at all.
#include <pybind11/stl.h>

#include <string>
#include <string_view>

#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/stats/comparison.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

revenue_rate rate_named(const std::string& word) {
  return named<revenue_rate>("metric", word,
                             {{"logo_churn", revenue_rate::logo_churn},
                              {"logo_retention", revenue_rate::logo_retention},
                              {"mrr_churn", revenue_rate::gross_mrr_churn},
                              {"gross_mrr_churn", revenue_rate::gross_mrr_churn},
                              {"net_mrr_churn", revenue_rate::net_mrr_churn},
                              {"nrr", revenue_rate::nrr},
                              {"grr", revenue_rate::grr}});
}

rate_options options_of(const revenue_policy& policy, double level, const std::string& method) {
  return {policy, confidence_level{level},
          named<ratio_interval>("method", method,
                                {{"score", ratio_interval::score}, {"linearised", ratio_interval::linearised}})};
}

py::dict told(const comparison& c) {
  return py::dict(py::arg("first") = c.first, py::arg("second") = c.second, py::arg("difference") = c.difference,
                  py::arg("p_value") = c.p_value, py::arg("correlation") = c.correlation);
}

py::dict shares(std::int64_t x1, std::int64_t n1, std::int64_t x2, std::int64_t n2, double level,
                const std::string& method) {
  const auto test = named<share_test>(
      "method", method, {{"score", share_test::score}, {"fisher", share_test::fisher}, {"barnard", share_test::barnard}});
  comparison found;
  {
    const py::gil_scoped_release released;
    found = compare_shares(x1, n1, x2, n2, {confidence_level{level}, test});
  }
  return told(found);
}

using span_days = std::pair<std::int32_t, std::int32_t>;
day_window window(span_days days) {
  return {day{days.first}, day{days.second}};
}

py::dict periods(const keyed_ledger& l, const std::string& metric, span_days first, span_days second,
                 const revenue_policy& policy, double level, const std::string& method) {
  const rate_options options = options_of(policy, level, method);
  const revenue_rate rate = rate_named(metric);
  comparison found;
  {
    const py::gil_scoped_release released;
    found = compare_periods(l.book, rate, window(first), window(second), options);
  }
  return told(found);
}

/// Accounts with rows in both ledgers, by key; keys of different types are different accounts.
std::int64_t shared_accounts(const keyed_ledger& a, const keyed_ledger& b) {
  if (a.keys->holds_text() != b.keys->holds_text()) return 0;
  std::int64_t shared = 0;
  for (std::uint32_t i = 0; i < a.book.accounts(); ++i) {
    if (a.book.steps(account{i}).empty()) continue;
    const std::string key = a.keys->key(account{i});
    const auto found = b.keys->holds_text() ? b.keys->find(std::string_view(key))
                                            : b.keys->find(static_cast<std::int64_t>(std::stoll(key)));
    shared += found && found->index < b.book.accounts() && !b.book.steps(*found).empty();
  }
  return shared;
}

py::dict segments(const keyed_ledger& a, span_days first, const keyed_ledger& b, span_days second, const std::string& metric,
                  const revenue_policy& policy, double level, const std::string& method) {
  const rate_options options = options_of(policy, level, method);
  const revenue_rate rate = rate_named(metric);
  comparison found;
  {
    const py::gil_scoped_release released;
    if (const std::int64_t shared = shared_accounts(a, b); shared > 0) {
      throw schema_error("the two ledgers share " + std::to_string(shared) +
                         " accounts; segments share none (two periods of one ledger may)");
    }
    found = compare_segments(a.book, window(first), b.book, window(second), rate, options);
  }
  return told(found);
}

estimate one_rate(const keyed_ledger& l, const std::string& metric, span_days days, const revenue_policy& policy,
                  double level, const std::string& method) {
  const rate_options options = options_of(policy, level, method);
  const revenue_rate rate = rate_named(metric);
  const py::gil_scoped_release released;
  return read_rate(l.book, rate, window(days), options)(options.level);
}

estimate drawn_again(const keyed_ledger& l, const std::string& metric, span_days days, const revenue_policy& policy,
                     double level, std::int64_t replicates, std::uint64_t seed, std::size_t threads) {
  const rate_options options{policy, confidence_level{level}};
  const revenue_rate rate = rate_named(metric);
  const py::gil_scoped_release released;
  return bootstrap_rate(l.book, rate, window(days), options, replicates, seed, thread_executor(threads));
}

}  // namespace

void bind_comparison(py::module_& m) {
  m.def("compare_shares", &shares, py::arg("successes1"), py::arg("n1"), py::arg("successes2"), py::arg("n2"),
        py::arg("level"), py::arg("method"));
  m.def("compare_periods", &periods, py::arg("ledger"), py::arg("metric"), py::arg("first"), py::arg("second"),
        py::arg("policy"), py::arg("level"), py::arg("method"));
  m.def("compare_segments", &segments, py::arg("first_ledger"), py::arg("first"), py::arg("second_ledger"),
        py::arg("second"), py::arg("metric"), py::arg("policy"), py::arg("level"), py::arg("method"));
  m.def("read_rate", &one_rate, py::arg("ledger"), py::arg("metric"), py::arg("days"), py::arg("policy"), py::arg("level"),
        py::arg("method"));
  m.def("bootstrap_rate", &drawn_again, py::arg("ledger"), py::arg("metric"), py::arg("days"), py::arg("policy"),
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
