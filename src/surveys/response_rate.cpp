#include "sojourn/surveys/response_rate.hpp"

#include <cstddef>
#include <cstdint>

namespace sojourn::inline v0_1 {

response_counts tally_responses(const invitations& surveys, const response_window& window) {
  if (!surveys.answered_on.empty()) require_same_length(surveys.sent_on, "sent_on", surveys.answered_on, "answered_on");
  if (!surveys.delivered.empty()) require_same_length(surveys.sent_on, "sent_on", surveys.delivered, "delivered");
  response_counts counts;
  for (std::size_t row = 0; row < surveys.sent_on.size(); ++row) {
    if (!surveys.sent_on.present(row))
      throw data_error({surveys.sent_on.name_or("sent_on"), row, "missing", "every survey needs the day it was sent",
                        "give the day, or leave the row out"});
    const std::int32_t sent = surveys.sent_on[row];
    const bool answered = !surveys.answered_on.empty() && surveys.answered_on.present(row);
    const bool delivered = surveys.delivered.empty() || (surveys.delivered.present(row) && surveys.delivered[row] != 0);
    if (answered && surveys.answered_on[row] < sent) {
      throw data_error({surveys.answered_on.name_or("answered_on"), row, to_string(day{surveys.answered_on[row]}),
                        "a survey cannot be answered before it was sent on " + to_string(day{sent}),
                        "correct one of the two days, or leave the row out"});
    }
    if (answered && !delivered) {
      throw data_error({surveys.delivered.name_or("delivered"), row, surveys.delivered.present(row) ? "0" : "missing",
                        "a survey that was answered was delivered", "set delivered to 1 where there is an answer"});
    }
    const bool in_window = window.holds(sent);
    const bool answered_in_window = answered && window.holds(surveys.answered_on[row]);
    counts.sent += in_window;
    counts.delivered += in_window && delivered;
    counts.delivered_answered += in_window && answered_in_window;
    counts.answered += answered_in_window;
  }
  return counts;
}

estimate response_rate(const response_counts& counts, const response_options& options) {
  if (options.base == response_base::sent_cohort)
    return proportion(counts.delivered_answered, counts.delivered, {options.level, options.interval})
        .as(response_rate_label);
  if (counts.delivered == 0) {
    return undefined_estimate(counts.answered == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator,
                              options.level)
        .as(response_rate_label);
  }
  estimate ratio = estimate{}.as(response_rate_label);
  ratio.value = static_cast<double>(counts.answered) / static_cast<double>(counts.delivered);
  ratio.level = options.level.value();
  ratio.n = counts.delivered;
  return ratio;
}

estimate response_rate(const invitations& surveys, const response_window& window, const response_options& options) {
  return response_rate(tally_responses(surveys, window), options);
}

}  // namespace sojourn::inline v0_1
