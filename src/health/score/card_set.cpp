#include "sojourn/health/score/card_set.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "detail/fnv1a.hpp"
#include "health/card/condition.hpp"
#include "health/card/extend_card.hpp"
#include "health/card/read_card.hpp"
#include "health/score/decide.hpp"
#include "json/reader.hpp"
#include "sojourn/health/card/check_card.hpp"

namespace sojourn::inline v0_1::health {
namespace detail {

struct set_plan {
  card_set_spec spec;
  std::vector<scorecard> cards;
  std::string json;
  std::uint64_t hash = 0;
  diagnostics warnings;
  std::vector<std::string> inputs;
  std::vector<condition> conditions;   ///< one a choice, their columns placed among `inputs`
  std::vector<std::uint32_t> choices;  ///< card of each
  std::uint32_t otherwise = 0;
};

namespace {

/// The rows of one part as columns of their own, and the options that belong to them.
struct part_inputs {
  std::size_t card = 0;
  std::vector<std::size_t> rows;
  signals columns, previous;
  std::vector<double> previous_score;
  std::vector<tier_code> previous_tier;
  std::vector<manual_value> manual;
  std::vector<bool> foreign;  ///< scored before, by another card
  score_options options;
  std::vector<std::shared_ptr<const void>> kept;
};

constexpr std::size_t max_cards = 256;
/// No card has this many tiers, so scoring forgets it and says so.
constexpr tier_code foreign_tier = 253;

std::size_t signal_rows(const signal_column& s) {
  return std::visit([](const auto& values) { return values.size(); }, s.values);
}

/// What is wrong with the set around its cards.
class set_checker {
 public:
  set_checker(const card_set_spec& spec, diagnostics& found) : spec_(spec), found_(found) {
    for (const scorecard_spec& card : spec.cards) names_.push_back(card.card);
  }

  void run() {
    if (spec_.set.empty()) error("/set", "the set needs a name");
    if (spec_.cards.empty()) error("/cards", "a set needs at least one card");
    if (spec_.cards.size() > max_cards) error("/cards", "more than " + std::to_string(max_cards) + " cards");
    for (std::size_t c = 0; c < names_.size(); ++c) {
      const auto first = std::find(names_.begin(), names_.end(), names_[c]) - names_.begin();
      if (static_cast<std::size_t>(first) == c) continue;
      error("/cards" + json::step(c) + "/card",
            "card \"" + names_[c] + "\" exists already at position " + std::to_string(first + 1));
    }
    for (std::size_t a = 0; a < spec_.assign.size(); ++a) {
      const std::string at = "/assign" + json::step(a);
      const condition when = read_condition_on_columns(spec_.assign[a].when);
      if (!when.problem.empty()) error(at + "/if", when.problem, when.suggestion);
      named(spec_.assign[a].card, at + "/card");
    }
    if (spec_.otherwise.empty())
      error("", "\"default\" is missing: which card do all others get?",
            "for example \"default\": \"" + (names_.empty() ? "card" : names_[0]) + "\"");
    else
      named(spec_.otherwise, "/default");
  }

 private:
  void error(std::string at, std::string message, std::string suggestion = {}) {
    found_.push_back({std::move(at), std::move(message), std::move(suggestion), severity::error});
  }
  void named(const std::string& name, const std::string& at) {
    if (std::find(names_.begin(), names_.end(), name) == names_.end())
      error(at, "there is no card \"" + name + "\"", json::did_you_mean(name, names_));
  }

  const card_set_spec& spec_;
  diagnostics& found_;
  std::vector<std::string> names_;
};

struct set_text {
  card_set_spec spec;
  diagnostics found;
  bool readable = true;
};

/// The set as text: its outline, the cards with what they inherit, and everything that is wrong with either.
class set_reader : json::reader {
 public:
  explicit set_reader(set_text& result) : reader(result.found), result_(result) {}

  void run(const json::json_value& root) {
    result_.readable = is(root, "", type::object, "a set of cards");
    if (!result_.readable) return;
    keys(root, "", {"sojourn", "set", "cards", "assign", "default"});
    const json::json_value* format = root.find("sojourn");
    if (format == nullptr)
      error("", "\"sojourn\" is missing", "add \"sojourn\": 1, the version of the format");
    else if (format->kind != type::number || format->number != 1)
      error("/sojourn", "only format 1 is known", "write 1");
    text(root, "", "set", result_.spec.set);
    text(root, "", "default", result_.spec.otherwise);
    if (const json::json_value* assigned = root.find("assign")) read_choices(*assigned);
    const json::json_value* cards = root.find("cards");
    result_.readable =
        cards != nullptr && is(*cards, "/cards", type::array, "\"cards\"") && cards->items.size() <= max_cards;
    if (cards == nullptr) error("", "\"cards\" is missing", "add \"cards\": [{\"card\": \"small\", ..}]");
    if (result_.readable)
      read_cards(cards->items);
    else if (cards != nullptr && cards->items.size() > max_cards)
      error("/cards", "more than " + std::to_string(max_cards) + " cards");
  }

 private:
  void read_choices(const json::json_value& value) {
    if (!is(value, "/assign", type::array, "\"assign\"")) return;
    for (std::size_t a = 0; a < value.items.size(); ++a) {
      const std::string at = "/assign" + json::step(a);
      card_choice& one = result_.spec.assign.emplace_back();
      if (!is(value.items[a], at, type::object, "a choice")) continue;
      keys(value.items[a], at, {"if", "card"});
      text(value.items[a], at, "if", one.when);
      text(value.items[a], at, "card", one.card);
    }
  }

  void read_cards(const std::vector<json::json_value>& cards) {
    const std::vector<json::json_value> whole = extend_cards(cards, found_);
    std::set<std::string> reported;  // what is wrong with a base is said once, not again for all who extend it
    for (std::size_t c = 0; c < whole.size(); ++c) {
      const card_text card = read_card(whole[c]);
      result_.readable &= card.readable;
      result_.spec.cards.push_back(card.spec);
      for (diagnostic d : all_problems(card)) {
        const bool inherits = cards[c].find("extends") != nullptr;
        if (!reported.insert(d.pointer + "\n" + d.message).second && inherits) continue;
        d.pointer = "/cards" + json::step(c) + d.pointer;
        if (found_.size() < max_found) found_.push_back(std::move(d));
      }
    }
  }

  set_text& result_;
};

set_text read_set(std::string_view json) {
  set_text result;
  json::json_value root;
  if (!json::read_json(json, root, result.found)) {
    result.readable = false;
    return result;
  }
  set_reader(result).run(root);
  if (!result.readable) return result;
  diagnostics around;
  set_checker(result.spec, around).run();
  for (diagnostic& d : around) {
    const bool reported = std::any_of(result.found.begin(), result.found.end(), [&](const diagnostic& earlier) {
      return earlier.pointer == d.pointer && (earlier.message == d.message || !d.pointer.empty());
    });
    if (!reported) result.found.push_back(std::move(d));
  }
  return result;
}

struct row_facts {
  const std::vector<const signal_column*>& columns;
  std::size_t row;
  [[nodiscard]] cell value(const term& t) const { return cell_at(*columns[t.index], row); }
};

/// The rows of a column, copied.
template <class T>
column<T> values_at(const column<T>& from, const std::vector<std::size_t>& rows,
                    std::vector<std::shared_ptr<const void>>& kept) {
  auto values = std::make_shared<std::vector<T>>();
  auto bits = std::make_shared<std::vector<std::uint8_t>>((rows.size() + 7) / 8, std::uint8_t{0});
  values->reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    values->push_back(from[rows[i]]);
    if (from.present(rows[i])) (*bits)[i / 8] = static_cast<std::uint8_t>((*bits)[i / 8] | (1u << (i % 8)));
  }
  const column<T> result(std::span<const T>(*values), from.may_have_missing() ? bits->data() : nullptr);
  kept.push_back(values);
  kept.push_back(bits);
  return result;
}

signal_column values_at(const signal_column& from, const std::vector<std::size_t>& rows,
                        std::vector<std::shared_ptr<const void>>& kept) {
  signal_column result{from.name, {}, from.labels, {}};
  std::visit([&](const auto& values) { result.values = values_at(values, rows, kept); }, from.values);
  if (!from.observed_at.empty()) result.observed_at = values_at(from.observed_at, rows, kept);
  return result;
}

void take_columns(const scorecard& card, const signals& from, bool must_be_there, part_inputs& part, signals& into) {
  for (const std::string& name : card.inputs()) {
    const auto at = std::find_if(from.begin(), from.end(), [&](const signal_column& s) { return s.name == name; });
    if (at != from.end())
      into.push_back(values_at(*at, part.rows, part.kept));
    else if (must_be_there)
      throw schema_error("card \"" + card.spec().card + "\" reads a column \"" + name + "\", which is not there");
  }
}

void check_options(const set_options& options, std::size_t rows) {
  const auto fits = [rows](std::size_t length, const char* what) {
    if (length != 0 && length != rows) {
      throw schema_error(std::string(what) + " has " + std::to_string(length) + " rows and the table has " +
                         std::to_string(rows));
    }
  };
  fits(options.previous_score.size(), "previous score");
  fits(options.previous_tier.size(), "previous tier");
  fits(options.previous_card.size(), "previous card");
  for (const manual_value& m : options.manual) {
    if (m.row >= rows)
      throw data_error(
          {"manual", m.row, std::to_string(m.row), "the row does not exist; there are " + std::to_string(rows), ""});
  }
}

std::shared_ptr<const part_inputs> gather_part(const card_set& set, std::size_t card, const card_assignment& assigned,
                                               const signals& columns, const set_options& options) {
  const std::size_t rows = assigned.card.size();
  check_options(options, rows);
  for (const signal_column& s : columns) {
    if (signal_rows(s) != rows)
      throw schema_error("column \"" + s.name + "\" has " + std::to_string(signal_rows(s)) + " rows and the table has " +
                         std::to_string(rows));
  }
  auto part = std::make_shared<part_inputs>();
  part->card = card;
  std::unordered_map<std::size_t, std::size_t> place;
  for (std::size_t row = 0; row < rows; ++row) {
    if (assigned.card[row] != card) continue;
    place[row] = part->rows.size();
    part->rows.push_back(row);
    const bool other = !options.previous_card.empty() && options.previous_card[row] != card;
    const bool scored = !options.previous_tier.empty() && options.previous_tier[row] != no_tier;
    if (!options.previous_score.empty()) part->previous_score.push_back(options.previous_score[row]);
    if (!options.previous_tier.empty())
      part->previous_tier.push_back(other && scored ? foreign_tier : options.previous_tier[row]);
    part->foreign.push_back(other &&
                            (scored || (!options.previous_score.empty() && !std::isnan(options.previous_score[row]))));
  }
  take_columns(set.cards()[card], columns, true, *part, part->columns);
  if (options.previous_signals != nullptr)
    take_columns(set.cards()[card], *options.previous_signals, false, *part, part->previous);
  for (const manual_value& m : options.manual) {
    const auto at = place.find(m.row);
    if (at == place.end()) continue;
    part->manual.push_back(m);
    part->manual.back().row = at->second;
  }
  part->options = {.as_of = options.as_of,
                   .previous_score = part->previous_score,
                   .previous_tier = part->previous_tier,
                   .manual = part->manual};
  if (options.previous_signals != nullptr) part->options.previous_signals = &part->previous;
  return part;
}

/// Puts the part's scores into `whole` and marks those that come from another card.
void add_part(const part_inputs& part, scores&& result, set_scores& whole) {
  whole.score.resize(whole.assigned.card.size());
  whole.flags.resize(whole.assigned.card.size());
  for (std::size_t i = 0; i < part.rows.size(); ++i) {
    if (part.foreign[i]) result.flags[i] |= flag::card_changed;
    whole.score[part.rows[i]] = result.score[i];
    whole.flags[part.rows[i]] = result.flags[i];
  }
  whole.parts.push_back({part.card, part.rows, std::move(result)});
}

}  // namespace

set_scores score(const card_set& set, const signals& columns, const set_options& options, const any_executor& host) {
  set_scores whole;
  whole.assigned = assign(set, columns);
  for (std::size_t c = 0; c < set.cards().size(); ++c) {
    const auto part = gather_part(set, c, whole.assigned, columns, options);
    add_part(*part, health::score(set.cards()[c], part->columns, part->options, host), whole);
  }
  return whole;
}

std::vector<scores> score_all(const card_set& set, const signals& columns, const score_options& options,
                              const any_executor& host) {
  std::vector<scores> results;
  for (const scorecard& card : set.cards()) results.push_back(health::score(card, columns, options, host));
  return results;
}

}  // namespace detail

const card_set_spec& card_set::spec() const noexcept {
  return plan_->spec;
}
const std::vector<scorecard>& card_set::cards() const noexcept {
  return plan_->cards;
}
const std::string& card_set::to_json() const noexcept {
  return plan_->json;
}
std::uint64_t card_set::hash() const noexcept {
  return plan_->hash;
}
const diagnostics& card_set::warnings() const noexcept {
  return plan_->warnings;
}
const std::vector<std::string>& card_set::inputs() const noexcept {
  return plan_->inputs;
}

std::string to_json(const card_set_spec& spec) {
  using json = nlohmann::ordered_json;
  json result = {{"sojourn", 1}, {"set", spec.set}};
  json cards = json::array(), choices = json::array();
  for (const scorecard_spec& card : spec.cards) cards.push_back(json::parse(to_json(card)));
  for (const card_choice& one : spec.assign) choices.push_back({{"if", one.when}, {"card", one.card}});
  result["cards"] = std::move(cards);
  result["assign"] = std::move(choices);
  result["default"] = spec.otherwise;
  return result.dump(-1, ' ', false, json::error_handler_t::replace);
}

diagnostics validate(const card_set_spec& spec) {
  diagnostics found;
  for (std::size_t c = 0; c < spec.cards.size(); ++c) {
    for (diagnostic d : validate(spec.cards[c])) {
      d.pointer = "/cards" + json::step(c) + d.pointer;
      found.push_back(std::move(d));
    }
  }
  detail::set_checker(spec, found).run();
  return found;
}

diagnostics validate_set_json(std::string_view json) {
  return detail::read_set(json).found;
}

card_set compile(const card_set_spec& spec) {
  diagnostics found = validate(spec);
  if (has_errors(found)) throw card_error(std::move(found));
  auto plan = std::make_shared<detail::set_plan>();
  plan->spec = spec;
  for (const scorecard_spec& card : spec.cards) plan->cards.push_back(compile(card));
  plan->json = to_json(spec);
  plan->hash = sojourn::detail::fnv1a_of(plan->json);
  plan->warnings = std::move(found);
  const auto position = [&](const std::string& name) {
    const auto named = [&](const scorecard_spec& card) { return card.card == name; };
    return static_cast<std::uint32_t>(std::find_if(spec.cards.begin(), spec.cards.end(), named) - spec.cards.begin());
  };
  for (const card_choice& one : spec.assign) {
    plan->conditions.push_back(detail::read_condition_on_columns(one.when));
    detail::place_columns(plan->conditions.back(), plan->inputs);
    plan->choices.push_back(position(one.card));
  }
  plan->otherwise = position(spec.otherwise);
  return card_set(std::move(plan));
}

card_set compile_set_json(std::string_view json) {
  detail::set_text set = detail::read_set(json);
  if (has_errors(set.found)) throw card_error(std::move(set.found));
  return compile(set.spec);
}

card_assignment assign(const card_set& set, const signals& columns) {
  const detail::set_plan& plan = set.plan();
  if (columns.empty()) throw schema_error("there are no columns");
  const std::size_t rows = detail::signal_rows(columns.front());
  std::vector<const signal_column*> read;
  for (const std::string& name : plan.inputs) {
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const signal_column& s) { return s.name == name; });
    if (at == columns.end())
      throw schema_error("the choice of the card reads a column \"" + name + "\", which is not there");
    if (detail::signal_rows(*at) != rows)
      throw schema_error("column \"" + name + "\" has " + std::to_string(detail::signal_rows(*at)) +
                         " rows and the table has " + std::to_string(rows));
    if (!at->labels.empty() && !std::holds_alternative<column<std::int32_t>>(at->values)) {
      throw schema_error("column \"" + name + "\" has labels, so its values must be int32 codes");
    }
    read.push_back(&*at);
  }
  card_assignment result;
  result.card.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const detail::row_facts facts{read, row};
    const detail::decider holds(facts);
    std::uint32_t card = plan.otherwise;
    bool open = false;
    for (std::size_t c = 0; c < plan.conditions.size(); ++c) {
      const detail::truth held = holds(plan.conditions[c]);
      open |= held == detail::truth::unknown;
      if (held != detail::truth::yes) continue;
      card = plan.choices[c];
      break;
    }
    result.undecided += open;
    result.card.push_back(card);
  }
  return result;
}

std::vector<std::vector<std::size_t>> rows_by_card(const card_assignment& assigned, std::size_t cards) {
  std::vector<std::vector<std::size_t>> rows(cards);
  for (std::size_t row = 0; row < assigned.card.size(); ++row) rows.at(assigned.card[row]).push_back(row);
  return rows;
}

}  // namespace sojourn::inline v0_1::health
