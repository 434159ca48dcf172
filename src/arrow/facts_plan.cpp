#include "sojourn/arrow/facts_plan.hpp"

#include <initializer_list>
#include <utility>

#include "sojourn/arrow/moments.hpp"
#include "sojourn/arrow/money.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn::inline v0_1::arrow {
std::vector<source_role> roles_of(fact_source source) {
  using enum role_reader;
  std::vector<source_role> all;
  const auto required = [&](std::string_view name, role_reader read, bool ends_term = false) {
    all.push_back({name, read, true, true, ends_term});
  };
  const auto usual = [&](role_reader read, std::initializer_list<std::string_view> names, bool ends_term = false) {
    for (const std::string_view name : names) all.push_back({name, read, false, true, ends_term});
  };
  required("account", plain);
  switch (source) {
    case fact_source::periods:
      required("start", days), required("end", ends, true), required("mrr", money);
      break;
    case fact_source::snapshots:
      required("month", months), required("mrr", money);
      break;
    case fact_source::changes:
      required("when", moments), required("amount", money);
      usual(plain, {"subscription"});
      break;
    case fact_source::prices:
      required("start", days), required("amount", money);
      usual(ends, {"end"}, true);
      usual(ends, {"resumed_on", "discount_until"});
      usual(days, {"paused_on", "trial_start", "trial_end"});
      usual(plain, {"every", "unit", "quantity", "discount_basis_points", "metered"});
      break;
    case fact_source::invoices:
      required("service_start", days), required("service_end", days, true), required("amount", money);
      usual(days, {"full_end"}, true);
      usual(days, {"full_start"});
      usual(ends, {"ended_on"});
      usual(plain, {"kind"});
      break;
    case fact_source::usage:
      required("amount", money);
      usual(ends, {"end"}, true);
      usual(days, {"start"});
      usual(months, {"month"});
      usual(plain, {"kind", "subscription"});
      break;
  }
  if (source == fact_source::prices || source == fact_source::invoices) {
    usual(ends, {"cancelled_on", "billing_ended_on", "paid_again_on"});
    usual(days, {"unpaid_since"});
    usual(money, {"discount_minor", "tax_minor"});
    usual(plain, {"subscription", "discount_term"});
  }
  for (const std::string_view name : {"known_from", "purchased_on"}) all.push_back({name, days, false, false});
  all.push_back({"known_until", ends, false, false});
  for (const std::string_view name : {"cause", "parent"}) all.push_back({name, plain, false, false});
  return all;
}

facts_plan::facts_plan(std::vector<planned_column> columns, std::string currency, date_reading dates, bool usual_dates,
                       table_read table)
    : columns_(std::move(columns)),
      currency_(std::move(currency)),
      dates_(std::move(dates)),
      usual_dates_(usual_dates),
      table_(table) {
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const planned_column& one = columns_[i];
    if (one.read != role_reader::label) names[one.role] = one.name;
    if (one.read == role_reader::moments) names["nanosecond"] = one.name;
    if (one.role == "currency" && one.read != role_reader::label) currencies_ = i;
  }
  names_ = std::make_shared<const std::map<std::string, std::string>>(std::move(names));
}

any_column facts_plan::read_column(const planned_column& what, any_column source, given_facts& to) const {
  switch (what.read) {
    case role_reader::plain:
    case role_reader::label:
    case role_reader::money:  // once its currency is known
      return source;
    case role_reader::days:
      return as_day(source, what.name, dates_).source();
    case role_reader::ends:
      return as_day(source, what.name, dates_, &to.far_ends).source();
    case role_reader::last_days:
      return days_after(as_day(source, what.name, dates_).source());
    case role_reader::last_ends:
      return days_after(as_day(source, what.name, dates_, &to.far_ends).source());
    case role_reader::months: {
      const kind type = source.type();
      const bool dated = type == kind::instant || type == kind::text || type == kind::dictionary;
      if (usual_dates_ || !dated) return source;  // the book reads it
      return first_days_of_months(source, what.name, dates_);
    }
    case role_reader::moments: {
      moment_columns found = as_moments(source, what.name, dates_);
      if (found.nanosecond) to.columns.emplace("nanosecond", std::move(*found.nanosecond));
      return std::move(found.day);
    }
  }
  return source;
}

given_facts facts_plan::read(std::vector<any_column> given) const {
  if (given.size() != columns_.size()) throw schema_error("a table has one column for each role of its plan");
  given_facts made{table_, {}, names_, {}};
  for (std::size_t i = 0; i < columns_.size(); ++i) given[i] = read_column(columns_[i], std::move(given[i]), made);
  std::optional<currency_column> codes;
  if (currencies_) codes = as_currencies(given[*currencies_], columns_[*currencies_].name);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const planned_column& what = columns_[i];
    if (what.read == role_reader::money) {
      const money_options options{what.amounts, read_currency(currency_), decimal_mark::unstated};
      given[i] = (codes ? as_money(given[i], what.name, options, *codes) : as_money(given[i], what.name, options)).source();
    }
    (what.read == role_reader::label ? made.labels : made.columns).emplace(what.role, std::move(given[i]));
  }
  return made;
}

}  // namespace sojourn::inline v0_1::arrow
