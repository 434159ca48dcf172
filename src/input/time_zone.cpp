#include "sojourn/input/time_zone.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "detail/clock_units.hpp"
#include "input/yearly_clock_change.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

/// Changes of the clocks in order; after the last one the yearly rule holds, where there is one.
struct time_zone::rules {
  std::int32_t first = 0;
  std::vector<std::int64_t> since{};
  std::vector<std::int32_t> ahead{};
  std::optional<detail::yearly_clock_change> afterwards{};
};

namespace {

using detail::seconds_per_day;

/// Reads the big-endian fields of a TZif file.
class tzif_reader {
 public:
  tzif_reader(std::span<const std::uint8_t> bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  [[nodiscard]] std::int64_t number(std::size_t bytes) {
    const auto field = take(bytes);
    std::uint64_t value = (field[0] & 0x80u) != 0 ? ~std::uint64_t{0} : 0;
    for (const std::uint8_t byte : field) value = value << 8 | byte;
    return static_cast<std::int64_t>(value);
  }
  [[nodiscard]] std::size_t size() {
    const std::int64_t found = number(4);
    if (found < 0) refuse("a negative size");
    return static_cast<std::size_t>(found);
  }
  std::span<const std::uint8_t> take(std::size_t bytes) {
    if (bytes > bytes_.size()) refuse("it ends too early");
    const auto taken = bytes_.first(bytes);
    bytes_ = bytes_.subspan(bytes);
    return taken;
  }
  [[nodiscard]] std::string_view rest() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  [[noreturn]] void refuse(const std::string& why) const {
    throw schema_error("time zone \"" + name_ + "\" is no TZif file of version 2 or later: " + why);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::string name_;
};

/// How many entries of each kind the block after a header has.
struct tzif_header {
  std::size_t in_utc, standard, leaps, times, types, letters;
  [[nodiscard]] std::size_t block_bytes(std::size_t time_bytes) const {
    return times * time_bytes + times + types * 6 + letters + leaps * (time_bytes + 4) + standard + in_utc;
  }
};

tzif_header read_header(tzif_reader& file) {
  const auto start = file.take(20);  // magic, version, 15 reserved bytes
  const std::string_view magic(reinterpret_cast<const char*>(start.data()), 4);
  if (magic != "TZif" || start[4] < '2') file.refuse("its header says otherwise");
  tzif_header found{};
  for (std::size_t* count : {&found.in_utc, &found.standard, &found.leaps, &found.times, &found.types, &found.letters}) {
    *count = file.size();
  }
  if (found.types == 0) file.refuse("it has no types of local time");
  return found;
}

std::string offset_text(std::int32_t seconds) {
  const std::int32_t minutes = std::abs(seconds) / 60;
  const auto two = [](std::int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::string text = (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
  return seconds % 60 == 0 ? text : text + ":" + two(std::abs(seconds) % 60);
}

}  // namespace

time_zone::time_zone() : name_("UTC"), rules_(std::make_shared<const rules>()) {}

time_zone time_zone::fixed(std::int32_t seconds_ahead) {
  if (std::abs(seconds_ahead) >= seconds_per_day) {
    throw schema_error("a time zone is less than a day ahead of UTC or behind it, not " + std::to_string(seconds_ahead) +
                       " seconds");
  }
  time_zone zone;
  if (seconds_ahead == 0) return zone;
  zone.name_ = offset_text(seconds_ahead);
  zone.rules_ = std::make_shared<const rules>(rules{.first = seconds_ahead});
  return zone;
}

time_zone time_zone::from_offset(std::string_view text) {
  if (text == "UTC" || text == "Z") return {};
  if (const auto seconds = detail::parse_utc_offset(text)) return fixed(*seconds);
  throw schema_error("time zone \"" + std::string(text) + "\" is no offset such as \"+02:00\" and not \"UTC\"");
}

time_zone time_zone::from_tzif(std::span<const std::uint8_t> bytes, std::string name) {
  tzif_reader file(bytes, name);
  (void)file.take(read_header(file).block_bytes(4));  // the block of version 1 holds the same in 32 bits
  const tzif_header counts = read_header(file);
  rules found;
  for (std::size_t i = 0; i < counts.times; ++i) found.since.push_back(file.number(8));
  if (!std::is_sorted(found.since.begin(), found.since.end())) file.refuse("its changes are not in order");
  const auto type_of = file.take(counts.times);
  std::vector<std::int32_t> ahead(counts.types);
  for (std::int32_t& seconds : ahead) {
    seconds = static_cast<std::int32_t>(file.number(4));
    if (std::abs(seconds) >= 2 * seconds_per_day) file.refuse("an offset of days");
    (void)file.take(2);  // daylight saving or not, and the letters that name it
  }
  found.first = ahead[0];
  for (const std::uint8_t type : type_of) {
    if (type >= counts.types) file.refuse("an unknown type of local time");
    found.ahead.push_back(ahead[type]);
  }
  (void)file.take(counts.letters + counts.leaps * 12 + counts.standard + counts.in_utc);
  const std::string_view footer = file.rest();
  if (footer.size() < 2 || footer.front() != '\n' || footer.find('\n', 1) == std::string_view::npos) {
    file.refuse("it has no footer");
  }
  const std::string_view rule = footer.substr(1, footer.find('\n', 1) - 1);
  if (!rule.empty()) {
    found.afterwards = detail::parse_yearly_clock_change(rule);
    if (!found.afterwards) file.refuse("its footer is no rule");
  }
  time_zone zone;
  zone.name_ = std::move(name);
  zone.rules_ = std::make_shared<const rules>(std::move(found));
  return zone;
}

std::int32_t time_zone::seconds_ahead(std::int64_t utc_seconds) const noexcept {
  const rules& r = *rules_;
  const auto next = std::upper_bound(r.since.begin(), r.since.end(), utc_seconds);
  if (next == r.since.end() && r.afterwards) return r.afterwards->seconds_ahead(utc_seconds);
  if (next == r.since.begin()) return r.first;
  return r.ahead[static_cast<std::size_t>(next - r.since.begin()) - 1];
}

}  // namespace sojourn::inline v0_1
