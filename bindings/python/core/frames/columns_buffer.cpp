// PEP 3118 both ways. No NumPy header: buffers are all that is needed, and they do not tie the extension to NumPy's ABI.
#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "frames/columns.hpp"
#include "sojourn/arrow/wrong_type.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;

/// A buffer that is given back, with the GIL held, when the last column that reads it is gone.
class held_buffer {
 public:
  explicit held_buffer(const py::object& exporter) {
    if (PyObject_GetBuffer(exporter.ptr(), &view_, PyBUF_FORMAT | PyBUF_STRIDES) != 0) throw py::error_already_set();
  }
  held_buffer(const held_buffer&) = delete;
  held_buffer& operator=(const held_buffer&) = delete;
  ~held_buffer() {
    if (Py_IsInitialized() == 0) return;
    const py::gil_scoped_acquire gil;
    PyBuffer_Release(&view_);
  }

  [[nodiscard]] const Py_buffer& operator*() const noexcept { return view_; }
  [[nodiscard]] const Py_buffer* operator->() const noexcept { return &view_; }

 private:
  Py_buffer view_{};
};

struct element {
  kind type = kind::null;
  bool swapped = false;
};

kind signed_of(py::ssize_t bytes) {
  return bytes == 1 ? kind::int8 : bytes == 2 ? kind::int16 : bytes == 4 ? kind::int32 : kind::int64;
}
kind unsigned_of(py::ssize_t bytes) {
  return bytes == 1 ? kind::uint8 : bytes == 2 ? kind::uint16 : bytes == 4 ? kind::uint32 : kind::uint64;
}

/// The struct-module code of one element; `itemsize` settles what `l` means.
element parse(const char* format, py::ssize_t itemsize, const std::string& name) {
  std::string code = format == nullptr ? "B" : format;
  element result;
  if (!code.empty() && std::strchr("@=<>!", code[0]) != nullptr) {
    const bool big = code[0] == '>' || code[0] == '!';
    const bool little = code[0] == '<';
    constexpr bool native_is_little = std::endian::native == std::endian::little;
    result.swapped = (big && native_is_little) || (little && !native_is_little);
    code.erase(0, 1);
  }
  if (code.size() == 1 && itemsize <= 8) {
    if (code == "?")
      result.type = kind::boolean;
    else if (std::strchr("bhilqn", code[0]) != nullptr)
      result.type = signed_of(itemsize);
    else if (std::strchr("BHILQN", code[0]) != nullptr)
      result.type = unsigned_of(itemsize);
    else if (code == "f")
      result.type = kind::float32;
    else if (code == "d")
      result.type = kind::float64;
  }
  if (result.type == kind::null) {
    throw arrow::wrong_type("column \"" + name + "\": a buffer of format \"" + (format == nullptr ? "" : format) +
                            "\" is not accepted; accepted: integers of 8 to 64 bits, float32, float64, booleans");
  }
  return result;
}

void swap_bytes(char* element, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes / 2; ++i) std::swap(element[i], element[bytes - 1 - i]);
}

any_column gather(const Py_buffer& view, element what) {
  const auto rows = static_cast<std::size_t>(view.shape[0]);
  const auto bytes = static_cast<std::size_t>(view.itemsize);
  // 64-bit words, so that the copy is aligned for every element type.
  const auto memory = std::make_shared<std::vector<std::uint64_t>>((rows * bytes + 7) / 8);
  char* out = reinterpret_cast<char*>(memory->data());
  const char* in = static_cast<const char*>(view.buf);
  const py::ssize_t stride = view.strides[0];
  for (std::size_t row = 0; row < rows; ++row, in += stride, out += bytes) {
    std::memcpy(out, in, bytes);
    if (what.swapped) swap_bytes(out, bytes);
  }
  const auto* data = memory->data();
  return any_column::borrow(what.type, data, rows, nullptr, 0, memory);
}

struct buffer_storage {
  const char* format = nullptr;
  py::ssize_t itemsize = 0;
};

/// How a kind looks as a buffer; no format where it is no plain number.
buffer_storage storage_of(kind what) {
  switch (what) {
    case kind::boolean:
      return {"?", 1};
    case kind::int8:
      return {"b", 1};
    case kind::uint8:
      return {"B", 1};
    case kind::int16:
      return {"h", 2};
    case kind::uint16:
      return {"H", 2};
    case kind::int32:
      return {"i", 4};
    case kind::uint32:
      return {"I", 4};
    case kind::int64:
      return {"q", 8};
    case kind::uint64:
      return {"Q", 8};
    case kind::float32:
      return {"f", 4};
    case kind::float64:
      return {"d", 8};
    default:
      return {};
  }
}

/// Shape and strides must outlive the call that fills a Py_buffer.
struct exported {
  py::ssize_t shape;
  py::ssize_t stride;
};

int fill(PyObject* self, Py_buffer* view, int flags) {
  view->obj = nullptr;
  const auto& column = py::cast<const any_column&>(py::handle(self));
  const buffer_storage what = storage_of(column.type());
  if (what.format == nullptr) {
    PyErr_SetString(PyExc_BufferError,
                    "only columns of numbers and booleans are buffers; use .storage(), .to_list() or Arrow");
    return -1;
  }
  for (std::size_t row = 0; column.validity() != nullptr && row < column.size(); ++row) {
    if (column.present(row)) continue;
    PyErr_SetString(PyExc_BufferError,
                    "a column with missing values is no buffer: a buffer has no place for them; use .to_list() or Arrow");
    return -1;
  }
  if ((flags & PyBUF_WRITABLE) != 0) {
    PyErr_SetString(PyExc_BufferError, "a column is read-only");
    return -1;
  }
  const auto rows = static_cast<py::ssize_t>(column.size());
  auto* shape = new exported{rows, what.itemsize};
  static constexpr std::uint64_t nothing = 0;
  view->buf = const_cast<void*>(column.data() != nullptr ? column.data() : static_cast<const void*>(&nothing));
  view->obj = py::handle(self).inc_ref().ptr();
  view->len = rows * what.itemsize;
  view->itemsize = what.itemsize;
  view->readonly = 1;
  view->ndim = 1;
  view->format = (flags & PyBUF_FORMAT) != 0 ? const_cast<char*>(what.format) : nullptr;
  view->shape = (flags & PyBUF_ND) != 0 ? &shape->shape : nullptr;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &shape->stride : nullptr;
  view->suboffsets = nullptr;
  view->internal = shape;
  return 0;
}

/// Called by CPython, which knows no C++ exceptions.
int get_buffer(PyObject* self, Py_buffer* view, int flags) noexcept {
  try {
    return fill(self, view, flags);
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_BufferError, e.what());
    return -1;
  }
}

void release_buffer(PyObject*, Py_buffer* view) noexcept {
  delete static_cast<exported*>(view->internal);
}

/// How many stored units one of these is; nanoseconds are stored as such, everything else as microseconds.
std::int64_t stored_units(const std::string& unit, const std::string& name) {
  if (unit == "h") return 3'600'000'000;
  if (unit == "m") return 60'000'000;
  if (unit == "s") return 1'000'000;
  if (unit == "ms") return 1'000;
  if (unit == "us" || unit == "ns") return 1;
  throw schema_error("column \"" + name + "\": datetime64[" + unit + "] is not accepted; accepted: D, h, m, s, ms, us, ns");
}

constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();

/// Days, and the bits of those that are there; empty when all are.
struct owned_days {
  std::vector<std::int32_t> days;
  std::vector<std::uint8_t> bits;
};

// Without a branch: missing dates are unpredictable.
any_column days_from_raw(std::span<const std::int64_t> raw, const std::string& name) {
  const auto memory = std::make_shared<owned_days>();
  const std::size_t rows = raw.size();
  memory->days.resize(rows);
  memory->bits.resize((rows + 7) / 8);
  std::uint64_t strange = 0, missing = 0;
  for (std::size_t first = 0; first < rows; first += 8) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(8, rows - first);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t value = raw[first + i];
      const auto day = static_cast<std::int32_t>(static_cast<std::uint64_t>(value));
      const std::uint32_t present = value != not_a_time ? 1 : 0;
      strange |= present & static_cast<std::uint32_t>(value != day);
      missing |= present ^ 1u;
      bits |= present << i;
      memory->days[first + i] = day;  // 0 for a missing one
    }
    memory->bits[first / 8] = static_cast<std::uint8_t>(bits);
  }
  for (std::size_t row = 0; strange != 0 && row < rows; ++row) {
    if (raw[row] == not_a_time || std::in_range<std::int32_t>(raw[row])) continue;
    throw data_error({name, row, std::to_string(raw[row]), "is too many days since 1970", "check the unit of the column"});
  }
  const std::uint8_t* validity = missing != 0 ? memory->bits.data() : nullptr;
  return any_column::borrow(kind::date, memory->days.data(), rows, validity, 0, memory);
}

any_column instants_of(std::span<const std::int64_t> raw, const std::string& unit, const std::string& zone,
                       const std::string& name) {
  const std::int64_t factor = stored_units(unit, name);
  std::vector<std::int64_t> out(raw.size());
  std::vector<std::uint8_t> present(raw.size(), 1);
  for (std::size_t row = 0; row < raw.size(); ++row) {
    if (raw[row] == not_a_time) {
      present[row] = 0;
    } else if (__builtin_mul_overflow(raw[row], factor, &out[row])) {
      throw data_error({name, row, std::to_string(raw[row]), "leaves 64 bits in microseconds since 1970",
                        "check the unit of the column"});
    }
  }
  return any_column::instants(std::move(out), present, zone,
                              unit == "ns" ? any_column::nanoseconds : any_column::microseconds);
}

}  // namespace

any_column from_buffer(const py::object& exporter, const std::string& name) {
  auto buffer = std::make_shared<const held_buffer>(exporter);
  const Py_buffer& view = **buffer;
  if (view.ndim != 1) {
    throw schema_error("column \"" + name + "\" has " + std::to_string(view.ndim) + " dimensions; a column has one");
  }
  const element what = parse(view.format, view.itemsize, name);
  const bool aligned = reinterpret_cast<std::uintptr_t>(view.buf) % static_cast<std::size_t>(view.itemsize) == 0;
  if (what.swapped || !aligned || (view.shape[0] > 1 && view.strides[0] != view.itemsize)) return gather(view, what);
  return any_column::borrow(what.type, view.buf, static_cast<std::size_t>(view.shape[0]), nullptr, 0, buffer);
}

any_column from_datetime64(const py::object& exporter, const std::string& unit, const std::string& zone,
                           const std::string& name) {
  const any_column raw = from_buffer(exporter, name);
  if (raw.type() != kind::int64) throw schema_error("column \"" + name + "\": datetime64 is read as 64-bit integers");
  const std::span<const std::int64_t> values = raw.view<std::int64_t>().values();
  return unit == "D" ? days_from_raw(values, name) : instants_of(values, unit, zone, name);
}

void set_buffer_slots(PyHeapTypeObject* type) {
  type->ht_type.tp_as_buffer = &type->as_buffer;
  type->as_buffer.bf_getbuffer = get_buffer;
  type->as_buffer.bf_releasebuffer = release_buffer;
}

}  // namespace sojourn::python
