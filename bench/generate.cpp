// Writes an account set of any size: raw little-endian columns or CSV, one table after another, a chunk at a time.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sojourn/datasets/acme.hpp"

using namespace sojourn;
using namespace sojourn::datasets;

namespace {

static_assert(std::endian::native == std::endian::little, "the raw columns are written as they lie in memory");

struct request {
  acme_options set{.accounts = 1'000'000, .usage = usage_detail::latest};
  std::filesystem::path out;
  bool csv = false;
  std::int64_t chunk = 65'536;
};

template <class T>
bool is_present(const std::vector<T>&, std::size_t) {
  return true;
}
template <class T>
bool is_present(const gappy<T>& column, std::size_t row) {
  return column.present[row] != 0;
}
template <class T>
const std::vector<T>& values_of(const std::vector<T>& column) {
  return column;
}
template <class T>
const std::vector<T>& values_of(const gappy<T>& column) {
  return column.values;
}

/// `table.column.i64` and so on; a column with gaps has `table.column.present.u8` beside it, a text column `.labels.txt`.
class raw_writer {
 public:
  explicit raw_writer(std::filesystem::path folder) : folder_(std::move(folder)) {}

  template <class Column>
  void write(const std::string& table, std::string_view name, labels names, const Column& column) {
    const std::string stem = table + "." + std::string(name);
    using value = typename std::remove_cvref_t<decltype(values_of(column))>::value_type;
    const char* type = std::is_same_v<value, double> ? "f64"
                       : sizeof(value) == 8          ? "i64"
                       : sizeof(value) == 4          ? "i32"
                                                     : "u8";
    bytes(stem + "." + type, values_of(column));
    if constexpr (requires { column.present; }) bytes(stem + ".present.u8", column.present);
    if (!names.empty()) {
      std::ofstream& file = at(stem + ".labels.txt");
      if (file.tellp() == std::streampos{0})
        for (const std::string_view label : names) file << label << '\n';
    }
  }

 private:
  template <class T>
  void bytes(const std::string& name, const std::vector<T>& values) {
    at(name).write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  }
  std::ofstream& at(const std::string& name) {
    auto [file, fresh] = files_.try_emplace(name);
    if (fresh) {
      file->second.exceptions(std::ios::badbit | std::ios::failbit);
      file->second.open(folder_ / name, std::ios::binary);
    }
    return file->second;
  }
  std::filesystem::path folder_;
  std::map<std::string, std::ofstream> files_;
};

template <class T>
void append_cell(std::string& line, field_kind what, labels names, T value) {
  if (what == field_kind::key)
    line += acme_key(static_cast<std::int64_t>(value));
  else if (what == field_kind::day)
    line += to_string(day{static_cast<std::int32_t>(value)});
  else if (what == field_kind::code)
    line += names[static_cast<std::size_t>(value)];
  else if (what == field_kind::flag)
    line += value != T{} ? "True" : "False";
  else {
    char text[32];
    line.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
}

template <class Table>
void write_csv(std::ofstream& file, const Table& table) {
  const bool header = file.tellp() == std::streampos{0};
  std::string head;
  std::vector<std::string> lines(table.account.size());
  Table::fields([&](std::string_view name, field_kind what, auto field, labels names) {
    head += (head.empty() ? "" : ",") + std::string(name);
    const auto& column = table.*field;
    for (std::size_t row = 0; row < lines.size(); ++row) {
      if (what != field_kind::key) lines[row] += ',';
      if (is_present(column, row)) append_cell(lines[row], what, names, values_of(column)[row]);
    }
  });
  if (header) file << head << '\n';
  for (const std::string& line : lines) file << line << '\n';
}

void generate(const request& what) {
  std::filesystem::create_directories(what.out);
  raw_writer raw(what.out);
  std::map<std::string, std::ofstream> csv;
  for (std::int64_t first = 0; first < what.set.accounts; first += what.chunk) {
    const acme_tables chunk = acme_chunk(what.set, first, std::min(what.chunk, what.set.accounts - first));
    acme_tables::each([&](std::string_view name, auto member) {
      const auto& table = chunk.*member;
      const std::string title(name);
      if (!what.csv) {
        std::remove_cvref_t<decltype(table)>::fields([&](std::string_view column, field_kind, auto field, labels names) {
          raw.write(title, column, names, table.*field);
        });
        return;
      }
      auto [file, fresh] = csv.try_emplace(title);
      if (fresh) {
        file->second.exceptions(std::ios::badbit | std::ios::failbit);
        file->second.open(what.out / (title + ".csv"), std::ios::binary);
      }
      write_csv(file->second, table);
    });
  }
}

constexpr std::string_view usage_text =
    "generate --out DIR [--accounts N] [--seed S] [--as-of YYYY-MM-DD] [--format raw|csv] [--usage latest|weekly]\n";

std::int64_t whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size())
    throw schema_error("not a whole number: " + std::string(text));
  return value;
}

request parse(const std::vector<std::string_view>& words) {
  request what;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::string_view name = words[i], value = words[i + 1];
    if (name == "--out")
      what.out = value;
    else if (name == "--accounts")
      what.set.accounts = whole_number(value);
    else if (name == "--seed")
      what.set.seed = static_cast<std::uint64_t>(whole_number(value));
    else if (name == "--format" && (value == "raw" || value == "csv"))
      what.csv = value == "csv";
    else if (name == "--usage" && (value == "latest" || value == "weekly"))
      what.set.usage = value == "weekly" ? usage_detail::weekly : usage_detail::latest;
    else if (const auto when = parse_day(value); name == "--as-of" && when)
      what.set.as_of = *when;
    else
      throw schema_error("do not understand " + std::string(name) + " " + std::string(value));
  }
  if (words.size() % 2 != 0 || what.out.empty()) throw schema_error("--out DIR is needed, and a value for each option");
  return what;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    generate(parse(std::vector<std::string_view>(argv + 1, argv + argc)));
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n' << usage_text;
    return 2;
  }
}
