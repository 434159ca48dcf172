// Tables of hosts without Arrow: flat columns in, flat columns out.
#include <limits>

#include "capi/entry.hpp"
#include "sojourn/arrow/writer.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

template <class T>
std::vector<T> values_in(const sojourn_column& from) {
  if (from.rows > 0 && from.values == nullptr) {
    throw argument_error(std::string("columns: ") + from.name, "has rows, but its values are NULL");
  }
  const T* first = static_cast<const T*>(from.values);
  return from.rows == 0 ? std::vector<T>() : std::vector<T>(first, first + from.rows);
}

std::vector<std::string> texts_in(const sojourn_column& from) {
  std::vector<std::string> all;
  if (from.rows == 0) return all;
  const std::string place = std::string("columns: ") + from.name;
  if (from.offsets == nullptr) throw argument_error(place, "holds text, but its offsets are NULL");
  const char* text = static_cast<const char*>(from.values);
  all.reserve(from.rows);
  for (std::uint64_t row = 0; row < from.rows; ++row) {
    const std::int64_t begin = from.offsets[row], end = from.offsets[row + 1];
    if (begin < 0 || end < begin) throw argument_error(place, "has offsets that do not rise at row " + std::to_string(row));
    if (end > begin && text == nullptr) throw argument_error(place, "has text, but its values are NULL");
    if (end == begin) {
      all.emplace_back();
    } else {
      all.emplace_back(text + begin, static_cast<std::size_t>(end - begin));
    }
  }
  return all;
}

arrow::any_column column_in(const sojourn_column& from) {
  std::vector<std::uint8_t> present;
  if (from.validity != nullptr) present.assign(from.validity, from.validity + from.rows);
  for (std::uint8_t& one : present) one = one != 0 ? 1 : 0;
  using arrow::any_column;
  switch (from.type) {
    case SOJOURN_INT64:
      return any_column::from(values_in<std::int64_t>(from), present);
    case SOJOURN_FLOAT64:
      return any_column::from(values_in<double>(from), present);
    case SOJOURN_DAY:
      return any_column::dates(values_in<std::int32_t>(from), present);
    case SOJOURN_BOOL:
      return any_column::booleans(values_in<std::uint8_t>(from), present);
    case SOJOURN_TEXT:
      return any_column::from(texts_in(from), present);
    default:
      throw argument_error(std::string("columns: ") + from.name, "has no sojourn_type " + std::to_string(from.type));
  }
}

/// The column in one of the types of the ABI.
arrow::any_column plain_column(const arrow::any_column& from, const std::string& name) {
  using arrow::kind;
  switch (from.type()) {
    case kind::date:
    case kind::boolean:
    case kind::text:
    case kind::dictionary:
    case kind::int64:
    case kind::float64:
      return from;
    case kind::float32:
    case kind::decimal:
      return arrow::as_double(from, name).source();
    case kind::null:
      return arrow::any_column::from(std::vector<double>(from.size(), std::numeric_limits<double>::quiet_NaN()),
                                     std::vector<std::uint8_t>(from.size(), 0));
    case kind::instant:
      return arrow::as_day(from, name).source();
    default:
      return arrow::as_int64(from, name).source();
  }
}

/// Texts side by side, with their ends.
void lay_out(const arrow::any_column& from, std::string& text, std::vector<std::int64_t>& offsets) {
  offsets.reserve(from.size() + 1);
  offsets.push_back(0);
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (from.present(row)) {
      text += from.type() == arrow::kind::text ? from.view<std::string_view>()[row]
                                               : from.labels()[from.view<std::uint32_t>()[row]];
    }
    offsets.push_back(static_cast<std::int64_t>(text.size()));
  }
}

held_frame frame_of(arrow::table table) {
  held_frame made;
  made.table = std::move(table);
  const std::size_t count = made.table.columns.size();
  made.offsets.resize(count), made.texts.resize(count), made.validity.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    arrow::any_column& one = made.table.columns[i];
    one = plain_column(one, made.table.names[i]);
    if (one.type() == arrow::kind::text || one.type() == arrow::kind::dictionary) {
      lay_out(one, made.texts[i], made.offsets[i]);
    }
    if (one.validity() == nullptr) continue;
    made.validity[i].resize(one.size());
    for (std::size_t row = 0; row < one.size(); ++row) made.validity[i][row] = one.present(row) ? 1 : 0;
  }
  return made;
}

sojourn_type shown_type(arrow::kind type) {
  switch (type) {
    case arrow::kind::int64:
      return SOJOURN_INT64;
    case arrow::kind::float64:
      return SOJOURN_FLOAT64;
    case arrow::kind::date:
      return SOJOURN_DAY;
    case arrow::kind::boolean:
      return SOJOURN_BOOL;
    default:
      return SOJOURN_TEXT;
  }
}

}  // namespace
}  // namespace sojourn::inline v0_1::capi

using namespace sojourn;        // NOLINT: the functions below are those of C
using namespace sojourn::capi;  // NOLINT

extern "C" {

sojourn_code sojourn_columns(const sojourn_column* columns, uint32_t count, ArrowArrayStream* out, sojourn_error** error) {
  return guarded(error, [&] {
    given(out, "out") = {};
    if (count > 0) (void)given(columns, "columns");
    arrow::table made;
    made.names.reserve(count), made.columns.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      const sojourn_column& one = columns[i];
      made.names.emplace_back(&given(one.name, "columns[].name"));
      made.columns.push_back(column_in(one));
    }
    arrow::write_stream(made, out);
  });
}

sojourn_code sojourn_read(ArrowArrayStream* table, sojourn_object** frame, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_object*& made = handle_in(frame);
    taken_stream stream(table);
    give_object(made, frame_of(arrow::read_table(stream.get())));
  });
}

sojourn_code sojourn_frame_column(const sojourn_object* object, uint32_t index, sojourn_column* out, sojourn_error** error) {
  return guarded(error, [&] {
    sojourn_column& column = given(out, "out");
    column = {};
    const held_frame& frame = as<held_frame>(object, "frame", SOJOURN_FRAME);
    if (index >= frame.table.columns.size()) {
      throw argument_error("index", "is " + std::to_string(index) + ", and the frame has " +
                                        std::to_string(frame.table.columns.size()) + " columns");
    }
    const arrow::any_column& one = frame.table.columns[index];
    const sojourn_type type = shown_type(one.type());
    const bool text = type == SOJOURN_TEXT;
    column.name = frame.table.names[index].c_str();
    column.type = type;
    column.rows = one.size();
    column.values = text ? frame.texts[index].data() : one.data();
    column.offsets = text ? frame.offsets[index].data() : nullptr;
    column.validity = frame.validity[index].empty() ? nullptr : frame.validity[index].data();
  });
}

}  // extern "C"
