#include "lifetime/regression_data.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <tuple>

namespace sojourn::inline v0_1::detail {
namespace {

void require_columns(const regression_rows& from) {
  if (from.features.empty()) throw schema_error("a regression needs at least one feature");
  for (const named_feature& feature : from.features) {
    require_same_length(from.rows.time, "time", feature.values, feature.name);
    for (std::size_t row = 0; row < feature.values.size(); ++row) {
      if (known(feature.values, row) && std::isinf(feature.values[row])) {
        throw data_error({feature.name, row, feature.values[row] > 0 ? "inf" : "-inf", "a feature is a finite number",
                          "leave it missing, which leaves the row out"});
      }
    }
  }
  if (!from.strata.empty()) require_same_length(from.rows.time, "time", from.strata, "strata");
  if (!from.cluster.empty()) require_same_length(from.rows.time, "time", from.cluster, "cluster");
}

auto regression_key(const regression_row& row) {
  return std::make_tuple(row.stratum, row.time, row.cause == exits::still_there, row.cause, row.entry, row.weight, row.count,
                         row.cluster);
}

/// The rows that are complete, in the caller's order.
void collect(const regression_rows& from, regression_data& data) {
  const exits& rows = from.rows;
  data.weighted = !rows.weight.empty();
  data.clustered = !from.cluster.empty();
  for (std::size_t i = 0; i < rows.time.size(); ++i) {
    const bool measured = std::all_of(from.features.begin(), from.features.end(),
                                      [i](const named_feature& feature) { return known(feature.values, i); });
    if (!measured || !known(rows.time, i) || !rows.cause.present(i) || (data.weighted && !known(rows.weight, i)) ||
        !known_or_absent(rows.count, i) || !known_or_absent(from.strata, i) || !known_or_absent(from.cluster, i)) {
      ++data.rows_missing;
      continue;
    }
    regression_row row;
    row.time = rows.time[i];
    row.cause = rows.cause[i];
    row.source = i;
    if (!rows.entry.empty() && known(rows.entry, i)) row.entry = rows.entry[i];
    if (data.weighted) row.weight = rows.weight[i];
    if (!rows.count.empty()) row.count = rows.count[i];
    if (!from.strata.empty()) row.stratum = from.strata[i];
    if (!from.cluster.empty()) row.cluster = from.cluster[i];
    if (row.weight == 0 || row.count == 0) continue;
    data.accounts += row.count;
    if (row.cause != exits::still_there) data.events += row.count;
    data.rows.push_back(row);
  }
}

void centre_and_scale(const regression_rows& from, regression_data& data) {
  const auto n = static_cast<Eigen::Index>(data.rows.size());
  const auto p = static_cast<Eigen::Index>(from.features.size());
  data.features.resize(n, p);
  data.mean = Eigen::VectorXd::Zero(p);
  data.scale = Eigen::VectorXd::Ones(p);
  Eigen::VectorXd worth(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const regression_row& row = data.rows[static_cast<std::size_t>(i)];
    worth[i] = row.weight * static_cast<double>(row.count);
    for (Eigen::Index k = 0; k < p; ++k) data.features(i, k) = from.features[static_cast<std::size_t>(k)].values[row.source];
  }
  if (n == 0) return;
  worth /= worth.sum();
  for (Eigen::Index k = 0; k < p; ++k) {
    // A first guess near the values keeps the digits of features far from 0.
    const double near = data.features(0, k);
    const double mean = near + worth.dot((data.features.col(k).array() - near).matrix());
    data.features.col(k).array() -= mean;
    data.mean[k] = mean;
    const double spread = std::sqrt(worth.dot(data.features.col(k).cwiseAbs2()));
    // What is left of rounding is no spread.
    if (!(spread > 1e-13 * std::abs(mean))) {
      data.features.col(k).setZero();
    } else {
      data.features.col(k) /= spread;
      data.scale[k] = spread;
    }
  }
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> regression_data::strata() const {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t after = first;
    while (after < rows.size() && rows[after].stratum == rows[first].stratum) ++after;
    found.emplace_back(first, after);
    first = after;
  }
  return found;
}

regression_data prepare(const regression_rows& from) {
  auto problems = validate(from.rows, 1);
  if (!problems.empty()) throw data_error(std::move(problems.front()));
  require_columns(from);
  regression_data data;
  collect(from, data);
  data.late_entry = drop_early_entries(data.rows);
  // Features decide between rows that are equal otherwise, so that the caller's order never changes a sum.
  std::sort(data.rows.begin(), data.rows.end(), [&](const regression_row& a, const regression_row& b) {
    const auto left = regression_key(a), right = regression_key(b);
    if (left != right) return left < right;
    for (const named_feature& feature : from.features) {
      if (feature.values[a.source] != feature.values[b.source]) return feature.values[a.source] < feature.values[b.source];
    }
    return a.source < b.source;
  });
  centre_and_scale(from, data);
  return data;
}

}  // namespace sojourn::inline v0_1::detail
