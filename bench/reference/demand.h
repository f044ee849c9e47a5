// SPDX-License-Identifier: GPL-2.0-or-later
// How the programs beside the benches end where the machine does not give what they need.

#ifndef IPXXB_BENCH_DEMAND_H
#define IPXXB_BENCH_DEMAND_H

#include <stdio.h>
#include <stdlib.h>

static void demand(int ok, const char* what) {
  if (ok)
    return;
  perror(what);
  exit(1);
}

#endif
