// Roll-ups, movements in money, reviews, work lists and diagnoses for Python: columns in, columns out.
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bind.hpp"
#include "frames/roles.hpp"
#include "frames/words.hpp"
#include "health/two_cycles.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health/book.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

template <class T>
std::vector<T> gather(const any_column& source, std::span<const std::int64_t> rows, std::vector<std::uint8_t>& present) {
  const auto view = source.view<T>();
  std::vector<T> values(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    present[i] = row < source.size() && source.present(row);
    if (present[i] != 0) values[i] = view[row];
  }
  return values;
}

/// The values at these rows with their type; a row that is not there (-1) is missing. None for types that results do not
/// have.
py::object take(const any_column& source, const any_column& which) {
  const auto held = arrow::as_int64(which, "row");
  const auto rows = held.view().values();
  std::vector<std::uint8_t> present(rows.size(), 0);
  switch (source.type()) {
    case arrow::kind::float64: {
      auto values = gather<double>(source, rows, present);
      return py::cast(any_column::from(std::move(values), present));
    }
    case arrow::kind::int64: {
      auto values = gather<std::int64_t>(source, rows, present);
      return py::cast(any_column::from(std::move(values), present));
    }
    case arrow::kind::text: {
      const auto views = gather<std::string_view>(source, rows, present);
      return py::cast(any_column::from(std::vector<std::string>(views.begin(), views.end()), present));
    }
    case arrow::kind::dictionary: {
      auto codes = gather<std::uint32_t>(source, rows, present);
      return py::cast(text(std::move(codes), {source.labels().begin(), source.labels().end()}, present));
    }
    default:
      return py::none();
  }
}

// ---- roll-up

py::dict rollup(const roles& given, const std::string& method, bool self, const std::string& zero,
                const std::string& negative) {
  const auto parent = arrow::as_int32(given.at("parent"), "parent");
  const std::vector<double> score = doubles(given, "score"), coverage = doubles(given, "coverage");
  const auto weight = whole(given, "weight");
  h::rollup_options options;
  options.method = named<h::rollup_method>("method", method,
                                           {{"mean", h::rollup_method::mean},
                                            {"weighted", h::rollup_method::weighted},
                                            {"min", h::rollup_method::minimum},
                                            {"max", h::rollup_method::maximum},
                                            {"own", h::rollup_method::own}});
  options.self = self ? h::include_self::yes : h::include_self::no;
  options.zero = named<h::zero_weights>("zero_weights", zero,
                                        {{"unknown", h::zero_weights::unknown}, {"mean", h::zero_weights::plain_mean}});
  options.negative = named<h::negative_weights>(
      "negative_weights", negative, {{"error", h::negative_weights::error}, {"zero", h::negative_weights::as_zero}});
  h::rolled_up r;
  {
    const py::gil_scoped_release release;
    r = h::rollup(h::hierarchy(parent.view().values()), {score, coverage, weight.view()}, options);
  }
  py::dict out;
  out["score"] = any_column::from(std::move(r.score));
  out["coverage"] = any_column::from(std::move(r.coverage));
  if (weight.size() > 0) out["weight"] = any_column::from(std::move(r.weight));
  out["children"] = any_column::from(std::move(r.children));
  out["missing"] = any_column::from(std::move(r.missing));
  return out;
}

py::dict rollup_tiers(const roles& given, const std::vector<std::string>& order, const std::string& wanted,
                      const std::string& match, bool self, const std::string& negative) {
  const auto parent = arrow::as_int32(given.at("parent"), "parent");
  const std::vector<h::tier_code> tier = tier_codes(given.at("tier"), order, "tier");
  const auto weight = whole(given, "weight");
  const auto found = std::find(order.begin(), order.end(), wanted);
  if (found == order.end()) throw schema_error("\"" + wanted + "\" is none of the tiers");
  const auto which = named<h::tier_match>(
      "match", match,
      {{"exactly", h::tier_match::exactly}, {"or_worse", h::tier_match::or_worse}, {"or_better", h::tier_match::or_better}});
  const auto below = named<h::negative_weights>(
      "negative_weights", negative, {{"error", h::negative_weights::error}, {"zero", h::negative_weights::as_zero}});
  const auto shares =
      h::rollup_tiers(h::hierarchy(parent.view().values()), tier, static_cast<h::tier_code>(found - order.begin()), which,
                      self ? h::include_self::yes : h::include_self::no, weight.view(), below);
  std::vector<std::int64_t> count, known, unknown;
  std::vector<double> share, weight_share;
  for (const h::tier_share& s : shares) {
    count.push_back(s.count);
    known.push_back(s.known);
    unknown.push_back(s.unknown);
    share.push_back(s.share());
    weight_share.push_back(s.weight_share());
  }
  py::dict out;
  out["count"] = any_column::from(std::move(count));
  out["known"] = any_column::from(std::move(known));
  out["unknown"] = any_column::from(std::move(unknown));
  out["share"] = any_column::from(std::move(share));
  if (weight.size() > 0) out["weight_share"] = any_column::from(std::move(weight_share));
  return out;
}

// ---- movements in money

/// Values over the union of two cycles' accounts: those of this cycle, and of accounts that left those of the one before.
any_column joined_values(const any_column& before, const any_column& now, const any_column& value_then,
                         const any_column& value_now) {
  account_index index;
  const std::vector<std::size_t> then = rows_of(before, index, "previous"), here = rows_of(now, index, "current");
  const auto old_values = arrow::as_int64(value_then, "weights"), new_values = arrow::as_int64(value_now, "weights");
  std::vector<std::int64_t> values(here.size(), 0);
  std::vector<std::uint8_t> present(here.size(), 0);
  for (std::size_t a = 0; a < here.size(); ++a) {
    const bool current = here[a] != absent;
    const auto view = current ? new_values.view() : old_values.view();
    const std::size_t row = current ? here[a] : then[a];
    present[a] = view.present(row);
    if (present[a] != 0) values[a] = view[row];
  }
  return any_column::from(std::move(values), present);
}

py::dict transition_values(const any_column& previous, const any_column& current, const std::vector<std::string>& order,
                           const std::optional<any_column>& before, const std::optional<any_column>& now,
                           const std::optional<any_column>& value_then, const any_column& value_now) {
  if (order.size() > h::max_tiers) throw schema_error("more than " + std::to_string(h::max_tiers) + " tiers");
  std::vector<h::tier_code> then = tier_codes(previous, order, "previous"), here = tier_codes(current, order, "current");
  any_column value = value_now;
  if (before && now && value_then) {
    value = joined_values(*before, *now, *value_then, value_now);
    join(*before, *now, then, here);
  }
  const auto held = arrow::as_int64(value, "weights");
  const h::transition_value_state state = h::tally_transition_values(then, here, held.view());
  std::vector<std::string> columns = order;
  columns.insert(columns.end(), {"unknown", "lost"});
  const auto at = [&](std::size_t i) { return i < order.size() ? i : h::transition_state::unknown_at + (i - order.size()); };
  const auto number = [](sojourn::detail::int128 v) { return py::int_(py::str(sojourn::detail::to_string(v))); };
  py::dict matrix;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    py::list cells;
    for (std::size_t r = 0; r < columns.size(); ++r) cells.append(number(state.values[at(r)][at(c)]));
    matrix[py::str(columns[c])] = cells;
  }
  const h::value_movement moved = h::movements(state);
  py::dict out;
  out["matrix"] = matrix;
  out["missing"] = state.missing;
  out["both"] = number(moved.both);
  out["upgraded"] = number(moved.upgraded);
  out["downgraded"] = number(moved.downgraded);
  out["staying_share"] = moved.staying_share;
  return out;
}

py::dict transition_rates(const std::vector<std::vector<std::int64_t>>& counts, double prior) {
  h::transition_state state;
  const std::size_t tiers = counts.size() - 2;
  const auto at = [&](std::size_t i) { return i < tiers ? i : h::transition_state::unknown_at + (i - tiers); };
  for (std::size_t a = 0; a < counts.size(); ++a) {
    for (std::size_t b = 0; b < counts.size(); ++b) state.counts[at(a)][at(b)] = counts[a].at(b);
  }
  const h::transition_rates found = h::rates(state, tiers, prior);
  py::list columns;
  for (std::size_t b = 0; b < found.positions; ++b) {
    std::vector<double> column;
    for (std::size_t a = 0; a < found.positions; ++a) column.push_back(found.at(a, b));
    columns.append(any_column::from(std::move(column)));
  }
  py::dict out;
  out["columns"] = columns;
  out["dwell"] = any_column::from(std::vector<double>(found.dwell));
  return out;
}

// ---- reviews

h::cadence cadence_of(const std::pair<std::int32_t, std::string>& every) {
  return {every.first, named<h::cadence_unit>("cadence", every.second,
                                              {{"months", h::cadence_unit::months}, {"days", h::cadence_unit::days}})};
}

py::dict cadence(const roles& given, const std::map<std::string, std::pair<std::int32_t, std::string>>& by_segment,
                 const std::pair<std::int32_t, std::string>& otherwise, std::int32_t as_of) {
  const auto last = arrow::as_day(given.at("last_review"), "last_review");
  const auto segment = segments(given, "segment");
  const h::cadence usual = cadence_of(otherwise);
  std::vector<h::cadence> by;
  for (const std::string& label : segment.labels) {
    const auto found = by_segment.find(label);
    by.push_back(found == by_segment.end() ? usual : cadence_of(found->second));
  }
  h::review_plan plan = h::plan_reviews(last.view(), segment.codes.view(), by, usual, day{as_of});
  std::vector<std::uint8_t> overdue;
  for (const std::int32_t late : plan.days_overdue) overdue.push_back(late > 0);
  py::dict out;
  out["next_due"] = any_column::dates(std::move(plan.next_due));
  out["days_overdue"] = any_column::from(std::move(plan.days_overdue));
  out["overdue"] = any_column::booleans(std::move(overdue));
  py::dict counts;
  counts["overdue"] = plan.overdue;
  counts["due_now"] = plan.due_now;
  counts["never_reviewed"] = plan.never_reviewed;
  return py::dict(py::arg("columns") = out, py::arg("counts") = counts);
}

// ---- work queue

py::dict queue_columns(const h::work_queue& queue, const std::vector<std::string>& owners) {
  std::vector<std::int64_t> row;
  std::vector<std::uint32_t> owner;
  std::vector<std::int32_t> rank;
  std::vector<std::uint8_t> owned, fits;
  std::vector<double> risk, at_risk, priority;
  for (const h::queue_item& item : queue.items) {
    row.push_back(static_cast<std::int64_t>(item.row));
    owned.push_back(item.owner < owners.size());
    owner.push_back(owned.back() != 0 ? item.owner : 0);
    rank.push_back(static_cast<std::int32_t>(item.rank));
    risk.push_back(item.risk);
    at_risk.push_back(item.at_risk);
    priority.push_back(item.priority);
    fits.push_back(item.place == h::queue_place::within_capacity);
  }
  py::dict out;
  out["row"] = any_column::from(std::move(row));
  out["owner"] = text(std::move(owner), owners, owned);
  out["rank"] = any_column::from(std::move(rank));
  out["risk"] = any_column::from(std::move(risk));
  out["at_risk"] = any_column::from(std::move(at_risk));
  out["priority"] = any_column::from(std::move(priority));
  out["within_capacity"] = any_column::booleans(std::move(fits));
  return out;
}

py::dict load_columns(const h::work_queue& queue, const std::vector<std::string>& owners, double capacity) {
  std::vector<std::string> names;
  std::vector<std::uint8_t> owned;
  std::vector<std::int64_t> accounts, beyond, overdue, needed;
  std::vector<double> effort, overload, at_risk;
  py::list value;
  for (std::size_t o = 0; o < queue.load.size(); ++o) {
    const h::owner_load& load = queue.load[o];
    const bool somebody = o < owners.size();
    if (!somebody && load.accounts == 0) continue;
    names.push_back(somebody ? owners[o] : "");
    owned.push_back(somebody);
    accounts.push_back(load.accounts);
    effort.push_back(load.effort);
    overload.push_back(load.overload);
    needed.push_back(static_cast<std::int64_t>(std::ceil(load.effort / capacity)));
    beyond.push_back(load.beyond);
    overdue.push_back(load.overdue);
    at_risk.push_back(load.at_risk);
    value.append(py::int_(py::str(sojourn::detail::to_string(load.value))));
  }
  py::dict out;
  out["owner"] = any_column::from(std::move(names), owned);
  out["accounts"] = any_column::from(std::move(accounts));
  out["effort"] = any_column::from(std::move(effort));
  out["overload"] = any_column::from(std::move(overload));
  out["beyond"] = any_column::from(std::move(beyond));
  out["overdue"] = any_column::from(std::move(overdue));
  out["value"] = value;
  out["at_risk"] = any_column::from(std::move(at_risk));
  out["csms_needed"] = any_column::from(std::move(needed));
  return out;
}

py::dict work_queue(const roles& given, double capacity, double overdue_bonus, double unknown_risk) {
  const auto value = whole(given, "value");
  const std::vector<double> p = doubles(given, "p_churn"), score = doubles(given, "score"),
                            effort = doubles(given, "effort");
  const any_column* late = find(given, "days_overdue");
  const auto held_late = late == nullptr ? arrow::held_column<std::int32_t>{} : arrow::as_int32(*late, "days_overdue");
  const auto owner = segments(given, "owner");
  h::work_queue queue;
  {
    const py::gil_scoped_release release;
    queue = h::make_work_queue(
        {value.view(), p, score, held_late.view().values(), effort, owner.codes.view(), owner.labels.size()},
        {capacity, overdue_bonus, unknown_risk});
  }
  py::dict counts;
  counts["csms_needed"] = queue.csms_needed;
  counts["effort"] = queue.effort;
  counts["risk_assumed"] = queue.unknown_risk;
  counts["missing_value"] = queue.missing_value;
  return py::dict(py::arg("columns") = queue_columns(queue, owner.labels),
                  py::arg("load") = load_columns(queue, owner.labels, capacity), py::arg("counts") = counts);
}

// ---- diagnoses and remedies

constexpr const char* statuses[] = {"new", "persistent", "recurrent", "resolved", "closed"};

h::diagnosis_status status_of(const std::string& word) {
  using s = h::diagnosis_status;
  return named<s>("status", word,
                  {{"new", s::fresh},
                   {"persistent", s::persistent},
                   {"recurrent", s::recurrent},
                   {"resolved", s::resolved},
                   {"closed", s::closed}});
}

/// Codes of one vocabulary across several tables.
struct vocabulary {
  std::vector<std::string> labels;
  std::map<std::string, std::uint32_t> code_of;

  std::vector<std::uint32_t> codes(const any_column& source, const char* role) {
    const auto found = arrow::as_segments(source, role);
    std::vector<std::uint32_t> result(source.size());
    for (std::size_t row = 0; row < result.size(); ++row) {
      if (!found.codes.view().present(row)) throw data_error({role, row, "", "is missing", ""});
      const std::string& label = found.labels[found.codes.view()[row]];
      const auto [at, fresh] = code_of.try_emplace(label, static_cast<std::uint32_t>(labels.size()));
      if (fresh) labels.push_back(label);
      result[row] = at->second;
    }
    return result;
  }
};

any_column keys(const account_index& index, const std::vector<std::uint32_t>& accounts) {
  if (!index.holds_text()) {
    std::vector<std::int64_t> ids;
    for (const std::uint32_t a : accounts) ids.push_back(index.id(account{a}));
    return any_column::from(std::move(ids));
  }
  std::vector<std::string> names;
  for (const std::uint32_t a : accounts) names.push_back(index.key(account{a}));
  return any_column::from(std::move(names));
}

py::dict diagnoses(const roles& active, const roles& previous, const std::optional<any_column>& unobserved,
                   const roles& undecided) {
  account_index index;
  vocabulary words;
  std::vector<h::diagnosis_record> before;
  if (!previous.empty()) {
    const auto accounts = arrow::as_accounts(previous.at("account"), index, "account");
    const auto codes = words.codes(previous.at("diagnosis"), "diagnosis");
    const auto status = arrow::as_segments(previous.at("status"), "status");
    const auto cycles = arrow::as_int32(previous.at("cycles"), "cycles");
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (!status.codes.view().present(row)) throw data_error({"status", row, "", "is missing", ""});
      before.push_back(
          {{accounts.view()[row], codes[row]}, status_of(status.labels[status.codes.view()[row]]), cycles.view()[row]});
    }
  }
  const auto accounts = arrow::as_accounts(active.at("account"), index, "account");
  const auto codes = words.codes(active.at("diagnosis"), "diagnosis");
  std::vector<h::diagnosis> now;
  for (std::size_t row = 0; row < codes.size(); ++row) now.push_back({accounts.view()[row], codes[row]});
  std::vector<std::uint32_t> unseen;
  if (unobserved) {
    const auto held = arrow::as_accounts(*unobserved, index, "unobserved");
    unseen.assign(held.view().values().begin(), held.view().values().end());
  }
  std::vector<h::diagnosis> open;
  if (!undecided.empty()) {
    const auto open_accounts = arrow::as_accounts(undecided.at("account"), index, "undecided");
    const auto open_codes = words.codes(undecided.at("diagnosis"), "diagnosis");
    for (std::size_t row = 0; row < open_codes.size(); ++row) open.push_back({open_accounts.view()[row], open_codes[row]});
  }
  std::vector<std::uint32_t> who, what, status;
  std::vector<std::int32_t> cycles;
  for (const h::diagnosis_record& r : h::follow(before, now, unseen, open)) {
    who.push_back(r.what.account);
    what.push_back(r.what.code);
    status.push_back(static_cast<std::uint32_t>(r.status));
    cycles.push_back(r.cycles);
  }
  py::dict out;
  out["account"] = keys(index, who);
  out["diagnosis"] = text(std::move(what), words.labels);
  out["status"] = text(std::move(status), {std::begin(statuses), std::end(statuses)});
  out["cycles"] = any_column::from(std::move(cycles));
  return out;
}

py::list remedies(const roles& given, double level) {
  vocabulary words;
  const auto codes = words.codes(given.at("diagnosis"), "diagnosis");
  const auto stage = arrow::as_segments(given.at("stage"), "stage");
  using s = h::remedy_stage;
  std::vector<s> stages(codes.size(), s::none);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!stage.codes.view().present(row)) continue;
    stages[row] = named<s>("stage", stage.labels[stage.codes.view()[row]],
                           {{"none", s::none}, {"proposed", s::proposed}, {"accepted", s::accepted}, {"done", s::done}});
  }
  const std::vector<double> delta = doubles(given, "delta");
  const auto lines = h::remedies({codes, stages, delta, words.labels.size()}, confidence_level{level});
  py::list out;
  for (std::size_t code = 0; code < lines.size(); ++code) {
    const h::remedy_line& l = lines[code];
    out.append(py::make_tuple(words.labels[code], l.diagnosed, l.proposed, l.accepted, l.done, l.acceptance, l.treated,
                              l.untreated, l.effect));
  }
  return out;
}

}  // namespace

void bind_health_book(py::module_& m) {
  m.def("take", &take, py::arg("column"), py::arg("rows"));
  m.def("rollup", &rollup, py::arg("columns"), py::arg("method"), py::arg("include_self"), py::arg("zero_weights"),
        py::arg("negative_weights"));
  m.def("rollup_tiers", &rollup_tiers, py::arg("columns"), py::arg("tiers"), py::arg("wanted"), py::arg("match"),
        py::arg("include_self"), py::arg("negative_weights"));
  m.def("tier_transition_values", &transition_values, py::arg("previous"), py::arg("current"), py::arg("tiers"),
        py::arg("previous_accounts"), py::arg("current_accounts"), py::arg("previous_values"), py::arg("current_values"));
  m.def("tier_transition_rates", &transition_rates, py::arg("counts"), py::arg("prior"));
  m.def("cadence", &cadence, py::arg("columns"), py::arg("by_segment"), py::arg("otherwise"), py::arg("as_of"));
  m.def("work_queue", &work_queue, py::arg("columns"), py::arg("capacity"), py::arg("overdue_bonus"),
        py::arg("unknown_risk"));
  m.def("diagnoses", &diagnoses, py::arg("active"), py::arg("previous"), py::arg("unobserved"),
        py::arg("undecided") = roles());
  m.def("remedies", &remedies, py::arg("columns"), py::arg("level"));
}

}  // namespace sojourn::python
