// Concentration for Python: of a column of values, all rows or by segment, and of the MRR of a ledger.
#include "sojourn/stats/concentration.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/revenue/mrr_concentration.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

bool holds_integers(arrow::kind kind) {
  return kind >= arrow::kind::int8 && kind <= arrow::kind::uint64;
}

concentration_options options_of(std::vector<std::int64_t> top, const std::string& zeros, bool as_population,
                                 std::int64_t replicates, std::uint64_t seed, double level) {
  concentration_options options;
  options.top = std::move(top);
  options.zeros = named<zero_holders>("zeros", zeros);
  options.holders = as_population ? holders_are::population : holders_are::sample;
  options.bootstrap = {replicates, seed, confidence_level(level)};
  return options;
}

/// The present values of each segment; missing ones are NaN, or counted apart where they are integers.
template <class Value>
struct split_values {
  std::vector<std::vector<Value>> of;
  std::vector<std::int64_t> missing;
};

template <class Value>
split_values<Value> split(const column<Value>& values, const arrow::segment_codes* by) {
  const std::size_t segments = by == nullptr ? 1 : by->labels.size() + 1;
  split_values<Value> found{std::vector<std::vector<Value>>(segments), std::vector<std::int64_t>(segments)};
  const column<std::uint32_t> codes = by == nullptr ? column<std::uint32_t>{} : by->codes.view();
  for (std::size_t row = 0; row < values.size(); ++row) {
    const std::size_t segment = by == nullptr ? 0 : codes.present(row) ? codes[row] : segments - 1;
    if (values.present(row))
      found.of[segment].push_back(values[row]);
    else
      ++found.missing[segment];
  }
  return found;
}

template <class Value>
std::vector<concentration_result> read_each(const column<Value>& values, const arrow::segment_codes* by,
                                            const concentration_options& options, const bulk_draws& bulk) {
  if (by != nullptr) {
    require_same_length(values, "values", by->codes.view(), "by");
    (void)read_each<Value>(values, nullptr, {.top = {}}, {});  // errors name the row of the whole column
  }
  if (by == nullptr && !values.may_have_missing()) return {concentration(values.values(), options, bulk)};
  const split_values<Value> parts = split(values, by);
  std::vector<concentration_result> found;
  for (std::size_t i = 0; i < parts.of.size(); ++i) {
    found.push_back(concentration(std::span<const Value>(parts.of[i]), options, bulk));
    found.back().missing += parts.missing[i];
  }
  return found;
}

py::tuple concentration_of(const any_column& values, const std::optional<any_column>& by, std::vector<std::int64_t> top,
                           const std::string& zeros, bool as_population, std::int64_t replicates, std::uint64_t seed,
                           double level) {
  const concentration_options options = options_of(std::move(top), zeros, as_population, replicates, seed, level);
  std::optional<arrow::segment_codes> segment;
  if (by) segment = arrow::as_segments(*by, "by");
  const arrow::segment_codes* codes = segment ? &*segment : nullptr;
  const interruptible_threads host;
  const auto draws = [&](std::size_t n, sojourn::detail::task_ref draw) { host.bulk(n, draw); };
  std::vector<concentration_result> found;
  if (holds_integers(values.type())) {
    const auto held = arrow::as_int64(values, "values");
    const py::gil_scoped_release unlocked;
    found = read_each(held.view(), codes, options, draws);
  } else {
    const auto held = arrow::as_double(values, "values");
    const py::gil_scoped_release unlocked;
    found = read_each(held.view(), codes, options, draws);
  }
  return py::make_tuple(segment ? segment->labels : std::vector<std::string>{}, found);
}

}  // namespace

void bind_concentration(py::module_& m) {
  py::class_<concentration_result>(m, "Concentration")
      .def_readonly("hhi", &concentration_result::hhi)
      .def_readonly("effective", &concentration_result::effective)
      .def_readonly("gini", &concentration_result::gini)
      .def_readonly("gini_sample", &concentration_result::gini_sample)
      .def_readonly("shares", &concentration_result::shares)
      .def_readonly("top", &concentration_result::top)
      .def_readonly("total", &concentration_result::total)
      .def_readonly("left_out", &concentration_result::left_out)
      .def_readonly("missing", &concentration_result::missing);
  m.def("concentration", &concentration_of, py::arg("values"), py::kw_only(), py::arg("by"), py::arg("top"),
        py::arg("zeros"), py::arg("as_population"), py::arg("replicates"), py::arg("seed"), py::arg("level"));
  m.def(
      "mrr_concentration",
      [](const keyed_ledger& book, std::int32_t end, std::vector<std::int64_t> top, const std::string& zeros,
         bool as_population, std::int64_t replicates, std::uint64_t seed, double level) {
        const concentration_options options = options_of(std::move(top), zeros, as_population, replicates, seed, level);
        const py::gil_scoped_release unlocked;
        const interruptible_threads host;
        return mrr_concentration(book, day{end}, options,
                                 [&](std::size_t n, sojourn::detail::task_ref draw) { host.bulk(n, draw); });
      },
      py::arg("ledger"), py::arg("end_day"), py::kw_only(), py::arg("top"), py::arg("zeros"), py::arg("as_population"),
      py::arg("replicates"), py::arg("seed"), py::arg("level"));
}

}  // namespace sojourn::python
