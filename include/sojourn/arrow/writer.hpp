// Arrow C data out: columns and tables for any consumer.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>

#include "sojourn/arrow/abi.hpp"
#include "sojourn/arrow/table.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

// Each call makes an independent export that keeps the columns alive, so one table may be exported any number of times, from
// several threads at once. Numbers, dates, moments and dictionary codes are shared; text, booleans and decimals are copied
// into Arrow's layout. Text leaves as `U`, dictionaries with int32 codes (pandas reads no unsigned ones), decimals as 128
// bits.

/// One batch. Throws `schema_error` when names and columns differ in number or columns in length.
void write_stream(const table& source, ArrowArrayStream* out);
/// A stream of one bare array.
void write_stream(const any_column& source, const std::string& name, ArrowArrayStream* out);
void write_schema(const table& source, ArrowSchema* out);
void write_schema(const any_column& source, const std::string& name, ArrowSchema* out);
void write_array(const any_column& source, ArrowArray* out);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
