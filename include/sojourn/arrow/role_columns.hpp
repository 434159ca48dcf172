// Columns of the caller by role, converted once and kept.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// What the caller gave, by role.
using roles = std::map<std::string, any_column>;

/// Views live as long as this object. A role that the caller has no column for gives an empty view; each `take_` then leaves
/// its target as it is.
class role_columns {
 public:
  /// Errors name a column as `names` has it.
  role_columns(const roles& columns, const std::map<std::string, std::string>& names);
  /// Errors name the role.
  explicit role_columns(const roles& columns);
  role_columns(const role_columns&) = delete;
  role_columns& operator=(const role_columns&) = delete;

  [[nodiscard]] bool has(const std::string& role) const { return find(role) != nullptr; }
  [[nodiscard]] const any_column* find(const std::string& role) const;
  /// The column; a `schema_error` when the caller has none.
  [[nodiscard]] const any_column& at(const std::string& role) const;

  /// Numbers with NaN where they are missing.
  std::span<const double> doubles(const std::string& role);
  column<std::int64_t> int64(const std::string& role);
  column<std::int32_t> int32(const std::string& role);
  column<std::int32_t> days(const std::string& role);
  /// Truth values from booleans or numbers; missing where the source is.
  column<std::uint8_t> truths(const std::string& role);
  const segment_codes& segments(const std::string& role);
  column<std::uint32_t> keys(const std::string& role, account_index& index);

  void take_keys(const char* role, account_index& keys, column<std::uint32_t>& to);
  void take_days(const char* role, column<std::int32_t>& to);
  void take_counts(const char* role, column<std::int32_t>& to);
  void take_minor(const char* role, int exponent, column<std::int64_t>& to);
  void take_int64(const char* role, column<std::int64_t>& to);
  /// Words become the number that `code` gives them; `rule` says which words there are. A missing cell keeps the default of
  /// the column.
  void take_words(const char* role, const std::function<std::optional<std::uint8_t>(std::string_view)>& code,
                  const std::string& rule, column<std::uint8_t>& to);
  /// The same by their place in `known`.
  void take_words(const char* role, std::span<const std::string_view> known, column<std::uint8_t>& to);
  void take_words(const char* role, std::initializer_list<std::string_view> known, column<std::uint8_t>& to) {
    take_words(role, std::span(known.begin(), known.size()), to);
  }
  /// The same with the words of an enum.
  template <has_words Enum>
  void take_words(const char* role, column<std::uint8_t>& to) {
    take_words(role, values_of(Enum{}), to);
  }

 private:
  [[nodiscard]] const std::string& name(const std::string& role) const {
    return names_ == nullptr ? role : names_->at(role);
  }

  const roles& columns_;
  const std::map<std::string, std::string>* names_ = nullptr;
  // Deques: what they hold stays where it is.
  std::deque<held_column<std::uint32_t>> keys_;
  std::deque<held_column<std::int32_t>> narrow_;
  std::deque<held_column<std::int64_t>> wide_;
  std::deque<segment_codes> segments_;
  std::deque<std::vector<double>> doubles_;
  std::deque<std::vector<std::uint8_t>> bytes_;
  std::deque<std::string> labels_;
};

/// Numbers of one column, with NaN where they are missing.
std::vector<double> doubles_of(const any_column& source, const std::string& name);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
