// SPDX-License-Identifier: GPL-2.0-or-later
// See owner.h. The kernel knows a queue's owner as a netlink port id. A process's first netlink socket gets its process
// id as port id, but every further one a random number: so the port id leads to the socket's inode, and that to the
// process that holds it.
//
// Inside a user namespace of an ordinary user the list of queues cannot be read. The owner's socket is still among the
// netfilter sockets of this network namespace: where one process holds them all, it is the owner.

#include "owner.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <linux/netlink.h>
#include <unistd.h>

#include "list.h"

namespace ipxxb {
namespace {

constexpr size_t LINE_BYTES = 256;
constexpr size_t PATH_BYTES = 320;
/** Sockets to look for, at most: each costs a walk over every process's descriptors. */
constexpr size_t MAX_SOCKETS = 32;

struct Inodes {
  size_t count = 0;
  unsigned long of[MAX_SOCKETS];
};

/** Inodes of the netfilter sockets with this port, or, where it is 0, with any port but `ownPort`; none if they are too
 * many to look for. */
Inodes inodesOf(uint32_t port, uint32_t ownPort) {
  Inodes inodes;
  FILE* const file = fopen("/proc/thread-self/net/netlink", "re");
  if (file == nullptr)
    return inodes;
  char line[LINE_BYTES];
  while (fgets(line, sizeof line, file) != nullptr) {
    int family;
    unsigned owner;
    unsigned long inode;
    // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
    if (sscanf(line, "%*s %d %u %*s %*s %*s %*s %*s %*s %lu", &family, &owner, &inode) != 3)
      continue;
    // The kernel's own socket has port 0.
    if (family != NETLINK_NETFILTER || owner == 0 || owner == ownPort || (port != 0 && owner != port))
      continue;
    if (inodes.count == MAX_SOCKETS) {
      inodes.count = 0;
      break;
    }
    inodes.of[inodes.count++] = inode;
  }
  fclose(file);
  return inodes;
}

bool holds(const char* process, const char* socket) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/proc/%s/fd", process);
  DIR* const descriptors = opendir(path);
  if (descriptors == nullptr)
    return false;
  bool found = false;
  while (const dirent* const descriptor = found ? nullptr : readdir(descriptors)) {
    char target[LINE_BYTES];
    const ssize_t bytes = readlinkat(dirfd(descriptors), descriptor->d_name, target, sizeof target - 1);
    if (bytes <= 0)
      continue;
    target[bytes] = '\0';
    found = strcmp(target, socket) == 0;
  }
  closedir(descriptors);
  return found;
}

int processWith(unsigned long inode) {
  char socket[LINE_BYTES];
  snprintf(socket, sizeof socket, "socket:[%lu]", inode);
  DIR* const processes = opendir("/proc");
  if (processes == nullptr)
    return 0;
  int process = 0;
  while (const dirent* const entry = process != 0 ? nullptr : readdir(processes)) {
    const int number = atoi(entry->d_name);
    if (number > 0 && holds(entry->d_name, socket))
      process = number;
  }
  closedir(processes);
  return process;
}

} // namespace

void findOwner(uint16_t queue, uint32_t ownPort, Opening& opening) {
  opening.ownerPort = listed(queue).port;
  const Inodes inodes = inodesOf(opening.ownerPort, ownPort);
  if (inodes.count == 0)
    return;
  const int process = processWith(inodes.of[0]);
  for (size_t other = 1; other < inodes.count; other++) {
    if (processWith(inodes.of[other]) != process)
      return;
  }
  opening.ownerProcess = process;
}

} // namespace ipxxb
