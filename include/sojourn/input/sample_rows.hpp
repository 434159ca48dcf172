// Columns with the design of a survey -> a sample: which account an answer came with, which stratum it was drawn from.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/column.hpp"
#include "sojourn/input/score_tally.hpp"
#include "sojourn/stats/answer_domain.hpp"
#include "sojourn/stats/weighted_sample.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// How the rows were drawn. Each column is empty or as long as the table; a missing cell is a `data_error`. Codes are dense.
struct sample_design {
  column<std::uint32_t> cluster{};  ///< account, office ... whose rows were drawn together; empty = each row by itself
  column<std::uint32_t> stratum{};  ///< part of the population that was sampled by itself; empty = one
  column<double> population{};      ///< clusters (rows, without clusters) of the row's stratum in the population

  [[nodiscard]] bool given() const noexcept { return !cluster.empty() || !stratum.empty() || !population.empty(); }
};

/// A table of values. Only `value` is required.
struct sampled_values {
  column<double> value;            ///< missing = not known: stays in the sample and is in no estimate
  column<double> weight{};         ///< empty = 1 each
  column<double> denominator{};    ///< of a ratio; missing as for values
  column<std::uint32_t> domain{};  ///< code of the segment
  column<std::int64_t> count{};    ///< how many equal rows a row stands for
};

/// The sample of these rows. Rows without a segment get the code `domains`. Throws `schema_error` for different lengths,
/// `data_error` for missing weights, counts or designs, and as `weighted_sample`.
[[nodiscard]] weighted_sample sample_of(const sampled_values& table, const sample_design& design, std::uint32_t domains = 0);

/// Answers with a design, as `tally_weighted_scores_by_segment` reads them (without a weight column: weight 1 each). Read a
/// segment as `answer_domain{sample, scale, code}`; rows without one have the code `segments`.
template <score_value T>
[[nodiscard]] weighted_sample sample_answers(const basic_responses<T>& table, std::uint32_t segments, rating_scale scale,
                                             const answer_rules& rules, const sample_design& design);

extern template weighted_sample sample_answers(const basic_responses<std::int8_t>&, std::uint32_t, rating_scale,
                                               const answer_rules&, const sample_design&);
extern template weighted_sample sample_answers(const basic_responses<std::uint8_t>&, std::uint32_t, rating_scale,
                                               const answer_rules&, const sample_design&);
extern template weighted_sample sample_answers(const basic_responses<std::int32_t>&, std::uint32_t, rating_scale,
                                               const answer_rules&, const sample_design&);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
