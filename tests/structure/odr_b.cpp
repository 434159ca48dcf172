#include "structure/everything.hpp"

const void* chunk_rows_of_b();
double variance_by_b(const sojourn::moments_state& state);

const void* chunk_rows_of_b() {
  return &sojourn::rows_per_chunk;
}
double variance_by_b(const sojourn::moments_state& state) {
  return sojourn::variance(state);
}
