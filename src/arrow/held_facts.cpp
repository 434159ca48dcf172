#include "sojourn/arrow/held_facts.hpp"

#include <charconv>

#include "sojourn/arrow/moments.hpp"
#include "sojourn/input/amount_period.hpp"
#include "sojourn/input/line_kind_words.hpp"
#include "sojourn/revenue/sources/price.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

/// The columns that prices and lines of invoices have in common.
template <class View>
void take_billing(role_columns& held, book& of, View& view) {
  held.take_keys("subscription", of.subscription_keys(), view.subscription);
  held.take_days("cancelled_on", view.cancelled_on);
  held.take_days("billing_ended_on", view.billing_ended_on);
  held.take_days("unpaid_since", view.unpaid_since);
  held.take_days("paid_again_on", view.paid_again_on);
  held.take_int64("amount", view.amount);
  held.take_int64("discount_minor", view.discount_minor);
  held.take_int64("tax_minor", view.tax_minor);
  held.take_words<discount_term>("discount_term", view.discount_term);
}

subscriptions subscription_periods(role_columns& held, const given_facts& given, book& of) {
  subscriptions view;
  held.take_keys("account", of.keys(), view.account);
  held.take_days("start", view.start), held.take_days("end", view.end);
  held.take_int64("mrr", view.amount);
  view.ticks_per_unit = ticks_per_minor_of(given.names->at("mrr"));
  return view;
}

snapshots month_rows(role_columns& held, const given_facts& given, book& of, std::deque<any_column>& months) {
  snapshots view;
  held.take_keys("account", of.keys(), view.account);
  const std::string& name = given.names->at("month");
  months.push_back(as_months(held.at("month"), name));
  view.month = months.back().view<std::int32_t>(name);
  held.take_int64("mrr", view.amount);
  view.ticks_per_unit = ticks_per_minor_of(given.names->at("mrr"));
  return view;
}

mrr_changes changes(role_columns& held, const given_facts& given, book& of) {
  mrr_changes view;
  held.take_keys("account", of.keys(), view.account);
  held.take_days("when", view.when);
  held.take_int64("amount", view.amount);
  view.ticks_per_unit = ticks_per_minor_of(given.names->at("amount"));
  held.take_keys("subscription", of.subscription_keys(), view.subscription);
  held.take_int64("nanosecond", view.nanosecond);
  return view;
}

priced_subscriptions prices(role_columns& held, book& of) {
  priced_subscriptions view;
  held.take_keys("account", of.keys(), view.account);
  take_billing(held, of, view);
  held.take_days("start", view.start), held.take_days("end", view.end);
  held.take_days("paused_on", view.paused_on), held.take_days("resumed_on", view.resumed_on);
  held.take_days("trial_start", view.trial_start), held.take_days("trial_end", view.trial_end);
  held.take_days("discount_until", view.discount_until);
  held.take_counts("every", view.every), held.take_counts("discount_basis_points", view.discount_basis_points);
  held.take_int64("quantity", view.quantity);
  held.take_words<billing_unit>("unit", view.unit);
  held.take_words("metered", {"false", "true"}, view.metered);
  return view;
}

invoice_lines invoices(role_columns& held, book& of) {
  invoice_lines view;
  held.take_keys("account", of.keys(), view.account);
  take_billing(held, of, view);
  held.take_days("service_start", view.service_start), held.take_days("service_end", view.service_end);
  held.take_days("full_start", view.full_start), held.take_days("full_end", view.full_end);
  held.take_days("ended_on", view.ended_on);
  held.take_words(
      "kind",
      [](std::string_view word) {
        const std::optional<line_kind> kind = line_kind_of(word);
        return kind ? std::optional(static_cast<std::uint8_t>(*kind)) : std::nullopt;
      },
      line_kind_rule(), view.kind);
  return view;
}

/// The first days of months, or those of the months after them.
any_column first_days_of(const column<std::int32_t>& all, sojourn::months later) {
  std::vector<std::int32_t> days(all.size(), 0);
  std::vector<std::uint8_t> present(all.size(), 0);
  for (std::size_t row = 0; row < all.size(); ++row) {
    present[row] = all.present(row);
    if (all.present(row)) days[row] = (month{all[row]} + later).first_day().since_epoch;
  }
  return any_column::dates(std::move(days), present);
}

/// Usage of days, or of whole months.
usage_lines usage(role_columns& held, const given_facts& given, book& of, std::deque<any_column>& days) {
  usage_lines view;
  held.take_keys("account", of.keys(), view.account);
  held.take_days("start", view.start), held.take_days("end", view.end);
  held.take_int64("amount", view.amount);
  held.take_words<usage_kind>("kind", view.kind);
  if (held.has("month")) {
    const std::string& name = given.names->at("month");
    const any_column months_read = as_months(held.at("month"), name);
    const auto all = months_read.view<std::int32_t>(name);
    view.start = days.emplace_back(first_days_of(all, sojourn::months{0})).view<std::int32_t>(name);
    view.end = days.emplace_back(first_days_of(all, sojourn::months{1})).view<std::int32_t>(name);
  }
  return view;
}

}  // namespace

namespace {

std::int64_t id_of(const std::string& word, const std::string& role) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (error == std::errc{} && end == word.data() + word.size()) return id;
  const std::string others = role == "parent" ? "accounts" : "subscriptions";
  throw schema_error(role + " \"" + word + "\" is no whole number, as the " + others + " are; give it a key as " + others +
                     " have");
}

}  // namespace

void given_facts::find_repeated(const any_executor& host) {
  std::vector<any_column> all;
  all.reserve(columns.size() + labels.size());
  for (const auto& [role, column] : columns) all.push_back(column);
  for (const auto& [name, column] : labels) all.push_back(column);
  repeated = find_repeated_rows(all, host);
}

void given_facts::find_gaps(const std::string& start_role, const std::string& end_role) {
  gaps = find_period_gaps(columns.at("account"), columns.at(start_role), columns.at(end_role));
}

held_facts::held_facts(book& of, const given_facts& given) : held_(given.columns, *given.names) {
  switch (given.table.source) {
    case fact_source::periods:
      rows_.rows = subscription_periods(held_, given, of);
      break;
    case fact_source::snapshots:
      rows_.rows = month_rows(held_, given, of, months_);
      break;
    case fact_source::changes:
      rows_.rows = changes(held_, given, of);
      break;
    case fact_source::prices:
      rows_.rows = prices(held_, of);
      break;
    case fact_source::invoices:
      rows_.rows = invoices(held_, of);
      break;
    case fact_source::usage: {
      usage_lines lines = usage(held_, given, of, months_);
      lines.subscription = keys_where_named("subscription", of.subscription_keys(), *given.names);
      if (given.table.every_row) {
        kinds_.assign(given.rows(), static_cast<std::uint8_t>(*given.table.every_row));
        lines.kind = column<std::uint8_t>(kinds_, "kind");
      }
      rows_.rows = lines;
      break;
    }
  }
  held_.take_days("known_from", rows_.recorded_from);
  held_.take_days("known_until", rows_.recorded_until);
  held_.take_days("purchased_on", rows_.purchased_on);
  rows_.parent = keys_where_named("parent", of.keys(), *given.names);
  take_words("currency", *given.names, rows_.currency);
  take_words("cause", *given.names, rows_.cause);
  for (const auto& [name, column] : given.labels) {
    const auto& codes = words_.emplace_back(as_segments(column, name));
    rows_.labels.push_back({name, {codes.codes.view(), codes.labels}});
  }
}

column<std::uint32_t> held_facts::keys_where_named(const char* role, account_index& index,
                                                   const std::map<std::string, std::string>& names) {
  const any_column* source = held_.find(role);
  if (source == nullptr) return {};
  const std::string& name = names.at(role);
  const auto& words = words_.emplace_back(as_segments(*source, name));
  std::vector<std::uint32_t> numbers;
  numbers.reserve(words.labels.size());
  for (const std::string& word : words.labels) {
    const bool text = index.size() > 0 ? index.holds_text() : source->type() != kind::int64;
    numbers.push_back(text ? index.intern(std::string_view(word)).index : index.intern(id_of(word, role)).index);
  }
  const column<std::uint32_t> codes = words.codes.view();
  std::vector<std::uint32_t>& keys = keys_.emplace_back(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) keys[row] = codes.present(row) ? numbers[codes[row]] : 0;
  return {std::span<const std::uint32_t>(keys), codes.validity(), codes.bit_offset(), name};
}

void held_facts::take_words(const char* role, const std::map<std::string, std::string>& names, word_facts& to) {
  const any_column* source = held_.find(role);
  if (source == nullptr) return;
  const auto& codes = words_.emplace_back(as_segments(*source, names.at(role)));
  to = {codes.codes.view(), codes.labels};
}

}  // namespace sojourn::inline v0_1::arrow
