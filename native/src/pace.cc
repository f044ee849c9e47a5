// SPDX-License-Identifier: GPL-2.0-or-later
// See pace.h.

#include "pace.h"

#include <algorithm>

#include "layout.h"

namespace ipxxb {
namespace {

/** How close together packets must come, and how long the first pause is. */
constexpr int64_t DENSE_NANOSECONDS = 100'000;
/** Later pauses last as long as brings so many at their rate. */
constexpr int64_t WANTED = 40;
constexpr int64_t LEAST_PAUSE_NANOSECONDS = 50'000;
/** Datagrams that a pause must have joined to be worth the next one. */
constexpr int PAYING = 4;
/** Pauses in a row that may join fewer, once one paid: bursts have gaps. */
constexpr uint32_t MOST_CREDIT = 4;
constexpr int FULL = static_cast<int>(BATCH_SLOTS);

} // namespace

void Pace::received(int datagrams, int64_t now) {
  const int64_t since = now - receivedAt_;
  if (datagrams > 0)
    receivedAt_ = now;
  if (paused_)
    judge(datagrams, since);
  else if (datagrams > 0)
    watch(datagrams, since);
  paused_ = false;
}

/** After a receive without a pause. Where all slots were filled more is waiting: no need for one. */
void Pace::watch(int datagrams, int64_t since) {
  close_ = since < datagrams * DENSE_NANOSECONDS ? close_ + 1 : 0;
  dense_ = close_ >= patience_ && datagrams < FULL;
  pause_ = DENSE_NANOSECONDS;
}

/** Whether the pause before this receive paid. */
void Pace::judge(int datagrams, int64_t since) {
  if (datagrams >= PAYING) {
    dense_ = datagrams < FULL;
    credit_ = MOST_CREDIT;
    patience_ = LEAST_PATIENCE;
    pause_ = std::clamp(since * WANTED / datagrams, LEAST_PAUSE_NANOSECONDS, MOST_PAUSE_NANOSECONDS);
  } else if (credit_ > 0) {
    credit_--;
  } else {
    dense_ = false;
    close_ = 0;
    patience_ = std::min(2 * patience_, MOST_PATIENCE);
  }
}

} // namespace ipxxb
