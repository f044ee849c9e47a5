// SPDX-License-Identifier: GPL-2.0-or-later
// The loop that libnetfilter_queue's documentation teaches and most programs use: receive one message, hand it to the
// library, decide in its callback, send one verdict. Socket settings and job are those of packed.c; only the way
// packets and verdicts travel differs.

#define _GNU_SOURCE
// First, because the kernel's headers give way to libc's but not the other way round.
#include "consumer.h"
#include "demand.h"

#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>

static int on_packet(struct nfq_q_handle* queue, struct nfgenmsg* message, struct nfq_data* packet, void* context) {
  (void)message;
  (void)context;
  struct nfqnl_msg_packet_hdr* header = nfq_get_msg_packet_hdr(packet);
  if (!header)
    return 0;
  unsigned char* payload;
  const int copied = nfq_get_payload(packet, &payload);
  struct message told = {.payload = payload,
                         .copied = copied > 0 ? (uint32_t)copied : 0,
                         .in = nfq_get_indev(packet),
                         .out = nfq_get_outdev(packet)};
  told.length = told.copied;
  // The library's loop has no call for the length on the wire; no packet of the bench is longer than what is copied.
  const uint32_t verdict = judge(&told);
  return nfq_set_verdict(queue, ntohl(header->packet_id), verdict, 0, NULL);
}

int main(int argc, char** argv) {
  struct arguments arguments = read_arguments(argc, argv);
  open_job(arguments.image);
  struct nfq_handle* handle = nfq_open();
  demand(handle != NULL, "nfq_open");
  int fd = nfq_fd(handle);
  set_no_enobufs(fd);
  set_receive_buffer(fd, arguments.receive_buffer);
  struct nfq_q_handle* queue = nfq_create_queue(handle, (uint16_t)arguments.queue, on_packet, NULL);
  demand(queue != NULL, "nfq_create_queue");
  demand(nfq_set_mode(queue, NFQNL_COPY_PACKET, arguments.copy_range) >= 0, "nfq_set_mode");
  demand(nfq_set_queue_maxlen(queue, arguments.maxlen) >= 0, "nfq_set_queue_maxlen");
  demand(nfq_set_queue_flags(queue, NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO,
                             arguments.fail_open ? NFQA_CFG_F_FAIL_OPEN : 0) >= 0,
         "nfq_set_queue_flags");
  say_ready(fd);

  static char buffer[4096] __attribute__((aligned(64)));
  while (!stopping) {
    ssize_t bytes = recv(fd, buffer, sizeof buffer, 0);
    if (bytes > 0)
      nfq_handle_packet(handle, buffer, (int)bytes);
  }
  done.batches = done.packets;
  done.dropped = done.packets - done.accepted;
  say_done();
  nfq_destroy_queue(queue);
  nfq_close(handle);
  return 0;
}
