// Errors about one account of a ledger: thrown with its number; callers that know its key name it by the key.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {
namespace detail {

/// Every "{account}" of the text becomes `name`.
[[nodiscard]] inline std::string with_account(std::string text, std::string_view name) {
  constexpr std::string_view mark = "{account}";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + name.size())) {
    text.replace(at, mark.size(), name);
  }
  return text;
}

[[nodiscard]] inline problem with_account(problem p, std::string_view name) {
  p.value = with_account(std::move(p.value), name);
  p.rule = with_account(std::move(p.rule), name);
  p.advice = with_account(std::move(p.advice), name);
  return p;
}

}  // namespace detail

/// An account whose MRR leaves its range. `text` says "{account}" where the account is named.
class account_overflow : public overflow_error {
 public:
  account_overflow(account who, const std::string& text)
      : overflow_error(detail::with_account(text, std::to_string(who.index))), who_(who), text_(text) {}
  [[nodiscard]] account who() const noexcept { return who_; }
  /// The same error about another account number, for callers that number accounts differently.
  [[nodiscard]] account_overflow moved(account who) const { return {who, text_}; }
  /// The same error with the account's key in its text.
  [[nodiscard]] overflow_error named(std::string_view key) const { return overflow_error(detail::with_account(text_, key)); }

 private:
  account who_;
  std::string text_;
};

/// What an account cannot do. `{account}` in the problem's texts is where the account is named.
class account_data_error : public data_error {
 public:
  account_data_error(account who, const problem& what)
      : data_error(detail::with_account(what, std::to_string(who.index))), who_(who), what_(what) {}
  [[nodiscard]] account who() const noexcept { return who_; }
  /// The same error about another account number in another row.
  [[nodiscard]] account_data_error moved(account who, std::size_t row) const {
    problem what = what_;
    what.row = row;
    return {who, what};
  }
  [[nodiscard]] data_error named(std::string_view key) const { return data_error(detail::with_account(what_, key)); }

 private:
  account who_;
  problem what_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
