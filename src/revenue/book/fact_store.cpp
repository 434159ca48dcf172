#include "revenue/book/fact_store.hpp"

#include <algorithm>
#include <numeric>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

void grow(cell_values& column, std::size_t rows) {
  std::visit(
      [rows](auto& values) {
        using value = typename std::decay_t<decltype(values)>::value_type;
        values.resize(rows, missing_cell<value>);
      },
      column);
}

void clear(cell_values& column, std::size_t row) {
  std::visit(
      [row](auto& values) {
        using value = typename std::decay_t<decltype(values)>::value_type;
        values[row] = missing_cell<value>;
      },
      column);
}

}  // namespace

std::size_t fact_store::add_column(const cell_values& type) {
  auto next = pieces_;  // a failure leaves the columns as they were
  for (std::size_t p = 0; p < next.size(); ++p) {
    auto wider = std::make_shared<piece>(*next[p]);
    wider->push_back(type);
    grow(wider->back(), std::min(rows_per_piece, slots_ - p * rows_per_piece));
    next[p] = std::move(wider);
  }
  types_.push_back(type);
  pieces_ = std::move(next);
  return types_.size() - 1;
}

bool fact_store::same(std::size_t column, std::uint32_t a, std::uint32_t b) const {
  return std::visit(
      [&](const auto& type) {
        using value = typename std::decay_t<decltype(type)>::value_type;
        return at<value>(column, a) == at<value>(column, b);
      },
      types_[column]);
}

void fact_store::put_numbers(std::size_t column, std::uint32_t first, std::uint32_t number, std::size_t count) noexcept {
  for (std::size_t done = 0; done < count;) {
    const std::size_t slot = first + done, at = slot % rows_per_piece;
    const std::size_t here = std::min(rows_per_piece - at, count - done);
    auto& values = std::get<std::vector<std::uint32_t>>((*pieces_[slot / rows_per_piece])[column]);
    const auto from = values.begin() + static_cast<std::ptrdiff_t>(at);
    std::iota(from, from + static_cast<std::ptrdiff_t>(here), number + static_cast<std::uint32_t>(done));
    done += here;
  }
}

std::vector<std::uint32_t> fact_store::take(std::size_t rows) {
  if (rows > UINT32_MAX - slots_) throw overflow_error("book: more than 4,294,967,295 rows");
  std::vector<std::uint32_t> taken;
  taken.reserve(rows);
  const std::size_t reused = std::min(rows, free_.size());
  for (std::size_t i = 0; i < reused; ++i) taken.push_back(free_[free_.size() - 1 - i]);
  for (std::size_t i = reused; i < rows; ++i) taken.push_back(static_cast<std::uint32_t>(slots_ + i - reused));
  const std::size_t end = slots_ + rows - reused;
  if (free_.capacity() < end) free_.reserve(std::max(end, 2 * free_.capacity()));
  for (std::size_t i = 0; i < reused; ++i) {
    piece& mine = unshared(pieces_[taken[i] / rows_per_piece]);
    for (cell_values& column : mine) clear(column, taken[i] % rows_per_piece);
  }
  for (std::size_t p = slots_ / rows_per_piece; p * rows_per_piece < end; ++p) {
    if (p == pieces_.size()) pieces_.push_back(std::make_shared<piece>(types_));
    piece& mine = unshared(pieces_[p]);
    const std::size_t size = std::min(rows_per_piece, end - p * rows_per_piece);
    for (cell_values& column : mine) grow(column, size);
  }
  free_.resize(free_.size() - reused);
  slots_ = end;
  return taken;
}

}  // namespace sojourn::inline v0_1::detail
