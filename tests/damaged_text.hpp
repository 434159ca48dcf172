// Text damaged at random, for readers that must compile it or explain why not.
#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace sojourn::test {

/// One to three edits: a byte, a cut, one of `pieces`, a repetition, another digit. Never empty.
inline std::string damaged(std::string text, std::span<const std::string_view> pieces, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (std::size_t edits = 1 + below(3); edits-- > 0;) {
    const std::size_t at = below(text.size());
    switch (below(6)) {
      case 0:
        text[at] = static_cast<char>(random() & 0xff);
        break;
      case 1:
        text.erase(at, 1 + below(12));
        break;
      case 2:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 3:
        text.insert(at, text.substr(below(text.size()), below(60)));
        break;
      default:
        text[text.find_first_of("0123456789", at) % text.size()] = static_cast<char>('0' + below(10));
        break;
    }
    if (text.empty()) text = " ";
  }
  return text;
}

}  // namespace sojourn::test
