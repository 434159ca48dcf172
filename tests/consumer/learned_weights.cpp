// Prints learned weights bit by bit. With HOST_EIGEN the program is a host that solves with Eigen itself, compiled for this
// very processor: its instantiations of Eigen must not take the place of those in the library.
#include <sojourn/health/evaluation/learn.hpp>

#include <cstdint>
#include <cstdio>
#include <vector>

#ifdef HOST_EIGEN
#include <Eigen/Cholesky>

// The types and calls that the library uses, with fused multiply-adds where the processor has them.
static double solved_by_the_host(int n) {
  Eigen::MatrixXd m = Eigen::MatrixXd::Identity(n, n) * 3;
  Eigen::VectorXd v = Eigen::VectorXd::LinSpaced(n, 0.1, 0.9);
  m.selfadjointView<Eigen::Lower>().rankUpdate(v, 0.3);
  const Eigen::LDLT<Eigen::MatrixXd> ldlt(m);
  const Eigen::LLT<Eigen::MatrixXd> llt(m);
  return (m * v).dot(ldlt.solve(v)) + llt.solve(v).norm() + (m * m).sum();
}
#endif

int main() {
#ifdef HOST_EIGEN
  if (!(solved_by_the_host(24) > 0)) return 1;
#endif
  constexpr std::size_t accounts = 20'000, count = 24;
  std::vector<double> values(accounts * count);
  std::vector<std::uint8_t> left(accounts);
  std::uint64_t state = 7;
  const auto next = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  for (double& value : values) value = next();
  for (std::size_t i = 0; i < accounts; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += values[k * accounts + i] * static_cast<double>(k % 5);
    left[i] = next() * 48 > sum ? 1 : 0;
  }
  const auto learned = sojourn::health::learn_weights({values, accounts, count}, sojourn::column<std::uint8_t>(left));
  std::printf("%a %a\n", learned.intercept, learned.log_likelihood);
  for (const auto& signal : learned.signals) std::printf("%a\n", signal.coefficient);
  return learned.status == sojourn::health::learn_status::learned ? 0 : 1;
}
