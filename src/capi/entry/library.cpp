// What the library says of itself, and what every object can do.
#include <algorithm>
#include <span>

#include "capi/entry.hpp"
#include "capi/options.hpp"
#include "detail/fnv1a.hpp"
#include "sojourn/book_bytes.hpp"
#include "sojourn/catalogue.hpp"
#include "sojourn/state_bytes.hpp"
#include "sojourn/version.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

constexpr std::uint32_t abi_version = 1;

// --- JSON out
// ----------------------------------------------------------------------------------------------------------------

class json_object {
 public:
  json_object& add(std::string_view name, const std::string& json) {
    text_ += (text_.empty() ? "" : ",") + quoted(name) + ":" + json;
    return *this;
  }
  json_object& text(std::string_view name, std::string_view value) { return add(name, quoted(value)); }
  json_object& number(std::string_view name, std::int64_t value) { return add(name, std::to_string(value)); }
  [[nodiscard]] std::string done() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

template <class List, class Show>
std::string json_list(const List& list, const Show& show) {
  std::string all;
  for (const auto& one : list) all += (all.empty() ? "" : ",") + show(one);
  return "[" + all + "]";
}

std::string metric_json(const metric& one) {
  return json_object()
      .text("name", one.name)
      .text("title", one.title)
      .text("family", word_of(one.family))
      .text("unit", word_of(one.unit))
      .text("source", word_of(one.source))
      .text("result", word_of(one.result))
      .text("meaning", one.meaning)
      .text("formula", one.formula)
      .text("missing", one.missing)
      .text("not_told", one.not_told)
      .add("options", json_list(one.options,
                                [](const metric_option& option) {
                                  return json_object()
                                      .text("name", option.name)
                                      .text("default", option.fallback)
                                      .text("meaning", option.meaning)
                                      .done();
                                }))
      .done();
}

std::string source_json(std::string_view word) {
  const auto source = read_word<fact_source>("source", word);
  return json_object()
      .text("name", word)
      .add("roles", json_list(arrow::roles_of(source),
                              [](const arrow::source_role& role) {
                                return json_object()
                                    .text("name", role.name)
                                    .text("holds", word_of(role.read))
                                    .add("required", role.required ? "true" : "false")
                                    .done();
                              }))
      .done();
}

std::string schema_json() {
  const auto numbers = [](sojourn_kind first, sojourn_kind last) {
    json_object all;
    for (sojourn_kind kind = first; kind <= last; ++kind) all.number(kind_name(kind), kind);
    return all.done();
  };
  return json_object()
      .text("version", SOJOURN_VERSION)
      .number("abi", abi_version)
      .add("kinds", numbers(SOJOURN_BOOK, SOJOURN_FRAME))
      .add("sources", json_list(values_of(fact_source{}), source_json))
      .add("presets", json_list(revenue_policy::presets(), [](const std::string& name) { return quoted(name); }))
      .add("metrics", json_list(metrics(), metric_json))
      .done();
}

// --- objects
// -----------------------------------------------------------------------------------------------------------------

const char* state_name(const held_state& state) {
  constexpr const char* names[] = {"answers", "revenue", "cohorts", "survival", "decay", "health"};
  return names[state.index()];
}

std::string description(const held_book& all) {
  json_object found;
  found.text("kind", "book").text("source", word_of(all.facts.source()));
  found.number("rows", static_cast<std::int64_t>(all.facts.rows()));
  found.number("accounts", static_cast<std::int64_t>(all.facts.accounts()));
  found.text("as_of", to_string(all.now.ledger.book.known_until()));
  json_object rows;
  for (const named_count& one : counts(all.facts, all.now)) rows.number(one.name, one.count);
  if (all.far_ends > 0) rows.number("open_ends_far", all.far_ends);
  found.add("counts", rows.done()).add("policy", to_json(all.now.under.policy));
  return found.add("labels", json_list(all.facts.labels(), [](const std::string& name) { return quoted(name); })).done();
}

std::string description(const held_state& state) {
  return json_object().text("kind", "state").text("state", state_name(state)).done();
}

std::string hash_text(std::uint64_t hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; hash >>= 4) text[i] = digits[hash & 15u];
  return text;
}

std::string description(const health::scorecard& card) {
  json_object found;
  found.text("kind", "card").text("hash", hash_text(card.hash()));
  found.add("inputs", json_list(card.inputs(), [](const std::string& name) { return quoted(name); }));
  return found.add("warnings", json_list(card.warnings(), [](const diagnostic& one) { return quoted(one.message); })).done();
}

std::string description(const held_scores& all) {
  return json_object()
      .text("kind", "scores")
      .number("rows", static_cast<std::int64_t>(all.result->size()))
      .text("card", hash_text(all.card.hash()))
      .done();
}

std::string description(const held_fit& fit) {
  json_object found;
  found.text("kind", "fit");
  if (const auto* decay = std::get_if<decay_fit>(&fit)) {
    found.text("fit", "decay").text("family", to_string(family_of(*decay))).text("status", to_string(decay->status));
    return found.number("accounts", decay->accounts()).text("note", decay->note).done();
  }
  const survival_state& state = std::get<held_survival>(fit).state;
  found.text("fit", "survival").number("accounts", state.accounts()).number("events", state.events());
  return found.number("rows_missing", state.rows_missing).done();
}

std::string description(const held_forecast& all) {
  return json_object()
      .text("kind", "forecast")
      .text("family", word_of(all.found.family))
      .number("months_learned", all.found.months_learned)
      .done();
}

std::string description(const held_frame& all) {
  json_object found;
  found.text("kind", "frame").number("rows", static_cast<std::int64_t>(all.table.rows()));
  return found.add("columns", json_list(all.table.names, [](const std::string& name) { return quoted(name); })).done();
}

std::string description(std::monostate) {
  return "{}";
}

// --- bytes
// -------------------------------------------------------------------------------------------------------------------

/// How further tables become facts, beside the book.
std::string notes_of(const std::optional<facts_form>& form) {
  if (!form) return {};
  json_object columns;
  for (const auto& [role, name] : form->columns) columns.text(role, name);
  return json_object()
      .number("c_abi", abi_version)
      .add("columns", columns.done())
      .add("labels", json_list(form->labels, [](const std::string& name) { return quoted(name); }))
      .text("amounts", form->amounts)
      .text("currency", form->currency)
      .text("date_format", form->date_format)
      .text("timezone", form->timezone)
      .add("inclusive", form->inclusive ? "true" : "false")
      .done();
}

/// Nothing where another host wrote the notes.
std::optional<facts_form> form_behind(const std::string& notes, fact_source source) {
  if (!notes.starts_with("{\"c_abi\":")) return std::nullopt;
  options how(notes.c_str());
  if (how.whole("c_abi") != std::int64_t{abi_version}) return std::nullopt;
  facts_form form;
  form.source = source;
  form.columns = how.names("columns");
  form.labels = how.texts("labels");
  form.amounts = how.text("amounts").value_or("");
  form.currency = how.text("currency").value_or("USD");
  form.date_format = how.text("date_format").value_or("");
  form.timezone = how.text("timezone").value_or("");
  form.inclusive = how.truth("inclusive").value_or(false);
  return form;
}

std::vector<std::uint8_t> bytes_of(const held_state& state) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.card; }) {
          return to_bytes(one.state, one.card);
        } else {
          return to_bytes(one);
        }
      },
      state);
}

template <class T>
held_state state_in(std::span<const std::uint8_t> bytes) {
  return from_bytes<T>(bytes);
}

held_book book_in(const viewed_book& all) {
  held_book made{all.facts, {}, std::nullopt};
  made.form = form_behind(all.notes, made.facts.source());
  made.now = read(made.facts, all.under);
  made.now.under.as_of = made.now.ledger.book.known_until();
  return made;
}

void object_in(std::span<const std::uint8_t> bytes, sojourn_object*& out) {
  if (!bytes.empty() && bytes.front() == '{') {
    return give_object(out, health::compile_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  constexpr std::uint16_t book_kind = 60, viewed_book_kind = 61;
  const state_header header = read_header(bytes);
  switch (header.kind) {
    case book_kind:
      return give_object(out, book_in({from_bytes<book>(bytes), {}}));
    case viewed_book_kind:
      return give_object(out, book_in(from_bytes<viewed_book>(bytes)));
    case score_counts::bytes_kind:
      return give_object(out, state_in<score_counts>(bytes));
    case revenue_partial::bytes_kind:
      return give_object(out, state_in<revenue_partial>(bytes));
    case revenue_state::bytes_kind:
      return give_object(out, held_state(revenue_partial{{}, from_bytes<revenue_state>(bytes)}));
    case cohort_state::bytes_kind:
      return give_object(out, state_in<cohort_state>(bytes));
    case survival_state::bytes_kind:
      return give_object(out, state_in<survival_state>(bytes));
    case decay_state::bytes_kind:
      return give_object(out, state_in<decay_state>(bytes));
    case health::health_state::bytes_kind: {
      const std::uint64_t card = header.spec_fingerprint;
      return give_object(out, held_state(health::card_health{from_bytes<health::health_state>(bytes, card), card}));
    }
    default:
      throw state_error("state bytes: kind " + std::to_string(header.kind) + " is not offered here; version " +
                        std::string(SOJOURN_VERSION) + " reads books, answers, revenue, cohorts, survival, decay, health");
  }
}

template <class Join>
void join_states(sojourn_object* into, const sojourn_object* other, const Join& join) {
  auto& mine = as<held_state>(into, "into", SOJOURN_STATE);
  const auto& theirs = as<held_state>(other, "other", SOJOURN_STATE);
  if (mine.index() != theirs.index()) {
    throw state_error(std::string("a state of ") + state_name(theirs) + " is no part of one of " + state_name(mine));
  }
  std::visit(
      [&](auto& one) {
        auto sum = one;
        join(sum, std::get<std::remove_reference_t<decltype(one)>>(theirs));
        one = std::move(sum);
      },
      mine);
}

}  // namespace
}  // namespace sojourn::inline v0_1::capi

using namespace sojourn;        // NOLINT: the functions below are those of C
using namespace sojourn::capi;  // NOLINT

extern "C" {

const char* sojourn_version(void) {
  return SOJOURN_VERSION;
}

uint32_t sojourn_abi_version(void) {
  return abi_version;
}

uint64_t sojourn_fingerprint(const void* data, uint64_t size) {
  if (data == nullptr) size = 0;
  return sojourn::detail::fnv1a_of({static_cast<const char*>(size == 0 ? "" : data), size});
}

sojourn_code sojourn_schema(sojourn_bytes* out, sojourn_error** error) {
  return guarded(error, [&] {
    given(out, "out") = {};
    give_text(*out, schema_json());
  });
}

sojourn_code sojourn_describe(const sojourn_object* object, sojourn_bytes* out, sojourn_error** error) {
  return guarded(error, [&] {
    given(out, "out") = {};
    give_text(*out, std::visit([](const auto& one) { return description(one); }, given(object, "object").is));
  });
}

sojourn_code sojourn_to_bytes(const sojourn_object* object, sojourn_bytes* out, sojourn_error** error) {
  return guarded(error, [&] {
    given(out, "out") = {};
    const sojourn_object& from = given(object, "object");
    if (const auto* card = std::get_if<health::scorecard>(&from.is)) return give_text(*out, card->to_json());
    std::vector<std::uint8_t> bytes;
    if (const auto* state = std::get_if<held_state>(&from.is)) {
      bytes = bytes_of(*state);
    } else if (const auto* all = std::get_if<held_book>(&from.is)) {
      bytes = to_bytes(viewed_book{all->facts, all->now.under, notes_of(all->form)});
    } else {
      throw argument_error("object", std::string("is a ") + kind_name(sojourn_kind_of(object)) +
                                         ", which has no bytes; books, states and cards have");
    }
    give_bytes(*out, bytes.data(), bytes.size());
  });
}

sojourn_code sojourn_from_bytes(const void* data, uint64_t size, sojourn_object** out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    object_in({static_cast<const std::uint8_t*>(&given(static_cast<const std::uint8_t*>(data), "data")), size}, made);
  });
}

sojourn_code sojourn_merge(sojourn_object* into, const sojourn_object* other, sojourn_error** error) {
  return guarded(error, [&] { join_states(into, other, [](auto& a, const auto& b) { a += b; }); });
}

sojourn_code sojourn_subtract(sojourn_object* from, const sojourn_object* other, sojourn_error** error) {
  return guarded(error, [&] { join_states(from, other, [](auto& a, const auto& b) { a -= b; }); });
}

}  // extern "C"
