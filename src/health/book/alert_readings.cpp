#include "health/book/alert_readings.hpp"

#include "health/book/alert_charts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "sojourn/domain/shown_value.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

double value_at(std::span<const double> values, std::size_t row) {
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : values[row];
}

bool is_tier(tier_code code) {
  return code < max_tiers;
}

/// Base less now, which is what a fall is: the difference of the numbers that are shown.
reading fall(double from, double to) {
  return {shown_difference(from, to), from, to};
}

reading tier_worsened(const alert_input& book, std::size_t row) {
  if (book.previous_tier.empty() || !is_tier(book.previous_tier[row]) || !is_tier(book.tier[row])) return {};
  return fall(book.previous_tier[row], book.tier[row]);
}

/// The worst of several, and how many more reach the threshold.
void take(reading& worst, const reading& next, double threshold) {
  if (std::isnan(next.quantity)) return;
  const auto reaches = [&](double quantity) { return compare_shown(quantity, threshold) >= 0; };
  const bool first = std::isnan(worst.quantity), worse = first || next.quantity > worst.quantity;
  const bool both = !first && reaches(worst.quantity) && reaches(next.quantity);
  const std::size_t others = worst.others + (both ? 1 : 0);
  if (worse) worst = next;
  worst.others = others;
}

reading signal_drop(const alert_input& book, const alert_options& options, std::size_t row) {
  const double threshold = options.thresholds[static_cast<std::size_t>(alert_rule::signal_drop)].at;
  reading worst;
  for (std::size_t s = 0; s < book.signals.size(); ++s) {
    const watched_signal& signal = book.signals[s];
    if (signal.when_lower != watched_signal::fall::is_worse || signal.before.empty()) continue;
    const double from = signal.before[row], to = signal.now[row];
    if (!std::isfinite(from) || !std::isfinite(to) || from < signal.minimum_base || !(from > 0)) continue;
    const double lost = (from - to) / from;
    // With a share of its own a signal reaches the threshold of the rule when it has lost that share.
    take(worst, {std::isnan(signal.share) ? lost : lost * threshold / signal.share, from, to, s}, threshold);
  }
  return worst;
}

reading satisfaction_drop(const alert_input& book, const alert_options& options, std::size_t row) {
  const double threshold = options.thresholds[static_cast<std::size_t>(alert_rule::satisfaction_drop)].at;
  reading worst;
  for (std::size_t s = 0; s < book.signals.size(); ++s) {
    const watched_signal& rating = book.signals[s];
    if (std::isnan(rating.rating_fall) || rating.before.empty()) continue;
    const double from = rating.before[row], to = rating.now[row];
    if (!std::isfinite(from) || !std::isfinite(to)) continue;
    take(worst, {shown_difference(from, to) / rating.rating_fall, from, to, s}, threshold);
  }
  return worst;
}

/// CSAT, NPS and CES as people write them; other names as the data have them.
std::string rating_name(const std::string& name) {
  if (name == "csat") return "CSAT";
  if (name == "nps") return "NPS";
  return name == "ces" ? "CES" : name;
}

reading falling(const alert_input& book, std::size_t row) {
  if (book.history.empty() || std::isnan(book.score[row]) || std::isnan(book.history.back()[row])) return {};
  double later = book.score[row];
  std::size_t falls = 0;
  for (std::size_t back = book.history.size(); back > 0; --back) {
    const double earlier = book.history[back - 1][row];
    if (!(compare_shown(earlier, later) > 0)) break;  // also where nothing is known
    later = earlier;
    ++falls;
  }
  return {static_cast<double>(falls), later, book.score[row]};
}

reading days_since(const column<std::int32_t>& last, day as_of, std::size_t row) {
  if (last.empty() || !last.present(row)) return {};
  reading found;
  found.quantity = found.to = static_cast<double>(as_of.since_epoch) - last[row];
  found.since = last[row];
  return found;
}

reading silent(const alert_input& book, const alert_options& options, std::size_t row) {
  const bool contract = book.under_contract.empty() || (book.under_contract.present(row) && book.under_contract[row] != 0);
  return contract ? days_since(book.last_active, options.as_of, row) : reading{};
}

reading feature_unused(const alert_input& book, const alert_options& options, std::size_t row) {
  const double threshold = options.thresholds[static_cast<std::size_t>(alert_rule::feature_unused)].at;
  reading worst;
  for (std::size_t f = 0; f < book.features.size(); ++f) {
    reading one = days_since(book.features[f].last_used, options.as_of, row);
    one.which = f;
    take(worst, one, threshold);
  }
  return worst;
}

reading sponsor_left(const alert_input& book, std::size_t row) {
  if (book.sponsor_left.empty() || !book.sponsor_left.present(row)) return {};
  const double left = book.sponsor_left[row] != 0 ? 1 : 0;
  return {left, 0, left};
}

reading renewal_at_risk(const alert_input& book, const alert_options& options, std::size_t row) {
  if (book.renews_on.empty() || !book.renews_on.present(row) || !is_tier(book.tier[row])) return {};
  const double days = static_cast<double>(book.renews_on[row]) - options.as_of.since_epoch;
  const bool at_risk = book.tier[row] <= options.renewal_tier && days >= 0;
  reading found;
  found.quantity = at_risk ? std::max(0.0, options.renewal_days - days + 1) : 0.0;
  found.to = days;
  return found;
}

reading coverage_drop(const alert_input& book, std::size_t row) {
  const double now = value_at(book.coverage, row), before = value_at(book.previous_coverage, row);
  if (std::isnan(now)) return {};
  return std::isnan(before) ? reading{now == 0 ? 1.0 : 0.0, 1, now} : fall(before, now);
}

reading watermelon(const alert_input& book, const alert_options& options, std::size_t row) {
  const double felt = value_at(book.subjective, row), measured = value_at(book.objective, row);
  const reading gap{std::abs(measured - felt), measured, felt};
  if (book.critical_red.empty() || !is_tier(book.tier[row])) return gap;
  if (book.tier[row] >= options.green && book.critical_red[row] != 0) return {100, book.score[row], 0, 1};
  return std::isnan(gap.quantity) ? reading{0, 0, 0} : gap;
}

/// At most one decimal place, whatever the locale.
std::string reading_text(double value) {
  if (std::isnan(value)) return "unknown";
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, 1).ptr;
  const std::string result(buffer.data(), end);
  return result.ends_with(".0") ? result.substr(0, result.size() - 2) : result;
}

std::string plural(double count, const char* one) {
  return reading_text(count) + " " + one + (count == 1 ? "" : "s");
}

std::string and_others(const reading& what) {
  return what.others == 0 ? "" : ", and " + std::to_string(what.others) + " more";
}

std::string from_to(const reading& what) {
  return "from " + reading_text(what.from) + " to " + reading_text(what.to);
}

}  // namespace

reading read(alert_rule rule, const alert_input& book, const alert_options& options, std::size_t row) {
  switch (rule) {
    case alert_rule::tier_worsened:
      return tier_worsened(book, row);
    case alert_rule::score_drop:
      return fall(value_at(book.previous_score, row), book.score[row]);
    case alert_rule::signal_drop:
      return signal_drop(book, options, row);
    case alert_rule::satisfaction_drop:
      return satisfaction_drop(book, options, row);
    case alert_rule::falling:
      return falling(book, row);
    case alert_rule::silent:
      return silent(book, options, row);
    case alert_rule::feature_unused:
      return feature_unused(book, options, row);
    case alert_rule::sponsor_left:
      return sponsor_left(book, row);
    case alert_rule::renewal_at_risk:
      return renewal_at_risk(book, options, row);
    case alert_rule::stale:
      return {value_at(book.stale_share, row), 0, value_at(book.stale_share, row)};
    case alert_rule::coverage_drop:
      return coverage_drop(book, row);
    case alert_rule::watermelon:
      return watermelon(book, options, row);
    case alert_rule::ewma_fall:
    case alert_rule::cusum_fall:
    case alert_rule::unusual_fall:
      return read_own_history(rule, book, options.own_history, row);
    case alert_rule::data_outage:
      break;  // about the book, not about an account
  }
  return {};
}

outage outage_of(const watched_signal& signal) {
  outage found;
  for (std::size_t row = 0; row < signal.before.size(); ++row) {
    const bool had = !std::isnan(signal.before[row]);
    found.had += had ? 1 : 0;
    found.lost += had && std::isnan(signal.now[row]) ? 1 : 0;
  }
  return found;
}

std::string subject(alert_rule rule, const alert_input& book, const reading& what) {
  if (rule == alert_rule::signal_drop || rule == alert_rule::satisfaction_drop) return book.signals[what.which].name;
  return rule == alert_rule::feature_unused ? book.features[what.which].name : "";
}

std::string evidence(alert_rule rule, const alert_input& book, const reading& what) {
  const auto since = [&] { return ", since " + to_string(day{what.since}); };
  switch (rule) {
    case alert_rule::tier_worsened:
      return "fell " + plural(what.quantity, "tier") + " since the cycle before";
    case alert_rule::score_drop:
      return "score fell " + plural(what.quantity, "point") + ", " + from_to(what);
    case alert_rule::signal_drop:
      return subject(rule, book, what) + " fell " + reading_text(100 * (what.from - what.to) / what.from) + " %, " +
             from_to(what) + and_others(what);
    case alert_rule::satisfaction_drop:
      return rating_name(subject(rule, book, what)) + " fell " + from_to(what) + and_others(what);
    case alert_rule::falling:
      return "score fell " + plural(what.quantity, "cycle") + " in a row, " + from_to(what);
    case alert_rule::silent:
      return "no activity for " + plural(what.quantity, "day") + since();
    case alert_rule::feature_unused:
      return subject(rule, book, what) + " not used for " + plural(what.quantity, "day") + since() + and_others(what);
    case alert_rule::sponsor_left:
      return "the sponsor left";
    case alert_rule::renewal_at_risk:
      return "renews in " + plural(what.to, "day") + ", and the tier is low";
    case alert_rule::stale:
      return reading_text(100 * what.quantity) + " % of the score rests on stale values";
    case alert_rule::coverage_drop:
      return "coverage fell from " + reading_text(100 * what.from) + " % to " + reading_text(100 * what.to) + " %";
    case alert_rule::watermelon:
      return what.which == 1 ? "green, but a critical signal is red"
                             : "what is measured scores " + reading_text(what.from) + ", what the customer says " +
                                   reading_text(what.to);
    case alert_rule::ewma_fall:
      return "the score has drifted down from its usual " + reading_text(what.from) + " to " + reading_text(what.to);
    case alert_rule::cusum_fall:
      return "the score has stayed below its usual " + reading_text(what.from) + ", now " + reading_text(what.to);
    case alert_rule::unusual_fall:
      return "a score of " + reading_text(what.to) + " is unusually low for this account, whose usual is " +
             reading_text(what.from);
    case alert_rule::data_outage:
      break;
  }
  return "";
}

}  // namespace sojourn::inline v0_1::health::detail
