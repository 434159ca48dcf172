#include "sojourn/arrow/writer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace sojourn::inline v0_1::arrow {

namespace {

/// What an exported array owns: the column that it shares, what had to be copied, and its children.
struct array_memory {
  any_column column;
  std::vector<std::uint8_t> bits;
  std::vector<std::int64_t> offsets;
  std::vector<std::uint8_t> bytes;
  std::array<const void*, 3> buffers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary{};
};

struct schema_memory {
  std::string format;
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary{};
};

template <class T>
void release_live(T& structure) {
  if (structure.release != nullptr) structure.release(&structure);
}

/// Children and dictionaries that a consumer moved away have a null `release` and are left alone.
template <class T, class Memory>
void release(T* self) {
  const std::unique_ptr<Memory> memory(static_cast<Memory*>(self->private_data));
  for (T& child : memory->children) release_live(child);
  release_live(memory->dictionary);
  self->release = nullptr;
}

std::string format_of(const any_column& column) {
  switch (column.type()) {
    case kind::null:
      return "n";
    case kind::boolean:
      return "b";
    case kind::int8:
      return "c";
    case kind::int16:
      return "s";
    case kind::int32:
      return "i";
    case kind::int64:
      return "l";
    case kind::uint8:
      return "C";
    case kind::uint16:
      return "S";
    case kind::uint32:
      return "I";
    case kind::uint64:
      return "L";
    case kind::float32:
      return "f";
    case kind::float64:
      return "g";
    case kind::date:
      return "tdD";
    case kind::instant:
      return (column.scale() == any_column::nanoseconds ? "tsn:" : "tsu:") + column.zone();
    case kind::decimal:
      return "d:" + std::to_string(std::max(19, column.scale())) + "," + std::to_string(column.scale());
    case kind::text:
      return "U";
    case kind::dictionary:
      return "i";
  }
  return "n";
}

void fill_schema(ArrowSchema* out, std::string format, const std::string& name, std::unique_ptr<schema_memory> memory) {
  memory->format = std::move(format);
  memory->name = name;
  *out = ArrowSchema{};
  out->format = memory->format.c_str();
  out->name = memory->name.c_str();
  out->flags = ARROW_FLAG_NULLABLE;
  out->n_children = static_cast<std::int64_t>(memory->child_pointers.size());
  out->children = memory->child_pointers.empty() ? nullptr : memory->child_pointers.data();
  out->dictionary = memory->dictionary.release == nullptr ? nullptr : &memory->dictionary;
  out->release = &release<ArrowSchema, schema_memory>;
  out->private_data = memory.release();
}

/// A pointer for buffers without bytes: some consumers refuse a null one.
const void* or_empty(const void* buffer) {
  static constexpr std::uint64_t nothing[2] = {};
  return buffer != nullptr ? buffer : nothing;
}

/// The bitmap from bit 0, shared when it starts on a byte.
const void* validity_from_zero(const any_column& column, array_memory& memory) {
  if (column.validity() == nullptr) return nullptr;
  if (column.bit_offset() % 8 == 0) return column.validity() + column.bit_offset() / 8;
  memory.bits.assign((column.size() + 7) / 8, 0);
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.present(row)) memory.bits[row / 8] = static_cast<std::uint8_t>(memory.bits[row / 8] | (1u << (row % 8)));
  }
  return memory.bits.data();
}

/// Offsets and characters; `text(row)` of a missing row is not asked for.
template <class Text>
void copy_text(std::size_t rows, array_memory& memory, Text&& text) {
  memory.offsets.assign(rows + 1, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    memory.offsets[row + 1] = memory.offsets[row] + static_cast<std::int64_t>(text(row).size());
  }
  memory.bytes.resize(static_cast<std::size_t>(memory.offsets[rows]));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view part = text(row);
    if (!part.empty()) std::memcpy(memory.bytes.data() + memory.offsets[row], part.data(), part.size());
  }
  memory.buffers[1] = memory.offsets.data();
  memory.buffers[2] = or_empty(memory.bytes.data());
}

void copy_booleans(const any_column& column, array_memory& memory) {
  const auto values = column.view<std::uint8_t>();
  memory.bytes.assign((column.size() + 7) / 8 + 1, 0);
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (values[row] != 0) memory.bytes[row / 8] = static_cast<std::uint8_t>(memory.bytes[row / 8] | (1u << (row % 8)));
  }
  memory.buffers[1] = memory.bytes.data();
}

void copy_decimals(const any_column& column, array_memory& memory) {
  const auto values = column.view<std::int64_t>();
  memory.offsets.resize(2 * column.size() + 2);  // low word, high word
  for (std::size_t row = 0; row < column.size(); ++row) {
    memory.offsets[2 * row] = values[row];
    memory.offsets[2 * row + 1] = values[row] < 0 ? -1 : 0;
  }
  memory.buffers[1] = memory.offsets.data();
}

void fill_array(ArrowArray* out, std::size_t rows, std::int64_t buffers, bool may_miss,
                std::unique_ptr<array_memory> memory) {
  *out = ArrowArray{};
  out->length = static_cast<std::int64_t>(rows);
  out->null_count = may_miss ? -1 : 0;
  out->n_buffers = buffers;
  out->buffers = memory->buffers.data();
  out->n_children = static_cast<std::int64_t>(memory->child_pointers.size());
  out->children = memory->child_pointers.empty() ? nullptr : memory->child_pointers.data();
  out->dictionary = memory->dictionary.release == nullptr ? nullptr : &memory->dictionary;
  out->release = &release<ArrowArray, array_memory>;
  out->private_data = memory.release();
}

void write_labels(std::span<const std::string_view> labels, ArrowArray* out) {
  auto memory = std::make_unique<array_memory>();
  copy_text(labels.size(), *memory, [&](std::size_t row) { return labels[row]; });
  fill_array(out, labels.size(), 3, false, std::move(memory));
}

void require_table(const table& source) {
  if (source.names.size() != source.columns.size()) {
    throw schema_error("a table has " + std::to_string(source.names.size()) + " names for " +
                       std::to_string(source.columns.size()) + " columns");
  }
  for (std::size_t i = 1; i < source.columns.size(); ++i) {
    if (source.columns[i].size() == source.columns[0].size()) continue;
    throw schema_error("columns \"" + source.names[0] + "\" (" + std::to_string(source.columns[0].size()) + " rows) and \"" +
                       source.names[i] + "\" (" + std::to_string(source.columns[i].size()) +
                       " rows) differ in length; a table needs equal lengths");
  }
}

/// A structure whose children fill one after the other; what is filled is released if a later one throws.
template <class T, class Memory, class Fill>
std::unique_ptr<Memory, void (*)(Memory*)> with_children(std::size_t count, Fill&& fill) {
  std::unique_ptr<Memory, void (*)(Memory*)> memory(new Memory, [](Memory* m) {
    for (T& child : m->children) release_live(child);
    delete m;
  });
  memory->children.resize(count);
  for (T& child : memory->children) memory->child_pointers.push_back(&child);
  for (std::size_t i = 0; i < count; ++i) fill(i, &memory->children[i]);
  return memory;
}

void write_table_array(const table& source, ArrowArray* out) {
  auto memory = with_children<ArrowArray, array_memory>(
      source.columns.size(), [&](std::size_t i, ArrowArray* child) { write_array(source.columns[i], child); });
  fill_array(out, source.rows(), 1, false, std::unique_ptr<array_memory>(memory.release()));
}

/// A stream of one batch; the producer's state that the four C functions share.
struct stream_memory {
  table source;
  bool is_table = true;
  bool done = false;
  std::string last_error;
};

/// Exceptions do not cross C: they become errno and a text.
template <class Work>
int guarded(ArrowArrayStream* self, Work&& work) noexcept {
  auto& memory = *static_cast<stream_memory*>(self->private_data);
  try {
    work(memory);
    return 0;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (const std::exception& e) {
    memory.last_error = e.what();
    return EINVAL;
  }
}

int get_schema(ArrowArrayStream* self, ArrowSchema* out) {
  return guarded(self, [&](const stream_memory& m) {
    if (m.is_table)
      write_schema(m.source, out);
    else
      write_schema(m.source.columns[0], m.source.names[0], out);
  });
}

int get_next(ArrowArrayStream* self, ArrowArray* out) {
  return guarded(self, [&](stream_memory& m) {
    *out = ArrowArray{};
    if (m.done) return;
    if (m.is_table)
      write_table_array(m.source, out);
    else
      write_array(m.source.columns[0], out);
    m.done = true;
  });
}

const char* get_last_error(ArrowArrayStream* self) {
  const auto& text = static_cast<const stream_memory*>(self->private_data)->last_error;
  return text.empty() ? nullptr : text.c_str();
}

void release_stream(ArrowArrayStream* self) {
  delete static_cast<stream_memory*>(self->private_data);
  self->release = nullptr;
}

void open_stream(stream_memory memory, ArrowArrayStream* out) {
  *out = ArrowArrayStream{&get_schema, &get_next, &get_last_error, &release_stream, new stream_memory(std::move(memory))};
}

}  // namespace

void write_schema(const any_column& source, const std::string& name, ArrowSchema* out) {
  auto memory = std::make_unique<schema_memory>();
  if (source.type() == kind::dictionary) fill_schema(&memory->dictionary, "U", "", std::make_unique<schema_memory>());
  fill_schema(out, format_of(source), name, std::move(memory));
}

void write_schema(const table& source, ArrowSchema* out) {
  require_table(source);
  auto memory = with_children<ArrowSchema, schema_memory>(source.columns.size(), [&](std::size_t i, ArrowSchema* child) {
    write_schema(source.columns[i], source.names[i], child);
  });
  fill_schema(out, "+s", "", std::unique_ptr<schema_memory>(memory.release()));
  out->flags = 0;
}

void write_array(const any_column& source, ArrowArray* out) {
  if (source.type() == kind::null) {
    auto memory = std::make_unique<array_memory>();
    fill_array(out, source.size(), 0, true, std::move(memory));
    out->null_count = out->length;
    return;
  }
  auto memory = std::make_unique<array_memory>();
  memory->column = source;
  memory->buffers[0] = validity_from_zero(source, *memory);
  switch (source.type()) {
    case kind::text:
      copy_text(source.size(), *memory, [&](std::size_t row) {
        return source.present(row) ? source.view<std::string_view>()[row] : std::string_view{};
      });
      break;
    case kind::boolean:
      copy_booleans(source, *memory);
      break;
    case kind::decimal:
      copy_decimals(source, *memory);
      break;
    default:
      memory->buffers[1] = or_empty(source.data());
      break;
  }
  if (source.type() == kind::dictionary) write_labels(source.labels(), &memory->dictionary);
  // Nothing below throws, so a dictionary that was written is always handed over.
  fill_array(out, source.size(), source.type() == kind::text ? 3 : 2, source.validity() != nullptr, std::move(memory));
}

void write_stream(const table& source, ArrowArrayStream* out) {
  require_table(source);
  open_stream({source, true, false, {}}, out);
}

void write_stream(const any_column& source, const std::string& name, ArrowArrayStream* out) {
  open_stream({table{{name}, {source}}, false, false, {}}, out);
}

}  // namespace sojourn::inline v0_1::arrow
