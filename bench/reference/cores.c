// SPDX-License-Identifier: GPL-2.0-or-later
// What a second core adds on this machine where nothing is shared: a loop that only computes, in registers, on one core
// alone and then on both at once. Its many chains keep the units of a core busy, so that two threads of one core would
// be in each other's way. Two cores of a virtual machine may be one core of the real one, or share its clock
// rate.
//
//   cores CORE CORE MILLISECONDS
//
// Prints turns a second: of the first core alone, of the second alone, and of both at once.

#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "demand.h"

#define TURNS_PER_LOOK 20000
#define CHAINS 64

static double* results;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double turns_per_second(double begin, double seconds) {
  uint64_t states[CHAINS], turns = 0, sum = 0;
  for (int i = 0; i < CHAINS; i++)
    states[i] = 0x9e3779b97f4a7c15 + (uint64_t)i;
  // Asleep until then: a loop that already ran could keep the other from starting.
  const struct timespec start = {(time_t)begin, (long)((begin - (double)(time_t)begin) * 1e9)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &start, NULL);
  double time = begin = now();
  while ((time = now()) < begin + seconds) {
    for (int turn = 0; turn < TURNS_PER_LOOK; turn++)
      for (int i = 0; i < CHAINS; i++)
        states[i] = (states[i] ^ states[i] >> 29) * 0xbf58476d1ce4e5b9 + 1;
    turns += TURNS_PER_LOOK;
  }
  for (int i = 0; i < CHAINS; i++)
    sum += states[i];
  // An end that the compiler cannot know keeps the loop.
  return sum == 0 ? 0 : (double)turns / (time - begin);
}

/** Starts the loop on a core; it writes its result and ends. */
static pid_t start(int core, double* result, double begin, double seconds) {
  const pid_t child = fork();
  demand(child >= 0, "fork");
  if (child > 0)
    return child;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  demand(sched_setaffinity(0, sizeof set, &set) == 0, "sched_setaffinity");
  *result = turns_per_second(begin, seconds);
  _exit(0);
}

static void finish(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    demand(errno == EINTR, "waitpid");
  if (status != 0)
    exit(1);
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s CORE CORE MILLISECONDS\n", argv[0]);
    return 2;
  }
  const int cores[2] = {atoi(argv[1]), atoi(argv[2])};
  const double seconds = atof(argv[3]) / 1000, soon = 0.005;
  results = mmap(NULL, (size_t)getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  demand(results != MAP_FAILED, "mmap");
  for (int i = 0; i < 2; i++)
    finish(start(cores[i], &results[i], now() + soon, seconds));
  const double begin = now() + soon;
  const pid_t first = start(cores[0], &results[2], begin, seconds);
  const pid_t second = start(cores[1], &results[3], begin, seconds);
  finish(first);
  finish(second);
  printf("{\"first\":%.0f,\"second\":%.0f,\"together\":%.0f}\n", results[0], results[1], results[2] + results[3]);
  return 0;
}
