// A second unit of the same program: a body that is not inline would be a duplicate symbol.
#include <sojourn/headers.hpp>

double quantile_of_another_unit() {
  return sojourn::confidence_level(0.9).normal_quantile();
}
