// SPDX-License-Identifier: GPL-2.0-or-later
// The job that both reference consumers do for each packet: all that the appliance's engine does, by engine/decide.h on
// the very image that the appliance compiles from the policy (bench/consumers.ts writes it to a file). What is in force
// is judged once, at the start.

#ifndef IPXXB_BENCH_JOB_H
#define IPXXB_BENCH_JOB_H

#include <arpa/inet.h>
#include <time.h>

#include "engine/decide.h"
#include "engine/load.h"

static struct engine engine;

static struct { uint64_t packets, accepted, dropped, batches; } done;

/** What the kernel tells of a packet. */
struct message {
  uint32_t id;
  const uint8_t* payload;
  /** Bytes at hand, and on the wire. */
  uint32_t copied, length;
  uint32_t in, out;
};

static void open_job(const char* path) { engine = open_engine(load(path), (uint32_t)time(NULL)); }

/** NF_ACCEPT or NF_DROP. */
static inline uint32_t judge(const struct message* message) {
  const uint32_t word = decide(&engine, message->payload, message->copied, message->length, message->in, message->out);
  const uint32_t verdict = (word & 3) == VERDICT_ACCEPT ? NF_ACCEPT : NF_DROP;
  done.packets++;
  done.accepted += verdict;
  return verdict;
}

#endif
