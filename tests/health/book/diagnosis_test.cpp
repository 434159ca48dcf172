// The life of a diagnosis against a slow reference, and what remedies did.
#include "sojourn/health/book/diagnosis.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

using namespace sojourn;
using namespace sojourn::health;
using doctest::Approx;

namespace {

using status = diagnosis_status;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("diagnosis: new, persistent, resolved, closed, recurrent") {
  const std::vector<diagnosis> active = {{7, 1}};
  std::vector<diagnosis_record> book = follow({}, active);
  CHECK(book == std::vector<diagnosis_record>{{{7, 1}, status::fresh, 1}});
  book = follow(book, active);
  CHECK(book == std::vector<diagnosis_record>{{{7, 1}, status::persistent, 2}});
  book = follow(book, active);
  CHECK(book[0].cycles == 3);
  book = follow(book, {});
  CHECK(book == std::vector<diagnosis_record>{{{7, 1}, status::resolved, 3}});
  book = follow(book, {});
  CHECK(book == std::vector<diagnosis_record>{{{7, 1}, status::closed, 3}});
  book = follow(book, active);
  CHECK(book == std::vector<diagnosis_record>{{{7, 1}, status::recurrent, 1}});
  book = follow(book, active);
  CHECK(book == std::vector<diagnosis_record>{{{7, 1}, status::persistent, 2}});
}

TEST_CASE("diagnosis: an account nobody could look at is not healed") {
  const std::vector<diagnosis> active = {{7, 1}, {8, 1}};
  const std::vector<diagnosis_record> book = follow({}, active);
  const std::vector<std::uint32_t> unseen = {7};
  const auto next = follow(book, {}, unseen);
  CHECK(next[0] == book[0]);
  CHECK(next[1].status == status::resolved);
  CHECK_THROWS_AS((void)follow(book, active, unseen), data_error);
}

TEST_CASE("diagnosis: equals a history kept account by account, whatever the order") {
  std::mt19937_64 random(9);
  std::vector<diagnosis_record> book;
  std::map<diagnosis, std::vector<bool>> history;
  for (int cycle = 0; cycle < 30; ++cycle) {
    std::vector<diagnosis> active;
    for (std::uint32_t account = 0; account < 6; ++account) {
      for (std::uint32_t code = 0; code < 3; ++code) {
        const bool on = random() % 2 == 0;
        history[{account, code}].push_back(on);
        if (on) active.push_back({account, code});
        if (on && random() % 4 == 0) active.push_back({account, code});  // twice is once
      }
    }
    std::shuffle(active.begin(), active.end(), random);
    std::shuffle(book.begin(), book.end(), random);
    book = follow(book, active);
    REQUIRE(std::is_sorted(book.begin(), book.end(), [](const auto& a, const auto& b) { return a.what < b.what; }));
    std::size_t expected = 0;
    for (const auto& [what, on] : history) {
      const bool ever = std::find(on.begin(), on.end(), true) != on.end();
      if (!ever) continue;
      ++expected;
      const auto record = std::find_if(book.begin(), book.end(), [&key = what](const auto& r) { return r.what == key; });
      REQUIRE(record != book.end());
      // the length of the last run, and what stood before it
      auto end = on.rbegin();
      while (!*end) ++end;
      auto start = std::find(end, on.rend(), false);
      REQUIRE(record->cycles == start - end);
      const bool earlier = std::find(start, on.rend(), true) != on.rend();
      const bool now = on.back(), then = on.size() > 1 && on[on.size() - 2];
      const status wanted = now ? (then      ? status::persistent
                                   : earlier ? status::recurrent
                                             : status::fresh)
                                : (then ? status::resolved : status::closed);
      REQUIRE(record->status == wanted);
    }
    REQUIRE(book.size() == expected);
  }
}

TEST_CASE("diagnosis: records that cannot be") {
  const std::vector<diagnosis_record> twice = {{{1, 1}, status::fresh, 1}, {{1, 1}, status::resolved, 2}};
  CHECK_THROWS_AS((void)follow(twice, {}), data_error);
  const std::vector<diagnosis_record> zero = {{{1, 1}, status::fresh, 0}};
  CHECK_THROWS_AS((void)follow(zero, {}), data_error);
  CHECK(follow({}, {}).empty());
}

TEST_CASE("remedies: acceptance with Wilson's interval, effect as a difference of means") {
  using stage = remedy_stage;
  const std::vector<std::uint32_t> code = {0, 0, 0, 0, 0, 0, 1};
  const std::vector<stage> stages = {stage::done, stage::done, stage::accepted, stage::proposed,
                                     stage::none, stage::none, stage::none};
  const std::vector<double> delta = {6, 10, 1, 3, -1, missing, 5};
  const auto lines = remedies({code, stages, delta, 2});
  CHECK(lines[0].diagnosed == 6);
  CHECK(lines[0].proposed == 4);
  CHECK(lines[0].accepted == 3);
  CHECK(lines[0].done == 2);
  CHECK(lines[0].acceptance.value == 0.75);
  CHECK(lines[0].acceptance.method == interval_method::wilson);
  CHECK(lines[0].treated == 2);
  CHECK(lines[0].untreated == 3);
  CHECK(lines[0].effect.value == Approx(8 - 1.0));
  // variances 8 and 4: 8 / 2 + 4 / 3
  CHECK(lines[0].effect.high - lines[0].effect.value == Approx(1.959963984540054 * std::sqrt(4 + 4.0 / 3)).epsilon(1e-12));
  CHECK_FALSE(lines[1].effect.defined());
  CHECK_FALSE(lines[1].acceptance.defined());
  CHECK(remedies({code, stages, {}, 2})[0].treated == 0);
  CHECK_THROWS_AS((void)remedies({code, stages, delta, 1}), data_error);
  CHECK_THROWS_AS((void)remedies({code, {}, delta, 2}), schema_error);
}
