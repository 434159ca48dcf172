// Response rate: the share of delivered surveys that were answered.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per survey sent. Only `sent_on` is required.
struct invitations {
  column<std::int32_t> sent_on;        ///< day
  column<std::int32_t> answered_on{};  ///< day; missing = no answer (yet)
  column<std::uint8_t> delivered{};    ///< 0 = bounced; empty = all were delivered
};

/// Days [from, to); an end that is left out is open.
struct response_window {
  std::optional<day> from{};
  std::optional<day> to{};
  [[nodiscard]] constexpr bool holds(std::int32_t when) const noexcept {
    return (!from || when >= from->since_epoch) && (!to || when < to->since_epoch);
  }
};

/// Surveys of one window. An answer without a score is an answer.
struct response_counts {
  std::int64_t sent = 0;                ///< sent in the window, bounced ones included
  std::int64_t delivered = 0;           ///< of those, delivered
  std::int64_t delivered_answered = 0;  ///< of those, answered in the window
  std::int64_t answered = 0;            ///< answered in the window, whenever sent

  /// Throw `overflow_error` beyond 64 bits; the counts are then unchanged.
  constexpr response_counts& operator+=(const response_counts& other) {
    response_counts sum = *this;
    detail::checked_add(sum.sent, other.sent, "response_counts");
    detail::checked_add(sum.delivered, other.delivered, "response_counts");
    detail::checked_add(sum.delivered_answered, other.delivered_answered, "response_counts");
    detail::checked_add(sum.answered, other.answered, "response_counts");
    return *this = sum;
  }
  constexpr response_counts& operator-=(const response_counts& other) {
    response_counts rest = *this;
    detail::checked_subtract(rest.sent, other.sent, "response_counts");
    detail::checked_subtract(rest.delivered, other.delivered, "response_counts");
    detail::checked_subtract(rest.delivered_answered, other.delivered_answered, "response_counts");
    detail::checked_subtract(rest.answered, other.answered, "response_counts");
    return *this = rest;
  }
  friend constexpr bool operator==(const response_counts&, const response_counts&) = default;

  static constexpr std::uint16_t bytes_kind = 20;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.sent, self.delivered, self.delivered_answered, self.answered);
  }
};

/// Which answers are counted in the numerator.
enum class response_base : std::uint8_t {
  sent_cohort,               ///< answers to the surveys of the denominator; never above 1
  responses_over_delivered,  ///< all answers of the window, also to older surveys; may exceed 1, so it has no interval
};
constexpr std::array<std::string_view, 2> values_of(response_base) {
  return {"sent_cohort", "responses_over_delivered"};
}

struct response_options {
  confidence_level level{};
  response_base base = response_base::sent_cohort;
  proportion_interval interval = proportion_interval::wilson;
};

/// Throws `data_error` where a survey has no day, was answered before it was sent, or was answered without being delivered.
[[nodiscard]] response_counts tally_responses(const invitations& surveys, const response_window& window = {});

inline constexpr metric_label response_rate_label{"response_rate", "share"};

/// Answered / delivered, in [0, 1] for `sent_cohort`. Nothing delivered: undefined.
/// What it does not tell you: whether those who answered are like those who did not; a high rate can still be
/// biased.
[[nodiscard]] estimate response_rate(const response_counts& counts, const response_options& options = {});
[[nodiscard]] estimate response_rate(const invitations& surveys, const response_window& window = {},
                                     const response_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
