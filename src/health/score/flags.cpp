#include "sojourn/health/score/flags.hpp"

namespace sojourn::inline v0_1::health {

std::string flag_text(std::uint16_t flags) {
  std::string text;
  for (unsigned bit = 0; bit < flag_words.size(); ++bit) {
    if ((static_cast<unsigned>(flags) >> bit & 1u) == 0) continue;
    if (!text.empty()) text += '|';
    text += flag_words[bit];
  }
  return text;
}

}  // namespace sojourn::inline v0_1::health
