// Survey columns -> counts of answers, plain or weighted, of all rows or by segment.
#include "sojourn/input/score_tally.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/arrow/any_column.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;
using optional_column = std::optional<any_column>;

/// One survey table with the memory behind it. `score` stays as it was given; everything else has one type.
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
  survey_columns read{
      rating_scale(scale.first, scale.second), {blank, named<repeat_answers>("dedupe", dedupe)}, threads, {}, {}, {}, {}};
  account_index respondents;
  if (respondent) read.respondent = arrow::as_accounts(*respondent, respondents, "respondent");
  if (answered_on) read.answered_on = arrow::as_day(*answered_on, "answered_on");
  if (by) read.segment = arrow::as_segments(*by, "by");
  if (weight) read.weight = arrow::as_double(*weight, "weights");
  return read;
}

/// Calls `use` with the answers in the type that they are stored in; other integers and whole floats become int32.
template <class Use>
auto with_scores(const any_column& scores, const Use& use) {
  if (scores.type() == kind::int8) return use(scores.view<std::int8_t>("scores"));
  if (scores.type() == kind::uint8) return use(scores.view<std::uint8_t>("scores"));
  const auto held = arrow::as_int32(scores, "scores");
  return use(held.view());
}

/// `tally` of the answers, while other Python threads run.
template <class Tally>
auto unlocked_tally(const any_column& scores, const survey_columns& columns, const Tally& tally) {
  const thread_executor host(columns.threads);
  const py::gil_scoped_release unlocked;
  return with_scores(scores, [&](const auto& score) { return tally(columns.with(score), host); });
}

/// The state says by its type whether there were weights.
py::object tally_one(const any_column& scores, const survey_columns& columns, bool weighted) {
  const auto plain = [&](const auto& rows, const thread_executor& host) {
    return tally_scores(rows, columns.scale, columns.rules, host);
  };
  const auto weighed = [&](const auto& rows, const thread_executor& host) {
    return tally_weighted_scores(rows, columns.scale, columns.rules, host);
  };
  if (weighted) return py::cast(unlocked_tally(scores, columns, weighed));
  return py::cast(unlocked_tally(scores, columns, plain));
}

template <class State>
py::tuple states_of(const by_segment<State>& states, const std::vector<std::string>& labels) {
  py::list all;
  for (std::size_t i = 0; i < labels.size(); ++i) all.append(states[i]);
  return py::make_tuple(labels, all, states.missing);
}

py::tuple tally_each(const any_column& scores, const survey_columns& columns, bool weighted) {
  const std::size_t segments = columns.segment.labels.size();
  const auto plain = [&](const auto& rows, const thread_executor& host) {
    return tally_scores_by_segment(rows, segments, columns.scale, columns.rules, host);
  };
  const auto weighed = [&](const auto& rows, const thread_executor& host) {
    return tally_weighted_scores_by_segment(rows, segments, columns.scale, columns.rules, host);
  };
  if (weighted) return states_of(unlocked_tally(scores, columns, weighed), columns.segment.labels);
  return states_of(unlocked_tally(scores, columns, plain), columns.segment.labels);
}

}  // namespace

void bind_score_tally(py::module_& m) {
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
}

}  // namespace sojourn::python
