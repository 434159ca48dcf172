#include "sojourn/input/score_tally.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <string>
#include <type_traits>

#include "detail/number_text.hpp"
#include "input/count_values.hpp"
#include "sojourn/stats/checked.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

// Every answer becomes one byte first: its index on the scale, or one of these. So the counting loops know one type only.
constexpr std::uint8_t off_scale = answer_source<std::int32_t>::off_scale;
constexpr std::uint8_t no_score = answer_source<std::int32_t>::no_score;
constexpr std::uint8_t superseded = answer_source<std::int32_t>::superseded;
constexpr int most_points = 250;

constexpr std::size_t tile_rows = 16320;  // stay in the first-level cache until they are counted
using tile = std::array<std::uint8_t, tile_rows>;

// Eight-bit answers are compared in 16 bits and wider ones unsigned in 32, so that no difference wraps into the scale.
template <score_value T>
void index_answers(const T* answers, std::size_t rows, const rating_scale& scale, std::uint8_t* codes) {
  using wide = std::conditional_t<sizeof(T) == 1, std::uint16_t, std::uint32_t>;
  const auto low = static_cast<wide>(scale.low());
  const auto points = static_cast<wide>(scale.points());
  for (std::size_t i = 0; i < rows; ++i) {
    const auto index = static_cast<wide>(static_cast<wide>(answers[i]) - low);
    codes[i] = index < points ? static_cast<std::uint8_t>(index) : off_scale;
  }
}

template <score_value T>
void mark_blank(const T* answers, std::size_t rows, std::int32_t blank, std::uint8_t* codes) {
  if (blank < std::numeric_limits<T>::min() || blank > std::numeric_limits<T>::max()) return;
  const auto code = static_cast<T>(blank);
  for (std::size_t i = 0; i < rows; ++i) codes[i] = answers[i] == code ? no_score : codes[i];
}

// 255 in each byte whose bit is set.
constexpr std::array<std::uint64_t, 256> spread_bits = [] {
  std::array<std::uint64_t, 256> spread{};
  for (std::size_t bits = 0; bits < 256; ++bits) {
    for (std::size_t i = 0; i < 8; ++i) spread[bits] |= (bits >> i & 1u) != 0 ? std::uint64_t{255} << (8 * i) : 0;
  }
  return spread;
}();

template <score_value T>
void mark_missing(const column<T>& score, std::size_t first, std::size_t rows, std::uint8_t* codes) {
  const auto mark_one = [&](std::size_t i) { codes[i] = score.present(first + i) ? codes[i] : no_score; };
  // Eight rows at a time from the first row whose bit starts a byte.
  std::size_t i = 0;
  for (; i < rows && (score.bit_offset() + first + i) % 8 != 0; ++i) mark_one(i);
  for (; i + 8 <= rows; i += 8) {
    constexpr std::uint64_t all_missing = 0x0101010101010101u * no_score;
    const std::uint64_t here = spread_bits[score.validity()[(score.bit_offset() + first + i) / 8]];
    std::uint64_t eight = 0;
    std::memcpy(&eight, codes + i, sizeof eight);
    eight = (eight & here) | (all_missing & ~here);
    std::memcpy(codes + i, &eight, sizeof eight);
  }
  for (; i < rows; ++i) mark_one(i);
}

void mark_replaced(const std::vector<std::uint8_t>& replaced, std::size_t first, std::size_t rows, std::uint8_t* codes) {
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t row = first + i;
    const bool out = ((std::uint32_t{replaced[row / 8]} >> (row % 8)) & 1u) != 0 && codes[i] != off_scale;
    codes[i] = out ? superseded : codes[i];
  }
}

template <score_value T>
void fill_codes(const answer_source<T>& source, std::size_t first, std::size_t rows, std::uint8_t* codes) {
  const column<T>& score = source.table.score;
  const T* answers = score.values().data() + first;
  index_answers(answers, rows, source.scale, codes);
  for (const std::int32_t blank : source.rules.blank) mark_blank(answers, rows, blank, codes);
  if (score.may_have_missing()) mark_missing(score, first, rows, codes);
  if (!source.replaced.empty()) mark_replaced(source.replaced, first, rows, codes);
}

// Four replicas, so that a run of equal answers does not wait for its own counter.
void count_all(const std::uint8_t* codes, std::size_t rows, std::array<std::uint64_t, 256>& counts) {
  std::array<std::array<std::uint32_t, 256>, 4> replicas{};
  for (std::size_t i = 0; i < rows; ++i) ++replicas[i % 4][codes[i]];
  for (const auto& replica : replicas) {
    for (std::size_t code = 0; code < 256; ++code) counts[code] += replica[code];
  }
}

constexpr std::size_t few_points = 24;  // up to here a counter for each answer is faster than a table

void add_tile(const std::uint8_t* codes, std::size_t rows, std::size_t points, std::array<std::uint64_t, 256>& counts) {
  if (points > few_points) return count_all(codes, rows, counts);
  const std::span tile_codes(codes, rows);
  if (count_values(tile_codes, 0, std::span(counts).first(points)) == rows) return;
  count_values(tile_codes, superseded, std::span(counts).subspan(superseded, 2));  // and those without a score
}

// Answers of one byte are counted where they are. False, and nothing is counted, when some lie outside the scale.
template <score_value T>
bool add_plain(std::span<const T> answers, const rating_scale& scale, std::array<std::uint64_t, 256>& counts) {
  if (sizeof(T) != 1 || static_cast<std::size_t>(scale.points()) > few_points) return false;
  const std::int32_t lowest = std::max<std::int32_t>(scale.low(), std::numeric_limits<T>::min());
  const std::int32_t highest = std::min<std::int32_t>(scale.high(), std::numeric_limits<T>::max());
  if (lowest > highest) return answers.empty();
  std::array<std::uint64_t, few_points> found{};
  const auto wanted = std::span(found).subspan(static_cast<std::size_t>(lowest - scale.low()),
                                               static_cast<std::size_t>(highest - lowest) + 1);
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(answers.data()), answers.size());
  if (count_values(bytes, static_cast<std::uint8_t>(lowest), wanted) != answers.size()) return false;
  for (std::size_t code = 0; code < found.size(); ++code) counts[code] += found[code];
  return true;
}

// Merging into the neutral state brings counts into the one stored form.
template <class Count>
score_counts state_of(const rating_scale& scale, const Count* answers, std::int64_t without_score, std::int64_t replaced) {
  score_counts raw{scale.low(), {}, without_score, replaced};
  std::transform(answers, answers + scale.points(), std::back_inserter(raw.answers),
                 [](Count n) { return static_cast<std::int64_t>(n); });
  return score_counts{} += raw;
}

constexpr const char* answers_text = "survey answers";

struct weight_cell {
  std::int64_t n = 0;
  weight_sums weights{};

  void add(std::int64_t units) noexcept {
    ++n;
    weights.sum += units;
    weights.squares += static_cast<int128>(units) * units;
  }

  /// The same `times` times; a billion answers of the largest weight leave the range.
  void add(std::int64_t units, std::int64_t times) {
    checked_add(n, times, answers_text);
    checked_add(weights.sum, static_cast<int128>(units) * times, answers_text);
    int128 squares = static_cast<int128>(units) * units;
    if (__builtin_mul_overflow(squares, static_cast<int128>(times), &squares))
      throw overflow_error("survey answers: a sum of squared weights leaves its range");
    checked_add(weights.squares, squares, answers_text);
  }
};

weighted_score_counts state_of(const rating_scale& scale, const weight_cell* cells) {
  const auto points = static_cast<std::size_t>(scale.points());
  weighted_score_counts raw;
  raw.zero_weight = cells[points + 2].n;
  raw.counts = {scale.low(), {}, cells[points].n, cells[points + 1].n};
  raw.no_score = cells[points].weights;
  for (std::size_t i = 0; i < points; ++i) {
    raw.counts.answers.push_back(cells[i].n);
    raw.answers.push_back(cells[i].weights);
  }
  return weighted_score_counts{} += raw;
}

// Which counter a row adds to. Bad rows share one segment behind the last, which nobody reads.
class segment_places {
 public:
  template <score_value T>
  explicit segment_places(const answer_source<T>& source)
      : segment_(source.table.segment), declared_(static_cast<std::uint32_t>(source.segments)), stride_(source.stride()) {
    for (std::size_t code = 0; code < place_.size(); ++code)
      place_[code] = static_cast<std::uint8_t>(std::min(code, stride_ - 3));
    place_[no_score] = static_cast<std::uint8_t>(stride_ - 2);
    place_[superseded] = static_cast<std::uint8_t>(stride_ - 1);
  }

  [[nodiscard]] std::size_t of(std::uint8_t code, std::size_t row) const noexcept {
    return segment_of(code, row) * stride_ + place_[code];
  }
  /// The same with a weight, whose segments have one counter more: of rows whose weight is 0.
  [[nodiscard]] std::size_t of(std::uint8_t code, std::size_t row, std::int64_t units) const noexcept {
    const bool absent = units == 0 && code != superseded;
    return segment_of(code, row) * (stride_ + 1) + (absent ? stride_ : place_[code]);
  }

 private:
  [[nodiscard]] std::size_t segment_of(std::uint8_t code, std::size_t row) const noexcept {
    if (code == off_scale) return std::size_t{declared_} + 1;
    if (segment_.empty() || !segment_.present(row)) return declared_;
    return segment_[row] < declared_ ? segment_[row] : std::size_t{declared_} + 1;
  }

  column<std::uint32_t> segment_;
  std::uint32_t declared_;
  std::size_t stride_;
  std::array<std::uint8_t, 256> place_{};
};

// One state for each segment from its counters, and one for rows without a segment.
template <class State, score_value T, class Read>
by_segment<State> gather(const answer_source<T>& source, const Read& read) {
  by_segment<State> result;
  result.segments.reserve(source.segments);
  for (std::size_t segment = 0; segment < source.segments; ++segment) result.segments.push_back(read(segment));
  result.missing = read(source.segments);
  result.drop_empty_tail();
  return result;
}

constexpr std::int64_t not_a_weight = -1;

std::int64_t to_units(double weight) {
  const bool sound = weight == 0.0 || (weight >= smallest_weight && weight <= largest_weight);
  return sound ? static_cast<std::int64_t>(std::nearbyint(weight * weight_units)) : not_a_weight;
}

/// How many answers a row stands for; negative where the count is missing or no count.
std::int64_t times_given(const column<std::int64_t>& count, std::size_t row) {
  return count.present(row) ? count[row] : -1;
}

data_error bad_score(const std::string& column, std::size_t row, long long value, const rating_scale& scale) {
  const std::string text = std::to_string(value);
  return data_error(
      {column, row, text, "an answer must lie on the declared " + to_string(scale) + " scale",
       "if " + text + " is a code for no answer, declare it as blank; otherwise declare the scale that was asked"});
}

}  // namespace

template <score_value T>
answer_source<T>::answer_source(const basic_responses<T>& rows, rating_scale declared, const answer_rules& read_by,
                                std::size_t segment_count)
    : table(rows), scale(declared), rules(read_by), segments(segment_count) {
  if (scale.points() > most_points)
    throw schema_error("a " + to_string(scale) + " scale has too many answers; at most 250 are counted apart");
  for (const std::int32_t blank : rules.blank) {
    if (scale.contains(blank)) {
      throw schema_error("blank code " + std::to_string(blank) + " lies on the declared " + to_string(scale) +
                         " scale; it cannot be told from an answer");
    }
  }
  if (!table.segment.empty()) require_same_length(table.score, "score", table.segment, "segment");
  if (!table.count.empty()) require_same_length(table.score, "score", table.count, "count");
  if (rules.repeats == repeat_answers::latest_per_respondent) replaced = replaced_answers(table, rules).replaced;
}

template <score_value T>
score_counts answer_source<T>::count(std::size_t first, std::size_t last) const {
  if (!table.count.empty()) return count_listed(first, last).total();
  tile codes;
  std::array<std::uint64_t, 256> counts{};
  const bool counted = plain() && add_plain(table.score.values().subspan(first, last - first), scale, counts);
  for (std::size_t row = counted ? last : first; row < last; row += tile_rows) {
    const std::size_t rows = std::min(tile_rows, last - row);
    fill_codes(*this, row, rows, codes.data());
    add_tile(codes.data(), rows, static_cast<std::size_t>(scale.points()), counts);
  }
  return state_of(scale, counts.data(), static_cast<std::int64_t>(counts[no_score]),
                  static_cast<std::int64_t>(counts[superseded]));
}

template <score_value T>
bool answer_source<T>::plain() const noexcept {
  return rules.blank.empty() && replaced.empty() && !table.score.may_have_missing();
}

template <score_value T>
std::size_t answer_source<T>::rows_worth_a_thread() const noexcept {
  const bool where_they_are = sizeof(T) == 1 && plain() && table.count.empty();
  return where_they_are ? 16 * rows_per_chunk : 2 * rows_per_chunk;
}

template <score_value T>
std::size_t answer_source<T>::chunk_rows() const noexcept {
  return std::min(std::max(rows_per_chunk, 96 * (segments + 1) * stride()), std::size_t{1} << 31);
}

template <score_value T>
void answer_source<T>::fill(std::size_t first, std::span<std::uint8_t> codes) const {
  fill_codes(*this, first, codes.size(), codes.data());
}

template <score_value T>
std::uint8_t answer_source<T>::code(std::size_t row) const {
  std::uint8_t code = 0;
  fill_codes(*this, row, 1, &code);
  return code;
}

template <score_value T>
by_segment<score_counts> answer_source<T>::count_segments(std::size_t first, std::size_t last) const {
  if (!table.count.empty()) return count_listed(first, last);
  const segment_places places(*this);
  std::vector<std::uint32_t> cells((segments + 2) * stride());
  tile codes;
  for (std::size_t row = first; row < last; row += tile_rows) {
    const std::size_t rows = std::min(tile_rows, last - row);
    fill_codes(*this, row, rows, codes.data());
    for (std::size_t i = 0; i < rows; ++i) ++cells[places.of(codes[i], row + i)];
  }
  return gather<score_counts>(*this, [&](std::size_t segment) {
    const std::uint32_t* counts = cells.data() + segment * stride();
    return state_of(scale, counts, counts[stride() - 2], counts[stride() - 1]);
  });
}

template <score_value T>
by_segment<weighted_score_counts> answer_source<T>::weigh(std::size_t first, std::size_t last) const {
  if (!table.count.empty()) return weigh_listed(first, last);
  const segment_places places(*this);
  std::vector<weight_cell> cells((segments + 2) * (stride() + 1));
  tile codes;
  for (std::size_t row = first; row < last; row += tile_rows) {
    const std::size_t rows = std::min(tile_rows, last - row);
    fill_codes(*this, row, rows, codes.data());
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int64_t units = table.weight.present(row + i) ? to_units(table.weight[row + i]) : not_a_weight;
      cells[places.of(units < 0 ? off_scale : codes[i], row + i, units)].add(units);
    }
  }
  return gather<weighted_score_counts>(
      *this, [&](std::size_t segment) { return state_of(scale, cells.data() + segment * (stride() + 1)); });
}

// Rows that stand for several answers. There are few of them, so one cell after the other is fast enough.
template <score_value T>
by_segment<score_counts> answer_source<T>::count_listed(std::size_t first, std::size_t last) const {
  const segment_places places(*this);
  std::vector<std::int64_t> cells((segments + 2) * stride());
  tile codes;
  for (std::size_t row = first; row < last; row += tile_rows) {
    const std::size_t rows = std::min(tile_rows, last - row);
    fill_codes(*this, row, rows, codes.data());
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int64_t times = times_given(table.count, row + i);
      checked_add(cells[places.of(times < 0 ? off_scale : codes[i], row + i)], std::max<std::int64_t>(times, 0),
                  answers_text);
    }
  }
  return gather<score_counts>(*this, [&](std::size_t segment) {
    const std::int64_t* counts = cells.data() + segment * stride();
    return state_of(scale, counts, counts[stride() - 2], counts[stride() - 1]);
  });
}

template <score_value T>
by_segment<weighted_score_counts> answer_source<T>::weigh_listed(std::size_t first, std::size_t last) const {
  const segment_places places(*this);
  std::vector<weight_cell> cells((segments + 2) * (stride() + 1));
  tile codes;
  for (std::size_t row = first; row < last; row += tile_rows) {
    const std::size_t rows = std::min(tile_rows, last - row);
    fill_codes(*this, row, rows, codes.data());
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int64_t units = table.weight.present(row + i) ? to_units(table.weight[row + i]) : not_a_weight;
      const std::int64_t times = times_given(table.count, row + i);
      if (units >= 0 && times >= 0) cells[places.of(codes[i], row + i, units)].add(units, times);
    }
  }
  return gather<weighted_score_counts>(
      *this, [&](std::size_t segment) { return state_of(scale, cells.data() + segment * (stride() + 1)); });
}

template <score_value T>
void answer_source<T>::require_all(std::int64_t counted) const {
  // A row that stands for no answer at all is not missed in the sum, so tables with counts are looked through.
  if (table.count.empty() && counted == static_cast<std::int64_t>(table.score.size())) return;
  tile code;
  for (std::size_t row = 0; row < table.score.size(); ++row) {
    fill_codes(*this, row, 1, code.data());
    if (code[0] == off_scale) throw bad_score(table.score.name_or("score"), row, table.score[row], scale);
    if (!table.segment.empty() && table.segment.present(row) && table.segment[row] >= segments) {
      throw data_error({table.segment.name_or("segment"), row, std::to_string(table.segment[row]),
                        "a segment code must be below the declared number of segments, " + std::to_string(segments),
                        "declare as many segments as there are codes"});
    }
    if (!table.count.empty() && times_given(table.count, row) < 0) {
      throw data_error(
          {table.count.name_or("count"), row, table.count.present(row) ? std::to_string(table.count[row]) : "missing",
           "a count says how many gave this answer: a whole number, 0 or more", "give the count, or remove the row"});
    }
    if (!table.weight.empty() && (!table.weight.present(row) || to_units(table.weight[row]) < 0)) {
      throw data_error(
          {table.weight.name_or("weight"), row,
           table.weight.present(row) ? detail::number_text(table.weight[row]) : "missing",
           "a weight must be 0 or lie between 0.000001 and 1000000",
           "weights are counted in billionths; divide them by their mean, or give weight 0 to leave a row out"});
    }
  }
}

template struct answer_source<std::int8_t>;
template struct answer_source<std::uint8_t>;
template struct answer_source<std::int32_t>;

}  // namespace detail

}  // namespace sojourn::inline v0_1
