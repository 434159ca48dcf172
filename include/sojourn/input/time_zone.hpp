// Time zones as values: how far a place's clocks are ahead of UTC, and since when. No clock and no file is read.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The clocks of one place. The host finds the data of a named zone (a file of the IANA database); the library reads them.
class time_zone {
 public:
  /// UTC.
  time_zone();
  /// Moves are copies, so a zone that was moved from is still the zone it was.
  time_zone(const time_zone&) = default;
  time_zone& operator=(const time_zone&) = default;
  ~time_zone() = default;
  /// Clocks that are always this many seconds ahead of UTC (negative: behind), less than a day.
  [[nodiscard]] static time_zone fixed(std::int32_t seconds_ahead);
  /// "UTC", "Z" or an offset "+02:00"; throws a `schema_error` for any other text.
  [[nodiscard]] static time_zone from_offset(std::string_view text);
  /// A file of the IANA database, format TZif version 2 or later (RFC 8536). Throws a `schema_error` that has `name` where
  /// the bytes are anything else.
  [[nodiscard]] static time_zone from_tzif(std::span<const std::uint8_t> bytes, std::string name);

  /// By how many seconds its clocks are ahead of UTC, this many seconds after 1970-01-01 00:00 UTC. O(log changes).
  [[nodiscard]] std::int32_t seconds_ahead(std::int64_t utc_seconds) const noexcept;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  struct rules;
  std::string name_;
  std::shared_ptr<const rules> rules_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
