// Books: facts from tables, corrections, snapshots.
#include <algorithm>
#include <array>
#include <charconv>

#include "capi/entry.hpp"
#include "capi/options.hpp"
#include "sojourn/arrow/held_facts.hpp"
#include "sojourn/input/time_zone.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

using role_names = std::vector<std::pair<std::string, std::string>>;

facts_form form_of(options& how) {
  facts_form form;
  form.source = how.word<fact_source>("source").value_or(fact_source::periods);
  form.columns = how.names("columns");
  form.labels = how.texts("labels");
  form.amounts = how.text("amounts").value_or("");
  form.currency = how.text("currency").value_or("USD");
  form.date_format = how.text("date_format").value_or("");
  form.timezone = how.text("timezone").value_or("");
  if (!form.amounts.empty() && form.amounts != "minor" && form.amounts != "major") {
    throw option_error("/amounts", "must be \"minor\" or \"major\"");
  }
  const std::string ends = how.text("ends").value_or("exclusive");
  if (ends != "exclusive" && ends != "inclusive") {
    throw option_error("/ends", "must be \"exclusive\" or \"inclusive\"");
  }
  form.inclusive = ends == "inclusive";
  return form;
}

/// The view that options name; what they do not name stays as it is.
view view_of(options& how, view under) {
  if (const auto as_of = how.text("as_of")) {
    under.as_of = *as_of == "latest" ? as_of_day::after_latest_date() : as_of_day(how.when("as_of"));
  }
  if (const auto when = how.when("known_on")) under.known_on = when;
  if (const auto when = how.when("owners_on")) under.owners_on = when;
  if (const auto policy = how.policy()) under.policy = *policy;
  under.unit = how.word<book_unit>("unit").value_or(under.unit);
  under.part = how.word<mrr_part>("part").value_or(under.part);
  under.commitment = how.word<mrr_commitment>("commitment").value_or(under.commitment);
  under.amount = how.word<change_amount>("amount_is").value_or(under.amount);
  under.same_day = how.word<same_day_changes>("same_day").value_or(under.same_day);
  const auto filters = how.lists("where");
  if (!filters.empty()) under.where.clear();
  for (const auto& [name, words] : filters) under.where.push_back({name, words});
  return under;
}

arrow::role_reader reader_of(const arrow::source_role& role, bool inclusive) {
  if (!inclusive || !role.ends_term) return role.read;
  return role.read == arrow::role_reader::ends ? arrow::role_reader::last_ends : arrow::role_reader::last_days;
}

std::string listed(const std::vector<arrow::source_role>& roles) {
  std::string all;
  for (const arrow::source_role& one : roles) all += (all.empty() ? "" : ", ") + std::string(one.name);
  return all;
}

/// The columns of the form that this table has, each with what reads it.
std::vector<arrow::planned_column> planned(const facts_form& form, const named_source& table) {
  const std::vector<arrow::source_role> roles = arrow::roles_of(form.source);
  const std::string source(word_of(form.source));
  for (const auto& [role, column] : form.columns) {
    const std::string_view wanted = role;
    if (std::none_of(roles.begin(), roles.end(), [&](const auto& one) { return one.name == wanted; })) {
      throw option_error("/columns/" + role, "a table of " + source + " has no such role", "there are " + listed(roles));
    }
  }
  std::vector<arrow::planned_column> all;
  all.reserve(roles.size() + form.labels.size());
  for (const arrow::source_role& role : roles) {
    const std::string name(role.name);
    const auto named =
        std::find_if(form.columns.begin(), form.columns.end(), [&](const auto& one) { return one.first == name; });
    const bool is_named = named != form.columns.end();
    if (!is_named && (!role.usual || !table.has(name))) {
      if (!role.required) continue;
      throw option_error("/columns/" + name, "a table of " + source + " needs it, and this one has no column of that name",
                         "name its column: {\"columns\": {\"" + name + "\": \"...\"}}");
    }
    const bool money = role.read == arrow::role_reader::money;
    all.push_back({name, is_named ? named->second : name, reader_of(role, form.inclusive), money ? form.amounts : ""});
  }
  for (const std::string& label : form.labels) all.push_back({label, label, arrow::role_reader::label, ""});
  return all;
}

arrow::given_facts facts_of(const facts_form& form, taken_stream& stream) {
  named_source table(stream);
  date_reading dates;
  if (!form.date_format.empty()) dates.format = date_format(form.date_format);
  if (!form.timezone.empty()) dates.zone = time_zone::from_offset(form.timezone);
  const bool usual_dates = form.date_format.empty() && form.timezone.empty();
  std::vector<arrow::planned_column> columns = planned(form, table);
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const arrow::planned_column& one : columns) names.push_back(one.name);
  const arrow::facts_plan plan(std::move(columns), form.currency, dates, usual_dates, {form.source, std::nullopt});
  return plan.read(table.read(names));
}

/// The form of further rows: that of the book, with the columns that this call names.
facts_form form_of_rows(const held_book& book, options& how) {
  const role_names named = how.names("columns");
  facts_form form = book.form.value_or(facts_form{});
  form.source = book.form ? form.source : book.facts.source();
  for (const auto& [role, column] : named) {
    const std::string& wanted = role;
    const auto found =
        std::find_if(form.columns.begin(), form.columns.end(), [&](const auto& one) { return one.first == wanted; });
    if (found == form.columns.end()) {
      form.columns.emplace_back(role, column);
    } else {
      found->second = column;
    }
  }
  return form;
}

}  // namespace

account_key key_in(const book& facts, options& how, const char* option) {
  const json::json_value& given_key = *how.key_of_account(option);
  const bool text_keys = facts.keys().holds_text();
  if (given_key.kind != json::json_value::type::text) {
    if (text_keys) return text_of(given_key);
    return static_cast<std::int64_t>(given_key.number);
  }
  std::int64_t id = 0;  // ids beyond 2^53 are given as text: JSON numbers skip some
  const std::string& word = given_key.text;
  const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (!text_keys && wrong == std::errc{} && end == word.data() + word.size()) return id;
  return word;
}

}  // namespace sojourn::inline v0_1::capi

using namespace sojourn;        // NOLINT: the functions below are those of C
using namespace sojourn::capi;  // NOLINT

extern "C" {

sojourn_code sojourn_book(ArrowArrayStream* table, const char* text, const sojourn_run* run, sojourn_object** out,
                          sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    taken_stream stream(table);
    capi::options how(text);
    held_book all{book(how.word<fact_source>("source").value_or(fact_source::periods)), {}, form_of(how)};
    const view under = view_of(how, {});
    how.require_all_read();
    const call_host call(run);
    const arrow::given_facts given_rows = facts_of(*all.form, stream);
    all.far_ends = given_rows.far_ends;
    const arrow::held_facts held(all.facts, given_rows);
    apply(all.facts, held.rows());
    all.now = read(all.facts, under, call.host());
    all.now.under.as_of = all.now.ledger.book.known_until();
    give_object(made, std::move(all));
  });
}

sojourn_code sojourn_book_apply(sojourn_object* object, ArrowArrayStream* rows, const char* text, sojourn_error** error) {
  return guarded(error, [&] {
    taken_stream stream(rows);
    held_book& all = as_book(object);
    capi::options how(text);
    const facts_form form = form_of_rows(all, how);
    how.require_all_read();
    const arrow::given_facts given_rows = facts_of(form, stream);
    const arrow::held_facts held(all.facts, given_rows);
    const std::array<reading*, 1> follow = {&all.now};
    apply(all.facts, held.rows(), follow);
  });
}

sojourn_code sojourn_book_retract(sojourn_object* object, ArrowArrayStream* rows, const char* text, sojourn_error** error) {
  return guarded(error, [&] {
    taken_stream stream(rows);
    held_book& all = as_book(object);
    capi::options how(text);
    const facts_form form = form_of_rows(all, how);
    const std::optional<day> taken_back_on = how.when("taken_back_on");
    how.require_all_read();
    const arrow::given_facts given_rows = facts_of(form, stream);
    const arrow::held_facts held(all.facts, given_rows);
    const std::array<reading*, 1> follow = {&all.now};
    retract(all.facts, held.rows(), taken_back_on, follow);
  });
}

sojourn_code sojourn_book_join(sojourn_object* object, const char* text, sojourn_error** error) {
  return guarded(error, [&] {
    held_book& all = as_book(object);
    capi::options how(text);
    const account_index& keys = all.facts.keys();
    const merger one{account_of(keys, key_in(all.facts, how, "from")), account_of(keys, key_in(all.facts, how, "into")),
                     how.when("since").value_or(earliest_day)};
    how.require_all_read();
    const std::array<reading*, 1> follow = {&all.now};
    merge(all.facts, one, follow);
  });
}

sojourn_code sojourn_book_snapshot(const sojourn_object* object, const char* text, const sojourn_run* run,
                                   sojourn_object** out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    held_book copy = as_book(object);
    capi::options how(text);
    const view under = view_of(how, copy.now.under);
    how.require_all_read();
    const call_host call(run);
    if (text != nullptr && *text != '\0') {
      copy.now = read(copy.facts, under, call.host());
      copy.now.under.as_of = copy.now.ledger.book.known_until();
    }
    give_object(made, std::move(copy));
  });
}

}  // extern "C"
