// SPDX-License-Identifier: GPL-2.0-or-later
// One batch: netlink datagrams to columns, columns to verdict messages. Knows the slab's layout and the NFQUEUE
// messages; neither sockets nor JavaScript, so that a test can feed it any bytes. It reads nothing outside the datagram
// that it was given, whatever that holds.
//
// Each packet id that came in is owed exactly one verdict, in the order of the ids: a VERDICT_BATCH message settles
// every lower id with it. Hence the ids owed are kept here, in that order, and not read back from the slab. A packet
// that could not be shown to the engine (its datagram was larger than the slot) is owed the default verdict, at its
// place among the others.

#pragma once

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>

#include "layout.h"

namespace ipxxb {

/** A run of equal verdicts as the kernel reads it (NFQNL_MSG_VERDICT_BATCH); one that sets the mark has a MarkAttribute
 * behind it. All lengths are multiples of 4, and nothing is padded. */
struct VerdictMessage {
  nlmsghdr header;
  nfgenmsg family;
  nlattr attribute;
  nfqnl_msg_verdict_hdr verdict;
};
struct MarkAttribute {
  nlattr attribute;
  uint32_t mark;
};
static_assert(sizeof(VerdictMessage) == 32 && sizeof(MarkAttribute) == 8);

/** Bytes of verdict messages for a batch, at most. */
constexpr uint32_t VERDICT_BYTES = (sizeof(VerdictMessage) + sizeof(MarkAttribute)) * BATCH_SLOTS;

class Batch {
public:
  /** `memory` is a whole slab, aligned to 8 bytes, and outlives this. */
  Batch(uint8_t* memory, uint16_t queue, uint8_t defaultVerdict);

  /** Takes the datagram of `length` bytes in `slot`; `truncated`: the kernel had more of it than the slot holds. */
  void take(uint32_t slot, uint32_t length, bool truncated);

  /** Packets shown to the engine since the last encode(). */
  uint32_t size() const { return size_; }

  /** Packets that are owed a verdict: size() and those that the engine is not shown. */
  uint32_t owed() const { return owed_; }

  /** Counts the batch once all of it was taken. */
  void tally();

  /** Writes the verdicts owed as runs of equal ones into `buffer` (VERDICT_BYTES), owes nothing any more; returns the
   * bytes written. */
  uint32_t encode(uint8_t* buffer);

  /** errno with which the kernel said that the queue is not ours any more, or 0. */
  int lost() const { return lost_; }

  /** Tells the engine the time, in seconds since 1970. */
  void setTime(double seconds) { slab_.time = seconds; }

  void count(Counter counter, uint64_t more);
  void gauge(Counter counter, uint64_t value);

private:
  void takePacket(const uint8_t* datagram, uint32_t end, bool truncated);
  void takeError(int error);
  void owe(uint32_t id, uint8_t entry);
  uint64_t verdictOf(uint32_t place) const;
  uint32_t write(uint8_t* at, uint32_t id, uint64_t verdict) const;

  Slab& slab_;
  const uint8_t* const memory_;
  const uint32_t stride_;
  const uint16_t queue_;
  const uint8_t defaultVerdict_;
  /** All of it but the id and the verdict. */
  const VerdictMessage message_;
  uint32_t size_ = 0;
  uint32_t owed_ = 0;
  uint32_t lastId_ = 0;
  int lost_ = 0;
  uint32_t id_[BATCH_SLOTS];
  uint8_t entry_[BATCH_SLOTS];
};

} // namespace ipxxb
