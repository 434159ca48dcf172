#include "health/score/manual.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "health/score/decide.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;
using sojourn::detail::number_text;

void check_manual(const manual_value& m, std::size_t rows) {
  if (m.row >= rows)
    throw data_error(
        {"manual", m.row, number_text(m.value), "the row does not exist; there are " + std::to_string(rows), ""});
  if (m.mode == manual_mode::signal) {
    if (!std::isfinite(m.value))
      throw data_error({"manual", m.row, number_text(m.value), "must be a finite number, in the unit of the signal", ""});
  } else if (!(m.value >= 0 && m.value <= 100)) {
    throw data_error({"manual", m.row, number_text(m.value), "must lie between 0 and 100 points", ""});
  }
}

manual_state state_of(const manual_value& m, day as_of) {
  if (m.set_at > as_of) return manual_state::waiting;
  return as_of < m.expires_at ? manual_state::overruled : manual_state::expired;
}

std::size_t signal_at(const bound_inputs& inputs, const std::string& name) {
  std::vector<std::string> names;
  for (const signal_spec& s : inputs.card.spec().signals) names.push_back(s.name);
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) {
    const std::string hint = json::did_you_mean(name, names);
    throw schema_error("a manual value is for signal \"" + name + "\", which the card does not have" +
                       (hint.empty() ? "" : "; " + hint));
  }
  return static_cast<std::size_t>(at - names.begin());
}

/// The column of signal k and the days of its values, copied so that values by hand can go in.
std::shared_ptr<patched_signal> copy_of(const bound_inputs& inputs, std::size_t k) {
  const input& source = inputs.columns[k];
  if (source.is_text())
    throw schema_error("signal \"" + source.source->name + "\" holds text, and a manual value is a number");
  auto result = std::make_shared<patched_signal>();
  const input* dates = days_column(inputs, k);
  const auto& own = source.source->observed_at;
  for (std::size_t row = 0; row < inputs.rows; ++row) {
    result->x.push_back(cell_at(*source.source, row).number);
    if (dates != nullptr)
      result->seen.push_back(cell_at(*dates->source, row).number);
    else
      result->seen.push_back(row < own.size() && own.present(row) ? static_cast<double>(own[row]) : nan);
  }
  result->values.name = source.source->name;
  result->values.values = column<double>(result->x);
  result->days.name = source.source->name + " observed_at";
  result->days.values = column<double>(result->seen);
  result->days_input.source = &result->days;
  return result;
}

/// Highest priority first, then latest, then lowest: the first of each row and signal is the one that speaks.
void put_in(bound_inputs& inputs, std::size_t k, std::vector<const manual_value*> values) {
  const auto patched = copy_of(inputs, k);
  std::sort(values.begin(), values.end(), [](const manual_value* a, const manual_value* b) {
    return std::tie(a->row, b->priority, b->set_at, a->value) < std::tie(b->row, a->priority, a->set_at, b->value);
  });
  const manual_value* before = nullptr;
  for (const manual_value* m : values) {
    const bool first = before == nullptr || before->row != m->row;
    before = m;
    const bool later = patched->seen[m->row] > m->set_at.since_epoch;  // false where the other has no day
    const bool stands = m->merge == manual_merge::latest && later && !std::isnan(patched->x[m->row]);
    if (!first || stands) continue;
    patched->x[m->row] = m->value;
    patched->seen[m->row] = m->set_at.since_epoch;
    inputs.manual_states[static_cast<std::size_t>(m - inputs.options.manual.data())] = manual_state::bound;
  }
  inputs.columns[k] = {&patched->values, {}};
  inputs.patched[k] = patched;
}

}  // namespace

void gather_manual(bound_inputs& inputs) {
  std::map<std::size_t, std::vector<const manual_value*>> of_signal;
  for (std::size_t i = 0; i < inputs.options.manual.size(); ++i) {
    const manual_value& m = inputs.options.manual[i];
    check_manual(m, inputs.rows);
    const std::size_t k = m.mode == manual_mode::signal ? signal_at(inputs, m.signal) : nowhere;
    inputs.manual_states.push_back(state_of(m, inputs.options.as_of));
    if (inputs.manual_states.back() != manual_state::overruled) continue;
    if (m.mode == manual_mode::signal)
      of_signal[k].push_back(&m);
    else
      inputs.manual.push_back({m.row, i, m.value, m.mode, m.priority, m.set_at.since_epoch});
  }
  // By value too, so that the order in which they were given decides nothing.
  std::sort(inputs.manual.begin(), inputs.manual.end(), [](const auto& a, const auto& b) {
    return std::tie(a.row, a.value, a.index) < std::tie(b.row, b.value, b.index);
  });
  for (auto& [k, values] : of_signal) put_in(inputs, k, std::move(values));
}

}  // namespace sojourn::inline v0_1::health::detail
