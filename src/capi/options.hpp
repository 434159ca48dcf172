// JSON options of the C ABI: each is read once by its name and type, and what nobody read is an error.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json_value.hpp"
#include "sojourn/catalogue.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1::capi {

/// `pointer` is the JSON pointer of the option, "" of the whole text.
class option_error : public schema_error {
 public:
  option_error(std::string pointer, const std::string& rule, std::string remedy = {});
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }
  [[nodiscard]] const std::string& rule() const noexcept { return rule_; }
  [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }

 private:
  std::string pointer_, rule_, remedy_;
};

/// An object of options. Getters return nothing for a key that is not there; `null` stands for that too. A value of another
/// type is an `option_error`.
class options {
 public:
  /// Null and "" are {}.
  explicit options(const char* json);

  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<double> number(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key);
  /// A whole number between two that the type holds; `usual` where the key is not there.
  template <class T>
  [[nodiscard]] T whole_within(std::string_view key, T usual, T low, T high) {
    const std::optional<std::int64_t> found = whole(key);
    if (!found) return usual;
    if (!std::in_range<T>(*found) || static_cast<T>(*found) < low || static_cast<T>(*found) > high) {
      refuse(key, "must lie between " + std::to_string(low) + " and " + std::to_string(high));
    }
    return static_cast<T>(*found);
  }
  [[nodiscard]] std::optional<bool> truth(std::string_view key);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);
  [[nodiscard]] std::vector<double> numbers(std::string_view key);
  /// Text or a whole number.
  [[nodiscard]] const json::json_value* key_of_account(std::string_view key);
  /// Key -> text, in the order given.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> names(std::string_view key);
  /// Key -> list of texts.
  [[nodiscard]] std::vector<std::pair<std::string, std::vector<std::string>>> lists(std::string_view key);

  [[nodiscard]] std::optional<day> when(std::string_view key);
  [[nodiscard]] confidence_level level(confidence_level usual = {});
  /// The name of a preset, or an object of options.
  [[nodiscard]] std::optional<revenue_policy> policy();
  template <has_words Enum>
  [[nodiscard]] std::optional<Enum> word(std::string_view key) {
    const std::optional<std::string> found = text(key);
    if (!found) return std::nullopt;
    return named_word<Enum>(key, *found);
  }
  [[nodiscard]] std::string required_text(std::string_view key, std::string_view example);

  /// Throws for keys that are no options of the metric in the catalogue and not among `more`.
  void require_options_of(const metric& wanted, std::span<const std::string_view> more) const;
  /// Throws for keys that no getter asked for.
  void require_all_read() const;

 private:
  void require_known(const std::vector<std::string>& known, const std::string& whose) const;
  const json::json_value* find(std::string_view key, json::json_value::type wanted);
  const json::json_value* find_any(std::string_view key);
  [[noreturn]] static void refuse(std::string_view key, const std::string& rule);
  template <has_words Enum>
  static Enum named_word(std::string_view key, const std::string& given) {
    try {
      return read_word<Enum>(key, given);
    } catch (const schema_error& e) {
      refuse(key, e.what());
    }
  }

  json::json_value all_;
  std::set<std::string, std::less<>> asked_;
};

/// The value as compact JSON text.
[[nodiscard]] std::string text_of(const json::json_value& value);
/// Text between quotes, as JSON writes it.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace sojourn::inline v0_1::capi
