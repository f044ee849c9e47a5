// SPDX-License-Identifier: GPL-2.0-or-later
// How opening a queue ended. The first four names are codes of src/errors.ts; queue.cc hands them to JavaScript as
// text.

#pragma once

#include <cstdint>

namespace ipxxb {

enum class Status {
  ok,
  /** Another socket has the queue. */
  queueInUse,
  /** The process may not configure netfilter in this network namespace. */
  noPrivilege,
  /** The kernel knows no NFQUEUE, or one too old for the flags that we need. */
  noNfqueue,
  /** Anything else: `error` says what. */
  failed,
};

struct Opening {
  Status status = Status::ok;
  /** errno of the step that failed. */
  int error = 0;
  /** The step that failed, for the message. */
  const char* step = "";
  /** queueInUse: netlink port id of the owner, 0 where the kernel does not let us see it. */
  uint32_t ownerPort = 0;
  /** queueInUse: process id of the owner, 0 where it cannot be told. */
  int ownerProcess = 0;
};

} // namespace ipxxb
