// The same bits from every build, CPU, number of threads, cut and order: hashes that are committed, compared wherever this
// runs (g++ and clang, with and without optimisation, under the sanitizers).
//
// Only what needs no function of the system's mathematics: sums, quotients, roots. Two versions of a C library may differ in
// the last bit of an exponential; docs/reliability.md says which results that concerns.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "health_fixtures.hpp"
#include "paths.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/health/score/percentile_rank.hpp"
#include "sojourn/input/score_tally.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/retention.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/state_bytes.hpp"
#include "sojourn/stats/bootstrap.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/surveys/nps.hpp"
#include "subscription_table.hpp"

using namespace sojourn;

namespace {

constexpr std::size_t rows = 3 * rows_per_chunk + 17;

/// FNV-1a.
class hash_of {
 public:
  hash_of& bytes(std::span<const std::uint8_t> all) {
    for (const std::uint8_t one : all) value_ = (value_ ^ one) * 0x100000001b3u;
    return *this;
  }
  hash_of& number(std::uint64_t bits) {
    for (int i = 0; i < 8; ++i) value_ = (value_ ^ (bits >> (8 * i) & 255u)) * 0x100000001b3u;
    return *this;
  }
  hash_of& real(double value) { return number(std::bit_cast<std::uint64_t>(value)); }
  hash_of& interval(const estimate& e) { return real(e.value).real(e.low).real(e.high); }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325u;
};

/// SplitMix64: the same numbers everywhere, unlike the distributions of the standard library.
class numbers_of {
 public:
  explicit numbers_of(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  std::int64_t below(std::uint64_t limit) { return static_cast<std::int64_t>(next() % limit); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

/// How a computation is cut.
struct cut {
  std::size_t threads = 1;
  std::size_t parts = 1;  ///< tallied apart, merged from the last to the first
};
constexpr cut cuts[] = {{1, 1}, {2, 1}, {3, 1}, {7, 1}, {1, 2}, {2, 3}, {3, 5}};

/// The state of rows that are cut into parts.
template <class Tally>
auto merged(std::size_t all, const cut& how, const Tally& tally) {
  auto total = tally(all / how.parts * (how.parts - 1), all);
  for (std::size_t part = how.parts - 1; part-- > 0;) total += tally(all / how.parts * part, all / how.parts * (part + 1));
  return total;
}

std::uint64_t answers(const cut& how) {
  numbers_of random(1);
  std::vector<std::int32_t> score(rows);
  std::vector<double> weight(rows);
  for (std::size_t i = 0; i < rows; ++i)
    score[i] = static_cast<std::int32_t>(random.below(11)), weight[i] = random.unit() + 0.5;
  const auto counted = merged(rows, how, [&](std::size_t first, std::size_t last) {
    return tally_scores(column<std::int32_t>(std::span(score).subspan(first, last - first)), {0, 10}, {},
                        thread_executor(how.threads));
  });
  const auto weighed = merged(rows, how, [&](std::size_t first, std::size_t last) {
    const responses part{.score = column<std::int32_t>(std::span(score).subspan(first, last - first)),
                         .weight = column<double>(std::span(weight).subspan(first, last - first))};
    return tally_weighted_scores(part, {0, 10}, {}, thread_executor(how.threads));
  });
  return hash_of().bytes(to_bytes(counted)).bytes(to_bytes(weighed)).real(nps(counted).value).value();
}

test::table subscriptions_of(std::size_t shard, std::size_t shards) {
  numbers_of random(2);
  test::table made;
  std::uint32_t dense = 0;
  for (std::uint32_t account = 0; account < 4'000; ++account) {
    const bool mine = account % shards == shard;
    const int start = 18'000 + static_cast<int>(random.below(1'500));
    const int middle = start + 20 + static_cast<int>(random.below(300));
    const auto amount = random.below(90'000), later = random.below(90'000);
    const bool left = random.below(3) == 0;
    const int end = middle + 10 + static_cast<int>(random.below(400));
    if (!mine) continue;
    made.add(dense, start, middle, amount);
    made.add(dense, middle, left ? std::optional<int>(end) : std::nullopt, later);
    ++dense;
  }
  return made;
}

std::uint64_t revenue(const cut& how) {
  revenue_state months;
  cohort_state cohorts;
  retention_state kept;
  const period_grid grid = period_grid::between(month::from_ym(2019, 6), month::from_ym(2023, 5), period_length::month);
  const thread_executor host(how.threads);
  for (std::size_t part = how.parts; part-- > 0;) {
    const test::table mine = subscriptions_of(part, how.parts);
    const ledger book = mine.book(day{20'000});
    months += tally_revenue(book, grid, {}, host);
    cohorts += tally_cohorts(book, grid, host);
    kept += tally_retention(book, day{19'000}, day{19'365}, host);
  }
  return hash_of()
      .bytes(to_bytes(months))
      .bytes(to_bytes(cohorts))
      .bytes(to_bytes(kept))
      .interval(nrr(kept))
      .interval(grr(kept))
      .value();
}

std::uint64_t lifetimes_seen(const cut& how) {
  numbers_of random(3);
  std::vector<std::int32_t> time(rows);
  std::vector<std::uint8_t> event(rows);
  for (std::size_t i = 0; i < rows; ++i)
    time[i] = static_cast<std::int32_t>(1 + random.below(900)), event[i] = static_cast<std::uint8_t>(random.below(2));
  const auto state = merged(rows, how, [&](std::size_t first, std::size_t last) {
    return tally_survival({column<std::int32_t>(std::span(time).subspan(first, last - first)),
                           column<std::uint8_t>(std::span(event).subspan(first, last - first))},
                          thread_executor(how.threads));
  });
  hash_of found;
  found.bytes(to_bytes(state));
  for (const double share : kaplan_meier(state).survival) found.real(share);
  return found.value();
}

std::uint64_t scores(const cut& how) {
  numbers_of random(4);
  health_test::table made{{"a", "b", "c"}, std::vector<std::vector<double>>(3, std::vector<double>(rows))};
  for (auto& column : made.values) {
    for (double& value : column) value = random.below(12) == 0 ? health_test::missing : 100 * random.unit();
  }
  const auto card = health::compile(
      health_test::card({health_test::signal("a", health::ramp{0, 100}), health_test::signal("b", health::ramp{90, 5}),
                         health_test::signal("c", health::ramp{20, 40})},
                        {health_test::leaf(3, "a"), health_test::leaf(2, "b"), health_test::leaf(1, "c")}));
  hash_of found;
  for (const double score : health::score(card, made.view(), {}, thread_executor(how.threads)).score) found.real(score);
  const column<double> values(made.values[0]);
  for (const double rank : health::percentile_rank(values, {}, thread_executor(how.threads)).rank) found.real(rank);
  return found.value();
}

std::uint64_t intervals(const cut& how) {
  numbers_of random(5);
  std::vector<ratio_part> accounts(400);
  for (ratio_part& one : accounts)
    one.denominator = static_cast<double>(1 + random.below(9'000)), one.numerator = one.denominator * random.unit();
  const thread_executor host(how.threads);
  hash_of found;
  found.interval(bootstrap_ratio(accounts, {500, 9, confidence_level{0.9}},
                                 [&](std::size_t n, detail::task_ref draw) { host.bulk(n, draw); }));
  for (const std::int64_t k : {0, 1, 7, 40}) found.interval(proportion(k, 40));
  return found.value();
}

const std::map<std::string, std::function<std::uint64_t(const cut&)>> computations{
    {"answers", answers}, {"revenue", revenue}, {"lifetimes", lifetimes_seen}, {"scores", scores}, {"intervals", intervals}};

std::map<std::string, std::uint64_t> committed() {
  std::ifstream file(test::in_repository("tests/golden/determinism.txt"));
  std::map<std::string, std::uint64_t> found;
  std::string name;
  std::uint64_t hash = 0;
  while (file >> name >> std::hex >> hash) found[name] = hash;
  return found;
}

}  // namespace

TEST_CASE("determinism: the committed hashes, for any number of threads, parts and orders of merging") {
  const auto expected = committed();
  REQUIRE(expected.size() == computations.size());
  for (const auto& [name, compute] : computations) {
    for (const cut& how : cuts) {
      CAPTURE(name);
      CAPTURE(how.threads);
      CAPTURE(how.parts);
      CHECK(compute(how) == expected.at(name));
    }
  }
}

TEST_CASE("determinism: a hash tells one bit from another") {
  CHECK(hash_of().real(1.0).value() != hash_of().real(std::nextafter(1.0, 2.0)).value());
  CHECK(hash_of().number(1).value() != hash_of().number(2).value());
  CHECK(answers({1, 1}) != intervals({1, 1}));
}
