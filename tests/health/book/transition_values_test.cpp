// Money between tiers: the laws of the state, and that it adds up.
#include "sojourn/health/book/transition_values.hpp"

#include <cmath>
#include <random>

#include "laws.hpp"

using namespace sojourn;
using namespace sojourn::health;
using doctest::Approx;

namespace {

std::vector<tier_code> codes(std::string_view text) {
  std::vector<tier_code> result;
  for (const char c : text) result.push_back(c == 'R' ? 0 : c == 'Y' ? 1 : c == 'G' ? 2 : c == '?' ? unknown_tier : no_tier);
  return result;
}

struct cycle {
  std::vector<tier_code> previous, current;
  std::vector<std::int64_t> value;
};

cycle random_cycle(std::mt19937_64& random, std::size_t rows) {
  cycle c;
  const auto tier = [&] { return codes("RYG?-")[random() % 5]; };
  for (std::size_t i = 0; i < rows; ++i) {
    c.previous.push_back(tier());
    c.current.push_back(tier());
    c.value.push_back(static_cast<std::int64_t>(random() >> 1) - (std::int64_t{1} << 62));
  }
  return c;
}

}  // namespace

TEST_CASE("transition_value_state: the laws") {
  test::check_laws<transition_value_state>([](std::mt19937_64& random) {
    const cycle c = random_cycle(random, 1 + random() % 9);
    return tally_transition_values(c.previous, c.current, c.value);
  });
}

TEST_CASE("H68 in money: with a value of one each the values are the counts") {
  const auto then = codes("GGGGYYYRR"), now = codes("GGYRYGRRY");
  const std::vector<std::int64_t> ones(9, 1);
  const auto values = tally_transition_values(then, now, ones);
  const auto counts = tally_transitions(then, now);
  for (std::size_t a = 0; a < values.positions; ++a) {
    for (std::size_t b = 0; b < values.positions; ++b) CHECK(values.values[a][b] == counts.counts[a][b]);
  }
  const auto moved = movements(values);
  CHECK(moved.both == 9);
  CHECK(moved.upgraded == 2);
  CHECK(moved.downgraded == 3);
  CHECK(moved.staying_share == Approx(4.0 / 9));
}

TEST_CASE("transition values: rows are what was there, columns what is there, missing values are counted") {
  std::mt19937_64 random(3);
  const cycle c = random_cycle(random, 500);
  const auto state = tally_transition_values(c.previous, c.current, c.value);
  detail::int128 green_then = 0, green_now = 0, from_row = 0, from_column = 0;
  for (std::size_t i = 0; i < c.value.size(); ++i) {
    if (c.previous[i] == 2) green_then += c.value[i];
    if (c.current[i] == 2) green_now += c.value[i];
  }
  for (std::size_t k = 0; k < state.positions; ++k) from_row += state.values[2][k], from_column += state.values[k][2];
  CHECK(from_row == green_then);
  CHECK(from_column == green_now);
  const std::vector<std::int64_t> value = {5, 7};
  const std::vector<std::uint8_t> bits = {0b01};
  const auto gap = tally_transition_values(codes("RR"), codes("RR"), {value, bits.data()});
  CHECK(gap.missing == 1);
  CHECK(gap.values[0][0] == 5);
  CHECK(std::isnan(movements(transition_value_state{}).staying_share));
  CHECK_THROWS_AS((void)tally_transition_values(codes("RR"), codes("R"), value), schema_error);
  CHECK_THROWS_AS((void)tally_transition_values(std::vector<tier_code>{99, 0}, codes("RR"), value), data_error);
}

TEST_CASE("rates: shares of a row, a prior for small rows, mean dwell") {
  const auto state = tally_transitions(codes("GGGGYYYRR-"), codes("GGYRYGRRY?"));
  const auto r = rates(state, 3);
  CHECK(r.positions == 5);
  CHECK(r.at(2, 2) == 0.5);
  CHECK(r.at(2, 1) == 0.25);
  CHECK(r.dwell[2] == 2);
  CHECK(r.dwell[1] == Approx(1.5));
  CHECK(std::isnan(r.at(3, 3)));  // nobody was unknown
  CHECK(std::isnan(r.dwell[3]));
  CHECK(r.at(4, 3) == 1);  // the new one has no score yet
  CHECK(std::isnan(r.dwell[4]));
  for (const std::size_t row : {0u, 1u, 2u, 4u}) {
    double sum = 0;
    for (std::size_t b = 0; b < r.positions; ++b) sum += r.at(row, b);
    CHECK(sum == Approx(1).epsilon(1e-15));
  }
  const auto smooth = rates(state, 3, 0.5);
  CHECK(smooth.at(2, 2) == Approx(2.5 / 6.5));
  CHECK(smooth.at(3, 3) == Approx(0.2));
  CHECK(std::isinf(rates(tally_transitions(codes("GG"), codes("GG")), 3).dwell[2]));
  CHECK_THROWS_AS((void)rates(state, 3, -1), schema_error);
  CHECK_THROWS_AS((void)rates(state, 17), schema_error);
}
