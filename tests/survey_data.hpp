// Answers for the survey tests: made at random, typed in, or read from the SFO survey where it is at hand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "paths.hpp"
#include "sojourn/input/responses.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn::test {

/// A table with everything a survey may have. About a tenth of the scores, segments are missing; a tenth of scores is
/// code 99.
struct survey {
  std::vector<std::int32_t> score;
  std::vector<std::uint32_t> respondent;
  std::vector<std::int32_t> answered_on;
  std::vector<std::uint32_t> segment;
  std::vector<double> weight;
  std::vector<std::uint8_t> score_bits;
  std::vector<std::uint8_t> segment_bits;

  [[nodiscard]] responses view() const {
    return {{score, score_bits.data(), 0, "score"},
            {respondent, "respondent"},
            {answered_on, "answered_on"},
            {segment, segment_bits.data(), 0, "segment"},
            {weight, "weight"}};
  }
  [[nodiscard]] bool has_score(std::size_t row) const {
    return ((score_bits[row / 8] >> (row % 8)) & 1) != 0 && score[row] != 99;
  }
  [[nodiscard]] bool has_segment(std::size_t row) const { return ((segment_bits[row / 8] >> (row % 8)) & 1) != 0; }
};

inline std::vector<std::uint8_t> random_bits(std::mt19937_64& random, std::size_t rows) {
  std::vector<std::uint8_t> bits((rows + 7) / 8);
  for (std::size_t row = 0; row < rows; ++row) {
    if (random() % 10 != 0) bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  }
  return bits;
}

inline survey random_survey(std::mt19937_64& random, std::size_t rows, std::uint32_t segments = 5, int low = 0,
                            int points = 11) {
  survey made;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto answer = low + static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(points));
    made.score.push_back(random() % 10 == 0 ? 99 : answer);
    made.respondent.push_back(static_cast<std::uint32_t>(random() % (rows / 2 + 1)));
    made.answered_on.push_back(static_cast<std::int32_t>(18'000 + random() % 10));
    made.segment.push_back(static_cast<std::uint32_t>(random() % segments));
    made.weight.push_back(static_cast<double>(random() % 4000) / 1000.0);
  }
  made.score_bits = random_bits(random, rows);
  made.segment_bits = random_bits(random, rows);
  return made;
}

/// One column of a CSV file with plain commas; empty when the file is not there.
inline std::vector<std::string> csv_column(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  if (!file) return {};
  const auto cells_of = [](const std::string& line) {
    std::vector<std::string> cells;
    std::string cell;
    bool quoted = false;
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        cells.push_back(std::exchange(cell, ""));
      else if (c != '\r')
        cell += c;
    }
    cells.push_back(cell);
    return cells;
  };
  std::string line;
  while (std::getline(file, line) && line.starts_with('#')) {
  }
  const auto header = cells_of(line);
  const auto place = static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  std::vector<std::string> column;
  while (std::getline(file, line)) column.push_back(cells_of(line).at(place));
  return column;
}

/// The typed counts of the SFO survey 2017 (examples/data).
inline score_counts sfo_2017() {
  const auto path = sojourn::test::in_repository("examples/data/sfo_2017_nps_counts.csv");
  const auto counts = csv_column(path, "count");
  std::vector<std::int64_t> answers;
  for (const auto& count : counts) answers.push_back(std::stoll(count));
  const std::int64_t no_score = answers.back();
  answers.pop_back();
  return score_counts::of({0, 10}, answers, no_score);
}

}  // namespace sojourn::test
