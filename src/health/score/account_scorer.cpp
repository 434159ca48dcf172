#include "sojourn/health/score/account_scorer.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "health/score/usual_card.hpp"

namespace sojourn::inline v0_1::health {

struct account_scorer::row {
  row(const scorecard& given, day as_of)
      : card(given), numbers(card.inputs().size(), std::numeric_limits<double>::quiet_NaN()) {
    options.as_of = as_of;
    columns.reserve(numbers.size());
    for (const std::string& name : card.inputs()) columns.push_back({name, column<double>{}});
    for (std::size_t i = 0; i < numbers.size(); ++i) make_number(i);
    for (const signal_spec& s : card.spec().signals) always_checks |= s.valid && s.valid->otherwise == invalid_policy::error;
    bind();
  }

  [[nodiscard]] bool is_text(std::size_t i) const { return !columns[i].labels.empty(); }
  void make_number(std::size_t i) {
    columns[i].labels.clear();
    columns[i].values = column<double>(std::span<const double>(&numbers[i], 1));
    bound = nullptr;
  }
  void make_text(std::size_t i, std::string_view value) {
    if (is_text(i) && columns[i].labels.front() == value) return;
    columns[i].labels.assign(1, std::string(value));
    columns[i].values = column<std::int32_t>(std::span<const std::int32_t>(&first_label, 1));
    bound = nullptr;
  }

  /// Names, kinds and ranges are checked here: again where a kind or a label changed, and for ranges that are errors each
  /// time.
  void bind() {
    fast.reset();
    bound = detail::bind(card, columns, options);
    detail::make_room(*bound, result);
    if (detail::takes_usual_way(*bound)) fast.emplace(*bound, 1, result, nullptr);
  }
  account_score score() {
    if (bound == nullptr || always_checks) bind();
    if (!fast || !fast->tile(0, 1)) detail::score_rows(*bound, 0, 1, result, {});
    return {result.score[0], result.tier[0], result.coverage[0], result.flags[0]};
  }

  scorecard card;
  score_options options;
  std::vector<double> numbers;
  std::int32_t first_label = 0;
  signals columns;
  bool always_checks = false;
  std::shared_ptr<const detail::bound_inputs> bound;
  scores result;
  std::optional<detail::usual_scorer> fast;
};

account_scorer::account_scorer(const scorecard& card, day as_of) : row_(std::make_unique<row>(card, as_of)) {}
account_scorer::~account_scorer() = default;
account_scorer::account_scorer(account_scorer&&) noexcept = default;
account_scorer& account_scorer::operator=(account_scorer&&) noexcept = default;

std::size_t account_scorer::inputs() const noexcept {
  return row_->numbers.size();
}

void account_scorer::set(std::size_t input, double value) {
  row_->numbers[input] = value;
  if (row_->is_text(input)) row_->make_number(input);
}

void account_scorer::set_text(std::size_t input, std::string_view value) {
  row_->make_text(input, value);
}

account_score account_scorer::score() {
  return row_->score();
}

}  // namespace sojourn::inline v0_1::health
