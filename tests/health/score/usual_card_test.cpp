// The one-pass way to a score, against the general one: a cycle before that knows nobody makes the general path take the
// same card.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "health/card/plan.hpp"
#include "health/score/usual_card_kernels.hpp"
#include "health_fixtures.hpp"

using namespace health_test;
using sojourn::column;
using sojourn::signals;
namespace detail = sojourn::health::detail;

namespace {

using engine = std::mt19937_64;

double uniform(engine& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}
std::size_t below(engine& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}

h::normaliser random_norm(engine& random, std::vector<double>& marks) {
  const double from = uniform(random, -5, 5), width = std::exp(uniform(random, -8, 4));
  switch (below(random, 5)) {
    case 0:
      return h::identity{};
    case 1:
      marks = {from, from + width};
      return h::ramp{from, from + width};
    case 2:
      marks = {from, from + width};
      return h::ramp{from + width, from};
    case 3:
      marks = {from, from + width};
      return h::target{from, from + width, width / 3};
    default: {
      h::piecewise line;
      double x = from;
      const std::size_t knots = 2 + below(random, 9);  // ten knots are nine segments: one too many for the short way
      for (std::size_t j = 0; j < knots; ++j, x += std::exp(uniform(random, -6, 2))) {
        const double s = below(random, 4) == 0 ? (below(random, 2) == 0 ? 0.0 : 1.0) : uniform(random, 0, 1);
        line.knots.push_back({x, s});
        marks.push_back(x);
      }
      return line;
    }
  }
}

struct random_book {
  h::scorecard_spec spec;
  std::vector<std::vector<double>> wide;
  std::vector<std::vector<float>> narrow;
  std::vector<std::vector<std::int64_t>> whole;
  std::vector<std::vector<std::uint8_t>> bitmap;
  std::vector<std::size_t> kind;
  std::vector<double> seats;
  std::size_t rows;

  random_book(engine& random, bool infinite) : rows(below(random, 1500)) {
    const std::size_t count = 1 + below(random, 14);
    for (std::size_t k = 0; k < count; ++k) {
      std::vector<double> marks;
      spec.signals.push_back(signal("s" + std::to_string(k), random_norm(random, marks)));
      if (below(random, 4) == 0) spec.signals.back().per = "seats";
      fill(random, marks, infinite);
    }
    fill_seats(random);
    spec.min_coverage = below(random, 3) == 0 ? 0 : uniform(random, 0, 1);
    if (below(random, 4) == 0) spec.missing_scope = h::redistribution_scope::global;
    add_tree(random, count);
    if (below(random, 3) == 0) spec.tiers.closed = h::closed_side::right;
  }

  void fill(engine& random, const std::vector<double>& marks, bool infinite) {
    const double low = marks.empty() ? -10 : marks.front() - 1, high = marks.empty() ? 110 : marks.back() + 1;
    const double gaps = below(random, 3) == 0 ? 0.6 : 0.08;
    std::vector<double> values(rows);
    for (double& x : values) {
      const std::size_t pick = below(random, 40);
      x = uniform(random, low, high);
      if (pick < 4 && !marks.empty()) x = marks[below(random, marks.size())];
      if (pick == 5) x = -0.0;
      if (pick == 6) x = 5e-324;
      if (pick == 7) x = high * 1e6;
      if (infinite && pick == 8 && below(random, 50) == 0) x = below(random, 2) == 0 ? inf : -inf;
      if (uniform(random, 0, 1) < gaps) x = missing;
    }
    narrow.emplace_back(values.begin(), values.end());
    whole.emplace_back();
    for (const double x : values) whole.back().push_back(std::isfinite(x) ? static_cast<std::int64_t>(x) : 0);
    wide.push_back(std::move(values));
    bitmap.emplace_back(rows / 8 + 1);
    for (auto& byte : bitmap.back()) byte = static_cast<std::uint8_t>(random());
    kind.push_back(below(random, 4));
  }

  /// Missing ones leave the quotient out; others that are no divisor are rare, so that most tiles have none.
  void fill_seats(engine& random) {
    seats.resize(rows);
    for (double& one : seats) {
      one = std::exp(uniform(random, -3, 5));
      if (below(random, 30) == 0) one = missing;
      const std::size_t odd = below(random, 4000);
      if (odd < 4) one = std::array{0.0, -2.0, inf, 5e-324}[odd];
    }
  }

  void add_tree(engine& random, std::size_t count) {
    const auto weight = [&] { return below(random, 12) == 0 ? 0.0 : uniform(random, 0.1, 40); };
    const bool nested = below(random, 2) == 0;
    spec.tree.mean.push_back(leaf(1, "s0"));
    for (std::size_t k = 1; k < count; ++k) {
      const auto one = leaf(weight(), "s" + std::to_string(k));
      h::group* at = &spec.tree;
      while (nested && below(random, 2) == 0) {
        auto* inner = std::get_if<h::group>(&at->mean.back().node);
        if (inner == nullptr) {
          at->mean.push_back(sub(uniform(random, 0.1, 9), "g" + std::to_string(k), {leaf(3, "s" + std::to_string(k))},
                                 uniform(random, -0.3, 0.7)));
          h::group& made = std::get<h::group>(at->mean.back().node);
          made.min_coverage = spec.missing_scope == h::redistribution_scope::global ? 0.0 : std::max(0.0, made.min_coverage);
          at = nullptr;
          break;
        }
        at = inner;
      }
      if (at != nullptr) at->mean.insert(at->mean.begin(), one);
    }
  }

  [[nodiscard]] signals view() const {
    signals all{{"seats", column<double>(seats)}};
    for (std::size_t k = 0; k < kind.size(); ++k) {
      const std::string& name = spec.signals[k].name;
      switch (kind[k]) {
        case 0:
          all.push_back({name, column<double>(wide[k])});
          break;
        case 1:
          all.push_back({name, column<float>(narrow[k])});
          break;
        case 2:
          all.push_back({name, column<double>(std::span<const double>(wide[k]), bitmap[k].data())});
          break;
        default:
          all.push_back({name, column<std::int64_t>(std::span<const std::int64_t>(whole[k]), bitmap[k].data())});
      }
    }
    return all;
  }
};

/// To the bit; one NaN is as good as another.
bool same_values(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool both_nan = std::isnan(a[i]) && std::isnan(b[i]);
    if (!both_nan && std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  }
  return true;
}

/// Whether the card was of the usual kind.
bool check_paths(const random_book& book) {
  const h::scorecard card = h::compile(book.spec);
  const signals columns = book.view();
  const std::vector<double> nothing(book.rows, missing);
  const h::score_options general{.previous_score = nothing};
  const h::scores fast = h::score(card, columns), slow = h::score(card, columns, general);
  CHECK(same_values(fast.score, slow.score));
  CHECK(same_values(fast.coverage, slow.coverage));
  CHECK(fast.tier == slow.tier);
  CHECK(fast.flags == slow.flags);
  CHECK(fast.counters == slow.counters);
  const h::contributions parts = h::explain(card, columns), others = h::explain(card, columns, general);
  CHECK(same_values(parts.points, others.points));
  CHECK(same_values(parts.lost, others.lost));
  for (std::size_t row = 0; row < book.rows; ++row) {
    double sum = 0;
    for (std::size_t k = 0; k < parts.signals; ++k) sum += parts.part(row, k);
    const bool unknown = std::isnan(sum) && std::isnan(fast.score[row]);
    if (!unknown) REQUIRE(sum == fast.score[row]);
  }
  return card.plan().is_usual;
}

}  // namespace

TEST_CASE("usual cards: one pass gives the bits of the general path, parts included") {
  engine random(20'240'501);
  int usual = 0;
  for (int round = 0; round < 250; ++round) {
    CAPTURE(round);
    usual += check_paths(random_book(random, false)) ? 1 : 0;
  }
  CHECK(usual > 100);
}

TEST_CASE("usual cards: a quotient is scored in one pass, and rows without a divisor are counted as ever") {
  const std::vector<double> values{4, missing, 6, 8, 1e300, -3, inf, 5};
  for (const std::vector<double>& seats :
       {std::vector<double>{2, 2, missing, 4, 2, 1, 2, 5}, std::vector<double>{0, 2, -1, inf, 1e-300, missing, 1, 5}}) {
    h::scorecard_spec spec;
    spec.signals = {signal("logins", h::ramp{0, 4})};
    spec.signals.front().per = "seats";
    spec.tree.mean.push_back(leaf(1, "logins"));
    const h::scorecard card = h::compile(spec);
    CHECK(card.plan().is_usual);
    const signals columns{{"logins", column<double>(values)}, {"seats", column<double>(seats)}};
    const std::vector<double> nothing(values.size(), missing);
    const h::scores fast = h::score(card, columns), slow = h::score(card, columns, {.previous_score = nothing});
    CHECK(same_values(fast.score, slow.score));
    CHECK(fast.flags == slow.flags);
    CHECK(fast.counters == slow.counters);
  }
}

TEST_CASE("usual cards: arrays of an earlier call are used again, whatever they held") {
  engine random(77);
  h::scores result;
  h::contributions parts;
  for (int round = 0; round < 12; ++round) {
    const random_book book(random, round % 3 == 0);
    const h::scorecard card = h::compile(book.spec);
    h::explain_into(result, parts, card, book.view());
    const h::scores expected = h::score(card, book.view());
    CHECK(same_values(result.score, expected.score));
    CHECK(result.flags == expected.flags);
    CHECK(result.counters == expected.counters);
    CHECK(same_values(parts.points, h::explain(card, book.view()).points));
    CHECK(parts.adjustments.empty());
  }
}

TEST_CASE("usual cards: infinities are counted, flagged and scored as ever") {
  engine random(3);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    check_paths(random_book(random, true));
  }
}

TEST_CASE("usual cards: an account in which all is perfect has 100 points, and its parts add to them") {
  h::scorecard_spec spec;
  table t;
  for (std::size_t k = 0; k < 7; ++k) {
    const std::string name = "s" + std::to_string(k);
    spec.signals.push_back(signal(name, h::ramp{0, 0.1 + 0.7 * static_cast<double>(k)}));
    spec.tree.mean.push_back(leaf(1.0 / (3 + static_cast<double>(k)), name));
    t.names.push_back(name);
    t.values.push_back({100, k == 2 ? missing : 100});
  }
  const h::scorecard card = h::compile(spec);
  const h::scores found = h::score(card, t.view());
  CHECK(found.score[0] == 100);
  CHECK(found.score[1] == 100);
  const h::contributions parts = h::explain(card, t.view());
  double sum = 0;
  for (std::size_t k = 0; k < 7; ++k) sum += parts.part(1, k);
  CHECK(sum == 100);
}

TEST_CASE("usual cards: every instruction set gives the same bits") {
  const detail::usual_kernels wide = detail::avx512_kernels(), plain = detail::plain_kernels();
  if (wide.of_doubles == nullptr) {
    MESSAGE("this processor has the plain loops only");
    return;
  }
  engine random(11);
  for (int round = 0; round < 400; ++round) {
    detail::line how{};
    how.is_ramp = below(random, 4) == 0;
    how.count = how.is_ramp ? 1 : 1 + below(random, detail::line_segments);
    how.weight = uniform(random, 0, 9);
    double x = uniform(random, -3, 3), reached = uniform(random, 0, 1);
    for (std::size_t j = 0; j < how.count; ++j) {
      how.from[j] = x;
      const double width = std::exp(uniform(random, -9, 3));
      how.inverse[j] = detail::inverse_of(x, x + width);
      x += width;
      how.reached[j] = reached;
      how.rise[j] = how.is_ramp ? 1 : uniform(random, 0, 1) - reached;
      reached += how.rise[j];
    }
    how.leaves_unit = below(random, 2) == 0;
    const std::size_t n = below(random, 70);
    std::vector<double> values(n), s[2], present[2];
    for (double& value : values)
      value = below(random, 9) == 0   ? missing
              : below(random, 9) == 0 ? how.from[below(random, how.count)]
                                      : uniform(random, -4, x + 1);
    const std::vector<float> floats(values.begin(), values.end());
    for (const bool narrow : {false, true}) {
      detail::line_odds odds[2];
      for (const std::size_t which : {0u, 1u}) {
        const detail::usual_kernels& k = which == 0 ? wide : plain;
        s[which].assign(n, 7);
        present[which].assign(n, 0.25);
        odds[which] = narrow ? k.of_floats(floats.data(), s[which].data(), present[which].data(), n, how, 0.0)
                             : k.of_doubles(values.data(), s[which].data(), present[which].data(), n, how, missing);
      }
      CHECK(same_values(s[0], s[1]));
      CHECK(same_values(present[0], present[1]));
      CHECK(odds[0].missing == odds[1].missing);
      CHECK(odds[0].infinite == odds[1].infinite);
    }
  }
}
