// Columns of account keys as small dense numbers, by as many threads as the host lends.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/domain/account.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {

[[nodiscard]] std::size_t number_accounts(std::span<const std::string_view> keys, std::span<std::uint32_t> numbers,
                                          const any_executor& host);
[[nodiscard]] std::size_t number_accounts(std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers,
                                          const any_executor& host);
void number_accounts(account_index& index, std::span<const std::string_view> keys, std::span<std::uint32_t> numbers,
                     const any_executor& host);
void number_accounts(account_index& index, std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers,
                     const any_executor& host);
[[nodiscard]] std::size_t tell_apart(std::span<const std::int64_t> ids, std::span<std::uint32_t> numbers,
                                     const any_executor& host);

}  // namespace detail

/// `index.intern(keys, numbers)` with the host's threads: the same numbers, and `index` knows the keys afterwards.
///
/// The column is cut into a piece a thread, each with a table of its own; what is distinct in a piece is then looked up by
/// the keys before it. It pays where keys repeat in any order; where most of them differ each is looked up twice. Same
/// errors as `intern`.
template <executor E = serial_executor>
void number_accounts(account_index& index, std::span<const std::string_view> keys, std::span<std::uint32_t> numbers,
                     E&& host = {}) {
  detail::number_accounts(index, keys, numbers, any_executor(host));
}
template <executor E = serial_executor>
void number_accounts(account_index& index, std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers,
                     E&& host = {}) {
  detail::number_accounts(index, keys, numbers, any_executor(host));
}

/// The numbers that a new index would give, for who asks for no key afterwards. Returns how many accounts there are.
template <executor E = serial_executor>
std::size_t number_accounts(std::span<const std::string_view> keys, std::span<std::uint32_t> numbers, E&& host = {}) {
  return detail::number_accounts(keys, numbers, any_executor(host));
}
template <executor E = serial_executor>
std::size_t number_accounts(std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers, E&& host = {}) {
  return detail::number_accounts(keys, numbers, any_executor(host));
}

/// Numbers that tell accounts apart and say nothing else: ids of a range without many gaps less the lowest, others as
/// `number_accounts`. Returns what they lie below.
template <executor E = serial_executor>
std::size_t tell_apart(std::span<const std::int64_t> ids, std::span<std::uint32_t> numbers, E&& host = {}) {
  return detail::tell_apart(ids, numbers, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
