#include "sojourn/forecast/plan_states.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

std::vector<double> matrix_product(const std::vector<double>& a, const std::vector<double>& b, std::size_t n) {
  std::vector<double> product(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t j = 0; j < n; ++j) product[i * n + j] += a[i * n + k] * b[k * n + j];
    }
  }
  return product;
}

template <class Number>
void require_square(const std::vector<std::vector<Number>>& rows) {
  if (rows.empty()) throw schema_error("plan_states: there is one state or more");
  for (const auto& row : rows) {
    if (row.size() != rows.size())
      throw schema_error("plan_states: each state has one probability per state; the rows form a square");
  }
}

}  // namespace

plan_states::plan_states(std::vector<std::vector<double>> monthly) : states_(monthly.size()) {
  require_square(monthly);
  monthly_.reserve(states_ * states_);
  for (std::size_t from = 0; from < states_; ++from) {
    double sum = 0;
    for (const double p : monthly[from]) {
      if (!(p >= 0 && p <= 1))
        throw data_error({"probability", from, "", "a probability lies between 0 and 1", "give shares, not per cent"});
      sum += p;
      monthly_.push_back(p);
    }
    if (!(std::abs(sum - 1) <= 1e-9))
      throw data_error({"probability", from, "",
                        "an account is somewhere a month later: the probabilities of a state add up to 1",
                        "add the share that leaves as a state of its own"});
  }
}

std::vector<std::vector<double>> plan_states::after(std::int64_t months) const {
  if (months < 0) throw schema_error("plan_states: the number of months is 0 or more");
  std::vector<double> power(states_ * states_), square = monthly_;
  for (std::size_t i = 0; i < states_; ++i) power[i * states_ + i] = 1;
  for (std::int64_t left = months; left > 0; left /= 2) {
    if (left % 2 == 1) power = matrix_product(power, square, states_);
    if (left > 1) square = matrix_product(square, square, states_);
  }
  std::vector<std::vector<double>> rows;
  rows.reserve(states_);
  for (std::size_t i = 0; i < states_; ++i) {
    const auto row = power.begin() + static_cast<std::ptrdiff_t>(i * states_);
    rows.emplace_back(row, row + static_cast<std::ptrdiff_t>(states_));
  }
  return rows;
}

std::vector<double> plan_states::expected_mrr(std::span<const double> mrr, std::int64_t months) const {
  if (mrr.size() != states_) throw schema_error("plan_states: each state has an MRR, that of having left is 0");
  std::vector<double> found;
  found.reserve(states_);
  for (const std::vector<double>& row : after(months)) {
    double sum = 0;
    for (std::size_t to = 0; to < states_; ++to) sum += row[to] * mrr[to];
    found.push_back(sum);
  }
  return found;
}

plan_states plan_states_of(const std::vector<std::vector<std::int64_t>>& moves) {
  require_square(moves);
  std::vector<std::vector<double>> monthly;
  monthly.reserve(moves.size());
  for (std::size_t from = 0; from < moves.size(); ++from) {
    double sum = 0;
    for (const std::int64_t count : moves[from]) {
      if (count < 0)
        throw data_error({"moves", from, std::to_string(count), "a number of accounts is 0 or more", "count accounts"});
      sum += static_cast<double>(count);
    }
    std::vector<double>& row = monthly.emplace_back(moves.size());
    for (std::size_t to = 0; to < moves.size(); ++to)
      row[to] = sum > 0 ? static_cast<double>(moves[from][to]) / sum : (from == to ? 1 : 0);
  }
  return plan_states(std::move(monthly));
}

}  // namespace sojourn::inline v0_1
