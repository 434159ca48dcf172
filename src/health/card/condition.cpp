#include "health/card/condition.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "detail/read_double.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

constexpr std::size_t max_length = 4096, max_terms = 256, max_levels = 32;

enum class token_kind : std::uint8_t { end, number, text, name, sign };

struct token {
  token_kind kind = token_kind::end;
  std::string text{};
  double number = 0;
  bool quoted = false;
};

/// Thrown inside the reader only; its message becomes the diagnostic.
struct unreadable {
  std::string message;
  std::string suggestion{};
};

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}

/// Words, numbers, 'text', `names with spaces` and signs.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  token next() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n' || rest_[0] == '\r'))
      rest_.remove_prefix(1);
    if (rest_.empty()) return {};
    const char c = rest_[0];
    if (c == '\'' || c == '`') return quoted(c);
    if (starts_name(c)) return word();
    if (digit(c) || c == '.' || (c == '-' && rest_.size() > 1 && (digit(rest_[1]) || rest_[1] == '.'))) return number();
    return sign();
  }

 private:
  token take(token_kind kind, std::size_t length) {
    token result{kind, std::string(rest_.substr(0, length))};
    rest_.remove_prefix(length);
    return result;
  }
  token quoted(char mark) {
    const std::size_t end = rest_.find(mark, 1);
    if (end == std::string_view::npos) throw unreadable{std::string("a ") + mark + " is never closed"};
    token result{mark == '`' ? token_kind::name : token_kind::text, std::string(rest_.substr(1, end - 1))};
    result.quoted = true;
    rest_.remove_prefix(end + 1);
    return result;
  }
  token word() {
    std::size_t length = 1;
    while (length < rest_.size() && (starts_name(rest_[length]) || digit(rest_[length]) || rest_[length] == '.')) ++length;
    return take(token_kind::name, length);
  }
  token number() {
    double value = 0;
    const auto parsed = sojourn::detail::read_double(rest_.data(), rest_.data() + rest_.size(), value);
    if (parsed.ec != std::errc{}) throw unreadable{"\"" + std::string(rest_.substr(0, 20)) + "\" is no number"};
    token result = take(token_kind::number, static_cast<std::size_t>(parsed.ptr - rest_.data()));
    result.number = value;
    return result;
  }
  token sign() {
    for (const std::string_view two : {"<=", ">=", "==", "!="}) {
      if (rest_.starts_with(two)) return take(token_kind::sign, 2);
    }
    if (std::string_view("<>(),").find(rest_[0]) != std::string_view::npos) return take(token_kind::sign, 1);
    throw unreadable{"unexpected character at \"" + std::string(rest_.substr(0, 20)) + "\"",
                     rest_[0] == '=' ? "write == for \"is equal to\"" : ""};
  }
  std::string_view rest_;
};

class condition_reader {
 public:
  /// Without a card (`spec` null) every name is a column.
  condition_reader(std::string_view text, const scorecard_spec* spec, condition& result)
      : spec_(spec), result_(result), scan_(text) {
    advance();
  }

  void run() {
    any();
    if (now_.kind != token_kind::end) fail("\"and\" or \"or\"");
  }

 private:
  void advance() { now_ = scan_.next(); }
  [[noreturn]] void fail(const std::string& expected) const {
    throw unreadable{"expected " + expected +
                     (now_.kind == token_kind::end ? " at the end" : " before \"" + now_.text + "\"")};
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return now_.kind == token_kind::name && !now_.quoted && now_.text == word;
  }
  [[nodiscard]] bool is_sign(std::string_view sign) const { return now_.kind == token_kind::sign && now_.text == sign; }
  bool accept_word(std::string_view word) {
    if (!is_word(word)) return false;
    advance();
    return true;
  }
  void need_sign(std::string_view sign) {
    if (!is_sign(sign)) fail("\"" + std::string(sign) + "\"");
    advance();
  }
  std::size_t put(term one) {
    if (result_.terms.size() >= max_terms) throw unreadable{"more than " + std::to_string(max_terms) + " terms"};
    result_.terms.push_back(std::move(one));
    return result_.terms.size() - 1;
  }

  std::size_t put_negation(std::size_t inner) { return put({term_kind::negation, 0, {}, 0, {inner}}); }

  std::size_t any() {
    return several("or", term_kind::any_of, [this] { return every(); });
  }
  std::size_t every() {
    return several("and", term_kind::all_of, [this] { return negated(); });
  }
  template <class Part>
  std::size_t several(std::string_view word, term_kind kind, Part part) {
    std::vector<std::size_t> args = {part()};
    while (accept_word(word)) args.push_back(part());
    return args.size() == 1 ? args[0] : put({kind, 0, {}, 0, std::move(args)});
  }

  std::size_t negated() {
    if (++level_ > max_levels) throw unreadable{"nested deeper than " + std::to_string(max_levels) + " levels"};
    const bool turned = accept_word("not");
    // Read before the term is made: when reading throws, g++ 12 destroys a half-made term of a conditional expression twice.
    const std::size_t inner = turned ? negated() : single();
    --level_;
    return turned ? put_negation(inner) : inner;
  }
  std::size_t single() {
    if (is_sign("(")) {
      advance();
      const std::size_t inner = any();
      need_sign(")");
      return inner;
    }
    if (is_word("missing")) {
      advance();
      const std::size_t one = put_named(name_in_brackets());
      return put({term_kind::missing, 0, {}, 0, {one}});
    }
    return comparison();
  }

  std::size_t comparison() {
    const std::size_t left = operand();
    if (accept_word("in")) return listed(left);
    if (accept_word("between")) {
      const std::size_t low = operand();
      if (!accept_word("and")) fail("\"and\" and the upper end");
      const std::size_t high = operand();
      const std::size_t from = alike(left, low);
      const std::size_t to = alike(left, high);
      return put({term_kind::between, 0, {}, 0, {left, from, to}});
    }
    static constexpr std::pair<std::string_view, term_kind> signs[] = {
        {"<", term_kind::less},           {"<=", term_kind::less_equal}, {">", term_kind::greater},
        {">=", term_kind::greater_equal}, {"==", term_kind::equal},      {"!=", term_kind::unequal}};
    for (const auto& [sign, kind] : signs) {
      if (!is_sign(sign)) continue;
      advance();
      const std::size_t right = operand();
      const std::size_t a = alike(right, left);
      const std::size_t b = alike(left, right);
      if (kind != term_kind::equal && kind != term_kind::unequal) ordered(a), ordered(b);
      return put({kind, 0, {}, 0, {a, b}});
    }
    fail("a comparison such as <, ==, in, between");
  }
  std::size_t listed(std::size_t left) {
    std::vector<std::size_t> args = {left};
    need_sign("(");
    do {
      if (args.size() > 1) advance();
      args.push_back(alike(left, operand()));
    } while (is_sign(","));
    need_sign(")");
    return put({term_kind::one_of, 0, {}, 0, std::move(args)});
  }

  /// Beside a tier, text is the name of a tier: its position takes its place.
  std::size_t alike(std::size_t other, std::size_t one) {
    const term_kind beside = result_.terms[other].kind;
    term& t = result_.terms[one];
    const bool tiers = beside == term_kind::tier || beside == term_kind::previous_tier;
    if (!tiers || t.kind == term_kind::tier || t.kind == term_kind::previous_tier) return one;
    if (t.kind != term_kind::text) throw unreadable{"a tier compares with the name of a tier, in single quotes"};
    std::vector<std::string> names;
    names.reserve(spec_->tiers.tiers.size());
    for (const tier& each : spec_->tiers.tiers) names.push_back(each.name);
    const auto at = std::find(names.begin(), names.end(), t.text);
    if (at == names.end()) throw unreadable{"there is no tier \"" + t.text + "\"", json::did_you_mean(t.text, names)};
    t = {term_kind::number, static_cast<double>(at - names.begin()), {}, 0, {}};
    return one;
  }
  void ordered(std::size_t one) const {
    if (result_.terms[one].kind == term_kind::text) throw unreadable{"text has no order: compare it with ==, != or in"};
  }

  std::size_t operand() {
    if (now_.kind == token_kind::number || now_.kind == token_kind::text) {
      term literal{now_.kind == token_kind::number ? term_kind::number : term_kind::text, now_.number, now_.text, 0, {}};
      advance();
      return put(std::move(literal));
    }
    if (now_.kind != token_kind::name) fail("a signal, a number or 'text'");
    const token name = now_;
    advance();
    if (name.quoted || !is_sign("(")) return put_named(name.text);
    return call(name.text);
  }

  std::size_t put_named(const std::string& name) {
    if (spec_ == nullptr) return put_column(name);
    const std::size_t signal = signal_named(name);  // first: g++ 12 destroys a term twice that an exception leaves half made
    return put({term_kind::signal, 0, {}, signal, {}});
  }
  std::size_t put_column(const std::string& name) {
    if (name.empty()) throw unreadable{"a column needs a name"};
    auto& columns = result_.columns;
    const auto at = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
    if (at == columns.size()) columns.push_back(name);
    return put({term_kind::column, 0, {}, at, {}});
  }

  std::size_t call(const std::string& name) {
    if (name == "segment") return segment();
    if (spec_ == nullptr)
      throw unreadable{"\"" + name + "()\" is about a score, and the card that gives one is being chosen here"};
    static constexpr std::pair<std::string_view, term_kind> plain[] = {{"score", term_kind::score},
                                                                       {"prev_score", term_kind::previous_score},
                                                                       {"delta_score", term_kind::delta},
                                                                       {"tier", term_kind::tier},
                                                                       {"prev_tier", term_kind::previous_tier}};
    for (const auto& [word, kind] : plain) {
      if (name != word) continue;
      advance();
      need_sign(")");
      return put({kind, 0, {}, 0, {}});
    }
    static constexpr std::pair<std::string_view, term_kind> of_signal[] = {
        {"age", term_kind::age}, {"prev", term_kind::previous_signal}, {"delta", term_kind::change}};
    for (const auto& [word, kind] : of_signal) {
      if (name != word) continue;
      const std::size_t k = signal_in_brackets();
      return put({kind, 0, {}, k, {}});
    }
    if (name == "sub") {
      const std::size_t group = group_in_brackets();
      return put({term_kind::sub, 0, {}, group, {}});
    }
    throw unreadable{"there is no function \"" + name + "\"",
                     json::did_you_mean(name, {"age", "delta", "delta_score", "missing", "prev", "prev_score", "prev_tier",
                                               "score", "segment", "sub", "tier"})};
  }

  /// `segment()` is the card's own column, `segment(plan)` any other.
  std::size_t segment() {
    advance();
    std::string name = spec_ == nullptr ? "" : spec_->segment;
    if (now_.kind == token_kind::name) {
      name = now_.text;
      advance();
    }
    need_sign(")");
    if (name.empty())
      throw unreadable{"which column holds the segment?", "add \"segment\": \"plan\" to the card, or write segment(plan)"};
    return put_column(name);
  }

  std::string name_in_brackets() {
    need_sign("(");
    if (now_.kind != token_kind::name) fail("a name");
    std::string name = now_.text;
    advance();
    need_sign(")");
    return name;
  }
  std::size_t signal_in_brackets() { return signal_named(name_in_brackets()); }
  [[nodiscard]] std::size_t signal_named(const std::string& name) const {
    std::vector<std::string> names;
    names.reserve(spec_->signals.size());
    for (const signal_spec& s : spec_->signals) names.push_back(s.name);
    return position(name, names, "signal");
  }
  std::size_t group_in_brackets() {
    const std::string name = name_in_brackets();
    if (spec_->missing_scope == redistribution_scope::global)
      throw unreadable{"with \"missing_scope\": \"global\" groups have no score of their own"};
    return position(name, group_ids(*spec_), "group");
  }
  static std::size_t position(const std::string& name, const std::vector<std::string>& names, std::string_view what) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end() || name.empty())
      throw unreadable{std::string(what) + " \"" + name + "\" is not declared", json::did_you_mean(name, names)};
    return static_cast<std::size_t>(at - names.begin());
  }

  const scorecard_spec* spec_;
  condition& result_;
  scanner scan_;
  token now_;
  std::size_t level_ = 0;
};

void collect(const group& g, std::vector<std::string>& ids) {
  ids.push_back(g.id);
  for (const branch& b : g.mean) {
    if (const auto* inner = std::get_if<group>(&b.node)) collect(*inner, ids);
  }
}

}  // namespace

namespace {

condition read_any(std::string_view text, const scorecard_spec* spec) {
  condition result;
  if (text.size() > max_length) {
    result.problem = "longer than " + std::to_string(max_length) + " characters";
    return result;
  }
  try {
    condition_reader(text, spec, result).run();
  } catch (const unreadable& problem) {
    result.problem = problem.message;
    result.suggestion = problem.suggestion;
  }
  return result;
}

}  // namespace

condition read_condition(std::string_view text, const scorecard_spec& spec) {
  return read_any(text, &spec);
}
condition read_condition_on_columns(std::string_view text) {
  return read_any(text, nullptr);
}

bool asks_about(const condition& what, std::initializer_list<term_kind> kinds) noexcept {
  return std::any_of(what.terms.begin(), what.terms.end(),
                     [&](const term& t) { return std::find(kinds.begin(), kinds.end(), t.kind) != kinds.end(); });
}

std::vector<std::string> group_ids(const scorecard_spec& spec) {
  std::vector<std::string> ids;
  collect(spec.tree, ids);
  return ids;
}

void place_columns(condition& when, std::vector<std::string>& inputs) {
  std::vector<std::size_t> places;
  for (const std::string& name : when.columns) {
    const auto at = std::find(inputs.begin(), inputs.end(), name);
    places.push_back(static_cast<std::size_t>(at - inputs.begin()));
    if (at == inputs.end()) inputs.push_back(name);
  }
  for (term& t : when.terms) {
    if (t.kind == term_kind::column) t.index = places[t.index];
  }
}

}  // namespace sojourn::inline v0_1::health::detail
