// Ledgers from month snapshots and change events; mergers and splits; accounts by segment.
#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue/parts/segments.hpp"
#include "sojourn/revenue/sources/change_rows.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// Months since 1970 of "2024-01" or of dates, any day of the month.
any_column months_of(const any_column& source, const std::string& name) {
  std::vector<std::int32_t> found_months(source.size());
  std::vector<std::uint8_t> present(source.size(), 1);
  const bool words = source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
  const auto days = words ? arrow::held_column<std::int32_t>{} : arrow::as_day(source, name);
  const column<std::int32_t> view = days.view();
  for (std::size_t row = 0; row < found_months.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(words ? source.present(row) : view.present(row));
    if (present[row] == 0) continue;
    if (!words) {
      found_months[row] = month::of(day{view[row]}).since_epoch;
      continue;
    }
    const std::string_view text = text_at(source, row).value_or("");
    std::optional<month> found = parse_month(text);
    if (!found) {
      if (const auto date = parse_day(text)) found = month::of(*date);
    }
    if (!found) throw data_error({name, row, std::string(text), "a month is written 2024-01, or as one of its dates", ""});
    found_months[row] = found->since_epoch;
  }
  return any_column::from(std::move(found_months), present);
}

/// First day of each month, and of the next.
py::tuple month_spans(const any_column& source, const std::string& name) {
  const any_column held = months_of(source, name);
  const auto view = held.view<std::int32_t>();
  std::vector<std::int32_t> starts(view.size()), ends(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (present[row] == 0) continue;
    starts[row] = month{view[row]}.first_day().since_epoch;
    ends[row] = (month{view[row]} + months{1}).first_day().since_epoch;
  }
  return py::make_tuple(any_column::dates(std::move(starts), present), any_column::dates(std::move(ends), present));
}

keyed_ledger ledger_of_rows(mrr_rows rows, const std::shared_ptr<account_index>& keys, std::int32_t lapse_grace,
                            std::optional<day> as_of) {
  return with_keys(*keys, [&]() -> keyed_ledger {
    bridge_lapses(rows, lapse_grace, as_of);
    ledger book = rows.book(as_of);
    std::optional<pricing_counts> prepared;
    if (lapse_grace > 0 || rows.counts.grouped > 0) prepared = rows.counts;
    return {std::move(book), keys, std::make_shared<const std::vector<std::uint32_t>>(std::move(rows.source)), prepared};
  });
}

keyed_ledger from_snapshots(const any_column& accounts, const any_column& months, const any_column& amounts, int exponent,
                            std::optional<std::int32_t> as_of, const std::vector<std::string>& names,
                            std::int32_t lapse_grace) {
  const py::gil_scoped_release released;
  auto keys = std::make_shared<account_index>();
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0));
  const any_column when = months_of(months, names.at(1));
  const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
  const snapshots table{account.view(), when.view<std::int32_t>(names[1]), amount.view()};
  std::optional<day> until;
  if (as_of)
    until = day{*as_of};
  else if (const auto next = month_after(table))
    until = next->first_day();
  return ledger_of_rows(rows_from_snapshots(table, keys->size()), keys, lapse_grace, until);
}

keyed_ledger from_changes(const any_column& accounts, const any_column& days, const any_column& amounts,
                          const std::optional<any_column>& subscriptions, const std::optional<any_column>& minutes,
                          const std::string& amount_is, const std::string& same_day, int exponent,
                          std::optional<std::int32_t> as_of, const std::vector<std::string>& names, std::int32_t lapse_grace,
                          std::int32_t grouping_minutes) {
  change_options options;
  options.grouping_minutes = grouping_minutes;
  options.amount =
      named<change_amount>("amount", amount_is, {{"level", change_amount::level}, {"delta", change_amount::delta}});
  options.same_day = named<same_day_changes>("same_day", same_day,
                                             {{"usual", same_day_changes::usual},
                                              {"last", same_day_changes::last},
                                              {"sum", same_day_changes::sum},
                                              {"refuse", same_day_changes::refuse}});
  const py::gil_scoped_release released;
  auto keys = std::make_shared<account_index>();
  account_index subscription_keys;
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0));
  const auto when = arrow::as_day(days, names.at(1));
  const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
  arrow::held_column<std::uint32_t> subscription;
  mrr_changes table{account.view(), when.view(), amount.view()};
  if (subscriptions) {
    subscription = arrow::as_accounts(*subscriptions, subscription_keys, names.at(3));
    table.subscription = subscription.view();
  }
  arrow::held_column<std::int32_t> minute;
  if (minutes) {
    minute = arrow::as_int32(*minutes, names.at(1));
    table.minute = minute.view();
  }
  options.accounts = keys->size();
  if (as_of) options.as_of = day{*as_of};
  keyed_ledger made = ledger_of_rows(rows_from_changes(table, options), keys, lapse_grace, options.as_of);
  made.kind = ledger_rows::changes;
  return made;
}

void merge(keyed_ledger& l, const py::object& from, const py::object& into, std::optional<std::int32_t> since) {
  const day when = since ? day{*since} : earliest_day;
  with_keys(*l.keys, [&] { l.book.merge(account_of(*l.keys, from), account_of(*l.keys, into), when); });
}

}  // namespace

account intern(account_index& keys, const py::object& key) {
  if (py::isinstance<py::int_>(key)) return keys.intern(key.cast<std::int64_t>());
  return keys.intern(std::string_view(py::str(key).cast<std::string>()));
}

namespace {

void split(keyed_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
           const any_column& amounts, int exponent, const std::vector<std::string>& names, const py::object& into,
           std::optional<std::int32_t> since) {
  const auto account = arrow::as_accounts(accounts, *l.keys, names.at(0));
  const auto start = arrow::as_day(starts, names.at(1));
  const auto end = arrow::as_day(ends, names.at(2));
  const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
  const sojourn::account to = intern(*l.keys, into);
  with_keys(*l.keys, [&] {
    l.book.split({account.view(), start.view(), end.view(), amount.view()}, to, since ? day{*since} : earliest_day,
                 l.keys->size());
  });
}

/// What rows say about the segment of accounts. Labels are ranked by their text when they are asked for, so that the order
/// of the rows has no influence.
class label_rows {
 public:
  void add(account_index& keys, const any_column& accounts, const any_column& labels, const std::optional<any_column>& since,
           const std::vector<std::string>& names) {
    for (const row& each : read(keys, accounts, labels, since, names)) rows_.push_back(each);
  }

  void remove(account_index& keys, const any_column& accounts, const any_column& labels,
              const std::optional<any_column>& since, const std::vector<std::string>& names) {
    std::map<row, std::int64_t> gone;
    for (const row& each : read(keys, accounts, labels, since, names)) ++gone[each];
    std::erase_if(rows_, [&](const row& each) {
      const auto found = gone.find(each);
      return found != gone.end() && found->second-- > 0;
    });
  }

  void move(account_index& keys, const py::object& from, const py::object& into) {
    const std::uint32_t old = account_of(keys, from).index;
    const std::uint32_t now = account_of(keys, into).index;
    for (row& each : rows_) {
      if (each.account == old) each.account = now;
    }
  }

  /// Labels in order of their text, each with its accounts; None at the end for the rest.
  py::dict assign(std::size_t accounts, const std::string& rule, std::int32_t opening) const {
    const auto which = named<segment_rule>(
        "segment_rule", rule,
        {{"last", segment_rule::last}, {"first", segment_rule::first}, {"opening", segment_rule::on_day}});
    std::vector<std::uint32_t> order(labels_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return labels_[a] < labels_[b]; });
    std::vector<std::uint32_t> rank(order.size());
    for (std::uint32_t r = 0; r < order.size(); ++r) rank[order[r]] = r;
    std::vector<std::uint32_t> who, code;
    std::vector<std::int32_t> since;
    std::vector<std::uint8_t> says(rows_.size() / 8 + 1);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      who.push_back(rows_[i].account), since.push_back(rows_[i].since);
      code.push_back(rows_[i].label == unlabelled ? 0 : rank[rows_[i].label]);
      if (rows_[i].label != unlabelled) says[i / 8] = static_cast<std::uint8_t>(says[i / 8] | (1u << (i % 8)));
    }
    const segmentation by = segment_accounts(
        {column<std::uint32_t>(who), column<std::uint32_t>(std::span<const std::uint32_t>(code), says.data()),
         column<std::int32_t>(since)},
        accounts, labels_.size(), {which, day{opening}});
    py::list parts;
    for (std::size_t s = 0; s < by.segments(); ++s) {
      const auto mine = by.accounts_of(s);
      const py::object label = s < by.labels() ? py::object(py::str(labels_[order[s]])) : py::object(py::none());
      parts.append(py::make_tuple(label, some_accounts{{mine.begin(), mine.end()}}));
    }
    return py::dict(py::arg("parts") = parts, py::arg("rows_without_label") = by.rows_without_label,
                    py::arg("accounts_with_several") = by.accounts_with_several);
  }

 private:
  static constexpr std::uint32_t unlabelled = 0xffff'ffff;
  struct row {
    std::uint32_t account;
    std::uint32_t label;
    std::int32_t since;
    friend auto operator<=>(const row&, const row&) = default;
  };

  std::vector<row> read(account_index& keys, const any_column& accounts, const any_column& labels,
                        const std::optional<any_column>& since, const std::vector<std::string>& names) {
    const auto who = arrow::as_accounts(accounts, keys, names.at(0));
    const auto words = arrow::as_segments(labels, names.at(1));
    const auto days = since ? arrow::as_day(*since, names.at(2)) : arrow::held_column<std::int32_t>{};
    std::vector<std::uint32_t> code;
    for (const std::string& label : words.labels) {
      const auto found = codes_.try_emplace(label, static_cast<std::uint32_t>(labels_.size()));
      if (found.second) labels_.push_back(label);
      code.push_back(found.first->second);
    }
    std::vector<row> rows;
    for (std::size_t i = 0; i < who.size(); ++i) {
      const bool says = words.codes.view().present(i);
      const bool dated = since && days.view().present(i);
      rows.push_back({who.view()[i], says ? code[words.codes.view()[i]] : unlabelled,
                      dated ? days.view()[i] : std::numeric_limits<std::int32_t>::min()});
    }
    return rows;
  }

  std::vector<row> rows_;
  std::vector<std::string> labels_;
  std::map<std::string, std::uint32_t> codes_;
};

}  // namespace

std::optional<std::string_view> text_at(const any_column& source, std::size_t row) {
  if (!source.present(row)) return std::nullopt;
  if (source.type() == arrow::kind::text) return static_cast<const std::string_view*>(source.data())[row];
  return source.labels()[static_cast<const std::uint32_t*>(source.data())[row]];
}

void bind_inputs(py::module_& m, py::class_<keyed_ledger>& ledger) {
  m.def(
      "days",
      [](const std::vector<std::optional<std::int32_t>>& values) {
        std::vector<std::int32_t> days(values.size());
        std::vector<std::uint8_t> present(values.size());
        for (std::size_t row = 0; row < values.size(); ++row) {
          days[row] = values[row].value_or(0);
          present[row] = static_cast<std::uint8_t>(values[row].has_value());
        }
        return any_column::dates(std::move(days), present);
      },
      py::arg("values"));
  m.def("moments", &moments_of, py::arg("when"), py::arg("name"));
  m.def("month_spans", &month_spans, py::arg("month"), py::arg("name"));
  py::class_<account_index, std::shared_ptr<account_index>>(m, "AccountKeys", "Keys of accounts and their numbers.");
  py::class_<some_accounts>(m, "Accounts", "Accounts in a row.").def("__len__", [](const some_accounts& s) {
    return s.who.size();
  });
  py::class_<label_rows>(m, "LabelRows", "What rows say about the segment of accounts.")
      .def(py::init<>())
      .def("add", &label_rows::add, py::arg("keys"), py::arg("account"), py::arg("label"), py::arg("since"),
           py::arg("names"))
      .def("remove", &label_rows::remove, py::arg("keys"), py::arg("account"), py::arg("label"), py::arg("since"),
           py::arg("names"))
      .def("move", &label_rows::move, py::arg("keys"), py::arg("source"), py::arg("into"))
      .def("assign", &label_rows::assign, py::arg("accounts"), py::arg("rule"), py::arg("opening"));
  ledger
      .def_static("from_snapshots", &from_snapshots, py::arg("account"), py::arg("month"), py::arg("mrr"),
                  py::arg("exponent"), py::arg("as_of"), py::arg("names"), py::arg("lapse_grace"))
      .def_static("from_changes", &from_changes, py::arg("account"), py::arg("when"), py::arg("amount"),
                  py::arg("subscription"), py::arg("minute"), py::arg("amount_is"), py::arg("same_day"), py::arg("exponent"),
                  py::arg("as_of"), py::arg("names"), py::arg("lapse_grace"), py::arg("grouping_minutes"))
      .def("merge", &merge, py::arg("source"), py::arg("into"), py::arg("since"))
      .def("split", &split, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("exponent"),
           py::arg("names"), py::arg("into"), py::arg("since"))
      .def(
          "holds",
          [](const keyed_ledger& l, const py::object& key) { return account_of(*l.keys, key).index < l.book.accounts(); },
          py::arg("account"))
      .def_property_readonly("keys", [](const keyed_ledger& l) { return l.keys; })
      .def_readonly("by_subscription", &keyed_ledger::by_subscription)
      .def(
          "only",
          [](const keyed_ledger& l, const some_accounts& some) {
            return keyed_ledger{l.book.only(some.who), l.keys,  l.source,    l.prepared, l.kind,
                                l.by_subscription,     l.owner, l.owner_keys};
          },
          py::arg("accounts"))
      .def(
          "tally_accounts",
          [](const keyed_ledger& l, const some_accounts& some, std::int32_t first, std::int32_t months_each,
             std::int32_t count, const revenue_policy& policy) {
            const period_grid grid = grid_of(first, months_each, count);
            const py::gil_scoped_release released;
            const account_ownership owned =
                l.declared != nullptr ? account_ownership{} : list_accounts(l.book, *l.keys, some.who);
            return revenue_partial{owned, detail::tally_revenue_of(
                                              l.book, some.who.size(), [&](std::size_t i) { return some.who[i]; }, grid,
                                              policy, thread_executor{})};
          },
          py::arg("accounts"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"));
}

}  // namespace sojourn::python
