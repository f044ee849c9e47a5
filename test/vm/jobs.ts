// SPDX-License-Identifier: GPL-2.0-or-later
// What runs on the stock kernel: phases of lab scenarios, and the tests whose subject is the kernel. Each job has a machine of its own, so
// that one which takes its kernel down takes no other job with it. A new scenario or test file is a word here.

export interface Run {
  readonly name: string
  /** What it prints: rows of the lab, one JSON object a line, or tap's format. */
  readonly prints: 'rows' | 'tap'
  /** Arguments of node, relative to the folder of the compiled tests. */
  readonly words: readonly string[]
}

export interface Job {
  readonly name: string
  readonly runs: readonly Run[]
  /** Done only where it is asked for by name, or with `all`. */
  readonly asked: boolean
}

const lab = (scenario: string, ...options: string[]): Job => ({
  name: scenario,
  runs: [{ name: scenario, prints: 'rows', words: ['src/main.js', 'lab', scenario, ...options, '--json'] }],
  asked: false,
})

const tests = (name: string, ...files: string[]): Job => ({
  name,
  runs: files.map((file) => ({ name: file.replaceAll('/', '-'), prints: 'tap', words: [`test/${file}.test.js`] })),
  asked: false,
})

const onRequest = (job: Job): Job => ({ ...job, asked: true })

/** The longest first, so that at the end no machine runs alone for long. */
export const JOBS: readonly Job[] = [
  tests('steering', 'network/steering', 'network/flows'),
  tests('nft', 'control/install/nftables-ruleset', 'control/install/nftables'),
  tests('run', 'cli/run'),
  lab('op25b', '--phase', 'reject'),
  lab('ip53b', '--phase', 'shape'),
  tests('queue', 'native/queue', 'native/rawsocket'),
  // Their subject is not what this kernel has and others lack, or they take minutes.
  onRequest(tests('appliance', 'appliance')),
  onRequest(tests('network', 'network/prerouting', 'network/inbound', 'network/outbound', 'network/tiny-fragments')),
  onRequest(tests('iptables', 'control/install/install', 'control/install/ruleset')),
  onRequest(tests('observing', 'network/observe-rate', 'control/install/observed')),
  onRequest(tests('life', 'native/life', 'datapath/packet/native')),
]
