#include "sojourn/state_bytes.hpp"

#include <algorithm>
#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>
#include <cstring>

namespace sojourn::inline v0_1 {
namespace {

constexpr std::array<std::uint8_t, 4> magic{'S', 'J', 'R', 'N'};
constexpr std::uint16_t format_version = 1;
constexpr std::uint16_t header_length = 28;
constexpr std::size_t checksum_length = 4;

template <class Integer>
void store(std::vector<std::uint8_t>& bytes, std::size_t at, Integer value) {
  boost::endian::endian_store<Integer, sizeof(Integer), boost::endian::order::little>(bytes.data() + at, value);
}

template <class Integer>
Integer load(std::span<const std::uint8_t> bytes, std::size_t at) {
  return boost::endian::endian_load<Integer, sizeof(Integer), boost::endian::order::little>(bytes.data() + at);
}

[[noreturn]] void refuse(const std::string& what) {
  throw state_error("state bytes: " + what);
}

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

}  // namespace

state_header read_header(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < magic.size() || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0)
    refuse("they do not start with SJRN");
  if (bytes.size() < header_length + checksum_length)
    refuse("truncated inside the header, at " + number(bytes.size()) + " bytes");
  state_header header;
  header.version = load<std::uint16_t>(bytes, 4);
  header.kind = load<std::uint16_t>(bytes, 6);
  header.spec_fingerprint = load<std::uint64_t>(bytes, 12);
  if (header.version != format_version) {
    refuse("format version " + number(header.version) + " is unknown; this library reads version " + number(format_version));
  }
  if (const auto flags = load<std::uint16_t>(bytes, 8); flags != 0) refuse("flags " + number(flags) + " are unknown");
  if (const auto length = load<std::uint16_t>(bytes, 10); length != header_length) {
    refuse("header length " + number(length) + " is not " + number(header_length));
  }
  const auto claimed = load<std::uint64_t>(bytes, 20);
  const std::size_t held = bytes.size() - header_length - checksum_length;
  if (claimed > held) refuse("truncated: the payload should hold " + number(claimed) + " bytes and holds " + number(held));
  if (claimed < held) refuse(number(held - claimed) + " trailing bytes");
  header.payload_length = held;
  const std::size_t end = bytes.size() - checksum_length;
  if (detail::crc32c(bytes.first(end)) != load<std::uint32_t>(bytes, end))
    refuse("damaged: the CRC-32C checksum does not match");
  return header;
}

namespace detail {

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) noexcept {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> checksum;
  checksum.process_bytes(bytes.data(), bytes.size());
  return static_cast<std::uint32_t>(checksum.checksum());
}

std::vector<std::uint8_t> seal(std::uint16_t kind, std::uint64_t spec_fingerprint, std::span<const std::uint8_t> payload) {
  std::vector<std::uint8_t> bytes(header_length + payload.size() + checksum_length);
  std::copy(magic.begin(), magic.end(), bytes.begin());
  store(bytes, 4, format_version);
  store(bytes, 6, kind);
  store(bytes, 10, header_length);
  store(bytes, 12, spec_fingerprint);
  store(bytes, 20, std::uint64_t{payload.size()});
  std::copy(payload.begin(), payload.end(), bytes.begin() + header_length);
  const std::size_t end = bytes.size() - checksum_length;
  store(bytes, end, crc32c(std::span(bytes).first(end)));
  return bytes;
}

std::span<const std::uint8_t> unseal(std::uint16_t kind, std::uint64_t spec_fingerprint,
                                     std::span<const std::uint8_t> bytes) {
  const state_header header = read_header(bytes);
  if (header.kind != kind) refuse("they hold a state of kind " + number(header.kind) + ", not of kind " + number(kind));
  if (header.spec_fingerprint != spec_fingerprint) {
    refuse("the state was made under other options (fingerprint " + number(header.spec_fingerprint) + ", expected " +
           number(spec_fingerprint) + ")");
  }
  return bytes.subspan(header_length, header.payload_length);
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
