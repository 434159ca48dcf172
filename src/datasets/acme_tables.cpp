// What all tables of an account set share: joining, fingerprints, keys. Driven by the list of fields of each table.
#include <bit>
#include <string>
#include <type_traits>

#include "detail/fnv1a.hpp"

#include "sojourn/datasets/acme.hpp"

namespace sojourn::inline v0_1::datasets {
namespace {

template <class T>
void append(std::vector<T>& all, const std::vector<T>& later) {
  all.insert(all.end(), later.begin(), later.end());
}
template <class T>
void append(gappy<T>& all, const gappy<T>& later) {
  append(all.values, later.values);
  append(all.present, later.present);
}

class table_hash {
 public:
  /// Ends with a 0, so that "ab" and "c" differ from "a" and "bc".
  void text(std::string_view value) noexcept { hash_.text(value).byte(0); }
  template <class T>
  void values(const std::vector<T>& column) noexcept {
    for (const T& value : column) number(value);
  }
  template <class T>
  void values(const gappy<T>& column) noexcept {
    values(column.values);
    values(column.present);
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_.value(); }

 private:
  template <class T>
  void number(T value) noexcept {
    if constexpr (std::is_floating_point_v<T>) {
      hash_.number(std::bit_cast<std::uint64_t>(value));
    } else {
      hash_.number(static_cast<std::uint64_t>(value));
    }
  }
  sojourn::detail::fnv1a hash_;
};

}  // namespace

acme_tables& acme_tables::operator+=(const acme_tables& later) {
  each([&](std::string_view, auto table) {
    auto& mine = this->*table;
    const auto& theirs = later.*table;
    std::remove_cvref_t<decltype(mine)>::fields(
        [&](std::string_view, field_kind, auto field, labels) { append(mine.*field, theirs.*field); });
  });
  return *this;
}

std::uint64_t acme_fingerprint(const acme_tables& tables) {
  table_hash hash;
  acme_tables::each([&](std::string_view name, auto table) {
    hash.text(name);
    std::remove_cvref_t<decltype(tables.*table)>::fields([&](std::string_view column, field_kind, auto field, labels) {
      hash.text(column);
      hash.values((tables.*table).*field);
    });
  });
  return hash.value();
}

std::string acme_key(std::int64_t account) {
  const std::string digits = std::to_string(account);
  return "acme-" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

}  // namespace sojourn::inline v0_1::datasets
