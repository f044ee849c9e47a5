// SPDX-License-Identifier: GPL-2.0-or-later
// The addon is found from where the compiled file lies, wherever the process runs; a missing or unusable one is a clear error.

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getSystemErrorName } from 'node:util'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import {
  closeWake,
  createWake,
  keepFromForks,
  listInterfaces,
  loadAddon,
  pinThread,
  readCounters,
  replaceElements,
  rulesetGeneration,
  useHugePages,
  wake,
} from '../../../src/datapath/packet/native.js'

const COMPILED = fileURLToPath(new URL('../../../src/', import.meta.url))

/** What loadAddon() does in a copy of the compiled sources below `folder`, started from elsewhere. */
function loadIn(root: string, folder: string): string {
  for (const path of ['datapath/packet/native.js', 'errors.js']) cpSync(join(COMPILED, path), join(root, folder, path))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  const module = join(root, folder, 'datapath/packet/native.js')
  const script = `import(${JSON.stringify(module)}).then(({ loadAddon }) => {
    try { console.log(Object.keys(loadAddon()).join()) } catch (error) { console.log(error.code + ': ' + error.message) } })`
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', cwd: '/' }).trim()
}

/** What `script` prints as JSON in a network namespace of its own, where it has the addon, and `nft` for a command line of that program. */
function inNamespace(script: string): unknown {
  const addon = fileURLToPath(new URL('../../../../native/build/Release/ipxxb.node', import.meta.url))
  const head = `
    const addon = require(${JSON.stringify(addon)})
    const { execFileSync } = require('node:child_process')
    const nft = (words) => execFileSync('nft', words.split(' '), { env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' }, encoding: 'utf8' })`
  return JSON.parse(
    execFileSync('unshare', ['-Urn', process.execPath, '-e', `${head}\n;(async () => {${script}})()`], { encoding: 'utf8' }),
  )
}

t.test('exports', (t) => {
  const addon = loadAddon()
  t.strictSame(Object.keys(addon).sort(), [
    'closeWake',
    'createWake',
    'keepFromForks',
    'layout',
    'listInterfaces',
    'openQueue',
    'openRawSocket',
    'pinThread',
    'readCounters',
    'replaceElements',
    'rulesetGeneration',
    'useHugePages',
    'wake',
  ])
  t.equal(loadAddon(), addon)
  t.end()
})

t.test('it is found from dist/ and from build/src/', (t) => {
  const root = t.testdir()
  const built = fileURLToPath(new URL('../../../../native/build/Release/ipxxb.node', import.meta.url))
  mkdirSync(join(root, 'native/build/Release'), { recursive: true })
  cpSync(built, join(root, 'native/build/Release/ipxxb.node'))
  for (const folder of ['dist', 'build/src']) t.match(loadIn(root, folder), /openQueue/, folder)
  t.end()
})

t.test('where it is missing or no addon: NO_ADDON', (t) => {
  t.equal(loadIn(t.testdir(), 'dist'), 'NO_ADDON: native/build/Release/ipxxb.node is not there')
  const broken = t.testdir({ native: { build: { Release: { 'ipxxb.node': 'not a library' } } } })
  t.match(loadIn(broken, 'dist'), /^NO_ADDON: native\/build\/Release\/ipxxb\.node cannot be loaded: /)
  t.end()
})

t.test('interfaces', (t) => {
  t.ok(
    listInterfaces().some(({ name, index }) => name === 'lo' && index === 1),
    'the loopback interface is always the first',
  )
  t.end()
})

t.test('the generation of the ruleset', (t) => {
  const [first, again, changed] = inNamespace(`
    const seen = [addon.rulesetGeneration(), addon.rulesetGeneration()]
    nft('add table inet theirs')
    console.log(JSON.stringify([...seen, addon.rulesetGeneration()]))`) as [number, number, number]
  t.ok(first >= 0)
  t.equal(again, first, 'stays while nobody changes a rule')
  t.not(changed, first, 'and changes with a change')
  t.ok(rulesetGeneration() >= -1, 'whoever may not ask gets -1')
  t.end()
})

t.test('elements that time out', (t) => {
  const [listed, again, other, lapsed, errors] = inNamespace(`
    nft('add table inet ours; add set inet ours alive { typeof meta nfproto; flags timeout; elements = { ipv4 timeout 5s }; }')
    const elements = () => /elements = {[^}]*}/.exec(nft('-s list set inet ours alive'))?.[0] ?? ''
    const seen = []
    const give = (milliseconds, ...keys) => addon.replaceElements('ours', 'alive', Uint8Array.from(keys), milliseconds)
    for (const [milliseconds, ...keys] of [[9000, 2, 10], [9000, 2, 10], [3000, 10]]) seen.push([await give(milliseconds, ...keys), elements()])
    await new Promise((resolve) => setTimeout(resolve, 3500))
    seen.push(elements())
    const errors = await Promise.all([
      addon.replaceElements('ours', 'other', new Uint8Array(1), 1000),
      addon.replaceElements('theirs', 'alive', new Uint8Array(1), 1000),
      addon.replaceElements('x'.repeat(300), 'alive', new Uint8Array(1), 1000),
      addon.replaceElements('ours', 'alive', new Uint8Array(1000), 1000),
    ])
    console.log(JSON.stringify([...seen, errors]))`) as [unknown, unknown, unknown, string, number[]]
  t.same(listed, [0, 'elements = { ipv4 timeout 9s, ipv6 timeout 9s }'], 'in place of what was there')
  t.same(again, listed, 'as often as one likes')
  t.same(other, [0, 'elements = { ipv6 timeout 3s }'])
  t.equal(lapsed, '')
  t.same(errors.map(getSystemErrorName), ['ENOENT', 'ENOENT', 'EINVAL', 'EINVAL'])
  t.end()
})

t.test('counters', (t) => {
  const many = 300
  const [found, none] = inNamespace(`
    nft('add table inet ours; add counter inet ours first { packets 7 bytes 4294967296123 }; add counter inet ours second')
    nft('add quota inet ours third 5 bytes; add table inet theirs; add counter inet theirs first { packets 9 bytes 9 }')
    for (let at = 0; at < ${many}; at += 100) {
      nft(Array.from({ length: 100 }, (_, index) => 'add counter inet ours ' + 'long-name-'.repeat(9) + (at + index)).join('; '))
    }
    console.log(JSON.stringify([addon.readCounters('ours'), addon.readCounters('nobody')]))`) as [unknown[], unknown[]]
  t.same(found.slice(0, 2), [
    { name: 'first', packets: 7, bytes: 4294967296123 },
    { name: 'second', packets: 0, bytes: 0 },
  ])
  t.equal(found.length, 2 + many, 'all of that table, in as many datagrams as it takes')
  t.same(none, [])
  t.end()
})

t.test('where the kernel does not take it: STEERING_FAILED, with the reason', async (t) => {
  await t.rejects(replaceElements('ipxxb-not-there', 'alive', new Uint8Array(1), 1000), {
    code: 'STEERING_FAILED',
    message: /^nf_tables, the set alive of table inet ipxxb-not-there: E[A-Z]+$/,
  })
  let [calls, interrupted] = [0, 3]
  const addon = { readCounters: () => (calls++ < interrupted ? -4 : []) }
  t.same(readCounters('ours', addon), [], 'rules that change meanwhile: once more')
  t.equal(calls, 4)
  interrupted = 100
  t.throws(() => readCounters('ours', addon), { code: 'STEERING_FAILED', message: 'nf_tables, the counters of table inet ours: EINTR' })
})

t.test('memory that forks do not get', (t) => {
  const memory = new SharedArrayBuffer(1 << 20)
  new Uint8Array(memory).fill(1)
  const excluded = () => {
    const areas = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    const kilobytes = areas.filter((area) => /^VmFlags:.* dc\b/m.test(area)).map((area) => Number(/^Size: +(\d+)/m.exec(area)?.[1]))
    return kilobytes.reduce((sum, one) => sum + one, 0)
  }
  const before = excluded()
  keepFromForks(memory)
  t.ok(excluded() - before >= 1020, 'all but the pages that the allocator shares with it')
  t.equal(execFileSync(process.execPath, ['-p', '6 * 7'], { encoding: 'utf8' }), '42\n', 'and children start as ever')
  t.ok(new Uint8Array(memory).every((byte) => byte === 1))
  t.end()
})

const thp = '/sys/kernel/mm/transparent_hugepage/enabled'
const [major = 0, minor = 0] = release().split('.').map(Number)
const isOld = major < 6 || (major === 6 && minor < 1)
const hasHuge = existsSync(thp) && !readFileSync(thp, 'utf8').includes('[never]')
const skipHuge = isOld ? 'this kernel is older than 6.1' : hasHuge ? false : 'this kernel gives no huge pages'

t.test('huge pages for what is in use of a memory', { skip: skipHuge }, (t) => {
  const huge = () => Number(/^AnonHugePages: +(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1])
  // Before it is written: some kernels give them to everybody.
  const before = huge()
  const memory = new SharedArrayBuffer(24 << 20)
  const bytes = new Uint8Array(memory).subarray(0, 16 << 20)
  bytes.fill(7)
  useHugePages(memory)
  // The first and the last two megabytes may be pages of others, too.
  t.ok(huge() - before >= 12 << 10, `${huge() - before} KiB`)
  t.ok(huge() - before <= 18 << 10, 'and none for what is not')
  t.ok(bytes.every((byte) => byte === 7))
  useHugePages(new SharedArrayBuffer(4096))
  t.end()
})

t.test('a thread on one processor', async (t) => {
  const lists = () =>
    readdirSync('/proc/self/task').map(
      (thread) => /^Cpus_allowed_list:\t(\S+)$/m.exec(readFileSync(`/proc/self/task/${thread}/status`, 'utf8'))?.[1],
    )
  const [before] = lists()
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    parentPort.postMessage([1e4, 0].map((processor) => require(workerData).pinThread(processor)))
    setTimeout(() => undefined, 1e6)`
  const built = fileURLToPath(new URL('../../../../native/build/Release/ipxxb.node', import.meta.url))
  const worker = new Worker(code, { eval: true, workerData: built })
  const [[refused, done]] = await once(worker, 'message')
  t.equal(getSystemErrorName(refused), 'EINVAL')
  t.equal(done, 0)
  t.equal(lists().filter((list) => list === '0').length, before === '0' ? lists().length : 1, 'the others stay free')
  await worker.terminate()
  t.equal(pinThread(1e4), 'EINVAL', 'there is no such processor')
})

t.test('wake-ups', (t) => {
  const fd = createWake()
  t.ok(Number.isInteger(fd) && fd > 2)
  for (let count = 0; count < 3; count++) wake(fd)
  closeWake(fd)
  t.throws(() => wake(fd), { message: 'wake: Bad file descriptor' })
  t.throws(() => closeWake(fd), { message: 'wake: Bad file descriptor' })
  t.end()
})
