// The only loops of the library that are written in the instructions of a CPU: compilers do not vectorise the gathering of
// places, and finding them costs more than what follows. Compiled with -O3.
#include "revenue/snapshot_tally/find_changes.hpp"

#include <array>
#include <bit>

#if defined(__x86_64__) && defined(__GNUC__)
#define SOJOURN_X86
#include <immintrin.h>
#endif

namespace sojourn::inline v0_1::detail {
namespace {

template <class Id>
using row_finder = std::size_t (*)(const snapshot_span<Id>&, std::size_t, std::uint32_t*);
using cell_finder = std::size_t (*)(const std::uint32_t*, std::size_t, std::uint32_t*);

// Every place is written, and stays only when it counts: no branch that chance decides.
template <class Id>
std::size_t rows_from(const snapshot_span<Id>& rows, std::size_t row, std::size_t count, std::uint32_t* places,
                      std::size_t found) {
  for (; row < count; ++row) {
    const bool same_account = rows.who[row] == *(rows.who + row - 1);
    const bool next_month =
        static_cast<std::uint32_t>(rows.when[row]) == static_cast<std::uint32_t>(*(rows.when + row - 1)) + 1;
    const bool same_amount = rows.amount[row] == *(rows.amount + row - 1);
    places[found] = static_cast<std::uint32_t>(row);
    found += (static_cast<std::uint32_t>(same_account) & static_cast<std::uint32_t>(next_month) &
              static_cast<std::uint32_t>(same_amount)) ^
             1u;
  }
  return found;
}

std::size_t cells_from(const std::uint32_t* cells, std::size_t cell, std::size_t count, std::uint32_t* places,
                       std::size_t found) {
  for (; cell < count; ++cell) {
    places[found] = static_cast<std::uint32_t>(cell);
    found += cells[cell] != *(cells + cell - 1) ? 1 : 0;
  }
  return found;
}

template <class Id>
std::size_t rows_anywhere(const snapshot_span<Id>& rows, std::size_t count, std::uint32_t* places) {
  return rows_from(rows, 0, count, places, 0);
}
std::size_t cells_anywhere(const std::uint32_t* cells, std::size_t count, std::uint32_t* places) {
  return cells_from(cells, 0, count, places, 0);
}

#if defined(SOJOURN_X86)

// The numbers of the bits that are set, a byte each.
constexpr std::array<std::uint64_t, 256> bits_of = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint32_t mask = 0; mask < 256; ++mask) {
    std::uint32_t at = 0;
    for (std::uint64_t bit = 0; bit < 8; ++bit) {
      if ((mask >> bit & 1u) != 0) table[mask] |= bit << (8 * at++);
    }
  }
  return table;
}();

__attribute__((target("avx2,popcnt"))) inline std::size_t keep(std::uint32_t mask, std::size_t base, std::uint32_t* to) {
  const __m256i order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(bits_of[mask])));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_add_epi32(order, _mm256_set1_epi32(static_cast<int>(base))));
  return static_cast<std::size_t>(std::popcount(mask));
}

template <class T>
__attribute__((target("avx2,popcnt"))) inline __m256i load(const T* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// A bit for each of eight cells that equals the one before it.
__attribute__((target("avx2,popcnt"))) inline int same_8(const std::uint32_t* cell) {
  return _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(load(cell), load(cell - 1))));
}
__attribute__((target("avx2,popcnt"))) inline int same_8(const std::int64_t* cell) {
  const __m256i low = _mm256_cmpeq_epi64(load(cell), load(cell - 1));
  const __m256i high = _mm256_cmpeq_epi64(load(cell + 4), load(cell + 3));
  return _mm256_movemask_pd(_mm256_castsi256_pd(low)) | _mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4;
}

template <class Id>
__attribute__((target("avx2,popcnt"))) std::size_t rows_avx2(const snapshot_span<Id>& rows, std::size_t count,
                                                             std::uint32_t* places) {
  const __m256i one = _mm256_set1_epi32(1);
  std::size_t found = 0;
  std::size_t row = 0;
  for (; row + 8 <= count; row += 8) {
    const __m256i when = _mm256_cmpeq_epi32(load(rows.when + row), _mm256_add_epi32(load(rows.when + row - 1), one));
    const int same = _mm256_movemask_ps(_mm256_castsi256_ps(when)) & same_8(rows.who + row) & same_8(rows.amount + row);
    found += keep(static_cast<std::uint32_t>(~same) & 0xff, row, places + found);
  }
  return rows_from(rows, row, count, places, found);
}

__attribute__((target("avx2,popcnt"))) std::size_t cells_avx2(const std::uint32_t* cells, std::size_t count,
                                                              std::uint32_t* places) {
  std::size_t found = 0;
  std::size_t cell = 0;
  for (; cell + 8 <= count; cell += 8) {
    found += keep(static_cast<std::uint32_t>(~same_8(cells + cell)) & 0xff, cell, places + found);
  }
  return cells_from(cells, cell, count, places, found);
}

__attribute__((target("avx512f,popcnt"))) inline __m512i load_512(const void* from) {
  return _mm512_loadu_si512(from);
}

__attribute__((target("avx512f,popcnt"))) inline std::size_t keep_512(std::uint32_t mask, std::size_t base,
                                                                      std::uint32_t* to) {
  const __m512i order = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i places = _mm512_add_epi32(order, _mm512_set1_epi32(static_cast<int>(base)));
  _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(static_cast<__mmask16>(mask), places));
  return static_cast<std::size_t>(std::popcount(mask));
}

// A bit for each of sixteen cells that differs from the one before it.
__attribute__((target("avx512f,popcnt"))) inline std::uint32_t differ_16(const std::uint32_t* cell) {
  return _mm512_cmpneq_epi32_mask(load_512(cell), load_512(cell - 1));
}
__attribute__((target("avx512f,popcnt"))) inline std::uint32_t differ_16(const std::int64_t* cell) {
  const std::uint32_t low = _mm512_cmpneq_epi64_mask(load_512(cell), load_512(cell - 1));
  const std::uint32_t high = _mm512_cmpneq_epi64_mask(load_512(cell + 8), load_512(cell + 7));
  return low | high << 8;
}

template <class Id>
__attribute__((target("avx512f,popcnt"))) std::size_t rows_avx512(const snapshot_span<Id>& rows, std::size_t count,
                                                                  std::uint32_t* places) {
  const __m512i one = _mm512_set1_epi32(1);
  std::size_t found = 0;
  std::size_t row = 0;
  for (; row + 16 <= count; row += 16) {
    const std::uint32_t when =
        _mm512_cmpneq_epi32_mask(load_512(rows.when + row), _mm512_add_epi32(load_512(rows.when + row - 1), one));
    found += keep_512(when | differ_16(rows.who + row) | differ_16(rows.amount + row), row, places + found);
  }
  return rows_from(rows, row, count, places, found);
}

__attribute__((target("avx512f,popcnt"))) std::size_t cells_avx512(const std::uint32_t* cells, std::size_t count,
                                                                   std::uint32_t* places) {
  std::size_t found = 0;
  std::size_t cell = 0;
  for (; cell + 16 <= count; cell += 16) {
    found += keep_512(differ_16(cells + cell), cell, places + found);
  }
  return cells_from(cells, cell, count, places, found);
}

template <class Finder>
Finder fastest(Finder portable, Finder avx2, Finder avx512) {
  if (!__builtin_cpu_supports("popcnt")) return portable;
  if (__builtin_cpu_supports("avx512f")) return avx512;
  return __builtin_cpu_supports("avx2") ? avx2 : portable;
}

#else

template <class Finder>
Finder fastest(Finder portable, Finder, Finder) {
  return portable;
}
template <class Id>
constexpr row_finder<Id> rows_avx2 = nullptr;
template <class Id>
constexpr row_finder<Id> rows_avx512 = nullptr;
constexpr cell_finder cells_avx2 = nullptr, cells_avx512 = nullptr;

#endif

template <class Id>
row_finder<Id> fastest_of_rows() {
  return fastest<row_finder<Id>>(rows_anywhere<Id>, rows_avx2<Id>, rows_avx512<Id>);
}

}  // namespace

std::size_t find_changes(const snapshot_span<std::uint32_t>& rows, std::size_t count, std::uint32_t* places) {
  static const auto finder = fastest_of_rows<std::uint32_t>();
  return finder(rows, count, places);
}

std::size_t find_changes(const snapshot_span<std::int64_t>& rows, std::size_t count, std::uint32_t* places) {
  static const auto finder = fastest_of_rows<std::int64_t>();
  return finder(rows, count, places);
}

std::size_t find_changes(const std::uint32_t* cells, std::size_t count, std::uint32_t* places) {
  static const auto finder = fastest<cell_finder>(cells_anywhere, cells_avx2, cells_avx512);
  return finder(cells, count, places);
}

}  // namespace sojourn::inline v0_1::detail
