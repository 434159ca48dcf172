// The metrics of survey answers.
// Layer: 4. Needs: std only.
#pragma once

#include "catalogue/options.hpp"

namespace sojourn::inline v0_1::catalogue {

inline constexpr metric_option by_segment{"by", "None", "a column of segments: one row per segment"};
inline constexpr metric_option weights{"weights", "None", "a column of survey weights"};

/// How the answers were drawn.
inline constexpr auto sample_design =
    list(metric_option{"cluster", "None", "column of the account whose answers came together"},
         metric_option{"strata", "None", "column of the parts that were sampled separately"},
         metric_option{"fpc", "None", "clusters of the stratum in the population"});

/// How rows of answers are read, the same for every score.
inline constexpr auto answer_rows =
    list(metric_option{"count", "None", "column of how many gave the answer of its row"},
         metric_option{"answers", "None", "score of each word, where answers are text"},
         metric_option{"blank", "None", "codes that stand for no answer"},
         metric_option{"dedupe", "all_responses", "all_responses, latest_per_respondent"},
         metric_option{"unit", "respondent", "who has one vote: respondent, account"},
         metric_option{"respondent", "None", "column of the respondent"},
         metric_option{"account", "None", "column of the account"},
         metric_option{"answered_on", "None", "column of the day or moment of the answer"}, timezone, date_format, threads);

inline constexpr metric_option nps_scale{"scale", "(0, 10)", "lowest and highest answer"};
inline constexpr metric_option breaks{"breaks", "None", "last detractor and first promoter; None: 6 and 9"};
inline constexpr metric_option no_score{"no_score", "excluded", "answers without a score: excluded, in_denominator"};
inline constexpr metric_option nps_method{"method", "adjusted_wald", "interval: adjusted_wald, score, wald"};
inline constexpr metric_option nps_comparison{"method", "agresti_caffo", "interval: agresti_caffo, adjusted_wald, wald"};
inline constexpr metric_option satisfied_from{"satisfied_from", "None", "lowest satisfied answer; None: the usual top box"};
inline constexpr metric_option csat_scale{"scale", "(1, 5)", "lowest and highest answer"};
inline constexpr metric_option wilson{"method", "wilson", "interval: wilson, clopper_pearson, jeffreys, wald"};

inline constexpr auto nps_options =
    join(list(by_segment, weights, level, nps_method, nps_scale, breaks, no_score), sample_design, answer_rows);
inline constexpr auto csat_options =
    join(list(csat_scale, satisfied_from, by_segment, weights, level, wilson), sample_design, answer_rows);
// A table by segments has no mean beside it.
inline constexpr auto csat_mean_options =
    join(list(csat_scale, satisfied_from, weights, level, wilson), sample_design, answer_rows);
inline constexpr auto ces_options = join(
    list(metric_option{"scale", "(1, 7)", "lowest and highest answer"},
         metric_option{"kind", "mean", "mean, top_share, index"},
         metric_option{"direction", "high_is_easy", "high_is_easy, high_is_hard"},
         metric_option{"cuts", "None", "easy from, very easy from, hard to; None: 5, 6, 3"}, by_segment, weights, level),
    sample_design, answer_rows);
inline constexpr auto response_rate_options = list(
    metric_option{"answered", "None", "day of the answer, or a number of answers"},
    metric_option{"delivered", "None", "whether it was delivered, or how many were"},
    metric_option{"start", "None", "first day counted"}, metric_option{"end", "None", "first day not counted"},
    metric_option{"base", "sent_cohort", "sent_cohort, responses_over_delivered"}, level, wilson, timezone, date_format);
inline constexpr auto weighted_mean_options =
    join(list(weights), sample_design,
         list(by_segment, metric_option{"count", "None", "column of how many equal rows a row stands for"}, level,
              metric_option{"method", "linearised", "error: linearised, kish"}));
inline constexpr metric_option second_answers{"second", "", "the answers to compare with"};
inline constexpr auto nps_difference_options =
    join(list(second_answers, level, nps_comparison, no_score, breaks, nps_scale, weights), answer_rows);
inline constexpr auto csat_difference_options =
    join(list(second_answers, csat_scale, satisfied_from, level, weights), answer_rows);

inline constexpr metric survey_metrics[] = {
    {.name = "nps",
     .title = "Net promoter score (NPS)",
     .family = metric_family::surveys,
     .unit = metric_unit::points,
     .shown_as = "points, -100 to +100",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning = "How many more answers recommend (9-10) than criticise (0-6), in points between -100 and +100.",
     .formula = "100 x (promoters - detractors) / answers",
     .missing = "Blank answers are counted and left out; they are not passives.",
     .not_told = "What the people who did not answer think, and why the score is what it is.",
     .page = "nps",
     .function = "nps",
     .python = "nps",
     .options = nps_options},
    {.name = "nps_difference",
     .title = "Difference of two net promoter scores",
     .family = metric_family::surveys,
     .unit = metric_unit::points,
     .shown_as = "points, -200 to +200",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning =
         "How far the NPS of two groups, or of two periods with different respondents, lies apart, and whether by chance.",
     .formula = "NPS of the first - NPS of the second",
     .missing = "Undefined when one side has no answers.",
     .not_told =
         "Why they differ. The same people asked twice are a panel: their difference is less uncertain than this says.",
     .page = "nps",
     .function = "compare_nps",
     .python = "compare_nps",
     .options = nps_difference_options},
    {.name = "csat",
     .title = "Customer satisfaction (CSAT)",
     .family = metric_family::surveys,
     .unit = metric_unit::share,
     .shown_as = "%, 0 to 100",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning = "The share of answers in the top boxes of the scale (4 and 5 of 5 unless said otherwise).",
     .formula = "satisfied answers / answers",
     .missing = "Blank answers are counted and left out.",
     .not_told = "How strongly people feel, and what the people who did not answer think.",
     .page = "csat",
     .function = "csat",
     .python = "csat",
     .options = csat_options},
    {.name = "csat_mean",
     .title = "Mean satisfaction",
     .family = metric_family::surveys,
     .unit = metric_unit::scale_points,
     .shown_as = "points of the scale",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning = "The mean answer on the satisfaction scale, beside the share of satisfied answers.",
     .formula = "sum of answers / answers",
     .missing = "Blank answers are counted and left out. Undefined without answers.",
     .not_told = "Whether everybody is content or half are delighted and half are furious: look at the shares.",
     .page = "csat",
     .function = "score_mean",
     .python = "csat(...).mean",
     .options = csat_mean_options},
    {.name = "csat_difference",
     .title = "Difference of two satisfaction shares",
     .family = metric_family::surveys,
     .unit = metric_unit::share,
     .shown_as = "percentage points, -100 to +100",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning = "How far the CSAT of two groups or periods lies apart, and whether by chance.",
     .formula = "CSAT of the first - CSAT of the second",
     .missing = "Undefined when one side has no answers.",
     .not_told = "Why they differ, and anything about the same people asked twice.",
     .page = "csat",
     .function = "compare_csat",
     .python = "compare_csat",
     .options = csat_difference_options},
    {.name = "ces",
     .title = "Customer effort score (CES)",
     .family = metric_family::surveys,
     .unit = metric_unit::scale_points,
     .shown_as = "points of the scale, or %",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning = "How easy it was to get something done, on a scale of 1 to 7.",
     .formula = "mean of the answers (or the share of the top boxes, as stated)",
     .missing = "Blank answers are counted and left out.",
     .not_told = "Whether the customer needed to make that effort at all.",
     .page = "ces",
     .function = "ces",
     .python = "ces",
     .options = ces_options},
    {.name = "weighted_mean",
     .title = "Mean of a weighted sample",
     .family = metric_family::surveys,
     .unit = metric_unit::number,
     .shown_as = "the unit of the values",
     .source = metric_source::answers,
     .result = metric_result::estimate,
     .meaning = "The mean of values whose rows speak for different numbers of customers, with an error that knows weights, "
                "clusters and strata.",
     .formula = "sum of weight x value / sum of weights",
     .missing = "Missing values stay in the sample and are in no estimate. Undefined without values.",
     .not_told = "Whether those who did not answer think alike.",
     .page = "weighted_sample",
     .function = "weighted_mean",
     .python = "weighted_mean",
     .options = weighted_mean_options},
    {.name = "response_rate",
     .title = "Response rate",
     .family = metric_family::surveys,
     .unit = metric_unit::share,
     .shown_as = "%, 0 to 100",
     .source = metric_source::surveys_sent,
     .result = metric_result::estimate,
     .meaning = "The share of the surveys sent that were answered.",
     .formula = "answered / sent (delivered, where that is known)",
     .missing = "A survey without a day of answering is not answered; one sent lately may still be.",
     .not_told = "Whether those who stay silent think like those who answer.",
     .page = "response_rate",
     .function = "response_rate",
     .python = "response_rate",
     .options = response_rate_options},
};

}  // namespace sojourn::inline v0_1::catalogue
