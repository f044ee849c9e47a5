// SPDX-License-Identifier: GPL-2.0-or-later
// The fastest consumer we can write in C for one queue and one thread: recvmmsg takes up to 64 messages in one system
// call (and waits only for the first), runs of equal verdicts become one VERDICT_BATCH message each, and all of a batch
// leave in one send. The bench holds the appliance against this program.

#define _GNU_SOURCE
// First, because the kernel's headers give way to libc's but not the other way round.
#include "consumer.h"

#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <time.h>

#define BATCH 64
#define VERDICT_BYTES (NLMSG_HDRLEN + sizeof(struct nfgenmsg) + NLA_HDRLEN + sizeof(struct nfqnl_msg_verdict_hdr))

struct verdict_message {
  struct nlmsghdr header;
  struct nfgenmsg family;
  struct nlattr attribute;
  struct nfqnl_msg_verdict_hdr verdict;
};
_Static_assert(sizeof(struct verdict_message) == VERDICT_BYTES, "a verdict message has no padding");

static struct verdict_message out[BATCH];
static struct iovec pieces[BATCH];
static struct mmsghdr messages[BATCH];

static void command(struct mnl_socket* socket, struct nlmsghdr* header) {
  char answer[4096];
  header->nlmsg_flags |= NLM_F_ACK;
  if (mnl_socket_sendto(socket, header, header->nlmsg_len) < 0) {
    perror("send");
    exit(1);
  }
  ssize_t bytes = mnl_socket_recvfrom(socket, answer, sizeof answer);
  if (bytes < 0 ||
      mnl_cb_run(answer, (size_t)bytes, header->nlmsg_seq, mnl_socket_get_portid(socket), NULL, NULL) < 0) {
    perror("bind");
    exit(1);
  }
}

static struct mnl_socket* open_queue(const struct arguments* arguments) {
  struct mnl_socket* socket = mnl_socket_open(NETLINK_NETFILTER);
  if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
    perror("netlink");
    exit(1);
  }
  set_no_enobufs(mnl_socket_get_fd(socket));
  set_receive_buffer(mnl_socket_get_fd(socket), arguments->receive_buffer);
  char buffer[4096];
  struct nlmsghdr* header = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, arguments->queue);
  nfq_nlmsg_cfg_put_cmd(header, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
  nfq_nlmsg_cfg_put_params(header, NFQNL_COPY_PACKET, (int)arguments->copy_range);
  nfq_nlmsg_cfg_put_qmaxlen(header, arguments->maxlen);
  mnl_attr_put_u32(header, NFQA_CFG_FLAGS, htonl(arguments->fail_open ? NFQA_CFG_F_FAIL_OPEN : 0));
  mnl_attr_put_u32(header, NFQA_CFG_MASK, htonl(NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO));
  command(socket, header);
  return socket;
}

static inline uint32_t word_of(const uint8_t* attribute) {
  uint32_t value;
  memcpy(&value, attribute + NLA_HDRLEN, sizeof value);
  return ntohl(value);
}

// Reads what one message tells of its packet. 0 where it is no packet.
static int read_message(const uint8_t* at, uint32_t bytes, struct message* message) {
  const struct nlmsghdr* header = (const struct nlmsghdr*)at;
  if (bytes < NLMSG_HDRLEN + sizeof(struct nfgenmsg))
    return 0;
  if (header->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
    return 0;
  uint32_t end = header->nlmsg_len < bytes ? header->nlmsg_len : bytes;
  uint32_t offset = NLMSG_HDRLEN + sizeof(struct nfgenmsg), wire = 0;
  int found = 0;
  *message = (struct message){.payload = at};
  while (offset + NLA_HDRLEN <= end) {
    const struct nlattr* attribute = (const struct nlattr*)(at + offset);
    uint32_t type = attribute->nla_type & NLA_TYPE_MASK, length = attribute->nla_len;
    if (length < NLA_HDRLEN || offset + length > end)
      break;
    switch (type) {
    case NFQA_PACKET_HDR:
      message->id = word_of(at + offset);
      found = 1;
      break;
    case NFQA_IFINDEX_INDEV:
      message->in = word_of(at + offset);
      break;
    case NFQA_IFINDEX_OUTDEV:
      message->out = word_of(at + offset);
      break;
    case NFQA_CAP_LEN:
      wire = word_of(at + offset);
      break;
    case NFQA_PAYLOAD:
      message->payload = at + offset + NLA_HDRLEN;
      message->copied = length - NLA_HDRLEN;
      break;
    }
    offset += NLA_ALIGN(length);
  }
  message->length = wire > message->copied ? wire : message->copied;
  return found;
}

// Sleeps before the next receive where a sleep before this one joined packets, or would have joined it with the one
// before.
static void gather(unsigned microseconds, int received) {
  static uint64_t last;
  static int gathered;
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  uint64_t now = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
  int joins = gathered ? received > 1 : now - last < microseconds * 1000u;
  last = now;
  gathered = joins && received < BATCH;
  if (!gathered)
    return;
  time = (struct timespec){0, (long)microseconds * 1000};
  nanosleep(&time, NULL);
}

static inline void close_run(unsigned index, uint32_t id, uint32_t verdict) {
  out[index].verdict.id = htonl(id);
  out[index].verdict.verdict = htonl(verdict);
}

int main(int argc, char** argv) {
  struct arguments arguments = read_arguments(argc, argv);
  open_job(arguments.image);
  struct mnl_socket* socket = open_queue(&arguments);
  int fd = mnl_socket_get_fd(socket);

  // 256 bytes hold every attribute that comes without F_CONNTRACK, F_UID_GID and F_SECCTX.
  size_t stride = (arguments.copy_range + 256 + 63) & ~(size_t)63;
  uint8_t* slots = aligned_alloc(64, BATCH * stride);
  if (!slots)
    abort();
  for (unsigned i = 0; i < BATCH; i++) {
    pieces[i] = (struct iovec){slots + i * stride, stride};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
    out[i].header = (struct nlmsghdr){.nlmsg_len = VERDICT_BYTES,
                                      .nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT_BATCH,
                                      .nlmsg_flags = NLM_F_REQUEST};
    out[i].family = (struct nfgenmsg){
        .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons((uint16_t)arguments.queue)};
    out[i].attribute = (struct nlattr){NLA_HDRLEN + sizeof(struct nfqnl_msg_verdict_hdr), NFQA_VERDICT_HDR};
  }
  say_ready(fd);

  while (!stopping) {
    int received = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    if (received <= 0)
      continue;
    unsigned runs = 0;
    uint32_t last = 0, verdict = 0, open = 0;
    for (int i = 0; i < received; i++) {
      struct message message;
      if (!read_message(slots + (size_t)i * stride, messages[i].msg_len, &message))
        continue;
      uint32_t now = judge(&message);
      if (open && now != verdict)
        close_run(runs++, last, verdict);
      open = 1;
      verdict = now;
      last = message.id;
    }
    if (!open)
      continue;
    close_run(runs++, last, verdict);
    done.batches++;
    // A verdict must not be lost: the kernel would hold the packet until the queue is full.
    while (send(fd, out, runs * VERDICT_BYTES, 0) < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR))
      continue;
    if (arguments.gather > 0)
      gather(arguments.gather, received);
  }
  done.dropped = done.packets - done.accepted;
  say_done();
  return 0;
}
