// SPDX-License-Identifier: GPL-2.0-or-later
// The collectors on machines that this one is not: what tools and files say there, and what becomes of those that say nothing.

import t from 'tap'
import type { Outcome } from '../../src/control/install/run.js'
import { collect } from '../../src/doctor/collect.js'
import type { Machine } from '../../src/doctor/machine.js'
import { OperationalError } from '../../src/errors.js'
import { type Call, DONE, failed, fakeRun, MISSING, said } from '../control/install/fake.js'

const QUEUE_LIST = '/proc/net/netfilter/nfnetlink_queue'
const STATUS = { root: 'Name:\tnode\nCapEff:\t000001ffffffffff\n', nobody: 'CapEff:\t0000000000000000\n' }
const ALL_IDS = '         0          0 4294967295\n'

interface Sketch {
  readonly files?: Readonly<Record<string, string>>
  readonly existing?: readonly string[]
  readonly answer?: (call: Call) => Outcome | undefined
  readonly probeQueue?: Machine['probeQueue']
  readonly loadAddon?: () => void
}

function machine({ files = {}, existing = [], answer, probeQueue, loadAddon }: Sketch): { machine: Machine; calls: Call[] } {
  const { run, calls } = fakeRun((call) => answer?.(call) ?? (call.command === 'nft' ? said('{"nftables": []}') : undefined))
  return {
    calls,
    machine: {
      run,
      readFile: (path) => files[path] ?? null,
      exists: (path) => path in files || existing.includes(path),
      release: '6.1.0',
      node: 'v20.0.0',
      user: 0,
      loadAddon: loadAddon ?? (() => {}),
      probeQueue: probeQueue ?? (() => null),
    },
  }
}

const examine = (sketch: Sketch) => collect(machine(sketch).machine, { queues: [5300, 5301], policy: null, drops: null })

t.test('nothing can be read, and nothing fails', async (t) => {
  const facts = await examine({
    answer: () => MISSING,
    loadAddon: () => {
      throw new OperationalError('NO_ADDON', 'it is not there')
    },
  })
  t.match(facts, {
    addon: { answer: 'no', because: 'it is not there' },
    kernel: { queueing: { answer: 'unknown' }, rules: { nft: { answer: 'unknown', because: 'no such program: unshare' } } },
    privileges: { admin: null, raw: null, initialNamespace: null },
    queues: { numbers: [5300, 5301], held: null },
    interfaces: null,
    clock: { answer: 'unknown' },
    sysctls: { forward4: null, rmemMax: null },
  })
})

t.test('privileges', async (t) => {
  const of = async (files: Record<string, string>) => (await examine({ files })).privileges
  const root = { '/proc/self/status': STATUS.root, '/proc/self/uid_map': ALL_IDS }
  t.match(await of(root), { admin: true, raw: true, initialNamespace: true })
  t.match(await of({ ...root, '/proc/self/uid_map': '         0       1000          1\n' }), { admin: true, initialNamespace: false })
  t.match(await of({ '/proc/self/status': STATUS.nobody }), { admin: false, raw: false, initialNamespace: null })
  t.match(await of({ '/proc/self/status': 'CapEff:\t0000000000001000\n' }), { admin: true, raw: false }, 'bit 12 alone')
})

t.test('kernel features are tried apart', async (t) => {
  const root = { '/proc/self/status': STATUS.root, '/proc/self/uid_map': ALL_IDS }
  const { machine: one, calls } = machine({
    files: root,
    answer: ({ words }) => {
      if (words.includes(' nft ')) return failed('/dev/stdin:4:18-22: Error: Could not process rule: No such file or directory\n')
      if (words.includes('iptables-nft')) return failed('unshare: failed to execute iptables-nft-restore: No such file or directory\n', 127)
      if (words.includes('iptables-legacy')) return failed("Fatal: can't open lock file /run/xtables.lock: Permission denied\n", 4)
      return undefined
    },
  })
  const { kernel } = await collect(one, { queues: [], policy: null, drops: null })
  t.equal(kernel.rules.nft.answer, 'no')
  t.same(kernel.rules['iptables-nft'], { answer: 'unknown', because: 'no such program: iptables-nft-restore' })
  t.equal(kernel.rules['iptables-legacy'].answer, 'unknown', 'who may not try knows nothing')
  t.equal(kernel.ipset.answer, 'yes')
  t.equal(kernel.observeLimit.answer, 'unknown', 'of rules that lead nowhere nothing is asked')
  const trials = calls.filter(({ command }) => command === 'unshare')
  t.equal(trials.length, 5, 'nft once more, for what the kernel drops by itself')
  for (const { words } of trials) t.match(words, /^--net /, 'in a network namespace of their own')
  const changing = calls.filter(({ command }) => /restore|ipset/.test(command))
  t.same(changing, [], 'and nowhere else')

  const { machine: user, calls: tried } = machine({ files: { '/proc/self/status': STATUS.nobody } })
  await collect(user, { queues: [], policy: null, drops: null })
  for (const { words } of tried.filter(({ command }) => command === 'unshare')) t.match(words, /^--user --map-root-user --net /)
})

t.test('the limit of what is observed is tried with the rules that would steer', async (t) => {
  const limits = async (without: RegExp) => {
    const { machine: one, calls } = machine({
      answer: ({ command, words, input }) =>
        command === 'unshare' && without.test(`${words} ${input}`) ? failed('no such match', 2) : undefined,
    })
    const { kernel } = await collect(one, { queues: [], policy: null, drops: null })
    const asked = calls.filter(({ input }) => /hashlimit|limit rate/.test(input)).map(({ words }) => words.replace(/^.*--net /, ''))
    return [kernel.observeLimit.answer, ...asked]
  }
  t.same(await limits(/^$/), ['yes', 'nft -f -'])
  t.same(await limits(/limit rate/), ['no', 'nft -f -'])
  t.same(await limits(/ queue num/), ['yes', 'iptables-nft-restore --noflush'])
  t.same(await limits(/ queue num|hashlimit/), ['no', 'iptables-nft-restore --noflush'])
  t.same(await limits(/ queue num|iptables-nft/), ['yes', 'iptables-legacy-restore --noflush'])
})

t.test('whether the kernel hands packets out', async (t) => {
  const files = { '/proc/self/status': STATUS.root }
  const queueing = async (sketch: Sketch) => (await examine(sketch)).kernel.queueing.answer
  t.equal(await queueing({ existing: [QUEUE_LIST] }), 'yes')
  t.equal(await queueing({ files: { '/proc/self/status': STATUS.nobody } }), 'unknown', 'a module may not be loaded yet')
  t.equal(await queueing({ files }), 'yes', 'a queue could be bound')
  const refusing = (code: 'NO_NFQUEUE' | 'QUEUE_LOST') => () => {
    throw new OperationalError(code, 'refused')
  }
  t.equal(await queueing({ files, probeQueue: refusing('NO_NFQUEUE') }), 'no')
  t.equal(await queueing({ files, probeQueue: refusing('QUEUE_LOST') }), 'unknown')
})

t.test('who holds our queues', async (t) => {
  const list = ' 5300   4711     0 2   128     0     0        9  1\n    7     99     0 2   128     0     0        9  1\n'
  const root = { '/proc/self/status': STATUS.root, [QUEUE_LIST]: list }
  const command = (words: readonly string[]) => ({ '/proc/4711/cmdline': `${words.join('\0')}\0` })
  const held = async (sketch: Sketch) => (await examine(sketch)).queues.held

  const asked: number[] = []
  const probeQueue = (queue: number) => {
    asked.push(queue)
    return `queue ${queue} belongs to process 4711`
  }
  const files = { ...root, ...command(['/usr/bin/node', '/opt/ipxxb/dist/main.js', 'run', '--policy', 'p']) }
  t.same(await held({ files, probeQueue }), [{ queue: 5300, holder: 'process 4711', isIpxxb: true }])
  t.same(asked, [5300], 'a queue that nobody holds is not bound')

  const other = command(['/usr/sbin/suricata', '-q', '5300'])
  t.match(await held({ files: { ...root, ...other }, probeQueue }), [{ isIpxxb: false }])
  const doctor = command(['node', 'dist/main.js', 'doctor'])
  t.match(await held({ files: { ...root, ...doctor }, probeQueue }), [{ isIpxxb: false }], 'another command of ours is no appliance')
  t.match(await held({ files: { ...root, ...command(['ipxxb', 'run']) }, probeQueue }), [{ isIpxxb: true }])
  t.match(await held({ files: root, probeQueue }), [{ isIpxxb: null }], 'its command line cannot be read')

  const nobody = { '/proc/self/status': STATUS.nobody }
  t.equal(await held({ files: nobody }), null)
  t.same(await held({ files: { ...nobody, [QUEUE_LIST]: list } }), [{ queue: 5300, holder: 'netlink port 4711', isIpxxb: null }])

  const unlisted = { '/proc/self/status': STATUS.root }
  t.same(await held({ files: unlisted }), [], 'where the list is closed they are tried')
  const failing = () => {
    throw new OperationalError('QUEUE_LOST', 'no descriptors')
  }
  t.match(await held({ files: unlisted, probeQueue: failing }), [{ holder: 'somebody (no descriptors)' }, {}])
})

t.test('queues that rules of ours lead to are looked at too', async (t) => {
  const saved = said('*mangle\n:IPXXB - [0:0]\n-A IPXXB -p udp -j NFQUEUE --queue-balance 7000:7002\n')
  const facts = await examine({ answer: ({ command }) => (command === 'iptables-nft-save' ? saved : undefined) })
  t.same(facts.queues.numbers, [5300, 5301, 7000, 7001, 7002])
})

t.test('the clock', async (t) => {
  const clock = async (answer: NonNullable<Sketch['answer']>, existing: string[] = []) => (await examine({ answer, existing })).clock
  const only =
    (wanted: string, outcome: Outcome) =>
    ({ command }: Call) =>
      command === wanted ? outcome : ['timedatectl', 'chronyc'].includes(command) ? MISSING : undefined
  t.match(await clock(only('timedatectl', said('yes\n'))), { answer: 'yes', because: 'timedatectl' })
  t.match(await clock(only('timedatectl', said('no\n'))), { answer: 'no' })
  t.match(await clock(only('timedatectl', DONE)), { answer: 'unknown' }, 'an old one that does not know the word')
  const tracking = (leap: string) => said(`C0000201,192.0.2.1,3,1790000000.1,0.0,0.0,0.0,1.0,0.0,0.0,0.1,0.1,64.2,${leap}\n`)
  t.match(await clock(only('chronyc', tracking('Normal'))), { answer: 'yes', because: 'chronyc tracking' })
  t.match(await clock(only('chronyc', tracking('Not synchronised'))), { answer: 'no' })
  t.match(await clock(() => MISSING, ['/run/systemd/timesync/synchronized']), { answer: 'yes' })
})

t.test('interfaces', async (t) => {
  const links = [
    {},
    { ifname: 'lo', flags: ['UP'], link_type: 'loopback' },
    { ifname: 'eth0.7', flags: ['UP'], link_type: 'ether', parentbus: 'virtio', linkinfo: { info_kind: 'vlan' }, master: 'br0' },
    { ifname: 'ppp0', flags: [], link_type: 'ppp' },
  ]
  const features = 'Features for eth0.7:\nrx-udp-gro-forwarding: on\n\trx-gro-list: off [fixed]\nrx-gro-hw: on\n'
  const files = {
    '/proc/sys/net/ipv4/conf/all/rp_filter': '1\n',
    '/proc/sys/net/ipv4/conf/eth0.7/rp_filter': '2\n',
  }
  const answer = ({ command, words }: Call) => {
    if (command === 'ip') return words.includes('vrf') ? said('[]') : said(JSON.stringify(links))
    if (command === 'ethtool') return words.endsWith('eth0.7') ? said(features) : failed('Operation not supported', 1)
    return undefined
  }
  const { interfaces } = await examine({ files, answer })
  t.strictSame(interfaces, [
    { name: 'eth0.7', kind: 'vlan', bus: 'virtio', up: true, master: 'br0', reversePath: 2, offloads: ['rx-udp-gro-forwarding'] },
    { name: 'ppp0', kind: 'ppp', bus: '', up: false, master: null, reversePath: null, offloads: null },
  ])
  const nonsense = await examine({ answer: ({ command }) => (command === 'ip' ? said('not json') : undefined) })
  t.equal(nonsense.interfaces, null)

  const many = JSON.stringify(Array.from({ length: 100 }, (_, at) => ({ ifname: `ppp${at}`, link_type: 'ppp' })))
  const { machine: concentrator, calls } = machine({ answer: ({ command }) => (command === 'ip' ? said(many) : undefined) })
  const facts = await collect(concentrator, { queues: [], policy: null, drops: null })
  t.equal(facts.interfaces?.length, 100)
  t.equal(calls.filter(({ command }) => command === 'ethtool').length, 32, 'a concentrator is not asked for each of its customers')
})

t.test('sysctls', async (t) => {
  const files = {
    '/proc/sys/net/ipv4/ip_forward': '1\n',
    '/proc/sys/net/core/rmem_max': '212992\n',
    '/proc/sys/net/netfilter/nf_conntrack_max': 'nonsense\n',
  }
  const { sysctls } = await examine({ files })
  t.match(sysctls, { forward4: 1, forward6: null, rmemMax: 212992, conntrackMax: null, bridgeCall4: null })
})
