#include "health/score/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "health/score/fetch_ahead.hpp"
#include "health/score/kernels.hpp"
#include "health/score/manual.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;
using sojourn::detail::number_text;

std::size_t rows_of(const signal_column& s) {
  return std::visit([](const auto& values) { return values.size(); }, s.values);
}

template <class T>
const double* load_as(const column<T>& values, std::size_t first, std::size_t n, double* buffer) {
  const T* source = values.values().data() + first;
  fetch_ahead(source, n);
  if constexpr (std::is_same_v<T, double>) {
    if (!values.may_have_missing()) return source;
  }
  if constexpr (std::is_same_v<T, float>) {
    widen(source, buffer, n);
    if (!values.may_have_missing()) return buffer;
  }
  for (std::size_t i = 0; i < n; ++i) buffer[i] = static_cast<double>(source[i]);
  if (!values.may_have_missing()) return buffer;
  for (std::size_t i = 0; i < n; ++i) buffer[i] = values.present(first + i) ? buffer[i] : nan;
  return buffer;
}

class binder {
 public:
  binder(const scorecard& card, const signals& columns, const score_options& options)
      : result_{card, options, 0, {}, {}, {}, {}}, all_(columns) {}

  bound_inputs run() {
    position_ = positions(all_, "");
    for (const std::string& name : result_.card.inputs()) result_.columns.push_back({&find(name), {}});
    check_lengths();
    unfold_previous();
    check_kinds(result_.columns, "");
    check_days();
    find_segments();
    find_previous();
    gather_manual(result_);
    check_ranges();
    return std::move(result_);
  }

 private:
  using places = std::unordered_map<std::string, std::size_t>;
  static places positions(const signals& columns, const std::string& whose) {
    places result;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!result.emplace(columns[i].name, i).second)
        throw schema_error(whose + "signal column \"" + columns[i].name + "\" is given twice");
    }
    return result;
  }

  const signal_column& find(const std::string& name) const {
    const auto at = position_.find(name);
    if (at != position_.end()) return all_[at->second];
    std::vector<std::string> names;
    std::string listed;
    for (const signal_column& s : all_) {
      names.push_back(s.name);
      listed += (listed.empty() ? "" : ", ") + s.name;
    }
    const std::string hint = json::did_you_mean(name, names);
    throw schema_error("the card reads a column \"" + name + "\", which is not there; there are: " +
                       (listed.empty() ? "none" : listed) + (hint.empty() ? "" : "; " + hint));
  }

  void check_lengths() {
    const signal_column& first = *result_.columns.front().source;
    result_.rows = rows_of(first);
    for (const input& column : result_.columns) same_length(column.source->name, rows_of(*column.source), first.name);
    if (!result_.options.previous_score.empty())
      same_length("previous score", result_.options.previous_score.size(), first.name);
    if (!result_.options.previous.empty()) same_length("previous", result_.options.previous.size(), first.name);
    if (!result_.options.previous_tier.empty())
      same_length("previous tier", result_.options.previous_tier.size(), first.name);
  }
  void same_length(const std::string& name, std::size_t rows, const std::string& first) const {
    if (rows == result_.rows) return;
    throw schema_error("column \"" + name + "\" has " + std::to_string(rows) + " rows and column \"" + first + "\" has " +
                       std::to_string(result_.rows) + "; a table needs equal lengths");
  }

  /// Scores and tiers out of the states of the cycle before, for all that asks for those alone.
  void unfold_previous() {
    const auto& smoothing = result_.card.spec().smoothing;
    if (smoothing && smoothing->half_life_days > 0 && result_.options.as_of == day{}) {
      throw schema_error("the card smooths by days, so the score needs the day it is for: set \"as_of\"");
    }
    if (smoothing && result_.options.previous.empty() && !result_.options.previous_score.empty()) {
      throw schema_error(
          "the card smooths scores, so the cycle before must bring its states (\"previous\"), not scores alone");
    }
    for (const cycle_state& before : result_.options.previous) {
      result_.score_before.push_back(before.score);
      result_.tier_before.push_back(before.tier);
    }
    if (result_.options.previous.empty()) return;
    result_.options.previous_score = result_.score_before;
    result_.options.previous_tier = result_.tier_before;
  }

  void check_kinds(std::vector<input>& columns, const std::string& whose) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      input& column = columns[i];
      if (!column.is_text()) continue;
      const std::string what = whose + "column \"" + column.source->name + "\"";
      const bool maps = i < result_.plan().leaves.size() && result_.plan().leaves[i].how == kernel::names;
      if (!maps && !names_segments(i) && !result_.plan().compared[i])
        throw schema_error(what + " holds text, which only the normaliser \"map\" can read");
      if (!std::holds_alternative<sojourn::column<std::int32_t>>(column.source->values)) {
        throw schema_error(what + " has labels, so its values must be int32 codes");
      }
      if (!maps) continue;
      const auto& table = std::get<value_map>(result_.card.spec().signals[i].norm).table;
      const std::unordered_map<std::string, double> scores(table.begin(), table.end());
      for (const std::string& label : column.source->labels) {
        const auto at = scores.find(label);
        column.label_scores.push_back(at == scores.end() ? nan : at->second);
      }
    }
  }

  /// A column that is only ever compared with the names of segments.
  [[nodiscard]] bool names_segments(std::size_t i) const {
    bool named = false;
    for (const leaf& l : result_.plan().leaves) {
      const bool ranks = l.how == kernel::segment_rank;
      if (l.per == i || l.observed == i || (l.second == i && !ranks)) return false;
      named |= l.segment == i || (ranks && l.second == i);
    }
    return named && i >= result_.plan().leaves.size();
  }

  void find_segments() {
    result_.typical.resize(result_.plan().leaves.size());
    result_.reference.resize(result_.plan().leaves.size());
    for (std::size_t k = 0; k < result_.typical.size(); ++k) {
      const leaf& l = result_.plan().leaves[k];
      if (l.segment != nowhere) {
        const auto& by = result_.card.spec().signals[k].missing.typical_by;
        result_.typical[k] = by_label(l.segment, {by.begin(), by.end()}, l.fill);
      }
      if (l.how != kernel::segment_rank) continue;
      std::unordered_map<std::string, double> positions;
      const auto& by = std::get<percentile>(result_.card.spec().signals[k].norm).by;
      for (std::size_t j = 0; j < by.size(); ++j) positions.emplace(by[j].first, static_cast<double>(j));
      result_.reference[k] = by_label(l.second, positions, nan);
    }
  }
  /// One value a label of a text column; nothing for a column of numbers.
  [[nodiscard]] std::vector<double> by_label(std::size_t i, const std::unordered_map<std::string, double>& values,
                                             double otherwise) const {
    std::vector<double> result;
    for (const std::string& label : result_.columns[i].source->labels) {
      const auto at = values.find(label);
      result.push_back(at == values.end() ? otherwise : at->second);
    }
    return result;
  }

  /// What is carried forward needs its day and today's.
  void check_carried(std::size_t k) const {
    const leaf& l = result_.plan().leaves[k];
    const signal_column* then = result_.previous[k].source;
    if (!l.carries || then == nullptr) return;
    const std::string who = "signal \"" + then->name + "\" carries its last value forward, so ";
    if (result_.options.as_of == day{}) throw schema_error(who + "the score needs the day it is for: set \"as_of\"");
    if (l.observed == nowhere && then->observed_at.empty() && result_.rows > 0) {
      throw schema_error(who + "that value needs its day: name the column of days as \"observed_at\" in the card");
    }
  }

  /// Whatever the cycle before has of the card's columns.
  void find_previous() {
    if (result_.options.previous_signals == nullptr) return;
    const signals& then = *result_.options.previous_signals;
    const places at = positions(then, "previous ");
    const std::string& first = result_.columns.front().source->name;
    for (const std::string& name : result_.card.inputs()) {
      const auto found = at.find(name);
      const signal_column* source = found == at.end() ? nullptr : &then[found->second];
      result_.previous.push_back({source, {}});
      if (source == nullptr) continue;
      same_length("previous " + name, rows_of(*source), first);
      if (!source->observed_at.empty()) same_length("previous " + name + " observed_at", source->observed_at.size(), first);
    }
    check_kinds(result_.previous, "previous ");
    for (std::size_t k = 0; k < result_.plan().leaves.size(); ++k) check_carried(k);
  }

  /// A value that grows old needs the day it was seen and the day it is asked for.
  void check_days() const {
    for (std::size_t k = 0; k < result_.plan().leaves.size(); ++k) {
      const leaf& l = result_.plan().leaves[k];
      const signal_column& source = *result_.columns[k].source;
      if (l.how == kernel::recency && result_.options.as_of == day{}) {
        throw schema_error("signal \"" + source.name + "\" counts days up to the day of the score: set \"as_of\"");
      }
      if (!l.grows_old) continue;
      if (result_.options.as_of == day{}) {
        throw schema_error("signal \"" + source.name + "\" grows old, so the score needs the day it is for: set \"as_of\"");
      }
      if (l.observed != nowhere) continue;
      if (source.observed_at.empty() && result_.rows > 0) {
        throw schema_error("signal \"" + source.name +
                           "\" grows old, but has no days: name their column as \"observed_at\" in the card");
      }
      same_length(source.name + " observed_at", source.observed_at.size(), result_.columns.front().source->name);
    }
  }

  /// Ranges whose policy is `error` are checked before any work, serially: the first bad row is the one reported.
  void check_ranges() const {
    std::vector<double> buffer(512);
    for (std::size_t k = 0; k < result_.plan().leaves.size(); ++k) {
      const signal_spec& s = result_.card.spec().signals[k];
      if (!s.valid || s.valid->otherwise != invalid_policy::error) continue;
      for (std::size_t first = 0; first < result_.rows; first += buffer.size()) {
        const std::size_t n = std::min(buffer.size(), result_.rows - first);
        const double* x = load(result_.columns[k], first, n, buffer.data());
        for (std::size_t i = 0; i < n; ++i) {
          if (x[i] < s.valid->low || x[i] > s.valid->high) {
            throw data_error({s.name, first + i, number_text(x[i]),
                              "must lie between " + number_text(s.valid->low) + " and " + number_text(s.valid->high),
                              "correct the value, or set \"invalid\" to \"missing\" or \"clamp\""});
          }
        }
      }
    }
  }

  bound_inputs result_;
  const signals& all_;
  places position_;
};

}  // namespace

const double* load(const input& column, std::size_t first, std::size_t n, double* buffer) {
  if (!column.is_there()) return std::fill_n(buffer, n, nan), buffer;
  return std::visit([&](const auto& values) { return load_as(values, first, n, buffer); }, column.source->values);
}

const input& previous_of(const bound_inputs& inputs, std::size_t position) {
  static const input none{};
  return position < inputs.previous.size() ? inputs.previous[position] : none;
}

double of_segment(const input& column, std::size_t row, const std::vector<double>& by_label,
                  const std::vector<std::pair<double, double>>& by_number, double otherwise) {
  if (column.is_text()) {
    const std::int64_t code = code_at(column, row);
    return code >= 0 && static_cast<std::size_t>(code) < by_label.size() ? by_label[static_cast<std::size_t>(code)]
                                                                         : otherwise;
  }
  double buffer = nan;
  const double number = *load(column, row, 1, &buffer);
  const auto at =
      std::find_if(by_number.begin(), by_number.end(), [number](const auto& entry) { return entry.first == number; });
  return at == by_number.end() ? otherwise : at->second;
}

std::int64_t code_at(const input& column, std::size_t row) {
  const auto& codes = std::get<sojourn::column<std::int32_t>>(column.source->values);
  return codes.present(row) ? std::int64_t{codes[row]} : -1;
}

const input* days_column(const bound_inputs& inputs, std::size_t k) noexcept {
  const auto by_hand = inputs.patched.find(k);
  if (by_hand != inputs.patched.end()) return &by_hand->second->days_input;
  const std::size_t observed = inputs.plan().leaves[k].observed;
  return observed == nowhere ? nullptr : &inputs.columns[observed];
}

bound_inputs read_inputs(const scorecard& card, const signals& columns, const score_options& options) {
  return binder(card, columns, options).run();
}

}  // namespace sojourn::inline v0_1::health::detail
