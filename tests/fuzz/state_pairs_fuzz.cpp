// Bytes as two states of one kind: their sum does not depend on the order, gives each back when the other is taken away, is
// read, and has bytes that are read again; what throws changes nothing.
#include "fuzz/fuzz_input.hpp"
#include "fuzz/state_kinds.hpp"

using namespace sojourn;
using fuzz::require;

namespace {

template <class State>
bool changed(State& target, const State& before, const auto& change) {
  try {
    change(target);
    return true;
  } catch (const error&) {
    require(target == before, "what threw has changed a state");
    return false;
  }
}

template <class State>
void try_pair(const State& a, const State& b, const auto& read) {
  State sum = a, other = b;
  if (!changed(sum, a, [&](State& target) { target += b; })) return;
  // What adds up in one order may overflow halfway in the other.
  if (changed(other, b, [&](State& target) { target += a; })) require(sum == other, "a sum depends on the order");
  fuzz::answered([&] { require(to_bytes(from_bytes<State>(to_bytes(sum))) == to_bytes(sum), "a sum is not read back"); });
  fuzz::answered([&] { read(sum); });
  State left = sum;
  if (changed(left, sum, [&](State& target) { target -= b; })) require(left == a, "what was added is not taken away");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input(data, size);
  const std::size_t kind = input.below(fuzz::state_kinds);
  const std::vector<std::uint8_t> first =
      input.bytes(std::min<std::size_t>(input.take<std::uint16_t>(), input.rest().size()));
  fuzz::with_state_kind(kind, [&]<class State>(const auto& read) {
    try {
      const State a = from_bytes<State>(detail::seal(State::bytes_kind, 0, first));
      const State b = from_bytes<State>(detail::seal(State::bytes_kind, 0, input.rest()));
      try_pair(a, b, read);
    } catch (const state_error&) {  // bytes that are no state
    }
  });
  return 0;
}
