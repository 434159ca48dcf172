// The scores of one cycle for Python: columns that point into them, and what is read from them.
#include "sojourn/health/score/score.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/distribution_rows.hpp"
#include "health/scored_book.hpp"
#include "health/tier_columns.hpp"
#include "sojourn/arrow/row_memory.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"
#include "sojourn/health/score/flags.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;
namespace h = health;

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
  std::vector<double> values = arrow::row_memory<double>(rows);
  std::fill(values.begin(), values.end(), value);
  return any_column::from(std::move(values));
}

/// Flags in words; the labels are those of the combinations that occur.
any_column flag_column(const std::vector<std::uint16_t>& flags) {
  constexpr std::size_t combinations = std::size_t{1} << (8 * sizeof(std::uint16_t));
  std::vector<std::uint32_t> code_of(combinations, 0);
  for (const std::uint16_t set : flags) code_of[set] = 1;
  std::vector<std::string> labels;
  for (std::size_t set = 0; set < combinations; ++set) {
    if (code_of[set] == 0) continue;
    code_of[set] = static_cast<std::uint32_t>(labels.size());
    labels.push_back(h::flag_text(static_cast<std::uint16_t>(set)));
  }
  std::vector<std::uint32_t> codes = arrow::row_memory<std::uint32_t>(flags.size());
  for (std::size_t row = 0; row < flags.size(); ++row) codes[row] = code_of[flags[row]];
  return any_column::dictionary(std::move(codes), std::move(labels));
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
  if (name == "card") return any_column::dictionary(arrow::row_memory<std::uint32_t>(rows), {book.card.spec().card});
  throw schema_error("there is no column \"" + name +
                     "\" of scores; there are score, tier, tier_code, coverage, stale_share, delta, prev_tier, "
                     "flags, binding_rule and card");
}

py::tuple column_names() {
  py::tuple names(std::size(book_names));
  for (std::size_t i = 0; i < std::size(book_names); ++i) names[i] = book_names[i];
  return names;
}

py::dict counters(const scored_book& book) {
  using c = h::signal_counters;
  return table(book.result->counters)
      .add("signal", any_column::from(h::signal_names(book.card)))
      .add("missing", &c::missing)
      .add("nonfinite", &c::nonfinite)
      .add("unknown", &c::unknown)
      .add("invalid", &c::invalid)
      .add("out_of_domain", &c::out_of_domain)
      .add("undated", &c::undated)
      .add("expired", &c::expired)
      .add("future", &c::future)
      .add("carried", &c::carried)
      .columns();
}

/// What the next cycle needs, as columns; of a card without memory score and tier.
py::dict cycle_columns(const scored_book& book) {
  using s = h::cycle_state;
  const h::scores& r = *book.result;
  const auto known = [](day when) { return when == day{} ? std::nullopt : std::optional<day>(when); };
  auto out = table(r.cycle);
  out.add("score", any_column::from(r.score)).add("tier", tier_column(book.card, r.tier, r.size()));
  if (!h::keeps_cycle_state(book.card.spec())) return out.columns();
  std::vector<h::tier_code> candidate;
  candidate.reserve(r.cycle.size());
  for (const s& state : r.cycle) candidate.push_back(state.candidate);
  return out.add("smoothed", &s::smoothed)
      .add("candidate", tier_column(book.card, candidate, r.size()))
      .add("held", [](const s& one) { return std::int32_t{one.held}; })
      .add("gap", [](const s& one) { return std::int32_t{one.gap}; })
      .add("scored_on", [&](const s& one) { return known(one.scored_on); })
      .add("as_of", [&](const s& one) { return known(one.as_of); })
      .columns();
}

/// What the card's rules found: "active" with all that the rule says, "undecided" with row and code.
py::dict finding_columns(const scored_book& book) {
  const h::findings found = h::find_diagnoses(book.card, *book.result);
  const std::vector<std::string> codes = h::diagnosis_codes(book.card);
  const std::vector<h::finding_line> lines = h::describe(book.card, *book.result, found.active);
  using f = h::finding_line;
  py::dict out;
  out["active"] = table(lines)
                      .add("row", [](const f& one) { return std::int64_t{one.what.row}; })
                      .add_places(
                          "diagnosis", [](const f& one) { return one.what.code; }, codes)
                      .add("class", [](const f& one) { return h::to_string(one.kind); })
                      .add("severity", [](const f& one) { return h::to_string(one.severity); })
                      .add("rule", text_or_missing(&f::rule))
                      .add("evidence", text_or_missing(&f::evidence))
                      .add("remedy", text_or_missing(&f::remedy))
                      .add("owner_role", text_or_missing(&f::owner_role))
                      .add("reason", text_or_missing(&f::reason))
                      .add("due", &f::due)
                      .columns();
  out["undecided"] = table(found.undecided)
                         .add("row", [](const h::diagnosis& one) { return std::int64_t{one.account}; })
                         .add_places("diagnosis", &h::diagnosis::code, codes)
                         .columns();
  return out;
}

/// What became of every value given by hand, and per account the value that decided, or -1.
py::dict by_hand_columns(const scored_book& book) {
  const h::scores& r = *book.result;
  return named_columns()
      .add("state", word_column(r.manual))
      .add("by_hand", r.by_hand.empty() ? std::vector<std::int32_t>(r.size(), -1) : r.by_hand)
      .columns();
}

/// A column of values as the caller has it; nothing without one.
arrow::held_column<std::int64_t> value_of(const std::optional<any_column>& value) {
  return value ? arrow::as_int64(*value, "value") : arrow::held_column<std::int64_t>();
}

py::list distribution_by(const scored_book& book, const any_column& segment, const std::optional<any_column>& value,
                         double level) {
  const auto segments = arrow::as_segments(segment, "by");
  const auto values = value_of(value);
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

}  // namespace

void bind_score(py::module_& m) {
  m.attr("SCORE_COLUMNS") = column_names();
  py::class_<scored_book>(m, "ScoredBook")
      .def("__len__", [](const scored_book& b) { return b.result->size(); })
      .def("__copy__", [](const scored_book& b) { return b; })
      .def("column", &book_column, py::arg("name"))
      .def("counters", &counters)
      .def("fired", &fired_columns)
      .def("findings", &finding_columns)
      .def("by_hand", &by_hand_columns)
      .def("cycle", &cycle_columns)
      .def_property_readonly("not_later", [](const scored_book& b) { return b.result->not_later; })
      .def(
          "state",
          [](const scored_book& b, const std::optional<any_column>& value) {
            return h::card_health{h::tally_health(*b.result, value_of(value).view()), b.card.hash()};
          },
          py::arg("value") = py::none())
      .def("distribution_by", &distribution_by, py::arg("by"), py::arg("value"), py::arg("level"));
}

}  // namespace sojourn::python
