// The smallest honest program of a host: links the library, uses a header that needs it and one that starts threads.
#include <sojourn/sojourn.hpp>

#include <cstdio>

int main() {
  sojourn::ratio_state kept;
  sojourn::thread_executor(2).bulk(1, [&](std::size_t) {
    kept.add(90, 100);
    kept.add(45, 50);
    kept.add(10, 40);
  });
  const sojourn::estimate e = sojourn::ratio(kept);
  std::printf("%s %.4f\n", SOJOURN_VERSION, e.value);
  return e.n == 3 && e.low < e.value && e.value < e.high ? 0 : 1;
}
