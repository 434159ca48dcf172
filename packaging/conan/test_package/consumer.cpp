#include <cstdio>

#include "sojourn/sojourn.hpp"

int main() {
  const sojourn::estimate churn = sojourn::proportion(17, 400);
  std::printf("churn %.4f\n", churn.value);
  return churn.n == 400 ? 0 : 1;
}
