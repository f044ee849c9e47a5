// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb doctor` for real: on a healthy router, and on one made sick in every way that this kernel and a namespace allow. What neither
// allows (a VRF, a flowtable, a small rmem_max, a free-running clock) is judged by data alone: test/doctor.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { SWITCH_SECONDS } from '../../src/control/install/drops.js'
import type { Finding } from '../../src/doctor/finding.js'
import { enterNamespaces, eventually } from '../network/network.js'
import { GOOD, ipxxb, MAIN, policyFile, temporaryFolder } from './command.js'

const inside = enterNamespaces(import.meta.url)
// Some fifty examinations, each a dozen tools.
t.setTimeout(600_000)

const sh = (script: string): string => execFileSync('sh', ['-ec', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const POLICY = GOOD.replace('[eth0]', '[wan0]')
const MAIL = '  - { name: no-mail, direction: inbound, service: tcp/25, protect: [dynamic], mode: enforce }\n'

interface Report {
  readonly status: number | null
  readonly worst: string
  readonly of: (id: string) => Finding
}

function doctor(...args: string[]): Report {
  const { status, stdout, stderr } = ipxxb('doctor', '--json', ...args)
  if (stdout === '') throw new Error(`no report: ${stderr}`)
  const { worst, findings } = JSON.parse(stdout) as { worst: string; findings: Finding[] }
  const of = (id: string) => {
    const found = findings.find((one) => one.id === id)
    if (found === undefined) throw new Error(`no finding ${id}`)
    return found
  }
  return { status, worst, of }
}

/** A program that says one line when it is ready. */
async function started(t: Test, ...words: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [out, err] = [child.stdout, child.stderr].map((stream) => createInterface({ input: stream as NodeJS.ReadableStream }))
  await new Promise<void>((resolve, reject) => {
    child.on('exit', (status) => reject(new Error(`ended with ${status}`)))
    out?.on('line', () => resolve())
    err?.on('line', (line) => line.includes('"event":"started"') && resolve())
  })
  return child
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.removeAllListeners('exit')
  child.kill(signal)
  await once(child, 'exit')
}

const appliance = (t: Test, path: string) => started(t, MAIN, 'run', '--policy', path, '--metrics', 'off')

if (inside !== true) t.pass('doctor on a real kernel', { skip: inside })
else {
  sh(`
    ip link set lo up
    ip link add wan0 type veth peer name far0
    ip link set wan0 up
    echo 1 > /proc/sys/net/ipv4/ip_forward
    echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
    nft add table inet theirs
    nft add chain inet theirs forward '{ type filter hook forward priority 0; }'
    nft add rule inet theirs forward ct state established accept`)
  const path = policyFile(POLICY)

  await t.test('a healthy router', async (t) => {
    const running = await appliance(t, path)
    const report = doctor('--policy', path)
    t.equal(report.status, 0)
    t.not(report.worst, 'problem')
    for (const id of [
      'kernel',
      'node',
      'addon',
      'steering',
      'observe-limit',
      'strangers',
      'behind',
      'drops',
      'forwarding',
      'outside',
      'fit',
      'bridge',
      'vrf',
    ]) {
      t.equal(report.of(id).level, 'ok', `${id}: ${report.of(id).finding}`)
    }
    t.match(report.of('queues'), { level: 'ok', finding: `served by ipxxb, process ${running.pid}` })
    t.match(report.of('fragments'), { level: 'ok', finding: /theirs/ }, 'a rule of theirs brings connection tracking')
    await ended(running, 'SIGTERM')
    t.match(doctor().of('steering'), { level: 'note', finding: /ipxxb does not run here/ }, 'after its end')
  })

  await t.test('rules behind our jump', async (t) => {
    const running = await appliance(t, path)
    const { finding } = doctor().of('steering')
    if (finding.startsWith('nft')) {
      t.pass('rules behind our jump', { skip: 'this kernel queues with nft, and nobody jumps' })
      return ended(running, 'SIGTERM')
    }
    // Stopped, so that it does not put its jump last again before we look.
    running.kill('SIGSTOP')
    sh('for i in iptables ip6tables; do for k in nft legacy; do $i-$k -t mangle -A FORWARD -p udp -j MARK --set-mark 7; done; done')
    const report = doctor('--policy', path)
    t.equal(report.status, 0, 'a warning is no failure')
    t.match(report.of('behind'), { level: 'warning', finding: /^1 rule behind our jump .*--set-xmark 0x7/, remedy: /SIGHUP/ })
    running.kill('SIGCONT')
    running.kill('SIGHUP')
    t.ok(await eventually(() => doctor().of('behind').level === 'ok', 20_000), 'and the remedy helps')
    sh('for i in iptables ip6tables; do for k in nft legacy; do $i-$k -t mangle -D FORWARD -p udp -j MARK --set-mark 7; done; done')
    await ended(running, 'SIGTERM')
  })

  await t.test('a run that was killed', async (t) => {
    await ended(await appliance(t, path), 'SIGKILL')
    const report = doctor()
    t.equal(report.status, 1)
    t.match(report.of('steering'), {
      level: 'problem',
      finding: /which nobody serves: its packets pass unseen/,
      remedy: /start the appliance/,
    })
    t.match(report.of('queues'), { level: 'ok', finding: /free/ })
    await ended(await appliance(t, path), 'SIGTERM')
    t.equal(doctor().of('steering').level, 'note', 'and the remedy helps')
  })

  const placed = (of = '') => policyFile(`${POLICY.replace('networks:', `defaults: { placement: auto${of} }\nnetworks:`)}${MAIL}`)

  await t.test('what the kernel drops by itself, in the life and death of an appliance', async (t) => {
    const open = placed()
    const running = await appliance(t, open)
    const report = doctor('--policy', open)
    t.match(report.of('placement'), { level: 'ok', finding: 'the kernel takes the rules of IP53B, no-mail' })
    t.match(report.of('kernel-drops'), { level: 'ok', finding: /an appliance looks after it/ })
    const lapses = () => eventually(() => !sh('nft list set inet ipxxb-drops alive').includes('elements'), 3000 * SWITCH_SECONDS)
    running.kill('SIGSTOP')
    t.ok(await lapses())
    t.match(doctor('--policy', open).of('kernel-drops'), { level: 'warning', finding: /does not renew/, remedy: /drops-not-renewed/ })
    await ended(running, 'SIGKILL')
    const left = doctor().of('kernel-drops')
    t.match(left, {
      level: 'warning',
      finding: /^a run that ended without stopping left its table: it has lapsed/,
      remedy: /start the appliance/,
    })
    sh((left.remedy as string).replace(/^.*; or /, ''))
    t.match(doctor().of('kernel-drops'), { level: 'ok', finding: /a table of ours is there, and empty/ }, 'and the remedy helps')

    const closed = await appliance(t, placed(', overload: fail-closed'))
    await ended(closed, 'SIGKILL')
    t.ok(await lapses(), 'there is no switch that they would ask')
    t.match(doctor().of('kernel-drops'), { level: 'warning', finding: /stay until the next start/, remedy: /start the appliance/ })

    await ended(await appliance(t, open), 'SIGTERM')
    t.match(doctor().of('kernel-drops'), { level: 'ok', finding: 'the kernel drops nothing by itself' }, 'and the other remedy helps')
  })

  await t.test('an appliance whose policy leaves all to userspace', async (t) => {
    const running = await appliance(t, policyFile(POLICY.replace('networks:', 'defaults: { placement: userspace }\nnetworks:')))
    const { level, finding, remedy } = doctor('--policy', placed()).of('kernel-drops')
    t.match({ level, finding, remedy }, { level: 'note', finding: /by this policy it would, for IP53B, no-mail/, remedy: /SIGHUP/ })
    await ended(running, 'SIGTERM')
  })

  await t.test('an nft that refuses what a payload holds, and no nft', async (t) => {
    const { PATH } = process.env
    const tools = (nft: string) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'nft'), nft, { mode: 0o755 })
      process.env.PATH = `${folder}:${PATH}`
    }
    t.teardown(() => {
      process.env.PATH = PATH
    })
    const real = sh('command -v nft').trim()
    tools(`#!/bin/sh
case "$*" in *-f*) ;; *) exec ${real} "$@" ;; esac
input=$(cat)
case "$input" in *"dport 53 "*@th,80,*|*@th,80,*"dport 53 "*) echo '/dev/stdin:1:1-2: Error: Could not process rule: Not supported' >&2; exit 1 ;; esac
printf '%s\\n' "$input" | ${real} "$@"
`)
    const some = doctor('--policy', placed())
    t.equal(some.status, 0, 'it is no problem: the queue decides')
    t.match(some.of('placement'), {
      level: 'warning',
      finding: /^the kernel refuses the rules of IP53B \(.*Not supported\): userspace decides instead/,
    })
    const wanting = policyFile(POLICY.replace('    mode: enforce', '    mode: enforce\n    placement: kernel') + MAIL)
    const demanded = doctor('--policy', wanting)
    t.equal(demanded.status, 1)
    t.match(demanded.of('placement'), {
      level: 'problem',
      finding: /the policy says `placement: kernel` of IP53B$/,
      remedy: /placement: auto/,
    })
    const running = await appliance(t, placed())
    t.match(doctor('--policy', placed()).of('kernel-drops'), { level: 'ok', finding: /looks after it/ }, 'what is left is in force')
    await ended(running, 'SIGTERM')

    tools("#!/bin/sh\necho 'netlink: Error: cache initialization failed: Operation not supported' >&2\nexit 1\n")
    t.match(doctor().of('placement'), { level: 'warning', finding: /^the kernel can drop nothing by itself \(.*Operation not supported\)/ })
    t.match(doctor('--policy', placed()).of('placement'), { level: 'warning', finding: /rules of IP53B, no-mail/ })
  })

  await t.test("our queue is another program's", async (t) => {
    const module = fileURLToPath(new URL('../../src/datapath/packet/nfqueue.js', import.meta.url))
    const batch = fileURLToPath(new URL('../../src/contract/batch.js', import.meta.url))
    const code = `
      const { openNfqueue } = await import(${JSON.stringify(module)})
      const { createBatch, strideFor } = await import(${JSON.stringify(batch)})
      const { createWake } = await import(${JSON.stringify(module.replace('nfqueue.js', 'native.js'))})
      globalThis.held = openNfqueue({ queue: 5301, slab: createBatch(strideFor(64)).memory, wake: createWake(), copyRange: 64,
        maxLength: 16, receiveBuffer: 16384, failOpen: true, defaultVerdict: 1 })
      console.log('held')
      setInterval(() => {}, 1000)`
    const holder = await started(t, '--input-type=module', '-e', code)
    const report = doctor()
    t.equal(report.status, 1)
    t.match(report.of('queues'), {
      level: 'problem',
      finding: `queue 5301 is held by process ${holder.pid}, which is not ipxxb`,
      remedy: /--queue/,
    })
    t.equal(doctor('--queue', '100').of('queues').level, 'ok', 'and the remedy helps')
    await ended(holder, 'SIGKILL')
  })

  await t.test("others' rules lead to our queue", async (t) => {
    sh('iptables-nft -A FORWARD -p udp --dport 9999 -j NFQUEUE --queue-num 5300 --queue-bypass')
    t.match(doctor().of('strangers'), { level: 'warning', finding: /--queue-num 5300/ })
    sh('iptables-nft -F FORWARD')
    t.equal(doctor().of('strangers').level, 'ok')
  })

  for (const kind of ['nft', 'legacy']) {
    await t.test(`translated addresses and the hook prerouting: iptables-${kind}`, async (t) => {
      const early = policyFile(POLICY.replace('networks:', 'defaults: { hook: prerouting }\nnetworks:'))
      t.equal(doctor('--policy', early).of('fit').level, 'ok')
      sh(`iptables-${kind} -t nat -A POSTROUTING -s 198.51.100.0/25 -j MASQUERADE`)
      const report = doctor('--policy', early)
      t.equal(report.status, 1)
      t.match(report.of('fit'), { level: 'problem', finding: /-s 198.51.100.0\/25 -j MASQUERADE/, remedy: /hook: forward/ })
      t.equal(doctor('--policy', path).of('fit').level, 'ok', 'and the remedy helps')
      const refused = ipxxb('run', '--policy', early, '--metrics', 'off')
      t.equal(refused.status, 1)
      t.match(refused.stderr, /HOOK_REFUSED/, 'a start says the same')
      sh(`iptables-${kind} -t nat -F`)
    })
  }

  await t.test('nothing puts fragments together', async (t) => {
    sh('nft flush chain inet theirs forward')
    t.match(doctor().of('fragments'), { level: 'note', finding: /nothing puts IPv4 and IPv6 fragments together/ })
    const replies = policyFile(
      `${POLICY.replace(/blocks:[\s\S]*/, '')}blocks:\n  - { profile: OP53RB, protect: [dynamic], mode: enforce }\n`,
    )
    const report = doctor('--policy', replies)
    t.equal(report.status, 1)
    t.match(report.of('fit'), { level: 'problem', finding: /^block `OP53RB`: nothing puts IPv4 fragments together/ })
    sh('nft add rule inet theirs forward ct state established accept')
    t.equal(doctor('--policy', replies).of('fit').level, 'ok', 'and the remedy helps')
  })

  await t.test('a firewall that drops, a strict reverse path, no forwarding, an uplink that is not there', async (t) => {
    sh(`
      nft add chain inet theirs forward '{ policy drop; }'
      echo 1 > /proc/sys/net/ipv4/conf/wan0/rp_filter
      echo 0 > /proc/sys/net/ipv4/ip_forward
      echo 0 > /proc/sys/net/ipv6/conf/all/forwarding`)
    const report = doctor('--policy', path)
    t.match(report.of('drops'), { level: 'note', finding: /what we accept, inet theirs forward may still drop/ })
    t.match(report.of('reverse-path'), { level: 'note', finding: /strict on wan0/ })
    t.match(report.of('forwarding'), { level: 'warning' })
    sh('ip link del wan0')
    t.match(doctor('--policy', path).of('outside'), { level: 'warning', finding: /no interface matches wan0/ })
    sh(`
      ip link add wan0 type veth peer name far0
      ip link set wan0 up
      nft add chain inet theirs forward '{ policy accept; }'
      echo 1 > /proc/sys/net/ipv4/ip_forward`)
    t.equal(doctor('--policy', path).of('outside').level, 'ok')
  })

  await t.test('a bridge', async (t) => {
    sh('ip link add br0 type bridge')
    const called = '/proc/sys/net/bridge/bridge-nf-call-iptables'
    const has = spawnSync('sh', ['-c', `echo 1 > ${called}`]).status === 0
    if (has) t.match(doctor().of('bridge'), { level: 'warning', finding: /bridge br0 and br_netfilter/ })
    else t.pass('br_netfilter', { skip: 'this kernel has no br_netfilter' })
    if (has) sh(`echo 0 > ${called}; echo 0 > /proc/sys/net/bridge/bridge-nf-call-ip6tables`)
    t.match(doctor().of('bridge'), { level: 'note', finding: /never pass the IP hooks/ })
    sh('ip link del br0')
  })

  const ethtool = spawnSync('ethtool', ['-K', 'wan0', 'rx-udp-gro-forwarding', 'on', 'rx-gro-list', 'on'], { encoding: 'utf8' })
  await t.test('offloads', async (t) => {
    if (ethtool.status !== 0) {
      t.pass('offloads that join datagrams', { skip: `ethtool: ${ethtool.error?.message ?? ethtool.stderr.trim()}` })
      t.match(doctor().of('offloads'), { level: 'note', finding: /cannot tell/ })
      return
    }
    const found = doctor().of('offloads')
    t.match(found, { level: 'warning', finding: /^wan0: rx-udp-gro-forwarding and rx-gro-list join datagrams/ })
    t.equal(doctor('--policy', placed()).of('offloads').level, 'warning')
    const inUserspace = policyFile(POLICY.replace('networks:', 'defaults: { placement: userspace }\nnetworks:'))
    t.equal(doctor('--policy', inUserspace).of('offloads').level, 'note', 'where the kernel decides nothing')
    sh(found.remedy as string)
    t.match(doctor().of('offloads'), { level: 'note', finding: /veth or virtio/ }, 'and the remedy, as it is written, helps')
  })

  await t.test('without privileges it still tells what it can', async (t) => {
    const words = ['--inh-caps=-all', '--bounding-set=-all', process.execPath, MAIN, 'doctor', '--policy', path]
    const { status, stdout, stderr } = spawnSync('setpriv', words, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
    t.equal(stderr, '')
    t.match(stdout, /^note +privileges +this process \(user 0\) lacks CAP_NET_ADMIN and CAP_NET_RAW/m)
    t.match(stdout, /^note +behind +cannot tell/m)
    t.match(stdout, /^note +steering +cannot tell/m)
    t.match(stdout, /^ok +outside +outside: wan0/m)
    t.match(stdout, /^ {10,}remedy: run doctor as you will run the appliance/m)
    t.equal(status, 0)
  })

  await t.test('nothing is changed by looking', async (t) => {
    const kernel = () =>
      sh(`nft list ruleset; iptables-nft-save; ipset save; ip -o link; cat /proc/sys/net/ipv4/ip_forward
          for table in raw mangle nat filter; do iptables-legacy-save -t $table; done`).replace(/^#.*$/gm, '')
    const before = kernel()
    doctor('--policy', path)
    t.equal(kernel(), before)
  })

  await t.test('bad input', async (t) => {
    const bad = policyFile('version: 1\nblocks: 7\n')
    const { status, stdout, stderr } = ipxxb('doctor', '--policy', bad)
    t.equal(status, 2)
    t.equal(stdout, '')
    t.match(stderr, /policy.yaml:2:/, 'the position is shown')
    t.match(ipxxb('doctor', '--queue', 'x'), { status: 2, stderr: /USAGE/ })
    t.match(ipxxb('doctor', '--policy', '/nowhere'), { status: 2, stderr: /POLICY_UNREADABLE/ })
  })
}
