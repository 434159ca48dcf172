// The suite itself must be able to fail: each state here breaks one law, as real ones have.
#include "laws.hpp"

#include <cstdint>

using namespace sojourn;
using sojourn::test::first_broken_law;

namespace {

struct good_count {
  std::int64_t rows = 0;
  good_count& operator+=(const good_count& o) { return rows += o.rows, *this; }
  good_count& operator-=(const good_count& o) { return rows -= o.rows, *this; }
  friend bool operator==(const good_count&, const good_count&) = default;
};

/// A sum of doubles: commutes, but does not associate.
struct floating_sum {
  double sum = 0;
  floating_sum& operator+=(const floating_sum& o) { return sum += o.sum, *this; }
  floating_sum& operator-=(const floating_sum& o) { return sum -= o.sum, *this; }
  friend bool operator==(const floating_sum&, const floating_sum&) = default;
};

/// The mean of two means: right as long as both halves are alike, which is why a test with equal halves misses it.
struct mean_of_means {
  std::int64_t n = 0;
  std::int64_t mean = 0;
  mean_of_means& operator+=(const mean_of_means& o) {
    mean = n == 0 ? o.mean : o.n == 0 ? mean : (mean + o.mean) / 2;
    return n += o.n, *this;
  }
  mean_of_means& operator-=(const mean_of_means& o) { return n -= o.n, *this; }
  friend bool operator==(const mean_of_means&, const mean_of_means&) = default;
};

/// A maximum merges well and cannot be retracted.
struct highest {
  std::int64_t value = 0;
  highest& operator+=(const highest& o) { return value = std::max(value, o.value), *this; }
  highest& operator-=(const highest&) { return *this; }
  friend bool operator==(const highest&, const highest&) = default;
};

/// "The last one wins" depends on the order.
struct last_seen {
  std::int64_t value = 0;
  last_seen& operator+=(const last_seen& o) { return value = o.value != 0 ? o.value : value, *this; }
  last_seen& operator-=(const last_seen& o) { return value -= o.value, *this; }
  friend bool operator==(const last_seen&, const last_seen&) = default;
};

/// Starts from one instead of nothing.
struct biased_count {
  std::int64_t rows = 1;
  biased_count& operator+=(const biased_count& o) { return rows += o.rows, *this; }
  biased_count& operator-=(const biased_count& o) { return rows -= o.rows, *this; }
  friend bool operator==(const biased_count&, const biased_count&) = default;
};

std::int64_t any(std::mt19937_64& random) {
  return static_cast<std::int64_t>(random() % 1'000'000 + 1);
}

}  // namespace

TEST_CASE("laws: an exact count passes") {
  sojourn::test::check_laws<good_count>([](std::mt19937_64& random) { return good_count{any(random)}; });
}

TEST_CASE("laws: each kind of broken state is caught by the law that it breaks") {
  CHECK(first_broken_law<floating_sum>(
            [](std::mt19937_64& r) { return floating_sum{1e-3 * static_cast<double>(any(r))}; }) != "");
  CHECK(first_broken_law<mean_of_means>([](std::mt19937_64& r) { return mean_of_means{any(r), any(r)}; }) ==
        "+= associates");
  CHECK(first_broken_law<highest>([](std::mt19937_64& r) { return highest{any(r)}; }) != "");
  CHECK(first_broken_law<last_seen>([](std::mt19937_64& r) { return last_seen{any(r)}; }) == "+= commutes");
  CHECK(first_broken_law<biased_count>([](std::mt19937_64& r) { return biased_count{any(r)}; }) == "S{} is neutral");
}

TEST_CASE("laws: a maker of equal states is refused, since equal halves hide wrong merges") {
  CHECK(first_broken_law<good_count>([](std::mt19937_64&) { return good_count{5}; }) != "");
}
