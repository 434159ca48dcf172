#include "lifetime/aalen_johansen.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

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

class sweep {
 public:
  sweep(std::size_t causes, const incidence_options& options, bool late_entry)
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

  incidence_curves run(std::span<const incidence_row> rows) {
    entries_in_order<incidence_row> entries(rows);
    for (std::size_t first = 0; first < rows.size();) {
      std::size_t after = first;
      while (after < rows.size() && rows[after].time == rows[first].time) ++after;
      entries.advance(rows[first].time, [&](const incidence_row& row) { enter(row); });
      leave(rows.subspan(first, after - first));
      first = after;
    }
    return std::move(curves_);
  }

 private:
  void enter(const incidence_row& row) {
    at_risk_ += row.count;
    exposed_.add(row.worth);
    there_.add(from_start_, row.squares);
  }

  void leave(std::span<const incidence_row> rows) {
    const double time = rows.front().time;
    if (late_entry_) milestones_.push_back({survival_, incidence_, from_start_});
    if (survival_ == 0 && !curves_.died_out_at) curves_.died_out_at = curves_.time.back();
    std::vector<std::int64_t> events(causes_, 0);
    std::fill(hazard_.begin(), hazard_.end(), 0.0);
    std::int64_t all = 0, total = 0;
    for (const incidence_row& row : rows) {
      all += row.count;
      if (row.cause == exits::still_there) continue;
      total += row.count;
      events[row.cause - 1] += row.count;
      hazard_[row.cause - 1] += row.worth;
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
    for (const incidence_row& row : rows) move_out(row, per_unit);
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
  void move_out(const incidence_row& row, double per_unit) {
    influence began = begun(row);
    there_.add(began, -row.squares);
    exposed_.add(-row.worth);
    influence own = from_start_;
    own.survival -= began.survival;
    for (std::size_t k = 0; k < causes_; ++k) own.incidence[k] -= began.incidence[k];
    if (row.cause != exits::still_there) {
      own.incidence[row.cause - 1] += per_unit;
      own.survival -= per_unit;
    }
    gone_.add(own, row.squares);
  }

  /// What an account from the start had when this one entered, carried on to now.
  [[nodiscard]] influence begun(const incidence_row& row) const {
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
  running_sum exposed_;
  double survival_ = 1;
  influence from_start_;
  influence_sums there_, gone_;
  std::vector<double> incidence_, hazard_;
  std::vector<milestone> milestones_;
  incidence_curves curves_;
};

}  // namespace

incidence_curves aalen_johansen(std::span<const incidence_row> rows, std::size_t causes, const incidence_options& options,
                                bool late_entry) {
  return sweep(causes, options, late_entry).run(rows);
}

}  // namespace sojourn::inline v0_1::detail
