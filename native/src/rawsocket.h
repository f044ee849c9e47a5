// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of our own, sent out of an interface that the caller names: whole IPv4 and IPv6 packets, and ICMPv6 messages,
// which the kernel completes. Sends only; never waits.
//
// JavaScript's thread of the environment that opened it uses it, and no other. A worker that is terminated runs no
// JavaScript, but the environment's end destroys the object, and with it the sockets.

#pragma once

#include <cstdint>
#include <napi.h>

namespace ipxxb {

class RawSocket : public Napi::ObjectWrap<RawSocket> {
public:
  static Napi::Function define(Napi::Env env);

  /** (mark). Throws an error with `errno` where the sockets cannot be opened. */
  explicit RawSocket(const Napi::CallbackInfo& info);
  ~RawSocket() override { shut(); }

private:
  static napi_value sendFromJs(napi_env env, napi_callback_info info);
  Napi::Value closeFromJs(const Napi::CallbackInfo& info);

  int open(uint32_t mark);
  int send(const uint8_t* packet, uint32_t length, uint32_t interface);
  int sendIpv4(const uint8_t* packet, uint32_t length, uint32_t interface);
  int sendIpv6(const uint8_t* packet, uint32_t length, uint32_t interface);
  void shut();

  int ipv4_ = -1;
  /** Negative where the kernel has no IPv6: then no packet asks for it. */
  int ipv6_ = -1;
  int icmpv6_ = -1;
};

} // namespace ipxxb
