// Compiled with -O3. Each chunk of rows has a table of counters between its lowest and its highest number; tables are added
// up, and only then is it asked which number came first.
#include "sojourn/arrow/segment_counts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "detail/presence.hpp"
#include "sojourn/input/score_tally.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

constexpr std::size_t rows_a_task = std::size_t{1} << 18;
constexpr std::size_t rows_a_tile = 8192;
constexpr std::uint64_t most_counters = std::uint64_t{1} << 18;  // a table of them fits into the second-level cache

/// So many numbers from the lowest on; none where no row has a segment.
template <class S>
struct number_range {
  S lowest{};
  std::uint64_t numbers = 0;

  [[nodiscard]] std::size_t place(S number) const noexcept {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(lowest));
  }
  /// The place of a number that is read a second time: another thread may have changed it, and a wild number counts where
  /// rows without a segment do.
  [[nodiscard]] std::size_t place_again(S number) const noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(place(number), numbers));
  }
  void include(S low, S high) noexcept {
    if (numbers != 0) {
      low = std::min(low, lowest);
      high = std::max(high, static_cast<S>(static_cast<std::uint64_t>(lowest) + (numbers - 1)));
    }
    lowest = low;
    numbers = std::max<std::uint64_t>(place(high), place(high) + 1);  // all 64-bit numbers are one more than it can say
  }
};

template <class S>
number_range<S> range_of(const column<S>& by, std::size_t first, std::size_t last) {
  number_range<S> range;
  if (by.may_have_missing()) {
    for (std::size_t row = first; row < last; ++row) {
      if (by.present(row)) range.include(by[row], by[row]);
    }
    return range;
  }
  if (first == last) return range;
  S low = by[first], high = low;
  for (const S number : by.values().subspan(first, last - first)) low = std::min(low, number), high = std::max(high, number);
  range.include(low, high);
  return range;
}

/// Counters of a segment: its answers, then from behind rows off the scale, without a score, and replaced ones. As the codes
/// of these are 255, 254 and 253, the lowest bits of every code say its counter.
int counter_bits(const rating_scale& scale) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(scale.points()) + 2));
}

template <class S>
bool too_far_apart(const number_range<S>& range, int bits) {
  return range.numbers >= most_counters >> bits;
}

/// The counters of the numbers of a range, then those of rows without a segment.
template <class S>
struct number_counts {
  number_range<S> range{};
  std::vector<std::uint32_t> counters{};
};

/// Two tables, so that a run of equal rows does not wait for its own counter.
template <class Place>
void add_rows(std::span<const std::uint8_t> codes, int bits, std::uint32_t* even, std::uint32_t* odd, const Place& place) {
  const std::size_t lowest_bits = (std::size_t{1} << bits) - 1;
  const auto counter = [&](std::size_t i) { return (place(i) << bits) | (codes[i] & lowest_bits); };
  std::size_t i = 0;
  for (; i + 1 < codes.size(); i += 2) ++even[counter(i)], ++odd[counter(i + 1)];
  if (i < codes.size()) ++even[counter(i)];
}

template <class S, score_value T>
number_counts<S> count_rows(const detail::answer_source<T>& source, const column<S>& by, std::size_t first,
                            std::size_t last) {
  const int bits = counter_bits(source.scale);
  number_counts<S> found{range_of(by, first, last)};
  const number_range<S> range = found.range;
  if (too_far_apart(range, bits)) return found;
  const std::size_t counters = (range.numbers + 1) << bits;
  std::vector<std::uint32_t> tables(2 * counters);
  std::array<std::uint8_t, rows_a_tile> codes;
  std::array<std::uint32_t, rows_a_tile> places;
  for (std::size_t row = first; row < last; row += rows_a_tile) {
    const std::span tile(codes.data(), std::min(rows_a_tile, last - row));
    source.fill(row, tile);
    const S* numbers = by.values().data() + row;
    if (!by.may_have_missing()) {
      add_rows(tile, bits, tables.data(), tables.data() + counters,
               [&](std::size_t i) { return range.place_again(numbers[i]); });
      continue;
    }
    detail::each_presence(by.validity(), by.bit_offset() + row, tile.size(), [&](std::size_t i, bool here) {
      places[i] = static_cast<std::uint32_t>(here ? range.place_again(numbers[i]) : range.numbers);
    });
    add_rows(tile, bits, tables.data(), tables.data() + counters, [&](std::size_t i) { return std::size_t{places[i]}; });
  }
  for (std::size_t i = 0; i < counters; ++i) tables[i] += tables[counters + i];
  tables.resize(counters);
  found.counters = std::move(tables);
  return found;
}

/// The numbers of all chunks in order of first appearance, as places in `range`. Only chunks with a new one are looked at.
template <class S>
std::vector<std::size_t> appearance(const std::vector<number_counts<S>>& chunks, const number_range<S>& range, int bits,
                                    const column<S>& by) {
  std::vector<std::size_t> order;
  std::vector<bool> seen(range.numbers, false);
  for (std::size_t chunk = 0; chunk < chunks.size(); ++chunk) {
    const number_counts<S>& here = chunks[chunk];
    std::size_t unseen = 0;
    for (std::size_t n = 0; n < here.range.numbers; ++n) {
      const auto counters = here.counters.begin() + static_cast<std::ptrdiff_t>(n << bits);
      const bool any = std::any_of(counters, counters + (std::ptrdiff_t{1} << bits), [](auto count) { return count != 0; });
      if (any && !seen[n + range.place(here.range.lowest)]) ++unseen;
    }
    for (std::size_t row = chunk * rows_a_task; unseen > 0; ++row) {
      if (row == by.size()) throw schema_error("the segments changed while they were read; pass a copy");
      const std::size_t place = by.present(row) ? range.place_again(by[row]) : range.numbers;
      if (place == range.numbers || seen[place]) continue;
      seen[place] = true;
      order.push_back(place);
      --unseen;
    }
  }
  return order;
}

score_counts state_at(const std::vector<std::int64_t>& counters, std::size_t place, int bits, const rating_scale& scale) {
  const auto first = counters.begin() + static_cast<std::ptrdiff_t>(place << bits);
  const auto end = first + (std::ptrdiff_t{1} << bits);
  return score_counts{} += score_counts{scale.low(), {first, first + scale.points()}, *(end - 2), *(end - 3)};
}

/// Nothing where the numbers reach too far for a table.
template <class S, score_value T, class Label>
std::optional<labelled_counts> count_numbers(const detail::answer_source<T>& source, const column<S>& by,
                                             const any_executor& host, const Label& label) {
  require_same_length(source.table.score, "score", by, "segment");
  const int bits = counter_bits(source.scale);
  std::vector<number_counts<S>> chunks((by.size() + rows_a_task - 1) / rows_a_task);
  host.bulk(chunks.size(), [&](std::size_t chunk) {
    const std::size_t first = chunk * rows_a_task;
    chunks[chunk] = count_rows(source, by, first, std::min(by.size(), first + rows_a_task));
  });
  number_range<S> range;
  for (const number_counts<S>& chunk : chunks) {
    if (too_far_apart(chunk.range, bits)) return std::nullopt;
    if (chunk.range.numbers == 0) continue;
    range.include(chunk.range.lowest,
                  static_cast<S>(static_cast<std::uint64_t>(chunk.range.lowest) + (chunk.range.numbers - 1)));
    if (too_far_apart(range, bits)) return std::nullopt;
  }
  std::vector<std::int64_t> counters((range.numbers + 1) << bits);
  for (const number_counts<S>& chunk : chunks) {
    const std::size_t named = chunk.range.numbers << bits;
    const std::size_t to = chunk.range.numbers == 0 ? 0 : range.place(chunk.range.lowest) << bits;
    for (std::size_t i = 0; i < named; ++i) counters[to + i] += chunk.counters[i];
    for (std::size_t i = named; i < chunk.counters.size(); ++i)
      counters[(range.numbers << bits) + i - named] += chunk.counters[i];
  }
  labelled_counts found;
  std::unordered_map<std::string, std::size_t> known;  // two labels of a dictionary may be the same text
  for (const std::size_t place : appearance(chunks, range, bits, by)) {
    const score_counts state = state_at(counters, place, bits, source.scale);
    std::string text(label(static_cast<S>(static_cast<std::uint64_t>(range.lowest) + place)));
    const auto [at, is_new] = known.try_emplace(text, found.labels.size());
    if (is_new) {
      found.labels.push_back(std::move(text)), found.states.segments.push_back(state);
    } else {
      found.states.segments[at->second] += state;
    }
  }
  found.states.missing = state_at(counters, range.numbers, bits, source.scale);
  source.require_all(detail::rows_in(found.states.total()));
  return found;
}

template <score_value T>
std::optional<labelled_counts> count_stored(const detail::answer_source<T>& source, const any_column& by,
                                            const std::string& name, const any_executor& host) {
  const auto whole = [&]<class S>(S) {
    return count_numbers(source, by.view<S>(name), host, [](S number) { return std::to_string(number); });
  };
  switch (by.type()) {
    case kind::boolean:
      return count_numbers(source, by.view<std::uint8_t>(name), host,
                           [](std::uint8_t truth) { return truth != 0 ? "true" : "false"; });
    case kind::date:
      return count_numbers(source, by.view<std::int32_t>(name), host,
                           [](std::int32_t since_epoch) { return to_string(day{since_epoch}); });
    case kind::dictionary:
      return count_numbers(source, by.view<std::uint32_t>(name), host, [&](std::uint32_t code) {
        if (code < by.labels().size()) return by.labels()[code];
        throw schema_error("the segments changed while they were read; pass a copy");
      });
    case kind::int8:
      return whole(std::int8_t{});
    case kind::int16:
      return whole(std::int16_t{});
    case kind::int32:
      return whole(std::int32_t{});
    case kind::int64:
      return whole(std::int64_t{});
    case kind::uint8:
      return whole(std::uint8_t{});
    case kind::uint16:
      return whole(std::uint16_t{});
    case kind::uint32:
      return whole(std::uint32_t{});
    case kind::uint64:
      return whole(std::uint64_t{});
    default:
      return std::nullopt;
  }
}

}  // namespace

template <score_value T>
labelled_counts tally_scores_by(const basic_responses<T>& table, const any_column& by, const std::string& name,
                                rating_scale scale, const answer_rules& rules, const any_executor& host) {
  if (table.count.empty() && by.type() != kind::text && by.type() != kind::null) {
    const detail::answer_source<T> source(table, scale, rules, 0);
    if (auto found = count_stored(source, by, name, host)) return std::move(*found);
  }
  segment_codes codes = as_segments(by, name);
  basic_responses<T> coded = table;
  coded.segment = codes.codes.view();
  const std::size_t segments = codes.labels.size();
  return {std::move(codes.labels), tally_scores_by_segment(coded, segments, scale, rules, host)};
}

template labelled_counts tally_scores_by(const basic_responses<std::int8_t>&, const any_column&, const std::string&,
                                         rating_scale, const answer_rules&, const any_executor&);
template labelled_counts tally_scores_by(const basic_responses<std::uint8_t>&, const any_column&, const std::string&,
                                         rating_scale, const answer_rules&, const any_executor&);
template labelled_counts tally_scores_by(const basic_responses<std::int32_t>&, const any_column&, const std::string&,
                                         rating_scale, const answer_rules&, const any_executor&);

}  // namespace sojourn::inline v0_1::arrow
