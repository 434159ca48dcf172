// How often 95 % intervals of survival, causes, regressions, decay, purchases and triangles hold the truth, as a table.
//
//   lifetime_coverage [sets a row, 2000 by default]
//
// Each row draws data sets whose truth is known, fits, and counts; a fit that says that it may not be read is counted
// apart. The seed is fixed. For tests, the figure is how often they rightly find nothing at p < 0.05.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "lifetime_worlds.hpp"
#include "sojourn/lifetime/chain_ladder.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/fine_gray.hpp"
#include "sojourn/lifetime/fitted_parameter.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/lifetime/logistic.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/lifetime/parametric.hpp"
#include "sojourn/lifetime/spend.hpp"
#include "sojourn/lifetime/survivors_ahead.hpp"

namespace {

using namespace sojourn;
using namespace sojourn::bench;

/// 1: held, 0: missed, -1: not to be read.
using verdict = int;

verdict holds(double low, double high, double truth) {
  return std::isnan(low) || std::isnan(high) ? -1 : low <= truth && truth <= high ? 1 : 0;
}
verdict holds(const estimate& found, double truth) {
  return found.defined() ? holds(found.low, found.high, truth) : -1;
}
verdict finds_nothing(double p) {
  return std::isnan(p) ? -1 : p >= 0.05 ? 1 : 0;
}

int sets = 2000;
std::uint64_t row_number = 0;

void count(const char* what, const char* world, std::size_t n, const std::function<verdict(dice&)>& one, int share = 1) {
  const int of = std::max(1, sets / share);
  int held = 0, read = 0;
  ++row_number;
  for (int set = 0; set < of; ++set) {
    dice random(20'261'130 + 1'000'000 * row_number + static_cast<std::uint64_t>(set));
    const verdict found = one(random);
    read += found >= 0 ? 1 : 0;
    held += found == 1 ? 1 : 0;
  }
  std::printf("| %s | %s | %zu | %.1f | %d of %d |\n", what, world, n, 100.0 * held / std::max(1, read), read, of);
  std::fflush(stdout);
}

double weibull_left(double age) {
  return std::exp(-std::pow(age / weibull_scale, weibull_shape));
}
/// Expected age, no further than `horizon`.
double weibull_mean_until(double horizon) {
  constexpr int parts = 20'000;
  double sum = 0;
  for (int i = 0; i < parts; ++i) sum += weibull_left((i + 0.5) * horizon / parts);
  return sum * horizon / parts;
}

void survival_rows() {
  const struct {
    const char* name;
    exit_world world;
  } worlds[] = {{"followed from the start", {}},
                {"late entry", {.late = true}},
                {"of money, log-normal MRR", {.weighted = true}},
                {"of money, late entry", {.late = true, .weighted = true}}};
  for (const auto& one : worlds) {
    const exit_world& world = one.world;
    const char* name = one.name;
    for (const std::size_t n : {50u, 300u}) {
      const auto measure = world.weighted ? survival_measure::weight : survival_measure::accounts;
      const auto curves = [=](dice& random) { return rank_lifetimes(drawn_exits(world, n, random).view()); };
      count("Kaplan-Meier, S(12)", name, n, [&](dice& random) {
        const ranked_lifetimes rows = curves(random);
        return holds(survival_at(kaplan_meier(rows, rows.states.segments[0], {.measure = measure}), 12), weibull_left(12));
      });
      count("Kaplan-Meier, median", name, n, [&](dice& random) {
        const ranked_lifetimes rows = curves(random);
        estimate found = survival_quantile(kaplan_meier(rows, rows.states.segments[0], {.measure = measure}));
        if (std::isnan(found.high)) found.high = std::numeric_limits<double>::infinity();
        return holds(found.low, found.high, weibull_scale * std::pow(std::log(2.0), 1 / weibull_shape));
      });
      count("restricted mean, 24", name, n, [&, until = weibull_mean_until(24)](dice& random) {
        const ranked_lifetimes rows = curves(random);
        return holds(restricted_mean(rows, rows.states.segments[0], 24, {.measure = measure}), until);
      });
    }
    count("log-rank, equal groups", name, 200, [&](dice& random) {
      const exit_sample rows = drawn_exits(world, 200, random);
      return finds_nothing(logrank(rows.view(), rows.group, 3).p_value);
    });
  }
}

void cause_rows() {
  for (const bool late : {false, true}) {
    for (const bool weighted : {false, true}) {
      const exit_world world{.late = late, .weighted = weighted, .causes = 2};
      const char* name = late ? weighted ? "of money, late entry" : "late entry" : weighted ? "of money" : "from the start";
      for (const std::size_t n : {50u, 300u}) {
        count("share left for a cause by 12", name, n, [&](dice& random) {
          const exit_sample rows = drawn_exits(world, n, random);
          return holds(incidence_at(cumulative_incidence(rows.view(), 2), 0, 12), share_of_cause * (1 - weibull_left(12)));
        });
      }
    }
  }
  count("Gray's test, equal groups", "from the start", 200, [](dice& random) {
    const exit_sample rows = drawn_exits({.causes = 2}, 200, random);
    return finds_nothing(gray_test(rows.view(), 1, rows.group, 3).p_value);
  });
}

void regression_rows_of_study() {
  for (const bool late : {false, true}) {
    for (const bool weighted : {false, true}) {
      const exit_world world{.late = late, .weighted = weighted, .effect = 0.7};
      const char* name = late ? weighted ? "robust, late entry" : "late entry" : weighted ? "robust (weights)" : "plain";
      for (const std::size_t n : {60u, 400u}) {
        count("Cox, hazard ratio", name, n, [&](dice& random) {
          const exit_sample rows = drawn_exits(world, n, random);
          const cox_fit fit = fit_cox({.rows = rows.view(), .features = {{"x", rows.feature}}});
          if (fit.status != regression_status::converged) return -1;
          return holds(fit.coefficients[0].low, fit.coefficients[0].high, std::exp(0.7));
        });
      }
    }
  }
  for (const std::size_t n : {100u, 400u}) {
    count("logistic, odds ratio", "plain", n, [&](dice& random) {
      std::vector<double> x;
      std::vector<std::uint8_t> left;
      for (std::size_t i = 0; i < n; ++i) {
        x.push_back(random.normal());
        left.push_back(random.unit() < 1 / (1 + std::exp(1 - 0.7 * x.back())) ? 1 : 0);
      }
      const logistic_fit fit = fit_logistic({.outcome = left, .features = {{"x", x}}});
      if (fit.status != logistic_status::converged) return -1;
      return holds(fit.coefficients[1].low, fit.coefficients[1].high, std::exp(0.7));
    });
  }
}

void parametric_rows() {
  for (const bool late : {false, true}) {
    for (const bool grouped : {false, true}) {
      const char* name = late      ? grouped ? "whole months as intervals, late entry" : "exact ages, late entry"
                         : grouped ? "whole months as intervals"
                                   : "exact ages";
      for (const std::size_t n : {50u, 300u}) {
        const auto fitted = [=](dice& random) {
          const span_sample rows = drawn_spans({.late = late}, n, grouped, random);
          return fit_survival(rows.view(), survival_family::weibull);
        };
        count("Weibull survival, S(12)", name, n,
              [&](dice& random) { return holds(survival_estimate(fitted(random), 12), weibull_left(12)); });
        count("Weibull survival, shape", name, n, [&](dice& random) {
          const parametric_fit fit = fitted(random);
          if (fit.status != regression_status::converged) return -1;
          const auto names = parameter_names(fit.family);
          const auto one = fitted_parameters(names, fit.parameters, fit.covariance, {})[0];
          return holds(one.low, one.high, weibull_shape);
        });
      }
    }
  }
}

void decay_rows_of_study() {
  const sbg truth{0.7, 3.8};
  for (const std::int64_t n : {200, 1000}) {
    for (const auto interval : {decay_interval::delta, decay_interval::profile}) {
      const bool profile = interval == decay_interval::profile;
      const decay_interval_options options{.interval = interval};
      const auto fitted = [=](dice& random) { return fit_decay(tally_decay(drawn_cohort(truth, n, 7, random))); };
      count(
          "sbg, S(12) after 7 renewals", profile ? "profile" : "delta", static_cast<std::size_t>(n),
          [&](dice& random) { return holds(survival_estimate(fitted(random), 12, options), survival(truth, 12)); },
          profile ? 4 : 1);
      count(
          "sbg, alpha", profile ? "profile" : "delta", static_cast<std::size_t>(n),
          [&](dice& random) {
            const decay_fit fit = fitted(random);
            if (family_of(fit) != decay_family::sbg || !fit.usable()) return -1;
            return holds(parameter_estimate(fit, 0, options), truth.alpha);
          },
          profile ? 4 : 1);
    }
    for (const std::int64_t ahead : {1, 5}) {
      count("sbg, accounts left ahead", ahead == 1 ? "1 renewal" : "5 renewals", static_cast<std::size_t>(n),
            [&](dice& random) {
              const auto seen = drawn_cohort(truth, n, 7 + ahead, random);
              const std::vector<std::int64_t> known(seen.begin(), seen.begin() + 8);
              const decay_fit fit = fit_decay(tally_decay(known));
              if (!fit.usable()) return -1;
              const expected_survivors found = survivors_ahead(fit, known.back(), 7, ahead).back();
              return holds(static_cast<double>(found.low), static_cast<double>(found.high),
                           static_cast<double>(seen.back()));
            });
    }
  }
  for (const std::int64_t n : {200, 1000}) {
    count("Weibull decay, S(12) after 7 renewals", "delta", static_cast<std::size_t>(n), [&](dice& random) {
      const decay_fit fit = fit_decay(tally_decay(drawn_weibull_cohort(n, 7, random)), {.family = decay_family::weibull});
      return holds(survival_estimate(fit, 12), weibull_left(12));
    });
  }
}

void purchase_rows_of_study() {
  for (const purchase_model model : {purchase_model::bgnbd, purchase_model::paretonbd}) {
    const bool bg = model == purchase_model::bgnbd;
    const purchase_parameters truth{model, bg ? std::array{0.8, 4.4, 0.8, 2.4} : std::array{0.8, 5.0, 0.9, 8.0}};
    for (const std::size_t n : {1000u, 4000u}) {
      for (const std::size_t k : {0u, 2u}) {
        const char* what = bg ? k == 0 ? "BG/NBD, r" : "BG/NBD, a" : k == 0 ? "Pareto/NBD, r" : "Pareto/NBD, s";
        count(
            what, "39 weeks", n,
            [&](dice& random) {
              const customer_sample rows = drawn_customers(truth, n, random);
              const purchase_fit fit = fit_purchases(rows.view(), model);
              if (!fit.usable()) return -1;
              const auto names = parameter_names(model);
              const auto one = fitted_parameters(names, fit.parameters.values, fit.covariance, {})[k];
              return holds(one.low, one.high, truth.values[k]);
            },
            4);
      }
    }
  }
  const spend_parameters truth{{6, 4, 15}};
  for (const std::size_t n : {300u, 1000u}) {
    count("gamma-gamma, q", "1 to 6 purchases", n, [&](dice& random) {
      std::vector<double> mean;
      std::vector<std::int64_t> x;
      for (std::size_t i = 0; i < n; ++i) {
        const double rate = random.gamma(truth.values[1]) / truth.values[2];
        x.push_back(1 + static_cast<std::int64_t>(6 * random.unit()));
        mean.push_back(random.gamma(truth.values[0] * static_cast<double>(x.back())) /
                       (rate * static_cast<double>(x.back())));
      }
      const spend_fit fit = fit_spend({.mean = mean, .x = x});
      if (!fit.usable()) return -1;
      const auto one = fitted_parameters(spend_parameters::names, fit.parameters.values, fit.covariance, {})[1];
      return holds(one.low, one.high, truth.values[1]);
    });
  }
}

/// Money of cohorts that lose accounts and see the others change: what the accounts pay a year later.
void triangle_rows() {
  for (const std::size_t accounts : {20u, 100u}) {
    for (const std::size_t ahead : {1u, 12u}) {
      count("chain ladder, MRR ahead", ahead == 1 ? "1 month" : "12 months", accounts, [&](dice& random) {
        const cohort_money_world world = drawn_cohort_money(24, accounts, ahead, random);
        const projected_value total = project(fit_chain_ladder(age_triangle(world.seen)), ahead).total;
        return holds(total.value - 1.959964 * total.standard_error, total.value + 1.959964 * total.standard_error,
                     world.later);
      });
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) sets = std::max(1, std::atoi(argv[1]));
  std::printf("Per cent of %d data sets whose 95 %% interval holds the truth.\n\n", sets);
  std::printf("| what | world | n | held | read |\n| --- | --- | --- | --- | --- |\n");
  survival_rows();
  cause_rows();
  regression_rows_of_study();
  parametric_rows();
  decay_rows_of_study();
  purchase_rows_of_study();
  triangle_rows();
}
