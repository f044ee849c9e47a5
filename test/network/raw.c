// SPDX-License-Identifier: GPL-2.0-or-later
// Sends what no ordinary socket sends: whole IP packets as they are written (fragments, options, header chains, forged
// sources), and one UDP super-packet that the kernel keeps in one piece up to the last moment. Standard input holds
// hexadecimal lines; each is sent once, in order, so a run is bounded by its input. The kernel routes, and of an IPv4
// header fills in total length and checksum alone.
//
//   raw                                       each line one packet from the IP header on
//   raw segments FROM PORT TO PORT SIZE       each line the payload of one send that is to become datagrams of SIZE
//   bytes

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define LARGEST 65535

static void demand(int ok, const char* what) {
  if (ok)
    return;
  perror(what);
  exit(1);
}

static size_t from_hex(const char* text, uint8_t* bytes) {
  size_t count = 0;
  unsigned value = 0;
  while (count < LARGEST && sscanf(text + 2 * count, "%2x", &value) == 1)
    bytes[count++] = (uint8_t)value;
  return count;
}

static socklen_t socket_address(const char* text, uint16_t port, struct sockaddr_storage* address) {
  struct sockaddr_in* four = (struct sockaddr_in*)address;
  struct sockaddr_in6* six = (struct sockaddr_in6*)address;
  memset(address, 0, sizeof *address);
  if (strchr(text, ':') == NULL) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    demand(inet_pton(AF_INET, text, &four->sin_addr) == 1, text);
    return sizeof *four;
  }
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(port);
  demand(inet_pton(AF_INET6, text, &six->sin6_addr) == 1, text);
  return sizeof *six;
}

static void send_packet(int raw4, int raw6, const uint8_t* packet, size_t length) {
  if (length >= 20 && packet[0] >> 4 == 4) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    memcpy(&to.sin_addr, packet + 16, 4);
    demand(sendto(raw4, packet, length, 0, (struct sockaddr*)&to, sizeof to) == (ssize_t)length, "IPv4 packet");
  } else if (length >= 40 && packet[0] >> 4 == 6) {
    struct sockaddr_in6 to = {.sin6_family = AF_INET6};
    memcpy(&to.sin6_addr, packet + 24, 16);
    demand(sendto(raw6, packet, length, 0, (struct sockaddr*)&to, sizeof to) == (ssize_t)length, "IPv6 packet");
  } else {
    fprintf(stderr, "not an IP packet: %zu bytes\n", length);
    exit(2);
  }
}

static int segmenting_socket(char** words) {
  struct sockaddr_storage from, to;
  socklen_t size = socket_address(words[0], (uint16_t)atoi(words[1]), &from);
  socket_address(words[2], (uint16_t)atoi(words[3]), &to);
  int segment = atoi(words[4]);
  int fd = socket(from.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  demand(fd >= 0, "socket");
  demand(bind(fd, (struct sockaddr*)&from, size) == 0, "bind");
  demand(connect(fd, (struct sockaddr*)&to, size) == 0, "connect");
  demand(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment) == 0, "UDP_SEGMENT");
  return fd;
}

int main(int argc, char** argv) {
  int segments = argc == 7 && strcmp(argv[1], "segments") == 0;
  if (argc != 1 && !segments) {
    fprintf(stderr, "usage: %s [segments FROM PORT TO PORT SIZE] < LINES\n", argv[0]);
    return 2;
  }
  int raw4 = -1, raw6 = -1, datagrams = -1;
  if (segments) {
    datagrams = segmenting_socket(argv + 2);
  } else {
    raw4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    raw6 = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    demand(raw4 >= 0 && raw6 >= 0, "raw socket");
  }
  static char line[2 * LARGEST + 2];
  static uint8_t bytes[LARGEST];
  while (fgets(line, sizeof line, stdin) != NULL) {
    size_t length = from_hex(line, bytes);
    if (segments)
      demand(send(datagrams, bytes, length, 0) == (ssize_t)length, "segments");
    else
      send_packet(raw4, raw6, bytes, length);
  }
  return 0;
}
