#include "sojourn/book_bytes.hpp"

#include <memory>

#include "book_bytes/stored_view.hpp"
#include "detail/fnv1a.hpp"
#include "detail/utf8.hpp"
#include "revenue/book/restored_book.hpp"
#include "revenue/book/stored_form.hpp"
#include "revenue/book/stored_rules.hpp"
#include "sojourn/revenue/currencies/known_currencies.hpp"
#include "sojourn/state_bytes.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::uint16_t book_kind = 60;
constexpr std::uint16_t viewed_book_kind = 61;

struct stored_viewed {
  detail::stored_book facts;
  detail::stored_view under;
  std::string notes;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.facts, self.under, self.notes);
  }
};

std::uint64_t schema_of(std::uint16_t kind) {
  detail::fnv1a hash;
  hash.number(detail::stored_schema());
  if (kind == viewed_book_kind) hash.text(detail::stored_view_schema());
  return hash.value();
}

void require_utf8(const std::string& text, const char* what) {
  if (!detail::is_utf8(text)) detail::refuse_book_bytes(std::string(what) + " is not UTF-8");
}

void require_utf8_texts(const detail::stored_book& form) {
  for (const std::string& key : form.keys.words) require_utf8(key, "a key");
  for (const std::string& key : form.subscriptions.words) require_utf8(key, "a key of a subscription");
  for (const std::string& word : form.currency.words) require_utf8(word, "a currency");
  for (const std::string& word : form.cause.words) require_utf8(word, "a cause");
  for (const detail::stored_label& one : form.labels) {
    require_utf8(one.name, "the name of a label");
    for (const std::string& word : one.label.words) require_utf8(word, "a word of a label");
  }
}

/// The rows in their order.
detail::stored_book form_of(const book& facts) {
  return detail::stored_form(detail::book_access::of(facts));
}

template <class Stored>
std::vector<std::uint8_t> sealed(const Stored& form, std::uint16_t kind) {
  detail::byte_writer payload;
  Stored::fields(payload, form);
  return detail::seal(kind, schema_of(kind), payload.bytes());
}

template <class Stored>
Stored unsealed(std::span<const std::uint8_t> bytes, std::uint16_t kind) {
  const state_header header = read_header(bytes);
  if (header.kind == kind && header.spec_fingerprint != schema_of(kind)) {
    detail::refuse_book_bytes("they hold other columns than this version of the library knows");
  }
  detail::byte_reader payload(detail::unseal(kind, schema_of(kind), bytes));
  Stored form;
  Stored::fields(payload, form);
  payload.require_end();
  return form;
}

}  // namespace

namespace detail {

book book_from_bytes(std::span<const std::uint8_t> bytes) {
  return restored(unsealed<stored_book>(bytes, book_kind));
}

viewed_book viewed_book_from_bytes(std::span<const std::uint8_t> bytes) {
  const auto form = unsealed<stored_viewed>(bytes, viewed_book_kind);
  require_utf8(form.notes, "the text of the host");
  viewed_book made{restored(form.facts), restored(form.under), form.notes};
  if (auto& in = made.under.currencies) {
    in->rates = std::make_shared<const named_rate_table>(with_currencies(*in->rates, form.facts.currency.words));
  }
  return made;
}

}  // namespace detail

std::vector<std::uint8_t> to_bytes(const book& facts) {
  const detail::stored_book form = form_of(facts);
  require_utf8_texts(form);
  return sealed(form, book_kind);
}

std::vector<std::uint8_t> to_bytes(const viewed_book& all) {
  const stored_viewed form{form_of(all.facts), detail::stored_form(all.under), all.notes};
  require_utf8_texts(form.facts);
  require_utf8(all.notes, "the text of the host");
  for (const auto& filter : form.under.where) {
    require_utf8(filter.name, "the name of a label");
    for (const std::string& word : filter.words) require_utf8(word, "a word of a label");
  }
  return sealed(form, viewed_book_kind);
}

}  // namespace sojourn::inline v0_1
