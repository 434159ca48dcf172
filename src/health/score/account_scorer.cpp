#include "sojourn/health/score/account_scorer.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "health/score/usual_card.hpp"

namespace sojourn::inline v0_1::health {
namespace detail {

/// One row of a table: its values, and the columns of one row that look at them. Neither may be moved.
class row_of_inputs {
 public:
  explicit row_of_inputs(const std::vector<std::string>& names)
      : numbers_(names.size(), std::numeric_limits<double>::quiet_NaN()) {
    columns_.reserve(names.size());
    for (const std::string& name : names) columns_.push_back({name, column<double>{}});
    for (std::size_t i = 0; i < numbers_.size(); ++i) make_number(i);
  }
  row_of_inputs(const row_of_inputs&) = delete;
  row_of_inputs& operator=(const row_of_inputs&) = delete;

  [[nodiscard]] const signals& columns() const noexcept { return columns_; }
  /// Whether the kind of a column, or a label, has changed: then names and kinds are checked again.
  bool set(std::size_t input, double value) {
    numbers_[input] = value;
    if (columns_[input].labels.empty()) return false;
    make_number(input);
    return true;
  }
  bool set_text(std::size_t input, std::string_view value) {
    auto& labels = columns_[input].labels;
    if (!labels.empty() && labels.front() == value) return false;
    labels.assign(1, std::string(value));
    columns_[input].values = column<std::int32_t>(std::span<const std::int32_t>(&first_label_, 1));
    return true;
  }
  void clear() {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      numbers_[i] = std::numeric_limits<double>::quiet_NaN();
      make_number(i);
    }
  }

 private:
  void make_number(std::size_t i) {
    columns_[i].labels.clear();
    columns_[i].values = column<double>(std::span<const double>(&numbers_[i], 1));
  }

  std::vector<double> numbers_;
  std::int32_t first_label_ = 0;
  signals columns_;
};

}  // namespace detail

struct account_scorer::row {
  row(const scorecard& given, day as_of) : card(given), now(card.inputs()), then(card.inputs()) {
    options.as_of = as_of;
    for (const signal_spec& s : card.spec().signals) always_checks |= s.valid && s.valid->otherwise == invalid_policy::error;
    bind();
  }

  void require_input(std::size_t input) const {
    if (input < card.inputs().size()) return;
    throw schema_error("account_scorer: there is no input number " + std::to_string(input) + "; the card \"" +
                       card.spec().card + "\" has " + std::to_string(card.inputs().size()) +
                       ", numbered from 0 as scorecard::inputs() lists them");
  }
  void set_previous(const cycle_state& state) {
    before = state;
    options.previous = std::span<const cycle_state>(&before, 1);
    bound = nullptr;
  }
  /// The row of the cycle before is read once something of it was set.
  detail::row_of_inputs& previous(std::size_t input) {
    require_input(input);
    options.previous_signals = &then.columns();
    bound = nullptr;
    return then;
  }
  void clear() {
    now.clear(), then.clear();
    options.previous = {};
    options.previous_signals = nullptr;
    bound = nullptr;
  }

  /// Names, kinds and ranges are checked here: again where a kind or a label changed, and for ranges that are errors each
  /// time.
  void bind() {
    fast.reset();
    bound = detail::bind(card, now.columns(), options);
    detail::make_room(*bound, result);
    if (detail::takes_usual_way(*bound)) fast.emplace(*bound, 1, result, nullptr);
  }
  account_score score() {
    if (bound == nullptr || always_checks) bind();
    if (!fast || !fast->tile(0, 1)) detail::score_rows(*bound, 0, 1, result, {});
    scored = true;
    account_score found{result.score[0], result.tier[0], result.coverage[0], result.flags[0]};
    if (!result.delta.empty()) found.delta = result.delta[0];
    if (!result.prev_tier.empty()) found.prev_tier = result.prev_tier[0];
    return found;
  }
  [[nodiscard]] cycle_state cycle() const {
    if (!scored) return {};
    if (!result.cycle.empty()) return result.cycle[0];
    cycle_state left{.score = result.score[0], .tier = result.tier[0], .as_of = options.as_of};
    if (left.score == left.score) left.scored_on = options.as_of;
    return left;
  }

  scorecard card;
  score_options options;
  detail::row_of_inputs now, then;
  cycle_state before;
  bool always_checks = false, scored = false;
  std::shared_ptr<const detail::bound_inputs> bound;
  scores result;
  std::optional<detail::usual_scorer> fast;
};

account_scorer::account_scorer(const scorecard& card, day as_of) : row_(std::make_unique<row>(card, as_of)) {}
account_scorer::~account_scorer() = default;
account_scorer::account_scorer(account_scorer&&) noexcept = default;
account_scorer& account_scorer::operator=(account_scorer&&) noexcept = default;

account_scorer::row& account_scorer::bound_row() const {
  if (row_ == nullptr) throw schema_error("account_scorer: it was moved from; make another one of the card");
  return *row_;
}

std::size_t account_scorer::inputs() const noexcept {
  return row_ != nullptr ? row_->card.inputs().size() : 0;
}

std::size_t account_scorer::input(std::string_view name) const {
  const std::vector<std::string>& names = bound_row().card.inputs();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  throw schema_error("account_scorer: the card \"" + row_->card.spec().card + "\" has no input \"" + std::string(name) +
                     "\"; scorecard::inputs() lists them");
}

void account_scorer::set(std::size_t input, double value) {
  row& all = bound_row();
  all.require_input(input);
  if (all.now.set(input, value)) all.bound = nullptr;
}

void account_scorer::set_text(std::size_t input, std::string_view value) {
  row& all = bound_row();
  all.require_input(input);
  if (all.now.set_text(input, value)) all.bound = nullptr;
}

void account_scorer::set_previous(const cycle_state& before) {
  bound_row().set_previous(before);
}

void account_scorer::set_previous(std::size_t input, double value) {
  bound_row().previous(input).set(input, value);
}

void account_scorer::set_previous_text(std::size_t input, std::string_view value) {
  bound_row().previous(input).set_text(input, value);
}

void account_scorer::clear() {
  bound_row().clear();
}

account_score account_scorer::score() {
  return bound_row().score();
}

cycle_state account_scorer::cycle() const {
  return bound_row().cycle();
}

contributions account_scorer::explain() const {
  const row& all = bound_row();
  return health::explain(all.card, all.now.columns(), all.options);
}

}  // namespace sojourn::inline v0_1::health
