#include "sojourn/cycle_bytes.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include "cycle_bytes/stored_signal.hpp"
#include "detail/fnv1a.hpp"
#include "detail/utf8.hpp"
#include "sojourn/health/score/card_set.hpp"
#include "sojourn/state_bytes.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::uint16_t kept_cycle_kind = 118;
constexpr std::string_view kept_cycle_schema =
    "kind card as_of accounts signals beside before signals_before manual scores notes; "
    "column: kind rows scale zone present values words";

struct stored_kept_column {
  std::string name;
  detail::stored_signal values;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.name, self.values);
  }
};

/// Columns that may be absent as a whole.
struct stored_group {
  bool given = false;
  std::vector<stored_kept_column> columns;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.given, self.columns);
  }
};

struct stored_cycle {
  kept_card kind = kept_card::card;
  std::string card;
  bool dated = false;
  std::int32_t as_of = 0;
  stored_group accounts, signals, beside, before, signals_before, manual;
  std::uint64_t scores = 0;
  std::string notes;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.kind, self.card, self.dated, self.as_of, self.accounts, self.signals, self.beside, self.before,
            self.signals_before, self.manual, self.scores, self.notes);
  }
};

std::uint64_t cycle_schema_hash() {
  return detail::fnv1a_of(kept_cycle_schema);
}

[[noreturn]] void refuse_cycle(const std::string& what) {
  throw state_error("cycle bytes: " + what);
}

stored_group group_of(const kept_columns& columns) {
  stored_group made{true, {}};
  made.columns.reserve(columns.size());
  for (const kept_column& one : columns) made.columns.push_back({one.name, detail::stored_form(one.values)});
  return made;
}

stored_group group_of(const std::optional<kept_columns>& columns) {
  return columns ? group_of(*columns) : stored_group{};
}

kept_columns columns_of(const stored_group& from) {
  if (!from.given && !from.columns.empty()) refuse_cycle("columns that are not there");
  kept_columns made;
  made.reserve(from.columns.size());
  for (const stored_kept_column& one : from.columns) made.push_back({one.name, detail::restored(one.values)});
  return made;
}

std::optional<kept_columns> optional_columns_of(const stored_group& from) {
  kept_columns made = columns_of(from);
  return from.given ? std::optional(std::move(made)) : std::nullopt;
}

void require_group(const kept_columns& columns, const char* what, std::optional<std::size_t> rows) {
  std::set<std::string_view> names;
  for (const kept_column& one : columns) {
    if (!names.insert(one.name).second)
      throw schema_error("\"" + one.name + "\" stands twice among the " + what + " of a cycle");
    const std::size_t expected = rows.value_or(columns.front().values.size());
    if (one.values.size() == expected) continue;
    throw schema_error("\"" + one.name + "\" has " + std::to_string(one.values.size()) + " rows and the " + what +
                       " of the cycle have " + std::to_string(expected));
  }
}

void require_text(const std::string& text, const char* what) {
  if (!detail::is_utf8(text)) throw schema_error(std::string(what) + " is not UTF-8");
}

void require_texts(const stored_group& group) {
  for (const stored_kept_column& one : group.columns) {
    require_text(one.name, "the name of a column");
    require_text(one.values.zone, "the time zone of a column");
    for (const std::string& word : one.values.words) require_text(word, "a text");
  }
}

void require_cycle(const kept_cycle& cycle) {
  std::optional<std::size_t> rows;
  if (cycle.accounts) rows = cycle.accounts->size();
  if (!rows && !cycle.signals.empty()) rows = cycle.signals.front().values.size();
  require_group(cycle.signals, "signals", rows);
  require_group(cycle.beside, "further columns", rows);
  if (cycle.before) require_group(*cycle.before, "columns of the cycle before", std::nullopt);
  if (cycle.signals_before) require_group(*cycle.signals_before, "signals of the cycle before", std::nullopt);
  if (cycle.manual) require_group(*cycle.manual, "values by hand", std::nullopt);
  const std::string canonical = cycle.kind == kept_card::card ? health::compile_json(cycle.card).to_json()
                                                              : health::compile_set_json(cycle.card).to_json();
  if (canonical != cycle.card) throw schema_error("the card of a cycle is not written as to_json() writes it");
}

stored_cycle stored_form_of(const kept_cycle& cycle) {
  stored_cycle form;
  form.kind = cycle.kind;
  form.card = cycle.card;
  form.dated = cycle.as_of.has_value();
  form.as_of = cycle.as_of ? cycle.as_of->since_epoch : 0;
  if (cycle.accounts) form.accounts = group_of(kept_columns{{"account", *cycle.accounts}});
  form.signals = group_of(cycle.signals);
  form.beside = group_of(cycle.beside);
  form.before = group_of(cycle.before);
  form.signals_before = group_of(cycle.signals_before);
  form.manual = group_of(cycle.manual);
  form.scores = cycle.scores_fingerprint;
  form.notes = cycle.notes;
  for (const stored_group* group :
       {&form.accounts, &form.signals, &form.beside, &form.before, &form.signals_before, &form.manual})
    require_texts(*group);
  require_text(form.card, "the card");
  require_text(form.notes, "the text of the host");
  return form;
}

kept_cycle cycle_of(const stored_cycle& form) {
  if (static_cast<std::uint8_t>(form.kind) > static_cast<std::uint8_t>(kept_card::card_set))
    refuse_cycle("neither a card nor a set of cards");
  if (!form.dated && form.as_of != 0) refuse_cycle("a day that is not there");
  kept_cycle cycle;
  cycle.kind = form.kind;
  cycle.card = form.card;
  if (form.dated) cycle.as_of = day{form.as_of};
  kept_columns accounts = columns_of(form.accounts);
  if (accounts.size() > 1 || form.accounts.given == accounts.empty()) refuse_cycle("its accounts are no column");
  if (!accounts.empty()) cycle.accounts = std::move(accounts.front().values);
  cycle.signals = columns_of(form.signals);
  cycle.beside = columns_of(form.beside);
  cycle.before = optional_columns_of(form.before);
  cycle.signals_before = optional_columns_of(form.signals_before);
  cycle.manual = optional_columns_of(form.manual);
  cycle.scores_fingerprint = form.scores;
  cycle.notes = form.notes;
  return cycle;
}

}  // namespace

std::uint64_t fingerprint(std::span<const double> scores, std::span<const health::tier_code> tiers) noexcept {
  detail::fnv1a hash;
  for (const double score : scores)
    hash.number(std::bit_cast<std::uint64_t>(std::isnan(score) ? std::numeric_limits<double>::quiet_NaN() : score));
  for (const health::tier_code tier : tiers) hash.byte(tier);
  return hash.value();
}

std::uint64_t fingerprint(const health::scores& of) noexcept {
  return fingerprint(of.score, of.tier);
}

std::vector<std::uint8_t> to_bytes(const kept_cycle& cycle) {
  require_cycle(cycle);
  const stored_cycle form = stored_form_of(cycle);
  detail::byte_writer payload;
  stored_cycle::fields(payload, form);
  return detail::seal(kept_cycle_kind, cycle_schema_hash(), payload.bytes());
}

namespace detail {

kept_cycle kept_cycle_from_bytes(std::span<const std::uint8_t> bytes) {
  const state_header header = read_header(bytes);
  if (header.kind == kept_cycle_kind && header.spec_fingerprint != cycle_schema_hash())
    refuse_cycle("they hold other columns than this version of the library knows");
  byte_reader payload(unseal(kept_cycle_kind, cycle_schema_hash(), bytes));
  stored_cycle form;
  stored_cycle::fields(payload, form);
  payload.require_end();
  kept_cycle cycle = cycle_of(form);
  std::vector<std::uint8_t> again;
  try {
    again = to_bytes(cycle);
  } catch (const error& e) {
    refuse_cycle(e.what());
  }
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()))
    refuse_cycle("they are not those that this cycle has");
  return cycle;
}

}  // namespace detail

}  // namespace sojourn::inline v0_1
