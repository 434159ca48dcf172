// A column of any type that keeps its memory alive: what crosses between Arrow, Python and the typed views.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/input/read_days.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// `text` holds `std::string_view`s; `dictionary` holds uint32 codes into `labels()`; `boolean` holds one byte per row;
/// `date` holds int32 days; `instant` holds int64 units since 1970, of which a second has 10^`scale()`, with `zone()`;
/// `decimal` holds int64 and `scale()`; `null` holds nothing: every row is missing.
enum class kind : std::uint8_t {
  null,
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  date,
  instant,
  decimal,
  text,
  dictionary
};
/// Bytes of a stored value; 0 of those that have none of their own: null, text.
[[nodiscard]] std::size_t fixed_width(kind type) noexcept;

[[nodiscard]] std::string_view to_string(kind what) noexcept;

/// Type-erased, cheap to copy, immutable. Built by the Arrow reader, by buffers, or from vectors (results).
class any_column {
 public:
  /// Decimal places of a second in which instants are counted.
  static constexpr int microseconds = 6, nanoseconds = 9;

  any_column() = default;

  // From values that the column takes over; `present` is empty or one byte per row (0 = missing).
  static any_column from(std::vector<double> values, const std::vector<std::uint8_t>& present = {});
  static any_column from(std::vector<std::int64_t> values, const std::vector<std::uint8_t>& present = {});
  static any_column from(std::vector<std::int32_t> values, const std::vector<std::uint8_t>& present = {});
  static any_column from(std::vector<std::uint32_t> values, const std::vector<std::uint8_t>& present = {});
  static any_column from(std::vector<std::uint8_t> values, const std::vector<std::uint8_t>& present = {});
  static any_column from(std::vector<std::string> values, const std::vector<std::uint8_t>& present = {});
  static any_column dates(std::vector<std::int32_t> days, const std::vector<std::uint8_t>& present = {});
  static any_column booleans(std::vector<std::uint8_t> values, const std::vector<std::uint8_t>& present = {});
  static any_column dictionary(std::vector<std::uint32_t> codes, std::vector<std::string> labels,
                               const std::vector<std::uint8_t>& present = {});

  /// Microseconds since 1970, or with `places` 9 nanoseconds; `zone` empty = wall-clock time of no stated place.
  static any_column instants(std::vector<std::int64_t> since_epoch, const std::vector<std::uint8_t>& present = {},
                             std::string zone = {}, int places = microseconds);
  /// Integers that count units of 10^-scale.
  static any_column decimals(std::vector<std::int64_t> unscaled, int scale, const std::vector<std::uint8_t>& present = {});
  /// A column in which every row is missing.
  static any_column missing(std::size_t rows);

  // From memory that somebody else keeps alive through `owner` (Arrow arrays, Python buffers).
  static any_column borrow(kind what, const void* values, std::size_t rows, const std::uint8_t* validity,
                           std::size_t bit_offset, std::shared_ptr<const void> owner);

  [[nodiscard]] kind type() const noexcept { return kind_; }
  [[nodiscard]] std::size_t size() const noexcept { return rows_; }
  [[nodiscard]] bool present(std::size_t row) const noexcept {
    if (kind_ == kind::null) return false;
    if (validity_ == nullptr) return true;
    const std::size_t bit = bit_offset_ + row;
    return ((validity_[bit / 8] >> (bit % 8)) & 1u) != 0;
  }
  [[nodiscard]] const void* data() const noexcept { return values_; }
  [[nodiscard]] const std::uint8_t* validity() const noexcept { return validity_; }
  [[nodiscard]] std::size_t bit_offset() const noexcept { return bit_offset_; }
  [[nodiscard]] const std::shared_ptr<const void>& owner() const noexcept { return owner_; }
  [[nodiscard]] std::span<const std::string_view> labels() const noexcept { return {labels_.get(), label_count_}; }
  [[nodiscard]] const std::string& zone() const noexcept { return zone_; }
  /// Decimal places: of the number, or of the second of an instant.
  [[nodiscard]] int scale() const noexcept { return scale_; }

  /// The stored values; T must be the stored type. `name` is used in errors and must outlive the view.
  template <class T>
  [[nodiscard]] column<T> view(std::string_view name = {}) const noexcept {
    return column<T>(std::span<const T>(static_cast<const T*>(values_), rows_), validity_, bit_offset_, name);
  }

  void set_labels(std::shared_ptr<const std::string_view[]> labels, std::size_t count) {
    labels_ = std::move(labels);
    label_count_ = count;
  }
  /// Another bitmap for the same values; `owner` keeps the bitmap and the values alive.
  void set_validity(const std::uint8_t* validity, std::size_t bit_offset, std::shared_ptr<const void> owner) {
    validity_ = validity;
    bit_offset_ = bit_offset;
    owner_ = std::move(owner);
  }
  void set_zone(std::string zone) { zone_ = std::move(zone); }
  void set_scale(int scale) noexcept { scale_ = scale; }

 private:
  kind kind_ = kind::null;
  std::size_t rows_ = 0;
  const void* values_ = nullptr;
  const std::uint8_t* validity_ = nullptr;
  std::size_t bit_offset_ = 0;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<const std::string_view[]> labels_;
  std::size_t label_count_ = 0;
  std::string zone_;
  int scale_ = 0;
};

/// A typed column together with the memory behind it. `view()` is what tallies take.
template <class T>
class held_column {
 public:
  held_column() = default;
  held_column(any_column source, std::string name) : source_(std::move(source)), name_(std::move(name)) {}

  [[nodiscard]] column<T> view() const noexcept { return source_.view<T>(name_); }
  [[nodiscard]] std::size_t size() const noexcept { return source_.size(); }
  [[nodiscard]] const any_column& source() const noexcept { return source_; }

 private:
  any_column source_;
  std::string name_;
};

// Conversions at the edge. Exact type: no copy. Wider integers, floats holding whole numbers where allowed: one visible
// copy, checked. Anything else is a `schema_error` that names the column, what it holds and what is accepted; a value that
// does not fit is a `data_error` with its row.

[[nodiscard]] held_column<double> as_double(const any_column& source, std::string name);
[[nodiscard]] held_column<std::int64_t> as_int64(const any_column& source, std::string name);
/// Integers, and floats whose values are whole (NaN = missing): pandas turns an int column with gaps into floats.
[[nodiscard]] held_column<std::int32_t> as_int32(const any_column& source, std::string name);
/// Booleans as they are, and numbers that are 0 or 1. `rule` says in an error what the two mean.
[[nodiscard]] held_column<std::uint8_t> as_flag(const any_column& source, std::string name, std::string_view rule);
/// Dates; timestamps without a zone at midnight; ISO text. What else is a day, `reading` says; see `read_day`. With
/// `far_ends` the days that stand for "not ended" become missing and are counted there: see `is_far_end`.
[[nodiscard]] held_column<std::int32_t> as_day(const any_column& source, std::string name, const date_reading& reading = {},
                                               std::int64_t* far_ends = nullptr);
/// Text, dictionary, boolean or integer column -> dense codes in order of first appearance; missing stays missing.
struct segment_codes {
  held_column<std::uint32_t> codes;
  std::vector<std::string> labels;
};
[[nodiscard]] segment_codes as_segments(const any_column& source, std::string name);

/// Account keys (text, dictionary, any integer) -> dense indices of `index`, which learns new keys. A missing key is an
/// error. `host` lends its threads to long columns.
[[nodiscard]] held_column<std::uint32_t> as_accounts(const any_column& source, account_index& index, std::string name,
                                                     const any_executor& host = {});
/// Dense indices for who asks for no key afterwards, and what they lie below: `tell_apart`, and `number_accounts` of text.
struct nameless_accounts {
  held_column<std::uint32_t> numbers;
  std::size_t below = 0;
};
[[nodiscard]] nameless_accounts as_nameless_accounts(const any_column& source, std::string name, const any_executor& host);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
