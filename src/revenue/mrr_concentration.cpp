#include "sojourn/revenue/mrr_concentration.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace sojourn::inline v0_1 {

concentration_result mrr_concentration(const keyed_ledger& book, day end, const concentration_options& options,
                                       const bulk_draws& bulk) {
  std::vector<std::int64_t> levels;
  if (!not_reached(book.book.known_until(), end)) {
    levels = ask_closing(book, end, [&](const ledger& now) {
      const day last{std::min(end, now.known_until()).since_epoch - 1};
      std::vector<std::int64_t> ticks;
      for (std::size_t i = 0; i < now.accounts(); ++i) {
        const account who{static_cast<std::uint32_t>(i)};
        if (now.presence(who, last) != account_presence::absent) ticks.push_back(now.level(who, last).ticks());
      }
      return ticks;
    });
  }
  return concentration(std::span<const std::int64_t>(levels), options, bulk);
}

}  // namespace sojourn::inline v0_1
