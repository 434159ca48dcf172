#include "sojourn/lifetime/decay_sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include "detail/number_text.hpp"
#include "lifetime/decay_weights.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int32_t most_renewals = 100'000;  // a day or an amount taken for a number of renewals would ask for gigabytes

template <class T>
bool given(const column<T>& values, std::size_t row) {
  return values.empty() || values.present(row);
}

bool weight_given(const column<double>& weight, std::size_t row) {
  return weight.empty() || (weight.present(row) && !std::isnan(weight[row]));
}

data_error bad_renewal(const decay_rows& rows, std::size_t row, std::string rule, std::string advice) {
  return data_error({rows.t.name_or("t"), row, std::to_string(rows.t[row]), std::move(rule), std::move(advice)});
}

void require_row(const decay_rows& rows, std::size_t row) {
  if (rows.left[row] > 1)
    throw data_error({rows.left.name_or("left"), row, std::to_string(rows.left[row]),
                      "an account is still there (0) or left (1)", "give 0 or 1"});
  const bool left = rows.left[row] == 1;
  if (rows.t[row] < (left ? 1 : 0))
    throw bad_renewal(rows, row, left ? "an account leaves at renewal 1 or later" : "renewals are counted from 0",
                      "t is the renewal at which the account left, or the renewals made so far");
  if (rows.t[row] > most_renewals)
    throw bad_renewal(rows, row, "renewals are numbered up to " + std::to_string(most_renewals),
                      "count renewals, not days or amounts");
  if (!rows.entry.empty() && rows.entry.present(row)) {
    const std::int32_t entry = rows.entry[row];
    if (entry < 0 || (entry > 0 && entry >= rows.t[row]))
      throw data_error({rows.entry.name_or("entry"), row, std::to_string(entry),
                        "entry is 0 or more, and before t (" + std::to_string(rows.t[row]) + ")",
                        "entry is the number of renewals made when observation began"});
  }
  if (!rows.weight.empty() && !(rows.weight[row] >= 0 && std::isfinite(rows.weight[row])))
    throw data_error({rows.weight.name_or("weights"), row, detail::number_text(rows.weight[row]),
                      "a weight is a number of 0 or more", "give it 0, or leave it missing to leave the row out"});
  if (!rows.count.empty() && rows.count[row] < 0)
    throw data_error({rows.count.name_or("count"), row, std::to_string(rows.count[row]), "a count is 0 or more",
                      "count the accounts that the row stands for"});
}

void require_columns(const decay_rows& rows) {
  require_same_length(rows.t, "t", rows.left, "left");
  if (!rows.entry.empty()) require_same_length(rows.t, "t", rows.entry, "entry");
  if (!rows.weight.empty()) require_same_length(rows.t, "t", rows.weight, "weights");
  if (!rows.count.empty()) require_same_length(rows.t, "t", rows.count, "count");
}

void add_row(decay_sample& sample, const decay_rows& rows, std::size_t row) {
  if (!given(rows.t, row) || !given(rows.left, row) || !weight_given(rows.weight, row) || !given(rows.count, row)) {
    ++sample.rows_missing;
    return;
  }
  require_row(rows, row);
  const decay_cell cell{.entry = !rows.entry.empty() && rows.entry.present(row) ? rows.entry[row] : 0,
                        .t = rows.t[row],
                        .left = rows.left[row] == 1,
                        .weight = rows.weight.empty() ? 1 : rows.weight[row],
                        .accounts = rows.count.empty() ? 1 : rows.count[row]};
  if (cell.weight > 0 && cell.accounts > 0) sample.cells.push_back(cell);
}

auto order_of(const decay_cell& cell) {
  return std::tie(cell.cohort, cell.entry, cell.t, cell.left, cell.weight);
}

/// Sorted, equal ones as one.
void compress(std::vector<decay_cell>& cells) {
  std::sort(cells.begin(), cells.end(), [](const decay_cell& a, const decay_cell& b) { return order_of(a) < order_of(b); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (kept > 0 && order_of(cells[kept - 1]) == order_of(cells[i])) {
      if (__builtin_add_overflow(cells[kept - 1].accounts, cells[i].accounts, &cells[kept - 1].accounts))
        throw overflow_error("decay: a count leaves 64 bits");
    } else {
      cells[kept++] = cells[i];
    }
  }
  cells.resize(kept);
}

/// What one account of each cohort is worth; 1 without weights.
class cohort_weights {
 public:
  explicit cohort_weights(const column<double>& weight) : weight_(weight) {}

  double of(std::size_t cohort, std::size_t row) {
    if (weight_.empty()) return 1;
    if (cohort >= first_row_.size()) first_row_.resize(cohort + 1, none);
    if (!weight_given(weight_, row) || !(weight_[row] > 0 && std::isfinite(weight_[row])))
      throw data_error({weight_.name_or("weights"), row,
                        weight_given(weight_, row) ? detail::number_text(weight_[row]) : "missing",
                        "the weight of a cohort is a number above 0", "leave out cohorts that are worth nothing"});
    if (first_row_[cohort] == none) first_row_[cohort] = row;
    const double wanted = weight_[first_row_[cohort]];
    if (weight_[row] != wanted)
      throw data_error({weight_.name_or("weights"), row, detail::number_text(weight_[row]),
                        "an account of one cohort has one weight (" + detail::number_text(wanted) + " at its first row)",
                        "give accounts one row each where their weights differ: renewal_curve(t, left, weights=)"});
    return wanted;
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  const column<double>& weight_;
  std::vector<std::size_t> first_row_;
};

/// The share that renewed, with its interval: plain, or by weight.
struct faced_renewal {
  std::int64_t faced = 0, renewed = 0;
  double weight = 0, kept = 0;
  double squares = 0, kept_squares = 0;

  void add(const decay_cell& cell, bool stayed) {
    const auto times = static_cast<double>(cell.accounts);
    faced += cell.accounts;
    weight += times * cell.weight;
    squares += times * cell.weight * cell.weight;
    if (!stayed) return;
    renewed += cell.accounts;
    kept += times * cell.weight;
    kept_squares += times * cell.weight * cell.weight;
  }
  [[nodiscard]] estimate rate(bool weighted, confidence_level level) const {
    if (!weighted) return proportion(renewed, faced, {.level = level}).as(renewal_rate_label);
    const double p = faced > 0 ? kept / weight : 0;
    double n = faced > 0 ? weight * weight / squares : 0;  // Kish
    // sum of (w (y - p))^2
    const double spread = kept_squares * (1 - p) * (1 - p) + (squares - kept_squares) * p * p;
    if (faced > 1 && spread > 0) {
      const double variance = static_cast<double>(faced) / static_cast<double>(faced - 1) * spread / (weight * weight);
      n = std::min(n, p * (1 - p) / variance);
    }
    return weighted_proportion(p, n, faced, {.level = level}).as(renewal_rate_label);
  }
};

}  // namespace

std::int64_t decay_sample::accounts() const {
  std::int64_t sum = 0;
  for (const decay_cell& cell : cells) {
    if (__builtin_add_overflow(sum, cell.accounts, &sum)) throw overflow_error("decay: a count leaves 64 bits");
  }
  return sum;
}

decay_state decay_sample::counts() const {
  const std::vector<std::int64_t> ones(cells.size(), 1);
  std::vector<std::int64_t> accounts;
  accounts.reserve(cells.size());
  for (const decay_cell& cell : cells) accounts.push_back(cell.accounts);
  return detail::state_of(cells, accounts, ones);
}

decay_sample sample_decay(const decay_rows& rows) {
  require_columns(rows);
  decay_sample sample;
  sample.weighted = !rows.weight.empty();
  sample.cells.reserve(rows.t.size());
  for (std::size_t row = 0; row < rows.t.size(); ++row) add_row(sample, rows, row);
  compress(sample.cells);
  return sample;
}

decay_by_segment sample_decay_by(const decay_rows& rows, const column<std::uint32_t>& segment, std::size_t segment_count) {
  require_columns(rows);
  require_same_length(rows.t, "t", segment, "by");
  decay_sample empty;
  empty.weighted = !rows.weight.empty();
  decay_by_segment found{.segments = std::vector<decay_sample>(segment_count, empty), .without_segment = empty};
  for (std::size_t row = 0; row < rows.t.size(); ++row) {
    if (segment.present(row) && segment[row] >= segment_count)
      throw data_error({segment.name_or("by"), row, std::to_string(segment[row]),
                        "a segment code lies below the number of segments (" + std::to_string(segment_count) + ")",
                        "state as many segments as there are codes"});
    add_row(segment.present(row) ? found.segments[segment[row]] : found.without_segment, rows, row);
  }
  for (decay_sample& one : found.segments) compress(one.cells);
  compress(found.without_segment.cells);
  return found;
}

decay_sample sample_decay(const column<std::int32_t>& age, const column<std::int64_t>& survivors,
                          const column<std::uint32_t>& cohort, const column<double>& weight) {
  (void)tally_decay(age, survivors, cohort);  // its rules are these rules
  if (!weight.empty()) require_same_length(age, "t", weight, "weights");
  decay_sample sample;
  sample.weighted = !weight.empty();
  cohort_weights worth(weight);
  struct open_cohort {
    std::int32_t age = 0;
    std::int64_t left = 0;
    double weight = 1;
  };
  std::vector<open_cohort> open;
  const auto add = [&](std::size_t code, std::int32_t t, bool left, std::int64_t accounts) {
    if (accounts == 0) return;
    sample.cells.push_back({static_cast<std::uint32_t>(code), 0, t, left, open[code].weight, accounts});
  };
  for (std::size_t row = 0; row < age.size(); ++row) {
    const std::size_t code = cohort.empty() ? 0 : cohort[row];
    if (code >= open.size()) open.resize(code + 1);
    open[code].weight = worth.of(code, row);
    if (age[row] > 0) add(code, age[row], true, open[code].left - survivors[row]);
    open[code].age = age[row];
    open[code].left = survivors[row];
  }
  for (std::size_t code = 0; code < open.size(); ++code) add(code, open[code].age, false, open[code].left);
  compress(sample.cells);
  return sample;
}

decay_fit fit_decay(const decay_sample& sample, decay_options options) {
  if (!sample.weighted) return fit_decay(sample.counts(), options);
  const std::vector<std::int64_t> units = detail::weight_units(sample);
  std::vector<std::int64_t> accounts;
  accounts.reserve(sample.cells.size());
  double weight = 0;
  std::int64_t facing = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const decay_cell& cell = sample.cells[i];
    accounts.push_back(cell.accounts);
    if (cell.t == 0) continue;
    facing += cell.accounts;
    weight += static_cast<double>(units[i]) * static_cast<double>(cell.accounts);
  }
  decay_fit fit = fit_decay(detail::state_of(sample.cells, accounts, units), options);
  fit.robust = true;
  fit.weighted_accounts = facing;
  fit.log_likelihood *= static_cast<double>(facing) / weight;
  // Everybody left at once: the geometric rate of 1 has no error, robust or not.
  if (fit.fitted() && fit.covariance[0] > 0) fit.covariance = detail::robust_covariance(sample, units, fit);
  return fit;
}

std::vector<renewal_by_number> renewal_curve(const decay_sample& sample, confidence_level level) {
  std::int32_t last = 0;
  for (const decay_cell& cell : sample.cells) last = std::max(last, cell.t);
  std::vector<faced_renewal> faced(static_cast<std::size_t>(last));
  // Each cell faced the renewals after its entry up to t, and may have left at the last of them.
  for (const decay_cell& cell : sample.cells) {
    for (std::int32_t t = cell.entry + 1; t <= cell.t; ++t)
      faced[static_cast<std::size_t>(t) - 1].add(cell, !(cell.left && t == cell.t));
  }
  std::vector<renewal_by_number> curve;
  curve.reserve(faced.size());
  double survival = 1;
  for (std::size_t k = 0; k < faced.size(); ++k) {
    const estimate rate = faced[k].rate(sample.weighted, level);
    survival *= rate.value;
    curve.push_back({static_cast<std::int32_t>(k + 1), faced[k].faced, faced[k].renewed, rate, survival});
  }
  return curve;
}

}  // namespace sojourn::inline v0_1
