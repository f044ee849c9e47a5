// SPDX-License-Identifier: GPL-2.0-or-later
// A bound queue as JavaScript sees it: exchange(), the copy range, close(). Joins socket and batch; with addon.cc the
// only code that knows napi.h. The environment that opened it owns it: a worker that is terminated runs no JavaScript,
// so a cleanup hook closes the queue then.

#pragma once

#include <napi.h>
#include <optional>

#include "batch.h"
#include "netlink.h"
#include "pace.h"

namespace ipxxb {

class Queue : public Napi::ObjectWrap<Queue> {
public:
  static Napi::Function define(Napi::Env env);

  /** (queue, slab, wakeFd, copyRange, maxLength, receiveBuffer, failOpen, defaultVerdict); nfqueue.ts has checked them.
   */
  explicit Queue(const Napi::CallbackInfo& info);
  ~Queue() override;

private:
  static napi_value exchangeFromJs(napi_env env, napi_callback_info info);
  Napi::Value copyRangeFromJs(const Napi::CallbackInfo& info);
  Napi::Value setCopyRangeFromJs(const Napi::CallbackInfo& info);
  Napi::Value closeFromJs(const Napi::CallbackInfo& info);

  int exchange(int milliseconds);
  int settle();
  int receive();
  void gather();
  void look();
  void countTime();
  void shut();
  static void onCleanup(void* queue);

  Socket socket_;
  std::optional<Batch> batch_;
  /** Keeps the slab's memory alive. */
  Napi::Reference<Napi::Uint8Array> slab_;
  int wakeFd_ = -1;
  uint32_t maxLength_ = 0;
  /** As the kernel has it, and what is sure of the batch in hand. */
  uint32_t askedRange_ = 0;
  uint32_t copyRange_ = 0;
  /** Datagrams to come in which an earlier copy range may show, at most. */
  uint32_t stale_ = 0;
  /** When the copy range was changed, in monotonic nanoseconds. */
  int64_t askedAt_ = 0;
  uint32_t receivesSinceLook_ = 0;
  /** CPU time of this thread at the last look, in microseconds. */
  uint64_t userTime_ = 0;
  uint64_t systemTime_ = 0;
  bool hooked_ = false;
  Pace pace_;
  /** Verdicts on their way: they stay here until the kernel has taken them. */
  uint32_t verdictBytes_ = 0;
  alignas(8) uint8_t verdicts_[VERDICT_BYTES];
};

} // namespace ipxxb
