#include "lifetime/purchase_models.hpp"

#include <vector>

namespace sojourn::inline v0_1::detail {

purchase_status purchase_status_of(fit_end end) {
  switch (end) {
    case fit_end::converged:
      return purchase_status::converged;
    case fit_end::at_boundary:
      return purchase_status::at_boundary;
    case fit_end::not_identified:
      return purchase_status::not_identified;
    case fit_end::not_converged:
      break;
  }
  return purchase_status::not_converged;
}

purchase_jet likelihood_of_cells(const any_purchase_model& model, std::span<const purchase_cell> cells,
                                 const any_executor& host) {
  std::vector<purchase_jet> parts((cells.size() + cells_per_chunk - 1) / cells_per_chunk);
  for_each_chunk(cells.size(), host, [&](std::size_t chunk, std::size_t first, std::size_t last) {
    parts[chunk] =
        std::visit([&](const auto& one) { return one.log_likelihood(cells.subspan(first, last - first)); }, model);
  });
  purchase_jet sum;
  for (const purchase_jet& part : parts) sum += part;
  return sum;
}

}  // namespace sojourn::inline v0_1::detail
