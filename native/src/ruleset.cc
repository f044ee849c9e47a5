// SPDX-License-Identifier: GPL-2.0-or-later
// See ruleset.h. One request on a socket of its own: it is asked a few times a second, and a socket that stays would
// have to be guarded against answers that came too late.

#include "ruleset.h"

#include <arpa/inet.h>
#include <cerrno>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace ipxxb {
namespace {

/** The kernel answers inside send(); this only keeps a surprise from holding up the caller for ever. */
constexpr timeval PATIENCE{1, 0};

int64_t generationIn(const nlmsghdr* answer, int length) {
  if (!mnl_nlmsg_ok(answer, length))
    return -EBADMSG;
  if (answer->nlmsg_type == NLMSG_ERROR) {
    const auto* const error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(answer));
    return error->error < 0 ? error->error : -EBADMSG;
  }
  const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(answer, sizeof(nfgenmsg)));
  const char* const end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(answer));
  for (; mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)));
       attribute = mnl_attr_next(attribute)) {
    if (mnl_attr_get_type(attribute) == NFTA_GEN_ID && mnl_attr_validate(attribute, MNL_TYPE_U32) == 0)
      return ntohl(mnl_attr_get_u32(attribute));
  }
  return -EBADMSG;
}

int64_t ask(mnl_socket* socket) {
  alignas(nlmsghdr) char memory[MNL_NLMSG_HDRLEN + 256];
  nlmsghdr* const request = mnl_nlmsg_put_header(memory);
  request->nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETGEN;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* const header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(nfgenmsg)));
  header->nfgen_family = AF_UNSPEC;
  header->version = NFNETLINK_V0;
  if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
      setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &PATIENCE, sizeof PATIENCE) < 0 ||
      mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
    return -errno;
  const ssize_t received = mnl_socket_recvfrom(socket, memory, sizeof memory);
  return received < 0 ? -errno : generationIn(request, static_cast<int>(received));
}

} // namespace

int64_t rulesetGeneration() {
  mnl_socket* const socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (socket == nullptr)
    return -errno;
  const int64_t generation = ask(socket);
  mnl_socket_close(socket);
  return generation;
}

} // namespace ipxxb
