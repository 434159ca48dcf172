// Hundreds of random cards and accounts against the row-by-row reference, and what must not change a score.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "health_fixtures.hpp"
#include "laws.hpp"
#include "oracle/slow_scorecard.hpp"

using namespace health_test;

namespace {

class card_maker {
 public:
  explicit card_maker(unsigned seed) : random_(seed) {}

  /// Cards of which many signals grow old; their table has a column of days.
  h::scorecard_spec make_aging() {
    h::scorecard_spec spec = make();
    for (h::signal_spec& s : spec.signals) {
      const auto better = chance(2) ? h::better_side::higher : h::better_side::lower;
      const double a = uniform(-10, 40), b = a + uniform(0.5, 60);
      switch (below(15)) {
        case 10:
          s.norm = h::percentile{{-5, 0, 20}, better, "seats", {{"1", {0, 30}}, {"3", {5, 5, 50}}}};
          break;
        case 4:
          s.norm = h::log_ramp{a, b, h::log_scale::asinh};
          break;
        case 5:
          s.norm = h::saturating{uniform(1, 40), h::saturating_curve::exponential};
          break;
        case 6:
          s.norm = h::bins{{a, a + 5, b + 5},
                           {uniform(0, 1), h::no_score},
                           chance(2) ? h::closed_side::left : h::closed_side::right,
                           h::gap_policy::missing};
          break;
        case 7:
          s.norm = h::change{uniform(-1, 0), uniform(0, 1), chance(2) ? 0.0 : uniform(0, 5), chance(2) ? "seats" : ""},
          s.per.clear();
          break;
        case 8:
          s.norm = h::ratio{uniform(1, 2), uniform(-1, 1), "seats"}, s.per.clear();
          break;
        case 9:
          s.norm = table_of_bands();
          break;
        case 0:
          s.norm = h::recency{uniform(1, 50), uniform(0, 30)};
          break;
        case 1:
          s.norm = h::zscore{uniform(0, 60), uniform(1, 60), better};
          break;
        case 2:
          s.norm = h::robust_z{uniform(0, 60), uniform(1, 60), better};
          break;
        case 3:
          s.norm = h::percentile{{-5, 0, 1, 1, 1, 3, 20, 20, 60.5, 90}, better};
          break;
        default:
          break;
      }
      if (chance(12)) s.state = h::activity::inactive;
      const bool day = std::holds_alternative<h::recency>(s.norm) || std::holds_alternative<h::value_map>(s.norm) ||
                       std::holds_alternative<h::boolean>(s.norm);
      switch (below(6)) {
        case 0:
          s.missing = {.kind = h::missing_kind::carry_forward, .max_age = uniform(0, 300)}, s.observed_at = "seen";
          break;
        case 1:
          if (!day) s.missing = {.kind = h::missing_kind::impute, .typical = uniform(-10, 60)};
          break;
        case 2:
          if (!day)
            s.missing = {.kind = h::missing_kind::impute,
                         .typical = uniform(-10, 60),
                         .segment = "seats",
                         .typical_by = {{"1", 5}, {"2", 30}, {"odd", 7}}};
          break;
        default:
          break;
      }
      if (chance(3)) continue;
      s.observed_at = "seen";
      h::staleness& stale = s.stale.emplace();
      if (chance(3)) stale.validity = uniform(50, 300);
      if (chance(2)) stale.decay_weight = h::weight_decay{uniform(1, 100), uniform(0, 30)};
      if (chance(2)) stale.to_neutral = h::neutral_decay{uniform(1, 100), 0, uniform(0, 1)};
      if (stale == h::staleness{} || chance(3)) stale.linear = h::linear_decay{uniform(0, 1), uniform(1, 90)};
    }
    if (spec.missing_scope == h::redistribution_scope::group) propagate(spec.tree);
    return spec;
  }

  h::scorecard_spec make() {
    h::scorecard_spec spec;
    const std::size_t count = 1 + below(14);
    for (std::size_t k = 0; k < count; ++k) {
      h::signal_spec s = signal("s" + std::to_string(k), norm(), policy());
      if (chance(6) && !std::holds_alternative<h::value_map>(s.norm) && !std::holds_alternative<h::boolean>(s.norm))
        s.per = "seats";
      if (chance(5) && !std::holds_alternative<h::value_map>(s.norm)) {
        s.valid = h::valid_range{-5, 60, chance(2) ? h::invalid_policy::clamp : h::invalid_policy::missing};
      }
      spec.signals.push_back(std::move(s));
    }
    spec.missing_scope = chance(4) ? h::redistribution_scope::global : h::redistribution_scope::group;
    spec.min_coverage = chance(2) ? 0.3711 : 0;
    std::size_t next = 0;
    fill(spec, spec.tree, count, next, 0);
    return spec;
  }

  std::vector<double> values(std::size_t rows) {
    std::vector<double> x(rows);
    for (double& value : x) {
      const std::size_t kind = below(20);
      if (kind < 3)
        value = missing;
      else if (kind == 3)
        value = chance(2) ? inf : -inf;
      else if (kind < 9)
        value = static_cast<double>(below(4));
      else
        value = uniform(-20, 120);
    }
    return x;
  }

  h::lookup2d table_of_bands() {
    h::lookup2d t{{{-inf, 2, h::band_ends::high},
                   {2, 30, h::band_ends::neither},
                   {30, 50, h::band_ends::both},
                   {50, inf, h::band_ends::neither}},
                  "seats",
                  {{0, 1}, {1, 3, h::band_ends::low}, {3, 100, h::band_ends::both}},
                  {}};
    for (int cell = 0; cell < 12; ++cell) t.s.push_back(chance(6) ? h::no_score : uniform(0, 1));
    return t;
  }

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  void propagate(h::group& g) {
    for (h::branch& b : g.mean) {
      auto* inner = std::get_if<h::group>(&b.node);
      if (inner == nullptr) continue;
      if (chance(2)) inner->own_weight = h::group_weight::by_coverage;
      propagate(*inner);
    }
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  std::mt19937& engine() { return random_; }

 private:
  h::normaliser norm() {
    const double a = uniform(0, 50), b = uniform(51, 100);
    switch (below(10)) {
      case 0:
        return h::identity{};
      case 1:
        return chance(2) ? h::ramp{a, b} : h::ramp{b, a, h::ramp_outside::ignore};
      case 2: {
        h::piecewise p;
        double x = uniform(-10, 10);
        for (std::size_t j = 2 + below(9); j-- > 0; x += uniform(0.01, 30)) p.knots.push_back({x, uniform(0, 1)});
        return p;
      }
      case 3:
        return h::bins{{0, a, b},
                       {uniform(0, 1), uniform(0, 1), uniform(0, 1), 1},
                       chance(2) ? h::closed_side::left : h::closed_side::right};
      case 4:
        return h::value_map{{{"0", 0.25}, {"1", 1}, {"3", uniform(0, 1)}}};
      case 5:
        return h::boolean{uniform(0, 1), uniform(0, 1)};
      case 6:
        return h::target{a, b, uniform(1, 20)};
      case 7:
        return h::logistic{a, uniform(-1, 1)};
      case 8:
        return h::log_ramp{b, a};
      default:
        return h::saturating{a + 0.1};
    }
  }
  h::missing_policy policy() {
    if (chance(2)) return {};
    constexpr h::missing_kind kinds[] = {h::missing_kind::neutral, h::missing_kind::worst, h::missing_kind::best,
                                         h::missing_kind::not_applicable, h::missing_kind::fail};
    return {kinds[below(chance(4) ? 5 : 4)], uniform(0, 1)};
  }
  void fill(const h::scorecard_spec& spec, h::group& g, std::size_t count, std::size_t& next, std::size_t depth) {
    const std::size_t until = next + count;
    g.mean.push_back(leaf(uniform(0.1, 50), "s" + std::to_string(next++)));
    while (next < until) {
      const double weight = chance(6) ? 0 : uniform(0.1, 50);
      if (depth < 4 && until - next > 1 && chance(3)) {
        h::group inner;
        if (chance(2) && spec.missing_scope == h::redistribution_scope::group) inner.min_coverage = uniform(0, 1);
        fill(spec, inner, 1 + below(until - next), next, depth + 1);
        g.mean.push_back({weight, std::move(inner)});
      } else {
        g.mean.push_back(leaf(weight, "s" + std::to_string(next++)));
      }
    }
  }
  std::mt19937 random_;
};

table make_table(card_maker& make, const h::scorecard_spec& spec, std::size_t rows) {
  table t;
  for (const auto& s : spec.signals) {
    t.names.push_back(s.name);
    t.values.push_back(make.values(rows));
  }
  t.names.push_back("seats");
  t.values.push_back(make.values(rows));
  return t;
}

void check_row(const h::scorecard_spec& spec, const table& t, const h::scores& r, std::size_t row, int as_of = 0,
               const table* then = nullptr) {
  slow::account_row cells;
  for (std::size_t k = 0; then != nullptr && k < then->names.size(); ++k)
    cells[slow::before(then->names[k])] = then->values[k][row];
  for (std::size_t k = 0; k < t.names.size(); ++k) cells[t.names[k]] = t.values[k][row];
  const slow::card expected(spec, cells, as_of);
  if (!r.stale_share.empty()) REQUIRE(r.stale_share[row] == doctest::Approx(expected.stale_share).epsilon(1e-12));
  CAPTURE(h::to_json(spec));
  CAPTURE(row);
  REQUIRE(r.coverage[row] == doctest::Approx(expected.coverage).epsilon(1e-12));
  if (std::isnan(expected.score)) {
    REQUIRE(std::isnan(r.score[row]));
  } else {
    REQUIRE(r.score[row] == doctest::Approx(expected.score).epsilon(1e-12));
    REQUIRE(r.tier[row] == h::tier_ladder(spec.tiers).of(r.score[row]));
  }
}

h::scorecard_spec sample() {
  return card_maker(11).make();
}

}  // namespace

TEST_CASE("scorecard: 600 random cards agree with the row-by-row reference") {
  card_maker make(1);
  int unknown = 0, known = 0;
  for (int round = 0; round < 600; ++round) {
    const auto spec = make.make();
    const auto card = h::compile(spec);
    const auto t = make_table(make, spec, 40);
    const auto r = h::score(card, t.view());
    const auto parts = h::explain(card, t.view());
    for (std::size_t row = 0; row < 40; ++row) {
      check_row(spec, t, r, row);
      double sum = 0;
      for (std::size_t k = 0; k < parts.signals; ++k) sum += parts.part(row, k);
      REQUIRE((std::isnan(sum) ? std::isnan(r.score[row]) : sum == r.score[row]));
      ++(std::isnan(r.score[row]) ? unknown : known);
    }
    REQUIRE(h::compile_json(card.to_json()).to_json() == card.to_json());
  }
  CHECK(unknown > 1000);
  CHECK(known > 1000);
}

TEST_CASE("staleness: 300 random cards that grow old agree with the row-by-row reference; parts still add up") {
  card_maker make(21);
  constexpr int today = 20'000;
  int known = 0, old = 0;
  for (int round = 0; round < 300; ++round) {
    const auto spec = make.make_aging();
    auto t = make_table(make, spec, 40);
    t.names.push_back("seen");
    t.values.emplace_back();
    for (int row = 0; row < 40; ++row)
      t.values.back().push_back(make.chance(8) ? missing : today + 20 - std::floor(make.uniform(0, 400)));
    auto then = make_table(make, spec, 40);
    then.names.push_back("seen");
    then.values.emplace_back();
    for (int row = 0; row < 40; ++row)
      then.values.back().push_back(make.chance(8) ? missing : today + 5 - std::floor(make.uniform(0, 400)));
    const auto before = then.view();
    const auto card = h::compile(spec);
    h::score_options options{.as_of = sojourn::day{today}};
    if (round % 3 > 0) options.previous_signals = &before;
    const bool ages =
        std::any_of(spec.signals.begin(), spec.signals.end(), [](const auto& s) { return s.stale.has_value(); });
    if (ages) CHECK_THROWS_AS((void)h::score(card, t.view()), sojourn::schema_error);
    for (std::size_t k = 0; k < spec.signals.size(); ++k) {
      if (std::holds_alternative<h::recency>(spec.signals[k].norm))
        for (auto* values : {&t.values[k], &then.values[k]})
          for (double& x : *values) x += today - 50;
    }
    const auto r = h::score(card, t.view(), options);
    const auto parts = h::explain(card, t.view(), options);
    REQUIRE(r.stale_share.size() == (ages ? 40 : 0));
    for (std::size_t row = 0; row < 40; ++row) {
      check_row(spec, t, r, row, today, round % 3 > 0 ? &then : nullptr);
      double sum = 0;
      for (std::size_t k = 0; k < parts.signals; ++k) sum += parts.part(row, k);
      REQUIRE((std::isnan(sum) ? std::isnan(r.score[row]) : sum == r.score[row]));
      known += !std::isnan(r.score[row]);
      old += ages && r.stale_share[row] > 0;
    }
    REQUIRE(h::compile_json(card.to_json()).to_json() == card.to_json());
  }
  CHECK(known > 1000);
  CHECK(old > 1000);
}

TEST_CASE("scorecard: threads, executors and batches give the same bits") {
  card_maker make(2);
  const auto spec = sample();
  const auto card = h::compile(spec);
  const std::size_t rows = 150'001;
  const auto t = make_table(make, spec, rows);
  const auto whole = h::score(card, t.view());
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    const auto r = h::score(card, t.view(), {}, sojourn::thread_executor(threads));
    CHECK(same_bits(r.score, whole.score));
    CHECK(same_bits(r.coverage, whole.coverage));
    CHECK(r.tier == whole.tier);
    CHECK(r.flags == whole.flags);
    CHECK(r.counters == whole.counters);
  }
  std::vector<h::signal_counters> counted(spec.signals.size());
  for (std::size_t first = 0; first < rows;) {
    const std::size_t n = std::min(rows - first, 1 + make.below(40'000));
    sojourn::signals batch = t.view();
    for (auto& s : batch)
      s.values = sojourn::column<double>(std::get<sojourn::column<double>>(s.values).values().subspan(first, n));
    const auto r = h::score(card, batch);
    REQUIRE(same_bits(r.score, {whole.score.begin() + static_cast<std::ptrdiff_t>(first),
                                whole.score.begin() + static_cast<std::ptrdiff_t>(first + n)}));
    for (std::size_t k = 0; k < counted.size(); ++k) counted[k] += r.counters[k];
    first += n;
  }
  CHECK(counted == whole.counters);
}

TEST_CASE("scorecard: the order of rows decides nothing, and scoring twice changes nothing") {
  card_maker make(3);
  const auto card = h::compile(sample());
  auto t = make_table(make, card.spec(), 3000);
  const auto before = h::score(card, t.view()).score;
  CHECK(same_bits(before, h::score(card, t.view()).score));
  std::vector<std::size_t> order(3000);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), make.engine());
  table shuffled = t;
  std::vector<double> expected;
  for (std::size_t k = 0; k < t.values.size(); ++k) {
    for (std::size_t i = 0; i < order.size(); ++i) shuffled.values[k][i] = t.values[k][order[i]];
  }
  for (const std::size_t row : order) expected.push_back(before[row]);
  CHECK(same_bits(h::score(card, shuffled.view()).score, expected));
}

TEST_CASE("scorecard: scaled weights, permuted siblings, and members that say nothing leave every score as it was") {
  card_maker make(4);
  for (int round = 0; round < 60; ++round) {
    const auto spec = make.make();
    const auto t = make_table(make, spec, 64);
    const auto before = h::score(h::compile(spec), t.view()).score;
    auto scaled = spec;
    for (auto& b : scaled.tree.mean) b.weight *= 37.5;
    auto permuted = spec;
    std::reverse(permuted.tree.mean.begin(), permuted.tree.mean.end());
    auto with_zero = spec;
    with_zero.signals.push_back(signal("zero"));
    with_zero.tree.mean.push_back(leaf(0, "zero"));
    auto with_nothing = spec;
    with_nothing.min_coverage = 0;
    with_nothing.missing_scope = h::redistribution_scope::group;
    auto without = with_nothing;
    with_nothing.signals.push_back(signal("nothing"));
    with_nothing.tree.mean.push_back(leaf(8, "nothing"));
    table more = t;
    more.names.insert(more.names.end(), {"zero", "nothing"});
    more.values.push_back(std::vector<double>(64, 77));
    more.values.push_back(std::vector<double>(64, missing));
    const auto near = [&](const h::scorecard_spec& other, const std::vector<double>& reference) {
      const auto after = h::score(h::compile(other), more.view()).score;
      for (std::size_t i = 0; i < after.size(); ++i) {
        REQUIRE((std::isnan(after[i]) ? std::isnan(reference[i]) : std::abs(after[i] - reference[i]) < 1e-11));
      }
    };
    near(scaled, before);
    near(permuted, before);
    near(with_zero, before);
    // A global scope with every share changed still has the same ratios; a group scope keeps them by construction.
    const auto reference = h::score(h::compile(without), t.view()).score;
    const bool optional_only = std::all_of(spec.signals.begin(), spec.signals.end(),
                                           [](const auto& s) { return s.missing.kind != h::missing_kind::fail; });
    if (optional_only) near(with_nothing, reference);
  }
}

TEST_CASE(
    "scorecard: raising one present value never lowers the score, and the score stays between its worst and best part") {
  card_maker make(5);
  std::vector<h::signal_spec> signals;
  for (int k = 0; k < 5; ++k)
    signals.push_back(signal("s" + std::to_string(k), h::piecewise{{{0, 0}, {30, 0.2}, {31, 0.9}, {100, 1}}}));
  const auto spec = card(
      signals, {leaf(3, "s0"), sub(4, "g", {leaf(1, "s1"), leaf(2, "s2")}), sub(2, "h", {leaf(1, "s3"), leaf(0.3, "s4")})});
  for (int round = 0; round < 3000; ++round) {
    std::vector<double> x;
    for (int k = 0; k < 5; ++k) x.push_back(make.chance(5) ? missing : make.uniform(0, 100));
    const double before = one(spec, x);
    double& raised = x[make.below(5)];
    if (std::isnan(raised)) continue;
    raised += make.uniform(0, 10);
    REQUIRE(one(spec, x) >= before);
    const auto parts = [&] {
      std::vector<double> s;
      for (const double value : x)
        if (!std::isnan(value)) s.push_back(normalised(signals[0].norm, {value})[0]);
      return s;
    }();
    const auto [low, high] = std::minmax_element(parts.begin(), parts.end());
    const double after = one(spec, x);
    REQUIRE(after >= *low - 1e-12);
    REQUIRE(after <= *high + 1e-12);
  }
}

TEST_CASE("scorecard: lower is better equals the mirrored ramp, bit for bit") {
  card_maker make(6);
  for (int round = 0; round < 200; ++round) {
    const double bad = make.uniform(0, 100), good = make.uniform(-100, -1);
    const auto x = make.values(100);
    std::vector<double> mirrored;
    for (const double value : x) mirrored.push_back(-value);
    CHECK(same_bits(normalised(h::ramp{bad, good}, x), normalised(h::ramp{-bad, -good}, mirrored)));
  }
}

TEST_CASE("tiers: without margins no memory; with them a path inside the band never moves") {
  card_maker make(7);
  h::tier_spec spec;
  const h::tier_ladder plain(spec);
  spec.up = 4;
  spec.down = 2;
  const h::tier_ladder sticky(spec);
  for (int round = 0; round < 20'000; ++round) {
    const double score = make.chance(4) ? static_cast<double>(make.below(101)) : make.uniform(0, 100);
    const auto previous = static_cast<h::tier_code>(make.below(3));
    REQUIRE(plain.of(score, previous) == plain.of(score));
    const h::tier_code now = sticky.of(score, previous);
    REQUIRE(sticky.of(score, now) == now);  // one step settles it
    if (score >= 48 && score < 54 && previous <= 1) REQUIRE(now == previous);
    if (score >= 73 && score < 79 && previous >= 1) REQUIRE(now == previous);
  }
}

TEST_CASE("health_state: the laws") {
  const auto card = h::compile(sample());
  sojourn::test::check_laws<h::health_state>([&](std::mt19937_64& random) {
    card_maker make(static_cast<unsigned>(random()));
    const auto t = make_table(make, card.spec(), 20);
    std::vector<std::int64_t> mrr;
    for (int i = 0; i < 20; ++i) mrr.push_back(static_cast<std::int64_t>(random() >> 4));
    return h::tally_health(h::score(card, t.view()), mrr);
  });
}

TEST_CASE("transition_state: the laws") {
  sojourn::test::check_laws<h::transition_state>([](std::mt19937_64& random) {
    std::vector<h::tier_code> previous, current;
    for (int i = 0; i < 30; ++i) {
      const auto code = [&] { return static_cast<h::tier_code>(random() % 6 == 0 ? 254 + random() % 2 : random() % 16); };
      previous.push_back(code());
      current.push_back(code());
    }
    return h::tally_transitions(previous, current);
  });
}
