// SPDX-License-Identifier: GPL-2.0-or-later
// The wake-up of a waiting exchange(): an eventfd that another thread of the process writes. It outlives the worker, so
// that a wake-up for a worker that has just died goes nowhere instead of into a file descriptor of somebody else.

#pragma once

namespace ipxxb {

/** A new wake-up: its file descriptor, or a negative errno. */
int createWake();

/** Wakes the waiting exchange(), or the next one that would wait: 0 or a negative errno. */
int wake(int fd);

/** 0 or a negative errno. Only when nobody waits on it any more. */
int closeWake(int fd);

} // namespace ipxxb
