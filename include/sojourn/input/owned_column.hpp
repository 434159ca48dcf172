// A column that owns its values: for tables that grow while rows arrive.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "sojourn/detail/growing_array.hpp"
#include "sojourn/detail/lifetimebound.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Values with which of them are missing. `view` is the column that every function takes: it holds until the next change of
/// the owner. An owner that was moved from is empty.
template <class T>
class owned_column {
 public:
  explicit owned_column(std::string name = {}) : name_(std::move(name)) {}

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  void push_back(T value) {
    make_room(1);
    values_.push_back(value);
    if (may_miss_) set_last_bits(1, true);
  }
  void push_missing() {
    make_room(1);
    start_bits();
    values_.push_back(T{});
    set_last_bits(1, false);
  }
  /// Copies rows; afterwards the caller's memory is not read any more. When it throws nothing has changed.
  void append(const column<T>& rows) {
    make_room(rows.size());
    if (rows.may_have_missing()) start_bits();
    values_.append(rows.values());
    if (!may_miss_) return;
    if (!rows.may_have_missing()) return set_last_bits(rows.size(), true);
    const std::size_t first = values_.size() - rows.size();
    bits_.resize((values_.size() + 7) / 8, 0);
    if (first % 8 == 0 && rows.bit_offset() % 8 == 0) {
      const std::uint8_t* const from = rows.validity() + rows.bit_offset() / 8;
      for (std::size_t byte = 0; byte < (rows.size() + 7) / 8; ++byte) bits_[first / 8 + byte] = from[byte];
    } else {
      for (std::size_t row = 0; row < rows.size(); ++row) set_bit(first + row, rows.present(row));
    }
  }
  /// Room for this many rows more: after it they are added without an error.
  void make_room(std::size_t rows) {
    values_.reserve(values_.size() + rows);
    bits_.reserve((values_.size() + rows + 7) / 8);
  }
  void clear() noexcept {
    values_.clear();
    bits_.clear();
    may_miss_ = false;
  }

  [[nodiscard]] column<T> view() const& noexcept SOJOURN_LIFETIMEBOUND {
    return column<T>(values_.values(), may_miss_ ? bits_.values().data() : nullptr, 0, name_);
  }
  [[nodiscard]] column<T> view() const&& = delete;

 private:
  void start_bits() {
    if (may_miss_) return;
    bits_.clear();
    bits_.resize((values_.size() + 7) / 8, 0xff);
    may_miss_ = true;
  }
  void set_bit(std::size_t row, bool present) {
    const auto bit = static_cast<std::uint8_t>(1u << (row % 8));
    if (present) {
      bits_[row / 8] = static_cast<std::uint8_t>(bits_[row / 8] | bit);
    } else {
      bits_[row / 8] = static_cast<std::uint8_t>(bits_[row / 8] & ~bit);
    }
  }
  void set_last_bits(std::size_t count, bool present) {
    bits_.resize((values_.size() + 7) / 8, 0);
    for (std::size_t row = values_.size() - count; row < values_.size(); ++row) set_bit(row, present);
  }

  std::string name_;
  detail::growing_array<T> values_;
  detail::growing_array<std::uint8_t> bits_;  // of no meaning while nothing is missing
  bool may_miss_ = false;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
