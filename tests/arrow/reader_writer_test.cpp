#include "sojourn/arrow/reader.hpp"
#include "sojourn/arrow/writer.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <random>
#include <thread>

#include "arrow_producer.hpp"

using namespace sojourn;
using arrow::any_column;
using arrow::kind;

namespace {

/// Every structure that a test made must have been released once when the test ends.
struct no_leak {
  int made = producer::made;
  int released = producer::released;
  ~no_leak() { CHECK(producer::made - made == producer::released - released); }
};

std::string as_text(const any_column& c, std::size_t row) {
  if (!c.present(row)) return "null";
  switch (c.type()) {
    case kind::boolean:
      return c.view<std::uint8_t>()[row] != 0 ? "true" : "false";
    case kind::int8:
      return std::to_string(c.view<std::int8_t>()[row]);
    case kind::uint8:
      return std::to_string(c.view<std::uint8_t>()[row]);
    case kind::int16:
      return std::to_string(c.view<std::int16_t>()[row]);
    case kind::uint16:
      return std::to_string(c.view<std::uint16_t>()[row]);
    case kind::int32:
      return std::to_string(c.view<std::int32_t>()[row]);
    case kind::date:
      return std::to_string(c.view<std::int32_t>()[row]) + "d";
    case kind::uint32:
      return std::to_string(c.view<std::uint32_t>()[row]);
    case kind::int64:
      return std::to_string(c.view<std::int64_t>()[row]);
    case kind::instant:
      return std::to_string(c.view<std::int64_t>()[row]) + (c.scale() == any_column::nanoseconds ? "ns" : "us") + c.zone();
    case kind::decimal:
      return std::to_string(c.view<std::int64_t>()[row]) + "e-" + std::to_string(c.scale());
    case kind::uint64:
      return std::to_string(c.view<std::uint64_t>()[row]);
    case kind::float32:
      return std::to_string(c.view<float>()[row]);
    case kind::float64:
      return std::to_string(c.view<double>()[row]);
    case kind::text:
      return "'" + std::string(c.view<std::string_view>()[row]) + "'";
    case kind::dictionary:
      return "'" + std::string(c.labels()[c.view<std::uint32_t>()[row]]) + "'";
    case kind::null:
      return "null";
  }
  return "?";
}

std::vector<std::string> rows_of(const any_column& c) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < c.size(); ++row) out.push_back(as_text(c, row));
  return out;
}

/// A table of one column `x`.
ArrowArray one_child(ArrowArray child, std::int64_t length, std::int64_t offset = 0) {
  return producer::make({.length = length, .offset = offset, .buffers = {std::nullopt}, .children = {child}});
}

ArrowSchema one_field(ArrowSchema child) {
  return producer::schema("+s", "", {child});
}

template <class T>
ArrowArray numbers(const std::vector<T>& values) {
  return producer::make(
      {.length = static_cast<std::int64_t>(values.size()), .buffers = {std::nullopt, producer::pack(values)}});
}

any_column read_x(ArrowArrayStream stream) {
  const arrow::table found = arrow::read_table(&stream);
  CHECK((stream.release == nullptr));
  return found["x"];
}

}  // namespace

TEST_CASE("arrow: one batch of numbers is read without a copy and released with the last column") {
  const no_leak check;
  const int before = producer::released;
  ArrowArray child = numbers<std::int64_t>({5, 6, 7});
  const void* memory = child.buffers[1];
  {
    const any_column x = read_x(producer::stream(one_field(producer::schema("l", "x")), {one_child(child, 3)}));
    CHECK(x.data() == memory);
    CHECK(rows_of(x) == std::vector<std::string>{"5", "6", "7"});
    CHECK(producer::released - before == 3);  // the stream, the schema and its child: the array is still in use
  }
  CHECK(producer::released - before == 5);
}

TEST_CASE("arrow: parent offset, child offset and both bitmaps count") {
  const no_leak check;
  ArrowArray child = producer::make({.length = 8,
                                     .offset = 2,
                                     .null_count = -1,
                                     .buffers = {producer::pack_bits({1, 1, 1, 1, 1, 0, 1, 1, 1, 1}),
                                                 producer::pack<std::int32_t>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})}});
  ArrowArray parent = producer::make(
      {.length = 4, .offset = 1, .null_count = -1, .buffers = {producer::pack_bits({1, 0, 1, 1, 1})}, .children = {child}});
  const any_column x = read_x(producer::stream(one_field(producer::schema("i", "x")), {parent}));
  CHECK(rows_of(x) == std::vector<std::string>{"null", "4", "null", "6"});
}

TEST_CASE("arrow: string views without data buffers, with text of 12 and 13 bytes") {
  const no_leak check;
  const std::vector<std::string> small{"", "twelve bytes"};
  const std::vector<std::string> large{"thirteen byte", "and another one that is long"};
  ArrowArray first = producer::make({.length = 2, .buffers = producer::pack_views(small)});
  CHECK(first.n_buffers == 3);
  ArrowArray second = producer::make({.length = 2, .buffers = producer::pack_views(large)});
  const any_column x =
      read_x(producer::stream(one_field(producer::schema("vu", "x")), {one_child(first, 2), one_child(second, 2)}));
  CHECK(rows_of(x) == std::vector<std::string>{"''", "'twelve bytes'", "'thirteen byte'", "'and another one that is long'"});
}

TEST_CASE("arrow: every batch may bring its own dictionary; one label is one code") {
  const no_leak check;
  const auto batch = [](const std::vector<std::int8_t>& codes, const std::vector<std::string>& labels) {
    ArrowArray values = producer::make(
        {.length = static_cast<std::int64_t>(labels.size()), .buffers = producer::pack_text<std::int32_t>(labels)});
    return one_child(producer::make({.length = static_cast<std::int64_t>(codes.size()),
                                     .buffers = {std::nullopt, producer::pack(codes)},
                                     .dictionary = values}),
                     static_cast<std::int64_t>(codes.size()));
  };
  const any_column x = read_x(producer::stream(one_field(producer::schema("c", "x", {}, producer::schema("u"))),
                                               {batch({1, 0}, {"a", "b"}), batch({}, {}), batch({0, 1, 0}, {"b", "c"})}));
  CHECK(rows_of(x) == std::vector<std::string>{"'b'", "'a'", "'b'", "'c'", "'b'"});
  CHECK(x.labels().size() == 3);
}

TEST_CASE("arrow: no batches and empty batches are a column of no rows") {
  const no_leak check;
  CHECK(read_x(producer::stream(one_field(producer::schema("g", "x")), {})).size() == 0);
  ArrowArray empty = producer::make({.length = 0, .buffers = {std::nullopt, std::nullopt}});
  CHECK(read_x(producer::stream(one_field(producer::schema("g", "x")), {one_child(empty, 0)})).size() == 0);
}

TEST_CASE("arrow: what is not accepted is refused with column and format, and nothing leaks") {
  const no_leak check;
  for (const char* format : {"e", "z", "Z", "vz", "w:16", "+l", "+vl", "+r", "ttu", "tDm", "tsq:", "ts", "d:", "d:1",
                             "d:9,2,17", "d:9,-2", "d:9,2,128,", "", "xyz"}) {
    CAPTURE(format);
    auto stream = producer::stream(one_field(producer::schema(format, "price")), {one_child(numbers<std::int64_t>({1}), 1)});
    try {
      (void)arrow::read_table(&stream);
      FAIL("accepted");
    } catch (const schema_error& e) {
      CHECK(std::string(e.what()).find("\"price\"") != std::string::npos);
      CHECK(std::string(e.what()).find("\"" + std::string(format) + "\"") != std::string::npos);
      CHECK(std::string(e.what()).find("accepted") != std::string::npos);
    }
  }
}

TEST_CASE("edge A10: a column that nobody asks for may hold anything") {
  const no_leak check;
  auto stream = producer::stream(
      producer::schema("+s", "", {producer::schema("+l", "odd"), producer::schema("l", "x")}),
      {producer::make(
          {.length = 1, .buffers = {std::nullopt}, .children = {numbers<std::int64_t>({0}), numbers<std::int64_t>({4})}})});
  arrow::source from = arrow::source::from_stream(&stream);
  const std::size_t second = 1;
  CHECK(rows_of(from.read(std::span(&second, 1)).front()) == std::vector<std::string>{"4"});
}

TEST_CASE("arrow: a producer that fails says why, and nothing leaks") {
  const no_leak check;
  for (const int at : {-1, 0, 1}) {
    CAPTURE(at);
    auto stream = producer::stream(one_field(producer::schema("l", "x")), {one_child(numbers<std::int64_t>({1}), 1)}, at);
    CHECK_THROWS_WITH_AS((void)arrow::read_table(&stream), "the Arrow stream failed: the disk is gone", error);
    CHECK((stream.release == nullptr));
  }
}

TEST_CASE("arrow: a stream is consumed once") {
  const no_leak check;
  auto stream = producer::stream(one_field(producer::schema("l", "x")), {});
  (void)arrow::read_table(&stream);
  CHECK_THROWS_AS((void)arrow::read_table(&stream), schema_error);
}

TEST_CASE("arrow: arrays that contradict themselves are refused") {
  const no_leak check;
  const auto refuse = [](ArrowSchema schema, ArrowArray array) {
    auto stream = producer::stream(schema, {array});
    CHECK_THROWS_AS((void)arrow::read_table(&stream), error);
  };
  const auto field = [](const char* format) { return one_field(producer::schema(format, "x")); };
  refuse(field("l"), one_child(numbers<std::int64_t>({1, 2}), 3));  // child shorter than table
  refuse(field("l"), one_child(numbers<std::int64_t>({1, 2}), 2, 1));
  refuse(field("l"), one_child(numbers<std::int64_t>({1}), -1));
  refuse(field("l"), producer::make({.length = 1, .buffers = {std::nullopt}}));                // no children
  refuse(field("l"), one_child(producer::make({.length = 1, .buffers = {std::nullopt}}), 1));  // no values
  refuse(field("l"), one_child(producer::make({.length = 1, .buffers = {std::nullopt, std::nullopt}}), 1));
  refuse(field("u"),
         one_child(producer::make(
                       {.length = 1, .buffers = {std::nullopt, producer::pack<std::int32_t>({3, 1}), producer::bytes(3)}}),
                   1));
  refuse(field("tdm"), one_child(numbers<std::int64_t>({86'400'001}), 1));
  refuse(field("tss:"), one_child(numbers<std::int64_t>({std::int64_t{1} << 62}), 1));
  refuse(field("d:38,2"),
         one_child(producer::make({.length = 1, .buffers = {std::nullopt, producer::pack<std::int64_t>({0, 1})}}), 1));
  producer::bytes view;
  for (const std::int32_t word : {13, 0, 4, 0}) producer::put(view, word);  // buffer 4 of none
  refuse(field("vu"), one_child(producer::make({.length = 1, .buffers = {std::nullopt, view, producer::bytes{}}}), 1));
  const auto dictionary = [] { return producer::make({.length = 1, .buffers = producer::pack_text<std::int32_t>({"a"})}); };
  refuse(
      one_field(producer::schema("i", "x", {}, producer::schema("u"))),
      one_child(producer::make(
                    {.length = 1, .buffers = {std::nullopt, producer::pack<std::int32_t>({1})}, .dictionary = dictionary()}),
                1));
  refuse(one_field(producer::schema("i", "x", {}, producer::schema("u"))), one_child(numbers<std::int32_t>({0}), 1));
}

namespace {

/// Random values of one format: how they are packed, and what a reader must see.
struct column_kind {
  std::string format;
  std::string dictionary{};  ///< format of the values when `format` is that of the codes
};

struct generator {
  std::mt19937_64 random;

  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)); }
  std::string word() {
    std::string text;
    for (std::int64_t n = below(20); n > 0; --n) text += static_cast<char>('a' + below(3));
    return text;
  }
};

struct packed {
  std::vector<std::optional<producer::bytes>> buffers;
  std::vector<std::string> seen;
};

template <class T>
packed pack_numbers(std::size_t n, generator& g, const std::string& suffix, std::int64_t range, std::int64_t step = 1,
                    std::int64_t scale = 1, std::int64_t divide = 1) {
  packed out;
  producer::bytes values;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t value = (std::is_signed_v<T> ? g.below(range) - range / 2 : g.below(range / 2)) * step;
    producer::put(values, static_cast<T>(value));
    const auto floored = static_cast<std::int64_t>(
        std::floor(static_cast<double>(value) * static_cast<double>(scale) / static_cast<double>(divide)));
    if constexpr (std::is_floating_point_v<T>)
      out.seen.push_back(std::to_string(static_cast<T>(value)));
    else
      out.seen.push_back(std::to_string(floored) + suffix);
  }
  out.buffers = {std::nullopt, std::move(values)};
  return out;
}

packed pack_wide(std::size_t n, generator& g, int words) {
  packed out;
  producer::bytes values;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t value = static_cast<std::int64_t>(g.random());
    producer::put(values, value);
    for (int word = 1; word < words; ++word) producer::put(values, value < 0 ? std::int64_t{-1} : std::int64_t{0});
    out.seen.push_back(std::to_string(value) + "e-2");
  }
  out.buffers = {std::nullopt, std::move(values)};
  return out;
}

packed pack_format(const std::string& format, std::size_t n, generator& g) {
  if (format == "c") return pack_numbers<std::int8_t>(n, g, "", 256);
  if (format == "C") return pack_numbers<std::uint8_t>(n, g, "", 512);
  if (format == "s") return pack_numbers<std::int16_t>(n, g, "", 65536);
  if (format == "S") return pack_numbers<std::uint16_t>(n, g, "", 131072);
  if (format == "i") return pack_numbers<std::int32_t>(n, g, "", 1 << 30);
  if (format == "I") return pack_numbers<std::uint32_t>(n, g, "", 1 << 30);
  if (format == "l") return pack_numbers<std::int64_t>(n, g, "", 1LL << 50);
  if (format == "L") return pack_numbers<std::uint64_t>(n, g, "", 1LL << 50);
  if (format == "f") return pack_numbers<float>(n, g, "", 1000);
  if (format == "g") return pack_numbers<double>(n, g, "", 1000);
  if (format == "tdD") return pack_numbers<std::int32_t>(n, g, "d", 100000);
  if (format == "tdm") return pack_numbers<std::int64_t>(n, g, "d", 100000, 86'400'000, 1, 86'400'000);
  if (format == "tss:UTC") return pack_numbers<std::int64_t>(n, g, "usUTC", 1LL << 30, 1, 1'000'000);
  if (format == "tsm:") return pack_numbers<std::int64_t>(n, g, "us", 1LL << 40, 1, 1'000);
  if (format == "tsu:") return pack_numbers<std::int64_t>(n, g, "us", 1LL << 50);
  if (format == "tsn:") return pack_numbers<std::int64_t>(n, g, "ns", 1LL << 50);
  if (format == "d:9,2,32") return pack_numbers<std::int32_t>(n, g, "e-2", 1 << 30);
  if (format == "d:18,2,64") return pack_wide(n, g, 1);
  if (format == "d:38,2") return pack_wide(n, g, 2);
  if (format == "d:70,2,256") return pack_wide(n, g, 4);
  packed out;
  if (format == "b") {
    std::vector<bool> flags;
    for (std::size_t i = 0; i < n; ++i) flags.push_back(g.below(2) == 1);
    for (const bool flag : flags) out.seen.push_back(flag ? "true" : "false");
    out.buffers = {std::nullopt, producer::pack_bits(flags)};
    return out;
  }
  std::vector<std::string> words;
  for (std::size_t i = 0; i < n; ++i) words.push_back(g.word());
  for (const auto& word : words) out.seen.push_back("'" + word + "'");
  out.buffers = format == "u"   ? producer::pack_text<std::int32_t>(words)
                : format == "U" ? producer::pack_text<std::int64_t>(words)
                                : producer::pack_views(words);
  return out;
}

/// Random bitmap, or none; `seen` loses what is missing.
std::int64_t lose_some(std::optional<producer::bytes>& validity, std::vector<std::string>& seen, generator& g) {
  if (g.below(3) == 0) return g.below(2) == 0 ? 0 : -1;
  std::vector<bool> flags;
  for (auto& value : seen) {
    flags.push_back(g.below(4) != 0);
    if (!flags.back()) value = "null";
  }
  validity = producer::pack_bits(flags);
  return -1;
}

template <class Code>
packed pack_codes(std::size_t n, const std::vector<std::string>& entries, generator& g) {
  packed out;
  producer::bytes codes;
  for (std::size_t i = 0; i < n; ++i) {
    const auto code = static_cast<std::size_t>(g.below(static_cast<std::int64_t>(entries.size())));
    producer::put(codes, static_cast<Code>(code));
    out.seen.push_back(entries[code]);
  }
  out.buffers = {std::nullopt, std::move(codes)};
  return out;
}

packed pack_codes(const std::string& format, std::size_t n, const std::vector<std::string>& entries, generator& g) {
  if (format == "c") return pack_codes<std::int8_t>(n, entries, g);
  if (format == "C") return pack_codes<std::uint8_t>(n, entries, g);
  if (format == "s") return pack_codes<std::int16_t>(n, entries, g);
  if (format == "S") return pack_codes<std::uint16_t>(n, entries, g);
  if (format == "i") return pack_codes<std::int32_t>(n, entries, g);
  if (format == "I") return pack_codes<std::uint32_t>(n, entries, g);
  if (format == "l") return pack_codes<std::int64_t>(n, entries, g);
  return pack_codes<std::uint64_t>(n, entries, g);
}

/// One batch with random slices of parent and child; appends the rows that a reader must see.
ArrowArray random_batch(const column_kind& what, generator& g, std::vector<std::string>& expected) {
  const std::int64_t rows = g.below(4) == 0 ? 0 : g.below(25);
  const std::int64_t child_offset = g.below(11);
  const std::int64_t parent_offset = g.below(11);
  const std::int64_t tail = g.below(3);
  const auto physical = static_cast<std::size_t>(child_offset + parent_offset + rows + tail);
  producer::array_parts child{.length = parent_offset + rows + tail, .offset = child_offset, .null_count = 0, .buffers = {}};
  packed values;
  if (what.dictionary.empty()) {
    values = pack_format(what.format, physical, g);
  } else {
    packed entries = pack_format(what.dictionary, static_cast<std::size_t>(g.below(9) + 3), g);
    const std::int64_t skipped = g.below(3);
    producer::array_parts dictionary{.length = static_cast<std::int64_t>(entries.seen.size()) - skipped,
                                     .offset = skipped,
                                     .null_count = 0,
                                     .buffers = {}};
    dictionary.null_count = lose_some(entries.buffers[0], entries.seen, g);
    dictionary.buffers = std::move(entries.buffers);
    entries.seen.erase(entries.seen.begin(), entries.seen.begin() + skipped);
    values = pack_codes(what.format, physical, entries.seen, g);
    child.dictionary = producer::make(std::move(dictionary));
  }
  child.null_count = lose_some(values.buffers[0], values.seen, g);
  child.buffers = std::move(values.buffers);
  std::vector<std::string> seen(values.seen.begin() + child_offset,
                                values.seen.begin() + child_offset + parent_offset + rows);
  producer::array_parts parent{.length = rows, .offset = parent_offset, .null_count = 0, .buffers = {std::nullopt}};
  parent.null_count = lose_some(parent.buffers[0], seen, g);
  parent.children = {producer::make(std::move(child))};
  expected.insert(expected.end(), seen.begin() + parent_offset, seen.end());
  return producer::make(std::move(parent));
}

std::vector<column_kind> all_kinds() {
  std::vector<column_kind> kinds;
  for (const char* format :
       {"c", "C",  "s",   "S",   "i",       "I",    "l",    "L",    "f",        "g",         "b",      "u",
        "U", "vu", "tdD", "tdm", "tss:UTC", "tsm:", "tsu:", "tsn:", "d:9,2,32", "d:18,2,64", "d:38,2", "d:70,2,256"}) {
    kinds.push_back({format});
  }
  for (const char* codes : {"c", "C", "s", "S", "i", "I", "l", "L"}) {
    for (const char* values : {"u", "U", "vu", "l", "b", "tdD", "tdm"}) kinds.push_back({codes, values});
  }
  return kinds;
}

}  // namespace

TEST_CASE(
    "arrow: random arrays of every format, slice, bitmap and batch read as what was written; and again after an export") {
  const no_leak check;
  generator g{std::mt19937_64(20240229)};
  for (const column_kind& what : all_kinds()) {
    CAPTURE(what.format);
    CAPTURE(what.dictionary);
    for (int round = 0; round < 60; ++round) {
      std::vector<std::string> expected;
      std::vector<ArrowArray> batches;
      for (std::int64_t n = g.below(4); n > 0; --n) batches.push_back(random_batch(what, g, expected));
      std::optional<ArrowSchema> dictionary;
      if (!what.dictionary.empty()) dictionary = producer::schema(what.dictionary);
      const any_column x = read_x(producer::stream(one_field(producer::schema(what.format, "x", {}, dictionary)), batches));
      REQUIRE(rows_of(x) == expected);

      const arrow::table result{{"x"}, {x}};
      for (int again = 0; again < 2; ++again) {
        ArrowArrayStream out{};
        arrow::write_stream(result, &out);
        REQUIRE(rows_of(arrow::read_table(&out)["x"]) == expected);
      }
    }
  }
}

TEST_CASE("arrow: one table is exported from many threads at once") {
  const arrow::table result{{"a", "b", "c"},
                            {any_column::from(std::vector<std::string>{"x", "y", ""}, {1, 1, 0}),
                             any_column::booleans({1, 0, 1}), any_column::dictionary({1, 0, 1}, {"no", "yes"})}};
  std::vector<int> good(4);
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < good.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 50; ++round) {
        ArrowArrayStream out{};
        arrow::write_stream(result, &out);
        const arrow::table back = arrow::read_table(&out);
        good[t] += rows_of(back["a"]) == std::vector<std::string>{"'x'", "'y'", "null"} &&
                   rows_of(back["c"]) == std::vector<std::string>{"'yes'", "'no'", "'yes'"};
      }
    });
  }
  threads.clear();
  CHECK(good == std::vector<int>{50, 50, 50, 50});
}

TEST_CASE("arrow: a consumer may move a child away and outlive the parent") {
  ArrowArrayStream out{};
  arrow::write_stream(arrow::table{{"x"}, {any_column::from(std::vector<std::string>{"kept"})}}, &out);
  ArrowArray parent{};
  ArrowSchema schema{};
  REQUIRE(out.get_schema(&out, &schema) == 0);
  REQUIRE(out.get_next(&out, &parent) == 0);
  out.release(&out);
  ArrowArray child = *parent.children[0];
  parent.children[0]->release = nullptr;
  parent.release(&parent);
  ArrowSchema field = *schema.children[0];
  schema.children[0]->release = nullptr;
  schema.release(&schema);
  CHECK(rows_of(arrow::read_column(&field, &child)) == std::vector<std::string>{"'kept'"});
}

TEST_CASE("arrow: a table whose columns differ in length is not exported") {
  const arrow::table uneven{{"a", "b"}, {any_column::missing(2), any_column::missing(3)}};
  ArrowArrayStream out{};
  CHECK_THROWS_AS(arrow::write_stream(uneven, &out), schema_error);
  CHECK_THROWS_AS((void)uneven["c"], schema_error);
}
