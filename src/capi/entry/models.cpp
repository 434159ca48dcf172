// Surveys, scorecards, curves of staying and forecasts.
#include <algorithm>
#include <cmath>
#include <limits>

#include "capi/entry.hpp"
#include "capi/options.hpp"
#include "sojourn/arrow/answers.hpp"
#include "sojourn/arrow/held_signals.hpp"
#include "sojourn/arrow/ordered_segments.hpp"
#include "sojourn/forecast/account_months.hpp"
#include "sojourn/input/score_tally.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

using arrow::any_column;

struct survey_form {
  std::string score = "score";
  std::optional<std::string> count, respondent, answered_on;
  rating_scale scale{0, 10};
  answer_rules rules;
};

survey_form survey_in(options& how) {
  survey_form form;
  form.score = how.text("score").value_or(form.score);
  form.count = how.text("count"), form.respondent = how.text("respondent"), form.answered_on = how.text("answered_on");
  const std::vector<double> ends = how.numbers("scale");
  const auto whole_end = [](double end) { return end >= -128 && end <= 127 && end == std::floor(end); };
  if (!ends.empty()) {
    if (ends.size() != 2 || !whole_end(ends[0]) || !whole_end(ends[1])) {
      throw option_error("/scale", "must be [lowest, highest], such as [1, 5]");
    }
    form.scale = rating_scale(static_cast<int>(ends[0]), static_cast<int>(ends[1]));
  }
  for (const double code : how.numbers("blank")) {
    constexpr double most = std::numeric_limits<std::int32_t>::max();
    if (code != std::floor(code) || std::abs(code) > most) throw option_error("/blank", "must be whole numbers");
    form.rules.blank.push_back(static_cast<std::int32_t>(code));
  }
  form.rules.repeats = how.word<repeat_answers>("dedupe").value_or(repeat_answers::all_responses);
  return form;
}

score_counts tally_survey(const survey_form& form, taken_stream& stream, const call_host& call) {
  named_source table(stream);
  std::vector<std::string> wanted = {form.score};
  for (const auto& one : {form.count, form.respondent, form.answered_on}) {
    if (one) wanted.push_back(*one);
  }
  const std::vector<any_column> columns = table.read(wanted);
  const auto column_of = [&](const std::optional<std::string>& name) {
    return columns[static_cast<std::size_t>(std::find(wanted.begin(), wanted.end(), *name) - wanted.begin())];
  };
  const arrow::answer_column answers = arrow::as_answers(columns[0], form.score);
  if (answers.groups) throw schema_error("column \"" + form.score + "\" holds words; give the scores as numbers");
  const arrow::held_column<std::int32_t> scores = arrow::as_int32(answers.scores, form.score);
  responses rows{scores.view()};
  account_index people;
  arrow::held_column<std::uint32_t> respondent;
  arrow::held_column<std::int64_t> count, nanosecond;
  arrow::held_column<std::int32_t> day_of_answer;
  if (form.count) count = arrow::as_int64(column_of(form.count), *form.count), rows.count = count.view();
  if (form.respondent) {
    respondent = arrow::as_accounts(column_of(form.respondent), people, *form.respondent);
    rows.respondent = respondent.view();
  }
  if (form.answered_on) {
    arrow::answer_moments when = arrow::as_answer_moments(column_of(form.answered_on), *form.answered_on);
    day_of_answer = {std::move(when.day), *form.answered_on};
    rows.answered_on = day_of_answer.view();
    if (when.nanosecond) {
      nanosecond = {std::move(*when.nanosecond), *form.answered_on};
      rows.nanosecond = nanosecond.view();
    }
  }
  return tally_scores(rows, form.scale, form.rules, call.host());
}

/// A column by role: as "columns" names it, else that of its own name where the table has one.
std::optional<any_column> column_by_role(named_source& table, const std::vector<std::pair<std::string, std::string>>& named,
                                         const std::string& role, bool required) {
  const auto found = std::find_if(named.begin(), named.end(), [&](const auto& one) { return one.first == role; });
  const std::string name = found == named.end() ? role : found->second;
  if (found == named.end() && !required && !table.has(name)) return std::nullopt;
  return table.read({name}).front();
}

void require_roles(const std::vector<std::pair<std::string, std::string>>& named, const std::vector<std::string>& known) {
  for (const auto& [role, column] : named) {
    if (std::find(known.begin(), known.end(), role) != known.end()) continue;
    std::string listed;
    for (const std::string& one : known) listed += (listed.empty() ? "there are " : ", ") + one;
    throw option_error("/columns/" + role, "there is no such role here", listed);
  }
}

held_survival observe(taken_stream& stream, options& how) {
  const auto named = how.names("columns");
  held_survival made;
  made.how.measure = how.truth("weighted").value_or(false) ? survival_measure::weight : survival_measure::accounts;
  made.how.interval = how.word<survival_interval>("interval").value_or(survival_interval::log_log);
  made.how.level = how.level();
  how.require_all_read();
  require_roles(named, {"time", "event", "entry", "weight", "count"});
  named_source table(stream);
  const auto of = [&](const char* role, bool required) { return column_by_role(table, named, role, required); };
  const auto time = of("time", true), event = of("event", true), entry = of("entry", false), weight = of("weight", false),
             count = of("count", false);
  const auto times = arrow::as_int32(*time, "time");
  const auto events = arrow::as_flag(*event, "event", "1: it left then, 0: it was still there");
  arrow::held_column<std::int32_t> entries;
  arrow::held_column<std::int64_t> weights, counted;
  lifetimes rows{times.view(), events.view()};
  if (entry) entries = arrow::as_int32(*entry, "entry"), rows.entry = entries.view();
  if (weight) weights = arrow::as_int64(*weight, "weight"), rows.weight = weights.view();
  if (count) counted = arrow::as_int64(*count, "count"), rows.count = counted.view();
  made.state = tally_survival(rows);
  return made;
}

decay_fit fit_curve(taken_stream& stream, options& how) {
  const auto named = how.names("columns");
  const decay_family family = how.word<decay_family>("family").value_or(decay_family::sbg);
  how.require_all_read();
  require_roles(named, {"survivors", "age", "cohort"});
  named_source table(stream);
  const auto of = [&](const char* role, bool required) { return column_by_role(table, named, role, required); };
  const auto survivors = of("survivors", true), age = of("age", false), cohort = of("cohort", false);
  const auto left = arrow::as_int64(*survivors, "survivors");
  if (!age) {
    if (cohort) throw schema_error("rows of several cohorts need a column \"age\"");
    const auto view = left.view();
    for (std::size_t row = 0; row < view.size(); ++row) {
      if (!view.present(row)) throw data_error({"survivors", row, "", "must not be missing", "leave the row out"});
    }
    return fit_decay(tally_decay(view.values()), {family});
  }
  const auto ages = arrow::as_int32(*age, "age");
  arrow::segment_codes cohorts;
  if (cohort) cohorts = arrow::as_ordered_segments(*cohort, "cohort");
  return fit_decay(tally_decay(ages.view(), left.view(), cohorts.codes.view()), {family});
}

}  // namespace
}  // namespace sojourn::inline v0_1::capi

using namespace sojourn;        // NOLINT: the functions below are those of C
using namespace sojourn::capi;  // NOLINT

extern "C" {

sojourn_code sojourn_survey(ArrowArrayStream* answers, const char* text, const sojourn_run* run, sojourn_object** out,
                            sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    taken_stream stream(answers);
    capi::options how(text);
    const survey_form form = survey_in(how);
    how.require_all_read();
    const call_host call(run);
    give_object(made, held_state(tally_survey(form, stream, call)));
  });
}

sojourn_code sojourn_card(const char* json, sojourn_object** out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    give_object(made, health::compile_json(&given(json, "json")));
  });
}

sojourn_code sojourn_score(const sojourn_object* card, ArrowArrayStream* signals, const char* text, const sojourn_run* run,
                           sojourn_object** out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    taken_stream stream(signals);
    const auto& model = as<health::scorecard>(card, "card", SOJOURN_CARD);
    capi::options how(text);
    const std::optional<std::string> account = how.text("account");
    const std::optional<day> as_of = how.when("as_of");
    const bool keep_parts = how.truth("contributions").value_or(false);
    how.require_all_read();
    const call_host call(run);
    named_source table(stream);
    std::vector<std::string> wanted = model.inputs();
    if (account) wanted.push_back(*account);
    const std::vector<any_column> columns = table.read(wanted);
    std::vector<std::pair<std::string, any_column>> named;
    named.reserve(model.inputs().size());
    for (std::size_t i = 0; i < model.inputs().size(); ++i) named.emplace_back(wanted[i], columns[i]);
    const arrow::held_signals held = arrow::hold_signals(named);
    health::score_options options;
    if (as_of) options.as_of = *as_of;
    held_scores all{model, nullptr, account ? std::optional(columns.back()) : std::nullopt, nullptr};
    auto result = std::make_shared<health::scores>();
    if (keep_parts) {
      auto parts = std::make_shared<health::contributions>();
      health::explain_into(*result, *parts, model, held.views, options, call.host());
      all.parts = std::move(parts);
    } else {
      health::score_into(*result, model, held.views, options, call.host());
    }
    all.result = std::move(result);
    give_object(made, std::move(all));
  });
}

sojourn_code sojourn_fit(ArrowArrayStream* rows, const char* name, const char* text, const sojourn_run* run,
                         sojourn_object** out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    taken_stream stream(rows);
    const std::string_view which = &given(name, "name");
    capi::options how(text);
    const call_host call(run);
    if (which == "survival") {
      give_object(made, held_fit(observe(stream, how)));
    } else if (which == "decay") {
      give_object(made, held_fit(fit_curve(stream, how)));
    } else {
      throw argument_error("name", "\"" + std::string(which) + "\" is no fit; there are survival, decay");
    }
  });
}

sojourn_code sojourn_forecast(const sojourn_object* book, const char* text, const sojourn_run* run, sojourn_object** out,
                              sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(out);
    const held_book& all = as_book(book);
    capi::options how(text);
    forecast_options options;
    constexpr std::size_t most_months = 1200, most_accounts = 1'000'000;
    constexpr std::int64_t most_draws = 10'000'000;
    options.horizon = how.whole_within<std::size_t>("horizon", options.horizon, 0, most_months);
    options.level = how.level();
    options.draws = how.whole_within<std::int64_t>("draws", options.draws, 0, most_draws);
    options.seed =
        static_cast<std::uint64_t>(how.whole_within<std::int64_t>("seed", 1, 0, std::numeric_limits<std::int64_t>::max()));
    options.family = how.word<churn_family>("family");
    options.spread = how.word<forecast_spread>("spread").value_or(options.spread);
    options.decay = how.truth("decay").value_or(options.decay);
    options.new_mrr = how.numbers("new_mrr");
    options.largest = how.whole_within<std::size_t>("largest", options.largest, 0, most_accounts);
    how.require_all_read();
    const call_host call(run);
    const account_months history = months_of(all.now.ledger.book);
    held_forecast found;
    found.found =
        forecast_mrr(history, {}, {}, options, [&](std::size_t n, detail::task_ref draw) { call.host().bulk(n, draw); });
    found.largest.reserve(found.found.largest.size());
    for (const forecast_scenario& one : found.found.largest) {
      found.largest.push_back(all.now.ledger.keys->key(account{one.account}));
    }
    give_object(made, std::move(found));
  });
}

}  // extern "C"
