#include "sojourn/health/evaluation/fit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

#include "detail/nan.hpp"
#include "health/score/inputs.hpp"
#include "health/score/kernels.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using detail::tile_rows;
using sojourn::detail::nan;

/// Shortest text that reads as the same number.
std::string shortest_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end.ptr);
}

/// Type 7: straight between the values at both sides of position p (n - 1).
double quantile(const std::vector<double>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double low = sorted[below], high = sorted[below + 1];
  return low == high ? low : std::lerp(low, high, position - static_cast<double>(below));
}

double median(const std::vector<double>& sorted) {
  return quantile(sorted, 0.5);
}

better_side side_of(const normaliser& norm) {
  if (const auto* r = std::get_if<ramp>(&norm)) return r->bad > r->good ? better_side::lower : better_side::higher;
  if (const auto* r = std::get_if<log_ramp>(&norm)) return r->bad > r->good ? better_side::lower : better_side::higher;
  if (const auto* l = std::get_if<logistic>(&norm)) return l->slope < 0 ? better_side::lower : better_side::higher;
  if (const auto* z = std::get_if<zscore>(&norm)) return z->better;
  if (const auto* z = std::get_if<robust_z>(&norm)) return z->better;
  if (const auto* p = std::get_if<percentile>(&norm)) return p->better;
  return better_side::higher;
}

/// Names, flags and days have no distribution to fit; two-column kinds are not about the column alone.
bool can_be_fitted(const normaliser& norm) {
  return !std::holds_alternative<value_map>(norm) && !std::holds_alternative<boolean>(norm) &&
         !std::holds_alternative<recency>(norm) && !std::holds_alternative<change>(norm) &&
         !std::holds_alternative<ratio>(norm) && !std::holds_alternative<lookup2d>(norm);
}

class fitter {
 public:
  fitter(const scorecard_spec& card, const signals& columns, const fit_options& options)
      : result_{card, {}}, columns_(columns), options_(options) {
    check_options();
  }

  fitted_card run() {
    const std::vector<fit_request> wanted = requests();
    for (signal_spec& s : result_.spec.signals) {
      const auto at = std::find_if(wanted.begin(), wanted.end(), [&](const fit_request& r) { return r.signal == s.name; });
      if (at != wanted.end()) fit(s, *at);
      if (s.missing.kind == missing_kind::impute) fit_typical(s);
    }
    return std::move(result_);
  }

  /// Signals in the card's order, then what they are divided by and segmented by.
  [[nodiscard]] std::vector<std::string> inputs() const {
    std::vector<std::string> names;
    const auto add = [&names](const std::string& name) {
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    const std::vector<fit_request> wanted = requests();
    const auto fitted = [&](const signal_spec& s) {
      return std::any_of(wanted.begin(), wanted.end(), [&](const fit_request& r) { return r.signal == s.name; });
    };
    for (const signal_spec& s : result_.spec.signals) {
      const bool imputes = s.missing.kind == missing_kind::impute;
      if (fitted(s) || imputes) add(s.name);
      if (fitted(s)) add(s.per);
      const auto* ranked = std::get_if<percentile>(&s.norm);
      if (fitted(s) && ranked != nullptr) add(ranked->segment);
      if (imputes) add(s.missing.segment);
    }
    return names;
  }

 private:
  void check_options() const {
    const bool ordered =
        options_.low_quantile >= 0 && options_.low_quantile < options_.high_quantile && options_.high_quantile <= 1;
    if (!ordered) throw schema_error("the quantiles of a fit must satisfy 0 <= low < high <= 1");
    if (options_.min_fit < 1 || options_.min_segment < 1)
      throw schema_error("a fit needs at least 1 value: min_fit and min_segment start at 1");
    if (options_.max_reference < 2 || options_.max_reference > 4096)
      throw schema_error("max_reference must lie between 2 and 4096");
  }

  [[nodiscard]] std::vector<fit_request> requests() const {
    std::vector<fit_request> result = options_.requests;
    if (result.empty()) {
      for (const signal_spec& s : result_.spec.signals) {
        if (std::holds_alternative<zscore>(s.norm)) result.push_back({s.name, fit_kind::zscore, {}});
        if (std::holds_alternative<robust_z>(s.norm)) result.push_back({s.name, fit_kind::robust_z, {}});
        if (std::holds_alternative<percentile>(s.norm)) result.push_back({s.name, fit_kind::percentile, {}});
      }
    }
    for (std::size_t i = 0; i < result.size(); ++i) check_request(result, i);
    return result;
  }
  void check_request(const std::vector<fit_request>& all, std::size_t i) const {
    const std::string& name = all[i].signal;
    std::vector<std::string> names;
    const signal_spec* found = nullptr;
    for (const signal_spec& s : result_.spec.signals) {
      names.push_back(s.name);
      if (s.name == name) found = &s;
    }
    if (found == nullptr) {
      const std::string hint = json::did_you_mean(name, names);
      throw schema_error("the card has no signal \"" + name + "\" to fit" + (hint.empty() ? "" : "; " + hint));
    }
    for (std::size_t j = 0; j < i; ++j)
      if (all[j].signal == name) throw schema_error("signal \"" + name + "\" is to be fitted twice");
    if (!can_be_fitted(found->norm)) {
      throw schema_error(
          "signal \"" + name +
          "\" has a normaliser that is not about its numbers alone (map, bool, recency, change, ratio, lookup2d), "
          "so there is nothing to fit; write another one first");
    }
  }

  [[nodiscard]] const signal_column& column(const std::string& name) const {
    std::vector<std::string> names;
    for (const signal_column& s : columns_) {
      if (s.name == name) return s;
      names.push_back(s.name);
    }
    const std::string hint = json::did_you_mean(name, names);
    throw schema_error("the fit reads a column \"" + name + "\", which is not there" + (hint.empty() ? "" : "; " + hint));
  }
  static std::size_t rows_of(const signal_column& s) {
    return std::visit([](const auto& values) { return values.size(); }, s.values);
  }
  static std::vector<double> numbers(const signal_column& s) {
    if (!s.labels.empty()) throw schema_error("column \"" + s.name + "\" holds text, which has no distribution to fit");
    const detail::input source{&s, {}};
    std::vector<double> result(rows_of(s));
    for (std::size_t first = 0; first < result.size(); first += tile_rows) {
      const std::size_t n = std::min(tile_rows, result.size() - first);
      const double* x = detail::load(source, first, n, result.data() + first);
      if (x != result.data() + first) std::copy_n(x, n, result.data() + first);
    }
    return result;
  }
  static void same_length(const signal_column& a, const signal_column& b) {
    if (rows_of(a) == rows_of(b)) return;
    throw schema_error("columns \"" + a.name + "\" (" + std::to_string(rows_of(a)) + " rows) and \"" + b.name + "\" (" +
                       std::to_string(rows_of(b)) + " rows) differ in length; a table needs equal lengths");
  }

  /// The raw values that count, NaN for the others, which are noted.
  std::vector<double> clean(const signal_spec& s, fitted_signal& report) const {
    std::vector<double> x = numbers(column(s.name));
    for (double& value : x) {
      if (std::isnan(value)) {
        ++report.missing;
      } else if (std::isinf(value)) {
        ++report.nonfinite;
        value = nan;
      } else if (s.valid && (value < s.valid->low || value > s.valid->high)) {
        ++report.invalid;
        value = s.valid->otherwise == invalid_policy::clamp ? std::clamp(value, s.valid->low, s.valid->high) : nan;
      }
    }
    return x;
  }
  void divide(const signal_spec& s, std::vector<double>& x, fitted_signal& report) const {
    const signal_column& divisor = column(s.per);
    same_length(column(s.name), divisor);
    const std::vector<double> d = numbers(divisor);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i])) continue;
      x[i] = d[i] > 0 && std::isfinite(d[i]) ? x[i] / d[i] : nan;
      if (std::isfinite(x[i])) continue;
      ++report.missing;
      x[i] = nan;
    }
  }
  static std::vector<double> sorted(std::vector<double> x) {
    std::erase_if(x, [](double value) { return std::isnan(value); });
    std::sort(x.begin(), x.end());
    return x;
  }

  void require_enough(const fitted_signal& report) const {
    if (report.used >= options_.min_fit || options_.small == small_fit::accept) return;
    throw data_error(
        {report.signal, problem::no_row, std::to_string(report.used),
         "too few values to fit " + report.what + ": at least " + std::to_string(options_.min_fit) + " are needed",
         "give more rows, lower min_fit, or accept small fits"});
  }

  void fit(signal_spec& s, const fit_request& request) {
    fitted_signal report{s.name, name_of(request.kind)};
    std::vector<double> x = clean(s, report);
    if (!s.per.empty()) divide(s, x, report);
    const auto* ranked = std::get_if<percentile>(&s.norm);
    const std::string segment = ranked != nullptr && request.kind == fit_kind::percentile ? ranked->segment : "";
    const auto parts = segment.empty() ? segmented{} : by_segment(column(s.name), segment, x);
    x = sorted(std::move(x));
    report.used = static_cast<std::int64_t>(x.size());
    require_enough(report);
    std::optional<normaliser> norm = parameters(x, request.kind, request.better.value_or(side_of(s.norm)), report);
    if (norm) {
      if (!segment.empty()) add_references(std::get<percentile>(*norm), segment, parts);
      s.norm = *norm;
      s.state = activity::active;
    } else {
      degenerate(s, x, report);
    }
    result_.signals.push_back(std::move(report));
  }

  void degenerate(signal_spec& s, const std::vector<double>& x, fitted_signal& report) const {
    if (options_.degenerate == degenerate_fit::refuse) {
      throw data_error({s.name, problem::no_row, x.empty() ? "" : shortest_text(median(x)),
                        "has no spread to fit " + report.what + " to: it cannot tell accounts apart",
                        "leave it out, or let such signals be inactive"});
    }
    if (options_.degenerate == degenerate_fit::inactive) {
      report.status = fit_status::inactive;
      s.state = activity::inactive;
      return;
    }
    report.status = fit_status::neutral;
    s.norm = bins{{}, {0.5}};
    s.state = activity::active;
  }

  static std::string name_of(fit_kind kind) {
    constexpr const char* names[] = {"ramp", "ramp", "zscore", "robust_z", "percentile"};
    return names[static_cast<std::size_t>(kind)];
  }

  /// Nothing where the values have no spread.
  std::optional<normaliser> parameters(const std::vector<double>& x, fit_kind kind, better_side better,
                                       fitted_signal& report) const {
    const bool constant = x.empty() || x.front() == x.back();
    if (kind == fit_kind::percentile) {
      if (constant && x.size() != 1) return std::nullopt;  // one value alone is its own reference
      return percentile{thinned(x), better};
    }
    if (constant) return std::nullopt;
    switch (kind) {
      case fit_kind::ramp_quantiles:
        return ramp_between(quantile(x, options_.low_quantile), quantile(x, options_.high_quantile), better);
      case fit_kind::ramp_range:
        return ramp_between(x.front(), x.back(), better);
      case fit_kind::zscore:
        return fit_zscore(x, better);
      default:
        return fit_robust(x, better, report);
    }
  }
  static bool usable(double width) { return width > 0 && std::isfinite(width) && std::isfinite(1 / width); }
  static std::optional<normaliser> ramp_between(double low, double high, better_side better) {
    if (!usable(high - low)) return std::nullopt;
    return better == better_side::higher ? ramp{low, high} : ramp{high, low};
  }
  static std::optional<normaliser> fit_zscore(const std::vector<double>& x, better_side better) {
    const auto n = static_cast<double>(x.size());
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    const double squares = std::accumulate(
        x.begin(), x.end(), 0.0, [mean](double sum, double value) { return sum + (value - mean) * (value - mean); });
    const double sd = std::sqrt(squares / (n - 1));
    if (!usable(sd)) return std::nullopt;
    return zscore{mean, sd, better};
  }
  static std::optional<normaliser> fit_robust(const std::vector<double>& x, better_side better, fitted_signal& report) {
    const double middle = median(x);
    std::vector<double> away;
    away.reserve(x.size());
    for (const double value : x) away.push_back(std::abs(value - middle));
    std::sort(away.begin(), away.end());
    double mad = median(away);
    if (mad == 0) {
      // z = 0.6745 (x - median) / mad, so this mad makes z = (x - median) / (IQR / 1.349).
      mad = 0.6745 * (quantile(x, 0.75) - quantile(x, 0.25)) / 1.349;
      report.status = fit_status::by_quartiles;
    }
    if (!usable(mad)) return std::nullopt;
    return robust_z{middle, mad, better};
  }
  /// Evenly over the ranks, each value standing for as many.
  [[nodiscard]] std::vector<double> thinned(const std::vector<double>& x) const {
    const std::size_t kept = options_.max_reference;
    if (x.size() <= kept) return x;
    std::vector<double> result;
    result.reserve(kept);
    for (std::size_t i = 0; i < kept; ++i) {
      result.push_back(x[static_cast<std::size_t>((static_cast<double>(i) + 0.5) / static_cast<double>(kept) *
                                                  static_cast<double>(x.size()))]);
    }
    return result;
  }

  void fit_typical(signal_spec& s) {
    fitted_signal report{s.name, "impute"};
    const std::vector<double> x = clean(s, report);
    const std::vector<double> all = sorted(x);
    report.used = static_cast<std::int64_t>(all.size());
    require_enough(report);
    if (all.empty())
      report.status = fit_status::no_value;
    else
      s.missing.typical = median(all);
    if (!s.missing.segment.empty() && !all.empty()) {
      s.missing.typical_by.clear();
      for (const auto& [name, values] : by_segment(column(s.name), s.missing.segment, x))
        s.missing.typical_by.emplace_back(name, median(values));
    }
    result_.signals.push_back(std::move(report));
  }

  /// Sorted values of every segment that has enough of them, in the order of their names.
  using segmented = std::map<std::string, std::vector<double>>;
  [[nodiscard]] segmented by_segment(const signal_column& source, const std::string& name_of_segment,
                                     const std::vector<double>& x) const {
    const signal_column& segments = column(name_of_segment);
    same_length(source, segments);
    if (!segments.labels.empty() && !std::holds_alternative<sojourn::column<std::int32_t>>(segments.values)) {
      throw schema_error("column \"" + segments.name + "\" has labels, so its values must be int32 codes");
    }
    segmented values;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::optional<std::string> name = std::isnan(x[i]) ? std::nullopt : segment_at(segments, i);
      if (name) values[*name].push_back(x[i]);
    }
    std::erase_if(
        values, [this](const auto& entry) { return static_cast<std::int64_t>(entry.second.size()) < options_.min_segment; });
    for (auto& [name, members] : values) std::sort(members.begin(), members.end());
    return values;
  }
  void add_references(percentile& norm, const std::string& segment, const segmented& parts) const {
    norm.segment = segment;
    for (const auto& [name, values] : parts) norm.by.emplace_back(name, thinned(values));
  }
  static std::optional<std::string> segment_at(const signal_column& segments, std::size_t row) {
    const detail::input source{&segments, {}};
    if (!segments.labels.empty()) {
      const std::int64_t code = detail::code_at(source, row);
      if (code < 0 || static_cast<std::size_t>(code) >= segments.labels.size()) return std::nullopt;
      return segments.labels[static_cast<std::size_t>(code)];
    }
    double buffer = nan;
    const double number = *detail::load(source, row, 1, &buffer);
    if (!std::isfinite(number)) return std::nullopt;
    return shortest_text(number);
  }

  fitted_card result_;
  const signals& columns_;
  const fit_options& options_;
};

}  // namespace

std::vector<std::string> fit_inputs(const scorecard_spec& card, const fit_options& options) {
  return fitter(card, {}, options).inputs();
}

fitted_card fit_normalisers(const scorecard_spec& card, const signals& columns, const fit_options& options) {
  return fitter(card, columns, options).run();
}

}  // namespace sojourn::inline v0_1::health
