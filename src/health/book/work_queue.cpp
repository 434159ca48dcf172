#include "sojourn/health/book/work_queue.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1::health {
namespace {

void check_shape(const queue_input& rows, const queue_options& options) {
  const auto check = [&](std::size_t length, const char* what) {
    if (length == 0 || length == rows.value.size()) return;
    throw schema_error(std::string(what) + " has " + std::to_string(length) + " rows and the value column has " +
                       std::to_string(rows.value.size()));
  };
  check(rows.p_churn.size(), "p_churn");
  check(rows.score.size(), "score");
  check(rows.days_overdue.size(), "days_overdue");
  check(rows.effect.size(), "effect");
  check(rows.effort.size(), "effort");
  check(rows.owner.size(), "owner");
  if (!(options.capacity > 0) || std::isinf(options.capacity))
    throw schema_error("capacity must be a finite number above 0");
  if (!(options.overdue_bonus >= 0) || std::isinf(options.overdue_bonus))
    throw schema_error("overdue_bonus must be finite and not negative");
  if (!(options.unknown_risk >= 0 && options.unknown_risk <= 1)) throw schema_error("unknown_risk must lie between 0 and 1");
}

double within(double value, double high, const char* what, std::size_t row) {
  if (value >= 0 && value <= high) return value;
  throw data_error(
      {what, row, sojourn::detail::number_text(value), "lies outside 0 .. " + std::to_string(static_cast<int>(high)), ""});
}

/// What an account is ranked by: its probability to leave, or what its score falls short of 100; NaN when nothing is known.
struct ranking_risk {
  double share = std::numeric_limits<double>::quiet_NaN();
  bool is_probability = false;
};

ranking_risk risk_of(const queue_input& rows, std::size_t row) {
  const bool probabilities = !rows.p_churn.empty();
  if (probabilities && !std::isnan(rows.p_churn[row])) return {within(rows.p_churn[row], 1, "p_churn", row), true};
  if (rows.score.empty() || std::isnan(rows.score[row])) return {.is_probability = probabilities};
  return {1 - within(rows.score[row], 100, "score", row) / 100, false};
}

std::int64_t value_of(const queue_input& rows, std::size_t row) {
  if (!rows.value.present(row)) return 0;
  if (rows.value[row] >= 0) return rows.value[row];
  throw data_error({rows.value.name_or("value"), row, sojourn::detail::number_text(rows.value[row]), "is negative",
                    "a credit is no revenue at risk: pass 0"});
}

/// The measured effect of an account's remedy, where it lowers the probability to leave.
double effect_of(const queue_input& rows, std::size_t row) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (rows.effect.empty() || std::isnan(rows.effect[row])) return none;
  if (!(rows.effect[row] >= -1 && rows.effect[row] <= 1))
    throw data_error({"effect", row, sojourn::detail::number_text(rows.effect[row]), "lies outside -1 .. 1", ""});
  return rows.effect[row] > 0 ? rows.effect[row] : none;
}

double effort_of(const queue_input& rows, std::size_t row) {
  if (rows.effort.empty()) return 1;
  if (rows.effort[row] >= 0 && std::isfinite(rows.effort[row])) return rows.effort[row];
  throw data_error({"effort", row, sojourn::detail::number_text(rows.effort[row]), "must be finite and not negative", ""});
}

std::uint32_t owner_of(const queue_input& rows, std::size_t row) {
  if (rows.owner.empty() || !rows.owner.present(row)) return static_cast<std::uint32_t>(rows.owners);
  if (rows.owner[row] < rows.owners) return rows.owner[row];
  throw data_error(
      {rows.owner.name_or("owner"), row, std::to_string(rows.owner[row]), "is not below the number of owners", ""});
}

/// Ranks and the line of capacity, owner by owner; `items` is sorted.
void place(const queue_input& rows, double capacity, work_queue& queue) {
  for (queue_item& item : queue.items) {
    owner_load& load = queue.load[item.owner];
    load.effort += effort_of(rows, item.row);
    item.rank = static_cast<std::uint32_t>(++load.accounts);
    // Once one account does not fit, none below it does.
    if (load.effort > capacity) {
      item.place = queue_place::beyond_capacity;
      ++load.beyond;
    }
    if (std::isnan(item.at_risk))
      load.score_shortfall_value += item.score_shortfall_value;
    else
      load.at_risk += item.at_risk;
  }
}

std::int64_t csms_for(double effort, double capacity) {
  const double needed = std::ceil(effort / capacity);
  if (!(needed < 9e18)) throw overflow_error("work queue: more than 2^63 CSMs needed");
  return static_cast<std::int64_t>(needed);
}

}  // namespace

work_queue make_work_queue(const queue_input& rows, queue_options options) {
  check_shape(rows, options);
  work_queue queue;
  queue.load.resize(rows.owners + 1);
  queue.items.reserve(rows.value.size());
  for (std::size_t row = 0; row < rows.value.size(); ++row) {
    queue_item item;
    item.row = row;
    item.owner = owner_of(rows, row);
    const ranking_risk found = risk_of(rows, row);
    item.risk = found.share;
    item.order = found.is_probability ? queue_order::probability : queue_order::score;
    if (std::isnan(item.risk)) {
      item.risk = options.unknown_risk;
      item.order = queue_order::nothing_known;
      ++queue.unknown_risk;
    }
    const std::int64_t exact = value_of(rows, row);
    const auto value = static_cast<double>(exact);
    queue.missing_value += rows.value.present(row) ? 0 : 1;
    (found.is_probability ? item.at_risk : item.score_shortfall_value) = value * item.risk;
    queue.by_score += found.is_probability ? 0 : 1;
    const bool overdue = !rows.days_overdue.empty() && rows.days_overdue[row] > 0;
    const double effect = effect_of(rows, row);
    if (!std::isnan(effect)) {
      item.can_be_saved = value * effect;
      item.order = queue_order::measured_effect;
      ++queue.by_effect;
    }
    item.priority = value * (std::isnan(effect) ? item.risk : effect) + (overdue ? options.overdue_bonus * value : 0);
    queue.load[item.owner].overdue += overdue ? 1 : 0;
    queue.load[item.owner].value += exact;
    queue.items.push_back(item);
  }
  std::sort(queue.items.begin(), queue.items.end(), [](const queue_item& a, const queue_item& b) {
    const auto key = [](const queue_item& one) {
      return std::tuple(one.owner, one.order != queue_order::measured_effect, -one.priority, one.row);
    };
    return key(a) < key(b);
  });
  place(rows, options.capacity, queue);
  for (std::size_t owner = 0; owner < queue.load.size(); ++owner) {
    owner_load& load = queue.load[owner];
    load.owner = owner;
    load.overload = std::max(0.0, load.effort - options.capacity);
    load.csms_needed = csms_for(load.effort, options.capacity);
    queue.effort += load.effort;
  }
  queue.csms_needed = csms_for(queue.effort, options.capacity);
  return queue;
}

std::vector<owner_load> work_queue::loads_with_accounts() const {
  std::vector<owner_load> loads = load;
  if (!loads.empty() && loads.back().accounts == 0) loads.pop_back();
  return loads;
}

}  // namespace sojourn::inline v0_1::health
