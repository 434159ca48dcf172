// Columns of few keys are numbered piece by piece, side by side; the distinct keys of the pieces then meet in the order of
// rows. Columns of many keys are sorted into partitions first. Either way numbers depend on the rows alone. Compiled with
// -O3.
#include "sojourn/input/account_numbers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "detail/each_cpu.hpp"
#include "domain/key_table.hpp"
#include "input/id_range.hpp"
#include "input/key_partitions.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

template <class Key>
void require_room(std::span<const Key> keys, std::span<std::uint32_t> numbers) {
  if (keys.size() == numbers.size()) return;
  throw schema_error("number_accounts: " + std::to_string(keys.size()) + " keys and room for " +
                     std::to_string(numbers.size()) + " numbers; each key has one");
}

constexpr std::size_t worth_a_thread = 131'072;

void translate(std::span<std::uint32_t> numbers, const std::vector<std::uint32_t>& known, const any_executor& host) {
  const std::size_t chunks = (numbers.size() + worth_a_thread - 1) / worth_a_thread;
  host.bulk(chunks, [&](std::size_t c) {
    const std::size_t first = c * worth_a_thread;
    for (std::uint32_t& number : numbers.subspan(first, std::min(worth_a_thread, numbers.size() - first)))
      number = known[number];
  });
}

/// The pieces of a column but the first, each with keys of its own.
template <class Keys>
class column_pieces {
 public:
  using key = typename Keys::key;

  column_pieces(std::span<const key> keys, std::span<std::uint32_t> numbers, const any_executor& host)
      : keys_(keys), numbers_(numbers), host_(host) {
    const std::size_t count = std::clamp<std::size_t>(keys.size() / worth_a_thread, 1, host.concurrency());
    for (std::size_t c = 0; c <= count; ++c) cuts_.push_back(keys.size() * c / count);
    tables_.resize(count - 1);
  }

  /// `learn(keys, numbers)` numbers a piece by all that was learned so far: the first piece, and what is distinct in each
  /// other.
  template <class Learn>
  void number(const Learn& learn) {
    host_.bulk(tables_.size() + 1, [&](std::size_t piece) {
      if (piece == 0)
        learn(keys_.first(cuts_[1]), numbers_.first(cuts_[1]));
      else
        tables_[piece - 1].intern(of(keys_, piece), of(numbers_, piece));
    });
    std::vector<key> distinct;
    for (std::size_t piece = 1; piece <= tables_.size(); ++piece) {
      const Keys& found = tables_[piece - 1].keys();
      distinct.resize(found.size());
      for (std::size_t i = 0; i < found.size(); ++i) distinct[i] = found[i];
      std::vector<std::uint32_t> known(found.size());
      learn(std::span<const key>(distinct), std::span(known));
      translate(of(numbers_, piece), known, host_);
      tables_[piece - 1] = key_table<Keys>();
    }
  }

 private:
  template <class T>
  [[nodiscard]] std::span<T> of(std::span<T> column, std::size_t piece) const {
    return column.subspan(cuts_[piece], cuts_[piece + 1] - cuts_[piece]);
  }

  std::span<const key> keys_;
  std::span<std::uint32_t> numbers_;
  const any_executor& host_;
  std::vector<std::size_t> cuts_;
  std::vector<key_table<Keys>> tables_;
};

/// Whether one table of the column's keys would leave the caches, judged by the first rows: how many of their runs of equal
/// keys bring a new one. A partition costs an id, which is near and short, more than a look-up in a table of some 100,000.
template <class Keys>
bool has_many_keys(std::span<const typename Keys::key> keys) {
  constexpr std::size_t sample = 16'384;
  if (keys.size() < 2 * worth_a_thread || keys.size() > most_accounts) return false;
  constexpr bool is_text = std::is_same_v<Keys, text_keys>;
  std::vector<std::uint32_t> numbers(sample);
  key_table<Keys> table;
  table.intern(keys.first(sample), numbers);
  std::size_t runs = 1;
  for (std::size_t row = 1; row < sample; ++row) runs += static_cast<std::size_t>(numbers[row] != numbers[row - 1]);
  const std::size_t found = table.keys().size();
  return is_text ? 2 * found > runs : 16 * found > 15 * runs;
}

template <class Keys>
std::size_t number(std::span<const typename Keys::key> keys, std::span<std::uint32_t> numbers, const any_executor& host) {
  require_room(keys, numbers);
  if (has_many_keys<Keys>(keys)) return key_partitions<typename Keys::key>(keys, numbers, host).number();
  key_table<Keys> table;
  column_pieces<Keys>(keys, numbers, host).number([&](auto some, auto theirs) { table.intern(some, theirs); });
  return table.keys().size();
}

/// The column by itself first; the index then meets each key once, in order of first appearance.
template <class Key>
void learn_many(account_index& index, std::span<const Key> keys, std::span<std::uint32_t> numbers,
                const any_executor& host) {
  key_partitions<Key> column(keys, numbers, host);
  std::vector<Key> distinct;
  make_room(distinct, column.number());
  std::size_t next = 0;
  column.each_first_row([&](std::size_t row) { distinct[next++] = keys[row]; });
  std::vector<std::uint32_t> known(distinct.size());
  const bool had_none = index.size() == 0;
  index.intern(distinct, known);
  if (!had_none || index.size() != known.size()) translate(numbers, known, host);  // else the numbers are the same
}

template <class Keys>
void learn(account_index& index, std::span<const typename Keys::key> keys, std::span<std::uint32_t> numbers,
           const any_executor& host) {
  require_room(keys, numbers);
  if (has_many_keys<Keys>(keys)) return learn_many(index, keys, numbers, host);
  column_pieces<Keys>(keys, numbers, host).number([&](auto some, auto theirs) { index.intern(some, theirs); });
}

SOJOURN_EACH_CPU void subtract(std::span<const std::int64_t> ids, std::int64_t lowest, std::uint32_t* numbers) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    numbers[i] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(ids[i]) - static_cast<std::uint64_t>(lowest));
  }
}

constexpr std::size_t range_chunk = std::size_t{1} << 18;

}  // namespace

std::size_t number_accounts(std::span<const std::string_view> keys, std::span<std::uint32_t> numbers,
                            const any_executor& host) {
  return number<text_keys>(keys, numbers, host);
}
std::size_t number_accounts(std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers, const any_executor& host) {
  return number<id_keys>(keys, numbers, host);
}
void number_accounts(account_index& index, std::span<const std::string_view> keys, std::span<std::uint32_t> numbers,
                     const any_executor& host) {
  learn<text_keys>(index, keys, numbers, host);
}
void number_accounts(account_index& index, std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers,
                     const any_executor& host) {
  // An index looks ids of a narrow range up in a table, which no cutting beats.
  if (range_of(keys, host).narrow(keys.size())) return index.intern(keys, numbers);
  learn<id_keys>(index, keys, numbers, host);
}

std::size_t tell_apart(std::span<const std::int64_t> ids, std::span<std::uint32_t> numbers, const any_executor& host) {
  require_room(ids, numbers);
  const id_range range = range_of(ids, host);
  if (!range.narrow(ids.size())) return number_accounts(ids, numbers, host);
  host.bulk((ids.size() + range_chunk - 1) / range_chunk, [&](std::size_t c) {
    const std::size_t first = c * range_chunk;
    subtract(ids.subspan(first, std::min(range_chunk, ids.size() - first)), range.lowest, numbers.data() + first);
  });
  return ids.empty() ? 0
                     : static_cast<std::size_t>(static_cast<std::uint64_t>(range.highest) -
                                                static_cast<std::uint64_t>(range.lowest)) +
                           1;
}

}  // namespace sojourn::inline v0_1::detail
