// SPDX-License-Identifier: GPL-2.0-or-later
// The slab as src/contract/batch.ts draws it, in C++. The static_asserts hold the compiler to the drawing; the addon
// exports these numbers (addon.cc), and a test compares every name and number of the two sides, both ways.
//
// (n) native writes, (e) the engine writes, (s) written once by whoever made the slab. See batch.ts for when ownership
// passes.

#pragma once

#include <cstddef>
#include <cstdint>

namespace ipxxb {

constexpr uint32_t BATCH_SLOTS = 64;
constexpr uint32_t SLAB_MAGIC = 0x69707862;
constexpr uint32_t SLAB_FORMAT = 2;
constexpr uint32_t NETLINK_OVERHEAD = 384;
constexpr uint32_t TIME_AT = 16;
constexpr uint32_t COUNTERS_AT = 256;
constexpr uint32_t NATIVE_COUNTER_SLOTS = 32;
constexpr uint32_t SLOTS_AT = 4096;

// One list makes the enumeration here and the table that the test sees, so the two cannot drift apart.
#define IPXXB_SLAB_HEADER(X)                                                                                           \
  X(magic, 0)                                                                                                          \
  X(format, 1)                                                                                                         \
  X(slots, 2)                                                                                                          \
  X(stride, 3)

#define IPXXB_NATIVE_COUNTERS(X)                                                                                       \
  X(packets, 0)                                                                                                        \
  X(batches, 1)                                                                                                        \
  X(idGaps, 2)                                                                                                         \
  X(overruns, 3)                                                                                                       \
  X(truncated, 4)                                                                                                      \
  X(foreign, 5)                                                                                                        \
  X(verdictMessages, 6)                                                                                                \
  X(verdictSends, 7)                                                                                                   \
  X(sendRetries, 8)                                                                                                    \
  X(verdictErrorEnoent, 9)                                                                                             \
  X(verdictErrorEnodev, 10)                                                                                            \
  X(verdictErrorEperm, 11)                                                                                             \
  X(verdictErrorOther, 12)                                                                                             \
  X(wakeups, 13)                                                                                                       \
  X(receiveBuffer, 14)                                                                                                 \
  X(batchSize1, 16)                                                                                                    \
  X(batchSize2, 17)                                                                                                    \
  X(batchSize4, 18)                                                                                                    \
  X(batchSize8, 19)                                                                                                    \
  X(batchSize16, 20)                                                                                                   \
  X(batchSize32, 21)                                                                                                   \
  X(batchSize64, 22)                                                                                                   \
  X(userMicroseconds, 23)                                                                                              \
  X(systemMicroseconds, 24)                                                                                            \
  X(droppedFull, 25)                                                                                                   \
  X(droppedUser, 26)

#define IPXXB_COLUMNS(X)                                                                                               \
  X(id, 1024)                                                                                                          \
  X(at, 1280)                                                                                                          \
  X(copied, 1536)                                                                                                      \
  X(length, 1792)                                                                                                      \
  X(inInterface, 2048)                                                                                                 \
  X(outInterface, 2304)                                                                                                \
  X(mark, 2560)                                                                                                        \
  X(meta, 2816)                                                                                                        \
  X(skbInfo, 3072)                                                                                                     \
  X(newMark, 3328)                                                                                                     \
  X(decision, 3584)                                                                                                    \
  X(verdict, 3840)                                                                                                     \
  X(setMark, 3904)

enum class Counter : uint32_t {
#define X(name, index) name = index,
  IPXXB_NATIVE_COUNTERS(X)
#undef X
};

struct Slab {
  uint32_t magic;  // (s)
  uint32_t format; // (s)
  uint32_t slots;  // (s)
  uint32_t stride; // (s)
  double time;     // (n)
  uint8_t unused1[COUNTERS_AT - TIME_AT - 8];
  uint64_t counters[NATIVE_COUNTER_SLOTS]; // (n), read by any thread at any time
  uint8_t unused2[1024 - COUNTERS_AT - 8 * NATIVE_COUNTER_SLOTS];
  uint32_t id[BATCH_SLOTS];           // (n)
  uint32_t at[BATCH_SLOTS];           // (n)
  uint32_t copied[BATCH_SLOTS];       // (n)
  uint32_t length[BATCH_SLOTS];       // (n)
  uint32_t inInterface[BATCH_SLOTS];  // (n)
  uint32_t outInterface[BATCH_SLOTS]; // (n)
  uint32_t mark[BATCH_SLOTS];         // (n)
  uint32_t meta[BATCH_SLOTS];         // (n)
  uint32_t skbInfo[BATCH_SLOTS];      // (n)
  uint32_t newMark[BATCH_SLOTS];      // (e)
  uint32_t decision[BATCH_SLOTS];     // (e), native zeroes it
  uint8_t verdict[BATCH_SLOTS];       // (n, then e)
  uint8_t setMark[BATCH_SLOTS];       // (n, then e)
  uint8_t unused3[SLOTS_AT - 3904 - BATCH_SLOTS];
  // The slots follow: BATCH_SLOTS x stride bytes.
};

static_assert(sizeof(Slab) == SLOTS_AT);
static_assert(offsetof(Slab, time) == TIME_AT);
static_assert(offsetof(Slab, counters) == COUNTERS_AT);
static_assert(offsetof(Slab, counters) % alignof(uint64_t) == 0, "a torn counter would be scraped as nonsense");
#define X(name, index) static_assert(offsetof(Slab, name) == 4 * index);
IPXXB_SLAB_HEADER(X)
#undef X
#define X(name, offset) static_assert(offsetof(Slab, name) == offset);
IPXXB_COLUMNS(X)
#undef X
#define X(name, index) static_assert(index < NATIVE_COUNTER_SLOTS);
IPXXB_NATIVE_COUNTERS(X)
#undef X

} // namespace ipxxb
