#include "arrow/wide_decimal.hpp"

#include <algorithm>
#include <cstddef>

#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

using words = std::array<std::uint64_t, 4>;

/// Divides by ten; false, and `value` as it was, where a remainder would be lost.
bool divide_by_ten(words& value) noexcept {
  words quotient{};
  sojourn::detail::uint128 rest = 0;
  for (std::size_t word = value.size(); word-- > 0;) {
    const sojourn::detail::uint128 part = rest << 64 | value[word];
    quotient[word] = static_cast<std::uint64_t>(part / 10);
    rest = part % 10;
  }
  if (rest != 0) return false;
  value = quotient;
  return true;
}

}  // namespace

wide_decimal wide_decimal::of(std::span<const std::uint64_t> parts) noexcept {
  wide_decimal out;
  out.negative_ = !parts.empty() && parts.back() >> 63 != 0;
  out.magnitude_.fill(out.negative_ ? ~std::uint64_t{0} : 0);
  std::ranges::copy(parts, out.magnitude_.begin());
  if (!out.negative_) return out;
  bool carries = true;
  for (std::uint64_t& word : out.magnitude_) {
    word = ~word + (carries ? 1 : 0);
    carries = carries && word == 0;
  }
  return out;
}

wide_decimal wide_decimal::of(std::int32_t value) noexcept {
  const auto word = static_cast<std::uint64_t>(std::int64_t{value});
  return of({&word, 1});
}

int wide_decimal::zeros_at_end(int most) const noexcept {
  words rest = magnitude_;
  int zeros = 0;
  while (zeros < most && divide_by_ten(rest)) ++zeros;
  return zeros;
}

std::optional<std::int64_t> wide_decimal::without_zeros(int count) const noexcept {
  words rest = magnitude_;
  for (int i = 0; i < count; ++i) (void)divide_by_ten(rest);
  constexpr std::uint64_t top = std::uint64_t{1} << 63;
  const bool fits = rest[1] == 0 && rest[2] == 0 && rest[3] == 0 && (rest[0] < top || (rest[0] == top && negative_));
  if (!fits) return std::nullopt;
  return static_cast<std::int64_t>(negative_ ? ~rest[0] + 1 : rest[0]);
}

}  // namespace sojourn::inline v0_1::arrow
