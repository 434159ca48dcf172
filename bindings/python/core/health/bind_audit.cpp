// Cards audited: sensitivity, influence, pairs, drift, gates.
#include <pybind11/stl.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "bind_state.hpp"
#include "health/signal_parts.hpp"

namespace py = pybind11;

namespace sojourn::python {

using arrow::any_column;
namespace h = health;
using columns = std::vector<any_column>;

any_column outcome_bytes(const any_column& source) {
  if (source.type() == arrow::kind::boolean) return source;
  const auto numbers = arrow::as_int32(source, "outcome");
  const auto view = numbers.view();
  std::vector<std::uint8_t> bytes(view.size()), present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (view.present(row) && view[row] != 0 && view[row] != 1) {
      throw data_error({"outcome", row, std::to_string(view[row]), "an outcome is 0 (stayed) or 1 (left)",
                        "leave it missing when it is not known"});
    }
    bytes[row] = view.present(row) && view[row] == 1;
  }
  return any_column::booleans(std::move(bytes), present);
}

std::vector<h::tier_code> tier_codes(const any_column& tier, const std::vector<std::string>& order) {
  if (order.size() > h::max_tiers) throw schema_error("more than " + std::to_string(h::max_tiers) + " tiers");
  const auto names = arrow::as_segments(tier, "tier");
  std::vector<h::tier_code> codes(tier.size(), h::unknown_tier);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!names.codes.view().present(row)) continue;
    const std::string& name = names.labels[names.codes.view()[row]];
    const auto found = std::ranges::find(order, name);
    if (found == order.end() && name != "unknown") throw data_error({"tier", row, name, "is none of the card's tiers", ""});
    if (found != order.end()) codes[row] = static_cast<h::tier_code>(found - order.begin());
  }
  return codes;
}

h::normalised_signals matrix_of(const columns& points, const columns& lost) {
  h::contributions parts;
  parts.signals = points.size();
  parts.rows = points.empty() ? 0 : points.front().size();
  const auto append = [&](const columns& from, std::vector<double>& to) {
    for (const any_column& one : from) {
      const auto held = arrow::as_double(one, "signal");
      to.insert(to.end(), held.view().values().begin(), held.view().values().end());
    }
  };
  append(points, parts.points);
  append(lost, parts.lost);
  return h::detail::values_of(parts);
}

namespace {

std::vector<double> doubles(const any_column& source, const char* name) {
  const auto held = arrow::as_double(source, name);
  const auto view = held.view();
  std::vector<double> values(view.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    values[row] = view.present(row) ? view[row] : std::numeric_limits<double>::quiet_NaN();
  }
  return values;
}

template <class Row, class Field>
any_column gather(const std::vector<Row>& rows, Field field) {
  std::vector<std::remove_cvref_t<decltype(rows[0].*field)>> values;
  for (const Row& row : rows) values.push_back(row.*field);
  return any_column::from(std::move(values));
}

py::dict influence(const columns& points, const columns& lost, const any_column& score, const std::vector<double>& weights,
                   std::size_t bins) {
  const auto found = h::influence(matrix_of(points, lost).view(), doubles(score, "score"), weights, bins);
  py::dict out;
  out["weight"] = gather(found, &h::signal_influence::weight);
  out["share"] = gather(found, &h::signal_influence::share);
  out["eta_squared"] = gather(found, &h::signal_influence::eta_squared);
  out["present"] = gather(found, &h::signal_influence::present);
  return out;
}

py::dict outranking(const columns& points, const columns& lost, const any_column& score,
                    const std::vector<double>& weights) {
  const auto signals = matrix_of(points, lost);
  const auto scores = doubles(score, "score");
  h::outranking_audit found;
  {
    const py::gil_scoped_release release;
    found = h::audit_outranking(signals.view(), scores, weights);
  }
  py::dict out;
  out["pairs"] = found.pairs;
  out["dominated"] = found.dominated;
  out["against_majority"] = found.against_majority;
  out["dominated_share"] = found.dominated_share();
  out["against_share"] = found.against_share();
  return out;
}

py::dict drift(const columns& points, const columns& lost, const columns& points_now, const columns& lost_now,
               std::size_t bins) {
  const auto found = h::signal_stability(matrix_of(points, lost).view(), matrix_of(points_now, lost_now).view(), bins);
  py::dict out;
  out["psi"] = gather(found, &h::stability::psi);
  out["p_value"] = gather(found, &h::stability::p_value);
  out["degrees"] = gather(found, &h::stability::degrees);
  out["smoothed_bins"] = gather(found, &h::stability::smoothed_bins);
  return out;
}

py::dict sensitivity(const columns& points, const columns& lost, const std::vector<double>& weights,
                     const h::scorecard& card, std::int64_t draws, double concentration, std::uint64_t seed, double level,
                     std::size_t threads) {
  h::weight_sensitivity found;
  {
    const py::gil_scoped_release release;
    const auto signals = matrix_of(points, lost);
    found = h::sensitivity(signals.view(), weights, card.ladder(), {draws, concentration, seed, confidence_level{level}},
                           thread_executor(threads));
  }
  std::vector<std::string> tiers;
  for (const h::tier_code code : found.tier) tiers.emplace_back(card.tier_name(code));
  py::dict out;
  out["score"] = any_column::from(std::move(found.score));
  out["score_low"] = any_column::from(std::move(found.score_low));
  out["score_high"] = any_column::from(std::move(found.score_high));
  out["rank"] = any_column::from(std::move(found.rank));
  out["rank_low"] = any_column::from(std::move(found.rank_low));
  out["rank_high"] = any_column::from(std::move(found.rank_high));
  out["tier"] = any_column::from(std::move(tiers));
  out["flip"] = any_column::from(std::move(found.flip));
  return py::dict(py::arg("columns") = out, py::arg("mean_flip") = found.mean_flip);
}

py::dict leave_one_out(const columns& points, const columns& lost, const std::vector<double>& weights,
                       const h::scorecard& card) {
  const auto found = h::leave_one_out(matrix_of(points, lost).view(), weights, card.ladder());
  py::dict out;
  out["tier_changes"] = gather(found, &h::without_signal::tier_changes);
  out["mean_shift"] = gather(found, &h::without_signal::mean_shift);
  out["largest_shift"] = gather(found, &h::without_signal::largest_shift);
  out["rank_correlation"] = gather(found, &h::without_signal::rank_correlation);
  return out;
}

/// The rows of a panel between two days, with tiers as codes.
struct looked_at {
  std::vector<std::int32_t> as_of, left_on;
  std::vector<std::uint8_t> left_bits;
  std::vector<std::uint32_t> account;
  std::vector<h::tier_code> tier;

  [[nodiscard]] column<std::int32_t> days() const { return column<std::int32_t>(as_of); }
  [[nodiscard]] column<std::uint32_t> accounts() const { return column<std::uint32_t>(account); }
  [[nodiscard]] column<std::int32_t> departures() const { return {left_on, left_bits.data()}; }
};

looked_at rows_between(const any_column& as_of, const any_column& accounts, const any_column& tier,
                       const any_column& left_on, const std::vector<std::string>& order, std::int32_t from,
                       std::optional<std::int32_t> until) {
  const auto days = arrow::as_day(as_of, "as_of"), gone = arrow::as_day(left_on, "left_on");
  account_index index;
  const auto keys = arrow::as_accounts(accounts, index, "account");
  const auto codes = tier_codes(tier, order);
  require_same_length(days.view(), "as_of", gone.view(), "left_on");
  require_same_length(days.view(), "as_of", keys.view(), "account");
  if (codes.size() != days.view().size()) throw schema_error("tiers and rows differ in number");
  looked_at found;
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!days.view().present(row) || days.view()[row] < from || (until && days.view()[row] >= *until)) continue;
    const std::size_t at = found.as_of.size();
    found.as_of.push_back(days.view()[row]);
    found.account.push_back(keys.view()[row]);
    found.tier.push_back(codes[row]);
    found.left_bits.resize(at / 8 + 1, 0);
    const bool left = gone.view().present(row);
    found.left_on.push_back(left ? gone.view()[row] : 0);
    if (left) found.left_bits[at / 8] = static_cast<std::uint8_t>(found.left_bits[at / 8] | (1u << (at % 8)));
  }
  return found;
}

py::dict gates(const any_column& as_of, const any_column& accounts, const any_column& tier, const any_column& left_on,
               const any_column& outcome, const std::vector<std::string>& order, std::int32_t from,
               std::optional<std::int32_t> until, double red_lift, double foreseen_share,
               std::pair<std::int32_t, std::int32_t> days_before, double best_tier_share, double level) {
  const h::gate_options options{red_lift,           foreseen_share,  days_before.first,
                                days_before.second, best_tier_share, confidence_level{level}};
  const auto rows = rows_between(as_of, accounts, tier, left_on, order, from, until);
  const auto best = static_cast<h::tier_code>(order.size() - 1);
  const auto foreseen = h::tally_foreseen(rows.days(), rows.accounts(), rows.tier, rows.departures(), best, options);
  const any_column left = outcome_bytes(outcome);
  const auto outcomes = h::tally_tier_outcomes(tier_codes(tier, order), left.view<std::uint8_t>("outcome"));
  py::list found;
  for (const h::gate_result& one : h::judge(outcomes, order.size(), foreseen, options)) {
    found.append(
        py::make_tuple(std::string(to_string(one.which)), one.value, one.threshold, std::string(to_string(one.says))));
  }
  return py::dict(py::arg("gates") = found, py::arg("foreseen") = foreseen.below_best,
                  py::arg("in_best_tier") = foreseen.best, py::arg("not_seen") = foreseen.not_seen);
}

py::dict first_red(const any_column& as_of, const any_column& accounts, const any_column& tier, const any_column& left_on,
                   const std::vector<std::string>& order, std::int32_t from, std::optional<std::int32_t> until,
                   double level) {
  const auto rows = rows_between(as_of, accounts, tier, left_on, order, from, until);
  const auto state = h::tally_first_red(rows.days(), rows.accounts(), rows.tier, rows.departures());
  const auto found = h::lead_time(state, {confidence_level{level}});
  py::dict out;
  out["lower_quartile"] = found.lower_quartile;
  out["median"] = found.median;
  out["upper_quartile"] = found.upper_quartile;
  out["never_red"] = found.never_red;
  return out;
}

}  // namespace

void bind_audit(py::module_& m) {
  m.def("influence", &influence, py::arg("points"), py::arg("lost"), py::arg("score"), py::arg("weights"), py::arg("bins"));
  m.def("audit_outranking", &outranking, py::arg("points"), py::arg("lost"), py::arg("score"), py::arg("weights"));
  m.def("signal_stability", &drift, py::arg("points"), py::arg("lost"), py::arg("points_now"), py::arg("lost_now"),
        py::arg("bins"));
  m.def("weight_sensitivity", &sensitivity, py::arg("points"), py::arg("lost"), py::arg("weights"), py::arg("card"),
        py::arg("draws"), py::arg("concentration"), py::arg("seed"), py::arg("level"), py::arg("threads"));
  m.def("leave_one_out", &leave_one_out, py::arg("points"), py::arg("lost"), py::arg("weights"), py::arg("card"));
  m.def("gates", &gates, py::arg("as_of"), py::arg("accounts"), py::arg("tier"), py::arg("left_on"), py::arg("outcome"),
        py::arg("tiers"), py::arg("first_day"), py::arg("end_day"), py::arg("red_lift"), py::arg("foreseen_share"),
        py::arg("days_before"), py::arg("best_tier_share"), py::arg("level"));
  m.def("first_red", &first_red, py::arg("as_of"), py::arg("accounts"), py::arg("tier"), py::arg("left_on"),
        py::arg("tiers"), py::arg("first_day"), py::arg("end_day"), py::arg("level"));
  m.def(
      "test_days",
      [](const any_column& as_of, std::size_t splits) {
        const auto days = arrow::as_day(as_of, "as_of");
        std::vector<std::int32_t> starts;
        for (const day one : h::test_days(days.view(), splits)) starts.push_back(one.since_epoch);
        return starts;
      },
      py::arg("as_of"), py::arg("splits"));
  m.def(
      "points_scale",
      [](double points, double odds, double points_to_double) {
        const auto scale = h::points_scale::through(points, odds, points_to_double);
        return py::make_tuple(scale.offset(), scale.factor());
      },
      py::arg("points"), py::arg("odds"), py::arg("points_to_double"));
}

}  // namespace sojourn::python
