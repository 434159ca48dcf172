// One body, several instruction sets, chosen when the program loads. None has contraction (-ffp-contract=off), so every CPU
// gives the same bits. Sanitizers start after such choices are made, so they get the plain body.
#pragma once

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SOJOURN_SANITIZED
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SOJOURN_SANITIZED
#endif
#endif
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(SOJOURN_SANITIZED)
#define SOJOURN_EACH_CPU __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define SOJOURN_EACH_CPU
#endif
