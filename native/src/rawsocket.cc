// SPDX-License-Identifier: GPL-2.0-or-later
// See rawsocket.h.

#include "rawsocket.h"

#include <cerrno>
#include <cstring>
#include <linux/filter.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "method.h"

namespace ipxxb {
namespace {

constexpr uint32_t IPV4_DESTINATION = 16;
constexpr uint32_t IPV4_HEADER_BYTES = 20;
constexpr uint32_t IPV6_NEXT_HEADER = 6;
constexpr uint32_t IPV6_DESTINATION = 24;
constexpr uint32_t IPV6_HEADER_BYTES = 40;
constexpr int HOP_LIMIT = 64;
/** Bytes of unsent packets, which the kernel doubles: 150 packets. */
constexpr int SEND_BUFFER = 1 << 16;

bool set(int fd, int level, int name, int value) { return setsockopt(fd, level, name, &value, sizeof value) == 0; }

// A raw socket is handed a copy of every packet of its protocol that comes in, even of protocol 255, which is nobody's:
// a stranger could fill its buffer. This filter lets none through, and no copy is made.
bool receivesNothing(int fd) {
  sock_filter none = {BPF_RET | BPF_K, 0, 0, 0};
  const sock_fprog program = {1, &none};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 &&
         set(fd, SOL_SOCKET, SO_RCVBUF, 0);
}

// A packet to a neighbour who does not answer waits for three seconds. Who forges sources that nobody has must not fill
// the table of neighbours, which has 1,024 places for the whole machine, however large net.core.wmem_default may be.
bool holdsLittle(int fd) { return set(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER); }

/** A raw socket whose packets carry `mark`, or a negative errno. */
int openRaw(int family, int protocol, uint32_t mark) {
  const int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0)
    return -errno;
  if (receivesNothing(fd) && holdsLittle(fd) && set(fd, SOL_SOCKET, SO_MARK, static_cast<int>(mark)))
    return fd;
  const int error = errno;
  ::close(fd);
  return -error;
}

/** Sends out of `interface`, which the control message of this level, type and content names: 0 or a negative errno. */
template <typename Address, typename Info>
int sendThrough(int fd, const uint8_t* bytes, uint32_t length, const Address& to, int level, int type,
                const Info& info) {
  alignas(cmsghdr) uint8_t control[CMSG_SPACE(sizeof info)] = {};
  iovec vector = {const_cast<uint8_t*>(bytes), length};
  msghdr message = {};
  message.msg_name = const_cast<Address*>(&to);
  message.msg_namelen = sizeof to;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof info);
  memcpy(CMSG_DATA(header), &info, sizeof info);
  return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

} // namespace

Napi::Function RawSocket::define(Napi::Env env) {
  return DefineClass(env, "NativeRawSocket", {InstanceMethod("close", &RawSocket::closeFromJs)});
}

RawSocket::RawSocket(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RawSocket>(info) {
  REQUIRE(info.Length() == 1 && info[0].IsNumber());
  const int error = open(info[0].As<Napi::Number>().Uint32Value());
  if (error == 0) {
    addMethod(info, "send", sendFromJs, this);
    return;
  }
  shut();
  Napi::Error thrown = Napi::Error::New(info.Env(), std::string("raw socket: ") + strerror(error));
  thrown.Set("errno", Napi::Number::New(info.Env(), error));
  thrown.ThrowAsJavaScriptException();
}

/** 0 or an errno. */
int RawSocket::open(uint32_t mark) {
  // IPPROTO_RAW: the caller writes the IP header. The kernel completes an IPv4 header: total length, checksum, and a
  // source of 0, for which it takes the address that it would send from.
  ipv4_ = openRaw(AF_INET, IPPROTO_RAW, mark);
  if (ipv4_ < 0)
    return -ipv4_;
  ipv6_ = openRaw(AF_INET6, IPPROTO_RAW, mark);
  if (ipv6_ == -EAFNOSUPPORT)
    return 0;
  if (ipv6_ < 0)
    return -ipv6_;
  // It completes no IPv6 header. But it chooses the source and computes the checksum of what an ICMPv6 socket sends.
  icmpv6_ = openRaw(AF_INET6, IPPROTO_ICMPV6, mark);
  if (icmpv6_ < 0)
    return -icmpv6_;
  icmp6_filter none;
  ICMP6_FILTER_SETBLOCKALL(&none);
  if (setsockopt(icmpv6_, IPPROTO_ICMPV6, ICMP6_FILTER, &none, sizeof none) != 0 ||
      !set(icmpv6_, IPPROTO_IPV6, IPV6_UNICAST_HOPS, HOP_LIMIT))
    return errno;
  return 0;
}

napi_value RawSocket::sendFromJs(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  void* data = nullptr;
  REQUIRE(napi_get_cb_info(env, info, &count, arguments, nullptr, &data) == napi_ok && count == 3);
  RawSocket& socket = *static_cast<RawSocket*>(data);
  napi_typedarray_type type;
  size_t bytes = 0;
  void* packet = nullptr;
  REQUIRE(napi_get_typedarray_info(env, arguments[0], &type, &bytes, &packet, nullptr, nullptr) == napi_ok);
  uint32_t length = 0;
  uint32_t interface = 0;
  REQUIRE(napi_get_value_uint32(env, arguments[1], &length) == napi_ok);
  REQUIRE(napi_get_value_uint32(env, arguments[2], &interface) == napi_ok);
  REQUIRE(socket.ipv4_ >= 0 && type == napi_uint8_array && length <= bytes);
  napi_value error = nullptr;
  REQUIRE(napi_create_int32(env, socket.send(static_cast<const uint8_t*>(packet), length, interface), &error) ==
          napi_ok);
  return error;
}

Napi::Value RawSocket::closeFromJs(const Napi::CallbackInfo& info) {
  shut();
  return info.Env().Undefined();
}

/** 0 or a negative errno. */
int RawSocket::send(const uint8_t* packet, uint32_t length, uint32_t interface) {
  const int version = length == 0 ? 0 : packet[0] >> 4;
  if (version == 4 && length >= IPV4_HEADER_BYTES)
    return sendIpv4(packet, length, interface);
  if (version == 6 && length >= IPV6_HEADER_BYTES)
    return sendIpv6(packet, length, interface);
  return -EINVAL;
}

int RawSocket::sendIpv4(const uint8_t* packet, uint32_t length, uint32_t interface) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  memcpy(&to.sin_addr, packet + IPV4_DESTINATION, sizeof to.sin_addr);
  in_pktinfo info = {};
  info.ipi_ifindex = static_cast<int>(interface);
  return sendThrough(ipv4_, packet, length, to, IPPROTO_IP, IP_PKTINFO, info);
}

int RawSocket::sendIpv6(const uint8_t* packet, uint32_t length, uint32_t interface) {
  sockaddr_in6 to = {};
  to.sin6_family = AF_INET6;
  // What a link-local address is without; others do not mind.
  to.sin6_scope_id = interface;
  memcpy(&to.sin6_addr, packet + IPV6_DESTINATION, sizeof to.sin6_addr);
  in6_pktinfo info = {};
  info.ipi6_ifindex = interface;
  const bool icmpv6 = packet[IPV6_NEXT_HEADER] == IPPROTO_ICMPV6;
  const uint32_t skipped = icmpv6 ? IPV6_HEADER_BYTES : 0;
  const int fd = icmpv6 ? icmpv6_ : ipv6_;
  if (fd < 0)
    return -EAFNOSUPPORT;
  return sendThrough(fd, packet + skipped, length - skipped, to, IPPROTO_IPV6, IPV6_PKTINFO, info);
}

void RawSocket::shut() {
  for (int* const fd : {&ipv4_, &ipv6_, &icmpv6_}) {
    if (*fd >= 0)
      ::close(*fd);
    *fd = -1;
  }
}

} // namespace ipxxb
