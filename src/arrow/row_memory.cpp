#include "sojourn/arrow/row_memory.hpp"

#include "detail/large_memory.hpp"

namespace sojourn::inline v0_1::arrow {

template <class T>
std::vector<T> row_memory(std::size_t rows) {
  std::vector<T> values;
  detail::make_room(values, rows);
  return values;
}

template std::vector<std::uint8_t> row_memory(std::size_t);
template std::vector<std::uint32_t> row_memory(std::size_t);
template std::vector<double> row_memory(std::size_t);

}  // namespace sojourn::inline v0_1::arrow
