#include "sojourn/sojourn.h"

/* A program of C that uses the header alone. */
uint32_t version_seen_from_c(void);
uint32_t version_seen_from_c(void) {
  return sojourn_abi_version();
}
