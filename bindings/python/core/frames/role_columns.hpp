// Columns of the caller by role, converted and kept.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::python {

/// Each `take_` points a column of a view to the converted one, and leaves it as it is where the caller has none.
class role_columns {
 public:
  using any_column = arrow::any_column;

  role_columns(const std::map<std::string, any_column>& columns, const std::map<std::string, std::string>& names)
      : columns_(columns), names_(names) {}
  role_columns(const role_columns&) = delete;
  role_columns& operator=(const role_columns&) = delete;

  void take_keys(const char* role, account_index& keys, column<std::uint32_t>& to) {
    const any_column* found = find(role);
    if (found == nullptr) return;
    keys_.push_back(std::make_unique<arrow::held_column<std::uint32_t>>(arrow::as_accounts(*found, keys, name(role))));
    to = keys_.back()->view();
  }
  void take_days(const char* role, column<std::int32_t>& to) {
    if (const any_column* found = find(role)) keep(arrow::as_day(*found, name(role)), to);
  }
  void take_counts(const char* role, column<std::int32_t>& to) {
    if (const any_column* found = find(role)) keep(arrow::as_int32(*found, name(role)), to);
  }
  void take_minor(const char* role, int exponent, column<std::int64_t>& to) {
    const any_column* found = find(role);
    if (found == nullptr) return;
    wide_.push_back(std::make_unique<arrow::held_column<std::int64_t>>(arrow::as_minor(*found, name(role), exponent)));
    to = wide_.back()->view();
  }

  void take_int64(const char* role, column<std::int64_t>& to) {
    const any_column* found = find(role);
    if (found == nullptr) return;
    wide_.push_back(std::make_unique<arrow::held_column<std::int64_t>>(arrow::as_int64(*found, name(role))));
    to = wide_.back()->view();
  }

  /// Words become their place in `known`; a missing cell keeps the default of the column.
  void take_words(const char* role, std::initializer_list<std::string_view> known, column<std::uint8_t>& to) {
    const any_column* found = find(role);
    if (found == nullptr) return;
    const arrow::segment_codes words = arrow::as_segments(*found, name(role));
    const column<std::uint32_t> codes = words.codes.view();
    auto values = std::make_unique<std::vector<std::uint8_t>>(codes.size());
    auto bits = std::make_unique<std::vector<std::uint8_t>>(codes.size() / 8 + 1);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (!codes.present(row)) continue;
      (*values)[row] = place_of(words.labels[codes[row]], known, name(role), row);
      (*bits)[row / 8] = static_cast<std::uint8_t>((*bits)[row / 8] | (1u << (row % 8)));
    }
    to = column<std::uint8_t>(std::span<const std::uint8_t>(*values), bits->data(), 0, name(role));
    words_.push_back(std::move(values));
    words_.push_back(std::move(bits));
  }

 private:
  const any_column* find(const std::string& role) const {
    const auto found = columns_.find(role);
    return found == columns_.end() ? nullptr : &found->second;
  }
  const std::string& name(const std::string& role) const { return names_.at(role); }

  void keep(arrow::held_column<std::int32_t> held, column<std::int32_t>& to) {
    days_.push_back(std::make_unique<arrow::held_column<std::int32_t>>(std::move(held)));
    to = days_.back()->view();
  }

  static std::uint8_t place_of(const std::string& word, std::initializer_list<std::string_view> known,
                               const std::string& column, std::size_t row) {
    std::uint8_t place = 0;
    std::string all;
    for (const std::string_view one : known) {
      if (word == one) return place;
      ++place;
      all += (all.empty() ? "one of " : ", ") + std::string(one);
    }
    throw data_error({column, row, word, all, ""});
  }

  const std::map<std::string, any_column>& columns_;
  const std::map<std::string, std::string>& names_;
  std::vector<std::unique_ptr<arrow::held_column<std::uint32_t>>> keys_;
  std::vector<std::unique_ptr<arrow::held_column<std::int32_t>>> days_;
  std::vector<std::unique_ptr<arrow::held_column<std::int64_t>>> wide_;
  std::vector<std::unique_ptr<std::vector<std::uint8_t>>> words_;
};

}  // namespace sojourn::python
