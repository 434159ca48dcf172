// A long column of keys as numbers in order of first appearance, without one large table: rows are sorted into partitions
// by the hash of their key, each partition finds its own keys within the cache, and a row's number is how many first rows
// lie before the first row of its key. Keys are compared byte by byte within their partition: there the key to compare with
// is near, so exactness costs one look at the row's own bytes, and no number rests on a hash. Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "detail/scatter.hpp"
#include "domain/key_table.hpp"
#include "input/key_partition.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1::detail {

template <class Key>
class key_partitions {
  using row_in_partition = row_of_partition<Key>;

 public:
  /// `numbers` has one place a key; there are at most `most_accounts` keys.
  key_partitions(std::span<const Key> keys, std::span<std::uint32_t> numbers, const any_executor& host)
      : keys_(keys),
        numbers_(numbers),
        host_(host),
        bits_(std::clamp<int>(static_cast<int>(std::bit_width(keys.size() / rows_per_partition)), 1, 11)),
        chunks_((keys.size() + chunk_rows - 1) / chunk_rows),
        heads_((keys.size() + 63) / 64),
        firsts_(heads_.size()),
        before_(heads_.size()) {}

  /// Numbers the whole column and returns how many keys differ.
  std::size_t number() {
    sort_into_partitions();
    host_.bulk(std::size_t{1} << bits_, [&](std::size_t p) {
      const std::size_t begin = p == 0 ? 0 : ends_[p - 1];
      key_partition<Key>(keys_, {sorted_->data() + begin, ends_[p] - begin}).find_first_rows(numbers_);
    });
    std::vector<std::size_t> firsts(chunks_);
    host_.bulk(chunks_, [&](std::size_t c) { firsts[c] = mark_firsts(c); });
    std::size_t distinct = 0;
    for (std::size_t& one : firsts) one = std::exchange(distinct, distinct + one);
    host_.bulk(chunks_, [&](std::size_t c) { count_before(c, firsts[c]); });
    host_.bulk(chunks_, [&](std::size_t c) { rank_rows(c); });
    return distinct;
  }

  /// `visit(row)` for the first row of each key, in order.
  template <class Visit>
  void each_first_row(const Visit& visit) const {
    for (std::size_t word = 0; word < firsts_.size(); ++word) {
      for (std::uint64_t left = firsts_[word]; left != 0; left &= left - 1)
        visit(64 * word + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }

 private:
  static constexpr std::size_t rows_per_partition = 8192;  // with their table within the second-level cache
  static constexpr std::size_t chunk_rows = std::size_t{1} << 17;
  static constexpr std::size_t ahead = 16;

  [[nodiscard]] std::size_t chunk_end(std::size_t c) const { return std::min(keys_.size(), (c + 1) * chunk_rows); }
  [[nodiscard]] std::size_t partition(std::uint32_t hash) const { return hash >> (32 - bits_); }
  [[nodiscard]] bool is_head(std::size_t row) const { return (heads_[row / 64] >> (row % 64) & 1u) != 0; }

  /// Rows that repeat the key before them need no look-up; the first row of a chunk is a head in any case.
  std::vector<std::size_t> hash_chunk(std::size_t c, std::uint32_t* hashes) {
    std::vector<std::size_t> rows(std::size_t{1} << bits_);
    const std::size_t first = c * chunk_rows, last = chunk_end(c);
    for (std::size_t word = first; word < last; word += 64) {
      std::uint64_t heads = 0;
      for (std::size_t row = word; row < std::min(word + 64, last); ++row) {
        if (row + ahead < last) fetch_key(keys_[row + ahead]);
        if (row != first && same_key(keys_[row], keys_[row - 1])) continue;
        heads |= std::uint64_t{1} << (row % 64);
        hashes[row] = static_cast<std::uint32_t>(hash_(keys_[row]) >> 32);
        ++rows[partition(hashes[row])];
      }
      heads_[word / 64] = heads;
    }
    return rows;
  }

  [[nodiscard]] row_in_partition entry(std::size_t row, std::uint32_t hash) const {
    const std::uint32_t tag = hash << bits_;
    if constexpr (std::is_same_v<Key, std::string_view>) {
      const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(keys_[row].size(), UINT32_MAX));
      // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size stands beside it
      return {keys_[row].data(), size, static_cast<std::uint32_t>(row), tag, 0};
    } else {
      return {keys_[row], static_cast<std::uint32_t>(row), tag};
    }
  }

  void sort_into_partitions() {
    const scratch<std::uint32_t> hashes(keys_.size());
    std::vector<std::vector<std::size_t>> next(chunks_);
    host_.bulk(chunks_, [&](std::size_t c) { next[c] = hash_chunk(c, hashes.data()); });
    std::size_t at = 0;
    for (std::size_t p = 0; p < std::size_t{1} << bits_; ++p) {
      for (auto& of_chunk : next) of_chunk[p] = std::exchange(at, at + of_chunk[p]);
      ends_.push_back(at);
    }
    sorted_.emplace(at);
    host_.bulk(chunks_, [&](std::size_t c) {
      scatter_writer<row_in_partition> out(sorted_->data(), std::move(next[c]));
      for (std::size_t row = c * chunk_rows; row < chunk_end(c); ++row) {
        if (is_head(row)) out.push(partition(hashes.data()[row]), entry(row, hashes.data()[row]));
      }
      out.finish();
    });
  }

  /// Notes the rows that are the first of their key and returns how many.
  std::size_t mark_firsts(std::size_t c) {
    std::size_t count = 0;
    for (std::size_t row = c * chunk_rows; row < chunk_end(c); row += 64) {
      std::uint64_t own = 0;
      for (std::size_t i = 0; i < std::min<std::size_t>(64, keys_.size() - row); ++i)
        own |= std::uint64_t{numbers_[row + i] == row + i} << i;
      firsts_[row / 64] = own & heads_[row / 64];
      count += static_cast<std::size_t>(std::popcount(firsts_[row / 64]));
    }
    return count;
  }

  void count_before(std::size_t c, std::size_t firsts) {
    for (std::size_t word = c * (chunk_rows / 64); word < (chunk_end(c) + 63) / 64; ++word) {
      before_[word] = static_cast<std::uint32_t>(firsts);
      firsts += static_cast<std::size_t>(std::popcount(firsts_[word]));
    }
  }

  void rank_rows(std::size_t c) {
    std::uint32_t number = 0;
    for (std::size_t row = c * chunk_rows; row < chunk_end(c); ++row) {
      if (is_head(row)) {
        const std::uint32_t first = numbers_[row];
        const std::uint64_t below = firsts_[first / 64] & ((std::uint64_t{1} << (first % 64)) - 1);
        number = before_[first / 64] + static_cast<std::uint32_t>(std::popcount(below));
      }
      numbers_[row] = number;
    }
  }

  std::span<const Key> keys_;
  std::span<std::uint32_t> numbers_;
  const any_executor& host_;
  hash_seed hash_ = hash_seed::fresh();
  int bits_;
  std::size_t chunks_;
  std::vector<std::size_t> ends_;  ///< of each partition
  std::optional<scratch<row_in_partition>> sorted_;
  std::vector<std::uint64_t> heads_, firsts_;  ///< a bit a row
  std::vector<std::uint32_t> before_;          ///< first rows before each word of `firsts_`
};

}  // namespace sojourn::inline v0_1::detail
