// An Arrow producer made by hand: counts every structure and every release, and keeps buffers exactly as long as the format
// says, so that the address sanitizer sees a read beyond them.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/arrow/abi.hpp"

namespace producer {

inline int made = 0;
inline int released = 0;

using bytes = std::vector<std::uint8_t>;

struct array_memory {
  std::deque<bytes> buffers;
  std::vector<const void*> pointers;
  std::deque<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  std::optional<ArrowArray> dictionary;
};

struct schema_memory {
  std::string format, name;
  std::deque<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  std::optional<ArrowSchema> dictionary;
};

template <class T, class Memory>
void release(T* self) {
  auto* memory = static_cast<Memory*>(self->private_data);
  for (T& child : memory->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (memory->dictionary && memory->dictionary->release != nullptr) memory->dictionary->release(&*memory->dictionary);
  delete memory;
  self->release = nullptr;
  ++released;
}

struct array_parts {
  std::int64_t length = 0;
  std::int64_t offset = 0;
  std::int64_t null_count = 0;
  std::vector<std::optional<bytes>> buffers;  ///< nullopt = a null pointer
  std::vector<ArrowArray> children{};
  std::optional<ArrowArray> dictionary{};
};

inline ArrowArray make(array_parts parts) {
  auto memory = std::make_unique<array_memory>();
  for (auto& buffer : parts.buffers) {
    if (!buffer) {
      memory->pointers.push_back(nullptr);
      continue;
    }
    buffer->shrink_to_fit();
    memory->buffers.push_back(std::move(*buffer));
    memory->pointers.push_back(memory->buffers.back().data());
  }
  for (ArrowArray& child : parts.children) memory->child_pointers.push_back(&memory->children.emplace_back(child));
  memory->dictionary = parts.dictionary;
  ArrowArray out{};
  out.length = parts.length;
  out.offset = parts.offset;
  out.null_count = parts.null_count;
  out.n_buffers = static_cast<std::int64_t>(memory->pointers.size());
  out.buffers = memory->pointers.data();
  out.n_children = static_cast<std::int64_t>(memory->child_pointers.size());
  out.children = memory->child_pointers.data();
  out.dictionary = memory->dictionary ? &*memory->dictionary : nullptr;
  out.release = &release<ArrowArray, array_memory>;
  out.private_data = memory.release();
  ++made;
  return out;
}

inline ArrowSchema schema(std::string format, std::string name = "", std::vector<ArrowSchema> children = {},
                          std::optional<ArrowSchema> dictionary = {}) {
  auto memory = std::make_unique<schema_memory>();
  memory->format = std::move(format);
  memory->name = std::move(name);
  for (ArrowSchema& child : children) memory->child_pointers.push_back(&memory->children.emplace_back(child));
  memory->dictionary = dictionary;
  ArrowSchema out{};
  out.format = memory->format.c_str();
  out.name = memory->name.c_str();
  out.n_children = static_cast<std::int64_t>(memory->child_pointers.size());
  out.children = memory->child_pointers.data();
  out.dictionary = memory->dictionary ? &*memory->dictionary : nullptr;
  out.release = &release<ArrowSchema, schema_memory>;
  out.private_data = memory.release();
  ++made;
  return out;
}

/// Batches in order; `fail_at` makes that call of `get_next` (or get_schema for -1) fail with `message`.
struct stream_memory {
  ArrowSchema schema{};
  std::deque<ArrowArray> batches;
  std::optional<int> fail_at;
  std::string message = "the disk is gone";
  int calls = 0;
};

inline ArrowArrayStream stream(ArrowSchema schema, std::vector<ArrowArray> batches, std::optional<int> fail_at = {}) {
  auto* memory = new stream_memory{schema, {batches.begin(), batches.end()}, fail_at};
  ++made;
  ArrowArrayStream out{};
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* to) {
    auto& m = *static_cast<stream_memory*>(self->private_data);
    if (m.fail_at == -1) return 5;
    *to = std::exchange(m.schema, ArrowSchema{});
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* to) {
    auto& m = *static_cast<stream_memory*>(self->private_data);
    if (m.fail_at == m.calls++) return 5;
    *to = ArrowArray{};
    if (m.batches.empty()) return 0;
    *to = m.batches.front();
    m.batches.pop_front();
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream* self) {
    return static_cast<stream_memory*>(self->private_data)->message.c_str();
  };
  out.release = [](ArrowArrayStream* self) {
    auto* m = static_cast<stream_memory*>(self->private_data);
    if (m->schema.release != nullptr) m->schema.release(&m->schema);
    for (ArrowArray& batch : m->batches) batch.release(&batch);
    delete m;
    self->release = nullptr;
    ++released;
  };
  out.private_data = memory;
  return out;
}

template <class T>
void put(bytes& out, T value) {
  const auto at = out.size();
  out.resize(at + sizeof(T));
  std::memcpy(out.data() + at, &value, sizeof(T));
}

template <class T>
bytes pack(const std::vector<T>& values) {
  bytes out;
  for (const T value : values) put(out, value);
  return out;
}

inline bytes pack_bits(const std::vector<bool>& flags) {
  bytes out((flags.size() + 7) / 8);
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i]) out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (1u << (i % 8)));
  }
  return out;
}

template <class Offset>
std::vector<std::optional<bytes>> pack_text(const std::vector<std::string>& values) {
  bytes offsets, characters;
  put(offsets, Offset{0});
  for (const auto& value : values) {
    characters.insert(characters.end(), value.begin(), value.end());
    put(offsets, static_cast<Offset>(characters.size()));
  }
  return {std::nullopt, offsets, characters};
}

/// Views of at most 12 bytes inline; longer ones alternate between `data_buffers` buffers.
inline std::vector<std::optional<bytes>> pack_views(const std::vector<std::string>& values, std::size_t data_buffers = 2) {
  bytes views;
  std::vector<bytes> data;
  for (const auto& value : values) {
    put(views, static_cast<std::int32_t>(value.size()));
    if (value.size() <= 12) {
      bytes inlined(12);
      std::memcpy(inlined.data(), value.data(), value.size());
      views.insert(views.end(), inlined.begin(), inlined.end());
      continue;
    }
    if (data.size() < data_buffers) data.resize(data_buffers);
    const std::size_t buffer = value.size() % data_buffers;
    views.insert(views.end(), value.begin(), value.begin() + 4);
    put(views, static_cast<std::int32_t>(buffer));
    put(views, static_cast<std::int32_t>(data[buffer].size()));
    data[buffer].insert(data[buffer].end(), value.begin(), value.end());
  }
  std::vector<std::optional<bytes>> out{std::nullopt, views};
  bytes sizes;
  for (auto& buffer : data) {
    put(sizes, static_cast<std::int64_t>(buffer.size()));
    out.emplace_back(std::move(buffer));
  }
  out.emplace_back(std::move(sizes));
  return out;
}

}  // namespace producer
