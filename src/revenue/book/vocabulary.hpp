// Words by code, in order of first appearance.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::inline v0_1::detail {

class vocabulary {
 public:
  std::uint32_t code_of(const std::string& word) {
    if (const auto found = codes_.find(word); found != codes_.end()) return found->second;
    const auto code = static_cast<std::uint32_t>(words_.size());
    words_.push_back(word);
    try {
      codes_.emplace(word, code);
    } catch (...) {
      words_.pop_back();
      throw;
    }
    return code;
  }
  /// Only the first words stay.
  void keep_first(std::size_t words) noexcept {
    for (; words_.size() > words; words_.pop_back()) codes_.erase(words_.back());
  }
  [[nodiscard]] const std::uint32_t* find(std::string_view word) const {
    const auto found = codes_.find(word);
    return found == codes_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::vector<std::string>& words() const noexcept { return words_; }

 private:
  std::vector<std::string> words_;
  std::map<std::string, std::uint32_t, std::less<>> codes_;
};

}  // namespace sojourn::inline v0_1::detail
