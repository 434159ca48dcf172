#include "sojourn/lifetime/decay_baseline.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <string>

#include "detail/number_text.hpp"
#include "lifetime/decay_terms.hpp"
#include "stats/jet.hpp"
#include "stats/trust_region.hpp"

namespace sojourn::inline v0_1 {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

using baseline_jet = detail::jet<2>;

constexpr std::array<std::string_view, 3> polynomial_names{"intercept", "slope", "curvature"};
constexpr std::array<std::string_view, 2> sbg_names{"alpha", "beta"};
constexpr std::array<std::string_view, 2> levelling_names{"limit", "speed"};

bool fits_rates(baseline_method method) {
  return method == baseline_method::sbg_rates || method == baseline_method::levelling_rates;
}

void require_shares(std::span<const double> share, baseline_method method) {
  const bool positive = method == baseline_method::exponential || fits_rates(method);
  for (std::size_t t = 0; t < share.size(); ++t) {
    const auto refuse = [&](std::string rule, std::string advice) {
      throw data_error({"survivors", t, detail::number_text(share[t]), std::move(rule), std::move(advice)});
    };
    if (!(share[t] >= 0) || std::isinf(share[t])) refuse("a share left is a number of 0 or more", "give shares or counts");
    if (t > 0 && share[t] > share[t - 1]) refuse("survivors never grow with age", "count those of the cohort that are left");
    // The last share may be 0: its rate is 0.
    if (share[t] == 0 && positive && (method == baseline_method::exponential || t + 1 < share.size() || t == 0))
      refuse("this baseline needs shares above 0", "cut the curve before it, or take another baseline");
  }
}

/// Sum of squares around the values and around their mean.
void judge(decay_baseline& fit, std::span<const double> values, const VectorXd& misses) {
  double mean = 0, around = 0;
  for (const double y : values) mean += y / static_cast<double>(values.size());
  for (const double y : values) around += (y - mean) * (y - mean);
  fit.squares = misses.squaredNorm();
  if (around > 0) fit.r_squared = 1 - fit.squares / around;
}

void fit_polynomial(decay_baseline& fit, std::span<const double> values, Index terms) {
  const auto n = static_cast<Index>(values.size());
  MatrixXd powers(n, terms);
  for (Index t = 0; t < n; ++t) {
    for (Index k = 0; k < terms; ++k) powers(t, k) = std::pow(static_cast<double>(t), static_cast<double>(k));
  }
  const VectorXd y = Eigen::Map<const VectorXd>(values.data(), n);
  const VectorXd found = powers.colPivHouseholderQr().solve(y);
  for (Index k = 0; k < terms; ++k) fit.parameters[static_cast<std::size_t>(k)] = found[k];
  judge(fit, values, y - powers * found);
  fit.status = fit_status::converged;
}

/// The retention rate at renewal t, by the logarithms of the two parameters.
template <class T>
T baseline_rate(baseline_method method, const T& a, const T& b, double t) {
  using std::exp;
  using std::log;
  if (method == baseline_method::sbg_rates) {
    const T kept = exp(b) + T(t - 1);
    return exp(log(kept) - log(exp(a) + kept));
  }
  return exp(a) * (T(1.0) - exp(-(exp(b) * T(t))));
}

void fit_rates(decay_baseline& fit, std::span<const double> rates) {
  constexpr double scale = 1e6;  // squares of rates are small, and the search stops at rounding errors of numbers near 1
  const auto squares = [&](const VectorXd& at) {
    const baseline_jet a = baseline_jet::variable(at[0], 0), b = baseline_jet::variable(at[1], 1);
    baseline_jet sum;
    for (std::size_t k = 0; k < rates.size(); ++k) {
      const baseline_jet miss = baseline_jet(rates[k]) - baseline_rate(fit.method, a, b, static_cast<double>(k + 1));
      sum.add(-scale, miss * miss);
    }
    detail::smooth_value found{sum.value, VectorXd(2), MatrixXd(2, 2)};
    for (Index i = 0; i < 2; ++i) {
      found.gradient[i] = sum.slope[static_cast<std::size_t>(i)];
      for (Index j = 0; j < 2; ++j)
        found.hessian(i, j) = sum.curve[baseline_jet::pair(static_cast<std::size_t>(i), static_cast<std::size_t>(j))];
    }
    return found;
  };
  const double last = std::log(std::clamp(rates.back(), 0.01, 0.99));
  const bool sbg = fit.method == baseline_method::sbg_rates;
  const std::array<std::array<double, 2>, 3> starts =
      sbg ? std::array<std::array<double, 2>, 3>{{{0, 0}, {-1, 1}, {1, 2}}}
          : std::array<std::array<double, 2>, 3>{{{last, 0}, {last, 1}, {last, -1}}};
  detail::search_result best;
  for (const auto& start : starts) {
    const detail::search_result found = detail::maximise_smooth(squares, VectorXd{{start[0], start[1]}});
    if (found.end != detail::search_end::converged) continue;
    if (best.at.size() == 0 || found.found.value > best.found.value) best = found;
  }
  fit.status = fit_status::not_converged;
  if (best.at.size() == 0) return;
  fit.status = fit_status::converged;
  fit.parameters = {std::exp(best.at[0]), std::exp(best.at[1]), decay_baseline::undefined};
  VectorXd misses(static_cast<Index>(rates.size()));
  for (Index k = 0; k < misses.size(); ++k) {
    misses[k] = rates[static_cast<std::size_t>(k)] -
                baseline_rate<double>(fit.method, best.at[0], best.at[1], static_cast<double>(k + 1));
  }
  judge(fit, rates, misses);
}

std::size_t baseline_parameters(baseline_method method) {
  return parameter_names(method).size();
}

}  // namespace

std::span<const std::string_view> parameter_names(baseline_method method) {
  switch (method) {
    case baseline_method::linear:
    case baseline_method::exponential:
      return std::span(polynomial_names).first(2);
    case baseline_method::quadratic:
      return polynomial_names;
    case baseline_method::sbg_rates:
      return sbg_names;
    case baseline_method::levelling_rates:
      return levelling_names;
  }
  return {};
}

std::string_view warning(baseline_method method) {
  switch (method) {
    case baseline_method::linear:
      return "a line through shares falls below 0 soon after the data";
    case baseline_method::quadratic:
      return "a parabola through shares turns upwards after the data: accounts would come back";
    case baseline_method::exponential:
      return "an exponential has one churn rate for all, so it falls far below cohorts whose retention rises with age";
    case baseline_method::sbg_rates:
      return "least squares take a rate of few accounts as seriously as one of many; maximum likelihood does not";
    case baseline_method::levelling_rates:
      return "retention that levels off below 1 loses the same share for ever, and levels off too early";
  }
  return {};
}

decay_baseline fit_baseline(std::span<const double> share, baseline_method method) {
  require_shares(share, method);
  decay_baseline fit{.method = method};
  std::vector<double> values;
  values.reserve(share.size());
  for (std::size_t t = fits_rates(method) ? 1 : 0; t < share.size(); ++t) {
    if (fits_rates(method))
      values.push_back(share[t] / share[t - 1]);
    else
      values.push_back(method == baseline_method::exponential ? std::log(share[t]) : share[t]);
  }
  fit.points = values.size();
  if (values.size() < baseline_parameters(method)) return fit;
  if (fits_rates(method))
    fit_rates(fit, values);
  else
    fit_polynomial(fit, values, static_cast<Index>(baseline_parameters(method)));
  return fit;
}

decay_baseline fit_baseline(const column<std::int32_t>& age, const column<double>& survivors, baseline_method method) {
  require_same_length(age, "t", survivors, "survivors");
  std::vector<double> share;
  share.reserve(age.size());
  for (std::size_t row = 0; row < age.size(); ++row) {
    if (!age.present(row) || static_cast<std::size_t>(std::max(age[row], 0)) != row || age[row] < 0)
      throw data_error({age.name_or("t"), row, age.present(row) ? std::to_string(age[row]) : "missing",
                        "ages of a cohort run 0, 1, 2, ... without a gap",
                        "sort the table and start with the size at age 0"});
    if (!survivors.present(row) || std::isnan(survivors[row]))
      throw data_error({survivors.name_or("survivors"), row, "missing", "every row of a cohort needs its value",
                        "cut the table at the last age observed"});
    if (!(survivors[0] > 0))
      throw data_error({survivors.name_or("survivors"), 0, detail::number_text(survivors[0]), "a cohort has accounts",
                        "leave out cohorts without any"});
    share.push_back(survivors[row] / survivors[0]);
  }
  return fit_baseline(share, method);
}

double survival(const decay_baseline& fit, std::int64_t renewals) {
  detail::require_renewals(renewals, 0);
  if (fit.status != fit_status::converged) return decay_baseline::undefined;
  const auto& p = fit.parameters;
  const double t = static_cast<double>(renewals);
  switch (fit.method) {
    case baseline_method::linear:
      return p[0] + p[1] * t;
    case baseline_method::quadratic:
      return p[0] + (p[1] + p[2] * t) * t;
    case baseline_method::exponential:
      return std::exp(p[0] + p[1] * t);
    case baseline_method::sbg_rates:
      return survival(sbg{p[0], p[1]}, renewals);
    case baseline_method::levelling_rates:
      break;
  }
  double share = 1;
  for (std::int64_t k = 1; k <= renewals && share > 0 && std::isfinite(share); ++k) {
    const double short_of = std::exp(-p[1] * static_cast<double>(k));
    if (short_of < 1e-17) return share * std::pow(p[0], static_cast<double>(renewals - k + 1));  // level from here on
    share *= p[0] * (1 - short_of);
  }
  return share;
}

double retention(const decay_baseline& fit, std::int64_t renewal) {
  detail::require_renewals(renewal, 1);
  if (fits_rates(fit.method) && fit.status == fit_status::converged)
    return baseline_rate<double>(fit.method, std::log(fit.parameters[0]), std::log(fit.parameters[1]),
                                 static_cast<double>(renewal));
  return survival(fit, renewal) / survival(fit, renewal - 1);
}

std::vector<compared_baseline> compare_baselines(const decay_state& observed, std::int32_t holdout) {
  const std::vector<double> seen = observed.observed_survival();
  if (holdout < 0 || static_cast<std::size_t>(holdout) >= seen.size()) {
    throw schema_error("compare_baselines: holdout is 0 or more renewals, fewer than the " +
                       std::to_string(seen.size() - 1) + " observed");
  }
  const std::size_t fitted = seen.size() - static_cast<std::size_t>(holdout);
  std::vector<compared_baseline> rows;
  rows.reserve(all_baselines.size());
  for (const baseline_method method : all_baselines) {
    compared_baseline row{.method = method, .parameters = baseline_parameters(method)};
    // A curve that has reached 0, or a gap in it, is no curve for least squares on rates or logarithms.
    const bool sound = std::all_of(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(fitted),
                                   [](double share) { return share > 0; });
    if (sound) {
      const decay_baseline fit = fit_baseline(std::span(seen).first(fitted), method);
      row.status = fit.status;
      double squares = 0;
      std::size_t count = 0;
      for (std::size_t t = fitted; t < seen.size(); ++t) {
        const double miss = survival(fit, static_cast<std::int64_t>(t)) - seen[t];
        if (std::isnan(miss)) continue;
        squares += miss * miss;
        ++count;
      }
      if (count > 0) row.holdout_error = std::sqrt(squares / static_cast<double>(count));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
