// What customers say: NPS, CSAT, CES, and who answers at all.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/surveys/ces.hpp"
#include "sojourn/surveys/compare_segments.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"
#include "sojourn/surveys/response_rate.hpp"
