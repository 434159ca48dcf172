// The one exception tree. Bad data, a wrong shape, a number out of range, a broken state: four kinds, one base.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Base of everything the library throws on purpose.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One broken rule in one cell: what `validate` lists and what `data_error` carries.
struct problem {
  static constexpr std::size_t no_row = std::numeric_limits<std::size_t>::max();

  std::string column;        ///< name of the column as the caller knows it
  std::size_t row = no_row;  ///< zero-based row; `no_row` when the whole column is meant
  std::string value;         ///< the offending value as text
  std::string rule;          ///< the rule that it breaks
  std::string advice;        ///< what to do about it; may be empty

  [[nodiscard]] std::string message() const {
    std::string text = "column \"" + column + "\"";
    if (row != no_row) text += ", row " + std::to_string(row);
    if (!value.empty()) text += ", value " + value;
    text += ": " + rule;
    if (!advice.empty()) text += "; " + advice;
    return text;
  }
};

/// A value that breaks a rule of its column (a score of 11, an end before its start, NaN money).
class data_error : public error {
 public:
  explicit data_error(problem what) : error(what.message()), problem_(std::move(what)) {}

  [[nodiscard]] const problem& where() const noexcept { return problem_; }
  [[nodiscard]] const std::string& column() const noexcept { return problem_.column; }
  [[nodiscard]] std::size_t row() const noexcept { return problem_.row; }
  [[nodiscard]] const std::string& value() const noexcept { return problem_.value; }
  [[nodiscard]] const std::string& rule() const noexcept { return problem_.rule; }
  [[nodiscard]] const std::string& advice() const noexcept { return problem_.advice; }

 private:
  problem problem_;
};

/// The shape is wrong before any value is looked at: dtype, missing column, lengths that differ, a bad option.
class schema_error : public error {
 public:
  using error::error;
};

/// Exact arithmetic left its range. Sums never wrap and never saturate.
class overflow_error : public error {
 public:
  using error::error;
};

/// State bytes that are damaged, of another kind or of an unknown version; states that do not belong together.
class state_error : public error {
 public:
  using error::error;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
