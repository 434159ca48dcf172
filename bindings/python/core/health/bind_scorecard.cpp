// Scorecards for Python: columns in, scores and their parts out; everything between runs without the GIL.
#include "interruptible_threads.hpp"
#include "sojourn/health/card/day_inputs.hpp"
#include "sojourn/health/card/scorecard.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/diagnostics.hpp"
#include "health/distribution_rows.hpp"
#include "health/scored_book.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;
namespace h = health;

/// The arrays of a result that is no longer in use; new ones where one of its columns still is.
std::shared_ptr<h::scores> take_arrays(const py::object& out) {
  if (out.is_none()) return std::make_shared<h::scores>();
  auto taken = std::exchange(out.cast<scored_book&>().result, std::make_shared<const h::scores>());
  return taken.use_count() == 1 ? std::const_pointer_cast<h::scores>(std::move(taken)) : std::make_shared<h::scores>();
}

scored_book score_book(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, const py::object& previous,
                       std::size_t threads, const std::optional<py::dict>& previous_signals,
                       const h::placed_manual_values* manual, const py::object& out) {
  const arrow::held_signals held = hold(columns);
  const scoring_context context(card, as_of, previous, previous_signals, manual);
  auto result = take_arrays(out);
  const py::gil_scoped_release release;
  h::score_into(*result, card, held.views, context.options, interruptible_threads(threads));
  return {card, std::move(result)};
}

using shared_parts = std::shared_ptr<const h::contributions>;

shared_parts explain(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                     const std::optional<py::dict>& previous_signals, const py::object& previous,
                     const h::placed_manual_values* manual) {
  const arrow::held_signals held = hold(columns);
  const scoring_context context(card, as_of, previous, previous_signals, manual);
  const py::gil_scoped_release release;
  return std::make_shared<const h::contributions>(
      h::explain(card, held.views, context.options, interruptible_threads(threads)));
}

/// One column per signal, without a copy.
py::dict lend_parts(const h::scorecard& card, const shared_parts& parts, const std::vector<double>& values) {
  py::dict out;
  for (std::size_t k = 0; k < parts->signals; ++k) {
    out[py::str(card.spec().signals[k].name)] =
        any_column::borrow(kind::float64, values.data() + k * parts->rows, parts->rows, nullptr, 0, parts);
  }
  return out;
}

py::dict contribution_columns(const h::scorecard& card, const py::dict& columns, bool lost, std::int32_t as_of,
                              std::size_t threads, const std::optional<py::dict>& previous_signals,
                              const py::object& previous, const h::placed_manual_values* manual) {
  const shared_parts parts = explain(card, columns, as_of, threads, previous_signals, previous, manual);
  py::dict out = lend_parts(card, parts, lost ? parts->lost : parts->points);
  if (!lost && !parts->base.empty()) {
    out["(base)"] = any_column::from(parts->base);
    out["(cut)"] = any_column::from(parts->cut);
  }
  return out;
}

py::tuple both_parts(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                     const std::optional<py::dict>& previous_signals, const py::object& previous,
                     const h::placed_manual_values* manual) {
  const shared_parts parts = explain(card, columns, as_of, threads, previous_signals, previous, manual);
  return py::make_tuple(lend_parts(card, parts, parts->points), lend_parts(card, parts, parts->lost));
}

/// What rules and values by hand did, in points.
py::dict adjustment_columns(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                            const std::optional<py::dict>& previous_signals, const py::object& previous,
                            const h::placed_manual_values* manual) {
  const shared_parts parts = explain(card, columns, as_of, threads, previous_signals, previous, manual);
  using a = h::adjustment;
  const std::vector<a> rows = parts->adjustments.empty() ? std::vector<a>(parts->rows) : parts->adjustments;
  return table(rows)
      .add("smoothing", &a::smoothing)
      .add("group", &a::group)
      .add("add", &a::add)
      .add("floor", &a::floor)
      .add("set", &a::set)
      .add("cap", &a::cap)
      .add("clamp", &a::clamp)
      .columns();
}

py::dict driver_columns(const h::scorecard& card, const py::dict& columns, std::size_t top, std::int32_t as_of,
                        std::size_t threads, const std::optional<py::dict>& previous_signals, const py::object& previous,
                        const h::placed_manual_values* manual) {
  const auto found = h::drivers(*explain(card, columns, as_of, threads, previous_signals, previous, manual), top);
  return table(found)
      .add("row", &h::driver::row)
      .add("rank", [](const h::driver& d) { return static_cast<std::int32_t>(d.rank); })
      .add_places("signal", &h::driver::signal, h::signal_names(card))
      .add("lost", &h::driver::lost)
      .add("points", &h::driver::points)
      .columns();
}

}  // namespace

void bind_scorecard(py::module_& m) {
  py::class_<h::scorecard>(m, "Scorecard")
      .def(py::init([](const std::string& json) { return h::compile_json(json); }), py::arg("json"))
      .def_property_readonly("json", &h::scorecard::to_json)
      .def_property_readonly("hash", &h::scorecard::hash)
      .def_property_readonly("inputs", &h::scorecard::inputs)
      .def_property_readonly("day_inputs", &h::day_inputs)
      .def_property_readonly("reads_previous", &h::scorecard::reads_previous)
      .def_property_readonly("name", [](const h::scorecard& c) { return c.spec().card; })
      .def_property_readonly("warnings", [](const h::scorecard& c) { return as_list(c.warnings()); })
      .def_property_readonly("tiers",
                             [](const h::scorecard& c) {
                               py::dict out;
                               for (const h::tier& t : c.spec().tiers.tiers) out[py::str(t.name)] = t.from;
                               return out;
                             })
      .def_property_readonly("signals", &h::signal_names)
      .def("score", &score_book, py::arg("columns"), py::arg("as_of"), py::arg("previous"), py::arg("threads"),
           py::arg("previous_signals") = py::none(), py::arg("manual") = py::none(), py::arg("out") = py::none())
      .def("contributions", &contribution_columns, py::arg("columns"), py::arg("lost"), py::arg("as_of"), py::arg("threads"),
           py::arg("previous_signals") = py::none(), py::arg("previous") = py::none(), py::arg("manual") = py::none())
      .def("adjustments", &adjustment_columns, py::arg("columns"), py::arg("as_of"), py::arg("threads"),
           py::arg("previous_signals") = py::none(), py::arg("previous") = py::none(), py::arg("manual") = py::none())
      .def("drivers", &driver_columns, py::arg("columns"), py::arg("top"), py::arg("as_of"), py::arg("threads"),
           py::arg("previous_signals") = py::none(), py::arg("previous") = py::none(), py::arg("manual") = py::none())
      .def("both_parts", &both_parts, py::arg("columns"), py::arg("as_of"), py::arg("threads"),
           py::arg("previous_signals") = py::none(), py::arg("previous") = py::none(), py::arg("manual") = py::none())
      .def(
          "distribution",
          [](const h::scorecard& c, const h::card_health& s, double level) {
            h::require_card(s, c);
            return distribution_rows(c, s.state, level);
          },
          py::arg("state"), py::arg("level"));
}

}  // namespace sojourn::python
