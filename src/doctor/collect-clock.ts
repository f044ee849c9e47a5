// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the clock is synchronised, from whoever can tell: systemd (which asks the kernel), chrony, or what systemd-timesyncd leaves behind.

import type { Answer } from './facts.js'
import type { Machine } from './machine.js'

const TIMESYNCD_MARK = '/run/systemd/timesync/synchronized'

export async function collectClock({ run, exists }: Machine): Promise<Answer> {
  const systemd = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
  const value = systemd.stdout.trim()
  if (systemd.status === 0 && (value === 'yes' || value === 'no')) return { answer: value, because: 'timedatectl' }
  const chrony = await run('chronyc', ['-c', 'tracking'])
  if (chrony.status === 0) {
    const leap = chrony.stdout.trim().split(',').at(-1)
    return { answer: leap === 'Not synchronised' ? 'no' : 'yes', because: 'chronyc tracking' }
  }
  if (exists(TIMESYNCD_MARK)) return { answer: 'yes', because: TIMESYNCD_MARK }
  return { answer: 'unknown', because: 'neither timedatectl nor chronyc answers' }
}
