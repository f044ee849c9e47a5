// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb run` as a process, among the rules of others: runs, stops, is killed, runs again, and leaves every foreign line as it was.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import { hasQueueStatement } from '../control/install/stand-in.js'
import { enterNamespaces } from '../network/network.js'
import { GOOD, MAIN, policyFile } from './command.js'

const inside = enterNamespaces(import.meta.url)

const sh = (script: string): string => execFileSync('sh', ['-ec', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Rules, chains and sets of others, in the given iptables and in nftables, some of them right where ours will be. */
const FOREIGN = (iptables: string) => `
ipset create foreign hash:net
ipset add foreign 192.0.2.0/24
ipset create ipxxb-like hash:ip
${iptables} -t mangle -N THEIRS
${iptables} -t mangle -A THEIRS -j RETURN
${iptables} -t mangle -A FORWARD -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu
${iptables} -t mangle -A FORWARD -j THEIRS
${iptables} -t mangle -A PREROUTING -m set --match-set foreign src -j MARK --set-mark 7
${iptables} -t filter -A FORWARD -p udp --dport 53 -m comment --comment "mentions IPXXB" -j ACCEPT
${iptables} -t nat -A POSTROUTING -s 198.51.100.0/24 -j MASQUERADE
${iptables.replace('iptables', 'ip6tables')} -t mangle -A FORWARD -p ipv6-icmp -j ACCEPT
nft add table inet theirs
nft add set inet theirs addresses '{ type ipv4_addr; elements = { 192.0.2.1 }; }'
nft add chain inet theirs forward '{ type filter hook forward priority 0; policy accept; }'
nft add rule inet theirs forward ip saddr @addresses udp dport 53 counter accept
`

/** Everything in the kernel that is not ours, without counters; and what is. An empty base chain that the tools made may stay. */
function kernel(): { foreign: string; ours: string[] } {
  const text = sh(`
    for save in iptables-nft-save ip6tables-nft-save iptables-legacy-save ip6tables-legacy-save; do
      for table in raw mangle nat filter; do echo "== $save $table"; $save -t $table; done
    done
    echo "== nft"; nft -s list table inet theirs
    echo "== ipset"; ipset save
    nft -s list table inet ipxxb 2>/dev/null | sed 's/^/table ipxxb: /'`)
  const lines = text.split('\n').filter((line) => !/^#|^\*|^COMMIT|^:[A-Z]+ ACCEPT/.test(line))
  const isOurs = (line: string) => /^:IPXXB|^-A IPXXB|-j IPXXB$|^(create|add) ipxxb-\d|^table ipxxb: /.test(line)
  return { foreign: lines.filter((line) => !isOurs(line)).join('\n'), ours: lines.filter(isOurs) }
}

interface Event {
  readonly event: string
  readonly [key: string]: unknown
}

class Running {
  readonly events: Event[] = []
  readonly process: ChildProcess
  readonly exited: Promise<number | null>

  constructor(path: string) {
    this.process = spawn(process.execPath, [MAIN, 'run', '--policy', path, '--metrics', 'off'], { stdio: ['ignore', 'inherit', 'pipe'] })
    createInterface({ input: this.process.stderr as NodeJS.ReadableStream }).on('line', (line) => this.events.push(JSON.parse(line)))
    this.exited = once(this.process, 'exit').then(([status]) => status as number | null)
  }

  async until(name: string): Promise<Event> {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
      const found = this.events.find(({ event }) => event === name)
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`no event ${name} among ${JSON.stringify(this.events)}`)
  }
}

if (inside !== true) t.pass('run among foreign rules', { skip: inside })
else {
  const path = policyFile(GOOD)
  for (const iptables of ['iptables-nft', 'iptables-legacy']) {
    await t.test(`foreign rules in ${iptables} survive a run, a stop, a kill and a restart`, async (t) => {
      sh(FOREIGN(iptables))
      const before = kernel()
      t.same(before.ours, [])

      const first = new Running(path)
      const backend = hasQueueStatement() ? 'nft' : iptables
      t.equal((await first.until('started')).backend, backend, 'nft where the kernel has its queue, else what the operator uses')
      const during = kernel()
      t.equal(during.foreign, before.foreign, 'while it runs')
      const jumps = during.ours.filter((line) => /^-A FORWARD .*-j IPXXB$/.test(line)).length
      if (backend !== 'nft') t.equal(jumps, 2, 'one jump for IPv4, one for IPv6')
      else t.ok(jumps === 0 && during.ours.length > 0, 'a table of our own, and nothing in the chains of iptables')
      first.process.kill('SIGTERM')
      t.equal(await first.exited, 0)
      t.same(kernel(), before, 'after a stop')

      const second = new Running(path)
      await second.until('started')
      second.process.kill('SIGKILL')
      await second.exited
      t.equal(kernel().foreign, before.foreign, 'after a kill')
      t.not(kernel().ours.length, 0, 'which leaves our rules, with the bypass')

      const third = new Running(path)
      await third.until('started')
      const again = kernel()
      t.equal(again.foreign, before.foreign, 'after the restart')
      const withoutGeneration = (lines: string[]) => lines.map((line) => line.replace(/ipxxb-\d+-/g, '').replace(/ initval.*/, '')).sort()
      t.same(withoutGeneration(again.ours), withoutGeneration(during.ours), 'what the killed run left was replaced, not doubled')
      third.process.kill('SIGHUP')
      await third.until('reloaded')
      t.same(withoutGeneration(kernel().ours), withoutGeneration(during.ours), 'and a reload replaces it again')
      third.process.kill('SIGINT')
      t.equal(await third.exited, 0)
      t.same(kernel(), before, 'and nothing of ours is left')
      sh(`for tool in ${iptables} ${iptables.replace('iptables', 'ip6tables')}; do
            for table in mangle filter nat; do $tool -t $table -F; $tool -t $table -X; done; done
          nft delete table inet theirs; ipset destroy foreign; ipset destroy ipxxb-like`)
    })
  }
}
