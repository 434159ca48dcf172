// Arrow arrays of every format, with lies that a reader can see: each is an error or a column, and nothing leaks.
//
// The interface has no sizes of buffers. A lie about the length of a buffer can therefore not be seen; text offsets that run
// backwards or below 0, views beyond their stated sizes, codes beyond the dictionary and missing pieces can.
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "arrow_producer.hpp"
#include "fuzz/fuzz_input.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/money.hpp"
#include "sojourn/arrow/reader.hpp"

using namespace sojourn;
using fuzz::fuzz_input;
using fuzz::require;

namespace {

struct form {
  const char* format;
  int width;  ///< bytes a value; 0 = bits, -1 = text, -2 = long text, -3 = views, -4 = no buffers
};
constexpr form forms[] = {{"c", 1},
                          {"C", 1},
                          {"s", 2},
                          {"S", 2},
                          {"i", 4},
                          {"I", 4},
                          {"l", 8},
                          {"L", 8},
                          {"f", 4},
                          {"g", 8},
                          {"b", 0},
                          {"u", -1},
                          {"U", -2},
                          {"vu", -3},
                          {"tdD", 4},
                          {"tdm", 8},
                          {"tss:", 8},
                          {"tsm:UTC", 8},
                          {"tsu:", 8},
                          {"tsn:", 8},
                          {"d:5,2", 16},
                          {"d:9,2,64", 8},
                          {"d:40,10,256", 32},
                          {"n", -4},
                          {"e", 2},
                          {"+l", -4},
                          {"w:3", 3},
                          {"", 8}};

template <class Offset>
producer::bytes offsets(fuzz_input& input, std::size_t rows, std::size_t characters) {
  producer::bytes found;
  for (std::size_t i = 0; i <= rows; ++i) {
    const auto wild = static_cast<std::int64_t>(input.take<std::int8_t>());
    producer::put(found, static_cast<Offset>(std::min<std::int64_t>(wild, static_cast<std::int64_t>(characters))));
  }
  return found;
}

ArrowArray array_of(fuzz_input& input, const form& of, std::int64_t length, std::int64_t offset,
                    std::optional<ArrowArray> dictionary = {}) {
  const auto rows = static_cast<std::size_t>(length + offset);
  producer::array_parts parts{.length = length, .offset = offset, .buffers = {}, .dictionary = dictionary};
  std::optional<producer::bytes> validity;
  if (input.below(2) == 0) {
    validity = input.bytes((rows + 7) / 8);
    parts.null_count = -1;
  }
  if (of.width != -4) parts.buffers.push_back(std::move(validity));
  if (of.width > 0) parts.buffers.push_back(input.bytes(rows * static_cast<std::size_t>(of.width)));
  if (of.width == 0) parts.buffers.push_back(input.bytes((rows + 7) / 8));
  if (of.width == -1 || of.width == -2) {
    const std::size_t characters = input.below(64);
    parts.buffers.push_back(of.width == -1 ? offsets<std::int32_t>(input, rows, characters)
                                           : offsets<std::int64_t>(input, rows, characters));
    parts.buffers.push_back(input.bytes(characters));
  }
  if (of.width == -3) {
    parts.buffers.push_back(input.bytes(rows * 16));
    const std::size_t characters = input.below(64);
    parts.buffers.push_back(input.bytes(characters));
    parts.buffers.push_back(producer::pack<std::int64_t>({static_cast<std::int64_t>(characters)}));
  }
  // One of the lies, sometimes.
  switch (input.below(16)) {
    case 0:
      if (!parts.buffers.empty()) parts.buffers[input.below(parts.buffers.size())] = std::nullopt;
      break;
    case 1:
      if (!parts.buffers.empty()) parts.buffers.pop_back();
      break;
    case 2:
      if (of.width != -3) parts.buffers.emplace_back(producer::bytes(8));
      break;
    case 3:
      parts.length = -1;
      break;
    case 4:
      parts.offset = std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(input.below(4));
      break;
    default:
      break;
  }
  return producer::make(std::move(parts));
}

void use(const arrow::any_column& column) {
  account_index keys;
  const auto tried = [](const auto& call) {
    try {
      call();
    } catch (const error&) {
    }
  };
  tried([&] { (void)arrow::as_double(column, "x"); });
  tried([&] { (void)arrow::as_int64(column, "x"); });
  tried([&] { (void)arrow::as_int32(column, "x"); });
  tried([&] { (void)arrow::as_day(column, "x"); });
  tried([&] { (void)arrow::as_segments(column, "x"); });
  tried([&] { (void)arrow::as_accounts(column, keys, "x"); });
  tried([&] { (void)arrow::as_minor(column, "x"); });
  tried([&] { (void)arrow::as_money(column, "x", {"major", {"USD", 2}, {}}); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int open = producer::made - producer::released;
  fuzz_input input(data, size);
  const form& of = forms[input.below(std::size(forms))];
  const bool coded = input.below(4) == 0;
  ArrowSchema field = coded ? producer::schema(forms[input.below(10)].format, "x", {}, producer::schema(of.format))
                            : producer::schema(of.format, "x");
  std::vector<ArrowArray> batches;
  for (std::size_t batch = 0, many = 1 + input.below(3); batch < many; ++batch) {
    const auto length = static_cast<std::int64_t>(input.below(20)), offset = static_cast<std::int64_t>(input.below(5));
    ArrowArray column{};
    if (coded) {
      const ArrowArray entries = array_of(input, of, static_cast<std::int64_t>(input.below(8)), 0);
      // Wide enough for codes of any width.
      column = array_of(input, {"l", 8}, length, offset, entries);
    } else {
      column = array_of(input, of, length, offset);
    }
    batches.push_back(producer::make({.length = length, .buffers = {std::nullopt}, .children = {column}}));
  }
  {
    ArrowArrayStream stream = producer::stream(producer::schema("+s", "", {field}), batches);
    try {
      use(arrow::read_table(&stream)["x"]);
    } catch (const error&) {
    }
    if (stream.release != nullptr) stream.release(&stream);
  }
  require(producer::made - producer::released == open, "a structure was not released");
  return 0;
}
