// One of the four purchase models, and work over cells in chunks.
#pragma once

#include <algorithm>
#include <span>
#include <variant>

#include "lifetime/bgbb.hpp"
#include "lifetime/bgnbd.hpp"
#include "lifetime/log_parameters.hpp"
#include "lifetime/paretonbd.hpp"
#include "sojourn/lifetime/purchases.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

using any_purchase_model = std::variant<bgnbd, paretonbd, bgbb>;

inline any_purchase_model model_of(purchase_model model, const purchase_params& params) {
  switch (model) {
    case purchase_model::bgnbd:
      return bgnbd{params, leaves_at_start::never};
    case purchase_model::mbgnbd:
      return bgnbd{params, leaves_at_start::once};
    case purchase_model::paretonbd:
      return paretonbd{params};
    case purchase_model::bgbb:
      break;
  }
  return bgbb{params};
}

/// How a search ended, in the words of its users.
[[nodiscard]] purchase_status purchase_status_of(fit_end end);

/// `work(chunk, first, last)` for chunks whose size does not depend on the number of threads.
inline constexpr std::size_t cells_per_chunk = 2048;
template <class Work>
void for_each_chunk(std::size_t cells, const any_executor& host, const Work& work) {
  const std::size_t chunks = (cells + cells_per_chunk - 1) / cells_per_chunk;
  host.bulk(chunks, [&](std::size_t chunk) {
    const std::size_t first = chunk * cells_per_chunk;
    work(chunk, first, std::min(cells, first + cells_per_chunk));
  });
}

/// The log-likelihood of all cells, summed chunk by chunk in their order.
[[nodiscard]] purchase_jet likelihood_of_cells(const any_purchase_model& model, std::span<const purchase_cell> cells,
                                               const any_executor& host);

}  // namespace detail
}  // namespace sojourn::inline v0_1
