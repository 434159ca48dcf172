// Survey columns -> states -> estimates. The Python side (sojourn/surveys.py) names the options and makes the tables.
#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "bind_state.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/surveys/ces.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"
#include "sojourn/surveys/response_rate.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;
using optional_column = std::optional<any_column>;

template <class Choice>
Choice choice(const char* option, const std::string& asked,
              std::initializer_list<std::pair<std::string_view, Choice>> offered) {
  std::string names;
  for (const auto& [name, value] : offered) {
    if (name == asked) return value;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  throw schema_error(std::string(option) + " \"" + asked + "\" is not one of " + names);
}

repeat_answers repeats_of(const std::string& name) {
  return choice<repeat_answers>(
      "dedupe", name,
      {{"all_responses", repeat_answers::all_responses}, {"latest_per_respondent", repeat_answers::latest_per_respondent}});
}
proportion_interval share_interval_of(const std::string& name) {
  return choice<proportion_interval>("method", name,
                                     {{"wilson", proportion_interval::wilson},
                                      {"clopper_pearson", proportion_interval::clopper_pearson},
                                      {"jeffreys", proportion_interval::jeffreys},
                                      {"wald", proportion_interval::wald}});
}
nps_options nps_options_of(double level, const std::string& method, const std::string& no_score,
                           std::optional<std::pair<int, int>> breaks) {
  nps_options options;
  options.level = confidence_level(level);
  options.interval = choice<nps_interval>(
      "method", method,
      {{"adjusted_wald", nps_interval::adjusted_wald}, {"score", nps_interval::score}, {"wald", nps_interval::wald}});
  options.no_score = choice<nps_no_score>(
      "no_score", no_score, {{"excluded", nps_no_score::excluded}, {"in_denominator", nps_no_score::in_denominator}});
  if (breaks) options.breaks = nps_breaks{breaks->first, breaks->second};
  return options;
}
csat_options csat_options_of(double level, const std::string& method, std::optional<int> satisfied_from) {
  return {confidence_level(level), share_interval_of(method), satisfied_from};
}
ces_options ces_options_of(const std::string& kind_name, const std::string& direction, double level,
                           std::optional<std::array<int, 3>> cuts) {
  ces_options options;
  options.kind = choice<ces_kind>(
      "kind", kind_name, {{"mean", ces_kind::mean}, {"top_share", ces_kind::top_share}, {"index", ces_kind::index}});
  options.direction =
      choice<ces_direction>("direction", direction,
                            {{"high_is_easy", ces_direction::high_is_easy}, {"high_is_hard", ces_direction::high_is_hard}});
  options.level = confidence_level(level);
  if (cuts) options.cuts = ces_cuts{(*cuts)[0], (*cuts)[1], (*cuts)[2]};
  return options;
}

// One survey table with the memory behind it. `score` stays as it was given; everything else has one type.
struct survey_columns {
  rating_scale scale;
  answer_rules rules;
  std::size_t threads;
  arrow::held_column<std::uint32_t> respondent;
  arrow::held_column<std::int32_t> answered_on;
  arrow::segment_codes segment;
  arrow::held_column<double> weight;

  template <class T>
  [[nodiscard]] basic_responses<T> with(const column<T>& score) const {
    return {score, respondent.view(), answered_on.view(), segment.codes.view(), weight.view()};
  }
};

survey_columns read_columns(std::pair<int, int> scale, const std::vector<std::int32_t>& blank, const std::string& dedupe,
                            const optional_column& respondent, const optional_column& answered_on, const optional_column& by,
                            const optional_column& weight, std::size_t threads) {
  survey_columns read{rating_scale(scale.first, scale.second), {blank, repeats_of(dedupe)}, threads, {}, {}, {}, {}};
  account_index respondents;
  if (respondent) read.respondent = arrow::as_accounts(*respondent, respondents, "respondent");
  if (answered_on) read.answered_on = arrow::as_day(*answered_on, "answered_on");
  if (by) read.segment = arrow::as_segments(*by, "by");
  if (weight) read.weight = arrow::as_double(*weight, "weights");
  return read;
}

// Calls `use` with the answers in the type that they are stored in; other integers and whole floats become int32.
template <class Use>
auto with_scores(const any_column& scores, const Use& use) {
  if (scores.type() == kind::int8) return use(scores.view<std::int8_t>("scores"));
  if (scores.type() == kind::uint8) return use(scores.view<std::uint8_t>("scores"));
  const auto held = arrow::as_int32(scores, "scores");
  return use(held.view());
}

// Counts what `columns` holds; the state says by its type whether there were weights.
py::object tally_one(const any_column& scores, const survey_columns& columns, bool weighted) {
  const thread_executor host(columns.threads);
  if (!weighted) {
    score_counts state;
    {
      const py::gil_scoped_release nobody_waits;
      state = with_scores(
          scores, [&](const auto& score) { return tally_scores(columns.with(score), columns.scale, columns.rules, host); });
    }
    return py::cast(std::move(state));
  }
  weighted_score_counts state;
  {
    const py::gil_scoped_release nobody_waits;
    state = with_scores(scores, [&](const auto& score) {
      return tally_weighted_scores(columns.with(score), columns.scale, columns.rules, host);
    });
  }
  return py::cast(std::move(state));
}

template <class State>
py::tuple segment_states(const by_segment<State>& states, const std::vector<std::string>& labels) {
  py::list all;
  for (std::size_t i = 0; i < labels.size(); ++i) all.append(states[i]);
  return py::make_tuple(labels, all, states.missing);
}

py::tuple tally_each(const any_column& scores, const survey_columns& columns, bool weighted) {
  const thread_executor host(columns.threads);
  const std::size_t segments = columns.segment.labels.size();
  if (!weighted) {
    by_segment<score_counts> states;
    {
      const py::gil_scoped_release nobody_waits;
      states = with_scores(scores, [&](const auto& score) {
        return tally_scores_by_segment(columns.with(score), segments, columns.scale, columns.rules, host);
      });
    }
    return segment_states(states, columns.segment.labels);
  }
  by_segment<weighted_score_counts> states;
  {
    const py::gil_scoped_release nobody_waits;
    states = with_scores(scores, [&](const auto& score) {
      return tally_weighted_scores_by_segment(columns.with(score), segments, columns.scale, columns.rules, host);
    });
  }
  return segment_states(states, columns.segment.labels);
}

const score_counts& counts_of(const score_counts& state) {
  return state;
}
const score_counts& counts_of(const weighted_score_counts& state) {
  return state.counts;
}

py::dict groups_of(const score_counts& state, const nps_options& options) {
  const nps_groups groups = nps_groups_of(state, options);
  py::dict named;
  named["promoters"] = groups.promoters;
  named["passives"] = groups.passives;
  named["detractors"] = groups.detractors;
  named["no_score"] = groups.no_score;
  return named;
}

py::object state_from(const std::string& text) {
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  if (read_header(bytes).kind == weighted_score_counts::bytes_kind)
    return py::cast(from_bytes<weighted_score_counts>(bytes));
  return py::cast(from_bytes<score_counts>(bytes));
}

template <class State>
void bind_counts(py::module_& m, const char* name) {
  py::class_<State>(m, name)
      .def(py::init<>())
      .def(py::self += py::self)
      .def(py::self -= py::self)
      .def(py::self == py::self)
      .def("copy", [](const State& state) { return state; })
      .def("to_bytes", &bytes_of<State>)
      .def_property_readonly("no_score", [](const State& state) { return counts_of(state).no_score; })
      .def_property_readonly("superseded", [](const State& state) { return counts_of(state).superseded; })
      .def_property_readonly("scored", [](const State& state) { return counts_of(state).scored(); })
      .def_property_readonly("counts",
                             [](const State& state) {
                               py::dict counts;
                               const score_counts& all = counts_of(state);
                               for (std::size_t i = 0; i < all.answers.size(); ++i)
                                 counts[py::int_(all.low + static_cast<std::int32_t>(i))] = all.answers[i];
                               return counts;
                             })
      .def("mean", [](const State& state, double level) { return score_mean(state, confidence_level(level)); })
      .def("nps",
           [](const State& state, double level, const std::string& method, const std::string& no_score,
              std::optional<std::pair<int, int>> breaks) {
             return nps(state, nps_options_of(level, method, no_score, breaks));
           })
      .def("groups",
           [](const State& state, std::optional<std::pair<int, int>> breaks) {
             return groups_of(counts_of(state), nps_options_of(0.95, "wald", "excluded", breaks));
           })
      .def("csat",
           [](const State& state, double level, const std::string& method, std::optional<int> satisfied_from) {
             const csat_result result = csat(state, csat_options_of(level, method, satisfied_from));
             return py::make_tuple(result.share, result.satisfied_from, result.mean);
           })
      .def("ces",
           [](const State& state, const std::string& kind_name, const std::string& direction, double level,
              std::optional<std::array<int, 3>> cuts) {
             return ces(state, ces_options_of(kind_name, direction, level, cuts));
           })
      .def("compare_nps",
           [](const State& a, const State& b, double level, const std::string& method, const std::string& no_score,
              std::optional<std::pair<int, int>> breaks) {
             const comparison found = compare_nps(a, b, nps_options_of(level, method, no_score, breaks));
             return py::make_tuple(found.difference, found.p_value);
           })
      .def("compare_csat", [](const State& a, const State& b, double level, std::optional<int> satisfied_from) {
        const comparison found = compare_csat(a, b, csat_options_of(level, "wilson", satisfied_from));
        return py::make_tuple(found.difference, found.p_value);
      });
}

response_counts tally_surveys(const any_column& sent, const optional_column& answered, const optional_column& delivered,
                              std::optional<std::int32_t> from, std::optional<std::int32_t> to) {
  const auto sent_on = arrow::as_day(sent, "sent");
  const auto answered_on = answered ? arrow::as_day(*answered, "answered") : arrow::held_column<std::int32_t>{};
  if (delivered && delivered->type() != kind::boolean) {
    throw schema_error("column \"delivered\" holds " + std::string(to_string(delivered->type())) + "; accepted: boolean");
  }
  response_window window;
  if (from) window.from = day{*from};
  if (to) window.to = day{*to};
  invitations table{sent_on.view(), answered_on.view(),
                    delivered ? delivered->view<std::uint8_t>("delivered") : column<std::uint8_t>{}};
  const py::gil_scoped_release nobody_waits;
  return tally_responses(table, window);
}

}  // namespace

void bind_surveys(py::module_& m) {
  bind_counts<score_counts>(m, "ScoreCounts");
  bind_counts<weighted_score_counts>(m, "WeightedScoreCounts");
  m.def("survey_state_from_bytes", &state_from);
  m.def("tally_survey", [](const any_column& scores, std::pair<int, int> scale, const std::vector<std::int32_t>& blank,
                           const std::string& dedupe, const optional_column& respondent, const optional_column& answered_on,
                           const optional_column& weight, std::size_t threads) {
    return tally_one(scores, read_columns(scale, blank, dedupe, respondent, answered_on, std::nullopt, weight, threads),
                     weight.has_value());
  });
  m.def("tally_survey_by",
        [](const any_column& scores, const any_column& by, std::pair<int, int> scale, const std::vector<std::int32_t>& blank,
           const std::string& dedupe, const optional_column& respondent, const optional_column& answered_on,
           const optional_column& weight, std::size_t threads) {
          return tally_each(scores, read_columns(scale, blank, dedupe, respondent, answered_on, by, weight, threads),
                            weight.has_value());
        });

  bind_state<response_counts>(m, "ResponseCounts", "Surveys of one window: sent, delivered, answered.")
      .def(py::init([](std::int64_t sent, std::int64_t delivered, std::int64_t answered) {
        return response_counts{sent, delivered, answered, answered};
      }))
      .def_readonly("sent", &response_counts::sent)
      .def_readonly("delivered", &response_counts::delivered)
      .def_readonly("delivered_answered", &response_counts::delivered_answered)
      .def_readonly("answered", &response_counts::answered)
      .def("rate", [](const response_counts& counts, const std::string& base, double level, const std::string& method) {
        response_options options{confidence_level(level), response_base::sent_cohort, share_interval_of(method)};
        options.base = choice<response_base>("base", base,
                                             {{"sent_cohort", response_base::sent_cohort},
                                              {"responses_over_delivered", response_base::responses_over_delivered}});
        return response_rate(counts, options);
      });
  m.def("tally_surveys", &tally_surveys);
}

}  // namespace sojourn::python
