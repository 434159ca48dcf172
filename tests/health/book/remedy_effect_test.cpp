// Remedies against accounts that were held out: shares, means, and what is not known.
#include "sojourn/health/book/remedy_effect.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sojourn/domain/error.hpp"
#include "sojourn/stats/proportion.hpp"

using namespace sojourn;
using namespace sojourn::health;
using doctest::Approx;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// `treated` and `held_out` accounts of one remedy, of which the first few have the outcome 1.
struct trial {
  std::vector<std::uint32_t> account, remedy;
  std::vector<remedy_arm> arm;
  std::vector<double> outcome;

  trial& add(remedy_arm which, int ones, int n, std::uint32_t of = 0) {
    for (int i = 0; i < n; ++i) {
      account.push_back(static_cast<std::uint32_t>(account.size()));
      remedy.push_back(of);
      arm.push_back(which);
      outcome.push_back(i < ones ? 1 : 0);
    }
    return *this;
  }
  [[nodiscard]] std::vector<remedy_effect_line> effects(std::size_t remedies = 1, remedy_effect_options options = {}) const {
    return remedy_effect({account, remedy, arm, remedies}, {account, outcome}, options);
  }
};

}  // namespace

TEST_CASE("shares of treated and held-out accounts give Newcombe's interval") {
  const auto line = trial().add(remedy_arm::treated, 45, 50).add(remedy_arm::held_out, 30, 50).effects()[0];
  const estimate expected = compare_proportions(45, 50, 30, 50);
  CHECK(line.treated == 50);
  CHECK(line.with.value == 0.9);
  CHECK(line.effect.value == expected.value);
  CHECK(line.effect.low == expected.low);
  CHECK(line.effect.high == expected.high);
  CHECK(line.verdict == remedy_verdict::helps);
  const auto lower = trial()
                         .add(remedy_arm::treated, 45, 50)
                         .add(remedy_arm::held_out, 30, 50)
                         .effects(1, {.better = better_outcome::lower});
  CHECK(lower[0].verdict == remedy_verdict::harms);
}

TEST_CASE("few accounts, or nobody held out, are inconclusive") {
  CHECK(trial().add(remedy_arm::treated, 5, 6).add(remedy_arm::held_out, 3, 6).effects()[0].verdict ==
        remedy_verdict::inconclusive);
  const auto alone = trial().add(remedy_arm::treated, 50, 50).effects()[0];
  CHECK(std::isnan(alone.effect.value));
  CHECK(alone.verdict == remedy_verdict::inconclusive);
  const auto none = trial().effects();
  CHECK(none[0].verdict == remedy_verdict::inconclusive);
}

TEST_CASE("means give Welch's interval") {
  const std::vector<double> outcome = {3, 5, 7, 1, 2, 3, 4};
  const std::vector<std::uint32_t> account = {0, 1, 2, 3, 4, 5, 6}, remedy(7, 0);
  using arm = remedy_arm;
  const std::vector<remedy_arm> arms = {arm::treated,  arm::treated,  arm::treated, arm::held_out,
                                        arm::held_out, arm::held_out, arm::held_out};
  const auto line = remedy_effect({account, remedy, arms, 1}, {account, outcome})[0];
  CHECK(line.effect.value == Approx(2.5));
  // Variances of the means 4/3 and 5/12; degrees of freedom 1.75^2 / ((4/3)^2/2 + (5/12)^2/3) = 3.2347; t = 3.05571.
  CHECK(line.effect.high - line.effect.low == Approx(2 * 3.055712710425896 * std::sqrt(1.75)).epsilon(1e-12));
  CHECK(line.verdict == remedy_verdict::inconclusive);
}

TEST_CASE("who was assigned twice counts once; what is not known is counted") {
  trial some = trial().add(remedy_arm::treated, 2, 3).add(remedy_arm::held_out, 0, 2);
  some.outcome[0] = unknown;
  some.account.push_back(1);
  some.remedy.push_back(0);
  some.arm.push_back(remedy_arm::treated);
  const std::vector<std::uint32_t> with_outcome = {0, 1, 2, 3};
  const auto line =
      remedy_effect({some.account, some.remedy, some.arm, 1}, {with_outcome, std::span(some.outcome).first(4)})[0];
  CHECK(line.treated == 2);
  CHECK(line.held_out == 1);
  CHECK(line.unknown == 2);
  CHECK(line.repeated == 1);
}

TEST_CASE("contradictions and lengths that differ are refused") {
  const std::vector<std::uint32_t> twice = {0, 0}, remedy = {0, 0}, one = {0};
  const std::vector<remedy_arm> both = {remedy_arm::treated, remedy_arm::held_out};
  const std::vector<double> zero = {0}, zeros = {0, 0}, endless = {std::numeric_limits<double>::infinity()};
  CHECK_THROWS_AS((void)remedy_effect({twice, remedy, both, 1}, {one, zero}), data_error);
  CHECK_THROWS_AS((void)remedy_effect({twice, one, both, 1}, {one, zero}), schema_error);
  CHECK_THROWS_AS((void)remedy_effect({twice, remedy, both, 0}, {one, zero}), data_error);
  const std::vector<remedy_arm> treated(2, remedy_arm::treated);
  CHECK_THROWS_AS((void)remedy_effect({twice, remedy, treated, 1}, {twice, zeros}), data_error);
  CHECK_THROWS_AS((void)remedy_effect({twice, remedy, treated, 1}, {one, endless}), data_error);
  CHECK_THROWS_AS((void)remedy_effect({twice, remedy, treated, 1}, {one, zeros}), schema_error);
}

TEST_CASE("the draw holds out the share that was asked, and the same accounts every day") {
  int held = 0, again = 0, other = 0;
  for (int i = 0; i < 10000; ++i) {
    const std::string key = "acme-" + std::to_string(i);
    const bool out = draw_arm(key, "training", 0.2, 7) == remedy_arm::held_out;
    held += out ? 1 : 0;
    again += out == (draw_arm(key, "training", 0.2, 7) == remedy_arm::held_out) ? 1 : 0;
    other += out && draw_arm(key, "call", 0.2, 7) == remedy_arm::held_out ? 1 : 0;
  }
  CHECK(held == Approx(2000).epsilon(0.1));
  CHECK(again == 10000);
  CHECK(other == Approx(400).epsilon(0.25));  // remedies are drawn apart
  CHECK(draw_arm("a", "b", 0, 1) == remedy_arm::treated);
  CHECK_THROWS_AS((void)draw_arm("a", "b", 1, 1), schema_error);
}

TEST_CASE("an account is assigned a remedy once, and what is left out is counted") {
  const std::vector<std::string> account{"a", "b", "a", "a", "c"}, remedy{"call", "call", "call", "training", ""};
  const std::vector<std::string> before{"b"}, had{"call"};
  const new_assignments found = assign_remedies({account, remedy}, {before, had}, {0.5, 7});
  CHECK(found.row == std::vector<std::size_t>{0, 3});
  CHECK(found.arm == std::vector<remedy_arm>{draw_arm("a", "call", 0.5, 7), draw_arm("a", "training", 0.5, 7)});
  CHECK(found.assigned_before == 2);
  CHECK(found.without_remedy == 1);
  CHECK_THROWS_AS((void)assign_remedies({account, had}, {}, {}), schema_error);
}
