#include "capi/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>

#include "sojourn/input/read_days.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

using json::json_value;
using type = json_value::type;

std::string number_text(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  std::array<char, 40> text{};
  const bool whole = std::abs(value) < exact && value == std::floor(value);
  const auto end = whole ? std::to_chars(text.data(), text.data() + text.size(), static_cast<std::int64_t>(value)).ptr
                         : std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace

option_error::option_error(std::string pointer, const std::string& rule, std::string remedy)
    : schema_error("option " + (pointer.empty() ? "text" : "\"" + pointer + "\"") + ": " + rule +
                   (remedy.empty() ? "" : "; " + remedy)),
      pointer_(std::move(pointer)),
      rule_(rule),
      remedy_(std::move(remedy)) {}

options::options(const char* json) {
  all_.kind = type::object;
  if (json == nullptr || *json == '\0') return;
  diagnostics found;
  if (!json::read_json(json, all_, found)) {
    const diagnostic first = found.empty() ? diagnostic{} : found.front();
    throw option_error(first.pointer, first.message.empty() ? "this is no JSON" : first.message, first.suggestion);
  }
  if (all_.kind != type::object) {
    throw option_error("", "options are a JSON object, not " + std::string(json::name_of(all_.kind)));
  }
  std::set<std::string_view> seen;
  for (const auto& [name, value] : all_.members) {
    if (!seen.insert(name).second) throw option_error(json::step(name), "is given twice");
  }
}

void options::refuse(std::string_view key, const std::string& rule) {
  throw option_error(json::step(key), rule);
}

const json_value* options::find_any(std::string_view key) {
  asked_.emplace(key);
  const json_value* found = all_.find(key);
  return found == nullptr || found->kind == type::null ? nullptr : found;
}

const json_value* options::find(std::string_view key, type wanted) {
  const json_value* found = find_any(key);
  if (found != nullptr && found->kind != wanted) {
    refuse(key, "must be " + std::string(json::name_of(wanted)) + ", not " + std::string(json::name_of(found->kind)));
  }
  return found;
}

std::optional<std::string> options::text(std::string_view key) {
  const json_value* found = find(key, type::text);
  return found == nullptr ? std::nullopt : std::optional(found->text);
}

std::optional<double> options::number(std::string_view key) {
  const json_value* found = find(key, type::number);
  return found == nullptr ? std::nullopt : std::optional(found->number);
}

std::optional<std::int64_t> options::whole(std::string_view key) {
  const std::optional<double> found = number(key);
  if (!found) return std::nullopt;
  constexpr double most = 9007199254740992.0;  // 2^53: beyond it JSON numbers skip whole ones
  if (*found != std::floor(*found) || std::abs(*found) > most) refuse(key, "must be a whole number");
  return static_cast<std::int64_t>(*found);
}

std::optional<bool> options::truth(std::string_view key) {
  const json_value* found = find(key, type::boolean);
  return found == nullptr ? std::nullopt : std::optional(found->truth);
}

std::vector<std::string> options::texts(std::string_view key) {
  std::vector<std::string> all;
  const json_value* found = find(key, type::array);
  if (found == nullptr) return all;
  all.reserve(found->items.size());
  for (const json_value& item : found->items) {
    if (item.kind != type::text) refuse(key, "must be a list of texts");
    all.push_back(item.text);
  }
  return all;
}

std::vector<double> options::numbers(std::string_view key) {
  std::vector<double> all;
  const json_value* found = find(key, type::array);
  if (found == nullptr) return all;
  all.reserve(found->items.size());
  for (const json_value& item : found->items) {
    if (item.kind != type::number) refuse(key, "must be a list of numbers");
    all.push_back(item.number);
  }
  return all;
}

const json_value* options::key_of_account(std::string_view key) {
  const json_value* found = find_any(key);
  if (found == nullptr) refuse(key, "names an account: give its key");
  const bool id = found->kind == type::number && found->number == std::floor(found->number);
  if (found->kind != type::text && !id) refuse(key, "must be the key of an account, text or a whole number");
  return found;
}

std::vector<std::pair<std::string, std::string>> options::names(std::string_view key) {
  std::vector<std::pair<std::string, std::string>> all;
  const json_value* found = find(key, type::object);
  if (found == nullptr) return all;
  all.reserve(found->members.size());
  for (const auto& [name, value] : found->members) {
    if (value.kind != type::text) refuse(key, "must map names to texts");
    all.emplace_back(name, value.text);
  }
  return all;
}

std::vector<std::pair<std::string, std::vector<std::string>>> options::lists(std::string_view key) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  const json_value* found = find(key, type::object);
  if (found == nullptr) return all;
  all.reserve(found->members.size());
  for (const auto& [name, value] : found->members) {
    std::vector<std::string> words;
    if (value.kind != type::array) refuse(key, "must map names to lists of texts");
    words.reserve(value.items.size());
    for (const json_value& item : value.items) {
      if (item.kind != type::text) refuse(key, "must map names to lists of texts");
      words.push_back(item.text);
    }
    all.emplace_back(name, std::move(words));
  }
  return all;
}

std::optional<day> options::when(std::string_view key) {
  const std::optional<std::string> found = text(key);
  if (!found) return std::nullopt;
  try {
    return read_day(*found, key);
  } catch (const error& e) {
    refuse(key, e.what());
  }
}

confidence_level options::level(confidence_level usual) {
  try {
    const std::optional<double> found = number("level");
    return found ? confidence_level(*found) : usual;
  } catch (const option_error&) {
    throw;
  } catch (const schema_error& e) {
    refuse("level", e.what());
  }
}

std::optional<revenue_policy> options::policy() {
  const json_value* found = find_any("policy");
  if (found == nullptr) return std::nullopt;
  if (found->kind != type::text && found->kind != type::object) {
    refuse("policy", "must be the name of a preset or an object of options");
  }
  try {
    return found->kind == type::text ? revenue_policy::preset(found->text) : policy_from_json(text_of(*found));
  } catch (const schema_error& e) {
    refuse("policy", e.what());
  }
}

std::string options::required_text(std::string_view key, std::string_view example) {
  const std::optional<std::string> found = text(key);
  if (!found) refuse(key, "is missing; give it, for example \"" + std::string(example) + "\"");
  return *found;
}

void options::require_all_read() const {
  require_known({asked_.begin(), asked_.end()}, "here");
}

void options::require_options_of(const metric& wanted, std::span<const std::string_view> more) const {
  std::vector<std::string> known(more.begin(), more.end());
  known.reserve(known.size() + wanted.options.size());
  for (const metric_option& one : wanted.options) known.emplace_back(one.name);
  require_known(known, "of " + std::string(wanted.name));
}

void options::require_known(const std::vector<std::string>& known, const std::string& whose) const {
  const auto unknown = std::find_if(all_.members.begin(), all_.members.end(), [&](const auto& member) {
    return std::find(known.begin(), known.end(), member.name) == known.end();
  });
  if (unknown == all_.members.end()) return;
  const std::string& name = unknown->name;
  std::string listed;
  for (const std::string& one : known) listed.append(listed.empty() ? "" : ", ").append(one);
  const std::string nearest = json::did_you_mean(name, known);
  throw option_error(json::step(name), "there is no option \"" + name + "\" " + whose,
                     nearest.empty() ? "there are: " + (listed.empty() ? "none" : listed) : nearest);
}

std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string all = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      all += '\\';
      all += c;
    } else if (code < 0x20) {
      all += "\\u00";
      all += digits[code >> 4];
      all += digits[code & 15];
    } else {
      all += c;
    }
  }
  return all + "\"";
}

std::string text_of(const json_value& value) {
  std::string all;
  switch (value.kind) {
    case type::null:
      return "null";
    case type::boolean:
      return value.truth ? "true" : "false";
    case type::number:
      return number_text(value.number);
    case type::text:
      return quoted(value.text);
    case type::array:
      for (const json_value& item : value.items) all += (all.empty() ? "" : ",") + text_of(item);
      return "[" + all + "]";
    case type::object:
      for (const auto& [name, member] : value.members) {
        all += (all.empty() ? "" : ",") + quoted(name) + ":" + text_of(member);
      }
      return "{" + all + "}";
  }
  return all;
}

}  // namespace sojourn::inline v0_1::capi
