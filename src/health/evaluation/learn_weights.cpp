// Weights of a card: put in, read out, and found without outcomes.
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "sojourn/health/evaluation/learn.hpp"

namespace sojourn::inline v0_1::health {
namespace {

std::size_t position(const scorecard_spec& spec, const std::string& name) {
  const auto at = std::ranges::find(spec.signals, name, &signal_spec::name);
  return static_cast<std::size_t>(at - spec.signals.begin());
}

/// Sets the weights below a group; returns what the group then weighs.
double set_weights(const scorecard_spec& spec, group& node, std::span<const double> weights) {
  double sum = 0;
  for (branch& b : node.mean) {
    if (auto* sub = std::get_if<group>(&b.node))
      b.weight = set_weights(spec, *sub, weights);
    else
      b.weight = weights[position(spec, std::get<std::string>(b.node))];
    sum += b.weight;
  }
  return sum;
}

/// The weight that a member has: none where it, or all below it, is inactive.
double weight_of(const scorecard_spec& spec, const branch& b) {
  if (const auto* name = std::get_if<std::string>(&b.node))
    return spec.signals[position(spec, *name)].state == activity::active ? b.weight : 0;
  const std::vector<branch>& members = std::get<group>(b.node).mean;
  return std::ranges::any_of(members, [&](const branch& inner) { return weight_of(spec, inner) > 0; }) ? b.weight : 0;
}

void add_nominal(const scorecard_spec& spec, const group& node, double share, std::vector<double>& weights) {
  double sum = 0;
  for (const branch& b : node.mean) sum += weight_of(spec, b);
  for (const branch& b : node.mean) {
    const double part = sum > 0 ? share * weight_of(spec, b) / sum : 0;
    if (const auto* sub = std::get_if<group>(&b.node))
      add_nominal(spec, *sub, part, weights);
    else
      weights[position(spec, std::get<std::string>(b.node))] += part;
  }
}

/// Complete rows, one column per signal.
Eigen::MatrixXd complete_rows(signal_matrix s) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < s.rows; ++row) {
    bool all = true;
    for (std::size_t k = 0; k < s.signals; ++k) all = all && !std::isnan(s.values[k * s.rows + row]);
    if (all) rows.push_back(row);
  }
  Eigen::MatrixXd x(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(s.signals));
  for (Eigen::Index k = 0; k < x.cols(); ++k) {
    for (Eigen::Index i = 0; i < x.rows(); ++i)
      x(i, k) = s.values[static_cast<std::size_t>(k) * s.rows + rows[static_cast<std::size_t>(i)]];
  }
  return x;
}

Eigen::VectorXd deviations(const Eigen::MatrixXd& x) {
  const Eigen::MatrixXd centred = x.rowwise() - x.colwise().mean();
  return (centred.colwise().squaredNorm() / static_cast<double>(x.rows() - 1)).cwiseSqrt();
}

Eigen::VectorXd one_minus_entropy(const Eigen::MatrixXd& x) {
  Eigen::VectorXd weights(x.cols());
  for (Eigen::Index k = 0; k < x.cols(); ++k) {
    double entropy = 0;
    const double sum = x.col(k).sum();
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const double share = x(i, k) / sum;
      if (share > 0) entropy -= share * std::log(share);
    }
    weights[k] = sum > 0 ? 1 - entropy / std::log(static_cast<double>(x.rows())) : std::numeric_limits<double>::quiet_NaN();
  }
  return weights;
}

Eigen::VectorXd critic(const Eigen::MatrixXd& x) {
  const Eigen::VectorXd sd = deviations(x);
  const Eigen::MatrixXd centred = x.rowwise() - x.colwise().mean();
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(x.cols());
  for (Eigen::Index a = 0; a < x.cols(); ++a) {
    for (Eigen::Index b = 0; b < x.cols(); ++b) {
      const double scale = sd[a] * sd[b] * static_cast<double>(x.rows() - 1);
      // A constant signal is correlated with nothing; its own deviation of 0 makes its weight 0.
      if (a != b) weights[a] += 1 - (scale > 0 ? centred.col(a).dot(centred.col(b)) / scale : 0);
    }
    weights[a] *= sd[a];
  }
  return weights;
}

}  // namespace

scorecard detail::flat_card(const scorecard& card) {
  scorecard_spec spec = card.spec();
  spec.min_coverage = 0;
  spec.tree = {};
  spec.rules = {};  // a rule acts on the score; the parts are what is wanted here
  for (signal_spec& s : spec.signals) {
    spec.tree.mean.push_back({1, s.name});
    // An account without a score still has its other signals.
    if (s.missing.kind == missing_kind::fail) s.missing.kind = missing_kind::redistribute;
  }
  return compile(spec);
}

normalised_signals detail::values_of(contributions&& parts, sojourn::detail::bulk_ref bulk) {
  normalised_signals result{std::move(parts.points), parts.rows, parts.signals};
  constexpr std::size_t values_a_task = std::size_t{1} << 17;
  const std::size_t values = result.values.size(), tasks = (values + values_a_task - 1) / values_a_task;
  const auto divide = [&](std::size_t task) {
    const std::size_t end = std::min(values, (task + 1) * values_a_task);
    for (std::size_t i = task * values_a_task; i < end; ++i) {
      // points = c s and lost = c (1 - s) with c > 0 where the signal counts, and both 0 where it is missing.
      const double points = result.values[i], whole = points + parts.lost[i];
      result.values[i] = whole > 0 ? std::min(1.0, points / whole) : std::numeric_limits<double>::quiet_NaN();
    }
  };
  if (tasks <= 1) {
    for (std::size_t task = 0; task < tasks; ++task) divide(task);
  } else {
    bulk(tasks, divide);
  }
  return result;
}

scorecard with_weights(const scorecard& card, std::span<const double> weights) {
  scorecard_spec spec = card.spec();
  if (weights.size() != spec.signals.size()) {
    throw schema_error("the card has " + std::to_string(spec.signals.size()) + " signals and there are " +
                       std::to_string(weights.size()) + " weights");
  }
  (void)set_weights(spec, spec.tree, weights);
  return compile(spec);
}

std::vector<double> nominal_weights(const scorecard& card) {
  std::vector<double> weights(card.spec().signals.size());
  add_nominal(card.spec(), card.spec().tree, 1, weights);
  return weights;
}

std::vector<double> audit_weights(signal_matrix signals, audit_weighting method) {
  if (signals.values.size() != signals.rows * signals.signals)
    throw schema_error("the signal matrix does not hold rows x signals values");
  const Eigen::MatrixXd x = complete_rows(signals);
  Eigen::VectorXd raw = Eigen::VectorXd::Ones(x.cols());
  if (x.rows() < 2 && method != audit_weighting::equal)
    return std::vector<double>(signals.signals, std::numeric_limits<double>::quiet_NaN());
  if (method == audit_weighting::deviation) raw = deviations(x);
  if (method == audit_weighting::entropy) raw = one_minus_entropy(x);
  if (method == audit_weighting::critic) raw = critic(x);
  raw /= raw.sum();
  return {raw.data(), raw.data() + raw.size()};
}

}  // namespace sojourn::inline v0_1::health
