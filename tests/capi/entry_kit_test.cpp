// The compatibility kit of all languages, through the C interface.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "paths.hpp"
#include "sojourn/sojourn.h"

namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(sojourn::test::in_repository("tests/kit/" + name), std::ios::binary);
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> all;
  std::istringstream lines(text);
  for (std::string one; std::getline(lines, one, at);) all.push_back(one);
  return all;
}

struct texts {
  std::string all;
  std::vector<std::int64_t> offsets{0};
  std::vector<std::uint8_t> present;
  void add(const std::string& one) {
    all += one;
    offsets.push_back(static_cast<std::int64_t>(all.size()));
    present.push_back(one.empty() ? 0 : 1);
  }
};

using object = std::unique_ptr<sojourn_object, decltype(&sojourn_release)>;

object book_of_rows() {
  texts account, start, end;
  std::vector<std::int64_t> mrr;
  const std::vector<std::string> lines = split(text_of("subscriptions.csv"), '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = split(lines[i], ',');
    account.add(cells[0]), start.add(cells[1]), end.add(cells[2]);
    mrr.push_back(std::atoll(cells[3].c_str()));
  }
  const auto column = [](const char* name, const texts& from) {
    return sojourn_column{
        name, SOJOURN_TEXT, from.present.size(), from.all.data(), from.offsets.data(), from.present.data()};
  };
  const sojourn_column columns[] = {column("account", account),
                                    column("start", start),
                                    column("end", end),
                                    {"mrr_minor", SOJOURN_INT64, mrr.size(), mrr.data(), nullptr, nullptr}};
  ArrowArrayStream table{};
  REQUIRE(sojourn_columns(columns, 4, &table, nullptr) == SOJOURN_OK);
  sojourn_object* made = nullptr;
  const char* options = R"({"columns": {"mrr": "mrr_minor"}, "currency": "EUR", "as_of": "2024-07-01"})";
  REQUIRE(sojourn_book(&table, options, nullptr, &made, nullptr) == SOJOURN_OK);
  return {made, &sojourn_release};
}

std::string fingerprint_of(const sojourn_object* from) {
  sojourn_bytes bytes{};
  REQUIRE(sojourn_to_bytes(from, &bytes, nullptr) == SOJOURN_OK);
  std::ostringstream hash;
  hash << std::hex;
  hash.width(16);
  hash.fill('0');
  hash << sojourn_fingerprint(bytes.data, bytes.size);
  sojourn_bytes_free(&bytes);
  return hash.str();
}

}  // namespace

TEST_CASE("every line of the kit holds") {
  const std::vector<std::string> lines = split(text_of("expected.tsv"), '\n');
  REQUIRE(lines.size() > 10);
  for (const std::string& line : lines) {
    CAPTURE(line);
    const std::vector<std::string> cells = split(line, '\t');
    object from(nullptr, &sojourn_release);
    if (cells[0] == "subscriptions.csv") {
      from = book_of_rows();
    } else {
      const std::string bytes = text_of(cells[0]);
      sojourn_object* made = nullptr;
      REQUIRE(sojourn_from_bytes(bytes.data(), bytes.size(), &made, nullptr) == SOJOURN_OK);
      from.reset(made);
    }
    if (cells[1] == "bytes") {
      CHECK(fingerprint_of(from.get()) == cells[3]);
    } else if (cells[1] == "revenue") {
      sojourn_object* made = nullptr;
      REQUIRE(sojourn_state(from.get(), "revenue", cells[2].c_str(), nullptr, &made, nullptr) == SOJOURN_OK);
      const object state(made, &sojourn_release);
      CHECK(fingerprint_of(state.get()) == cells[3]);
    } else {
      sojourn_estimate found{};
      REQUIRE(sojourn_measure(from.get(), cells[1].c_str(), cells[2].c_str(), nullptr, &found, nullptr) == SOJOURN_OK);
      CHECK(found.value == std::strtod(cells[3].c_str(), nullptr));
    }
  }
}
