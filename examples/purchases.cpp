// Customers without a contract: from a log of purchases to who is still there and what each is worth.
#include "sojourn/lifetime/purchases.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "sojourn/lifetime/customer_value.hpp"
#include "sojourn/lifetime/purchase_summary.hpp"
#include "sojourn/lifetime/spend.hpp"

// The checks must run in every build type.
#undef NDEBUG
#include <cassert>

namespace {

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

void read_one_customer() {
  // two repeat purchases, the last one after 30.43 of 38.86 weeks: customer 0001 of Fader, Hardie and Lee 2005
  const std::vector<std::int64_t> repeats{2};
  const std::vector<double> last{30.43}, until{38.86};
  const sojourn::purchase_parameters model{sojourn::purchase_model::bgnbd, {0.243, 4.414, 0.793, 2.426}};
  assert(near(sojourn::p_alive(model, {.x = repeats, .t_x = last, .T = until})[0], 0.727, 5e-4));
  assert(near(sojourn::conditional_expected_purchases(model, 39, {.x = repeats, .t_x = last, .T = until})[0], 1.226, 5e-4));

  const sojourn::spend_parameters spend{{6.25, 3.74, 15.44}};
  const std::vector<double> mean{22.345};
  assert(near(sojourn::population_mean(spend), 35.22, 5e-3));
  assert(near(sojourn::conditional_mean(spend, {.mean = mean, .x = repeats})[0], 24.66, 5e-3));
}

void summarise_a_log() {
  const std::vector<std::uint32_t> account{0, 1, 0, 0, 1};
  const std::vector<std::int32_t> date{19'000, 19'003, 19'010, 19'010, 19'024};
  const std::vector<double> amount{20, 8, 12, 3, 10};
  const sojourn::purchase_histories found = sojourn::purchase_summary({account, date, amount}, sojourn::purchase_unit::week);
  const sojourn::purchase_history& first = found.accounts[0];
  assert(first.x == 1 && near(first.t_x, 10.0 / 7, 1e-15) && near(first.T, 24.0 / 7, 1e-15) && first.mean == 15);
}

}  // namespace

int main() {
  read_one_customer();
  summarise_a_log();
}
