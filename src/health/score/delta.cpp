#include "sojourn/health/score/delta.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "detail/nan.hpp"
#include "health/score/account_change.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::nan;

class comparison {
 public:
  comparison(const snapshot& before, const snapshot& now, const delta_options& options)
      : before_(before),
        now_(now),
        options_(options),
        same_card_(before.card.hash() == now.card.hash()),
        change_(now.card.plan()) {}

  delta_table run() {
    check();
    const std::size_t rows = now_.result.size(), signals = now_.signals();
    result_.rows = rows;
    result_.signals = signals;
    result_.value.assign(rows * signals, nan);
    result_.coverage.assign(rows * signals, nan);
    for (auto* column : {&result_.total, &result_.rules, &result_.model}) column->assign(rows, nan);
    result_.trend.assign(rows, trend::unknown);
    std::vector<unsigned char> kept(before_.result.size(), 0);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t then = options_.row_before.empty() ? row : options_.row_before[row];
      if (then != not_there) kept[then] = 1;
      compare(row, then);
    }
    for (std::size_t row = 0; row < kept.size(); ++row)
      if (kept[row] == 0) result_.lost.push_back(row);
    return std::move(result_);
  }

 private:
  void check() const {
    const auto& rows = options_.row_before;
    if (rows.empty() && before_.result.size() != now_.result.size()) {
      throw schema_error("the two cycles have " + std::to_string(before_.result.size()) + " and " +
                         std::to_string(now_.result.size()) + " rows; say which row was which (\"row_before\")");
    }
    if (!rows.empty() && rows.size() != now_.result.size())
      throw schema_error("\"row_before\" needs one entry per row of now");
    for (const std::size_t row : rows) {
      if (row != not_there && row >= before_.result.size())
        throw schema_error("\"row_before\" names row " + std::to_string(row) + ", which does not exist");
    }
    const snapshot* again = options_.before_with_card_of_now;
    if (again != nullptr && (again->card.hash() != now_.card.hash() || again->result.size() != before_.result.size())) {
      throw schema_error("\"before_with_card_of_now\" must be the cycle before, scored with the card of now");
    }
    if (!(options_.dead_band >= 0)) throw schema_error("the dead band must be 0 or more points");
  }

  void compare(std::size_t row, std::size_t then) {
    const double now = now_.result.score[row];
    const double before = then == not_there ? nan : before_.result.score[then];
    if (std::isnan(now)) return;
    if (std::isnan(before)) {
      result_.trend[row] = trend::appeared;
      return;
    }
    const double total = now - before;
    result_.total[row] = total;
    result_.trend[row] = total > options_.dead_band ? trend::up : total < -options_.dead_band ? trend::down : trend::flat;
    const snapshot* from = same_card_ ? &before_ : options_.before_with_card_of_now;
    if (from == nullptr || std::isnan(from->result.score[then])) return;
    result_.model[row] = same_card_ ? 0.0 : from->result.score[then] - before;
    if (change_.run(from->of(then), now_.of(row), result_.value.data() + row, result_.coverage.data() + row, result_.rows) ==
        attribution::sampled) {
      result_.method = attribution::sampled;
    }
    result_.rules[row] = (now - now_.raw(row)) - (from->result.score[then] - from->raw(then));
  }

  const snapshot& before_;
  const snapshot& now_;
  const delta_options& options_;
  bool same_card_;
  detail::account_change change_;
  delta_table result_;
};

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace

delta_table delta(const snapshot& before, const snapshot& now, const delta_options& options) {
  return comparison(before, now, options).run();
}

std::vector<double> score_slopes(std::span<const std::span<const double>> history, std::span<const double> times,
                                 slope_method method) {
  if (times.size() != history.size()) throw schema_error("there must be one time per cycle");
  const std::size_t rows = history.empty() ? 0 : history.front().size();
  for (std::size_t c = 0; c < history.size(); ++c) {
    if (history[c].size() != rows) throw schema_error("every cycle needs the same rows");
    if (!std::isfinite(times[c]) || (c > 0 && !(times[c] > times[c - 1])))
      throw schema_error("times must increase from cycle to cycle");
  }
  std::vector<double> result(rows, nan), slopes;
  for (std::size_t row = 0; row < rows; ++row) {
    double n = 0, t = 0, y = 0;
    for (std::size_t c = 0; c < history.size(); ++c) {
      if (std::isfinite(history[c][row])) n += 1, t += times[c], y += history[c][row];
    }
    if (n < 3) continue;
    double up = 0, down = 0;
    slopes.clear();
    for (std::size_t c = 0; c < history.size(); ++c) {
      if (!std::isfinite(history[c][row])) continue;
      up += (times[c] - t / n) * (history[c][row] - y / n);
      down += (times[c] - t / n) * (times[c] - t / n);
      for (std::size_t d = c + 1; method == slope_method::theil_sen && d < history.size(); ++d) {
        if (std::isfinite(history[d][row])) slopes.push_back((history[d][row] - history[c][row]) / (times[d] - times[c]));
      }
    }
    result[row] = method == slope_method::theil_sen ? median(slopes) : up / down;
  }
  return result;
}

namespace {

std::vector<double> sums_by_row(const std::vector<double>& all, std::size_t rows) {
  std::vector<double> sums(rows, 0.0);
  for (std::size_t i = 0; i < all.size(); ++i) sums[i % rows] += all[i];
  return sums;
}

}  // namespace

snapshot detail::take_snapshot(const scorecard& card, const sojourn::signals& columns, const score_options& options,
                               const any_executor& host) {
  const auto inputs = bind(card, columns, options);
  snapshot taken{card, {}, std::vector<signal_state>(rows(*inputs) * card.spec().signals.size())};
  make_room(*inputs, taken.result);
  score_all(*inputs, taken.result, {nullptr, taken.states.data()}, host);
  return taken;
}

std::vector<double> delta_table::value_by_row() const {
  return sums_by_row(value, rows);
}

std::vector<double> delta_table::coverage_by_row() const {
  return sums_by_row(coverage, rows);
}

}  // namespace sojourn::inline v0_1::health
