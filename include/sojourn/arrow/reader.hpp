// Arrow C data in: streams and arrays of any producer become columns.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sojourn/arrow/abi.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/table.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// A producer's table (a struct of columns) or single column. Takes the structures over: the caller's `release` becomes null
/// at once, and each structure is released exactly once, also when an error is thrown.
///
/// Accepted formats: `c C s S i I l L f g b n`, text `u U vu`, dates `tdD tdm`, moments `tss tsm tsu tsn` with or without
/// zone, decimals `d:P,S` of 32, 64, 128 and 256 bits whose values fit 64, and dictionaries of any of these. Moments are
/// kept to the microsecond, floored. A column of another format is an error only when it is read.
///
/// Copies: none for numbers, dates, microseconds and 64-bit decimals that come in one batch; else one. Text is never copied:
/// 16 bytes a row point into the producer's memory, which stays alive as long as a column uses it.
///
/// Trusted: pointers and text encoding. Checked: formats, lengths, offsets, buffer and child counts, dictionary codes.
class source {
 public:
  static source from_stream(ArrowArrayStream* stream);
  static source from_array(ArrowSchema* schema, ArrowArray* array);

  ~source();
  /// A source that was moved from has no names, and nothing to read: `schema_error`.
  source(source&&) noexcept;
  source& operator=(source&&) noexcept;

  /// False for a stream of bare arrays, which is one column.
  [[nodiscard]] bool is_table() const noexcept;
  [[nodiscard]] const std::vector<std::string>& names() const noexcept;
  /// The columns at these positions of `names()`; drains the stream the first time. `called` names a bare array in errors.
  [[nodiscard]] std::vector<any_column> read(std::span<const std::size_t> which, const std::string& called = "column");

 private:
  struct implementation;
  explicit source(std::unique_ptr<implementation> self);
  std::unique_ptr<implementation> self_;
};

/// Every column of a stream of tables.
[[nodiscard]] table read_table(ArrowArrayStream* stream);
/// A stream of bare arrays, or of tables with one column.
[[nodiscard]] any_column read_column(ArrowArrayStream* stream, const std::string& name = "column");
[[nodiscard]] any_column read_column(ArrowSchema* schema, ArrowArray* array, const std::string& name = "column");

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
