// SPDX-License-Identifier: GPL-2.0-or-later
// pace.cc without a clock: a thread that serves a queue, in made-up time. native/sanitize.sh builds and runs it. Prints
// one line per test; exit status 1 after a failure.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>

#include "../../native/src/layout.h"
#include "../../native/src/pace.h"

using ipxxb::BATCH_SLOTS;
using ipxxb::Pace;

namespace {

constexpr int64_t MICROSECOND = 1000;
constexpr int64_t SLACK = 50 * MICROSECOND;
/** What a batch and a packet of it cost the thread. */
constexpr int64_t BATCH_COST = 8 * MICROSECOND;
constexpr int64_t PACKET_COST = 2 * MICROSECOND;

struct Outcome {
  int packets = 0;
  int batches = 0;
  int pauses = 0;
  /** Of a packet, from its arrival to its receive. */
  int64_t longestWait = 0;
};

/** `next` says when the packet after one comes that came at the first time and was settled, with its batch, at the
 * second, or 0 where it is not yet. */
using Arrivals = std::function<int64_t(int64_t cameAt, int64_t settledAt)>;

/** Serves `count` packets whose times do not depend on what becomes of those before, or each only on the last. */
Outcome serve(int count, bool isConversation, const Arrivals& next) {
  Pace pace;
  Outcome outcome;
  int64_t now = 1'000'000'000;
  int64_t coming = now + 1000;
  while (outcome.packets < count) {
    if (const int64_t pause = pace.pause(); pause > 0) {
      now += pause + SLACK;
      pace.paused();
      outcome.pauses++;
    }
    int datagrams = 0;
    for (int look = 0; look < 2 && datagrams == 0; look++) {
      // The second look is after a wait.
      if (look == 1)
        now = std::max(now, coming);
      while (coming <= now && datagrams < static_cast<int>(BATCH_SLOTS)) {
        outcome.longestWait = std::max(outcome.longestWait, now - coming);
        datagrams++;
        coming = isConversation ? INT64_MAX : next(coming, 0);
      }
      pace.received(datagrams, now);
    }
    now += BATCH_COST + datagrams * PACKET_COST;
    if (isConversation)
      coming = next(0, now);
    outcome.packets += datagrams;
    outcome.batches++;
  }
  return outcome;
}

Outcome regular(int count, int64_t gap) {
  return serve(count, false, [gap](int64_t cameAt, int64_t) { return cameAt + gap; });
}

int failures = 0;

void check(bool good, const char* what, const Outcome& outcome) {
  if (good)
    return;
  failures++;
  printf("# %s: %d packets in %d batches, %d pauses, %ld ns\n", what, outcome.packets, outcome.batches, outcome.pauses,
         static_cast<long>(outcome.longestWait));
}

void sparse() {
  for (const int64_t gap : {101, 200, 1000, 250'000}) {
    const Outcome outcome = regular(5000, gap * MICROSECOND);
    check(outcome.pauses == 0 && outcome.longestWait == 0, "sparse", outcome);
  }
}

void conversation() {
  for (const int64_t gap : {10, 30, 90}) {
    const Outcome outcome =
        serve(20'000, true, [gap](int64_t, int64_t settledAt) { return settledAt + gap * MICROSECOND; });
    // 16, 32 ... 512, and then once in 1,024.
    check(outcome.pauses <= 26, "a conversation", outcome);
  }
}

void dense() {
  const Outcome quarter = regular(100'000, 16 * MICROSECOND);
  const Outcome half = regular(100'000, 8 * MICROSECOND);
  const Outcome full = regular(100'000, 4 * MICROSECOND);
  check(quarter.packets > 15 * quarter.batches, "60,000 a second", quarter);
  check(half.packets > 25 * half.batches, "125,000 a second", half);
  check(full.packets > 40 * full.batches, "250,000 a second", full);
  for (const Outcome& outcome : {quarter, half, full}) {
    const int64_t most = ipxxb::MOST_PAUSE_NANOSECONDS + SLACK + BATCH_COST + BATCH_SLOTS * PACKET_COST;
    check(outcome.longestWait <= 2 * most, "the longest wait", outcome);
  }
}

void bursts() {
  // Thirty packets, and then nothing for a millisecond.
  int place = 0;
  const Outcome outcome = serve(60'000, false, [&place](int64_t cameAt, int64_t) {
    return cameAt + (++place % 30 == 0 ? 1000 * MICROSECOND : 3 * MICROSECOND);
  });
  check(outcome.packets > 2 * outcome.batches, "bursts", outcome);
}

void overrun() {
  const Outcome outcome = regular(100'000, MICROSECOND);
  check(outcome.pauses == 0 || outcome.packets > 60 * outcome.batches, "more than it can serve", outcome);
}

void test(const char* name, void (*body)()) {
  const int before = failures;
  body();
  printf("%s %s\n", failures == before ? "ok" : "not ok", name);
}

} // namespace

int main() {
  test("lone packets never wait", sparse);
  test("a conversation is hardly ever held up, however fast", conversation);
  test("under load batches are larger the denser it comes, and no packet waits long", dense);
  test("bursts", bursts);
  test("where more is waiting than a batch holds there is no pause", overrun);
  return failures == 0 ? 0 : 1;
}
