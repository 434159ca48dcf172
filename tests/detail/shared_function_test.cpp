#include "sojourn/detail/shared_function.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using sojourn::detail::shared_function;

namespace {

int twice(int n) {
  return 2 * n;
}

}  // namespace

TEST_CASE("shared function: takes lambdas, functions and what cannot be copied; copies share one callable") {
  CHECK(!shared_function<int(int)>());
  const shared_function<int(int)> plain = twice;
  CHECK(plain(21) == 42);
  auto counter = std::make_unique<int>(0);
  const int* const count = counter.get();
  const shared_function<int(int)> counting = [counter = std::move(counter)](int n) { return *counter += n; };
  const shared_function<int(int)> copy = counting;
  CHECK(counting(2) == 2);
  CHECK(copy(3) == 5);
  CHECK(*count == 5);
}

TEST_CASE("shared function: arguments and results keep their kind, and the callable lives as long as the last copy") {
  auto alive = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = alive;
  shared_function<std::string(const std::string&)> first = [alive = std::move(alive)](const std::string& s) {
    return s + "!";
  };
  shared_function<std::string(const std::string&)> second = first;
  first = {};
  CHECK(!first);
  CHECK(second("kept") == "kept!");
  CHECK(!watch.expired());
  second = {};
  CHECK(watch.expired());
}
