#include "json/json_value.hpp"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

namespace sojourn::inline v0_1::json {
namespace {

constexpr std::size_t max_bytes = 1u << 20;
constexpr std::size_t max_depth = 64;
constexpr std::size_t max_values = 100'000;

/// Builds the tree from the parser's events. Returning false stops the parser, which bounds memory and later recursion.
class tree_builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  tree_builder(json_value& root, diagnostics& found) : root_(root), found_(found) {}

  bool null() override { return place({}) != nullptr; }
  bool boolean(bool value) override {
    json_value* at = place(json_value::type::boolean);
    if (at != nullptr) at->truth = value;
    return at != nullptr;
  }
  bool number_integer(std::int64_t value) override { return place_number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) override { return place_number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) override { return place_number(value); }
  bool string(std::string& value) override {
    json_value* at = place(json_value::type::text);
    if (at != nullptr) at->text = std::move(value);
    return at != nullptr;
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json_value::type::object); }
  bool start_array(std::size_t) override { return open(json_value::type::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& name) override {
    pending_key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& problem) override {
    return fail("not valid JSON at byte " + std::to_string(position) + " (" + problem.what() + ")");
  }

 private:
  bool fail(std::string message) {
    found_.push_back({"", std::move(message), "", severity::error});
    return false;
  }
  json_value* place(json_value::type kind) {
    if (++values_ > max_values) return fail("more than " + std::to_string(max_values) + " values"), nullptr;
    json_value* at = &root_;
    if (!open_.empty()) {
      json_value& parent = *open_.back();
      if (parent.kind == json_value::type::object) {
        at = &parent.members.emplace_back(json_member{std::move(pending_key_), {}}).value;
      } else {
        at = &parent.items.emplace_back();
      }
    }
    at->kind = kind;
    return at;
  }
  bool place_number(double value) {
    json_value* at = place(json_value::type::number);
    if (at != nullptr) at->number = value;
    return at != nullptr;
  }
  bool open(json_value::type kind) {
    if (open_.size() >= max_depth) return fail("nested deeper than " + std::to_string(max_depth) + " levels");
    json_value* at = place(kind);
    if (at != nullptr) open_.push_back(at);
    return at != nullptr;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  json_value& root_;
  diagnostics& found_;
  // Only the innermost open value grows, so pointers to its ancestors stay valid.
  std::vector<json_value*> open_;
  std::string pending_key_;
  std::size_t values_ = 0;
};

/// Letters to insert, drop, change or swap with a neighbour (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

const json_value* json_value::find(std::string_view key) const noexcept {
  for (const json_member& m : members) {
    if (m.name == key) return &m.value;
  }
  return nullptr;
}

std::string_view name_of(json_value::type kind) noexcept {
  constexpr std::string_view names[] = {"null", "true or false", "a number", "text", "an array", "an object"};
  return names[static_cast<std::size_t>(kind)];
}

bool read_json(std::string_view text, json_value& result, diagnostics& found) {
  if (text.size() > max_bytes) {
    found.push_back({"", "larger than 1 MiB", "", severity::error});
    return false;
  }
  tree_builder builder(result, found);
  return nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
}

std::string step(std::string_view key) {
  std::string text = "/";
  for (const char c : key) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

std::string step(std::size_t index) {
  std::string text = "/";
  text += std::to_string(index);
  return text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // distances are quadratic and words may come from strangers
  if (word.size() > longest) return {};
  const std::string* best = nullptr;
  std::size_t least = std::min(word.size(), std::max<std::size_t>(1, word.size() / 3) + 1);
  constexpr std::size_t most = 512;
  for (std::size_t i = 0; i < std::min(most, candidates.size()); ++i) {
    const std::string& candidate = candidates[i];
    if (candidate.size() > longest) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? std::string{} : "did you mean \"" + *best + "\"?";
}

}  // namespace sojourn::inline v0_1::json
