// What reading JSON into specs has in common: kinds, unknown keys, words, numbers; every problem is noted with its place.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json_value.hpp"

namespace sojourn::inline v0_1::json {

class reader {
 public:
  explicit reader(diagnostics& found) : found_(found) {}

 protected:
  using type = json_value::type;
  // More would not help a reader, and the limit bounds the work that hostile text can cause.
  static constexpr std::size_t max_found = 100;

  template <class T>
  using choices = std::initializer_list<std::pair<std::string_view, T>>;

  void error(std::string pointer, std::string message, std::string suggestion = {}) {
    if (found_.size() < max_found)
      found_.push_back({std::move(pointer), std::move(message), std::move(suggestion), severity::error});
  }
  bool is(const json_value& value, const std::string& at, type wanted, std::string_view what) {
    if (value.kind == wanted) return true;
    error(at, std::string(what) + " must be " + std::string(name_of(wanted)) + ", not " + std::string(name_of(value.kind)));
    return false;
  }

  /// Unknown keys, and keys given twice (of which a usual JSON reader drops one in silence).
  void keys(const json_value& object, const std::string& at, std::vector<std::string> allowed) {
    std::set<std::string_view> seen;
    for (const auto& [key, value] : object.members) {
      if (found_.size() >= max_found) return;
      if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
        error(at + step(key), "unknown key \"" + key + "\"", did_you_mean(key, allowed));
      } else if (!seen.insert(key).second) {
        error(at + step(key), "key \"" + key + "\" is given twice");
      }
    }
  }

  void text(const json_value& object, const std::string& at, std::string_view key, std::string& result) {
    const json_value* value = object.find(key);
    if (value != nullptr && is(*value, at + step(key), type::text, "\"" + std::string(key) + "\"")) result = value->text;
  }
  bool number(const json_value& object, const std::string& at, std::string_view key, double& result) {
    const json_value* value = object.find(key);
    if (value == nullptr || !is(*value, at + step(key), type::number, "\"" + std::string(key) + "\"")) return false;
    result = value->number;
    return true;
  }
  template <class T>
  void choice(const json_value& object, const std::string& at, std::string_view key, T& result, choices<T> options) {
    const json_value* value = object.find(key);
    if (value != nullptr) choose(*value, at + step(key), "\"" + std::string(key) + "\"", result, options);
  }
  template <class T>
  bool choose(const json_value& value, const std::string& at, const std::string& what, T& result, choices<T> options) {
    std::vector<std::string> words;
    std::string listed;
    for (const auto& [word, meaning] : options) {
      if (value.kind == type::text && value.text == word) {
        result = meaning;
        return true;
      }
      words.emplace_back(word);
      listed += (listed.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    error(at, what + " must be one of " + listed, value.kind == type::text ? did_you_mean(value.text, words) : "");
    return false;
  }

  bool truth(const json_value& object, const std::string& at, std::string_view key) {
    const json_value* value = object.find(key);
    return value != nullptr && is(*value, at + step(key), type::boolean, "\"" + std::string(key) + "\"") && value->truth;
  }
  /// A whole number.
  bool whole(const json_value& object, const std::string& at, std::string_view key, double low, double high, int& result) {
    double value = result;
    if (!number(object, at, key, value)) return false;
    const bool fits = value >= low && value <= high && value == static_cast<double>(static_cast<int>(value));
    if (fits)
      result = static_cast<int>(value);
    else
      error(at + step(key), "must be a whole number between " + std::to_string(static_cast<int>(low)) + " and " +
                                std::to_string(static_cast<int>(high)));
    return fits;
  }
  void texts(const json_value& object, const std::string& at, std::string_view key, std::vector<std::string>& result) {
    const json_value* value = object.find(key);
    if (value == nullptr || !is(*value, at + step(key), type::array, "\"" + std::string(key) + "\"")) return;
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      if (is(value->items[i], at + step(key) + step(i), type::text, "this")) result.push_back(value->items[i].text);
    }
  }

  /// An array of exactly these numbers, or of any number of them (`results` empty: appended to `any`).
  bool numbers(const json_value& value, const std::string& at, std::initializer_list<double*> results,
               std::string_view names) {
    if (value.kind != type::array || value.items.size() != results.size()) {
      error(at, "must be [" + std::string(names) + "]");
      return false;
    }
    std::size_t i = 0;
    for (double* result : results) {
      if (!is(value.items[i], at + step(i), type::number, "this")) return false;
      *result = value.items[i++].number;
    }
    return true;
  }
  bool list(const json_value& object, const std::string& at, std::string_view key, std::vector<double>& result) {
    const json_value* value = object.find(key);
    if (value == nullptr) return error(at, "\"" + std::string(key) + "\" is missing"), false;
    const std::string here = at + step(key);
    if (!is(*value, here, type::array, "\"" + std::string(key) + "\"")) return false;
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      if (!is(value->items[i], here + step(i), type::number, "this")) return false;
      result.push_back(value->items[i].number);
    }
    return true;
  }

  using named = std::initializer_list<std::pair<std::string_view, double*>>;
  /// An object of named numbers, some of which may be left out.
  void parameters(const json_value& value, const std::string& at, named required, named optional) {
    if (!is(value, at, type::object, "this")) return;
    std::vector<std::string> allowed;
    for (const auto& [key, result] : required) {
      allowed.emplace_back(key);
      if (value.find(key) == nullptr) error(at, "\"" + std::string(key) + "\" is missing");
      number(value, at, key, *result);
    }
    for (const auto& [key, result] : optional) {
      allowed.emplace_back(key);
      number(value, at, key, *result);
    }
    keys(value, at, std::move(allowed));
  }

  diagnostics& found_;
};

}  // namespace sojourn::inline v0_1::json
