#include "sojourn/arrow/role_columns.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sojourn/arrow/money.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::arrow {

namespace {

std::optional<std::uint8_t> place_of(std::string_view word, std::span<const std::string_view> known) {
  const auto found = std::find(known.begin(), known.end(), word);
  if (found == known.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - known.begin());
}

std::string list_of(std::span<const std::string_view> known) {
  std::string all;
  for (const std::string_view one : known) all += (all.empty() ? "one of " : ", ") + std::string(one);
  return all;
}

}  // namespace

role_columns::role_columns(const roles& columns, const std::map<std::string, std::string>& names)
    : columns_(columns), names_(&names) {}

role_columns::role_columns(const roles& columns) : columns_(columns) {}

const any_column* role_columns::find(const std::string& role) const {
  const auto found = columns_.find(role);
  return found == columns_.end() ? nullptr : &found->second;
}

const any_column& role_columns::at(const std::string& role) const {
  const any_column* found = find(role);
  if (found == nullptr) throw schema_error("there is no column \"" + role + "\"");
  return *found;
}

std::span<const double> role_columns::doubles(const std::string& role) {
  const any_column* found = find(role);
  if (found == nullptr) return {};
  return doubles_.emplace_back(doubles_of(*found, name(role)));
}

column<std::int64_t> role_columns::int64(const std::string& role) {
  const any_column* found = find(role);
  if (found == nullptr) return {};
  return wide_.emplace_back(as_int64(*found, name(role))).view();
}

column<std::int32_t> role_columns::int32(const std::string& role) {
  const any_column* found = find(role);
  if (found == nullptr) return {};
  return narrow_.emplace_back(as_int32(*found, name(role))).view();
}

column<std::int32_t> role_columns::days(const std::string& role) {
  const any_column* found = find(role);
  if (found == nullptr) return {};
  return narrow_.emplace_back(as_day(*found, name(role))).view();
}

column<std::uint8_t> role_columns::truths(const std::string& role) {
  const any_column* found = find(role);
  if (found == nullptr) return {};
  std::vector<std::uint8_t>& values = bytes_.emplace_back(found->size());
  if (found->type() == kind::boolean) {
    const auto view = found->view<std::uint8_t>();
    for (std::size_t row = 0; row < view.size(); ++row) values[row] = view[row] != 0;
    return {values, found->validity(), found->bit_offset()};
  }
  // The converted numbers own the bitmap of what is missing.
  const auto& held = wide_.emplace_back(as_int64(*found, name(role)));
  for (std::size_t row = 0; row < held.size(); ++row) values[row] = held.view()[row] != 0;
  return {values, held.source().validity(), held.source().bit_offset()};
}

const segment_codes& role_columns::segments(const std::string& role) {
  const any_column* found = find(role);
  return segments_.emplace_back(found == nullptr ? segment_codes{} : as_segments(*found, name(role)));
}

column<std::uint32_t> role_columns::keys(const std::string& role, account_index& index) {
  const any_column* found = find(role);
  if (found == nullptr) return {};
  return keys_.emplace_back(as_accounts(*found, index, name(role))).view();
}

void role_columns::take_keys(const char* role, account_index& index, column<std::uint32_t>& to) {
  if (has(role)) to = keys(role, index);
}

void role_columns::take_days(const char* role, column<std::int32_t>& to) {
  if (has(role)) to = days(role);
}

void role_columns::take_counts(const char* role, column<std::int32_t>& to) {
  if (has(role)) to = int32(role);
}

void role_columns::take_minor(const char* role, int exponent, column<std::int64_t>& to) {
  if (const any_column* found = find(role)) to = wide_.emplace_back(as_minor(*found, name(role), exponent)).view();
}

void role_columns::take_int64(const char* role, column<std::int64_t>& to) {
  if (has(role)) to = int64(role);
}

void role_columns::take_words(const char* role, std::span<const std::string_view> known, column<std::uint8_t>& to) {
  take_words(role, [known](std::string_view word) { return place_of(word, known); }, list_of(known), to);
}

void role_columns::take_words(const char* role, const std::function<std::optional<std::uint8_t>(std::string_view)>& code,
                              const std::string& rule, column<std::uint8_t>& to) {
  if (!has(role)) return;
  const segment_codes& words = segments(role);
  std::vector<std::optional<std::uint8_t>> code_of_label;
  code_of_label.reserve(words.labels.size());
  for (const std::string& word : words.labels) code_of_label.push_back(code(word));
  const column<std::uint32_t> codes = words.codes.view();
  std::vector<std::uint8_t>& values = bytes_.emplace_back(codes.size());
  std::vector<std::uint8_t>& bits = bytes_.emplace_back(codes.size() / 8 + 1);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!codes.present(row)) continue;
    if (!code_of_label[codes[row]]) throw data_error({name(role), row, words.labels[codes[row]], rule, ""});
    values[row] = *code_of_label[codes[row]];
    bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  }
  to = column<std::uint8_t>(std::span<const std::uint8_t>(values), bits.data(), 0, labels_.emplace_back(name(role)));
}

std::vector<double> doubles_of(const any_column& source, const std::string& name) {
  const auto held = as_double(source, name);
  const auto view = held.view();
  std::vector<double> values(view.values().begin(), view.values().end());
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!view.present(row)) values[row] = std::numeric_limits<double>::quiet_NaN();
  }
  return values;
}

}  // namespace sojourn::inline v0_1::arrow
