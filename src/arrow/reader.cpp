#include "sojourn/arrow/reader.hpp"

#include <cstring>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>

#include "arrow/layout.hpp"

namespace sojourn::inline v0_1::arrow {

/// A C structure taken over from its producer and released once.
template <class T>
class owned_struct {
 public:
  owned_struct() = default;
  explicit owned_struct(T* from) : value_(*from) { from->release = nullptr; }
  owned_struct(const owned_struct&) = delete;
  owned_struct& operator=(const owned_struct&) = delete;
  ~owned_struct() {
    if (value_.release != nullptr) value_.release(&value_);
  }

  [[nodiscard]] T* get() noexcept { return &value_; }
  [[nodiscard]] const T& operator*() const noexcept { return value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &value_; }

 private:
  T value_{};
};

namespace {

template <class T>
T* require_live(T* structure, const char* what) {
  if (structure == nullptr || structure->release == nullptr)
    throw schema_error(std::string(what) + " was consumed already: make a new one");
  return structure;
}

std::string name_of(const ArrowSchema& schema) {
  return schema.name == nullptr ? std::string() : std::string(schema.name);
}

bool is_struct(const ArrowSchema& schema) {
  return schema.format != nullptr && std::strcmp(schema.format, "+s") == 0;
}

void require_well_formed(bool holds, const std::string& what) {
  if (!holds) throw schema_error("not a well-formed Arrow array: " + what);
}

/// Far beyond any memory, and still small enough that no position in bytes leaves 64 bits.
constexpr std::int64_t most_rows = std::int64_t{1} << 56;

void require_rows(const ArrowArray& array) {
  require_well_formed(array.length >= 0 && array.offset >= 0, "a negative length or offset");
  require_well_formed(array.length <= most_rows && array.offset <= most_rows, "a length or an offset beyond any memory");
}

using batch = std::shared_ptr<const owned_struct<ArrowArray>>;

}  // namespace

struct source::implementation {
  std::unique_ptr<owned_struct<ArrowArrayStream>> stream;
  std::unique_ptr<owned_struct<ArrowSchema>> schema;
  std::vector<batch> batches;
  std::vector<std::string> names;

  void describe() {
    const ArrowSchema& root = **schema;
    require_well_formed(root.release != nullptr && root.format != nullptr, "a schema without a format");
    if (!is_struct(root)) {
      names.push_back(name_of(root));
      return;
    }
    require_well_formed(root.n_children >= 0 && (root.n_children == 0 || root.children != nullptr),
                        "a schema with a wrong number of children");
    for (std::int64_t i = 0; i < root.n_children; ++i) {
      require_well_formed(root.children[i] != nullptr, "a schema without its child number " + std::to_string(i));
      names.push_back(name_of(*root.children[i]));
    }
  }

  void drain() {
    if (!stream) return;
    const auto open = std::move(stream);
    while (true) {
      const auto next = std::make_shared<owned_struct<ArrowArray>>();
      check(*open, open->get()->get_next(open->get(), next->get()));
      if ((*next)->release == nullptr) return;
      batches.push_back(next);
    }
  }

  static void check(owned_struct<ArrowArrayStream>& open, int code) {
    if (code == 0) return;
    const char* text = open->get_last_error == nullptr ? nullptr : open->get_last_error(open.get());
    throw error("the Arrow stream failed: " + (text == nullptr ? std::generic_category().message(code) : std::string(text)));
  }

  [[nodiscard]] any_column read(std::size_t which, const std::string& called) const {
    const ArrowSchema& root = **schema;
    const bool table = is_struct(root);
    std::vector<piece> pieces;
    for (const batch& b : batches) {
      const piece p = table ? child_of(b, which) : whole(b);
      if (p.rows > 0) pieces.push_back(p);
    }
    const std::string& name = names[which].empty() && !table ? called : names[which];
    return decode(table ? *root.children[which] : root, name, pieces);
  }

  static piece whole(const batch& b) {
    const ArrowArray& array = **b;
    require_rows(array);
    return {&array, array.offset, array.length, nullptr, 0, b};
  }

  /// A slice of a table moves only the parent's offset and length; the child keeps its own, and both count.
  [[nodiscard]] piece child_of(const batch& b, std::size_t which) const {
    const ArrowArray& parent = **b;
    require_rows(parent);
    require_well_formed(
        parent.n_children == static_cast<std::int64_t>(names.size()) && parent.children != nullptr,
        std::to_string(parent.n_children) + " children where the schema has " + std::to_string(names.size()));
    require_well_formed(parent.children[which] != nullptr, "column \"" + names[which] + "\" is not there");
    const ArrowArray& child = *parent.children[which];
    require_rows(child);
    require_well_formed(child.length - parent.offset >= parent.length,
                        "column \"" + names[which] + "\" is shorter than its table");
    const bool may_miss = parent.null_count != 0 && parent.n_buffers > 0 && parent.buffers != nullptr;
    const auto* validity = may_miss ? static_cast<const std::uint8_t*>(parent.buffers[0]) : nullptr;
    return {&child, child.offset + parent.offset, parent.length, validity, parent.offset, b};
  }
};

source::source(std::unique_ptr<implementation> self) : self_(std::move(self)) {}
source::~source() = default;
source::source(source&&) noexcept = default;
source& source::operator=(source&&) noexcept = default;

source source::from_stream(ArrowArrayStream* stream) {
  auto self = std::make_unique<implementation>();
  self->stream = std::make_unique<owned_struct<ArrowArrayStream>>(require_live(stream, "the Arrow stream"));
  self->schema = std::make_unique<owned_struct<ArrowSchema>>();
  ArrowArrayStream* open = self->stream->get();
  require_well_formed(open->get_schema != nullptr && open->get_next != nullptr, "a stream without its functions");
  implementation::check(*self->stream, open->get_schema(open, self->schema->get()));
  self->describe();
  return source(std::move(self));
}

source source::from_array(ArrowSchema* schema, ArrowArray* array) {
  require_live(schema, "the Arrow schema");
  require_live(array, "the Arrow array");
  auto self = std::make_unique<implementation>();
  self->schema = std::make_unique<owned_struct<ArrowSchema>>(schema);
  self->batches.push_back(std::make_shared<const owned_struct<ArrowArray>>(array));
  self->describe();
  return source(std::move(self));
}

bool source::is_table() const noexcept {
  return self_ != nullptr && is_struct(**self_->schema);
}

const std::vector<std::string>& source::names() const noexcept {
  static const std::vector<std::string> none;
  return self_ != nullptr ? self_->names : none;
}

std::vector<any_column> source::read(std::span<const std::size_t> which, const std::string& called) {
  if (self_ == nullptr) throw schema_error("this Arrow source was moved from; read the one that it was moved into");
  self_->drain();
  std::vector<any_column> found;
  found.reserve(which.size());
  for (const std::size_t position : which) {
    if (position >= self_->names.size()) throw schema_error("there is no column number " + std::to_string(position));
    found.push_back(self_->read(position, called));
  }
  return found;
}

namespace {

any_column only_column(source from, const std::string& name) {
  if (from.names().size() != 1) {
    throw schema_error("\"" + name + "\" is a table of " + std::to_string(from.names().size()) +
                       " columns; one column is wanted");
  }
  const std::size_t first = 0;
  return from.read(std::span(&first, 1), name).front();
}

}  // namespace

table read_table(ArrowArrayStream* stream) {
  source from = source::from_stream(stream);
  if (!from.is_table()) throw schema_error("an Arrow stream of tables is wanted, not one of bare arrays");
  std::vector<std::size_t> all(from.names().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {from.names(), from.read(all)};
}

any_column read_column(ArrowArrayStream* stream, const std::string& name) {
  return only_column(source::from_stream(stream), name);
}

any_column read_column(ArrowSchema* schema, ArrowArray* array, const std::string& name) {
  return only_column(source::from_array(schema, array), name);
}

const any_column& table::operator[](std::string_view name) const {
  const any_column* found = nullptr;
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    all += (i == 0 ? "" : ", ") + names[i];
    if (names[i] != name) continue;
    if (found != nullptr) throw schema_error("the table has several columns \"" + std::string(name) + "\"");
    found = &columns[i];
  }
  if (found == nullptr)
    throw schema_error("column \"" + std::string(name) +
                       "\" is not in the table. It has: " + (all.empty() ? "no columns" : all));
  return *found;
}

}  // namespace sojourn::inline v0_1::arrow
