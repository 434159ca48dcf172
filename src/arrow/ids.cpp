#include "sojourn/arrow/ids.hpp"

#include <cmath>

#include "sojourn/arrow/wrong_type.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

template <class T>
bool has_values(const column<T>& view) {
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (view.present(row) && !std::isnan(view[row])) return true;
  }
  return false;
}

}  // namespace

void require_ids(const any_column& source, const std::string& name) {
  const kind type = source.type();
  const bool is_integer = type >= kind::int8 && type <= kind::uint64;
  if (is_integer || type == kind::text || type == kind::dictionary || type == kind::null) return;
  std::string accepted =
      "\" holds " + std::string(to_string(type)) + "; accepted: text, dictionaries (categories), integers";
  if (type == kind::float64 || type == kind::float32) {
    const bool any = type == kind::float64 ? has_values(source.view<double>()) : has_values(source.view<float>());
    if (!any) return;
    accepted += ". Floats round long ids: pandas turns integers with gaps into floats, use the dtype \"Int64\"";
  }
  throw wrong_type("column \"" + name + accepted);
}

}  // namespace sojourn::inline v0_1::arrow
