// All that a host can include: the umbrella and what stands outside it.
#pragma once

#include "sojourn/arrow/abi.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/models.hpp"
#include "sojourn/sojourn.hpp"
