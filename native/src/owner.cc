// SPDX-License-Identifier: GPL-2.0-or-later
// See owner.h. The kernel knows a queue's owner as a netlink port id. A process's first netlink socket gets its process
// id as port id, but every further one a random number: so the port id leads to the socket's inode, and that to the
// process that holds it.

#include "owner.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <linux/netlink.h>
#include <unistd.h>

namespace ipxxb {
namespace {

constexpr size_t LINE_BYTES = 256;
constexpr size_t PATH_BYTES = 320;

uint32_t portOf(uint16_t queue) {
  FILE* const file = fopen("/proc/thread-self/net/netfilter/nfnetlink_queue", "re");
  if (file == nullptr)
    return 0;
  char line[LINE_BYTES];
  uint32_t port = 0;
  while (fgets(line, sizeof line, file) != nullptr) {
    unsigned number;
    unsigned owner;
    if (sscanf(line, "%u %u", &number, &owner) == 2 && number == queue)
      port = owner;
  }
  fclose(file);
  return port;
}

unsigned long inodeOf(uint32_t port) {
  FILE* const file = fopen("/proc/thread-self/net/netlink", "re");
  if (file == nullptr)
    return 0;
  char line[LINE_BYTES];
  unsigned long inode = 0;
  while (fgets(line, sizeof line, file) != nullptr) {
    int family;
    unsigned owner;
    unsigned long number;
    // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
    if (sscanf(line, "%*s %d %u %*s %*s %*s %*s %*s %*s %lu", &family, &owner, &number) == 3 &&
        family == NETLINK_NETFILTER && owner == port) {
      inode = number;
    }
  }
  fclose(file);
  return inode;
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

void findOwner(uint16_t queue, Opening& opening) {
  opening.ownerPort = portOf(queue);
  if (opening.ownerPort == 0)
    return;
  const unsigned long inode = inodeOf(opening.ownerPort);
  if (inode != 0)
    opening.ownerProcess = processWith(inode);
}

} // namespace ipxxb
