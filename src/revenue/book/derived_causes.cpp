#include "sojourn/revenue/book/derived_causes.hpp"

#include "revenue/book/cause_facts.hpp"

namespace sojourn::inline v0_1 {

reading with_causes(const book& of, const reading& how) {
  if (how.under.causes == cause_rule::derived || !detail::says_causes(detail::book_access::of(of))) return how;
  view under = how.under;
  under.as_of = how.ledger.book.known_until();
  under.causes = cause_rule::derived;
  reading found = read(of, under);
  found.ledger.declared = how.ledger.declared;
  return found;
}

}  // namespace sojourn::inline v0_1
