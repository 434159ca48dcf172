// Whether bytes are text in UTF-8.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sojourn::inline v0_1::detail {

/// Whether the text is well-formed UTF-8 (Unicode 15, table 3-7): no overlong form, no surrogate, nothing beyond U+10FFFF.
[[nodiscard]] constexpr bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i++]);
    if (lead < 0x80) continue;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || more > text.size() - i) return false;
    std::uint8_t low = 0x80, high = 0xBF;  // of the byte after the lead
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    for (std::size_t n = 0; n < more; ++n, low = 0x80, high = 0xBF) {
      const auto next = static_cast<std::uint8_t>(text[i++]);
      if (next < low || next > high) return false;
    }
  }
  return true;
}

}  // namespace sojourn::inline v0_1::detail
