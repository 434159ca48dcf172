#include "sojourn/datasets/acme.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "datasets/acme_calendar.hpp"
#include "datasets/acme_life.hpp"
#include "datasets/acme_model.hpp"

namespace sojourn::inline v0_1::datasets {

acme_tables acme_chunk(const acme_options& options, std::int64_t first_account, std::int64_t count) {
  if (first_account < 0 || count < 0 || first_account > options.accounts - count) {
    throw schema_error("acme: accounts [" + std::to_string(first_account) + ", +" + std::to_string(count) + ") of " +
                       std::to_string(options.accounts));
  }
  const detail::calendar when(options);
  acme_tables out;
  for (std::int64_t account = first_account; account < first_account + count; ++account)
    detail::life(options, when, account, out).live();
  return out;
}

acme_tables detail::acme(const acme_options& options, const any_executor& host) {
  constexpr std::int64_t accounts_per_chunk = 4096;
  // One chunk at least: it is acme_chunk that refuses wrong options.
  const std::int64_t chunks = std::max<std::int64_t>(1, (options.accounts + accounts_per_chunk - 1) / accounts_per_chunk);
  std::vector<acme_tables> parts(static_cast<std::size_t>(chunks));
  host.bulk(parts.size(), [&](std::size_t chunk) {
    const auto first = static_cast<std::int64_t>(chunk) * accounts_per_chunk;
    parts[chunk] = acme_chunk(options, first, std::min(accounts_per_chunk, options.accounts - first));
  });
  acme_tables all = std::move(parts.front());
  for (std::size_t chunk = 1; chunk < parts.size(); ++chunk) {
    all += parts[chunk];
    parts[chunk] = {};
  }
  return all;
}

std::span<const std::uint32_t> acme_base_hazards() noexcept {
  return detail::base_hazard;
}
std::span<const acme_coefficient> acme_coefficients() noexcept {
  return detail::coefficients;
}

}  // namespace sojourn::inline v0_1::datasets
