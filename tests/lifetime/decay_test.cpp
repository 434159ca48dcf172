#include "sojourn/lifetime/decay.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "laws.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

using counts = std::vector<std::int64_t>;

const counts regular{1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173};
const counts high_end{1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394};

decay_state renewals(const counts& survivors, std::size_t n) {
  return tally_decay(std::span(survivors).first(n + 1));
}

decay_state triangle(const std::vector<counts>& cohorts) {
  decay_state sum;
  for (const auto& cohort : cohorts) sum += tally_decay(cohort);
  return sum;
}

/// A table whose losses are exactly those of the model, up to rounding of large counts.
decay_state table_of(const sbg& model, std::int32_t periods, double size) {
  counts survivors;
  for (std::int32_t t = 0; t <= periods; ++t) survivors.push_back(std::llround(size * survival(model, t)));
  return tally_decay(survivors);
}

struct wanted_fit {
  double alpha, beta, log_likelihood;
};

void check_fit(const counts& survivors, std::size_t n, const wanted_fit& wanted) {
  const auto fit = fit_decay(renewals(survivors, n));
  REQUIRE(fit.status == fit_status::converged);
  const auto model = std::get<sbg>(fit.model);
  CHECK(model.alpha == Approx(wanted.alpha).epsilon(1e-5));
  CHECK(model.beta == Approx(wanted.beta).epsilon(1e-5));
  CHECK(std::abs(fit.log_likelihood - wanted.log_likelihood) < 1e-6);
  CHECK(fit.gradient_norm < 1e-9);
  CHECK(fit.condition_number > 1);
  CHECK(fit.iterations < 12);
}

constexpr confidence_level level{};

}  // namespace

TEST_CASE("sbg-01, sbg-02, sbg-03, sbg-04: both published cohorts at 7 and at 4 renewals, and at 12") {
  check_fit(high_end, 7, {0.6680883345, 3.806094888, -1611.158147});
  check_fit(regular, 7, {0.7040772769, 1.182042958, -1680.265188});
  check_fit(high_end, 4, {1.280976207, 7.79038302, -1225.134907});
  check_fit(regular, 4, {0.7636650877, 1.295830315, -1401.559424});
  check_fit(high_end, 12, {0.596111, 3.326969, -2010.858420});
  check_fit(regular, 12, {0.697362, 1.168905, -1931.491694});
}

TEST_CASE("sbg-01: the likelihood at fixed parameters, without an optimiser") {
  CHECK(log_likelihood(sbg{1, 1}, renewals(high_end, 7)) == Approx(-2115.545507).epsilon(1e-9));
  CHECK(log_likelihood(sbg{0.01, 0.01}, renewals(high_end, 7)) == Approx(-2741.700901).epsilon(1e-9));
  CHECK(log_likelihood(sbg{1, 1}, renewals(regular, 7)) == Approx(-1741.730262).epsilon(1e-9));
  CHECK(log_likelihood(sbg{0.01, 0.01}, renewals(regular, 7)) == Approx(-2756.719842).epsilon(1e-9));
}

TEST_CASE("sbg-01: survival, retention, errors and residual lifetimes of High End") {
  const auto fit = fit_decay(renewals(high_end, 7));
  const std::vector<double> s{1.0,          0.8506792634, 0.7468594113, 0.6697889851, 0.6099191379,
                              0.5618342841, 0.5222155727, 0.4889064235, 0.4604396758, 0.4357795942,
                              0.4141724023, 0.3950553477, 0.3779990763};
  const std::vector<double> r{0.8506792634, 0.8779565266, 0.8968073174, 0.9106138671, 0.92116192,  0.9294832791,
                              0.9362157105, 0.94177465,   0.9464423183, 0.9504171553, 0.953842761, 0.9568256156};
  for (std::int64_t t = 0; t <= 12; ++t) CHECK(survival(fit, t) == Approx(s[static_cast<std::size_t>(t)]).epsilon(1e-6));
  for (std::int64_t t = 1; t <= 12; ++t)
    CHECK(retention(fit, t) == Approx(r[static_cast<std::size_t>(t) - 1]).epsilon(1e-6));
  CHECK(std::sqrt(fit.covariance[0]) == Approx(0.1037348225).epsilon(1e-5));
  CHECK(std::sqrt(fit.covariance[3]) == Approx(0.785530865).epsilon(1e-5));
  CHECK(fit.covariance[1] == Approx(0.07765898426).epsilon(1e-5));
  const auto model = std::get<sbg>(fit.model);
  CHECK(model.mean_churn() == Approx(0.1493207366).epsilon(1e-6));
  CHECK(discounted_lifetime(fit, 0.1).value == Approx(5.922253531).epsilon(1e-6));
  const std::vector<double> derl{5.414478884, 5.901377639, 6.293891618, 6.619920038, 6.896706732};
  for (std::int64_t n = 1; n <= 5; ++n) {
    CHECK(discounted_residual_lifetime(model, n - 1, 0.1).value ==
          Approx(derl[static_cast<std::size_t>(n) - 1]).epsilon(1e-6));
  }
}

TEST_CASE("ci-01: limits of alpha, beta and S by profile likelihood, errors of S by the delta method") {
  const auto fit = fit_decay(renewals(high_end, 7));
  const decay_interval_options by_profile{.interval = decay_interval::profile};
  const estimate alpha = parameter_estimate(fit, 0, by_profile);
  CHECK(alpha.low == Approx(0.5061955459).epsilon(1e-6));
  CHECK(alpha.high == Approx(0.943342659).epsilon(1e-6));
  CHECK(alpha.method == interval_method::profile);
  const estimate beta = parameter_estimate(fit, 1, by_profile);
  CHECK(beta.low == Approx(2.618541321).epsilon(1e-6));
  CHECK(beta.high == Approx(5.963124921).epsilon(1e-6));
  const estimate profile = survival_estimate(fit, 12, by_profile);
  CHECK(profile.low == Approx(0.3397610677).epsilon(1e-5));
  CHECK(profile.high == Approx(0.4159228463).epsilon(1e-5));
  const auto delta_error = [&](std::int64_t t) {
    const estimate s = survival_estimate(fit, t);
    const double half = (std::log(s.high / (1 - s.high)) - std::log(s.low / (1 - s.low))) / 2;
    return half / level.normal_quantile() * s.value * (1 - s.value);
  };
  CHECK(delta_error(8) == Approx(0.01660106339).epsilon(1e-6));
  CHECK(delta_error(12) == Approx(0.01942769324).epsilon(1e-6));
  CHECK(parameter_estimate(fit, 0).high == Approx(0.668088 + 0.203316).epsilon(1e-4));
  CHECK_THROWS_AS((void)parameter_estimate(fit, 2), schema_error);
}

TEST_CASE("cur-01, cur-02: geometric at 4, 7 and 12 renewals") {
  const auto check = [](const counts& survivors, std::size_t n, double theta, double log_likelihood, double s12) {
    const auto fit = fit_decay(renewals(survivors, n), {decay_family::geometric});
    CHECK(fit.status == fit_status::converged);
    CHECK(std::get<geometric>(fit.model).theta == Approx(theta).epsilon(1e-6));
    std::int64_t lost = 0, faced = 0;
    for (std::size_t t = 1; t <= n; ++t) lost += survivors[t - 1] - survivors[t], faced += survivors[t - 1];
    CHECK(std::get<geometric>(fit.model).theta == static_cast<double>(lost) / static_cast<double>(faced));
    CHECK(std::abs(fit.log_likelihood - log_likelihood) < 1e-6);
    CHECK(survival(fit, 12) == Approx(s12).epsilon(1e-5));
  };
  check(high_end, 4, 0.1246554383, -1227.963654, 0.2023710828);
  check(high_end, 7, 0.1033292742, -1637.092819, 0.2701443543);
  check(high_end, 12, 0.08456600728, -2076.577109, 0.3463573595);
  check(regular, 4, 0.2716646512, -1451.155556, 0.02228315393);
  check(regular, 7, 0.2260273957, -1794.620856, 0.04620692448);
  check(regular, 12, 0.187698594, -2127.519227, 0.08252897654);
}

TEST_CASE("sbg-08: four cohorts of different age") {
  const auto state =
      triangle({{10000, 8000, 6480, 5307, 4391}, {10000, 8000, 6480, 5307}, {10000, 8000, 6480}, {10000, 8000}});
  const auto fit = fit_decay(state);
  const auto model = std::get<sbg>(fit.model);
  CHECK(model.alpha == Approx(3.798126112).epsilon(1e-6));
  CHECK(model.beta == Approx(15.19190926).epsilon(1e-6));
  CHECK(std::abs(fit.log_likelihood - -40255.83728) < 1e-5);
}

TEST_CASE("sbg-10: value of a customer base, and the retention elasticity") {
  const sbg model{3.8, 15.2};
  const std::vector<double> derl{3.842134024, 3.716811539, 3.586543657, 3.451000329, 3.309818421};
  const std::vector<double> active{4390.690909, 7961.142857, 11340.0, 15200.0, 20500.0};
  double value = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const double residual = discounted_residual_lifetime(model, static_cast<std::int64_t>(4 - i), 0.1).value;
    CHECK(residual == Approx(derl[i]).epsilon(1e-8));
    value += residual * active[i];
  }
  CHECK(value == Approx(207437.5783).epsilon(1e-8));
  const std::vector<double> elasticity{4.008925837, 4.137273026, 4.260494233, 4.378919581, 4.492849113};
  for (std::size_t n = 0; n < 5; ++n) {
    CHECK(discounted_lifetime(given_renewals(model, static_cast<std::int64_t>(n)), 0.1).value ==
          Approx(elasticity[n]).epsilon(1e-8));
  }
}

TEST_CASE("sbg-12: expected lifetime is infinite for alpha up to 1, discounted lifetime is not") {
  const sbg cases[] = {{0.668, 3.806}, {0.704, 1.182}, {1, 2}, {3.8, 15.2}};
  const double discounted[] = {19.82141186, 9.418759576, 7.395768878, 5.962734459};
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(discounted_lifetime(cases[i], 0.01).value == Approx(discounted[i]).epsilon(1e-8));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(expected_lifetime(cases[i]).reason == undefined_reason::infinite);
    CHECK(std::isnan(expected_lifetime(cases[i]).value));
  }
  CHECK(expected_lifetime(cases[3]).value == Approx(6.428571429).epsilon(1e-8));
  CHECK(discounted_lifetime(cases[3], 1e-6).value == Approx(6.428571429).epsilon(1e-4));
  CHECK_THROWS_AS((void)discounted_lifetime(cases[3], 1e-9), schema_error);
  CHECK_THROWS_AS((void)discounted_lifetime(cases[3], -0.1), schema_error);
}

TEST_CASE("sbg-13: extreme parameters keep their digits") {
  CHECK(survival(sbg{0.7, 1.2}, 12) == Approx(0.1734529057).epsilon(1e-9));
  CHECK(survival(sbg{50, 2000}, 12) == Approx(0.7441523394).epsilon(1e-9));
  CHECK(survival(sbg{1e-6, 1e-6}, 12) == Approx(0.4999984901).epsilon(1e-9));
  CHECK(survival(sbg{1e6, 1e7}, 12) == Approx(0.3186310089).epsilon(1e-9));
  CHECK(std::abs(survival(sbg{2000, 50}, 100) / 3.883425163e-135 - 1) < 1e-9);
}

TEST_CASE("decay: beyond 10,000 renewals the gamma ratio continues the product") {
  const sbg model{0.668, 3.806};
  double product = 1;
  for (std::int64_t t = 1; t <= 20'000; ++t) product *= retention(model, t);
  CHECK(survival(model, 20'000) == Approx(product).epsilon(1e-11));
  // Gamma(1e-310) overflows, and nobody stays.
  CHECK(survival(sbg{1, 1e-310}, 20'000) == 0);
}

TEST_CASE("decay: the parts of a curve add up") {
  for (const sbg& model : {sbg{0.668, 3.806}, sbg{3.8, 15.2}, sbg{0.01, 0.02}}) {
    double lost = 0;
    for (std::int64_t t = 1; t <= 50; ++t) {
      CHECK(churn_probability(model, t) == Approx(survival(model, t - 1) - survival(model, t)).epsilon(1e-9));
      CHECK(survival(model, t) == Approx(survival(model, t - 1) * retention(model, t)));
      lost += churn_probability(model, t);
    }
    CHECK(lost + survival(model, 50) == Approx(1));
    // Those left after t renewals follow the updated model.
    CHECK(survival(given_renewals(model, 7), 3) == Approx(survival(model, 10) / survival(model, 7)));
  }
  CHECK(discounted_lifetime(geometric{0.2}, 0.1).value == Approx(1.1 / 0.3));
  CHECK(expected_lifetime(geometric{0.2}).value == Approx(5));
  CHECK(churn_probability(geometric{0.2}, 3) == Approx(0.2 * 0.64));
}

TEST_CASE("decay: parameters come back from tables made with them") {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> churn(-3, 2), size(-1, 4);
  for (int round = 0; round < 300; ++round) {
    const double m = 1 / (1 + std::exp(-churn(random))), s = std::exp(size(random));
    CAPTURE(m);
    CAPTURE(s);
    const sbg truth{m * s, (1 - m) * s};
    const auto fit = fit_decay(table_of(truth, 24, 1e12));
    REQUIRE(fit.status == fit_status::converged);
    REQUIRE(std::get<sbg>(fit.model).alpha == Approx(truth.alpha).epsilon(1e-3));
    REQUIRE(std::get<sbg>(fit.model).beta == Approx(truth.beta).epsilon(1e-3));
  }
}

TEST_CASE("decay: no neighbour of the optimum is more likely, on 10,000 random cohorts, and nothing is NaN") {
  std::mt19937_64 random(4);
  int converged = 0, equal = 0;
  for (int round = 0; round < 10'000; ++round) {
    counts survivors{static_cast<std::int64_t>(random() % 2000 + 1)};
    const std::size_t periods = random() % 12 + 1;
    const double churn = static_cast<double>(random() % 1000) / 1000, ageing = static_cast<double>(random() % 100) / 100;
    double now = churn;
    for (std::size_t t = 0; t < periods; ++t, now *= ageing) {
      survivors.push_back(std::binomial_distribution<std::int64_t>(survivors.back(), 1 - now)(random));
    }
    const auto fit = fit_decay(tally_decay(survivors));
    if (fit.status == fit_status::refused) continue;
    REQUIRE(std::isfinite(fit.log_likelihood));
    REQUIRE(std::isfinite(survival(fit, 24)));
    if (fit.status == fit_status::no_heterogeneity) ++equal;
    if (fit.status != fit_status::converged) continue;
    ++converged;
    const auto model = std::get<sbg>(fit.model);
    for (const double a : {0.999, 1.0, 1.001}) {
      for (const double b : {0.999, 1.0, 1.001}) {
        REQUIRE(log_likelihood(sbg{model.alpha * a, model.beta * b}, fit.observed) <= fit.log_likelihood + 1e-9);
      }
    }
    const estimate s = survival_estimate(fit, 24);
    REQUIRE((s.low >= 0 && s.low <= s.value && s.value <= s.high && s.high <= 1));
  }
  CHECK(converged > 3000);
  CHECK(equal > 100);
}

TEST_CASE("decay: equal accounts are reported as such and get the geometric curve") {
  const counts constant{1'000'000, 900'000, 810'000, 729'000, 656'100};
  const auto fit = fit_decay(tally_decay(constant));
  CHECK(fit.status == fit_status::no_heterogeneity);
  CHECK(std::get<geometric>(fit.model).theta == Approx(0.1));
  CHECK(fit.usable());
  const counts worsening{1000, 950, 850, 700, 500};
  CHECK(fit_decay(tally_decay(worsening)).status == fit_status::no_heterogeneity);
  const counts gone{100, 0};
  CHECK(fit_decay(tally_decay(gone), {decay_family::geometric}).status == fit_status::converged);
  CHECK(std::get<geometric>(fit_decay(tally_decay(gone), {decay_family::geometric}).model).theta == 1);
}

TEST_CASE("decay: what cannot be identified is refused, what has no optimum is not called converged") {
  const counts nobody_left{100, 100, 100};
  CHECK(fit_decay(tally_decay(nobody_left)).status == fit_status::refused);
  const counts one_renewal{100, 90};
  CHECK(fit_decay(tally_decay(one_renewal)).status == fit_status::refused);
  CHECK(fit_decay(tally_decay(one_renewal), {decay_family::geometric}).status == fit_status::converged);
  CHECK(fit_decay({}).status == fit_status::refused);
  CHECK(std::isnan(survival(fit_decay({}), 3)));
  CHECK(survival_estimate(fit_decay({}), 3).reason == undefined_reason::not_converged);
  const counts all_at_first{1000, 400, 400, 400, 400};
  const auto fit = fit_decay(tally_decay(all_at_first));
  CHECK(fit.status == fit_status::not_converged);
  CHECK(expected_lifetime(fit).reason == undefined_reason::not_converged);
}

TEST_CASE("decay: profile limits of the geometric rate and curve move together") {
  const auto fit = fit_decay(renewals(high_end, 7), {decay_family::geometric});
  const decay_interval_options by_profile{.interval = decay_interval::profile};
  const estimate theta = parameter_estimate(fit, 0, by_profile);
  const estimate s = survival_estimate(fit, 12, by_profile);
  CHECK(s.low == Approx(std::pow(1 - theta.high, 12)).epsilon(1e-8));
  CHECK(s.high == Approx(std::pow(1 - theta.low, 12)).epsilon(1e-8));
  const double drop = log_likelihood(geometric{theta.low}, fit.observed) - fit.log_likelihood;
  CHECK(drop == Approx(-level.normal_quantile() * level.normal_quantile() / 2));
}

TEST_CASE("decay: a projection carries what was observed and says where it ends") {
  const auto fit = fit_decay(renewals(regular, 7));
  const auto curve = project(fit);
  CHECK(curve.period.size() == 25);
  CHECK(curve.last_observed == 7);
  CHECK(curve.observed[7] == Approx(0.241));
  CHECK(std::isnan(curve.observed[8]));
  CHECK(curve.survival[12] == Approx(0.1700374541).epsilon(1e-6));
  CHECK(curve.survival[0] == 1);
  CHECK(std::isnan(curve.low[0]));
  CHECK(std::isnan(curve.retention[0]));
  CHECK(curve.low[24] < curve.survival[24]);
  CHECK_THROWS_AS((void)project(fit, -1), schema_error);
}

TEST_CASE("decay: a table that is not a cohort is refused with its row") {
  const auto row_of = [](const counts& survivors) -> std::size_t {
    try {
      (void)tally_decay(survivors);
    } catch (const data_error& e) {
      return e.row();
    }
    return problem::no_row;
  };
  CHECK(row_of({10, 12}) == 1);
  CHECK(row_of({10, 8, -1}) == 2);
  CHECK(row_of({10, 8, 8, 0, 0}) == problem::no_row);
  CHECK_THROWS_AS((void)tally_decay(counts{}), schema_error);
  const std::vector<std::int32_t> gap{0, 1, 3}, fine{0, 1, 2};
  const counts three{10, 8, 7};
  CHECK_THROWS_AS((void)tally_decay(column<std::int32_t>(gap), column<std::int64_t>(three)), data_error);
  CHECK(tally_decay(column<std::int32_t>(fine), column<std::int64_t>(three)) == tally_decay(three));
}

TEST_CASE("decay: cohorts in one long table sum like cohorts told one by one") {
  const std::vector<std::int32_t> age{0, 0, 1, 1, 2, 0};
  const counts survivors{500, 700, 400, 600, 350, 9};
  const std::vector<std::uint32_t> cohort{0, 1, 0, 1, 0, 2};
  const auto state = tally_decay(column<std::int32_t>(age), column<std::int64_t>(survivors), column<std::uint32_t>(cohort));
  CHECK(state == triangle({{500, 400, 350}, {700, 600}}));
  const std::vector<std::uint32_t> mixed{0, 1, 0, 1, 1, 0};
  CHECK_THROWS_AS(
      (void)tally_decay(column<std::int32_t>(age), column<std::int64_t>(survivors), column<std::uint32_t>(mixed)),
      data_error);
}

TEST_CASE("decay_state: the laws") {
  test::check_laws<decay_state>([](std::mt19937_64& random) {
    counts survivors{static_cast<std::int64_t>(random() % 1'000'000'000'000)};
    for (std::size_t t = random() % 30; t > 0; --t)
      survivors.push_back(survivors.back() * static_cast<std::int64_t>(random() % 100) / 100);
    return tally_decay(survivors);
  });
}

TEST_CASE("decay: triangles observed in two halves fit as one") {
  const auto whole = triangle({{500, 400, 350}, {700, 600}, {300, 200, 190, 185}});
  auto halves = triangle({{500, 400, 350}});
  halves += triangle({{300, 200, 190, 185}, {700, 600}});
  CHECK(halves == whole);
  CHECK(fit_decay(halves).log_likelihood == fit_decay(whole).log_likelihood);
  CHECK(whole.observed_survival()[1] == Approx(1200.0 / 1500));
  CHECK(whole.observed_survival()[2] == Approx(1200.0 / 1500 * 540.0 / 600));
}

TEST_CASE("parameters: by name and in order; an unknown name lists those there are") {
  const std::vector<std::int64_t> survivors{1000, 869, 743, 653, 593, 551, 517, 491};
  const decay_fit fit = fit_decay(tally_decay(survivors));
  const std::vector<decay_parameter> both = parameters(fit);
  REQUIRE(both.size() == 2);
  CHECK(both[0].name == "alpha");
  CHECK(both[0].value == std::get<sbg>(fit.model).alpha);
  CHECK(both[1].name == "beta");
  CHECK(parameter_estimate(fit, "beta").value == parameter_estimate(fit, 1).value);
  CHECK(parameters(fit_decay(tally_decay(survivors), {decay_family::geometric})).front().name == "theta");
  CHECK_THROWS_WITH_AS((void)parameter_estimate(fit, "theta"), doctest::Contains("is not one of alpha, beta"), schema_error);
  CHECK(parameters(decay_fit{}).empty());
}
