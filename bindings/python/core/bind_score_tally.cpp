// Survey columns -> counts of answers, plain or weighted, of all rows or by segment.
#include "sojourn/input/score_tally.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/arrow/answers.hpp"
#include "sojourn/arrow/ordered_segments.hpp"
#include "sojourn/arrow/segment_counts.hpp"
#include "sojourn/input/sample_rows.hpp"
#include "sojourn/surveys/nps.hpp"
#include "with_error.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;
using optional_column = std::optional<any_column>;

using answer_words = std::vector<std::pair<std::string, std::optional<std::int32_t>>>;

/// What the caller gave besides the answers.
struct survey_options {
  std::pair<int, int> scale;
  std::vector<std::int32_t> blank;
  answer_words answers;
  std::string dedupe;
  optional_column respondent, answered_on, by, weights, count;
  date_reading dates{};  ///< of `answered_on`
  std::size_t threads = 1;
};

/// One survey table with the memory behind it. `scores` stay as they were given where the tally takes them so.
struct survey_columns {
  rating_scale scale;
  answer_rules rules;
  std::size_t threads;
  any_column scores{};
  arrow::held_column<std::uint32_t> respondent{};
  arrow::held_column<std::int32_t> answered_on{};
  arrow::held_column<std::int64_t> nanosecond{};
  optional_column by{};            ///< segments as they are stored
  arrow::segment_codes segment{};  ///< the same by code, where somebody needs codes
  arrow::held_column<double> weight{};
  arrow::held_column<std::int64_t> count{};

  void code_segments() {
    if (by) segment = arrow::as_segments(*by, "by");
  }
  template <class T>
  [[nodiscard]] basic_responses<T> with(const column<T>& score) const {
    return {score,         respondent.view(), answered_on.view(), segment.codes.view(),
            weight.view(), nanosecond.view(), count.view()};
  }
  /// `use` of the rows, whose answers keep the type that they are stored in.
  template <class Use>
  [[nodiscard]] auto rows(const Use& use) const {
    if (scores.type() == kind::int8) return use(with(scores.view<std::int8_t>("scores")));
    if (scores.type() == kind::uint8) return use(with(scores.view<std::uint8_t>("scores")));
    return use(with(scores.view<std::int32_t>("scores")));
  }
};

/// Groups of NPS are read on their own scale; any other question has no groups.
rating_scale scale_of(const arrow::answer_column& answers, const rating_scale& asked) {
  if (!answers.groups || asked == nps_group_scale()) return asked;
  if (asked == nps_scale()) return nps_group_scale();
  throw schema_error(
      "column \"scores\" holds promoters, passives and detractors: those are groups of NPS, not answers on a " +
      to_string(asked) + " scale; give the scores themselves");
}

survey_columns read_columns(const any_column& scores, const survey_options& given) {
  std::vector<answer_word> words;
  for (const auto& [word, score] : given.answers) words.push_back({word, score});
  const arrow::answer_column answers = arrow::as_answers(scores, "scores", words);
  survey_columns read{scale_of(answers, rating_scale(given.scale.first, given.scale.second)),
                      {given.blank, named<repeat_answers>("dedupe", given.dedupe)},
                      given.threads};
  read.scores = answers.scores;
  account_index respondents;
  if (given.respondent) read.respondent = arrow::as_accounts(*given.respondent, respondents, "respondent");
  if (given.answered_on) {
    arrow::answer_moments when = arrow::as_answer_moments(*given.answered_on, "answered_on", given.dates);
    read.answered_on = {std::move(when.day), "answered_on"};
    if (when.nanosecond) read.nanosecond = {std::move(*when.nanosecond), "answered_on"};
  }
  read.by = given.by;
  if (given.weights) read.weight = arrow::as_double(*given.weights, "weights");
  if (given.count) read.count = arrow::as_int64(*given.count, "count");
  return read;
}

/// `tally` of the answers, while other Python threads run.
template <class Tally>
auto unlocked_tally(const survey_columns& columns, const Tally& tally) {
  const interruptible_threads host(columns.threads);
  const py::gil_scoped_release unlocked;
  return columns.rows([&](const auto& rows) { return tally(rows, host); });
}

/// Answers whose order in the table decided which of them counts.
std::int64_t same_moment(const survey_columns& columns) {
  if (columns.rules.repeats == repeat_answers::all_responses) return 0;
  return columns.rows([&](const auto& rows) { return replaced_answers(rows, columns.rules).same_moment; });
}

/// The state says by its type whether there were weights.
py::object tally_one(const survey_columns& columns, bool weighted) {
  const auto plain = [&](const auto& rows, const interruptible_threads& host) {
    return tally_scores(rows, columns.scale, columns.rules, host);
  };
  const auto weighed = [&](const auto& rows, const interruptible_threads& host) {
    return tally_weighted_scores(rows, columns.scale, columns.rules, host);
  };
  return weighted ? py::cast(unlocked_tally(columns, weighed)) : py::cast(unlocked_tally(columns, plain));
}

template <class State>
py::tuple states_of(const by_segment<State>& states, const std::vector<std::string>& labels) {
  py::list all;
  for (std::size_t i = 0; i < labels.size(); ++i) all.append(states[i]);
  return py::make_tuple(labels, all, states.missing);
}

py::tuple tally_each(survey_columns& columns, bool weighted) {
  if (!weighted) {
    const arrow::labelled_counts found = unlocked_tally(columns, [&](const auto& rows, const interruptible_threads& host) {
      return arrow::tally_scores_by(rows, *columns.by, "by", columns.scale, columns.rules, any_executor(host));
    });
    return states_of(found.states, found.labels);
  }
  columns.code_segments();
  const std::size_t segments = columns.segment.labels.size();
  const auto weighed = [&](const auto& rows, const interruptible_threads& host) {
    return tally_weighted_scores_by_segment(rows, segments, columns.scale, columns.rules, host);
  };
  return states_of(unlocked_tally(columns, weighed), columns.segment.labels);
}

/// How the answers were read, as far as the caller did not say it.
py::dict survey_dict(const survey_columns& columns) {
  py::dict reading;
  reading["scale"] = py::make_tuple(columns.scale.low(), columns.scale.high());
  if (columns.rules.repeats != repeat_answers::all_responses) reading["same_moment"] = same_moment(columns);
  return reading;
}

/// The design of the sample, as columns.
struct design_columns {
  arrow::segment_codes cluster, stratum;
  arrow::held_column<double> population;

  design_columns(const optional_column& clusters, const optional_column& strata, const optional_column& populations) {
    if (clusters) cluster = arrow::as_ordered_segments(*clusters, "cluster");
    if (strata) stratum = arrow::as_ordered_segments(*strata, "strata");
    if (populations) population = arrow::as_double(*populations, "fpc");
  }
  [[nodiscard]] sample_design view() const { return {cluster.codes.view(), stratum.codes.view(), population.view()}; }
};

/// A domain for each segment and one for rows without a segment; without segments the one domain.
py::object domains_of(survey_columns columns, const design_columns& design, bool by) {
  columns.code_segments();
  const auto segments = static_cast<std::uint32_t>(columns.segment.labels.size());
  std::shared_ptr<const weighted_sample> sample;
  {
    const py::gil_scoped_release unlocked;
    sample = std::make_shared<const weighted_sample>(columns.rows(
        [&](const auto& rows) { return sample_answers(rows, segments, columns.scale, columns.rules, design.view()); }));
  }
  const answer_domain without{sample, columns.scale, segments};
  if (!by) return py::cast(without);
  py::list all;
  for (std::uint32_t code = 0; code < segments; ++code) all.append(answer_domain{sample, columns.scale, code});
  return py::make_tuple(columns.segment.labels, all, without);
}

/// Counts of a column of answers on the scale of NPS of which nothing else is said, and the groups and the score of them.
py::tuple nps_of_answers(const any_column& scores, double level, const std::string& method, const std::string& no_score,
                         const std::optional<std::pair<int, int>>& breaks, std::size_t threads) {
  survey_options usual;
  usual.scale = {nps_scale().low(), nps_scale().high()};
  usual.dedupe = "all_responses", usual.threads = threads;
  const survey_columns columns = read_columns(scores, usual);
  const score_counts counts = unlocked_tally(columns, [&](const auto& rows, const interruptible_threads& host) {
    return tally_scores(rows, columns.scale, columns.rules, host);
  });
  nps_options options{confidence_level(level), named<nps_interval>("method", method),
                      named<nps_no_score>("no_score", no_score), std::nullopt};
  if (breaks) options.breaks = nps_breaks{breaks->first, breaks->second};
  const nps_breaks used = nps_breaks_on(counts.scale(), options.breaks);
  return py::make_tuple(counts, with_error(nps_with_error(counts, options)),
                        py::make_tuple(used.detractor_max, used.promoter_min),
                        py::make_tuple(columns.scale.low(), columns.scale.high()));
}

}  // namespace

void bind_score_tally(py::module_& m) {
  m.def("nps_of_answers", &nps_of_answers, py::arg("scores"), py::arg("level"), py::arg("method"), py::arg("no_score"),
        py::arg("breaks"), py::arg("threads"));
  m.def(
      "tally_survey",
      [](const any_column& scores, const optional_column& by, std::pair<int, int> scale, std::vector<std::int32_t> blank,
         answer_words answers, std::string dedupe, const optional_column& respondent, const optional_column& answered_on,
         const optional_column& weights, const optional_column& count, const date_reading& dates, std::size_t threads) {
        survey_columns columns = read_columns(scores, {scale, std::move(blank), std::move(answers), std::move(dedupe),
                                                       respondent, answered_on, by, weights, count, dates, threads});
        const bool weighted = weights.has_value();
        const py::dict reading = survey_dict(columns);
        const py::object states = by ? py::object(tally_each(columns, weighted)) : tally_one(columns, weighted);
        return py::make_tuple(states, reading);
      },
      py::arg("scores"), py::kw_only(), py::arg("by"), py::arg("scale"), py::arg("blank"), py::arg("answers"),
      py::arg("dedupe"), py::arg("respondent"), py::arg("answered_on"), py::arg("weights"), py::arg("count"),
      py::arg("dates"), py::arg("threads"));
  py::class_<answer_domain>(m, "AnswerDomain")
      .def(
          "mean",
          [](const answer_domain& answers, double level) {
            return with_error(score_mean_with_error(answers, confidence_level(level)));
          },
          py::arg("level"));
  m.def(
      "sample_survey",
      [](const any_column& scores, const optional_column& cluster, const optional_column& strata, const optional_column& fpc,
         const optional_column& by, std::pair<int, int> scale, std::vector<std::int32_t> blank, answer_words answers,
         std::string dedupe, const optional_column& respondent, const optional_column& answered_on,
         const optional_column& weights, const optional_column& count, const date_reading& dates, std::size_t threads) {
        survey_columns columns = read_columns(scores, {scale, std::move(blank), std::move(answers), std::move(dedupe),
                                                       respondent, answered_on, by, weights, count, dates, threads});
        return domains_of(std::move(columns), {cluster, strata, fpc}, by.has_value());
      },
      py::arg("scores"), py::kw_only(), py::arg("cluster"), py::arg("strata"), py::arg("fpc"), py::arg("by"),
      py::arg("scale"), py::arg("blank"), py::arg("answers"), py::arg("dedupe"), py::arg("respondent"),
      py::arg("answered_on"), py::arg("weights"), py::arg("count"), py::arg("dates"), py::arg("threads"));
}

}  // namespace sojourn::python
