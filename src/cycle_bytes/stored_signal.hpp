// A column of any type in its one canonical form, for bytes.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1::detail {

struct stored_signal {
  arrow::kind kind = arrow::kind::null;
  std::uint64_t rows = 0;
  std::int32_t scale = 0;
  std::string zone;
  std::vector<std::uint8_t> present;  ///< a bit per row, the lowest first; empty: all are there
  std::vector<std::uint8_t> values;   ///< little-endian, as wide as the type; codes of words for text
  std::vector<std::string> words;     ///< in order of first appearance

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.kind, self.rows, self.scale, self.zone, self.present, self.values, self.words);
  }
};

/// Text and dictionaries become dictionaries of the words that occur.
[[nodiscard]] stored_signal stored_form(const arrow::any_column& source);
/// Throws `state_error` for what is no column.
[[nodiscard]] arrow::any_column restored(const stored_signal& from);

}  // namespace sojourn::inline v0_1::detail
