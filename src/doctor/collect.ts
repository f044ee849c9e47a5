// SPDX-License-Identifier: GPL-2.0-or-later
// The facts of this machine, from all collectors. Whatever a tool or a file refuses becomes "unknown": an examination never fails for what
// it may not see.

import { survey } from '../control/surroundings/survey.js'
import { collectClock } from './collect-clock.js'
import { collectDrops, type DropsSubject } from './collect-drops.js'
import { collectInterfaces } from './collect-interfaces.js'
import { collectKernel } from './collect-kernel.js'
import { collectPrivileges } from './collect-privileges.js'
import { collectQueues } from './collect-queues.js'
import type { Answer, Facts, PolicyFacts, SysctlFacts } from './facts.js'
import type { Machine } from './machine.js'

export interface Subject {
  /** Queue numbers that an appliance would bind. */
  readonly queues: readonly number[]
  readonly policy: PolicyFacts | null
  /** Of that policy. */
  readonly drops: DropsSubject | null
}

export async function collect(machine: Machine, { queues, policy, drops: subject }: Subject): Promise<Facts> {
  const privileges = collectPrivileges(machine)
  const addon = tryAddon(machine)
  const [kernel, drops, surroundings, interfaces, clock] = await Promise.all([
    collectKernel(machine, privileges, addon),
    collectDrops(machine, privileges, subject),
    survey(machine.run),
    collectInterfaces(machine),
    collectClock(machine),
  ])
  const ours = surroundings.queueRules.filter((rule) => rule.ours)
  const led = ours.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index))
  const numbers = [...new Set([...queues, ...led])].sort((a, b) => a - b)
  return {
    kernel,
    drops,
    node: machine.node,
    addon,
    privileges,
    queues: { numbers, held: collectQueues(machine, numbers, privileges, addon) },
    surroundings,
    interfaces,
    sysctls: collectSysctls(machine),
    clock,
    policy,
  }
}

function tryAddon(machine: Machine): Answer {
  try {
    machine.loadAddon()
    return { answer: 'yes', because: '' }
  } catch (error) {
    return { answer: 'no', because: (error as Error).message }
  }
}

/** A whole number of /proc/sys; null where there is none to be read. */
export function sysctl({ readFile }: Machine, name: string): number | null {
  const text = readFile(`/proc/sys/net/${name}`)?.trim() ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : null
}

function collectSysctls(machine: Machine): SysctlFacts {
  const read = (name: string) => sysctl(machine, name)
  return {
    forward4: read('ipv4/ip_forward'),
    forward6: read('ipv6/conf/all/forwarding'),
    rmemMax: read('core/rmem_max'),
    bridgeCall4: read('bridge/bridge-nf-call-iptables'),
    bridgeCall6: read('bridge/bridge-nf-call-ip6tables'),
    conntrackCount: read('netfilter/nf_conntrack_count'),
    conntrackMax: read('netfilter/nf_conntrack_max'),
  }
}
