// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's side for batch.cc: datagrams as the kernel writes them, and a model of its queue that says what verdict
// messages do to each id.

#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <cstdint>
#include <cstdio>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <map>
#include <vector>

using Bytes = std::vector<uint8_t>;

inline int failures = 0;

inline void check(bool good, const char* what, int line) {
  if (good)
    return;
  failures++;
  printf("  line %d: %s\n", line, what);
}
#define CHECK(condition) check(condition, #condition, __LINE__)

constexpr uint16_t QUEUE = 7;

struct Wish {
  uint32_t id = 1;
  uint32_t payload = 60;
  uint32_t capLength = 0;
  uint32_t mark = 0;
  uint32_t in = 0;
  uint32_t out = 0;
  uint32_t skbInfo = 0;
  uint16_t queue = QUEUE;
};

/** A packet message as the kernel writes it: payload last. */
inline Bytes packet(const Wish& wish) {
  Bytes bytes(4096);
  nlmsghdr* const message = nfq_nlmsg_put(reinterpret_cast<char*>(bytes.data()), NFQNL_MSG_PACKET, wish.queue);
  nfqnl_msg_packet_hdr header = {};
  header.packet_id = htonl(wish.id);
  header.hw_protocol = htons(0x86dd);
  header.hook = NF_INET_FORWARD;
  mnl_attr_put(message, NFQA_PACKET_HDR, sizeof header, &header);
  if (wish.in != 0)
    mnl_attr_put_u32(message, NFQA_IFINDEX_INDEV, htonl(wish.in));
  if (wish.out != 0)
    mnl_attr_put_u32(message, NFQA_IFINDEX_OUTDEV, htonl(wish.out));
  if (wish.mark != 0)
    mnl_attr_put_u32(message, NFQA_MARK, htonl(wish.mark));
  const uint8_t hardware[12] = {0, 6};
  mnl_attr_put(message, NFQA_HWADDR, sizeof hardware, hardware);
  if (wish.skbInfo != 0)
    mnl_attr_put_u32(message, NFQA_SKB_INFO, htonl(wish.skbInfo));
  if (wish.capLength != 0)
    mnl_attr_put_u32(message, NFQA_CAP_LEN, htonl(wish.capLength));
  Bytes payload(wish.payload);
  for (size_t index = 0; index < payload.size(); index++)
    payload[index] = static_cast<uint8_t>(index);
  mnl_attr_put(message, NFQA_PAYLOAD, payload.size(), payload.data());
  bytes.resize(message->nlmsg_len);
  return bytes;
}

inline Bytes plain(uint32_t id) {
  Wish wish;
  wish.id = id;
  return packet(wish);
}

inline Bytes answer(int error) {
  Bytes bytes(256);
  nlmsghdr* const message = mnl_nlmsg_put_header(bytes.data());
  message->nlmsg_type = NLMSG_ERROR;
  nlmsgerr* const body = static_cast<nlmsgerr*>(mnl_nlmsg_put_extra_header(message, sizeof(nlmsgerr)));
  body->error = -error;
  bytes.resize(message->nlmsg_len);
  return bytes;
}

struct Verdict {
  uint32_t verdict = 99;
  bool setMark = false;
  uint32_t mark = 0;
  bool operator==(const Verdict& other) const {
    return verdict == other.verdict && setMark == other.setMark && mark == other.mark;
  }
};

/** What the kernel would do with these messages while the ids wait, in this order: a batch verdict takes all up to its
 * id. */
inline std::map<uint32_t, Verdict> judge(std::vector<uint32_t> waiting, const Bytes& messages,
                                         uint32_t* count = nullptr) {
  std::map<uint32_t, Verdict> outcome;
  size_t at = 0;
  while (at < messages.size()) {
    const nlmsghdr* const message = reinterpret_cast<const nlmsghdr*>(messages.data() + at);
    CHECK(message->nlmsg_type == (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT_BATCH));
    CHECK(message->nlmsg_flags == NLM_F_REQUEST);
    nlattr* attributes[NFQA_MAX + 1] = {};
    CHECK(nfq_nlmsg_parse(message, attributes) == MNL_CB_OK);
    CHECK(attributes[NFQA_VERDICT_HDR] != nullptr && attributes[NFQA_VERDICT_HDR]->nla_len == 12);
    const auto* const header =
        static_cast<const nfqnl_msg_verdict_hdr*>(mnl_attr_get_payload(attributes[NFQA_VERDICT_HDR]));
    Verdict verdict;
    verdict.verdict = ntohl(header->verdict);
    if (attributes[NFQA_MARK] != nullptr) {
      verdict.setMark = true;
      verdict.mark = ntohl(mnl_attr_get_u32(attributes[NFQA_MARK]));
    }
    while (!waiting.empty() && static_cast<int32_t>(waiting.front() - ntohl(header->id)) <= 0) {
      outcome[waiting.front()] = verdict;
      waiting.erase(waiting.begin());
    }
    at += NLMSG_ALIGN(message->nlmsg_len);
    if (count != nullptr)
      ++*count;
  }
  CHECK(waiting.empty());
  return outcome;
}
