// An age or a weight as errors show it.
#pragma once

#include <locale>
#include <sstream>
#include <string>

namespace sojourn::inline v0_1 {
namespace detail {

inline std::string age_text(double value) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.precision(15);
  text << value;
  return text.str();
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
