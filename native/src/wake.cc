// SPDX-License-Identifier: GPL-2.0-or-later
// See wake.h.

#include "wake.h"

#include <cerrno>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ipxxb {

int createWake() {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int wake(int fd) {
  // EAGAIN: the counter is full, so a wake-up is pending anyway.
  return eventfd_write(fd, 1) == 0 || errno == EAGAIN ? 0 : -errno;
}

int closeWake(int fd) { return close(fd) == 0 ? 0 : -errno; }

} // namespace ipxxb
