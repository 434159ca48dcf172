#include "sojourn/lifetime/incidence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "detail/nan.hpp"
#include "lifetime/exit_rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_row;
using detail::nan;

/// How survival and each incidence change with the weight of one account. Without new events of its own it evolves as
/// F_k += S h_k, S *= 1 - h.
struct influence {
  double survival = 0;
  std::vector<double> incidence;

  explicit influence(std::size_t causes) : incidence(causes, 0.0) {}
  void step(const std::vector<double>& hazard, double kept) {
    for (std::size_t k = 0; k < incidence.size(); ++k) incidence[k] += survival * hazard[k];
    survival *= kept;
  }
  void clear() {
    survival = 0;
    std::fill(incidence.begin(), incidence.end(), 0.0);
  }
};

/// Sums of squared weights x products of influences that all evolve without events of their own.
class influence_sums {
 public:
  explicit influence_sums(std::size_t causes) : f_(causes, 0.0), sf_(causes, 0.0), ff_(causes, 0.0) {}

  void add(const influence& one, double squares) {
    weight_ += squares;
    s_ += squares * one.survival;
    ss_ += squares * one.survival * one.survival;
    for (std::size_t k = 0; k < f_.size(); ++k) {
      f_[k] += squares * one.incidence[k];
      sf_[k] += squares * one.survival * one.incidence[k];
      ff_[k] += squares * one.incidence[k] * one.incidence[k];
    }
  }
  void step(const std::vector<double>& hazard, double kept) {
    for (std::size_t k = 0; k < f_.size(); ++k) {
      ff_[k] += hazard[k] * (2 * sf_[k] + hazard[k] * ss_);
      sf_[k] = (sf_[k] + hazard[k] * ss_) * kept;
      f_[k] += hazard[k] * s_;
    }
    s_ *= kept;
    ss_ *= kept * kept;
  }
  void clear() { *this = influence_sums(f_.size()); }
  /// Sum of squared weights x (centre - influence)^2 for cause k.
  [[nodiscard]] double around(double centre, std::size_t k) const {
    return std::max(0.0, centre * (weight_ * centre - 2 * f_[k]) + ff_[k]);
  }

 private:
  double weight_ = 0, s_ = 0, ss_ = 0;
  std::vector<double> f_, sf_, ff_;
};

/// What was known just before an age: an account that enters then starts from here.
struct milestone {
  double survival;
  std::vector<double> incidence;
  influence from_start;
};

class aalen_johansen {
 public:
  aalen_johansen(std::size_t causes, const incidence_options& options, bool late_entry)
      : causes_(causes),
        late_entry_(late_entry),
        from_start_(causes),
        there_(causes),
        gone_(causes),
        incidence_(causes, 0.0),
        hazard_(causes, 0.0) {
    curves_.options = options;
    curves_.causes.resize(causes);
  }

  incidence_curves run(std::span<const exit_row> rows) {
    detail::entries_in_order entries(rows);
    for (std::size_t first = 0; first < rows.size();) {
      std::size_t after = first;
      while (after < rows.size() && rows[after].time == rows[first].time) ++after;
      entries.advance(rows[first].time, [&](const exit_row& row) { enter(row); });
      leave(rows.subspan(first, after - first));
      first = after;
    }
    return std::move(curves_);
  }

 private:
  void enter(const exit_row& row) {
    at_risk_ += row.count;
    exposed_.add(static_cast<double>(row.count) * row.weight);
    there_.add(from_start_, static_cast<double>(row.count) * row.weight * row.weight);
  }

  void leave(std::span<const exit_row> rows) {
    const double time = rows.front().time;
    if (late_entry_) milestones_.push_back({survival_, incidence_, from_start_});
    if (survival_ == 0 && !curves_.died_out_at) curves_.died_out_at = curves_.time.back();
    std::vector<std::int64_t> events(causes_, 0);
    std::fill(hazard_.begin(), hazard_.end(), 0.0);
    std::int64_t all = 0, total = 0;
    for (const exit_row& row : rows) {
      all += row.count;
      if (row.cause == exits::still_there) continue;
      total += row.count;
      events[row.cause - 1] += row.count;
      hazard_[row.cause - 1] += static_cast<double>(row.count) * row.weight;
    }
    const double exposed = exposed_.value();
    double hazard = 0;
    for (double& h : hazard_) hazard += h /= exposed;
    // The last of a risk set leave exactly nobody, whatever rounding says.
    const double kept = total == at_risk_ ? 0.0 : std::max(0.0, 1 - hazard);
    const double per_unit = survival_ / exposed;
    from_start_.step(hazard_, kept);
    for (std::size_t k = 0; k < causes_; ++k) {
      from_start_.incidence[k] -= per_unit * hazard_[k];
      incidence_[k] += survival_ * hazard_[k];
    }
    from_start_.survival += per_unit * hazard;
    survival_ *= kept;
    if (total == at_risk_ || left() > 1) close();
    there_.step(hazard_, kept);
    gone_.step(hazard_, kept);
    for (const exit_row& row : rows) move_out(row, per_unit);
    at_risk_ -= all;
    if (at_risk_ == 0) {  // differences of rounded sums would leave a rest
      exposed_.clear();
      there_.clear();
      from_start_.clear();
    }
    add_row(time, at_risk_ + all, all - total, events);
  }

  [[nodiscard]] double left() const { return std::accumulate(incidence_.begin(), incidence_.end(), 0.0); }

  /// Nobody is left: the last cause is the rest of 1, so that the incidences add up to it whatever was rounded.
  void close() {
    std::size_t last = causes_ - 1;
    while (last > 0 && incidence_[last] == 0) --last;
    incidence_[last] = 0;
    incidence_[last] = std::max(0.0, 1 - left());
  }

  /// From those at risk to those gone, with the influence that the account has now.
  void move_out(const exit_row& row, double per_unit) {
    const double squares = static_cast<double>(row.count) * row.weight * row.weight;
    influence began = begun(row);
    there_.add(began, -squares);
    exposed_.add(-static_cast<double>(row.count) * row.weight);
    influence own = from_start_;
    own.survival -= began.survival;
    for (std::size_t k = 0; k < causes_; ++k) own.incidence[k] -= began.incidence[k];
    if (row.cause != exits::still_there) {
      own.incidence[row.cause - 1] += per_unit;
      own.survival -= per_unit;
    }
    gone_.add(own, squares);
  }

  /// What an account from the start had when this one entered, carried on to now.
  [[nodiscard]] influence begun(const exit_row& row) const {
    influence at_entry(causes_);
    if (row.entry == exit_row::from_start) return at_entry;
    const auto after = std::upper_bound(curves_.time.begin(), curves_.time.end(), row.entry) - curves_.time.begin();
    const milestone& then = milestones_[static_cast<std::size_t>(after)];
    if (then.survival == 0) return at_entry;
    const double grown = then.from_start.survival / then.survival;
    at_entry.survival = grown * survival_;
    for (std::size_t k = 0; k < causes_; ++k)
      at_entry.incidence[k] = then.from_start.incidence[k] + grown * (incidence_[k] - then.incidence[k]);
    return at_entry;
  }

  void add_row(double time, std::int64_t at_risk, std::int64_t censored, const std::vector<std::int64_t>& events) {
    curves_.time.push_back(time);
    curves_.at_risk.push_back(at_risk);
    curves_.censored.push_back(censored);
    // Read as the rest, so that the shown shares add up to 1 to the last bit.
    curves_.survival.push_back(survival_ == 0 ? 0.0 : std::max(0.0, 1 - left()));
    curves_.accounts += censored;
    const double z = curves_.options.level.normal_quantile();
    for (std::size_t k = 0; k < causes_; ++k) {
      cause_incidence& cause = curves_.causes[k];
      const double f = incidence_[k];
      const double error = std::sqrt(gone_.around(0, k) + there_.around(from_start_.incidence[k], k));
      const bool inside = f > 0 && f < 1;
      const double stretch = inside ? std::exp(z * error / (-f * std::log(f))) : 1;
      cause.events.push_back(events[k]);
      cause.total_events += events[k];
      curves_.accounts += events[k];
      cause.incidence.push_back(f);
      cause.standard_error.push_back(error);
      cause.low.push_back(inside ? std::pow(f, stretch) : nan);
      cause.high.push_back(inside ? std::pow(f, 1 / stretch) : nan);
    }
  }

  std::size_t causes_;
  bool late_entry_;
  std::int64_t at_risk_ = 0;
  detail::running_sum exposed_;
  double survival_ = 1;
  influence from_start_;
  influence_sums there_, gone_;
  std::vector<double> incidence_, hazard_;
  std::vector<milestone> milestones_;
  incidence_curves curves_;
};

void require_causes(const exits& rows, std::size_t causes) {
  for (std::size_t row = 0; row < rows.cause.size(); ++row) {
    if (rows.cause.present(row) && rows.cause[row] > causes) {
      throw data_error({rows.cause.name_or("cause"), row, std::to_string(rows.cause[row]),
                        "causes are numbered 1 to " + std::to_string(causes) + ", 0 is still there",
                        "state as many causes as there are codes"});
    }
  }
}

void require_options(const incidence_options& options) {
  if (options.given_age && !(*options.given_age >= 0 && std::isfinite(*options.given_age)))
    throw schema_error("cumulative_incidence: given_age is an age of 0 or more");
}

incidence_curves curves_of(std::vector<exit_row> rows, std::size_t causes, const incidence_options& options,
                           bool late_entry) {
  if (options.given_age) std::erase_if(rows, [&](const exit_row& row) { return row.time <= *options.given_age; });
  return aalen_johansen(causes, options, late_entry).run(rows);
}

}  // namespace

incidence_curves cumulative_incidence(const exits& rows, std::size_t causes, const incidence_options& options) {
  require_options(options);
  require_causes(rows, causes);
  detail::exit_rows sorted = detail::sorted_exits(rows, {}, {});
  incidence_curves curves = curves_of(std::move(sorted.rows), causes, options, sorted.late_entry);
  curves.rows_missing = sorted.rows_missing;
  return curves;
}

incidence_by_group cumulative_incidence_by(const exits& rows, std::size_t causes, const column<std::uint32_t>& group,
                                           std::size_t groups, const incidence_options& options) {
  require_options(options);
  require_causes(rows, causes);
  detail::require_groups(rows, group, groups);
  // Groups as strata: each one's rows stand together, in order of age; those without a group come last.
  std::vector<std::uint32_t> part_of(group.size());
  for (std::size_t row = 0; row < part_of.size(); ++row)
    part_of[row] = group.present(row) ? group[row] : static_cast<std::uint32_t>(groups);
  std::vector<std::int64_t> missing(groups + 1, 0);
  const detail::exit_rows sorted = detail::sorted_exits(rows, {}, part_of, missing);
  std::vector<incidence_curves> found(groups + 1);
  std::size_t next = 0;
  const auto parts = detail::by_stratum(sorted.rows);
  for (std::size_t g = 0; g < found.size(); ++g) {
    std::vector<exit_row> own;
    if (next < parts.size() && parts[next].front().stratum == g) {
      own.assign(parts[next].begin(), parts[next].end());
      ++next;
    }
    found[g] = curves_of(std::move(own), causes, options, sorted.late_entry);
    found[g].rows_missing = missing[g];
  }
  incidence_by_group by{.groups = {}, .without_group = std::move(found.back())};
  found.pop_back();
  by.groups = std::move(found);
  return by;
}

estimate incidence_at(const incidence_curves& curves, std::size_t cause, double age) {
  if (cause >= curves.causes.size()) throw schema_error("incidence_at: there is no cause " + std::to_string(cause + 1));
  if (std::isnan(age)) throw schema_error("incidence_at: an age is a number");
  const confidence_level level = curves.options.level;
  if (curves.time.empty()) return undefined_estimate(undefined_reason::no_observations, level).as(incidence_label);
  if (age > curves.time.back() && curves.survival.back() > 0)
    return undefined_estimate(undefined_reason::model_limit, level, curves.accounts).as(incidence_label);
  estimate found = estimate{}.as(incidence_label);
  found.value = 0;
  found.level = level.value();
  found.n = curves.accounts;
  const auto after = std::upper_bound(curves.time.begin(), curves.time.end(), age);
  if (after == curves.time.begin()) return found;
  const auto row = static_cast<std::size_t>(after - curves.time.begin()) - 1;
  const cause_incidence& one = curves.causes[cause];
  found.value = one.incidence[row];
  found.low = one.low[row];
  found.high = one.high[row];
  if (!std::isnan(found.low)) found.method = interval_method::jackknife;
  return found;
}

}  // namespace sojourn::inline v0_1
