// How often do 95 % intervals of GRR and NRR hold the truth? Account sets whose true rates are known, as a table.
// Usage: coverage [--sets 4000] [--seed 1] [--all]
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "generated_accounts.hpp"

using namespace sojourn;
using namespace sojourn::test;

int main(int count, char** words) {
  int sets = 4000;
  std::uint64_t seed = 1;
  bool all = false;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--all")
      all = true;
    else if (word == "--sets" && i + 1 < count)
      sets = std::atoi(words[++i]);
    else if (word == "--seed" && i + 1 < count)
      seed = static_cast<std::uint64_t>(std::atoll(words[++i]));
    else
      return std::fprintf(stderr, "usage: %s [--sets 4000] [--seed 1] [--all]\n", words[0]), 2;
  }
  const std::int64_t accounts[] = {20, 50, 200, 1000};
  std::printf("Per cent of %d account sets whose 95 %% interval holds the truth: score (linearised).\n\n", sets);
  std::printf(
      "| what happens | MRR of accounts | rate | n = 20 | 50 | 200 | 1000 |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const happenings& h : all_happenings) {
    for (const sizes& s : all_sizes) {
      const bool usual = s.name == "lognormal 1" || s.name == "lognormal 1.5" || s.name == "Pareto 1.5";
      if (!all && !usual) continue;
      coverage found[4];
      for (int i = 0; i < 4; ++i) found[i] = count_covered(seed, sets, accounts[i], s, h);
      for (const bool net : {false, true}) {
        std::printf("| %s | %s | %s |", h.name.data(), s.name.data(), net ? "NRR" : "GRR");
        for (const coverage& c : found) {
          const auto of = [&](ratio_interval kind) { return net ? c.of_nrr(kind) : c.of_grr(kind); };
          std::printf(" %.1f (%.1f) |", of(ratio_interval::score), of(ratio_interval::linearised));
        }
        std::printf("\n");
        std::fflush(stdout);
      }
    }
  }
}
