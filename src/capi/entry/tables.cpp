// Tables by name, and the states behind them.
#include <algorithm>
#include <array>

#include "capi/entry.hpp"
#include "capi/options.hpp"
#include "capi/rows_table.hpp"
#include "sojourn/arrow/movement_columns.hpp"
#include "sojourn/arrow/writer.hpp"
#include "sojourn/health/card/tier_names.hpp"
#include "sojourn/health/score/flags.hpp"
#include "sojourn/input/read_period.hpp"
#include "sojourn/revenue/book/cause_words.hpp"
#include "sojourn/revenue/book/derived_causes.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/explain/accounts_table.hpp"
#include "sojourn/revenue/movements.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

using arrow::table;

[[noreturn]] void refuse_table(std::string_view name, const char* what, const char* known) {
  throw argument_error("name", "\"" + std::string(name) + "\" is nothing that a " + what + " has; there are " + known);
}

period_grid asked_grid(options& how) {
  const std::string first = how.required_text("first", "2024-01");
  const std::string last = how.text("last").value_or(first);
  const period_run run = read_periods(first, last, how.text("by").value_or("month"));
  return {run.first, run.months_each, run.count};
}

struct asked_policy {
  period_grid grid;
  revenue_policy policy;
};

asked_policy grid_and_policy(const held_book& all, options& how) {
  return {asked_grid(how), how.policy().value_or(all.now.under.policy)};
}

table movements_table(const std::vector<movement_row>& rows) {
  auto made = rows_table(rows);
  return arrow::add_movements(made).add("complete", &movement_row::complete).table();
}

struct cohort_line {
  std::string cohort;
  std::int64_t age = 0;
  std::optional<std::int64_t> count;
  std::optional<double> share;
};

table cohorts_table(const cohort_state& state, cohort_measure measure) {
  const cohort_triangle shares = cohort_retention(state, measure);
  std::vector<cohort_line> lines;
  lines.reserve(shares.cohorts.size() * shares.ages);
  for (std::size_t c = 0; c < shares.cohorts.size(); ++c) {
    for (std::size_t a = 0; a + c < shares.ages; ++a) {
      const double share = shares.at(c, a);
      lines.push_back({shares.cohorts[c], static_cast<std::int64_t>(a),
                       cohort_count(state, static_cast<std::int32_t>(c), static_cast<std::int32_t>(a), measure),
                       share == share ? std::optional(share) : std::nullopt});
    }
  }
  return rows_table(lines)
      .add("cohort", &cohort_line::cohort)
      .add("age", &cohort_line::age)
      .add(measure == cohort_measure::mrr ? "mrr" : "accounts", &cohort_line::count)
      .add("share", &cohort_line::share)
      .table();
}

/// Keys of accounts as they came: text or whole numbers.
arrow::any_column keys_column(const account_index& keys, const std::vector<account>& who) {
  std::vector<std::string> texts;
  std::vector<std::int64_t> ids;
  texts.reserve(keys.holds_text() ? who.size() : 0);
  ids.reserve(keys.holds_text() ? 0 : who.size());
  for (const account one : who) {
    if (keys.holds_text()) {
      texts.push_back(keys.key(one));
    } else {
      ids.push_back(keys.id(one));
    }
  }
  return keys.holds_text() ? arrow::any_column::from(std::move(texts)) : arrow::any_column::from(std::move(ids));
}

table accounts_of_book(const held_book& all, const std::optional<period_grid>& period) {
  const std::vector<account_summary> rows = accounts_table(all.facts, with_causes(all.facts, all.now), period);
  std::vector<account> who;
  who.reserve(rows.size());
  for (const account_summary& row : rows) who.push_back(row.who);
  auto made = rows_table(rows);
  made.add("account", keys_column(*all.now.ledger.keys, who))
      .add("first_day", &account_summary::first)
      .add("last_day", &account_summary::left)
      .add("tenure", &account_summary::tenure_days)
      .add("mrr", [](const account_summary& row) { return round_to_minor(row.last.ticks()); })
      .add("churned", [](const account_summary& row) { return row.left.has_value(); })
      .add("cause", [&](const account_summary& row) {
        return row.left ? std::optional(cause_word(all.facts, row.cause)) : std::nullopt;
      });
  if (!period) return made.table();
  const auto moved = [&](const char* name, std::int64_t movement_row::* field) {
    made.add(name, [&](const account_summary& row) { return rounded(row.in_period.value_or(period_movements{})).*field; });
  };
  moved("opening", &movement_row::opening);
  moved("new", &movement_row::new_business);
  moved("reactivation", &movement_row::reactivation);
  moved("expansion", &movement_row::expansion);
  moved("contraction", &movement_row::contraction);
  moved("churn", &movement_row::churn);
  moved("closing", &movement_row::closing);
  return made.table();
}

std::string_view movement_word(movement_kind kind) {
  return word_of(kind);
}

table explanation(const held_book& all, options& how) {
  const account who = account_of(*all.now.ledger.keys, key_in(all.facts, how, "account"));
  const month_span span = read_period(how.required_text("period", "2024-12"));
  const revenue_policy policy = how.policy().value_or(all.now.under.policy);
  how.require_all_read();
  const account_explanation why =
      explain(all.now.ledger, who, span.first.first_day(), (span.first + span.length).first_day(), policy);
  return rows_table(why.movements)
      .add("day", &account_movement::when)
      .add("movement", [](const account_movement& one) { return movement_word(one.kind); })
      .add("before", [](const account_movement& one) { return round_to_minor(one.before.ticks()); })
      .add("after", [](const account_movement& one) { return round_to_minor(one.after.ticks()); })
      .table();
}

cohort_state cohorts_of(const held_book& all, const asked_policy& asked, const call_host& call) {
  return tally_cohorts(all.now.ledger, asked.grid, {asked.policy.cohort_state, asked.policy.cohort_index}, call.host());
}

table table_of_book(const held_book& all, std::string_view name, options& how, const call_host& call) {
  if (name == "movements") {
    const asked_policy asked = grid_and_policy(all, how);
    how.require_all_read();
    if (all.now.ledger.in != nullptr) {
      return movements_table(movements(tally_revenue(all.now.ledger, asked.grid, asked.policy, call.host())));
    }
    return movements_table(movements(tally_revenue(all.now.ledger.book, asked.grid, asked.policy, call.host())));
  }
  if (name == "cohorts") {
    const asked_policy asked = grid_and_policy(all, how);
    const cohort_measure measure = how.word<cohort_measure>("measure").value_or(cohort_measure::accounts);
    how.require_all_read();
    return cohorts_table(cohorts_of(all, asked, call), measure);
  }
  if (name == "accounts_table") {
    const std::optional<std::string> period = how.text("period");
    how.require_all_read();
    if (!period) return accounts_of_book(all, std::nullopt);
    const month_span span = read_period(*period);
    return accounts_of_book(all, period_grid{span.first, span.length.count, 1});
  }
  if (name == "explain") return explanation(all, how);
  if (name == "counts") {
    how.require_all_read();
    const std::vector<named_count> found = counts(all.facts, all.now);
    return rows_table(found).add("name", &named_count::name).add("count", &named_count::count).table();
  }
  refuse_table(name, "book", "movements, cohorts, accounts_table, explain, counts");
}

struct answer_line {
  std::int64_t answer = 0, count = 0;
};

table table_of_state(const held_state& state, std::string_view name, options& how) {
  if (const auto* revenue = std::get_if<revenue_partial>(&state); revenue != nullptr && name == "movements") {
    how.require_all_read();
    return movements_table(movements(revenue->revenue));
  }
  if (const auto* cohorts = std::get_if<cohort_state>(&state); cohorts != nullptr && name == "cohorts") {
    const cohort_measure measure = how.word<cohort_measure>("measure").value_or(cohort_measure::accounts);
    how.require_all_read();
    return cohorts_table(*cohorts, measure);
  }
  if (const auto* answers = std::get_if<score_counts>(&state); answers != nullptr && name == "answers") {
    how.require_all_read();
    std::vector<answer_line> lines;
    lines.reserve(answers->answers.size());
    for (std::size_t i = 0; i < answers->answers.size(); ++i) {
      lines.push_back({answers->low + static_cast<std::int64_t>(i), answers->answers[i]});
    }
    return rows_table(lines).add("answer", &answer_line::answer).add("count", &answer_line::count).table();
  }
  refuse_table(name, "state of this kind", "movements of revenue, cohorts of cohorts, answers of answers");
}

table scores_table(const held_scores& all) {
  const health::scores& r = *all.result;
  std::vector<std::size_t> rows(r.size());
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  auto made = rows_table(rows);
  if (all.account) made.add("account", *all.account);
  const auto known = [](double value) { return value == value ? std::optional(value) : std::nullopt; };
  made.add("score", [&](std::size_t row) { return known(r.score[row]); })
      .add("tier", [&](std::size_t row) { return all.card.tier_name(r.tier[row]); })
      .add("coverage", [&](std::size_t row) { return r.coverage[row]; })
      .add("flags", [&](std::size_t row) { return health::flag_text(r.flags[row]); });
  return made.table();
}

table tier_shares_table(const held_scores& all, confidence_level level) {
  const auto lines = health::distribution(health::tally_health(*all.result), all.card.ladder(), {level});
  using line = health::tier_line;
  return rows_table(lines)
      .add("tier", [&](const line& one) { return all.card.tier_name(one.tier); })
      .add("accounts", &line::accounts)
      .add("share", [](const line& one) { return one.share.value; })
      .add("low", [](const line& one) { return one.share.low; })
      .add("high", [](const line& one) { return one.share.high; })
      .table();
}

table contributions_table(const held_scores& all) {
  if (all.parts == nullptr)
    throw schema_error("the parts of these scores were not kept: score with {\"contributions\": true}");
  const health::contributions& parts = *all.parts;
  const std::vector<std::string> signals = health::signal_names(all.card);
  arrow::table made;
  if (all.account) {
    made.names.emplace_back("account");
    made.columns.push_back(*all.account);
  }
  for (std::size_t k = 0; k < parts.signals && k < signals.size(); ++k) {
    const auto begin = parts.points.begin() + static_cast<std::ptrdiff_t>(k * parts.rows);
    made.names.push_back(signals[k]);
    made.columns.push_back(
        arrow::any_column::from(std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(parts.rows))));
  }
  return made;
}

table table_of_scores(const held_scores& all, std::string_view name, options& how) {
  const confidence_level level = name == "tier_shares" ? how.level() : confidence_level();
  how.require_all_read();
  if (name == "scores") return scores_table(all);
  if (name == "tier_shares") return tier_shares_table(all, level);
  if (name == "contributions") return contributions_table(all);
  refuse_table(name, "set of scores", "scores, tier_shares, contributions");
}

table survival_table(const held_survival& all) {
  const survival_curve curve = kaplan_meier(all.state, all.how);
  arrow::table made;
  const auto add = [&](const char* name, arrow::any_column column) {
    made.names.emplace_back(name);
    made.columns.push_back(std::move(column));
  };
  using arrow::any_column;
  add("time", any_column::from(curve.time));
  add("at_risk", any_column::from(curve.at_risk));
  add("events", any_column::from(curve.events));
  add("censored", any_column::from(curve.censored));
  add("survival", any_column::from(curve.survival));
  add("standard_error", any_column::from(curve.standard_error));
  add("low", any_column::from(curve.low));
  add("high", any_column::from(curve.high));
  return made;
}

table decay_table_of(const decay_fit& fit, std::string_view name, options& how) {
  if (name == "parameters") {
    how.require_all_read();
    const std::vector<decay_parameter> found = parameters(fit);
    return rows_table(found).add("name", &decay_parameter::name).add("value", &decay_parameter::value).table();
  }
  const auto periods = how.whole_within<std::int32_t>("periods", 24, 0, 100'000);
  const confidence_level level = how.level();
  how.require_all_read();
  if (name != "curve") refuse_table(name, "fitted decay", "curve, parameters");
  const decay_projection curve = project(fit, periods, {level});
  using arrow::any_column;
  return {{"period", "observed", "survival", "low", "high", "retention"},
          {any_column::from(curve.period), any_column::from(curve.observed), any_column::from(curve.survival),
           any_column::from(curve.low), any_column::from(curve.high), any_column::from(curve.retention)}};
}

table table_of_fit(const held_fit& fit, std::string_view name, options& how) {
  if (const auto* decay = std::get_if<decay_fit>(&fit)) return decay_table_of(*decay, name, how);
  const auto& observed = std::get<held_survival>(fit);
  held_survival shown = observed;
  shown.how.level = how.level(observed.how.level);
  how.require_all_read();
  if (name != "curve") refuse_table(name, "survival curve", "curve");
  return survival_table(shown);
}

table table_of_forecast(const held_forecast& all, std::string_view name, options& how) {
  how.require_all_read();
  if (name == "largest") {
    return rows_table(all.found.largest)
        .add("account", arrow::any_column::from(all.largest))
        .add("mrr", &forecast_scenario::mrr)
        .add("if_it_leaves", &forecast_scenario::if_it_leaves)
        .add("if_it_stays", &forecast_scenario::if_it_stays)
        .table();
  }
  if (name != "forecast") refuse_table(name, "forecast", "forecast, largest");
  return rows_table(all.found.total.rows)
      .add("ahead", &forecast_row::ahead)
      .add("opening", &forecast_row::opening)
      .add("churn", &forecast_row::churn)
      .add("contraction", &forecast_row::contraction)
      .add("expansion", &forecast_row::expansion)
      .add("new", &forecast_row::won)
      .add("closing", &forecast_row::closing)
      .add("low", &forecast_row::low)
      .add("high", &forecast_row::high)
      .add("accounts", &forecast_row::accounts)
      .table();
}

table table_named(const sojourn_object& from, std::string_view name, options& how, const call_host& call) {
  if (const auto* all = std::get_if<held_book>(&from.is)) return table_of_book(*all, name, how, call);
  if (const auto* state = std::get_if<held_state>(&from.is)) return table_of_state(*state, name, how);
  if (const auto* scored = std::get_if<held_scores>(&from.is)) return table_of_scores(*scored, name, how);
  if (const auto* fit = std::get_if<held_fit>(&from.is)) return table_of_fit(*fit, name, how);
  if (const auto* ahead = std::get_if<held_forecast>(&from.is)) return table_of_forecast(*ahead, name, how);
  if (const auto* frame = std::get_if<held_frame>(&from.is); frame != nullptr && name == "frame") {
    how.require_all_read();
    return frame->table;
  }
  refuse_table(name, kind_name(sojourn_kind_of(&from)), "none");
}

held_state state_named(const sojourn_object& from, std::string_view name, options& how, const call_host& call) {
  if (const auto* all = std::get_if<held_book>(&from.is)) {
    const asked_policy asked = grid_and_policy(*all, how);
    how.require_all_read();
    if (all->now.ledger.in != nullptr) throw schema_error("states of books in several currencies are not offered here");
    if (name == "revenue") return tally_partial(all->now.ledger, asked.grid, asked.policy, call.host());
    if (name == "cohorts") return cohorts_of(*all, asked, call);
    refuse_table(name, "book", "the states revenue, cohorts");
  }
  how.require_all_read();
  if (const auto* scored = std::get_if<held_scores>(&from.is); scored != nullptr && name == "health") {
    return health::card_health{health::tally_health(*scored->result), scored->card.hash()};
  }
  if (const auto* fit = std::get_if<held_fit>(&from.is)) {
    const auto* observed = std::get_if<held_survival>(fit);
    if (observed != nullptr && name == "survival") return observed->state;
    const auto* decay = std::get_if<decay_fit>(fit);
    if (decay != nullptr && name == "decay") return decay->observed;
  }
  refuse_table(name, kind_name(sojourn_kind_of(&from)), "health of scores, survival and decay of their fits");
}

}  // namespace
}  // namespace sojourn::inline v0_1::capi

using namespace sojourn;        // NOLINT: the functions below are those of C
using namespace sojourn::capi;  // NOLINT

extern "C" {

sojourn_code sojourn_table(const sojourn_object* object, const char* name, const char* text, const sojourn_run* run,
                           ArrowArrayStream* out, sojourn_error** error) {
  return guarded(error, [&] {
    given(out, "out") = {};
    const std::string_view table_name = &given(name, "name");
    const sojourn_object& from = given(object, "object");
    capi::options how(text);
    const call_host call(run);
    arrow::write_stream(table_named(from, table_name, how, call), out);
  });
}

sojourn_code sojourn_state(const sojourn_object* object, const char* name, const char* text, const sojourn_run* run,
                           sojourn_object** out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    const std::string_view state_name = &given(name, "name");
    const sojourn_object& from = given(object, "object");
    capi::options how(text);
    const call_host call(run);
    give_object(made, state_named(from, state_name, how, call));
  });
}

}  // extern "C"
