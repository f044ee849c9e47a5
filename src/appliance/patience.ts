// SPDX-License-Identifier: GPL-2.0-or-later
// Whoever is about to show numbers that the kernel keeps waits for them, but not for long: older ones are better than none.

const PATIENCE_MILLISECONDS = 500

/** Until `reading` has ended, half a second at most; it then goes on by itself. Throws what it throws by then. */
export async function patiently(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MILLISECONDS)
  })
  await Promise.race([reading, patience]).finally(() => clearTimeout(timer))
}
