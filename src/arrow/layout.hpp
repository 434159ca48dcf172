// How the values of an Arrow format lie in memory and what they become.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sojourn/arrow/abi.hpp"
#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1::arrow {

enum class how : std::uint8_t {
  nothing,
  fixed,
  bits,
  text32,
  text64,
  text_view,
  milliseconds_to_days,
  to_microseconds,
  decimal
};

struct layout {
  how read = how::nothing;
  kind as = kind::null;
  int width = 0;            ///< bytes a value, for the fixed and converted kinds
  std::int64_t factor = 1;  ///< of `to_microseconds`
  std::string zone{};
  int scale = 0;
};

/// Throws `schema_error` naming the column, its format and the accepted ones.
[[nodiscard]] layout layout_of(const char* format, const std::string& column);

/// Rows [first, first + rows) of one array; a row is missing when its own bitmap or its parent's says so.
struct piece {
  const ArrowArray* array = nullptr;
  std::int64_t first = 0;
  std::int64_t rows = 0;
  const std::uint8_t* parent_validity = nullptr;
  std::int64_t parent_first = 0;
  std::shared_ptr<const void> owner{};

  [[nodiscard]] const std::uint8_t* validity() const noexcept {
    const bool none = array->null_count == 0 || array->n_buffers == 0;
    return none ? nullptr : static_cast<const std::uint8_t*>(array->buffers[0]);
  }
};

/// One column from its pieces in order; pieces without rows are left out by the caller.
[[nodiscard]] any_column decode(const ArrowSchema& schema, const std::string& column, std::span<const piece> pieces);

}  // namespace sojourn::inline v0_1::arrow
