// Bytes as the payload of a state of any kind: refused, or a state that writes these very bytes, merges, retracts and is
// read.
#include "fuzz/fuzz_input.hpp"
#include "fuzz/state_kinds.hpp"

using namespace sojourn;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input(data, size);
  const std::size_t kind = input.below(fuzz::state_kinds);
  fuzz::with_state_kind(kind, [&]<class State>(const auto& read) {
    const auto sealed = detail::seal(State::bytes_kind, 0, input.rest());
    State state;
    try {
      state = from_bytes<State>(sealed);
    } catch (const state_error&) {
      return;
    }
    require(to_bytes(state) == sealed, "a state writes other bytes than it came from");
    fuzz::answered([&] {
      State twice = state;
      twice += state;
      twice -= state;
      require(twice == state, "adding and taking away changes a state");
    });
    fuzz::answered([&] { read(state); });
  });
  return 0;
}
