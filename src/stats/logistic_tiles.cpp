#include "stats/logistic_tiles.hpp"

#include <Eigen/Core>
#include <algorithm>

#include "detail/each_cpu.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::size_t tile_rows = 256;
/// Partial sums a dot product keeps: the order of additions is part of the result, so it does not follow the register width.
constexpr std::size_t lanes = 8;

/// Columns of one tile, padded with rows of weight 0. Column 0 is the intercept.
struct tile {
  std::vector<double> x, weighted;
  alignas(64) double outcome[tile_rows], weight[tile_rows], eta[tile_rows], decay[tile_rows], log_term[tile_rows],
      residual[tile_rows];

  explicit tile(std::size_t terms) : x(terms * tile_rows), weighted(tile_rows) {}
};

/// How a feature enters.
struct feature_scale {
  double fill, centre, factor;
};

SOJOURN_EACH_CPU void entered(const double* from, std::size_t rows, feature_scale as, double* to) {
  for (std::size_t i = 0; i < rows; ++i) {
    const double value = from[i];
    to[i] = ((value == value ? value : as.fill) - as.centre) * as.factor;
  }
}

void load(const logistic_data& data, std::size_t first, std::size_t rows, tile& t) {
  std::fill_n(t.x.data(), tile_rows, 1.0);
  for (std::size_t k = 0; k < data.features(); ++k) {
    const double* from = data.values.data() + k * data.rows + first;
    double* to = t.x.data() + (k + 1) * tile_rows;
    entered(from, rows, {data.fill[k], data.centre[k], data.factor[k]}, to);
    std::fill(to + rows, to + tile_rows, 0.0);
  }
  for (std::size_t i = 0; i < rows; ++i) t.outcome[i] = data.outcome[first + i];
  std::copy_n(data.weight.data() + first, rows, t.weight);
  std::fill(t.outcome + rows, t.outcome + tile_rows, 0.0);
  std::fill(t.weight + rows, t.weight + tile_rows, 0.0);
}

SOJOURN_EACH_CPU void log_odds(const double* x, const double* theta, std::size_t terms, double* eta, double* decay) {
  for (std::size_t i = 0; i < tile_rows; ++i) eta[i] = theta[0];
  for (std::size_t k = 1; k < terms; ++k) {
    const double coefficient = theta[k];
    const double* column = x + k * tile_rows;
    for (std::size_t i = 0; i < tile_rows; ++i) eta[i] += coefficient * column[i];
  }
  for (std::size_t i = 0; i < tile_rows; ++i) decay[i] = eta[i] > 0 ? -eta[i] : eta[i];
}

/// From t = exp(-|eta|) to the loss terms, residuals and curvature weights of each row.
SOJOURN_EACH_CPU void rows_of(double* eta, double* decay, const double* log_term, const double* outcome, double* weight,
                              double* residual) {
  for (std::size_t i = 0; i < tile_rows; ++i) {
    const double t = decay[i], inverse = 1 / (1 + t);
    const double p = eta[i] > 0 ? inverse : t * inverse;
    const double positive = eta[i] > 0 ? eta[i] : 0;
    const double case_weight = weight[i];
    residual[i] = case_weight * (p - outcome[i]);
    weight[i] = case_weight * t * inverse * inverse;
    eta[i] = case_weight * (log_term[i] + positive - outcome[i] * eta[i]);
  }
}

SOJOURN_EACH_CPU double sum_of(const double* a) {
  double part[lanes] = {};
  for (std::size_t i = 0; i < tile_rows; i += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) part[l] += a[i + l];
  }
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

SOJOURN_EACH_CPU double dot(const double* a, const double* b) {
  double part[lanes] = {};
  for (std::size_t i = 0; i < tile_rows; i += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) part[l] += a[i + l] * b[i + l];
  }
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

/// Four dot products with neighbouring columns at once: `a` is read once. Each sum has the order of additions of `dot`.
SOJOURN_EACH_CPU void four_dots(const double* a, const double* b, double* out) {
  double part[4][lanes] = {};
  for (std::size_t i = 0; i < tile_rows; i += lanes) {
    for (std::size_t c = 0; c < 4; ++c) {
      for (std::size_t l = 0; l < lanes; ++l) part[c][l] += a[i + l] * b[c * tile_rows + i + l];
    }
  }
  for (std::size_t c = 0; c < 4; ++c) {
    const double* p = part[c];
    out[c] += ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]));
  }
}

/// Adds the dot products of `a` with the first `columns` columns.
void dots(const double* a, const double* b, std::size_t columns, double* out) {
  std::size_t c = 0;
  for (; c + 4 <= columns; c += 4) four_dots(a, b + c * tile_rows, out + c);
  for (; c < columns; ++c) out[c] += dot(a, b + c * tile_rows);
}

SOJOURN_EACH_CPU void times(const double* a, const double* b, double* product) {
  for (std::size_t i = 0; i < tile_rows; ++i) product[i] = a[i] * b[i];
}

void add_tile(tile& t, std::span<const double> theta, logistic_sums& sums) {
  const std::size_t terms = theta.size();
  log_odds(t.x.data(), theta.data(), terms, t.eta, t.decay);
  Eigen::Map<Eigen::Array<double, tile_rows, 1>> decay(t.decay), log_term(t.log_term);
  decay = decay.exp();
  log_term = (1 + decay).log();  // decay <= 1, so the error is that of the last bit of a number near 1
  rows_of(t.eta, t.decay, t.log_term, t.outcome, t.weight, t.residual);
  double* out = sums.values.data();
  *out++ += sum_of(t.eta);
  dots(t.residual, t.x.data(), terms, out);
  out += terms;
  for (std::size_t a = 0; a < terms; ++a) {
    times(t.weight, t.x.data() + a * tile_rows, t.weighted.data());
    dots(t.weighted.data(), t.x.data(), a + 1, out);
    out += a + 1;
  }
}

}  // namespace

logistic_sums block_sums(const logistic_data& data, std::span<const double> theta, std::size_t first, std::size_t last) {
  logistic_sums sums(theta.size());
  tile t(theta.size());
  for (std::size_t row = first; row < last; row += tile_rows) {
    load(data, row, std::min(tile_rows, last - row), t);
    add_tile(t, theta, sums);
  }
  return sums;
}

}  // namespace sojourn::inline v0_1::detail
