#include "health/score/account_row.hpp"

#include <algorithm>

#include "health/score/inputs.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {

account_row::account_row(const scorecard& card, const signals& columns, std::size_t row, const score_options& options)
    : card_(card), options_(options) {
  const auto all = bind(card, columns, options);  // every check of scoring
  if (row >= all->rows)
    throw schema_error("row " + std::to_string(row) + " does not exist; there are " + std::to_string(all->rows));
  for (const input& column : all->columns) columns_.push_back(cut(column, row));
  for (const input& column : all->previous) {
    if (column.is_there()) before_.push_back(cut(column, row));
  }
  if (options.previous_signals != nullptr) options_.previous_signals = &before_;
  if (!options.previous.empty()) options_.previous = options.previous.subspan(row, 1);
  if (!options.previous_score.empty()) options_.previous_score = options.previous_score.subspan(row, 1);
  if (!options.previous_tier.empty()) options_.previous_tier = options.previous_tier.subspan(row, 1);
  for (manual_value m : options.manual) {
    if (m.row != row) continue;
    m.row = 0;
    manual_.push_back(m);
  }
  options_.manual = manual_;
}

signal_column account_row::cut(const input& column, std::size_t row) {
  static constexpr std::uint8_t absent[] = {0};
  signal_column result;
  result.name = column.source->name;
  if (column.is_text()) {
    result.labels = column.source->labels;
    const std::int64_t code = code_at(column, row);
    auto& codes = codes_.emplace_back(1, static_cast<std::int32_t>(std::max<std::int64_t>(code, 0)));
    result.values = code < 0 ? sojourn::column<std::int32_t>(codes, absent) : sojourn::column<std::int32_t>(codes);
  } else {
    double buffer = 0;
    auto& numbers = numbers_.emplace_back(1, *load(column, row, 1, &buffer));
    result.values = sojourn::column<double>(numbers);
  }
  const auto& days = column.source->observed_at;
  if (days.empty()) return result;
  auto& seen = codes_.emplace_back(1, days[row]);
  result.observed_at = days.present(row) ? sojourn::column<std::int32_t>(seen) : sojourn::column<std::int32_t>(seen, absent);
  return result;
}

void account_row::assume(const assumption& change) {
  const auto& names = card_.inputs();
  const auto at = std::find(names.begin(), names.end(), change.column);
  if (at == names.end()) {
    const std::string hint = json::did_you_mean(change.column, names);
    throw schema_error("the card reads no column \"" + change.column + "\"" + (hint.empty() ? "" : "; " + hint));
  }
  const auto input = static_cast<std::size_t>(at - names.begin());
  signal_column& column = columns_[input];
  if (!change.label.empty()) {
    auto found = std::find(column.labels.begin(), column.labels.end(), change.label);
    auto& codes = codes_.emplace_back(1, static_cast<std::int32_t>(found - column.labels.begin()));
    if (found == column.labels.end()) column.labels.push_back(change.label);
    column.values = sojourn::column<std::int32_t>(codes);
  } else {
    column.labels.clear();
    column.values = sojourn::column<double>(numbers_.emplace_back(1, change.value));
  }
  seen_today(input);
}

void account_row::seen_today(std::size_t input) {
  if (!columns_[input].observed_at.empty())
    columns_[input].observed_at = sojourn::column<std::int32_t>(codes_.emplace_back(1, options_.as_of.since_epoch));
  const auto& leaves = card_.plan().leaves;
  if (input >= leaves.size() || leaves[input].observed == nowhere) return;
  columns_[leaves[input].observed].values =
      sojourn::column<double>(numbers_.emplace_back(1, static_cast<double>(options_.as_of.since_epoch)));
}

double account_row::number(std::size_t input) const {
  const signal_column& column = columns_[input];
  if (!column.labels.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto* values = std::get_if<sojourn::column<double>>(&column.values);
  return (*values)[0];
}

}  // namespace sojourn::inline v0_1::health::detail
