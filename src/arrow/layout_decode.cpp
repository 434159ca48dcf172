// Arrow arrays to columns: without a copy where the memory already has the right form, else in one pass.
#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "arrow/layout.hpp"
#include "arrow/wide_decimal.hpp"

namespace sojourn::inline v0_1::arrow {

namespace {

bool bit(const std::uint8_t* bits, std::int64_t at) {
  return ((bits[at / 8] >> (at % 8)) & 1) != 0;
}

template <class T>
T load(const void* values, std::int64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + at * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

[[noreturn]] void refuse_value(const std::string& column, std::size_t row, std::string value, std::string rule) {
  throw data_error({column, row, std::move(value), std::move(rule), "correct it where the data are made"});
}

/// The values of a decoded column, one bit per row where something may be missing, and the producers' memory where values
/// point into it.
template <class T>
struct decoded {
  std::vector<T> values;
  std::vector<std::uint8_t> bits;
  std::vector<std::shared_ptr<const void>> owners;
};

std::size_t count_rows(std::span<const piece> pieces) {
  std::size_t rows = 0;
  for (const piece& p : pieces) rows += static_cast<std::size_t>(p.rows);
  return rows;
}

/// `convert(piece, position in the array, row)` of every present row; `convert` may return false for "missing after all".
template <class T, class Convert>
std::shared_ptr<decoded<T>> collect(std::span<const piece> pieces, Convert&& convert) {
  const std::size_t rows = count_rows(pieces);
  auto out = std::make_shared<decoded<T>>();
  out->values.resize(rows);
  const auto clear = [&](std::size_t row) {
    if (out->bits.empty()) out->bits.assign((rows + 7) / 8, 0xff);
    out->bits[row / 8] = static_cast<std::uint8_t>(out->bits[row / 8] & ~(1u << (row % 8)));
  };
  std::size_t row = 0;
  for (const piece& p : pieces) {
    const std::uint8_t* own = p.validity();
    for (std::int64_t i = 0; i < p.rows; ++i, ++row) {
      const bool here = (own == nullptr || bit(own, p.first + i)) &&
                        (p.parent_validity == nullptr || bit(p.parent_validity, p.parent_first + i));
      if (!here || !convert(p, p.first + i, row, out->values[row])) clear(row);
    }
  }
  return out;
}

template <class T>
any_column finish(kind as, std::shared_ptr<decoded<T>> memory) {
  const std::uint8_t* bits = memory->bits.empty() ? nullptr : memory->bits.data();
  const std::span<const T> values = memory->values;
  return any_column::borrow(as, values.data(), values.size(), bits, 0, std::move(memory));
}

/// Calls `work` with a value of the unsigned type of that many bytes.
template <class Work>
any_column by_width(int width, Work&& work) {
  switch (width) {
    case 1:
      return work(std::uint8_t{});
    case 2:
      return work(std::uint16_t{});
    case 4:
      return work(std::uint32_t{});
    default:
      return work(std::uint64_t{});
  }
}

bool may_miss(std::span<const piece> pieces) {
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const piece& p) { return p.validity() != nullptr || p.parent_validity != nullptr; });
}

any_column concatenate(const layout& l, std::span<const piece> pieces) {
  const auto width = static_cast<std::size_t>(l.width);
  const std::size_t rows = count_rows(pieces);
  // 64-bit words, so that every element type is aligned.
  const auto memory = std::make_shared<std::vector<std::uint64_t>>((rows * width + 7) / 8);
  const std::uint64_t* values = memory->data();
  auto* out = reinterpret_cast<char*>(memory->data());
  for (const piece& p : pieces) {
    const std::size_t bytes = static_cast<std::size_t>(p.rows) * width;
    std::memcpy(out, static_cast<const char*>(p.array->buffers[1]) + p.first * l.width, bytes);
    out += bytes;
  }
  return any_column::borrow(l.as, values, rows, nullptr, 0, memory);
}

any_column decode_fixed(const layout& l, std::span<const piece> pieces) {
  if (pieces.size() == 1 && pieces[0].parent_validity == nullptr) {
    const piece& p = pieces[0];
    const auto* values = static_cast<const char*>(p.array->buffers[1]) + p.first * l.width;
    if (reinterpret_cast<std::uintptr_t>(values) % static_cast<std::uintptr_t>(l.width) == 0) {
      return any_column::borrow(l.as, values, static_cast<std::size_t>(p.rows), p.validity(),
                                static_cast<std::size_t>(p.first), p.owner);
    }
  }
  if (!may_miss(pieces)) return concatenate(l, pieces);
  return by_width(l.width, [&]<class T>(T) {
    return finish(l.as, collect<T>(pieces, [](const piece& p, std::int64_t at, std::size_t, T& out) {
                    out = load<T>(p.array->buffers[1], at);
                    return true;
                  }));
  });
}

any_column decode_bits(std::span<const piece> pieces) {
  return finish(kind::boolean,
                collect<std::uint8_t>(pieces, [](const piece& p, std::int64_t at, std::size_t, std::uint8_t& out) {
                  out = bit(static_cast<const std::uint8_t*>(p.array->buffers[1]), at);
                  return true;
                }));
}

any_column decode_days(const std::string& column, std::span<const piece> pieces) {
  constexpr std::int64_t a_day = 86'400'000;
  return finish(kind::date,
                collect<std::int32_t>(pieces, [&](const piece& p, std::int64_t at, std::size_t row, std::int32_t& out) {
                  const auto value = load<std::int64_t>(p.array->buffers[1], at);
                  if (value % a_day != 0)
                    refuse_value(column, row, std::to_string(value) + " ms", "is no whole day in a column of dates");
                  if (!std::in_range<std::int32_t>(value / a_day))
                    refuse_value(column, row, std::to_string(value) + " ms", "is too many days since 1970");
                  out = static_cast<std::int32_t>(value / a_day);
                  return true;
                }));
}

any_column decode_instants(const layout& l, const std::string& column, std::span<const piece> pieces) {
  return finish(kind::instant,
                collect<std::int64_t>(pieces, [&](const piece& p, std::int64_t at, std::size_t row, std::int64_t& out) {
                  const auto value = load<std::int64_t>(p.array->buffers[1], at);
                  if (__builtin_mul_overflow(value, l.factor, &out))
                    refuse_value(column, row, std::to_string(value), "leaves 64 bits in microseconds");
                  return true;
                }));
}

wide_decimal load_decimal(const layout& l, const void* values, std::int64_t at) {
  if (l.width == 4) return wide_decimal::of(load<std::int32_t>(values, at));
  const std::int64_t words = l.width / 8;
  std::array<std::uint64_t, 4> parts{};
  for (std::int64_t word = 0; word < words; ++word)
    parts[static_cast<std::size_t>(word)] = load<std::uint64_t>(values, at * words + word);
  return wide_decimal::of({parts.data(), static_cast<std::size_t>(words)});
}

/// Decimals as 64-bit integers. Where one does not fit at the scale of its type, the places that are zero in every row are
/// left out: NUMERIC(38, 18) holds 49.99 as 49,990,000,000,000,000,000.
any_column decode_decimals(const layout& l, const std::string& column, std::span<const piece> pieces) {
  bool all_fit = true;
  int zeros = l.scale;
  (void)collect<std::int64_t>(pieces, [&](const piece& p, std::int64_t at, std::size_t, std::int64_t& out) {
    const wide_decimal value = load_decimal(l, p.array->buffers[1], at);
    all_fit = all_fit && value.without_zeros(0).has_value();
    out = 0;
    return all_fit;
  });
  if (!all_fit) {
    (void)collect<std::int64_t>(pieces, [&](const piece& p, std::int64_t at, std::size_t, std::int64_t& out) {
      zeros = load_decimal(l, p.array->buffers[1], at).zeros_at_end(zeros);
      out = 0;
      return true;
    });
  }
  const int places = all_fit ? 0 : zeros;
  any_column found = finish(
      kind::decimal, collect<std::int64_t>(pieces, [&](const piece& p, std::int64_t at, std::size_t row, std::int64_t& out) {
        const auto value = load_decimal(l, p.array->buffers[1], at).without_zeros(places);
        if (!value)
          refuse_value(column, row, "a decimal", "does not fit 64 bits at its scale of " + std::to_string(l.scale));
        out = *value;
        return true;
      }));
  found.set_scale(l.scale - places);
  return found;
}

template <class Offset>
std::string_view text_at(const piece& p, std::int64_t at, const std::string& column, std::size_t row) {
  const auto begin = load<Offset>(p.array->buffers[1], at);
  const auto end = load<Offset>(p.array->buffers[1], at + 1);
  if (begin < 0 || end < begin) refuse_value(column, row, "", "has text offsets that run backwards");
  if (begin == end) return {};
  if (p.array->buffers[2] == nullptr) refuse_value(column, row, "", "has text without a text buffer");
  return {static_cast<const char*>(p.array->buffers[2]) + begin, static_cast<std::size_t>(end - begin)};
}

/// A view is 16 bytes: the length, then the text itself up to 12 bytes, else a prefix, a buffer number and an offset.
std::string_view view_at(const piece& p, std::int64_t at, const std::string& column, std::size_t row) {
  const char* view = static_cast<const char*>(p.array->buffers[1]) + at * 16;
  const auto length = load<std::int32_t>(view, 0);
  if (length < 0) refuse_value(column, row, "", "has text of negative length");
  if (length <= 12) return {view + 4, static_cast<std::size_t>(length)};
  const auto buffer = load<std::int32_t>(view, 2);
  const auto offset = load<std::int32_t>(view, 3);
  const std::int64_t buffers = p.array->n_buffers - 3;
  if (buffer < 0 || buffer >= buffers || offset < 0) refuse_value(column, row, "", "has text outside the array's buffers");
  const void* sizes = p.array->buffers[p.array->n_buffers - 1];
  if (sizes == nullptr || p.array->buffers[2 + buffer] == nullptr)
    refuse_value(column, row, "", "has text without a text buffer");
  const auto size = load<std::int64_t>(sizes, buffer);
  if (std::int64_t{offset} + length > size) refuse_value(column, row, "", "has text outside the array's buffers");
  return {static_cast<const char*>(p.array->buffers[2 + buffer]) + offset, static_cast<std::size_t>(length)};
}

any_column decode_text(const layout& l, const std::string& column, std::span<const piece> pieces) {
  auto memory =
      collect<std::string_view>(pieces, [&](const piece& p, std::int64_t at, std::size_t row, std::string_view& out) {
        out = l.read == how::text32   ? text_at<std::int32_t>(p, at, column, row)
              : l.read == how::text64 ? text_at<std::int64_t>(p, at, column, row)
                                      : view_at(p, at, column, row);
        return true;
      });
  for (const piece& p : pieces) memory->owners.push_back(p.owner);
  return finish(kind::text, std::move(memory));
}

/// Buffers that must be there before any value is looked at. One more than the format has betrays the array of another type.
void require_buffers(const layout& l, const char* format, const std::string& column, std::span<const piece> pieces) {
  const bool has_text_buffer = l.read == how::text32 || l.read == how::text64;
  const std::int64_t needed = l.read == how::nothing ? 0 : has_text_buffer ? 3 : 2;
  for (const piece& p : pieces) {
    const bool too_few = p.array->n_buffers < needed || (needed > 0 && p.array->buffers == nullptr);
    const bool too_many = needed > 0 && l.read != how::text_view && p.array->n_buffers > needed;
    if (too_few || too_many || (needed > 0 && p.array->buffers[1] == nullptr)) {
      throw schema_error("column \"" + column + "\" of the Arrow format \"" + format + "\" has " +
                         std::to_string(p.array->n_buffers) + " buffers or no values; " + std::to_string(needed) +
                         " buffers are expected");
    }
  }
}

any_column decode_plain(const ArrowSchema& schema, const std::string& column, std::span<const piece> pieces) {
  const layout l = layout_of(schema.format, column);
  require_buffers(l, schema.format, column, pieces);
  any_column result;
  switch (l.read) {
    case how::nothing:
      return any_column::missing(count_rows(pieces));
    case how::fixed:
      result = decode_fixed(l, pieces);
      break;
    case how::bits:
      result = decode_bits(pieces);
      break;
    case how::text32:
    case how::text64:
    case how::text_view:
      result = decode_text(l, column, pieces);
      break;
    case how::milliseconds_to_days:
      result = decode_days(column, pieces);
      break;
    case how::to_microseconds:
      result = decode_instants(l, column, pieces);
      break;
    case how::decimal:
      result = decode_decimals(l, column, pieces);
      break;
  }
  result.set_zone(l.zone);
  if (l.read != how::decimal) result.set_scale(l.scale);
  return result;
}

/// The code of a present row as a position in its dictionary.
std::size_t code_at(kind index, const piece& p, std::int64_t at, std::size_t entries, const std::string& column,
                    std::size_t row) {
  const void* codes = p.array->buffers[1];
  std::int64_t code = 0;
  switch (index) {
    case kind::int8:
      code = load<std::int8_t>(codes, at);  // NOLINT(bugprone-signed-char-misuse): codes have a sign
      break;
    case kind::uint8:
      code = load<std::uint8_t>(codes, at);
      break;
    case kind::int16:
      code = load<std::int16_t>(codes, at);
      break;
    case kind::uint16:
      code = load<std::uint16_t>(codes, at);
      break;
    case kind::int32:
      code = load<std::int32_t>(codes, at);
      break;
    case kind::uint32:
      code = load<std::uint32_t>(codes, at);
      break;
    default:
      code = load<std::int64_t>(codes, at);
      break;
  }
  if (code < 0 || static_cast<std::size_t>(code) >= entries) {
    refuse_value(column, row, std::to_string(code),
                 "is no entry of its dictionary (" + std::to_string(entries) + " entries)");
  }
  return static_cast<std::size_t>(code);
}

/// The dictionary of each piece, decoded; every batch may bring its own.
std::unordered_map<const piece*, any_column> dictionaries(const ArrowSchema& schema, const std::string& column,
                                                          std::span<const piece> pieces) {
  std::unordered_map<const piece*, any_column> found;
  for (const piece& p : pieces) {
    const ArrowArray* values = p.array->dictionary;
    constexpr std::int64_t most_entries = std::int64_t{1} << 56;
    if (values == nullptr || values->length < 0 || values->offset < 0 || values->length > most_entries ||
        values->offset > most_entries) {
      throw schema_error("column \"" + column + "\" is a dictionary column whose array has no dictionary");
    }
    const piece all{values, values->offset, values->length, nullptr, 0, p.owner};
    found.emplace(&p, decode_plain(*schema.dictionary, column, std::span(&all, values->length > 0 ? 1u : 0u)));
  }
  return found;
}

struct decoded_labels {
  std::vector<std::string_view> labels;
  std::vector<std::shared_ptr<const void>> owners;
};

/// Labels of all batches become one dictionary in order of first use.
any_column decode_labels(kind index, const std::string& column, std::span<const piece> pieces,
                         const std::unordered_map<const piece*, any_column>& values) {
  constexpr std::uint32_t unseen = 0xffffffff;
  const auto unified = std::make_shared<decoded_labels>();
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  std::vector<std::uint32_t> translated;
  const piece* current = nullptr;
  const any_column* entries = nullptr;
  auto codes = collect<std::uint32_t>(pieces, [&](const piece& p, std::int64_t at, std::size_t row, std::uint32_t& out) {
    if (&p != current) {
      current = &p;
      entries = &values.at(&p);
      translated.assign(entries->size(), unseen);
    }
    const std::size_t code = code_at(index, p, at, entries->size(), column, row);
    if (!entries->present(code)) return false;
    if (translated[code] == unseen) {
      const std::string_view label = entries->view<std::string_view>()[code];
      const auto [place, is_new] = numbers.try_emplace(label, static_cast<std::uint32_t>(unified->labels.size()));
      if (is_new) unified->labels.push_back(label);
      translated[code] = place->second;
    }
    out = translated[code];
    return true;
  });
  // Labels of 12 bytes or less and longer ones alike point into the dictionaries of the batches.
  for (const piece& p : pieces) unified->owners.push_back(p.owner);
  any_column result = finish(kind::dictionary, std::move(codes));
  result.set_labels(std::shared_ptr<const std::string_view[]>(unified, unified->labels.data()), unified->labels.size());
  return result;
}

any_column decode_dictionary(const ArrowSchema& schema, const std::string& column, std::span<const piece> pieces) {
  const layout index = layout_of(schema.format, column);
  if (index.read != how::fixed || index.as < kind::int8 || index.as > kind::uint64) {
    throw schema_error("column \"" + column + "\" is a dictionary with codes of the Arrow format \"" + schema.format +
                       "\"; accepted: integers");
  }
  require_buffers(index, schema.format, column, pieces);
  if (schema.dictionary->dictionary != nullptr)
    throw schema_error("column \"" + column + "\" is a dictionary of dictionaries; accepted: one level");
  const layout entry = layout_of(schema.dictionary->format, column);
  const auto values = dictionaries(schema, column, pieces);
  if (entry.as == kind::text) return decode_labels(index.as, column, pieces, values);
  if (entry.as == kind::null) return any_column::missing(count_rows(pieces));
  const int width = entry.as == kind::boolean                                ? 1
                    : entry.as == kind::date                                 ? 4
                    : entry.as == kind::instant || entry.as == kind::decimal ? 8
                                                                             : entry.width;
  any_column result = by_width(width, [&]<class T>(T) {
    return finish(entry.as, collect<T>(pieces, [&](const piece& p, std::int64_t at, std::size_t row, T& out) {
                    const any_column& entries = values.at(&p);
                    const std::size_t code = code_at(index.as, p, at, entries.size(), column, row);
                    out = load<T>(entries.data(), static_cast<std::int64_t>(code));
                    return entries.present(code);
                  }));
  });
  result.set_zone(entry.zone);
  result.set_scale(values.empty() ? entry.scale : values.begin()->second.scale());
  for (const auto& [at, entries] : values) {
    if (entries.scale() != result.scale())
      throw schema_error("column \"" + column + "\" has dictionaries of decimals that do not fit 64 bits at one scale");
  }
  return result;
}

}  // namespace

any_column decode(const ArrowSchema& schema, const std::string& column, std::span<const piece> pieces) {
  return schema.dictionary != nullptr ? decode_dictionary(schema, column, pieces) : decode_plain(schema, column, pieces);
}

}  // namespace sojourn::inline v0_1::arrow
