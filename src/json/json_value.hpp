// JSON text as a small tree that keeps what a DOM loses: the order of keys and keys given twice.
// Layer: 5. Needs: std only; nlohmann/json is behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/diagnostics.hpp"

namespace sojourn::inline v0_1::json {

struct json_member;

struct json_value {
  enum class type : std::uint8_t { null, boolean, number, text, array, object };

  type kind = type::null;
  bool truth = false;
  double number = 0;
  std::string text;
  std::vector<json_value> items;
  std::vector<json_member> members;

  [[nodiscard]] const json_value* find(std::string_view key) const noexcept;
};

struct json_member {
  std::string name;
  json_value value;
};

[[nodiscard]] std::string_view name_of(json_value::type kind) noexcept;

/// Appends one diagnostic and returns false when the text is no JSON, is larger than 1 MiB, deeper than 64 levels or of
/// more than 100,000 values.
[[nodiscard]] bool read_json(std::string_view text, json_value& result, diagnostics& found);

/// "a/b~c" as one step of a JSON pointer.
[[nodiscard]] std::string step(std::string_view key);
[[nodiscard]] std::string step(std::size_t index);

/// The candidate that a misspelled word most likely meant, as a sentence; empty when none is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sojourn::inline v0_1::json
