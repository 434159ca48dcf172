// Scorecards for Python: columns in, columns out; everything between runs without the GIL.
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "health/bind_scoring.hpp"
#include "health/health_rules.hpp"
#include "health/scored_book.hpp"
#include "health/two_cycles.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health.hpp"
#include "sojourn/state_bytes.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;
namespace h = health;

template <class T>
column<T> view_as(const any_column& source) {
  return column<T>(std::span<const T>(static_cast<const T*>(source.data()), source.size()), source.validity(),
                   source.bit_offset());
}

/// Text as int32 codes: dictionaries as they are, plain text by one pass.
signal text_signal(const std::string& name, const any_column& source, held_signals& held) {
  signal result{name, {}, {}, {}};
  any_column codes = source;
  if (source.type() == kind::text) {
    auto segments = arrow::as_segments(source, name);
    const auto values = segments.codes.view();
    std::vector<std::uint32_t> copied(values.values().begin(), values.values().end());
    std::vector<std::uint8_t> present(values.size());
    for (std::size_t row = 0; row < present.size(); ++row) present[row] = values.present(row) ? 1 : 0;
    codes = any_column::from(std::move(copied), present);
    result.labels = std::move(segments.labels);
  } else {
    result.labels.assign(source.labels().begin(), source.labels().end());
  }
  result.values = view_as<std::int32_t>(codes);  // the signed twin of the stored type
  held.columns.push_back(std::move(codes));
  return result;
}

void add_signal(const std::string& name, const any_column& source, held_signals& held) {
  signal one{name, {}, {}, {}};
  switch (source.type()) {
    case kind::float64:
      one.values = view_as<double>(source);
      break;
    case kind::float32:
      one.values = view_as<float>(source);
      break;
    case kind::int64:
      one.values = view_as<std::int64_t>(source);
      break;
    case kind::date:
    case kind::int32:
      one.values = view_as<std::int32_t>(source);
      break;
    case kind::uint8:
    case kind::boolean:
      one.values = view_as<std::uint8_t>(source);
      break;
    case kind::text:
    case kind::dictionary:
      held.views.push_back(text_signal(name, source, held));
      return;
    default:
      held.numbers.push_back(arrow::as_double(source, name));
      one.values = held.numbers.back().view();
  }
  held.columns.push_back(source);
  held.views.push_back(std::move(one));
}

}  // namespace

held_signals hold(const py::dict& columns) {
  held_signals held;
  held.columns.reserve(columns.size());
  held.numbers.reserve(columns.size());
  for (const auto& [name, source] : columns) add_signal(name.cast<std::string>(), source.cast<const any_column&>(), held);
  return held;
}

namespace {

/// The arrays of a result that nobody looks at any more; new ones where a column of it still does.
std::shared_ptr<h::scores> take_arrays(const py::object& out) {
  if (out.is_none()) return std::make_shared<h::scores>();
  auto taken = std::exchange(out.cast<scored_book&>().result, std::make_shared<const h::scores>());
  return taken.use_count() == 1 ? std::const_pointer_cast<h::scores>(std::move(taken)) : std::make_shared<h::scores>();
}

/// What a score depends on besides the columns of its day.
struct scoring_context {
  held_signals signals_before;
  std::vector<h::cycle_state> before;
  h::score_options options;

  scoring_context(const h::scorecard& card, std::int32_t as_of, const py::object& previous,
                  const std::optional<py::dict>& previous_signals, const manual_book* manual)
      : signals_before(hold(previous_signals.value_or(py::dict()))) {
    options.as_of = day{as_of};
    if (previous_signals) options.previous_signals = &signals_before.views;
    if (manual != nullptr) options.manual = manual->values;
    if (previous.is_none()) return;
    const auto parts = previous.cast<std::vector<any_column>>();
    const py::gil_scoped_release release;
    before = align_cycle(card, parts);
    options.previous = before;
  }
  scoring_context(const scoring_context&) = delete;
  scoring_context& operator=(const scoring_context&) = delete;
};

scored_book score_book(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, const py::object& previous,
                       std::size_t threads, const std::optional<py::dict>& previous_signals, const manual_book* manual,
                       const py::object& out) {
  const held_signals held = hold(columns);
  const scoring_context context(card, as_of, previous, previous_signals, manual);
  auto result = take_arrays(out);
  const py::gil_scoped_release release;
  h::score_into(*result, card, held.views, context.options, thread_executor(threads));
  return {card, std::move(result)};
}

template <class T>
any_column lend(kind what, const std::vector<T>& values, const std::shared_ptr<const h::scores>& owner) {
  return any_column::borrow(what, values.data(), values.size(), nullptr, 0, owner);
}

/// The rule that moved the score last, "manual" for a value given by hand, missing where nothing did.
any_column binding_column(const scored_book& book) {
  const auto& binding = book.result->binding;
  const std::size_t rows = book.result->size();
  std::vector<std::string> labels = {"manual"};
  for (const h::rule& r : book.card.spec().rules) labels.push_back(r.id);
  std::vector<std::uint32_t> codes(rows);
  std::vector<std::uint8_t> present(rows, 0);
  for (std::size_t row = 0; row < binding.size(); ++row) {
    present[row] = binding[row] != h::no_rule;
    codes[row] = binding[row] < 0 ? 0u : static_cast<std::uint32_t>(binding[row]) + 1;
  }
  return any_column::dictionary(std::move(codes), std::move(labels), present);
}

/// The score before rules and manual values, and one column of truth a rule.
py::dict fired_columns(const scored_book& book) {
  const h::scores& r = *book.result;
  py::dict out;
  out["raw"] = lend(kind::float64, r.raw.empty() ? r.score : r.raw, book.result);
  out["score"] = lend(kind::float64, r.score, book.result);
  const auto& rules = book.card.spec().rules;
  for (std::size_t k = 0; k < rules.size(); ++k) {
    std::vector<std::uint8_t> fired(r.fired.size());
    for (std::size_t row = 0; row < fired.size(); ++row) fired[row] = static_cast<std::uint8_t>(r.fired[row] >> k & 1u);
    out[py::str("rule " + rules[k].id)] = any_column::from(std::move(fired));
  }
  return out;
}

any_column constant(std::size_t rows, double value) {
  return any_column::from(std::vector<double>(rows, value));
}

/// Columns of the table in their order, and one besides: the tier as a number, which costs nothing.
constexpr const char* book_names[] = {"score",     "tier",  "coverage",     "stale_share", "delta",
                                      "prev_tier", "flags", "binding_rule", "card"};

any_column book_column(const scored_book& book, const std::string& name) {
  const h::scores& r = *book.result;
  const std::size_t rows = r.size();
  if (name == "score") return lend(kind::float64, r.score, book.result);
  if (name == "tier_code") return lend(kind::uint8, r.tier, book.result);
  if (name == "tier") return tier_column(book.card, r.tier, rows);
  if (name == "coverage") return lend(kind::float64, r.coverage, book.result);
  if (name == "stale_share")
    return r.stale_share.empty() ? constant(rows, 0.0) : lend(kind::float64, r.stale_share, book.result);
  if (name == "delta") {
    const bool has_delta = !r.delta.empty() || rows == 0;
    return has_delta ? lend(kind::float64, r.delta, book.result) : constant(rows, std::numeric_limits<double>::quiet_NaN());
  }
  if (name == "prev_tier") return tier_column(book.card, r.prev_tier, rows);
  if (name == "flags") return flag_column(r.flags);
  if (name == "binding_rule") return binding_column(book);
  if (name == "card") return any_column::dictionary(std::vector<std::uint32_t>(rows), {book.card.spec().card});
  throw schema_error("there is no column \"" + name +
                     "\" of scores; there are score, tier, tier_code, coverage, stale_share, delta, prev_tier, "
                     "flags, binding_rule and card");
}

py::dict book_columns(const scored_book& book) {
  py::dict out;
  for (const char* name : book_names) out[name] = book_column(book, name);
  return out;
}

py::dict counters(const scored_book& book) {
  const auto& all = book.result->counters;
  const auto take = [&](std::int64_t h::signal_counters::* what) {
    std::vector<std::int64_t> values;
    for (const h::signal_counters& c : all) values.push_back(c.*what);
    return any_column::from(std::move(values));
  };
  std::vector<std::string> names;
  for (const h::signal_spec& s : book.card.spec().signals) names.push_back(s.name);
  py::dict out;
  out["signal"] = any_column::from(std::move(names));
  out["missing"] = take(&h::signal_counters::missing);
  out["nonfinite"] = take(&h::signal_counters::nonfinite);
  out["unknown"] = take(&h::signal_counters::unknown);
  out["invalid"] = take(&h::signal_counters::invalid);
  out["out_of_domain"] = take(&h::signal_counters::out_of_domain);
  out["undated"] = take(&h::signal_counters::undated);
  out["expired"] = take(&h::signal_counters::expired);
  out["future"] = take(&h::signal_counters::future);
  out["carried"] = take(&h::signal_counters::carried);
  return out;
}

using shared_parts = std::shared_ptr<const h::contributions>;

shared_parts explain(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                     const std::optional<py::dict>& previous_signals, const py::object& previous,
                     const manual_book* manual) {
  const held_signals held = hold(columns);
  const scoring_context context(card, as_of, previous, previous_signals, manual);
  const py::gil_scoped_release release;
  return std::make_shared<const h::contributions>(h::explain(card, held.views, context.options, thread_executor(threads)));
}

/// One column a signal, without a copy.
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
                              const py::object& previous, const manual_book* manual) {
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
                     const manual_book* manual) {
  const shared_parts parts = explain(card, columns, as_of, threads, previous_signals, previous, manual);
  return py::make_tuple(lend_parts(card, parts, parts->points), lend_parts(card, parts, parts->lost));
}

/// What rules and values by hand did, in points: smoothing, group, add, floor, set, cap, clamp.
py::dict adjustment_columns(const h::scorecard& card, const py::dict& columns, std::int32_t as_of, std::size_t threads,
                            const std::optional<py::dict>& previous_signals, const py::object& previous,
                            const manual_book* manual) {
  const shared_parts parts = explain(card, columns, as_of, threads, previous_signals, previous, manual);
  py::dict out;
  const auto take = [&](const char* name, double h::adjustment::* what) {
    std::vector<double> values(parts->rows, 0.0);
    for (std::size_t row = 0; row < parts->adjustments.size(); ++row) values[row] = parts->adjustments[row].*what;
    out[name] = any_column::from(std::move(values));
  };
  take("smoothing", &h::adjustment::smoothing);
  take("group", &h::adjustment::group);
  take("add", &h::adjustment::add);
  take("floor", &h::adjustment::floor);
  take("set", &h::adjustment::set);
  take("cap", &h::adjustment::cap);
  take("clamp", &h::adjustment::clamp);
  return out;
}

py::dict driver_columns(const h::scorecard& card, const py::dict& columns, std::size_t top, std::int32_t as_of,
                        std::size_t threads, const std::optional<py::dict>& previous_signals, const py::object& previous,
                        const manual_book* manual) {
  const auto found = h::drivers(*explain(card, columns, as_of, threads, previous_signals, previous, manual), top);
  std::vector<std::int64_t> rows;
  std::vector<std::int32_t> ranks;
  std::vector<std::uint32_t> which;
  std::vector<double> lost, points;
  for (const h::driver& d : found) {
    rows.push_back(static_cast<std::int64_t>(d.row));
    ranks.push_back(static_cast<std::int32_t>(d.rank));
    which.push_back(d.signal);
    lost.push_back(d.lost);
    points.push_back(d.points);
  }
  std::vector<std::string> names;
  for (const h::signal_spec& s : card.spec().signals) names.push_back(s.name);
  py::dict out;
  out["row"] = any_column::from(std::move(rows));
  out["rank"] = any_column::from(std::move(ranks));
  out["signal"] = any_column::dictionary(std::move(which), std::move(names));
  out["lost"] = any_column::from(std::move(lost));
  out["points"] = any_column::from(std::move(points));
  return out;
}

/// A state and the card it was counted under: tiers of different cards do not add.
struct book_state {
  h::health_state state;
  std::uint64_t card = 0;

  void require_same(const book_state& other) const {
    if (card != other.card)
      throw state_error("health states of two different cards cannot be combined: their tiers mean different things");
  }
};

struct value_view {
  std::shared_ptr<arrow::held_column<std::int64_t>> held;
  [[nodiscard]] column<std::int64_t> view() const { return held ? held->view() : column<std::int64_t>{}; }
};

value_view value_of(const py::object& value) {
  if (value.is_none()) return {};
  return {std::make_shared<arrow::held_column<std::int64_t>>(arrow::as_int64(value.cast<const any_column&>(), "value"))};
}

py::int_ whole(sojourn::detail::int128 value) {
  return py::int_(py::str(sojourn::detail::to_string(value)));
}

py::list distribution_rows(const h::scorecard& card, const h::health_state& state, double level) {
  py::list rows;
  for (const h::tier_line& line : h::distribution(state, card.ladder(), {confidence_level{level}})) {
    rows.append(py::make_tuple(std::string(card.tier_name(line.tier)), line.accounts, line.share, line.mean_score,
                               whole(line.value)));
  }
  return rows;
}

py::list distribution_by(const scored_book& book, const any_column& segment, const py::object& value, double level) {
  const auto segments = arrow::as_segments(segment, "by");
  const value_view values = value_of(value);
  const auto states = h::tally_health_by(*book.result, segments.codes.view(), segments.labels.size(), values.view());
  py::list out;
  for (std::size_t s = 0; s < states.size(); ++s) {
    const bool named = s < segments.labels.size();
    if (!named && states[s].accounts() == 0) continue;
    out.append(py::make_tuple(named ? py::object(py::str(segments.labels[s])) : py::none(),
                              distribution_rows(book.card, states[s], level)));
  }
  return out;
}

py::dict transitions(const any_column& previous, const any_column& current, const std::vector<std::string>& order,
                     const py::object& before, const py::object& now, double level) {
  if (order.size() > h::max_tiers) throw schema_error("more than " + std::to_string(h::max_tiers) + " tiers");
  std::vector<h::tier_code> then = tier_codes(previous, order, "previous"), here = tier_codes(current, order, "current");
  if (!before.is_none()) join(before.cast<const any_column&>(), now.cast<const any_column&>(), then, here);
  const h::transition_state state = h::tally_transitions(then, here);
  std::vector<std::string> rows = order, columns = order;
  rows.insert(rows.end(), {"unknown", "new"});
  columns.insert(columns.end(), {"unknown", "lost"});
  const auto at = [&](std::size_t i) { return i < order.size() ? i : h::transition_state::unknown_at + (i - order.size()); };
  py::dict matrix;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::vector<std::int64_t> counts;
    for (std::size_t r = 0; r < rows.size(); ++r) counts.push_back(state.counts[at(r)][at(c)]);
    matrix[py::str(columns[c])] = any_column::from(std::move(counts));
  }
  const h::movement moved = h::movements(state, confidence_level{level});
  py::dict out;
  out["rows"] = any_column::from(std::move(rows));
  out["matrix"] = matrix;
  out["both"] = moved.both;
  out["upgrades"] = moved.upgrades;
  out["downgrades"] = moved.downgrades;
  out["staying"] = moved.staying;
  return out;
}

py::list told(const sojourn::diagnostics& found) {
  py::list out;
  for (const sojourn::diagnostic& d : found) {
    py::dict one;
    one["pointer"] = d.pointer;
    one["message"] = d.message;
    one["suggestion"] = d.suggestion;
    one["level"] = d.level == sojourn::severity::error ? "error" : "warning";
    out.append(std::move(one));
  }
  return out;
}

void bind_errors() {
  // Registered after the family tree of errors, so asked before it.
  py::register_exception_translator([](std::exception_ptr pending) {
    try {
      if (pending) std::rethrow_exception(pending);
    } catch (const h::card_error& e) {
      const py::object type = py::module_::import("sojourn.health").attr("CardError");
      PyErr_SetObject(type.ptr(), type(e.what(), told(e.found())).ptr());
    }
  });
}

py::bytes book_bytes(const book_state& s) {
  const auto bytes = to_bytes(s.state, s.card);
  return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

book_state book_of(const py::bytes& data) {
  const std::string_view text = data;
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const std::uint64_t card = read_header(bytes).spec_fingerprint;
  return book_state{from_bytes<h::health_state>(bytes, card), card};
}

void bind_state(py::module_& m) {
  py::class_<book_state>(m, "HealthState", "Exact counts and sums of a scored book by tier; merges and retracts.")
      .def("__iadd__",
           [](book_state& a, const book_state& b) -> book_state& {
             a.require_same(b);
             a.state += b.state;
             return a;
           })
      .def("__isub__",
           [](book_state& a, const book_state& b) -> book_state& {
             a.require_same(b);
             a.state -= b.state;
             return a;
           })
      .def("__add__",
           [](const book_state& a, const book_state& b) {
             a.require_same(b);
             book_state sum = a;
             sum.state += b.state;
             return sum;
           })
      .def("__sub__",
           [](const book_state& a, const book_state& b) {
             a.require_same(b);
             book_state rest = a;
             rest.state -= b.state;
             return rest;
           })
      .def(
          "__eq__", [](const book_state& a, const book_state& b) { return a.card == b.card && a.state == b.state; },
          py::is_operator())
      .def("__copy__", [](const book_state& a) { return a; })
      .def_property_readonly("accounts", [](const book_state& s) { return s.state.accounts(); })
      .def_property_readonly("unknown", [](const book_state& s) { return s.state.unknown.accounts; })
      .def_property_readonly(
          "coverage", [](const book_state& s) { return s.state.coverage; },
          "Accounts by coverage: ten steps of 0.1, then full coverage.")
      .def(
          "mean_score", [](const book_state& s, double level) { return h::mean_score(s.state, {confidence_level{level}}); },
          py::kw_only(), py::arg("level") = 0.95)
      .def("to_bytes", &book_bytes, "Canonical bytes, with the fingerprint of the card.")
      .def_static("from_bytes", &book_of, py::arg("data"), "The state behind `to_bytes()`; damaged bytes are a StateError.")
      .def(py::pickle(&book_bytes, &book_of));
}

void bind_book(py::module_& m) {
  py::class_<scored_book>(m, "ScoredBook")
      .def("__len__", [](const scored_book& b) { return b.result->size(); })
      .def("columns", &book_columns)
      .def("column", &book_column, py::arg("name"))
      .def("counters", &counters)
      .def("fired", &fired_columns)
      .def("findings", [](const scored_book& b) { return finding_columns(b.card, *b.result); })
      .def("by_hand", [](const scored_book& b) { return manual_columns(*b.result); })
      .def("cycle", &cycle_columns)
      .def_property_readonly("not_later", [](const scored_book& b) { return b.result->not_later; })
      .def(
          "state",
          [](const scored_book& b, const py::object& value) {
            return book_state{h::tally_health(*b.result, value_of(value).view()), b.card.hash()};
          },
          py::arg("value") = py::none())
      .def("distribution_by", &distribution_by, py::arg("by"), py::arg("value"), py::arg("level"));
}

}  // namespace

void bind_health(py::module_& m) {
  bind_errors();
  bind_state(m);
  bind_book(m);
  py::class_<h::scorecard>(m, "Scorecard")
      .def(py::init([](const std::string& json) { return h::compile_json(json); }), py::arg("json"))
      .def_property_readonly("json", &h::scorecard::to_json)
      .def_property_readonly("hash", &h::scorecard::hash)
      .def_property_readonly("inputs", &h::scorecard::inputs)
      .def_property_readonly("reads_previous", &h::scorecard::reads_previous)
      .def_property_readonly("name", [](const h::scorecard& c) { return c.spec().card; })
      .def_property_readonly("warnings", [](const h::scorecard& c) { return told(c.warnings()); })
      .def_property_readonly("tiers",
                             [](const h::scorecard& c) {
                               py::dict out;
                               for (const h::tier& t : c.spec().tiers.tiers) out[py::str(t.name)] = t.from;
                               return out;
                             })
      .def_property_readonly("signals",
                             [](const h::scorecard& c) {
                               std::vector<std::string> names;
                               for (const h::signal_spec& s : c.spec().signals) names.push_back(s.name);
                               return names;
                             })
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
          [](const h::scorecard& c, const book_state& s, double level) {
            if (s.card != c.hash()) throw state_error("the state was counted under another card");
            return distribution_rows(c, s.state, level);
          },
          py::arg("state"), py::arg("level"));
  bind_rank(m);
  bind_account(m);
  m.def("card_problems", [](const std::string& json) { return told(h::validate_json(json)); }, py::arg("json"));
  m.def("card_set_problems", [](const std::string& json) { return told(h::validate_set_json(json)); }, py::arg("json"));
  m.def(
      "assign_cards",
      [](const h::card_set& set, const py::dict& columns) {
        const held_signals held = hold(columns);
        const h::card_assignment assigned = h::assign(set, held.views);
        return py::make_tuple(any_column::from(assigned.card), assigned.undecided);
      },
      py::arg("set"), py::arg("columns"));
  m.def("tier_transitions", &transitions, py::arg("previous"), py::arg("current"), py::arg("tiers"),
        py::arg("previous_accounts"), py::arg("current_accounts"), py::arg("level"));
}

}  // namespace sojourn::python
