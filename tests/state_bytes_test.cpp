#include "sojourn/state_bytes.hpp"
#include "paths.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <random>

#include "sojourn/stats/distribution.hpp"
#include "sojourn/stats/moments.hpp"
#include "sojourn/stats/ratio.hpp"

using namespace sojourn;

namespace {

using buffer = std::vector<std::uint8_t>;

/// Every kind of field that a state may have.
struct everything {
  enum class basis : std::uint8_t { opening, average };
  basis of = basis::opening;
  bool closed = false;
  std::int8_t small = 0;
  detail::int128 sum = 0;
  detail::wide_int squares{};
  std::array<std::int32_t, 3> tiers{};
  std::vector<value_count> counts{};
  std::vector<std::vector<std::uint16_t>> nested{};
  std::map<std::int32_t, moments_state> by_month{};
  std::string policy{};

  everything& operator+=(const everything&) { return *this; }
  everything& operator-=(const everything&) { return *this; }
  friend bool operator==(const everything&, const everything&) = default;

  static constexpr std::uint16_t bytes_kind = 65535;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.of, self.closed, self.small, self.sum, self.squares, self.tiers, self.counts, self.nested, self.by_month,
            self.policy);
  }
};

everything example() {
  everything state;
  state.of = everything::basis::average;
  state.closed = true;
  state.small = -3;
  state.sum = -(static_cast<detail::int128>(1) << 100) - 5;
  state.squares = {{1, 2, ~std::uint64_t{0}}};
  state.tiers = {-1, 0, 1 << 30};
  state.counts = {{-7, 2}, {9, 1}};
  state.nested = {{1, 2, 3}, {}, {65535}};
  state.by_month[-3].add(std::numeric_limits<std::int64_t>::min());
  state.by_month[650].add(12);
  state.policy = "{\"churn\":\"logo\"}";
  return state;
}

ratio_state ratio_example() {
  ratio_state state;
  state.add(-1, 2);
  state.add(std::numeric_limits<std::int64_t>::max(), 5);
  return state;
}

moments_state moments_example() {
  moments_state state;
  state.add(-4);
  state.add(1'000'000'007);
  state.missing = 3;
  return state;
}

distribution_state distribution_example() {
  return {.counts = {{-2, 1}, {7, 300}}, .missing = 2};
}

/// What the error says; empty when there was none.
template <class State>
std::string refusal(const buffer& bytes, std::uint64_t fingerprint = 0) {
  try {
    (void)from_bytes<State>(bytes, fingerprint);
    return "";
  } catch (const state_error& e) {
    return e.what();
  }
}

/// Bytes as an attacker would make them: changed, with a checksum that is right again.
buffer resealed(buffer bytes, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
  const std::uint32_t sum = detail::crc32c(std::span(bytes).first(bytes.size() - 4));
  for (std::size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  return bytes;
}

std::string hex(const buffer& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += "0123456789abcdef"[bytes[i] / 16];
    text += "0123456789abcdef"[bytes[i] % 16];
    text += i % 16 == 15 || i + 1 == bytes.size() ? '\n' : ' ';
  }
  return text;
}

template <class State>
void check_golden(const State& state, const std::string& name) {
  std::ifstream file(sojourn::test::in_repository("tests/golden/" + name + ".hex"));
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  CHECK(hex(to_bytes(state)) == golden);
}

template <class State>
void check_every_damage(const State& state) {
  const buffer whole = to_bytes(state, 42);
  REQUIRE(from_bytes<State>(whole, 42) == state);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    REQUIRE(refusal<State>(buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), 42) != "");
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int change = 1; change < 256; ++change) {
      buffer damaged = whole;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ change);
      REQUIRE(refusal<State>(damaged, 42) != "");
    }
  }
}

/// Changes the payload with the checksum made right: either an error, or a state that has these very bytes.
template <class State>
void check_made_up_bytes(const State& state, std::uint32_t seed) {
  std::mt19937 random(seed);
  const buffer whole = to_bytes(state);
  for (int round = 0; round < 20'000; ++round) {
    buffer made_up = whole;
    for (auto changes = random() % 4; changes < 4; ++changes) {
      const std::size_t at = 28 + random() % (whole.size() - 32);
      made_up = resealed(made_up, at, random() % 3 == 0 ? 255 : random(), 1);
    }
    try {
      const State decoded = from_bytes<State>(made_up);
      REQUIRE(to_bytes(decoded) == made_up);
    } catch (const state_error&) {
    }
  }
}

}  // namespace

TEST_CASE("state bytes: the checksum is CRC-32C") {
  const std::string check = "123456789";
  CHECK(detail::crc32c(buffer(check.begin(), check.end())) == 0xE3069283);
}

TEST_CASE("state bytes: every kind of field comes back, and the bytes of the same state are the same") {
  const everything state = example();
  CHECK(from_bytes<everything>(to_bytes(state)) == state);
  CHECK(to_bytes(state) == to_bytes(example()));
  CHECK(from_bytes<everything>(to_bytes(everything{})) == everything{});
  CHECK(from_bytes<ratio_state>(to_bytes(ratio_example())) == ratio_example());
  CHECK(from_bytes<moments_state>(to_bytes(moments_example())) == moments_example());
  CHECK(from_bytes<distribution_state>(to_bytes(distribution_example())) == distribution_example());
}

TEST_CASE("state bytes: released bytes never change") {
  check_golden(ratio_example(), "state_01_ratio");
  check_golden(moments_example(), "state_02_moments");
  check_golden(distribution_example(), "state_03_distribution");
}

TEST_CASE("state bytes: the header tells version, kind, fingerprint and length") {
  const buffer bytes = to_bytes(moments_example(), 0x0123456789ABCDEF);
  CHECK(read_header(bytes) == state_header{1, 2, 0x0123456789ABCDEF, 8 + 8 + 16 + 24});
}

TEST_CASE("state bytes: every changed byte and every truncation is a state_error") {
  check_every_damage(ratio_example());
  check_every_damage(distribution_example());
  check_every_damage(example());
}

TEST_CASE("state bytes: made-up payloads give an error or a state, never anything else") {
  check_made_up_bytes(example(), 1);
  check_made_up_bytes(distribution_example(), 2);
}

TEST_CASE("state bytes: the error names what is wrong") {
  const buffer good = to_bytes(moments_example());
  const auto says = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
  CHECK(says(refusal<moments_state>({}), "SJRN"));
  CHECK(says(refusal<moments_state>({'P', 'K', 3, 4}), "SJRN"));
  CHECK(says(refusal<moments_state>(resealed(good, 4, 2, 2)), "format version 2 is unknown"));
  CHECK(says(refusal<moments_state>(resealed(good, 8, 1, 2)), "flags 1"));
  CHECK(says(refusal<moments_state>(resealed(good, 10, 32, 2)), "header length 32"));
  CHECK(says(refusal<ratio_state>(good), "kind 2, not of kind 1"));
  CHECK(says(refusal<moments_state>(good, 7), "other options"));
  CHECK(says(refusal<moments_state>(buffer(good.begin(), good.end() - 1)), "truncated"));
  buffer longer = good;
  longer.push_back(0);
  CHECK(says(refusal<moments_state>(longer), "1 trailing bytes"));
  buffer damaged = good;
  damaged[40] ^= 1;
  CHECK(says(refusal<moments_state>(damaged), "CRC-32C"));
}

TEST_CASE("state bytes: a payload of another length is refused, with its checksum right") {
  const buffer payload(57);
  CHECK(refusal<moments_state>(detail::seal(2, 0, payload)).find("1 bytes follow") != std::string::npos);
  CHECK(refusal<moments_state>(detail::seal(2, 0, std::span(payload).first(55))).find("ends inside a field") !=
        std::string::npos);
}

TEST_CASE("state bytes: a huge length is refused before memory is asked for") {
  const buffer good = to_bytes(distribution_example());
  for (const std::uint64_t claimed : {std::uint64_t{3}, std::uint64_t{1} << 32, std::uint64_t{1} << 60, ~std::uint64_t{0}}) {
    CHECK(refusal<distribution_state>(resealed(good, 28 + 8, claimed, 8)).find("at most 2 fit") != std::string::npos);
    CHECK(refusal<distribution_state>(resealed(good, 20, claimed, 8)) != "");
  }
}

TEST_CASE("state bytes: fields that form no canonical state are refused") {
  const auto raw = [](std::vector<value_count> counts) { return to_bytes(distribution_state{.counts = std::move(counts)}); };
  CHECK(refusal<distribution_state>(raw({{2, 1}, {1, 1}})).find("do not form a state") != std::string::npos);
  CHECK(refusal<distribution_state>(raw({{1, 1}, {1, 1}})) != "");
  CHECK(refusal<distribution_state>(raw({{1, 0}})) != "");
  CHECK(refusal<distribution_state>(raw({{1, 1}, {2, 1}})) == "");
}

TEST_CASE("state bytes: a map out of order and a yes/no of 2 are refused") {
  everything two;
  two.by_month[1] = {};
  two.by_month[2] = {};
  const buffer good = to_bytes(two);
  // of 1, closed 1, small 1, sum 16, squares 24, tiers 12, two empty lists 16, the map's length 8: the first key.
  const std::size_t first_key = 28 + 1 + 1 + 1 + 16 + 24 + 12 + 16 + 8;
  CHECK(refusal<everything>(resealed(good, first_key, 2, 4)).find("rising order") != std::string::npos);
  CHECK(refusal<everything>(resealed(good, 28 + 1, 2, 1)).find("yes/no") != std::string::npos);
}
