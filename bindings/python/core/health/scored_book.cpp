#include "health/scored_book.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "health/two_cycles.hpp"

namespace py = pybind11;

namespace sojourn::python {

using arrow::any_column;
namespace h = health;

any_column tier_column(const h::scorecard& card, const std::vector<h::tier_code>& tiers, std::size_t rows) {
  std::vector<std::string> labels;
  for (const h::tier& t : card.spec().tiers.tiers) labels.push_back(t.name);
  const auto unknown = static_cast<std::uint32_t>(labels.size());
  labels.insert(labels.end(), {"unknown", "(other card)"});
  std::vector<std::uint32_t> codes(rows);
  std::vector<std::uint8_t> present(rows, tiers.empty() ? 0 : 1);
  for (std::size_t row = 0; row < tiers.size(); ++row) {
    codes[row] = tiers[row] < unknown ? tiers[row] : tiers[row] == h::unknown_tier ? unknown : unknown + 1;
    present[row] = tiers[row] != h::no_tier;
  }
  return any_column::dictionary(std::move(codes), std::move(labels), present);
}

namespace {

/// Codes of this card by name. A tier it does not have is a code beyond its ladder: scoring then forgets it, and says so.
std::vector<h::tier_code> codes_of(const h::scorecard& card, const std::vector<std::string>& labels) {
  constexpr h::tier_code foreign = 253;
  std::vector<h::tier_code> codes;
  for (const std::string& name : labels) {
    h::tier_code code = name == "unknown" ? h::unknown_tier : foreign;
    for (std::size_t t = 0; t < card.ladder().size(); ++t) {
      if (card.tier_name(static_cast<h::tier_code>(t)) == name) code = static_cast<h::tier_code>(t);
    }
    codes.push_back(code);
  }
  return codes;
}

/// The columns of the cycle before, read row by row.
class cycle_reader {
 public:
  cycle_reader(const h::scorecard& card, const std::vector<any_column>& parts)
      : score_(arrow::as_double(parts.at(2), "score")),
        tier_(arrow::as_segments(parts.at(3), "tier")),
        code_of_(codes_of(card, tier_.labels)) {
    constexpr std::size_t whole = 10;
    has_memory_ = parts.size() == whole;
    if (!has_memory_) return;
    smoothed_ = arrow::as_double(parts[4], "smoothed");
    candidate_ = arrow::as_segments(parts[5], "candidate");
    candidate_of_ = codes_of(card, candidate_.labels);
    held_ = arrow::as_int64(parts[6], "held");
    gap_ = arrow::as_int64(parts[7], "gap");
    scored_on_ = arrow::as_day(parts[8], "scored_on");
    as_of_ = arrow::as_day(parts[9], "as_of");
  }

  [[nodiscard]] h::cycle_state at(std::size_t row) const {
    h::cycle_state state;
    if (score_.view().present(row)) state.score = score_.view()[row];
    if (tier_.codes.view().present(row)) state.tier = code_of_[tier_.codes.view()[row]];
    if (!has_memory_) return state;
    if (smoothed_.view().present(row)) state.smoothed = smoothed_.view()[row];
    if (candidate_.codes.view().present(row)) state.candidate = candidate_of_[candidate_.codes.view()[row]];
    state.held = count(held_, row);
    state.gap = count(gap_, row);
    if (scored_on_.view().present(row)) state.scored_on = day{scored_on_.view()[row]};
    if (as_of_.view().present(row)) state.as_of = day{as_of_.view()[row]};
    return state;
  }

 private:
  static std::uint16_t count(const arrow::held_column<std::int64_t>& values, std::size_t row) {
    constexpr std::int64_t most = std::numeric_limits<std::uint16_t>::max();
    return values.view().present(row) ? static_cast<std::uint16_t>(std::clamp<std::int64_t>(values.view()[row], 0, most))
                                      : std::uint16_t{0};
  }
  arrow::held_column<double> score_, smoothed_;
  arrow::segment_codes tier_, candidate_;
  std::vector<h::tier_code> code_of_, candidate_of_;
  arrow::held_column<std::int64_t> held_, gap_;
  arrow::held_column<std::int32_t> scored_on_, as_of_;
  bool has_memory_ = false;
};

any_column day_column(const std::vector<h::cycle_state>& states, day h::cycle_state::* which) {
  std::vector<std::int32_t> days;
  std::vector<std::uint8_t> present;
  for (const h::cycle_state& state : states) {
    days.push_back((state.*which).since_epoch);
    present.push_back(state.*which != day{});
  }
  return any_column::dates(std::move(days), present);
}

}  // namespace

std::vector<h::cycle_state> align_cycle(const h::scorecard& card, const std::vector<any_column>& parts) {
  if (card.spec().smoothing && parts.size() < 5) {
    throw schema_error(
        "the card smooths scores, so `previous` must be a result or its cycle() table: account, score and tier are not "
        "enough");
  }
  account_index index;
  const std::vector<std::size_t> then = rows_of(parts.at(1), index, "previous");
  const auto now = arrow::as_accounts(parts.at(0), index, "account");
  const cycle_reader before(card, parts);
  std::vector<h::cycle_state> result;
  result.reserve(now.view().size());
  for (const std::uint32_t account : now.view().values()) {
    const std::size_t row = account < then.size() ? then[account] : absent;
    result.push_back(row == absent ? h::cycle_state{} : before.at(row));
  }
  return result;
}

py::dict cycle_columns(const scored_book& book) {
  const h::scores& r = *book.result;
  py::dict out;
  out["score"] = any_column::from(r.score);
  out["tier"] = tier_column(book.card, r.tier, r.size());
  const h::scorecard_spec& spec = book.card.spec();
  const bool remembers = spec.smoothing || spec.tiers.dwell > 1 || spec.tiers.hold_unknown > 0;
  if (!remembers) return out;
  std::vector<double> smoothed;
  std::vector<h::tier_code> candidate;
  std::vector<std::int32_t> held, gap;
  for (const h::cycle_state& state : r.cycle) {
    smoothed.push_back(state.smoothed);
    candidate.push_back(state.candidate);
    held.push_back(state.held);
    gap.push_back(state.gap);
  }
  out["smoothed"] = any_column::from(std::move(smoothed));
  out["candidate"] = tier_column(book.card, candidate, r.size());
  out["held"] = any_column::from(std::move(held));
  out["gap"] = any_column::from(std::move(gap));
  out["scored_on"] = day_column(r.cycle, &h::cycle_state::scored_on);
  out["as_of"] = day_column(r.cycle, &h::cycle_state::as_of);
  return out;
}

}  // namespace sojourn::python
