// The fingerprint of canonical texts.
// Layer: 5. Needs: std only.
#pragma once

#include <cstdint>
#include <string_view>

namespace sojourn::health::detail {

inline std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

}  // namespace sojourn::health::detail
