// SPDX-License-Identifier: GPL-2.0-or-later
// Shapes (docs/verdicts.md, step 4), from the patterns and tests of the image.

#ifndef IPXXB_BENCH_ENGINE_SHAPES_H
#define IPXXB_BENCH_ENGINE_SHAPES_H

#include "image.h"
#include "packet.h"
#include "parsers.h"

static inline enum found evaluate_test(const struct test* test, const struct packet* packet) {
  uint32_t needed = test->offset + test->width;
  if (__builtin_expect(needed > packet->copied, 0)) {
    if (needed > packet->length)
      return NO;
    return needed > packet->here ? SHORT_OF : CUT_OFF;
  }
  // The four bytes that end where the test does: what is before them, of the UDP header at worst, the mask takes away.
  const uint32_t value = load32(packet->payload + needed - 4) & test->mask;
  return value - test->low <= test->high - test->low ? MATCH : NO;
}

static inline enum found evaluate_pattern(const struct image* image, const struct pattern* pattern,
                                          const struct packet* packet) {
  if (packet->length < pattern->minimum || packet->length > pattern->maximum)
    return NO;
  const struct test* test = &image->tests[pattern->test_at];
  for (const struct test* end = test + pattern->test_count; test < end; test++) {
    enum found result = evaluate_test(test, packet);
    if (result != MATCH)
      return result;
  }
  return pattern->parser == 0 ? MATCH : parse_payload(pattern->parser, packet);
}

static inline enum found evaluate_shape(const struct image* image, uint32_t first, uint32_t count,
                                        const struct packet* packet) {
  enum found unread = NO;
  const struct pattern* pattern = &image->patterns[first];
  for (const struct pattern* end = pattern + count; pattern < end; pattern++) {
    enum found result = evaluate_pattern(image, pattern, packet);
    if (result == MATCH)
      return MATCH;
    if (unread == NO)
      unread = result;
  }
  return unread;
}

#endif
