// The signals of the cycle before, as an input of scoring: found by name, checked, missing where that cycle had none.
#include <doctest/doctest.h>

#include "health/score/inputs.hpp"
#include "health_fixtures.hpp"

using namespace health_test;
namespace d = sojourn::health::detail;

namespace {

const table now{{"x", "seen"}, {{1, 2, 3}, {10, 20, 30}}};

h::scorecard aging() {
  auto spec = card({signal("x")}, {leaf(1, "x")});
  spec.signals[0].observed_at = "seen";
  return h::compile(spec);
}

std::vector<double> previous(const h::scorecard& card, const sojourn::signals* before, std::size_t position) {
  const auto columns = now.view();
  h::score_options options;
  options.previous_signals = before;
  const auto bound = d::bind(card, columns, options);
  std::vector<double> buffer(3);
  const double* x = d::load(d::previous_of(*bound, position), 0, 3, buffer.data());
  return {x, x + 3};
}

}  // namespace

TEST_CASE("previous signals: by name, with their days; what the cycle before did not have is missing") {
  const table then{{"seen", "extra", "x"}, {{7, 8, 9}, {0, 0, 0}, {4, missing, 6}}};
  const auto before = then.view();
  CHECK(same_bits(previous(aging(), &before, 0), {4, missing, 6}));
  CHECK(same_bits(previous(aging(), &before, 1), {7, 8, 9}));
  const table less{{"x"}, {{4, 5, 6}}};
  const auto without = less.view();
  CHECK(same_bits(previous(aging(), &without, 1), {missing, missing, missing}));
  CHECK(same_bits(previous(aging(), nullptr, 0), {missing, missing, missing}));
  const sojourn::signals nothing;
  CHECK(same_bits(previous(aging(), &nothing, 0), {missing, missing, missing}));
}

TEST_CASE("previous signals: of another length, doubled or unreadable they are refused, and said to be the previous ones") {
  const auto refused = [](const sojourn::signals& before, std::string_view why) {
    try {
      (void)previous(aging(), &before, 0);
      FAIL("not refused");
    } catch (const sojourn::schema_error& e) {
      CAPTURE(e.what());
      CHECK(std::string_view(e.what()).find(why) != std::string_view::npos);
    }
  };
  const table shorter{{"x"}, {{1, 2}}}, doubled{{"x", "x"}, {{1, 2, 3}, {1, 2, 3}}};
  refused(shorter.view(), "previous x");
  refused(doubled.view(), "previous signal column \"x\" is given twice");
  const std::vector<std::int32_t> codes = {0, 0, 0}, days = {1};
  refused({{"x", sojourn::column<std::int32_t>(codes), {"good"}, {}}}, "previous column \"x\" holds text");
  refused({{"x", sojourn::column<std::int32_t>(codes), {}, sojourn::column<std::int32_t>(days)}}, "previous x observed_at");
}
