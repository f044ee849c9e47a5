// SPDX-License-Identifier: GPL-2.0-or-later
// See queue.h.

#include "queue.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <linux/netfilter.h>
#include <poll.h>
#include <string>
#include <sys/resource.h>

#include "list.h"
#include "method.h"

namespace ipxxb {
namespace {

/** terminate() and process.exit() wait for the native call to return. */
constexpr int MAX_WAIT_MILLISECONDS = 250;
/** Turns of one exchange() without a packet to show (answers, truncated datagrams, retries) before JavaScript gets to
 * run. */
constexpr int MAX_TURNS = 16;
/** Reading overruns and CPU time takes system calls: once in so many receives, and whenever there is nothing to do. */
constexpr uint32_t RECEIVES_PER_LOOK = 64;
constexpr int RETRY_MILLISECONDS = 1;
/** From the moment that the kernel looks how much to copy of a packet until its message is in the socket: a
 * microsecond, or as long as a virtual processor is held up. */
constexpr int64_t MAKING_NANOSECONDS = 2'000'000;

int64_t monotonicNanoseconds() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

/** Since 1970. */
double wallSeconds() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

uint64_t microseconds(const timeval& time) { return time.tv_sec * uint64_t{1'000'000} + time.tv_usec; }

bool isPassing(int error) { return error == -EAGAIN || error == -ENOBUFS || error == -EINTR || error == -ENOMEM; }

const char* codeOf(Status status) {
  switch (status) {
  case Status::queueInUse:
    return "QUEUE_IN_USE";
  case Status::noPrivilege:
    return "NO_PRIVILEGE";
  case Status::noNfqueue:
    return "NO_NFQUEUE";
  default:
    return "";
  }
}

void throwOpening(Napi::Env env, const Opening& opening) {
  Napi::Error error = Napi::Error::New(env, std::string(opening.step) + ": " + strerror(opening.error));
  error.Set("status", Napi::String::New(env, codeOf(opening.status)));
  error.Set("errno", Napi::Number::New(env, opening.error));
  error.Set("ownerPort", Napi::Number::New(env, opening.ownerPort));
  error.Set("ownerProcess", Napi::Number::New(env, opening.ownerProcess));
  error.ThrowAsJavaScriptException();
}

} // namespace

Napi::Function Queue::define(Napi::Env env) {
  return DefineClass(env, "NativeQueue",
                     {InstanceMethod("copyRange", &Queue::copyRangeFromJs),
                      InstanceMethod("setCopyRange", &Queue::setCopyRangeFromJs),
                      InstanceMethod("close", &Queue::closeFromJs)});
}

Queue::Queue(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Queue>(info) {
  REQUIRE(info.Length() == 8 && info[1].IsTypedArray());
  Napi::Uint8Array slab = info[1].As<Napi::Uint8Array>();
  uint8_t* const memory = slab.Data();
  REQUIRE(slab.TypedArrayType() == napi_uint8_array && reinterpret_cast<uintptr_t>(memory) % alignof(Slab) == 0);
  REQUIRE(slab.ByteLength() > SLOTS_AT);
  const Slab& header = *reinterpret_cast<const Slab*>(memory);
  REQUIRE(header.magic == SLAB_MAGIC && header.format == SLAB_FORMAT && header.slots == BATCH_SLOTS);
  const uint32_t stride = header.stride;
  REQUIRE(stride % 64 == 0 && stride > 0 && (slab.ByteLength() - SLOTS_AT) / BATCH_SLOTS >= stride);

  QueueSettings settings;
  settings.queue = static_cast<uint16_t>(info[0].As<Napi::Number>().Uint32Value());
  wakeFd_ = info[2].As<Napi::Number>().Int32Value();
  settings.copyRange = info[3].As<Napi::Number>().Uint32Value();
  settings.maxLength = info[4].As<Napi::Number>().Uint32Value();
  settings.receiveBuffer = info[5].As<Napi::Number>().Uint32Value();
  settings.failOpen = info[6].As<Napi::Boolean>().Value();
  const uint32_t defaultVerdict = info[7].As<Napi::Number>().Uint32Value();
  REQUIRE(defaultVerdict == NF_DROP || defaultVerdict == NF_ACCEPT);

  socket_.aim(memory + SLOTS_AT, stride);
  const Opening opening = socket_.open(settings);
  if (opening.status != Status::ok) {
    socket_.close();
    throwOpening(info.Env(), opening);
    return;
  }
  maxLength_ = settings.maxLength;
  askedRange_ = copyRange_ = settings.copyRange;
  slab_ = Napi::Persistent(slab);
  batch_.emplace(memory, settings.queue, static_cast<uint8_t>(defaultVerdict));
  batch_->gauge(Counter::receiveBuffer, socket_.receiveBuffer());
  addMethod(info, "exchange", exchangeFromJs, this);
  hooked_ = napi_add_env_cleanup_hook(info.Env(), onCleanup, this) == napi_ok;
}

Queue::~Queue() {
  shut();
  if (hooked_)
    napi_remove_env_cleanup_hook(Env(), onCleanup, this);
}

napi_value Queue::exchangeFromJs(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  void* data = nullptr;
  REQUIRE(napi_get_cb_info(env, info, &count, &argument, nullptr, &data) == napi_ok);
  Queue& queue = *static_cast<Queue*>(data);
  REQUIRE(queue.socket_.isOpen());
  int32_t milliseconds = 0;
  REQUIRE(napi_get_value_int32(env, argument, &milliseconds) == napi_ok);
  napi_value size = nullptr;
  REQUIRE(napi_create_int32(env, queue.exchange(milliseconds), &size) == napi_ok);
  return size;
}

Napi::Value Queue::copyRangeFromJs(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), copyRange_); }

// The buffer is largest while the range may be either: a packet of the larger must not be lost for it.
Napi::Value Queue::setCopyRangeFromJs(const Napi::CallbackInfo& info) {
  REQUIRE(socket_.isOpen());
  const uint32_t copyRange = info[0].As<Napi::Number>().Uint32Value();
  const uint32_t receiveBuffer = info[1].As<Napi::Number>().Uint32Value();
  const bool raises = copyRange > askedRange_;
  if (raises)
    socket_.setReceiveBuffer(receiveBuffer);
  const int error = socket_.setCopyRange(copyRange);
  if (error == 0) {
    if (!raises)
      socket_.setReceiveBuffer(receiveBuffer);
    askedRange_ = copyRange;
    copyRange_ = std::min(copyRange_, copyRange);
    askedAt_ = monotonicNanoseconds();
    stale_ = 2 * maxLength_;
  }
  batch_->gauge(Counter::receiveBuffer, socket_.receiveBuffer());
  return Napi::Number::New(info.Env(), error);
}

Napi::Value Queue::closeFromJs(const Napi::CallbackInfo& info) {
  shut();
  return info.Env().Undefined();
}

/** Settles the last batch and receives the next: its size, 0 for none, or a negative errno where the queue is lost. */
int Queue::exchange(int milliseconds) {
  bool mayWait = milliseconds > 0;
  for (int turn = 0; turn < MAX_TURNS; turn++) {
    const int settled = settle();
    if (isPassing(settled))
      continue;
    if (settled < 0)
      return settled;
    if (mayWait)
      gather();
    const int received = receive();
    if (received < 0)
      return received;
    if (batch_->lost() != 0)
      return -batch_->lost();
    if (batch_->size() > 0)
      return static_cast<int>(batch_->size());
    if (received > 0)
      continue;
    if (!mayWait)
      break;
    mayWait = false;
    const int ready = socket_.wait(std::min(milliseconds, MAX_WAIT_MILLISECONDS), wakeFd_);
    if (ready < 0)
      return ready;
    if (ready & Socket::woken)
      batch_->count(Counter::wakeups, 1);
    if (!(ready & Socket::readable))
      break;
  }
  batch_->setTime(wallSeconds());
  look();
  return 0;
}

/** Sends the verdicts owed: 0 or a negative errno. After a passing error they are kept, and nothing may be received
 * before they have left. */
int Queue::settle() {
  if (verdictBytes_ == 0)
    verdictBytes_ = batch_->encode(verdicts_);
  if (verdictBytes_ == 0)
    return 0;
  const int error = socket_.send(verdicts_, verdictBytes_);
  if (error == 0) {
    verdictBytes_ = 0;
    batch_->count(Counter::verdictSends, 1);
  } else if (isPassing(error)) {
    batch_->count(Counter::sendRetries, 1);
    if (error != -EINTR)
      poll(nullptr, 0, RETRY_MILLISECONDS);
  }
  return error;
}

// What was queued before the copy range changed comes first. None of it is left once the socket has run empty, but not
// at once, since another processor may be making a message just then; or twice as many datagrams have come as packets
// may wait. From the next receive on all are copied as asked.
/** Takes the datagrams that are there: their number, or a negative errno. */
int Queue::receive() {
  if (stale_ == 0)
    copyRange_ = askedRange_;
  const int received = socket_.receive();
  batch_->setTime(wallSeconds());
  if (stale_ != 0) {
    const uint32_t count = static_cast<uint32_t>(std::max(received, 0));
    const bool made = monotonicNanoseconds() - askedAt_ > MAKING_NANOSECONDS;
    stale_ = made && count < BATCH_SLOTS ? 0 : stale_ - std::min(stale_, count);
  }
  for (int slot = 0; slot < received; slot++) {
    batch_->take(static_cast<uint32_t>(slot), socket_.lengthOf(slot), socket_.truncatedOf(slot));
  }
  if (received > 0)
    batch_->tally();
  pace_.received(received, monotonicNanoseconds());
  if (++receivesSinceLook_ >= RECEIVES_PER_LOOK)
    look();
  return received;
}

void Queue::gather() {
  const timespec pause = {0, pace_.pause()};
  if (pause.tv_nsec == 0)
    return;
  nanosleep(&pause, nullptr);
  pace_.paused();
}

/** What only the kernel counts. */
void Queue::look() {
  receivesSinceLook_ = 0;
  batch_->count(Counter::overruns, socket_.newOverruns());
  countTime();
}

// Of the thread that runs this, from its beginning on: a replacement goes on counting where the dead one stopped.
void Queue::countTime() {
  rusage usage;
  if (getrusage(RUSAGE_THREAD, &usage) != 0)
    return;
  const uint64_t user = microseconds(usage.ru_utime);
  const uint64_t system = microseconds(usage.ru_stime);
  batch_->count(Counter::userMicroseconds, user - userTime_);
  batch_->count(Counter::systemMicroseconds, system - systemTime_);
  userTime_ = user;
  systemTime_ = system;
}

// The last batch goes out as the engine left it. What still comes gets the default verdict, since take() writes that
// into the columns and nobody changes it. Bounded in turns: under traffic that steering still sends here, packets keep
// coming. Unbinding drops what is left.
void Queue::shut() {
  if (!socket_.isOpen())
    return;
  for (uint32_t turns = maxLength_ / BATCH_SLOTS + MAX_TURNS; turns > 0; turns--) {
    const int settled = settle();
    if (isPassing(settled))
      continue;
    if (settled < 0 || receive() <= 0)
      break;
  }
  settle();
  look();
  // The kernel forgets them with the socket. Counted once it has: nobody sees them twice.
  const Listed last = listed(socket_.queue());
  socket_.close();
  batch_->count(Counter::droppedFull, last.droppedFull);
  batch_->count(Counter::droppedUser, last.droppedUser);
}

void Queue::onCleanup(void* queue) {
  Queue* const self = static_cast<Queue*>(queue);
  self->hooked_ = false;
  self->shut();
}

} // namespace ipxxb
