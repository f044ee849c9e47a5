// SPDX-License-Identifier: GPL-2.0-or-later
// See ruleset.h. Each question on a socket of its own: they are asked a few times a second, and a socket that stays
// would have to be guarded against answers that came too late.

#include "ruleset.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace ipxxb {
namespace {

/** The kernel answers inside send(); this only bounds the wait for an answer that it had no memory for. */
constexpr timeval PATIENCE{1, 0};
/** Of a request: four names of NFT_NAME_MAXLEN bytes, and MOST_KEYS elements of 32 bytes. */
constexpr size_t REQUEST_BYTES = 2048;
constexpr size_t MOST_KEYS = 16;
/** Of a datagram of a dump: as much as libmnl asks the kernel to fill. */
constexpr size_t ANSWER_BYTES = 16384;
constexpr uint16_t typeOf(uint16_t message) { return (NFNL_SUBSYS_NFTABLES << 8) | message; }

/** Closes itself. */
class Conversation {
public:
  Conversation() : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)) {}
  ~Conversation() {
    if (socket_ != nullptr)
      mnl_socket_close(socket_);
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /** 0 or a negative errno. */
  int send(const void* request, size_t bytes) {
    if (socket_ == nullptr || mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) < 0 ||
        setsockopt(mnl_socket_get_fd(socket_), SOL_SOCKET, SO_RCVTIMEO, &PATIENCE, sizeof PATIENCE) < 0 ||
        mnl_socket_sendto(socket_, request, bytes) < 0)
      return -errno;
    return 0;
  }

  /**
   * Gives `take` each message, until an acknowledgement comes, or the end of a dump, or `take` does not say 0: 0, or
   * the first negative errno, of the kernel or of `take`.
   */
  template <class Take> int receive(Take take) {
    alignas(nlmsghdr) char memory[ANSWER_BYTES];
    for (;;) {
      const ssize_t received = mnl_socket_recvfrom(socket_, memory, sizeof memory);
      if (received < 0)
        return -errno;
      int left = static_cast<int>(received);
      for (auto* message = reinterpret_cast<nlmsghdr*>(memory); mnl_nlmsg_ok(message, left);
           message = mnl_nlmsg_next(message, &left)) {
        // Rules were changed while the kernel went through them.
        if (message->nlmsg_flags & NLM_F_DUMP_INTR)
          return -EINTR;
        // Either has an errno first; a dump that failed half-way ends like one that is whole.
        if (message->nlmsg_type == NLMSG_DONE)
          return mnl_nlmsg_get_payload_len(message) < sizeof(int)
                     ? 0
                     : std::min(*static_cast<const int*>(mnl_nlmsg_get_payload(message)), 0);
        if (message->nlmsg_type == NLMSG_ERROR)
          return static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message))->error;
        if (const int end = take(message); end != 0)
          return end < 0 ? end : 0;
      }
    }
  }

private:
  mnl_socket* socket_;
};

nlmsghdr* putHeader(void* memory, uint16_t type, uint16_t flags, uint8_t family, uint16_t resource = 0) {
  nlmsghdr* const message = mnl_nlmsg_put_header(memory);
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | flags;
  auto* const header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
  header->nfgen_family = family;
  header->version = NFNETLINK_V0;
  header->res_id = htons(resource);
  return message;
}

/** The attribute `type` between `first` and `end`, where it has at least `bytes`; or nullptr. */
const nlattr* find(const void* first, const void* end, uint16_t type, size_t bytes) {
  const auto* attribute = static_cast<const nlattr*>(first);
  const auto left = [&] {
    return static_cast<int>(static_cast<const char*>(end) - reinterpret_cast<const char*>(attribute));
  };
  for (; mnl_attr_ok(attribute, left()); attribute = mnl_attr_next(attribute)) {
    if (mnl_attr_get_type(attribute) == type)
      return mnl_attr_get_payload_len(attribute) >= bytes ? attribute : nullptr;
  }
  return nullptr;
}

const nlattr* find(const nlmsghdr* message, uint16_t type, size_t bytes) {
  return find(mnl_nlmsg_get_payload_offset(message, sizeof(nfgenmsg)), mnl_nlmsg_get_payload_tail(message), type,
              bytes);
}

const nlattr* find(const nlattr* nest, uint16_t type, size_t bytes) {
  const auto* const first = static_cast<const char*>(mnl_attr_get_payload(nest));
  return find(first, first + mnl_attr_get_payload_len(nest), type, bytes);
}

/** Names end with a zero byte, on the wire too. */
bool isText(const nlattr* attribute, const std::string& text) {
  return mnl_attr_get_payload_len(attribute) == text.size() + 1 &&
         memcmp(mnl_attr_get_payload(attribute), text.c_str(), text.size() + 1) == 0;
}

void putElement(nlmsghdr* message, uint8_t key, uint64_t milliseconds) {
  nlattr* const element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
  nlattr* const value = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);
  mnl_attr_put(message, NFTA_DATA_VALUE, sizeof key, &key);
  mnl_attr_nest_end(message, value);
  mnl_attr_put_u64(message, NFTA_SET_ELEM_TIMEOUT, htobe64(milliseconds));
  mnl_attr_nest_end(message, element);
}

int takeCounter(const nlmsghdr* message, const std::string& table, std::vector<NamedCounter>& counters) {
  const nlattr* const owner = find(message, NFTA_OBJ_TABLE, 1);
  const nlattr* const name = find(message, NFTA_OBJ_NAME, 1);
  const nlattr* const type = find(message, NFTA_OBJ_TYPE, sizeof(uint32_t));
  const nlattr* const data = find(message, NFTA_OBJ_DATA, 0);
  if (owner == nullptr || name == nullptr || type == nullptr || data == nullptr)
    return -EBADMSG;
  // A kernel that does not know the filters of the request tells of everything.
  if (ntohl(mnl_attr_get_u32(type)) != NFT_OBJECT_COUNTER || !isText(owner, table))
    return 0;
  const nlattr* const packets = find(data, NFTA_COUNTER_PACKETS, sizeof(uint64_t));
  const nlattr* const bytes = find(data, NFTA_COUNTER_BYTES, sizeof(uint64_t));
  if (packets == nullptr || bytes == nullptr || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0)
    return -EBADMSG;
  counters.push_back({mnl_attr_get_str(name), be64toh(mnl_attr_get_u64(packets)), be64toh(mnl_attr_get_u64(bytes))});
  return 0;
}

} // namespace

int64_t rulesetGeneration() {
  alignas(nlmsghdr) char memory[REQUEST_BYTES];
  const nlmsghdr* const request = putHeader(memory, typeOf(NFT_MSG_GETGEN), 0, AF_UNSPEC);
  Conversation kernel;
  if (const int error = kernel.send(request, request->nlmsg_len); error != 0)
    return error;
  int64_t generation = -EBADMSG;
  const int error = kernel.receive([&](const nlmsghdr* answer) {
    if (const nlattr* const number = find(answer, NFTA_GEN_ID, sizeof(uint32_t)))
      generation = ntohl(mnl_attr_get_u32(number));
    return 1;
  });
  return error != 0 ? error : generation;
}

int replaceElements(const std::string& table, const std::string& set, const uint8_t* keys, size_t count,
                    uint64_t milliseconds) {
  if (table.size() >= NFT_NAME_MAXLEN || set.size() >= NFT_NAME_MAXLEN || count > MOST_KEYS)
    return -EINVAL;
  alignas(nlmsghdr) char memory[REQUEST_BYTES];
  size_t bytes = 0;
  const auto put = [&](uint16_t type, uint16_t flags, uint8_t family, uint16_t resource, auto fill) {
    nlmsghdr* const message = putHeader(memory + bytes, type, flags, family, resource);
    fill(message);
    bytes += NLMSG_ALIGN(message->nlmsg_len);
  };
  const auto bare = [](nlmsghdr*) {};
  const auto ofSet = [&](nlmsghdr* message) {
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, table.c_str());
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, set.c_str());
  };
  put(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES, bare);
  // Without elements: all that are there.
  put(typeOf(NFT_MSG_DELSETELEM), 0, NFPROTO_INET, 0, ofSet);
  // The last is acknowledged; of the other the kernel speaks only where it fails.
  put(typeOf(NFT_MSG_NEWSETELEM), NLM_F_CREATE | NLM_F_ACK, NFPROTO_INET, 0, [&](nlmsghdr* message) {
    ofSet(message);
    nlattr* const elements = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    for (size_t at = 0; at < count; at++)
      putElement(message, keys[at], milliseconds);
    mnl_attr_nest_end(message, elements);
  });
  put(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES, bare);
  Conversation kernel;
  if (const int error = kernel.send(memory, bytes); error != 0)
    return error;
  return kernel.receive([](const nlmsghdr*) { return 0; });
}

int readCounters(const std::string& table, std::vector<NamedCounter>& counters) {
  if (table.size() >= NFT_NAME_MAXLEN)
    return -EINVAL;
  alignas(nlmsghdr) char memory[REQUEST_BYTES];
  nlmsghdr* const request = putHeader(memory, typeOf(NFT_MSG_GETOBJ), NLM_F_DUMP, NFPROTO_INET);
  mnl_attr_put_strz(request, NFTA_OBJ_TABLE, table.c_str());
  mnl_attr_put_u32(request, NFTA_OBJ_TYPE, htonl(NFT_OBJECT_COUNTER));
  Conversation kernel;
  if (const int error = kernel.send(request, request->nlmsg_len); error != 0)
    return error;
  return kernel.receive([&](const nlmsghdr* answer) { return takeCounter(answer, table, counters); });
}

} // namespace ipxxb
