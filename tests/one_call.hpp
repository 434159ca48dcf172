// A container that lives for one statement, where a column is made of it within that statement. Columns refuse containers
// that die with the statement, because nothing says whether the column dies with it.
#pragma once

namespace sojourn::test {

template <class Container>
[[nodiscard]] const Container& one_call(const Container& container) {
  return container;
}

}  // namespace sojourn::test

using sojourn::test::one_call;
