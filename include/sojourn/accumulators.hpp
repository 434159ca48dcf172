// NPS, CSAT and logo churn as features of Boost.Accumulators, for programs whose streams run through it already.
// Layer: 4. Needs: links sojourn; Boost headers, which the host brings. Not in the umbrella.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/accumulators/accumulators_fwd.hpp>
#include <boost/accumulators/framework/accumulator_base.hpp>
#include <boost/accumulators/framework/accumulator_set.hpp>
#include <boost/accumulators/framework/depends_on.hpp>
#include <boost/accumulators/framework/extractor.hpp>
#include <boost/accumulators/framework/parameters/accumulator.hpp>
#include <boost/accumulators/framework/parameters/sample.hpp>
#include <boost/accumulators/framework/parameters/weight.hpp>
#include <boost/parameter/keyword.hpp>
#include <boost/parameter/value_type.hpp>

#include "sojourn/domain/error.hpp"
#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/score_counts.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The declared scale, given when the set is made: `accumulator_set<int, stats<sojourn::tag::csat>> acc(sojourn::asked_on =
/// rating_scale(1, 7))`. Unless it is given, the question is asked on 0-10.
BOOST_PARAMETER_KEYWORD(keyword, asked_on)

namespace impl {

template <class Args>
constexpr void refuse_weights() {
  using given = typename boost::parameter::value_type<Args, boost::accumulators::tag::weight, void>::type;
  static_assert(std::is_void_v<given>, "weights are not read here; tally_scores counts weighted answers exactly");
}

/// Counts of the answers: all that the read-outs need, and what merges when accumulators do not.
template <class Sample>
struct answers_impl : boost::accumulators::accumulator_base {
  using result_type = score_counts;

  template <class Args>
  explicit answers_impl(const Args& args)
      : scale_(args[asked_on | nps_scale()]), counts_(static_cast<std::size_t>(scale_.points())) {}

  template <class Args>
  void operator()(const Args& args) {
    refuse_weights<Args>();
    const Sample score = args[boost::accumulators::sample];
    const auto whole = static_cast<std::int32_t>(score);
    if (static_cast<Sample>(whole) != score || !scale_.contains(whole)) {
      throw data_error({"sample", seen_, std::to_string(score), "is not on the scale " + to_string(scale_),
                        "declare the scale with sojourn::asked_on, or leave the answer out"});
    }
    ++counts_[static_cast<std::size_t>(whole - scale_.low())];
    ++seen_;
  }

  [[nodiscard]] result_type result(boost::accumulators::dont_care) const { return score_counts::of(scale_, counts_); }

 private:
  rating_scale scale_;
  std::vector<std::int64_t> counts_;
  std::size_t seen_ = 0;
};

struct left_impl : boost::accumulators::accumulator_base {
  /// Customers who left, and customers.
  using result_type = std::pair<std::int64_t, std::int64_t>;

  explicit left_impl(boost::accumulators::dont_care) {}
  template <class Args>
  void operator()(const Args& args) {
    refuse_weights<Args>();
    left_ += args[boost::accumulators::sample] ? 1 : 0;
    ++customers_;
  }
  [[nodiscard]] result_type result(boost::accumulators::dont_care) const { return {left_, customers_}; }

 private:
  std::int64_t left_ = 0;
  std::int64_t customers_ = 0;
};

struct nps_impl;
struct csat_impl;
struct logo_churn_impl;

}  // namespace impl

namespace tag {

/// The counts themselves (`score_counts`): merge these, an accumulator set cannot be merged.
struct answers : boost::accumulators::depends_on<> {
  using impl = sojourn::impl::answers_impl<boost::mpl::_1>;
};
struct nps : boost::accumulators::depends_on<answers> {
  using impl = boost::mpl::always<sojourn::impl::nps_impl>;
};
struct csat : boost::accumulators::depends_on<answers> {
  using impl = boost::mpl::always<sojourn::impl::csat_impl>;
};
/// Samples are customers of the opening: true = left.
struct left : boost::accumulators::depends_on<> {
  using impl = boost::mpl::always<sojourn::impl::left_impl>;
};
struct logo_churn : boost::accumulators::depends_on<left> {
  using impl = boost::mpl::always<sojourn::impl::logo_churn_impl>;
};

}  // namespace tag

namespace extract {

inline const boost::accumulators::extractor<tag::answers> answers{};
inline const boost::accumulators::extractor<tag::nps> nps{};
inline const boost::accumulators::extractor<tag::csat> csat{};
inline const boost::accumulators::extractor<tag::logo_churn> logo_churn{};

}  // namespace extract

namespace impl {

/// As `sojourn::nps` with its usual options; for others read `extract::answers` and call it.
struct nps_impl : boost::accumulators::accumulator_base {
  using result_type = estimate;
  explicit nps_impl(boost::accumulators::dont_care) {}
  template <class Args>
  [[nodiscard]] result_type result(const Args& args) const {
    return sojourn::nps(extract::answers(args[boost::accumulators::accumulator]));
  }
};

/// As `sojourn::csat` with its usual options.
struct csat_impl : boost::accumulators::accumulator_base {
  using result_type = csat_result;
  explicit csat_impl(boost::accumulators::dont_care) {}
  template <class Args>
  [[nodiscard]] result_type result(const Args& args) const {
    return sojourn::csat(extract::answers(args[boost::accumulators::accumulator]));
  }
};

/// Share of the customers that left, Wilson interval.
struct logo_churn_impl : boost::accumulators::accumulator_base {
  using result_type = estimate;
  explicit logo_churn_impl(boost::accumulators::dont_care) {}
  template <class Args>
  [[nodiscard]] result_type result(const Args& args) const {
    const auto [left, customers] = boost::accumulators::extract_result<tag::left>(args[boost::accumulators::accumulator]);
    return proportion(left, customers);
  }
};

}  // namespace impl
}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
