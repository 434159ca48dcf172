// Bytes as a book with its view: refused, or a book that writes these very bytes and can be read.
#include "fuzz/fuzz_input.hpp"
#include "sojourn/book_bytes.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;

namespace {

/// The frame of whole bytes made right for what stands in it: length and checksum, as whoever lies on purpose would do.
std::vector<std::uint8_t> sealed_again(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t head = 28, tail = 4;
  if (bytes.size() < head + tail) return {bytes.begin(), bytes.end()};
  std::uint16_t kind = 0;
  std::uint64_t schema = 0;
  std::memcpy(&kind, bytes.data() + 6, sizeof kind);
  std::memcpy(&schema, bytes.data() + 12, sizeof schema);
  return detail::seal(kind, schema, bytes.subspan(head, bytes.size() - head - tail));
}

template <class Whole>
void try_book(const std::vector<std::uint8_t>& bytes) {
  try {
    const auto found = from_bytes<Whole>(bytes);
    fuzz::require(to_bytes(found) == bytes, "a book writes other bytes than it came from");
    if constexpr (std::is_same_v<Whole, viewed_book>) (void)read(found.facts, found.under);
  } catch (const error&) {  // bytes that are no book, or rows that no source takes
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = sealed_again({data, size});
  try_book<book>(bytes);
  try_book<viewed_book>(bytes);
  return 0;
}
