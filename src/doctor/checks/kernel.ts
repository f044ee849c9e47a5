// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel, program and privileges: whether ipxxb could run here at all.

import type { Answer } from '../facts.js'
import { cannotTell, listed, note, ok, problem, warning } from '../finding.js'
import type { Check } from './check.js'

const KERNEL_REMEDY = "boot a kernel with CONFIG_NETFILTER_NETLINK_QUEUE and NFQUEUE rules; Debian's own has them"
const LEAST_NODE = 20

/** Some way to lead packets to a queue: nft alone, or an iptables with ipset. */
export const kernel: Check = {
  id: 'kernel',
  judge({ kernel: { release, queueing, rules, ipset } }) {
    const ways = Object.entries(rules)
    const yes = ways.filter(([name, { answer }]) => answer === 'yes' && (name === 'nft' || ipset.answer !== 'no')).map(([name]) => name)
    if (queueing.answer === 'no') return problem(`Linux ${release} hands no packets to programs: ${queueing.because}`, KERNEL_REMEDY)
    if (yes.length > 0) return ok(`Linux ${release}; rules that queue packets: ${listed(yes)}${missingOf(rules.nft)}`)
    const unknown = ways.find(([, { answer }]) => answer === 'unknown')
    if (unknown !== undefined) {
      return cannotTell(
        `what rules of Linux ${release} can queue packets`,
        unknown[1].because,
        'run it as root, with nft, or iptables and ipset, installed',
      )
    }
    const reasons = ipset.answer === 'no' ? `ipset: ${ipset.because}` : ways.map(([name, { because }]) => `${name}: ${because}`).join('; ')
    return problem(`no rule of Linux ${release} can queue packets (${reasons})`, KERNEL_REMEDY)
  },
}

const missingOf = ({ answer }: Answer): string => (answer === 'no' ? "; nft's own queue statement is missing, and iptables stands in" : '')

/** Without it a flood of what only observed blocks look at costs a processor; every packet is seen. */
export const observeLimit: Check = {
  id: 'observe-limit',
  judge({ kernel: { observeLimit: limit } }) {
    if (limit.answer === 'yes') return ok('the kernel can limit how much only observed blocks look at')
    if (limit.answer === 'unknown') return cannotTell('whether the kernel can limit how much only observed blocks look at', limit.because)
    return warning(
      `the kernel cannot limit how much only observed blocks look at (${limit.because}): a flood of it costs a processor`,
      'boot a kernel with xt_hashlimit (iptables) or nft_limit (nft); enforce what is flooded',
    )
  },
}

export const node: Check = {
  id: 'node',
  judge({ node: version }) {
    const major = Number(/^v(\d+)/.exec(version)?.[1])
    return major >= LEAST_NODE
      ? ok(`Node ${version}`)
      : problem(`Node ${version} is too old`, `install Node ${LEAST_NODE} or newer, and build again`)
  },
}

export const addon: Check = {
  id: 'addon',
  judge({ addon: { answer, because } }) {
    return answer === 'yes' ? ok('the native addon loads') : problem(because, 'build it: deploy/setup.sh test')
  },
}

export const privileges: Check = {
  id: 'privileges',
  judge({ privileges: { user, admin, raw, initialNamespace } }) {
    if (admin === null || raw === null) return cannotTell('what this process may do', '/proc/self/status is not readable')
    const missing = [...(admin ? [] : ['CAP_NET_ADMIN']), ...(raw ? [] : ['CAP_NET_RAW'])]
    if (missing.length > 0) {
      return note(
        `this process (user ${user}) lacks ${missing.join(' and ')}: it could not be the appliance, and much of what follows it cannot see`,
        'run doctor as you will run the appliance: as root, or with both capabilities',
      )
    }
    if (initialNamespace === false) return note('CAP_NET_ADMIN and CAP_NET_RAW, of a user namespace: enough for its own network namespaces')
    return ok('CAP_NET_ADMIN and CAP_NET_RAW')
  },
}
