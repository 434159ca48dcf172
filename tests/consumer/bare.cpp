// No library, no build system: a header that says `Needs: std only.` needs nothing else.
#include <sojourn/domain/money.hpp>
#include <sojourn/domain/mrr.hpp>
#include <sojourn/input/subscriptions.hpp>

int main() {
  return (sojourn::money{1999} * 12).minor() == 23'988 ? 0 : 1;
}
