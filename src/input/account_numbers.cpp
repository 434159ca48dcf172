// Columns of keys are numbered piece by piece, side by side; the distinct keys of the pieces then meet in the order of rows,
// so numbers depend on the rows alone. Compiled with -O3.
#include "sojourn/input/account_numbers.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "detail/each_cpu.hpp"
#include "domain/key_table.hpp"
#include "input/id_range.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

template <class Key>
void require_room(std::span<const Key> keys, std::span<std::uint32_t> numbers) {
  if (keys.size() == numbers.size()) return;
  throw schema_error("number_accounts: " + std::to_string(keys.size()) + " keys and room for " +
                     std::to_string(numbers.size()) + " numbers; each key has one");
}

constexpr std::size_t worth_a_thread = 131'072;

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
      const std::span<std::uint32_t> mine = of(numbers_, piece);
      const std::size_t chunks = (mine.size() + worth_a_thread - 1) / worth_a_thread;
      host_.bulk(chunks, [&](std::size_t c) {
        for (std::uint32_t& number :
             mine.subspan(c * worth_a_thread, std::min(worth_a_thread, mine.size() - c * worth_a_thread)))
          number = known[number];
      });
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

template <class Keys>
std::size_t number(std::span<const typename Keys::key> keys, std::span<std::uint32_t> numbers, const any_executor& host) {
  require_room(keys, numbers);
  key_table<Keys> table;
  column_pieces<Keys>(keys, numbers, host).number([&](auto some, auto theirs) { table.intern(some, theirs); });
  return table.keys().size();
}

template <class Keys>
void learn(account_index& index, std::span<const typename Keys::key> keys, std::span<std::uint32_t> numbers,
           const any_executor& host) {
  require_room(keys, numbers);
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
