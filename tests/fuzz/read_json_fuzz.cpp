// Text as a card, a set of cards or a policy: diagnostics, or a meaning whose canonical text has the same meaning.
#include "fuzz/fuzz_input.hpp"
#include "sojourn/health.hpp"
#include "sojourn/health/card/check_card.hpp"
#include "sojourn/health/score/card_set.hpp"
#include "sojourn/revenue/policy.hpp"

using namespace sojourn;
using fuzz::require;

namespace {

template <class Compile>
void try_text(std::string_view text, const Compile& compile) {
  std::string canonical;
  try {
    canonical = compile(text);
  } catch (const error&) {
    return;
  }
  require(compile(canonical) == canonical, "the canonical text of an accepted text is not its own");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input(data, size);
  switch (input.below(3)) {
    case 0:
      (void)health::validate_json(input.text());
      try_text(input.text(), [](std::string_view text) { return health::compile_json(text).to_json(); });
      break;
    case 1:
      (void)health::validate_set_json(input.text());
      try_text(input.text(), [](std::string_view text) { return health::compile_set_json(text).to_json(); });
      break;
    default:
      try_text(input.text(), [](std::string_view text) { return to_json(policy_from_json(text)); });
      break;
  }
  return 0;
}
