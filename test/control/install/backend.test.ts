// SPDX-License-Identifier: GPL-2.0-or-later
// Which iptables is taken, and the one line an operator reads where none can be.

import t from 'tap'
import { findBackend } from '../../../src/control/install/backend.js'
import { openSteering } from '../../../src/control/install/install.js'
import type { Outcome } from '../../../src/control/install/run.js'
import { Tools } from '../../../src/control/install/tools.js'
import { type Call, failed, fakeRun, MISSING, said } from './fake.js'
import { QUEUES } from './plans.js'

const NO_TARGET = failed(
  'Warning: Extension NFQUEUE revision 0 not supported, missing kernel module?\niptables-nft-restore v1.8.9 (nf_tables): \nline 4: RULE_APPEND failed (No such file or directory): rule in chain IPXXB-TRY\n',
  4,
)
const NO_TABLE = failed(
  "iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'mangle'\n\nError occurred at line: 1\nTry `iptables-restore -h' or 'iptables-restore --help' for more information.\n",
  2,
)
const NOT_ROOT = failed(
  'iptables-nft-restore v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n',
  4,
)
const RULES = said('*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth0 -j ACCEPT\nCOMMIT\n')
const LEFT_BY_US = said('*mangle\n:IPXXB - [0:0]\n-A FORWARD -j IPXXB\n-A IPXXB -p udp -j NFQUEUE --queue-num 0\nCOMMIT\n')

const isTrial = ({ input }: Call) => input.includes('NFQUEUE')

const CHOICES: readonly { name: string; answer: (call: Call) => Outcome | undefined; backend: string }[] = [
  { name: 'nothing tells: nf_tables', answer: () => undefined, backend: 'iptables-nft' },
  {
    name: 'the plain command is the old one',
    answer: ({ command }) => (command === 'iptables' ? said('iptables v1.8.9 (legacy)\n') : undefined),
    backend: 'iptables-legacy',
  },
  {
    name: 'only the old tables hold rules',
    answer: ({ command }) => (command === 'ip6tables-legacy-save' ? RULES : undefined),
    backend: 'iptables-legacy',
  },
  {
    name: 'only nf_tables hold rules, although the plain command is the old one',
    answer: ({ command }) =>
      command === 'iptables-nft-save' ? RULES : command === 'iptables' ? said('iptables v1.8.9 (legacy)\n') : undefined,
    backend: 'iptables-nft',
  },
  {
    name: 'what a crashed run of ours left does not count',
    answer: ({ command }) => (command === 'iptables-legacy-save' ? LEFT_BY_US : undefined),
    backend: 'iptables-nft',
  },
  {
    name: 'nf_tables cannot queue, the old one can',
    answer: (call) => (call.command === 'iptables-nft-restore' && isTrial(call) ? NO_TARGET : undefined),
    backend: 'iptables-legacy',
  },
  {
    name: 'the old one alone is installed',
    answer: ({ command }) => (command.includes('-nft-') ? MISSING : undefined),
    backend: 'iptables-legacy',
  },
]

t.test('the backend', async (t) => {
  for (const { name, answer, backend } of CHOICES) {
    const { run, calls } = fakeRun(answer)
    t.equal(await findBackend(new Tools(run)), backend, name)
    const last = calls.at(-1)
    t.match(last?.input, /^-X IPXXB-TRY$/m, `${name}: the trial is taken away`)
    t.equal(last?.command, `${backend}-restore`)
  }
})

const REFUSALS: readonly { name: string; answer: (call: Call) => Outcome | undefined; code: string; message: RegExp }[] = [
  {
    name: 'no iptables',
    answer: ({ command }) => (command.includes('tables') ? MISSING : undefined),
    code: 'NO_IPTABLES',
    message: /^there is no program iptables-nft-restore or iptables-legacy-restore$/,
  },
  {
    name: 'no ipset',
    answer: ({ command }) => (command === 'ipset' ? MISSING : undefined),
    code: 'NO_IPSET',
    message: /^there is no program ipset$/,
  },
  {
    name: 'no privilege',
    answer: ({ command }) => (command.endsWith('-restore') ? NOT_ROOT : undefined),
    code: 'NO_PRIVILEGE',
    message: /^iptables-nft-restore: .*you must be root\)$/,
  },
  {
    name: 'no privilege for ipset',
    answer: ({ command }) => (command === 'ipset' ? failed('ipset v7.17: Kernel error received: Operation not permitted\n') : undefined),
    code: 'NO_PRIVILEGE',
    message: /^ipset: ipset v7.17: Kernel error received: Operation not permitted$/,
  },
  {
    name: 'no NFQUEUE',
    answer: (call) => (isTrial(call) ? NO_TARGET : undefined),
    code: 'NO_NFQUEUE',
    message: /^iptables-nft-restore: .*NFQUEUE.*; iptables-legacy-restore: .*$/,
  },
  {
    name: 'no NFQUEUE in one, no table in the other',
    answer: (call) => (call.command === 'iptables-legacy-restore' ? NO_TABLE : isTrial(call) ? NO_TARGET : undefined),
    code: 'NO_NFQUEUE',
    message: /NFQUEUE.*unable to initialize table/,
  },
  {
    name: 'no table at all',
    answer: ({ command }) => (command.endsWith('tables-nft-restore') || command.endsWith('legacy-restore') ? NO_TABLE : undefined),
    code: 'STEERING_FAILED',
    message: /^iptables-nft-restore: [^\n]*unable to initialize table 'mangle' Error occurred at line: 1; iptables-legacy-restore: [^\n]*$/,
  },
  {
    name: 'a kernel without ipset',
    answer: ({ command }) => (command === 'ipset' ? failed('ipset v7.17: Cannot open session to kernel.\n') : undefined),
    code: 'STEERING_FAILED',
    message: /^ipset: .*Cannot open session to kernel\.$/,
  },
  {
    name: 'a tool that fails without a word',
    answer: ({ command }) => (command.endsWith('-restore') ? failed('', 77) : undefined),
    code: 'STEERING_FAILED',
    message: /^iptables-nft-restore: exit status 77; /,
  },
]

t.test('refusals', async (t) => {
  for (const { name, answer, code, message } of REFUSALS) {
    const { run, calls } = fakeRun(answer)
    await t.rejects(openSteering({ run, queues: QUEUES }), { code, message }, name)
    const made = calls.filter(({ command, input }) => command.endsWith('-restore') && input.includes(':IPXXB '))
    t.same(made, [], `${name}: nothing was installed`)
  }
})
