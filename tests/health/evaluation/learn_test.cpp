// Learned weights: closed forms, a dense grid, bounds, refusals, the same bits on any number of threads; calibration curves.
#include "sojourn/health/evaluation/learn.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "health_fixtures.hpp"
#include "sojourn/health/evaluation/calibrate.hpp"

using doctest::Approx;
using sojourn::column;
using sojourn::count;
using sojourn::data_error;
using sojourn::schema_error;
using sojourn::signals;
using sojourn::thread_executor;
using sojourn::undefined_reason;
using namespace health_test;

namespace {

using bytes = std::vector<std::uint8_t>;
using numbers = std::vector<double>;

h::learned_weights learn(const numbers& values, std::size_t signals, const bytes& left, h::learn_options options = {}) {
  return h::learn_weights({values, left.size(), signals}, column<std::uint8_t>(left), options);
}

h::learn_options plain(double ridge = 0) {
  h::learn_options options;
  options.ridge = ridge;
  options.events = h::few_events::fit_anyway;
  return options;
}

/// n0 accounts with s = 0 of which l0 left, n1 with s = 1 of which l1 left.
struct binary {
  numbers s;
  bytes left;
  binary(int n0, int l0, int n1, int l1) {
    for (int i = 0; i < n0; ++i) add(0, i < l0);
    for (int i = 0; i < n1; ++i) add(1, i < l1);
  }
  void add(double value, bool gone) {
    s.push_back(value);
    left.push_back(gone);
  }
};

struct made {
  numbers s;
  bytes left;
  std::size_t signals = 0;
};

/// Independent uniform signals and outcomes drawn from a known model.
made draw(std::size_t rows, const numbers& beta, double alpha, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  made m{numbers(rows * beta.size()), bytes(rows), beta.size()};
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = alpha;
    for (std::size_t k = 0; k < beta.size(); ++k) {
      m.s[k * rows + i] = uniform();
      eta -= beta[k] * m.s[k * rows + i];
    }
    m.left[i] = uniform() < 1 / (1 + std::exp(-eta));
  }
  return m;
}

double penalised(const made& m, double alpha, const numbers& beta, double ridge, const numbers& target) {
  double loss = 0;
  const std::size_t rows = m.left.size();
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = alpha;
    for (std::size_t k = 0; k < beta.size(); ++k) eta -= beta[k] * m.s[k * rows + i];
    loss += std::log1p(std::exp(eta)) - (m.left[i] ? eta : 0);
  }
  for (std::size_t k = 0; k < beta.size(); ++k) loss += ridge / 2 * (beta[k] - target[k]) * (beta[k] - target[k]);
  return loss;
}

}  // namespace

TEST_CASE("H66: one binary signal has a closed form") {
  const binary b(10, 4, 30, 3);
  const auto found = learn(b.s, 1, b.left, plain());
  CHECK(found.status == h::learn_status::learned);
  CHECK(found.intercept == Approx(-0.40546510810816444).epsilon(1e-12));
  CHECK(found.signals[0].coefficient == Approx(1.791759469228055).epsilon(1e-12));
  CHECK(found.signals[0].weight == 1);
  CHECK(found.residual < 1e-8);
  CHECK(found.events == 7);
}

TEST_CASE("H67: a signal that points the wrong way is held at zero") {
  const binary b(30, 3, 10, 4);
  const auto found = learn(b.s, 1, b.left, plain());
  CHECK(found.status == h::learn_status::no_predictive_signal);
  CHECK(found.intercept == Approx(-1.550597412411167).epsilon(1e-12));
  CHECK(found.signals[0].coefficient == 0);
  CHECK(found.signals[0].role == h::signal_role::held_at_zero);
  CHECK(found.signals[0].weight == 1);  // weights stay what they were
}

TEST_CASE("learn: the fitted departures add up to the real ones, as in every logistic optimum") {
  const made m = draw(5000, {1.5, 0.7, 0.2}, 0.5, 4);
  const auto found = learn(m.s, 3, m.left, plain());
  double expected = 0;
  for (std::size_t i = 0; i < 5000; ++i) {
    double eta = found.intercept;
    for (std::size_t k = 0; k < 3; ++k) eta -= found.signals[k].coefficient * m.s[k * 5000 + i];
    expected += 1 / (1 + std::exp(-eta));
  }
  CHECK(expected == Approx(static_cast<double>(found.events)).epsilon(1e-9));
  CHECK(found.log_likelihood ==
        Approx(-penalised(m, found.intercept,
                          {found.signals[0].coefficient, found.signals[1].coefficient, found.signals[2].coefficient}, 0,
                          {0, 0, 0}))
            .epsilon(1e-11));
}

TEST_CASE("learn: no point of a dense grid around the answer is better") {
  for (const double ridge : {0.0, 5.0}) {
    for (const numbers& truth : {numbers{1.2, 0.4}, numbers{1.0, -0.8}, numbers{-0.5, -0.5}}) {
      CAPTURE(ridge);
      const made m = draw(400, truth, 0.3, 9);
      h::learn_options options = plain(ridge);
      options.expert = {1, 3};
      options.expert_slope = 2;
      const auto found = learn(m.s, 2, m.left, options);
      // After a refusal the coefficients are not reported, and the second part of the test has nothing to look at.
      if (found.status != h::learn_status::learned) continue;
      const numbers beta{found.signals[0].coefficient, found.signals[1].coefficient};
      const numbers target{0.5, 1.5};
      const double best = penalised(m, found.intercept, beta, ridge, target);
      for (int a = -4; a <= 4; ++a) {
        for (int b = -4; b <= 4; ++b) {
          for (int c = -4; c <= 4; ++c) {
            const numbers near{std::max(0.0, beta[0] + b * 0.01), std::max(0.0, beta[1] + c * 0.01)};
            CHECK(penalised(m, found.intercept + a * 0.01, near, ridge, target) >= best - 1e-10);
          }
        }
      }
    }
  }
}

TEST_CASE("learn: every number of threads gives the same bits") {
  const made m = draw(200'000, {1.0, 0.5, 0.0, 2.0, 0.1}, -0.5, 21);
  const h::signal_matrix s{m.s, m.left.size(), 5};
  const column<std::uint8_t> left(m.left);
  const auto one = h::learn_weights(s, left);
  CHECK(one.status == h::learn_status::learned);
  for (const std::size_t threads : {2u, 3u, 8u}) {
    const auto many = h::learn_weights(s, left, {}, {}, thread_executor(threads));
    CHECK(std::memcmp(&many.intercept, &one.intercept, sizeof one.intercept) == 0);
    for (std::size_t k = 0; k < 5; ++k)
      CHECK(std::memcmp(&many.signals[k].coefficient, &one.signals[k].coefficient, sizeof(double)) == 0);
  }
}

TEST_CASE("learn: with gaps, a constant signal and experts, too; and so do the normalised signals") {
  made m = draw(150'000, {1.0, 0.5, 2.0}, -0.5, 22);
  const std::size_t rows = m.left.size();
  for (std::size_t i = 0; i < m.s.size(); i += 7) m.s[i] = missing;
  m.s.insert(m.s.end(), rows, 0.25);
  const h::signal_matrix s{m.s, rows, 4};
  h::learn_options options;
  options.expert = {4, 3, 2, 1};
  const auto one = h::learn_weights(s, column<std::uint8_t>(m.left), options);
  CHECK(one.signals[3].role == h::signal_role::constant);
  CHECK(one.signals[0].missing > 20'000);
  const auto many = h::learn_weights(s, column<std::uint8_t>(m.left), options, {}, thread_executor(3));
  CHECK(many.intercept == one.intercept);
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(many.signals[k].coefficient == one.signals[k].coefficient);
    CHECK(many.signals[k].missing == one.signals[k].missing);
  }
  h::scorecard_spec spec;
  signals columns;
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string name = "s" + std::to_string(k);
    spec.signals.push_back(signal(name, h::ramp{0, 0.5 + 0.25 * static_cast<double>(k)}));
    spec.tree.mean.push_back(leaf(1 + static_cast<double>(k), name));
    columns.push_back({name, column<double>(std::span<const double>(m.s).subspan(k * rows, rows))});
  }
  const h::scorecard card = h::compile(spec);
  const auto serial = h::normalise(card, columns), parallel = h::normalise(card, columns, thread_executor(3));
  REQUIRE(serial.values.size() == 3 * rows);
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  CHECK(std::ranges::equal(serial.values, parallel.values, same));
  CHECK(std::isnan(serial.values[0]));
  CHECK(serial.values[rows + 1] == doctest::Approx(std::min(1.0, m.s[rows + 1] / 0.75)));
}

TEST_CASE("learn: with many accounts the truth is found") {
  const made m = draw(200'000, {1.0, 0.5, 0.0, 2.0}, -0.5, 22);
  const auto found = learn(m.s, 4, m.left);
  CHECK(found.signals[0].coefficient == Approx(1.0).epsilon(0.05));
  CHECK(found.signals[3].coefficient == Approx(2.0).epsilon(0.05));
  CHECK(found.signals[2].weight < 0.02);
  CHECK(found.slope() == Approx(3.5).epsilon(0.05));
}

TEST_CASE("learn: a strong ridge gives the experts' weights, a weak one the data's") {
  const made m = draw(4000, {2.0, 0.1}, 0, 23);
  h::learn_options options;
  options.expert = {10, 30};
  options.ridge = 1e9;
  const auto strong = learn(m.s, 2, m.left, options);
  CHECK(strong.signals[0].weight == Approx(0.25).epsilon(1e-4));
  options.ridge = 1e-6;
  const auto weak = learn(m.s, 2, m.left, options);
  CHECK(weak.signals[0].weight > 0.8);
}

TEST_CASE("learn: separated outcomes need a ridge, and are said to") {
  numbers s;
  bytes left;
  for (int i = 0; i < 60; ++i) {
    s.push_back(i / 60.0);
    left.push_back(i < 25);
  }
  CHECK(learn(s, 1, left).status == h::learn_status::learned);
  CHECK(learn(s, 1, left).signals[0].coefficient > 1);
  CHECK(learn(s, 1, left, plain()).status == h::learn_status::not_identified);
  numbers twice = s;
  twice.insert(twice.end(), s.begin(), s.end());
  std::mt19937_64 random(1);
  for (auto& y : left) y = random() % 3 == 0;
  h::learn_options free = plain();
  CHECK(learn(twice, 2, left, free).status != h::learn_status::learned);
}

TEST_CASE("learn: refusals keep the experts' weights") {
  const binary few(30, 9, 30, 3);
  h::learn_options options;
  options.expert = {5};
  CHECK(learn(few.s, 1, few.left, options).status == h::learn_status::too_few_events);
  CHECK(learn(few.s, 1, few.left, options).signals[0].weight == 1);
  options.min_events = 12;  // as many as there are
  CHECK(learn(few.s, 1, few.left, options).status == h::learn_status::learned);
  options.min_events = 13;
  CHECK(learn(few.s, 1, few.left, options).status == h::learn_status::too_few_events);
  CHECK(learn({0.1, 0.2}, 1, {0, 0}).status == h::learn_status::one_outcome_only);
  CHECK(learn({0.1, 0.2}, 1, {1, 1}, plain()).status == h::learn_status::one_outcome_only);
  CHECK(learn({}, 0, {}).status == h::learn_status::one_outcome_only);
  CHECK(to_string(h::learn_status::too_few_events) == "too few events");
}

TEST_CASE("learn: bad input names its place") {
  CHECK_THROWS_AS((void)learn({0.5, 1.5}, 1, {0, 1}), data_error);
  CHECK_THROWS_AS((void)learn({0.5, 0.5}, 1, {0, 2}), data_error);
  CHECK_THROWS_AS((void)learn({0.5}, 1, {0, 1}), schema_error);
  h::learn_options options;
  options.ridge = -1;
  CHECK_THROWS_AS((void)learn({0.5, 0.5}, 1, {0, 1}, options), schema_error);
  options = {};
  options.expert = {1, 2};
  CHECK_THROWS_AS((void)learn({0.5, 0.5}, 1, {0, 1}, options), schema_error);
}

TEST_CASE("learn: missing signals and unknown outcomes are counted, and imputing the mean equals writing it in") {
  made m = draw(600, {1.5, 0.5}, 0.2, 31);
  double sum = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; i < 600; ++i) {
    if (i % 5 == 0)
      m.s[i] = std::nan("");
    else {
      sum += m.s[i];
      ++known;
    }
  }
  const auto imputed = learn(m.s, 2, m.left);
  CHECK(imputed.signals[0].missing == 120);
  made filled = m;
  for (std::size_t i = 0; i < 600; i += 5) filled.s[i] = sum / static_cast<double>(known);
  CHECK(learn(filled.s, 2, filled.left).signals[0].coefficient == Approx(imputed.signals[0].coefficient).epsilon(1e-9));
  h::learn_options options;
  options.missing = h::missing_signal::leave_out_account;
  const auto complete = learn(m.s, 2, m.left, options);
  CHECK(complete.incomplete == 120);
  CHECK(complete.rows == 480);
  std::vector<std::uint8_t> validity(75, 0xFF);
  validity[0] = 0xF0;
  const auto labelled = h::learn_weights({m.s, 600, 2}, column<std::uint8_t>(m.left, validity.data()));
  CHECK(labelled.unlabelled == 4);
  CHECK(labelled.rows == 596);
}

TEST_CASE("learn: a case weight of 2 is the row twice, and 0 is no row") {
  made m = draw(300, {1.0}, 0, 41);
  numbers weight(300, 1.0), twice = m.s;
  bytes left = m.left;
  for (std::size_t i = 0; i < 100; ++i) {
    weight[i] = 2;
    twice.push_back(m.s[i]);
    left.push_back(m.left[i]);
  }
  const auto weighted = h::learn_weights({m.s, 300, 1}, column<std::uint8_t>(m.left), plain(), weight);
  CHECK(weighted.signals[0].coefficient == Approx(learn(twice, 1, left, plain()).signals[0].coefficient).epsilon(1e-10));
}

TEST_CASE("learn: a constant signal has no say") {
  made m = draw(500, {1.5}, 0.2, 51);
  m.s.resize(1000, 0.7);
  const auto found = learn(m.s, 2, m.left, plain());
  CHECK(found.status == h::learn_status::learned);
  CHECK(found.signals[1].role == h::signal_role::constant);
  CHECK(found.signals[1].weight == 0);
}

TEST_CASE("H50, H51: entropy and deviation weights of the reference example") {
  const numbers x{1, 4, 2, 16};
  const h::signal_matrix s{x, 2, 2};
  CHECK(h::audit_weights(s, h::audit_weighting::entropy)[0] == Approx(0.35888879049).epsilon(1e-10));
  CHECK(h::audit_weights(s, h::audit_weighting::entropy)[1] == Approx(0.64111120951).epsilon(1e-10));
  CHECK(h::audit_weights(s, h::audit_weighting::deviation)[0] == Approx(3.0 / 17).epsilon(1e-12));
  CHECK(h::audit_weights(s, h::audit_weighting::equal) == numbers{0.5, 0.5});
}

TEST_CASE("audit weights: CRITIC favours what varies and is not said by another signal") {
  // a and b are opposite, c repeats a: 1 - r is 2, 0 for a; 2, 2 for b; 0, 2 for c; all deviate alike.
  const numbers x{0, 0.5, 1, 1, 0.5, 0, 0, 0.5, 1};
  const auto w = h::audit_weights({x, 3, 3}, h::audit_weighting::critic);
  CHECK(w[0] == Approx(0.25).epsilon(1e-12));
  CHECK(w[1] == Approx(0.5).epsilon(1e-12));
  CHECK(w[2] == Approx(0.25).epsilon(1e-12));
}

TEST_CASE("H60: isotonic means of the reference example") {
  CHECK(h::isotonic_means(numbers{1, 0, 4, 3, 3, 5, 4, 2, 0}) == numbers{0.5, 0.5, 3, 3, 3, 3, 3, 3, 3});
}

TEST_CASE("isotonic: ties are one point, the curve never falls, steps or straight lines between levels") {
  const numbers risk{1, 1, 2, 2, 3, 3, 4, 4};
  const bytes left{0, 0, 1, 0, 0, 0, 1, 1};
  const auto curve = h::isotonic(h::tally_outcomes(column<double>(risk), column<std::uint8_t>(left)));
  CHECK(curve.probability == numbers{0, 0.25, 1});
  CHECK(curve(0) == 0);
  CHECK(curve(2.5) == 0.25);
  CHECK(curve(99) == 1);
  CHECK(curve(3.5) == 0.25);
  CHECK(curve(3.5, h::between_steps::linear) == Approx(0.625).epsilon(1e-12));
  CHECK(curve(1.5, h::between_steps::linear) == Approx(0.125).epsilon(1e-12));
  CHECK(std::isnan(h::isotonic({})(1)));
}

TEST_CASE("platt: the fitted probabilities reproduce the sums of his targets") {
  const made m = draw(500, {3.0}, 1, 61);
  numbers score;
  for (const double s : m.s) score.push_back(100 * s);
  const auto state =
      h::tally_outcomes(column<double>(score), column<std::uint8_t>(m.left), {h::score_direction::higher_is_healthier});
  const auto curve = h::platt(state);
  const auto n1 = static_cast<double>(count(state.left)), n0 = static_cast<double>(count(state.stayed));
  double off = 0, off_x = 0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    const double residual = curve(-score[i]) - (m.left[i] ? (n1 + 1) / (n1 + 2) : 1 / (n0 + 2));
    off += residual;
    off_x += residual * score[i];
  }
  CHECK(off == Approx(0).epsilon(1e-8));
  CHECK(off_x == Approx(0).epsilon(1e-6));
  CHECK(curve.slope == Approx(0.03).epsilon(0.3));
  const auto separated = h::platt(
      h::tally_outcomes(column<double>(one_call(numbers{1, 2, 3, 4})), column<std::uint8_t>(one_call(bytes{0, 0, 1, 1}))));
  CHECK(separated.reason == undefined_reason::defined);
  CHECK(separated(4) > 0.5);
  CHECK(std::isnan(
      h::platt(h::tally_outcomes(column<double>(one_call(numbers{1})), column<std::uint8_t>(one_call(bytes{0}))))(1)));
}

TEST_CASE("weights of a card: nominal shares multiply down the tree, and learned ones come back out") {
  const auto spec = card({signal("a1"), signal("a2"), signal("b")},
                         {sub(60, "A", {leaf(30, "a1"), leaf(10, "a2")}), sub(40, "B", {leaf(1, "b")})});
  const auto compiled = h::compile(spec);
  const auto nominal = h::nominal_weights(compiled);
  CHECK(nominal[0] == Approx(0.45).epsilon(1e-14));
  CHECK(nominal[1] == Approx(0.15).epsilon(1e-14));
  CHECK(nominal[2] == Approx(0.40).epsilon(1e-14));
  const auto changed = h::nominal_weights(h::with_weights(compiled, numbers{0.2, 0, 0.8}));
  CHECK(changed[0] == Approx(0.2).epsilon(1e-14));
  CHECK(changed[1] == 0);
  CHECK(changed[2] == Approx(0.8).epsilon(1e-14));
  CHECK_THROWS_AS((void)h::with_weights(compiled, numbers{1}), schema_error);
}

TEST_CASE("normalise: the matrix holds what each signal becomes, NaN where it is missing") {
  const auto compiled = h::compile(card({signal("a"), signal("b")}, {leaf(1, "a"), leaf(0, "b")}));
  const numbers a{80, std::nan(""), 0}, b{100, 30, std::nan("")};
  const signals columns{{"a", column<double>(a), {}, {}}, {"b", column<double>(b), {}, {}}};
  const auto s = h::normalise(compiled, columns);
  CHECK(s.values[0] == Approx(0.8).epsilon(1e-14));
  CHECK(std::isnan(s.values[1]));
  CHECK(s.values[2] == 0);
  CHECK(s.values[3] == 1);
  CHECK(s.values[4] == Approx(0.3).epsilon(1e-14));
  CHECK(std::isnan(s.values[5]));
}

TEST_CASE("learn: with complete signals the learned score is an affine map of the log-odds") {
  const made m = draw(2000, {1.0, 2.0}, 0.5, 71);
  const auto found = learn(m.s, 2, m.left);
  for (std::size_t i = 0; i < 2000; i += 97) {
    double score = 0, eta = found.intercept;
    for (std::size_t k = 0; k < 2; ++k) {
      score += 100 * found.signals[k].weight * m.s[k * 2000 + i];
      eta -= found.signals[k].coefficient * m.s[k * 2000 + i];
    }
    CHECK(found.intercept - found.slope() * score / 100 == Approx(eta).epsilon(1e-12));
  }
}
