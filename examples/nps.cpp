// NPS from a column of answers, by segment, merged over months, and compared. Every claim is checked.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sojourn/surveys/nps.hpp"

namespace {

void expect(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::exit(1);
}

bool near(double value, double wanted) {
  return std::abs(value - wanted) < 5e-5;
}

}  // namespace

int main() {
  using namespace sojourn;

  const std::vector<std::int8_t> answers{10, 9, 8, 10, 6, 9, 3, 10};
  const estimate score = nps(column<std::int8_t>(answers));  // 5 promoters, 2 detractors of 8
  expect(near(score.value, 37.5), "(5 - 2) / 8");
  expect(score.low < 0 && score.high > 0, "eight answers do not show which side of zero the score is on");

  // What the airport of San Francisco was told in 2017 (DataSF, public domain): 0, 1, ... 10.
  const std::vector<std::int64_t> counts{17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872};
  const score_counts airport = score_counts::of(nps_scale(), counts, 85);
  const estimate sfo = nps(airport, {.level = confidence_level{0.99}});
  expect(near(sfo.value, 39.8398), "the published counts give 39.8398");
  expect(sfo.n == 2746, "85 questionnaires without a score are counted, not scored");

  const std::vector<std::int8_t> january{10, 9, 7, 2}, february{10, 10, 11, 8};
  score_counts state = tally_nps(column<std::int8_t>(january));
  state += tally_nps(column<std::int8_t>(february), {.blank = {11}});  // 11 is this tool's code for no answer
  expect(state.scored() == 7 && state.no_score == 1, "states of two months merge exactly");

  const comparison change = compare_nps(airport, state);
  expect(change.p_value > 0.05, "seven answers cannot tell themselves from the airport");

  try {
    (void)tally_nps(column<std::int8_t>(february));
    expect(false, "an undeclared 11 is an error");
  } catch (const data_error& e) {
    expect(e.row() == 2 && e.value() == "11", "and it names its row");
  }
  std::printf("NPS %.1f [%.1f, %.1f], n = %lld\n", sfo.value, sfo.low, sfo.high, static_cast<long long>(sfo.n));
}
