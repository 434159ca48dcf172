// Producers that contradict the format: each is an error that says so, nothing is read that is not there, nothing leaks.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arrow_producer.hpp"
#include "sojourn/arrow/reader.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

ArrowArray two_numbers() {
  return producer::make({.length = 2, .buffers = {std::nullopt, producer::pack<std::int64_t>({1, 2})}});
}

ArrowArray table_of(ArrowArray child, std::int64_t length = 2) {
  return producer::make({.length = length, .buffers = {std::nullopt}, .children = {child}});
}

/// What is said about a batch under a schema after a lie was told.
std::string said(ArrowSchema schema, ArrowArray batch, const std::function<void(ArrowSchema&, ArrowArray&)>& lie = {}) {
  if (lie) lie(schema, batch);
  auto stream = producer::stream(schema, {batch});
  try {
    (void)arrow::read_table(&stream);
  } catch (const error& e) {
    return e.what();
  }
  return "taken";
}

std::string said_of_numbers(const std::function<void(ArrowSchema&, ArrowArray&)>& lie) {
  return said(producer::schema("+s", "", {producer::schema("l", "x")}), table_of(two_numbers()), lie);
}

std::string said_of_column(const char* format, std::vector<std::optional<producer::bytes>> buffers,
                           std::int64_t length = 1) {
  return said(producer::schema("+s", "", {producer::schema(format, "x")}),
              table_of(producer::make({.length = length, .buffers = std::move(buffers)}), length));
}

bool holds(const std::string& text, const char* part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("lying producer: children that are not there") {
  const int open = producer::made - producer::released;
  ArrowSchema* kept_schema = nullptr;
  ArrowArray* kept_array = nullptr;
  // The child is put back before it is released, so that nothing leaks.
  CHECK(holds(said_of_numbers([&](ArrowSchema& s, ArrowArray&) {
                kept_schema = s.children[0];
                kept_schema->release(kept_schema);
                s.children[0] = nullptr;
              }),
              "a schema without its child number 0"));
  CHECK(holds(said_of_numbers([&](ArrowSchema&, ArrowArray& a) {
                kept_array = a.children[0];
                kept_array->release(kept_array);
                a.children[0] = nullptr;
              }),
              "column \"x\" is not there"));
  CHECK(holds(said_of_numbers([](ArrowSchema& s, ArrowArray&) { s.children = nullptr; }), "a wrong number of children"));
  CHECK(holds(said_of_numbers([](ArrowSchema& s, ArrowArray&) { s.n_children = -1; }), "a wrong number of children"));
  CHECK(holds(said_of_numbers([](ArrowSchema&, ArrowArray& a) { a.children = nullptr; }), "children where the schema has"));
  CHECK(holds(said_of_numbers([](ArrowSchema&, ArrowArray& a) { a.n_children = 2; }), "2 children where the schema has 1"));
  CHECK(holds(said_of_numbers([](ArrowSchema& s, ArrowArray&) { s.format = nullptr; }), "a schema without a format"));
  CHECK(holds(said_of_numbers([](ArrowSchema& s, ArrowArray&) { s.children[0]->format = nullptr; }), "no format"));
  CHECK(producer::made - producer::released == open);
}

TEST_CASE("lying producer: lengths and offsets that leave 64 bits") {
  const int open = producer::made - producer::released;
  using lie = std::function<void(ArrowArray&)>;
  const std::vector<lie> lies{
      [](ArrowArray& a) { a.length = most; },
      [](ArrowArray& a) { a.length = least; },
      [](ArrowArray& a) { a.offset = most; },
      [](ArrowArray& a) { a.offset = least; },
      [](ArrowArray& a) { a.length = a.offset = most; },
      [](ArrowArray& a) { a.length = a.children[0]->length = most; },
      [](ArrowArray& a) { a.offset = a.children[0]->length = most; },
      [](ArrowArray& a) { a.children[0]->length = least; },
      [](ArrowArray& a) { a.children[0]->offset = most; },
      [](ArrowArray& a) { a.children[0]->offset = a.offset = most / 2; },
      [](ArrowArray& a) { a.children[0]->offset = -1; },
  };
  for (const lie& one : lies)
    CHECK(said_of_numbers([&](ArrowSchema&, ArrowArray& a) { one(a); }).starts_with("not a well-formed Arrow array"));
  // A child that is longer than its table is allowed: the table is a slice of it.
  CHECK(said_of_numbers([](ArrowSchema&, ArrowArray& a) { a.length = 1; }) == "taken");
  CHECK(producer::made - producer::released == open);
}

TEST_CASE("lying producer: buffers of another type, or missing ones") {
  const int open = producer::made - producer::released;
  const auto text = producer::pack_text<std::int64_t>({"abcdefgh"});
  CHECK(holds(said_of_column("l", text), "has 3 buffers"));
  CHECK(holds(said_of_column("b", text), "has 3 buffers"));
  CHECK(holds(said_of_column("tdD", text), "has 3 buffers"));
  CHECK(holds(said_of_column("d:5,2", text), "has 3 buffers"));
  CHECK(holds(said_of_column("U", {std::nullopt, producer::pack<std::int64_t>({0, 8})}), "has 2 buffers"));
  CHECK(holds(said_of_column("l", {}), "has 0 buffers"));
  CHECK(holds(said_of_column("u", {std::nullopt, producer::pack<std::int32_t>({0, 2}), std::nullopt}), "without a text"));
  producer::bytes view;
  for (const std::int32_t word : {13, 0, 0, 0}) producer::put(view, word);
  const auto sizes = producer::pack<std::int64_t>({13});
  CHECK(holds(said_of_column("vu", {std::nullopt, view, std::nullopt, sizes}), "without a text buffer"));
  CHECK(holds(said_of_column("vu", {std::nullopt, view, producer::bytes(13), std::nullopt}), "without a text buffer"));
  CHECK(holds(said_of_column("vu", {std::nullopt, view, producer::bytes(12), producer::pack<std::int64_t>({12})}),
              "outside the array's buffers"));
  CHECK(holds(said_of_column("vu", {std::nullopt, view}), "outside the array's buffers"));
  CHECK(said_of_column("l", {std::nullopt, producer::pack<std::int64_t>({7})}) == "taken");
  CHECK(producer::made - producer::released == open);
}

TEST_CASE("lying producer: dictionaries") {
  const int open = producer::made - producer::released;
  const auto said_of = [](const std::function<void(ArrowArray&)>& lie) {
    const auto labels = producer::make({.length = 1, .buffers = producer::pack_text<std::int32_t>({"a"})});
    const auto codes =
        producer::make({.length = 1, .buffers = {std::nullopt, producer::pack<std::int32_t>({0})}, .dictionary = labels});
    return said(producer::schema("+s", "", {producer::schema("i", "x", {}, producer::schema("u"))}), table_of(codes, 1),
                [&](ArrowSchema&, ArrowArray& a) { lie(*a.children[0]->dictionary); });
  };
  CHECK(said_of([](ArrowArray&) {}) == "taken");
  for (const std::int64_t wrong : {std::int64_t{-1}, least, most}) {
    CHECK(holds(said_of([&](ArrowArray& d) { d.length = wrong; }), "no dictionary"));
    CHECK(holds(said_of([&](ArrowArray& d) { d.offset = wrong; }), "no dictionary"));
  }
  CHECK(holds(said_of([](ArrowArray& d) { d.length = 0; }), "is no entry of its dictionary"));
  CHECK(producer::made - producer::released == open);
}

TEST_CASE("lying producer: a stream without its functions, or whose schema never came") {
  const auto table = [] { return producer::stream(producer::schema("+s", "", {producer::schema("l", "x")}), {}); };
  for (int which = 0; which < 3; ++which) {
    const int open = producer::made - producer::released;
    auto stream = table();
    if (which == 0) stream.get_schema = nullptr;
    if (which == 1) stream.get_next = nullptr;
    if (which == 2)
      stream.get_schema = [](ArrowArrayStream*, ArrowSchema* to) {
        *to = ArrowSchema{};
        return 0;
      };
    CHECK_THROWS_WITH_AS((void)arrow::read_table(&stream), doctest::Contains("not a well-formed Arrow array"), schema_error);
    CHECK(producer::made - producer::released == open);
  }
}
