#include "sojourn/input/amount_period.hpp"

#include <cctype>
#include <string>

#include "sojourn/domain/mrr.hpp"

namespace sojourn::inline v0_1 {

bool holds_yearly_amounts(std::string_view column_name) {
  std::string words = " ";
  for (const char c : column_name) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0)
      words += static_cast<char>(std::tolower(letter));
    else if (words.back() != ' ')
      words += ' ';
  }
  if (words.back() != ' ') words += ' ';
  return words.find(" arr ") != std::string::npos || words.find(" annual recurring revenue ") != std::string::npos;
}

std::int64_t ticks_per_minor_of(std::string_view column_name) {
  constexpr std::int64_t months_a_year = 12;
  static_assert(mrr::ticks_per_minor % months_a_year == 0);
  return holds_yearly_amounts(column_name) ? mrr::ticks_per_minor / months_a_year : mrr::ticks_per_minor;
}

}  // namespace sojourn::inline v0_1
