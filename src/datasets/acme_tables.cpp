// What all tables of an account set share: joining, fingerprints, keys. Driven by the list of fields of each table.
#include <bit>
#include <string>
#include <type_traits>

#include "sojourn/datasets/acme.hpp"

namespace sojourn::datasets {
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

class fnv1a {
 public:
  void byte(std::uint8_t value) noexcept { hash_ = (hash_ ^ value) * 0x100000001B3u; }
  void text(std::string_view value) noexcept {
    for (const char c : value) byte(static_cast<std::uint8_t>(c));
    byte(0);
  }
  template <class T>
  void values(const std::vector<T>& column) noexcept {
    for (const T& value : column) number(value);
  }
  template <class T>
  void values(const gappy<T>& column) noexcept {
    values(column.values);
    values(column.present);
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

 private:
  template <class T>
  void number(T value) noexcept {
    std::uint64_t bits = 0;
    if constexpr (std::is_floating_point_v<T>) {
      bits = std::bit_cast<std::uint64_t>(value);
    } else {
      bits = static_cast<std::uint64_t>(value);
    }
    for (unsigned i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(bits >> (8 * i)));
  }
  std::uint64_t hash_ = 0xCBF29CE484222325u;
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
  fnv1a hash;
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

}  // namespace sojourn::datasets
