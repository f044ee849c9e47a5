// SPDX-License-Identifier: GPL-2.0-or-later
// The far end of a point-to-point line without Ethernet, as PPP is one: makes the tun device NAME, sends into it each
// line of standard input (an IP packet in hexadecimal), and prints each packet that the kernel sends out of it, one
// line each. Prints `ready` first. Ends with its input.

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LARGEST 2048

static void demand(int ok, const char* what) {
  if (ok)
    return;
  perror(what);
  exit(1);
}

static int open_device(const char* name) {
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  const int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  demand(device >= 0, "/dev/net/tun");
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  demand(ioctl(device, TUNSETIFF, &request) == 0, name);
  return device;
}

static void send_line(int device, const char* text) {
  uint8_t packet[LARGEST];
  size_t count = 0;
  unsigned value = 0;
  while (count < LARGEST && sscanf(text + 2 * count, "%2x", &value) == 1)
    packet[count++] = (uint8_t)value;
  demand(write(device, packet, count) == (ssize_t)count, "write");
}

static void print_packet(int device) {
  uint8_t packet[LARGEST];
  const ssize_t length = read(device, packet, sizeof packet);
  for (ssize_t at = 0; at < length; at++)
    printf("%02x", packet[at]);
  puts("");
}

int main(int count, char** words) {
  demand(count == 2, "usage: tun NAME");
  const int device = open_device(words[1]);
  char line[2 * LARGEST + 2];
  setvbuf(stdin, NULL, _IONBF, 0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("ready");
  struct pollfd both[] = {{.fd = 0, .events = POLLIN}, {.fd = device, .events = POLLIN}};
  while (poll(both, 2, -1) > 0) {
    if (both[1].revents != 0)
      print_packet(device);
    if (both[0].revents != 0) {
      if (fgets(line, sizeof line, stdin) == NULL)
        return 0;
      send_line(device, line);
    }
  }
  return 0;
}
