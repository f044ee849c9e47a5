// SPDX-License-Identifier: GPL-2.0-or-later
// The netlink socket of one queue: opening and binding it, receiving datagrams into slots, sending verdicts, waiting.
// Knows the kernel, and of the slab only where its slots are. Failures are returned as negative errno values; nothing
// throws.

#pragma once

#include <cstdint>
#include <poll.h>
#include <sys/socket.h>

#include "layout.h"
#include "status.h"

struct mnl_socket;
struct nlmsghdr;

namespace ipxxb {

struct QueueSettings {
  uint16_t queue;
  /** Bytes of each packet that the kernel copies. */
  uint32_t copyRange;
  /** Packets that may wait in the kernel for a verdict. */
  uint32_t maxLength;
  /** Bytes of receive buffer to ask for; the kernel grants and counts twice that. */
  uint32_t receiveBuffer;
  /** A full queue lets packets pass (true) or drops them. */
  bool failOpen;
};

class Socket {
public:
  Socket() = default;
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /** Opens the socket and binds the queue; packets may arrive from then on. */
  Opening open(const QueueSettings& settings);

  /** Where receive() puts its datagrams: BATCH_SLOTS slots of `stride` bytes. */
  void aim(uint8_t* slots, uint32_t stride);

  /** Receives what is there, without waiting: the number of datagrams, 0 for none, or a negative errno where the socket
   * is gone. */
  int receive();
  uint32_t lengthOf(int datagram) const { return messages_[datagram].msg_len; }
  bool truncatedOf(int datagram) const { return (messages_[datagram].msg_hdr.msg_flags & MSG_TRUNC) != 0; }

  /** Sends messages in one piece: 0, or a negative errno. */
  int send(const uint8_t* buffer, uint32_t bytes);

  enum Wait { timedOut = 0, readable = 1, woken = 2 };
  /** Waits for a datagram or for `wakeFd`: Wait bits, or a negative errno. A wake-up is consumed. */
  int wait(int milliseconds, int wakeFd);

  /** Asks for another copy range of the bound queue: 0, or a negative errno where the request did not leave. The kernel
   * has done it when this returns; packets that wait here keep what was copied of them. */
  int setCopyRange(uint32_t copyRange);

  /** Asks for another receive buffer; receiveBuffer() says what came of it. */
  void setReceiveBuffer(uint32_t bytes);

  /** Datagrams that found the receive buffer full, since the last call. */
  uint32_t newOverruns();

  /** Bytes of receive buffer granted. */
  uint32_t receiveBuffer() const { return receiveBuffer_; }

  /** Unbinds the queue and closes the socket. */
  void close();
  bool isOpen() const { return socket_ != nullptr; }
  uint16_t queue() const { return queue_; }

private:
  int prepare(uint32_t receiveBuffer);
  int askForBuffer(uint32_t bytes);
  int bindQueue(const QueueSettings& settings);
  bool mayConfigure();
  int request(nlmsghdr* message);

  mnl_socket* socket_ = nullptr;
  int fd_ = -1;
  uint16_t queue_ = 0;
  bool bound_ = false;
  uint32_t receiveBuffer_ = 0;
  uint32_t overruns_ = 0;
  iovec vectors_[BATCH_SLOTS];
  mmsghdr messages_[BATCH_SLOTS];
};

} // namespace ipxxb
