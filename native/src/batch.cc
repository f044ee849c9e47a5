// SPDX-License-Identifier: GPL-2.0-or-later
// See batch.h. Attributes are walked here and not by libmnl: a call per attribute and packet shows in the bench, and
// each bound is next to the read that it guards.

#include "batch.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <linux/netfilter.h>
#include <sys/socket.h>

namespace ipxxb {
namespace {

constexpr uint32_t PACKET_MESSAGE = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET;
constexpr uint16_t VERDICT_MESSAGE = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT_BATCH;
constexpr uint32_t HEADER_BYTES = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(nfgenmsg));
/** Place in `entry_` of a packet that the engine is not shown. */
constexpr uint8_t HIDDEN = 0xff;
static_assert(BATCH_SLOTS < HIDDEN);

template <typename T> T load(const uint8_t* at) {
  T value;
  memcpy(&value, at, sizeof value);
  return value;
}

uint32_t loadWord(const uint8_t* at) { return ntohl(load<uint32_t>(at)); }

/** What one packet message says. */
struct Packet {
  bool hasId = false;
  bool whole = true;
  uint32_t id = 0;
  uint32_t payload = 0;
  uint32_t copied = 0;
  uint32_t length = 0;
  uint32_t in = 0;
  uint32_t out = 0;
  uint32_t mark = 0;
  uint32_t meta = 0;
  uint32_t skbInfo = 0;
};

/** Reads the attributes between `at` and `end`; `whole` is false from the first that does not fit. */
Packet read(const uint8_t* datagram, uint32_t at, uint32_t end) {
  Packet packet;
  while (at + NLA_HDRLEN <= end) {
    const uint32_t bytes = load<uint16_t>(datagram + at);
    const uint32_t type = load<uint16_t>(datagram + at + 2) & NLA_TYPE_MASK;
    if (bytes < NLA_HDRLEN || bytes > end - at) {
      packet.whole = false;
      return packet;
    }
    const uint8_t* const value = datagram + at + NLA_HDRLEN;
    const uint32_t room = bytes - NLA_HDRLEN;
    if (type == NFQA_PAYLOAD) {
      packet.payload = at + NLA_HDRLEN;
      packet.copied = room;
    } else if (type == NFQA_PACKET_HDR && room >= sizeof(nfqnl_msg_packet_hdr)) {
      packet.hasId = true;
      packet.id = loadWord(value);
      packet.meta = static_cast<uint32_t>(ntohs(load<uint16_t>(value + 4))) << 16 | value[6];
    } else if (room >= 4) {
      switch (type) {
      case NFQA_MARK:
        packet.mark = loadWord(value);
        break;
      case NFQA_IFINDEX_INDEV:
        packet.in = loadWord(value);
        break;
      case NFQA_IFINDEX_OUTDEV:
        packet.out = loadWord(value);
        break;
      case NFQA_CAP_LEN:
        packet.length = loadWord(value);
        break;
      case NFQA_SKB_INFO:
        packet.skbInfo = loadWord(value);
        break;
      }
    }
    at += NLA_ALIGN(bytes);
  }
  return packet;
}

} // namespace

Batch::Batch(uint8_t* memory, uint16_t queue, uint8_t defaultVerdict)
    : slab_(*reinterpret_cast<Slab*>(memory)), memory_(memory), stride_(slab_.stride), queue_(queue),
      defaultVerdict_(defaultVerdict), message_{{sizeof(VerdictMessage), VERDICT_MESSAGE, NLM_F_REQUEST, 0, 0},
                                                {AF_UNSPEC, NFNETLINK_V0, htons(queue)},
                                                {NLA_HDRLEN + sizeof(nfqnl_msg_verdict_hdr), NFQA_VERDICT_HDR},
                                                {}} {}

void Batch::take(uint32_t slot, uint32_t length, bool truncated) {
  const uint8_t* const datagram = memory_ + SLOTS_AT + slot * stride_;
  if (length < NLMSG_HDRLEN)
    return count(Counter::foreign, 1);
  const nlmsghdr header = load<nlmsghdr>(datagram);
  const bool claimsMore = header.nlmsg_len > length;
  if (header.nlmsg_len < NLMSG_HDRLEN || (claimsMore && !truncated))
    return count(Counter::foreign, 1);
  // One packet is one datagram: the kernel joins none. Should it ever, the ids behind the first message show as idGaps.
  const uint32_t end = claimsMore ? length : header.nlmsg_len;
  if (header.nlmsg_type == NLMSG_ERROR && end >= NLMSG_HDRLEN + sizeof(int)) {
    return takeError(-load<int>(datagram + NLMSG_HDRLEN));
  }
  if (header.nlmsg_type != PACKET_MESSAGE || end < HEADER_BYTES)
    return count(Counter::foreign, 1);
  if (ntohs(load<nfgenmsg>(datagram + NLMSG_HDRLEN).res_id) != queue_)
    return count(Counter::foreign, 1);
  takePacket(datagram, end, claimsMore);
}

void Batch::takePacket(const uint8_t* datagram, uint32_t end, bool truncated) {
  const Packet packet = read(datagram, HEADER_BYTES, end);
  if (!packet.hasId)
    return count(Counter::foreign, 1);
  if (truncated || !packet.whole) {
    count(Counter::truncated, 1);
    return owe(packet.id, HIDDEN);
  }
  const uint32_t entry = size_++;
  slab_.id[entry] = packet.id;
  slab_.at[entry] = static_cast<uint32_t>(datagram - memory_) + packet.payload;
  slab_.copied[entry] = packet.copied;
  slab_.length[entry] = packet.length > packet.copied ? packet.length : packet.copied;
  slab_.inInterface[entry] = packet.in;
  slab_.outInterface[entry] = packet.out;
  slab_.mark[entry] = packet.mark;
  slab_.meta[entry] = packet.meta;
  slab_.skbInfo[entry] = packet.skbInfo;
  slab_.decision[entry] = 0;
  slab_.verdict[entry] = defaultVerdict_;
  slab_.setMark[entry] = 0;
  owe(packet.id, static_cast<uint8_t>(entry));
}

// The kernel answers only the verdicts that failed. It says ENODEV or EPERM of the queue, not of the packet: nothing
// will come any more, and a worker that waited on would keep a dead queue silent.
void Batch::takeError(int error) {
  switch (error) {
  case 0:
    return;
  case ENOENT:
    return count(Counter::verdictErrorEnoent, 1);
  case ENODEV:
    lost_ = error;
    return count(Counter::verdictErrorEnodev, 1);
  case EPERM:
    lost_ = error;
    return count(Counter::verdictErrorEperm, 1);
  default:
    return count(Counter::verdictErrorOther, 1);
  }
}

void Batch::owe(uint32_t id, uint8_t entry) {
  // Ids wrap, and a new queue starts at 1: a signed difference tells a gap in both cases.
  const int32_t step = static_cast<int32_t>(id - lastId_);
  if (step > 1)
    count(Counter::idGaps, static_cast<uint64_t>(step) - 1);
  lastId_ = id;
  id_[owed_] = id;
  entry_[owed_] = entry;
  owed_++;
}

void Batch::tally() {
  count(Counter::packets, owed_);
  if (size_ == 0)
    return;
  count(Counter::batches, 1);
  const uint32_t power = 31 - static_cast<uint32_t>(__builtin_clz(size_));
  count(static_cast<Counter>(static_cast<uint32_t>(Counter::batchSize1) + power), 1);
}

/** Verdict in bits 0-7, "set the mark" in bit 8, the mark in the high half: equal values make a run. */
uint64_t Batch::verdictOf(uint32_t place) const {
  const uint32_t entry = entry_[place];
  if (entry == HIDDEN)
    return defaultVerdict_;
  // Any other number would make the kernel keep, steal or requeue the packet; nobody decides that with a stray byte.
  const uint8_t verdict = slab_.verdict[entry] <= NF_ACCEPT ? slab_.verdict[entry] : defaultVerdict_;
  if (slab_.setMark[entry] == 0)
    return verdict;
  return static_cast<uint64_t>(slab_.newMark[entry]) << 32 | 0x100u | verdict;
}

/** Not by libmnl: half a dozen calls a message show where verdicts alternate, and where a lone packet finds cold
 * caches. */
uint32_t Batch::write(uint8_t* at, uint32_t id, uint64_t verdict) const {
  VerdictMessage message = message_;
  message.verdict = {htonl(static_cast<uint32_t>(verdict & 0xff)), htonl(id)};
  if ((verdict & 0x100u) == 0) {
    memcpy(at, &message, sizeof message);
    return sizeof message;
  }
  const MarkAttribute mark = {{sizeof(MarkAttribute), NFQA_MARK}, htonl(static_cast<uint32_t>(verdict >> 32))};
  message.header.nlmsg_len += sizeof mark;
  memcpy(at, &message, sizeof message);
  memcpy(at + sizeof message, &mark, sizeof mark);
  return sizeof message + sizeof mark;
}

uint32_t Batch::encode(uint8_t* buffer) {
  uint32_t bytes = 0;
  uint32_t messages = 0;
  for (uint32_t place = 0; place < owed_; place++) {
    const uint64_t verdict = verdictOf(place);
    while (place + 1 < owed_ && verdictOf(place + 1) == verdict)
      place++;
    bytes += write(buffer + bytes, id_[place], verdict);
    messages++;
  }
  count(Counter::verdictMessages, messages);
  size_ = 0;
  owed_ = 0;
  return bytes;
}

// A relaxed store of an aligned word: one writer, and readers who only need each number untorn.
void Batch::count(Counter counter, uint64_t more) {
  uint64_t* const at = &slab_.counters[static_cast<uint32_t>(counter)];
  gauge(counter, *at + more);
}

void Batch::gauge(Counter counter, uint64_t value) {
  __atomic_store_n(&slab_.counters[static_cast<uint32_t>(counter)], value, __ATOMIC_RELAXED);
}

} // namespace ipxxb
