// SPDX-License-Identifier: GPL-2.0-or-later
// When to pause before a receive, and for how long. Waking up, the system calls and the way through JavaScript cost
// about as much for twenty packets as for one. So while packets come so densely that a pause joins several, and the
// thread keeps up with them, it sleeps for a moment before it receives; bench/README.md has what that saves.
//
// A lone packet never waits, and nor do those of a conversation in which each follows the answer to the one before,
// however fast: they look dense, but no pause joins them. So a pause is tried only after many receives close together,
// and after twice as many each time that it joined too few. Knows no clock and no socket.

#pragma once

#include <cstdint>

namespace ipxxb {

/** The kernel's timer slack adds up to 50 us. */
constexpr int64_t MOST_PAUSE_NANOSECONDS = 250'000;
/** Receives close together before the first pause is tried, and before one at most, after many that joined too few. */
constexpr uint32_t LEAST_PATIENCE = 16;
constexpr uint32_t MOST_PATIENCE = 1024;

class Pace {
public:
  /** Nanoseconds to sleep before the next receive; 0: do not. */
  int64_t pause() const { return dense_ ? pause_ : 0; }

  /** The next receive follows a pause. */
  void paused() { paused_ = true; }

  /** A receive at `now`, in monotonic nanoseconds, took so many datagrams: all that were there, or all slots full. */
  void received(int datagrams, int64_t now);

private:
  void watch(int datagrams, int64_t since);
  void judge(int datagrams, int64_t since);

  bool dense_ = false;
  bool paused_ = false;
  int64_t pause_ = 0;
  int64_t receivedAt_ = 0;
  /** Receives so far that came close together, and how many it takes to try a pause. */
  uint32_t close_ = 0;
  uint32_t patience_ = LEAST_PATIENCE;
  /** Pauses to come that need not pay. */
  uint32_t credit_ = 0;
};

} // namespace ipxxb
