// SPDX-License-Identifier: GPL-2.0-or-later
// Who holds our queue numbers: from the kernel's list where it may be read, else by trying to bind them, as a start would.

import type { Answer, HeldQueue, PrivilegeFacts } from './facts.js'
import type { Machine } from './machine.js'

const QUEUE_LIST = '/proc/net/netfilter/nfnetlink_queue'
/** `node dist/main.js run ...`, `ipxxb run ...`; words of a command line are separated by NUL. */
const APPLIANCE = /(^|[/\0])(main\.js|ipxxb)\0run\0/

/** null: it cannot be told. */
export function collectQueues(machine: Machine, numbers: readonly number[], privileges: PrivilegeFacts, addon: Answer): HeldQueue[] | null {
  const list = machine.readFile(QUEUE_LIST)
  const canProbe = privileges.admin === true && addon.answer === 'yes'
  if (list === null && !canProbe) return null
  const ports = new Map((list ?? '').split('\n').map((line) => line.trim().split(/\s+/, 2).map(Number) as [number, number]))
  const held: HeldQueue[] = []
  for (const queue of numbers) {
    if (list !== null && !ports.has(queue)) continue
    const holder = canProbe ? probe(machine, queue) : `netlink port ${ports.get(queue)}`
    if (holder !== null) held.push({ queue, holder, isIpxxb: isIpxxb(machine, holder) })
  }
  return held
}

/** What is left of `queue 5300 belongs to process 4711`; null where nobody holds it, any more or at all. */
function probe(machine: Machine, queue: number): string | null {
  try {
    return machine.probeQueue(queue)?.replace(/^.* belongs to /, '') ?? null
  } catch (error) {
    return `somebody (${(error as Error).message})`
  }
}

function isIpxxb({ readFile }: Machine, holder: string): boolean | null {
  const [, id] = /^(?:process|netlink port) (\d+)/.exec(holder) ?? []
  const commandLine = id === undefined ? null : readFile(`/proc/${id}/cmdline`)
  return commandLine === null ? null : APPLIANCE.test(commandLine)
}
