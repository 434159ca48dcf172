// Whatever a call is given, what it throws is one of the library's own errors: a host that catches `sojourn::error` has
// caught it.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

#include "sojourn/input/time_zone.hpp"
#include "sojourn/revenue/ledger/ledger_builder.hpp"
#include "sojourn/sojourn.hpp"

using namespace sojourn;

namespace {

struct wrong_call {
  const char* what;
  std::function<void()> call;
};

}  // namespace

TEST_CASE("library errors: no call leaks an error of the standard library") {
  const std::vector<std::uint32_t> who{0};
  const std::vector<std::int32_t> start{19'000}, end{19'100};
  const std::vector<std::int64_t> amount{100};
  const subscriptions rows{who, start, end, amount};
  const ledger steps(rows, {.as_of = day{19'200}});
  const period_grid grid = period_grid::between(month::from_ym(2022, 1), month::from_ym(2022, 3));
  const revenue_state state = tally_revenue(steps, grid);
  const account_index nobody;
  const keyed_ledger keyed{steps, std::make_shared<account_index>()};
  const std::vector<std::uint8_t> damaged(300, 0xff), short_bytes(3, 0);
  const std::vector<wrong_call> calls{
      {"more accounts than there are numbers", [&] { (void)ledger(rows, {.as_of = day{19'200}, .accounts = SIZE_MAX}); }},
      {"the same, by one bit", [&] { (void)validate(rows, {.accounts = std::size_t{1} << 32}); }},
      {"a period that the state does not have", [&] { (void)rate_of(state, 3, period_rate::logo_churn); }},
      {"a period far beyond", [&] { (void)rate_of(state, SIZE_MAX, period_rate::logo_churn); }},
      {"a cause that the book does not have", [&] { (void)cause_word(book(), static_cast<change_cause>(200)); }},
      {"a part with another length", [&] { (void)steps.part(std::vector<std::uint8_t>(7)); }},
      {"a part that runs backwards", [&] { (void)steps.part(1, 0); }},
      {"an account of nobody", [&] { (void)key_of(nobody, account{3}); }},
      {"a key of nobody", [&] { (void)account_of(nobody, std::string("x")); }},
      {"a share of none", [&] { (void)share(keyed, 0, 0); }},
      {"bytes that are damaged", [&] { (void)from_bytes<revenue_state>(damaged); }},
      {"a book of three bytes", [&] { (void)from_bytes<book>(short_bytes); }},
      {"JSON that ends early", [&] { (void)health::compile_json("{"); }},
      {"JSON of another kind", [&] { (void)health::compile_json(R"({"card": 3})"); }},
      {"JSON with a number beyond all", [&] { (void)health::compile_json("[1e999]"); }},
      {"JSON that is no UTF-8", [&] { (void)health::compile_json("\"\xff\""); }},
      {"a level of certainty beyond 1", [&] { (void)confidence_level(2); }},
      {"a scale that runs backwards", [&] { (void)rating_scale(10, 0); }},
      {"more lost than there were", [&] { (void)proportion(5, 3); }},
      {"a clock of another world", [&] { (void)time_zone::from_offset("+99:99"); }},
      {"a zone file of something else", [&] { (void)time_zone::from_tzif(damaged, "somewhere"); }},
      {"a period that is no period", [&] { (void)read_period("2024-99"); }},
      {"text that is no date", [&] { (void)parse_day("yesterday").value(); }},
      {"months that run backwards", [&] { (void)period_grid::between(month::from_ym(2024, 2), month::from_ym(2024, 1)); }},
  };
  for (const wrong_call& wrong : calls) {
    CAPTURE(wrong.what);
    try {
      wrong.call();
      FAIL_CHECK("no error");
    } catch (const error& e) {
      CHECK(std::string(e.what()).size() > 10);
    } catch (const std::exception& e) {
      FAIL_CHECK("leaks " << typeid(e).name() << ": " << e.what());
    }
  }
}
