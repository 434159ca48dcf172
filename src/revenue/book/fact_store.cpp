#include "revenue/book/fact_store.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <type_traits>
#include <utility>

#include "detail/large_memory.hpp"
#include "detail/unshared.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

template <class Run>
constexpr auto missing_in = missing_cell<std::decay_t<decltype(*std::declval<Run&>().data())>>;

}  // namespace

std::size_t fact_store::add_column(const cell_values& type) {
  auto next = pieces_;  // a failure leaves the columns as they were
  for (std::size_t p = 0; p < next.size(); ++p) {
    auto wider = std::make_shared<piece>(*next[p]);
    std::visit(
        [&](const auto& cells) {
          using value = typename std::decay_t<decltype(cells)>::value_type;
          cell_run<value> missing;
          missing.grow(std::min(rows_per_piece, slots_ - p * rows_per_piece), missing_cell<value>);
          wider->emplace_back(std::move(missing));
        },
        type);
    next[p] = std::move(wider);
  }
  types_.push_back(type);
  pieces_ = std::move(next);
  return types_.size() - 1;
}

void fact_store::keep_first(std::size_t columns) noexcept {
  if (types_.size() == columns) return;
  const auto cut = [columns](auto& all) {
    if (all.size() > columns) all.erase(all.begin() + static_cast<std::ptrdiff_t>(columns), all.end());
  };
  cut(types_);
  for (const auto& one : pieces_) cut(*one);
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
    std::uint32_t* const from = std::get<cell_run<std::uint32_t>>((*pieces_[slot / rows_per_piece])[column]).data() + at;
    std::iota(from, from + here, number + static_cast<std::uint32_t>(done));
    done += here;
  }
}

fact_store::piece fact_store::empty_piece() const {
  piece empty;
  for (const cell_values& type : types_) {
    std::visit(
        [&](const auto& cells) { empty.emplace_back(cell_run<typename std::decay_t<decltype(cells)>::value_type>()); },
        type);
  }
  return empty;
}

/// Whole pieces for slots [first, end), each column in one array, all of them in one block: large pages hold most of it.
void fact_store::add_pieces(std::size_t first, std::size_t end, const std::vector<bool>& written) {
  constexpr std::size_t cache_line = 64;
  const std::size_t rows = end - first, count = (rows + rows_per_piece - 1) / rows_per_piece;
  const auto bytes_of = [rows](const cell_values& type) {
    const std::size_t width = std::visit([](const auto& cells) { return sizeof(cells[0]); }, type);
    return (rows * width + cache_line - 1) / cache_line * cache_line;
  };
  std::size_t bytes = 0;
  for (const cell_values& type : types_) bytes += bytes_of(type);
  const auto block = std::make_shared_for_overwrite<std::byte[]>(bytes + cache_line);
  ask_for_large_pages(block.get(), bytes + cache_line);
  void* next = block.get();
  std::size_t room = bytes + cache_line;
  next = std::align(cache_line, bytes, next, room);
  std::vector<std::shared_ptr<piece>> added(count);
  for (auto& one : added) one = std::make_shared<piece>();
  for (std::size_t c = 0; c < types_.size(); ++c) {
    std::visit(
        [&](const auto& cells) {
          using value = typename std::decay_t<decltype(cells)>::value_type;
          auto* const memory = static_cast<value*>(next);
          if (c >= written.size() || !written[c]) std::uninitialized_fill_n(memory, rows, missing_cell<value>);
          for (std::size_t p = 0; p < count; ++p) {
            const std::size_t at = p * rows_per_piece;
            added[p]->emplace_back(
                cell_run<value>(std::shared_ptr<value[]>(block, memory), memory + at, std::min(rows_per_piece, rows - at)));
          }
        },
        types_[c]);
    next = static_cast<std::byte*>(next) + bytes_of(types_[c]);
  }
  pieces_.insert(pieces_.end(), added.begin(), added.end());
}

std::vector<std::uint32_t> fact_store::take(std::size_t rows, const std::vector<bool>& written) {
  if (rows > UINT32_MAX - slots_) throw overflow_error("book: more than 4,294,967,295 rows");
  const std::size_t reused = std::min(rows, free_.size());
  std::vector<std::uint32_t> taken(rows);
  std::copy_n(free_.rbegin(), reused, taken.begin());
  std::iota(taken.begin() + static_cast<std::ptrdiff_t>(reused), taken.end(), static_cast<std::uint32_t>(slots_));
  const std::size_t end = slots_ + rows - reused;
  if (free_.capacity() < end) free_.reserve(std::max(end, 2 * free_.capacity()));
  for (std::size_t i = 0; i < reused; ++i) {
    for (stored_cells& column : unshared(pieces_[taken[i] / rows_per_piece])) {
      std::visit([&](auto& cells) { cells[taken[i] % rows_per_piece] = missing_in<decltype(cells)>; }, column);
    }
  }
  for (std::size_t p = slots_ / rows_per_piece; p * rows_per_piece < end; ++p) {
    if (p == pieces_.size() && end - p * rows_per_piece > rows_per_piece) {
      add_pieces(p * rows_per_piece, end, written);
      break;
    }
    if (p == pieces_.size()) pieces_.push_back(std::make_shared<piece>(empty_piece()));
    const std::size_t size = std::min(rows_per_piece, end - p * rows_per_piece);
    for (stored_cells& column : unshared(pieces_[p])) {
      std::visit([&](auto& cells) { cells.grow(size, missing_in<decltype(cells)>); }, column);
    }
  }
  free_.resize(free_.size() - reused);
  slots_ = end;
  return taken;
}

}  // namespace sojourn::inline v0_1::detail
