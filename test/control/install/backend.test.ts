// SPDX-License-Identifier: GPL-2.0-or-later
// Which backend is taken, and the one line an operator reads where none can be.

import t from 'tap'
import { type BackendChoice, findBackend } from '../../../src/control/install/backend.js'
import { openSteering } from '../../../src/control/install/install.js'
import type { Outcome } from '../../../src/control/install/run.js'
import { Tools } from '../../../src/control/install/tools.js'
import { direct } from './direct.js'
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

const NO_STATEMENT = failed(
  '/dev/stdin:3:36-58: Error: Could not process rule: No such file or directory\nadd rule inet ipxxb-try candidates queue flags bypass to 0\n                                   ^^^^^^^^^^^^^^^^^^^^^^^\n',
)
const NFT_NOT_ROOT = failed('/dev/stdin:1:1-20: Error: Could not process rule: Operation not permitted\n')

const isTrial = ({ input }: Call) => input.includes('NFQUEUE')
/** A machine whose nft has no queue statement, and else answers as it is told. */
const without = (answer: (call: Call) => Outcome | undefined) => (call: Call) =>
  answer(call) ?? (call.command === 'nft' && call.words === '--check -f -' ? NO_STATEMENT : undefined)

t.test("nft's own queue statement where the kernel has it", async (t) => {
  for (const choice of [undefined, 'nft'] as const) {
    const { run, calls } = fakeRun(() => undefined)
    t.equal(await findBackend(run, new Tools(run), choice), 'nft')
    t.same(
      calls.map(({ command, words }) => `${command} ${words}`),
      ['nft --check -f -'],
      'checked, not installed',
    )
  }
})

const ASKED: readonly { choice: BackendChoice; backend: string }[] = [
  { choice: 'iptables', backend: 'iptables-nft' },
  { choice: 'iptables-nft', backend: 'iptables-nft' },
  { choice: 'iptables-legacy', backend: 'iptables-legacy' },
]

t.test('what was asked for is taken, although nft would do', async (t) => {
  for (const { choice, backend } of ASKED) {
    const { run } = fakeRun(() => undefined)
    t.equal(await findBackend(run, new Tools(run), choice), backend, choice)
  }
})

const ASKED_NFT: readonly { name: string; answer: Outcome; code: string; message: RegExp }[] = [
  { name: 'no nft', answer: MISSING, code: 'NO_NFT', message: /^there is no program nft$/ },
  {
    name: 'no statement',
    answer: NO_STATEMENT,
    code: 'NO_NFQUEUE',
    message: /^the kernel has no queue statement for nft: nft: \S+ Error: [^\n]*directory$/,
  },
  { name: 'no privilege', answer: NFT_NOT_ROOT, code: 'NO_PRIVILEGE', message: /^nft: [^\n]*not permitted$/ },
]

t.test('nft asked for, and not to be had', async (t) => {
  for (const { name, answer, code, message } of ASKED_NFT) {
    const { run, calls } = fakeRun(({ command }) => (command === 'nft' ? answer : undefined))
    await t.rejects(openSteering({ direct, run, queues: QUEUES, backend: 'nft' }), { code, message }, name)
    t.equal(calls.length, 1, `${name}: nothing else was tried`)
  }
})

const CHOICES: readonly { name: string; answer: (call: Call) => Outcome | undefined; backend: string }[] = [
  { name: 'nothing tells: nf_tables', answer: () => undefined, backend: 'iptables-nft' },
  { name: 'there is no nft', answer: ({ command }) => (command === 'nft' ? MISSING : undefined), backend: 'iptables-nft' },
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

t.test('which iptables', async (t) => {
  for (const { name, answer, backend } of CHOICES) {
    const { run, calls } = fakeRun(without(answer))
    t.equal(await findBackend(run, new Tools(run)), backend, name)
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
    name: 'no privilege for nft',
    answer: ({ command }) => (command === 'nft' ? NFT_NOT_ROOT : undefined),
    code: 'NO_PRIVILEGE',
    message: /^nft: [^\n]*not permitted$/,
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
    const { run, calls } = fakeRun(without(answer))
    await t.rejects(openSteering({ direct, run, queues: QUEUES }), { code, message }, name)
    const made = calls.filter(({ command, input }) => command.endsWith('-restore') && input.includes(':IPXXB '))
    t.same(made, [], `${name}: nothing was installed`)
  }
})
