// SPDX-License-Identifier: GPL-2.0-or-later
// A virtual machine with Debian's stock kernel on this machine's own files: the root is shared read-only, and a tmpfs in the guest takes
// what is written. It needs neither KVM nor root nor a disk image.
//
// Its clock counts instructions (-icount): one processor that does a thousand million of them a second, however slowly they are emulated
// and however busy this machine is. So what programs and tests in there wait for is never late just because emulation is slow.

import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { daemonsFolder } from '../../src/lab/daemons.js'
import type { Run } from './jobs.js'

/** The project's folder; this file is compiled to build/test/vm/. */
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url))
const COMPILED = fileURLToPath(new URL('../../', import.meta.url))

/** Without these the guest cannot see its root. They are loaded in the order in which they need each other. */
const BOOT_MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay']

/** Half of it holds what is written. */
const MEMORY_MEGABYTES = 1536

/**
 * The kernel is stock, but leaves out what guards against flaws of processors that an emulated one does not have: starting a process
 * takes four times as long with them. The end of the first process ends the machine.
 */
const KERNEL_OPTIONS = 'console=ttyS0 panic=-1 mitigations=off init_on_alloc=0'

const SBIN = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

/** Where deploy/kernel.sh keeps it. */
const kernelFolder = (): string =>
  process.env.IPXXB_KERNEL || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ipxxb', 'kernel')

/** false, or why there can be no virtual machine here. */
export function whyNoMachine(): string | false {
  if (!existsSync(join(kernelFolder(), 'complete'))) return `no kernel in ${kernelFolder()}: run deploy/setup.sh vm`
  for (const tool of ['qemu-system-x86_64', 'busybox', 'cpio', 'modprobe']) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`], { env: SBIN }).status !== 0) return `there is no ${tool}: run deploy/setup.sh vm`
  }
  return false
}

function output(command: string, words: readonly string[], cwd: string, input?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, input, env: SBIN, maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}

/** busybox, the modules that boot needs with their dependencies, and init.sh. */
function makeInitramfs(folder: string): string {
  const kernel = kernelFolder()
  const stage = join(folder, 'stage')
  for (const name of ['bin', 'modules']) mkdirSync(join(stage, name), { recursive: true })
  const busybox = output('sh', ['-c', 'command -v busybox'], folder).toString().trim()
  copyFileSync(busybox, join(stage, 'bin', 'busybox'))
  copyFileSync(join(PROJECT, 'test/vm/init.sh'), join(stage, 'init'))
  const version = readFileSync(join(kernel, 'version'), 'utf8').trim()
  const needed = (module: string): string[] =>
    [
      ...output('modprobe', ['-n', '-D', '-S', version, '-d', kernel, module], folder)
        .toString()
        .matchAll(/^insmod (\S.*\.ko)\s*$/gm),
    ].map(([, path]) => path as string)
  for (const [at, path] of [...new Set(BOOT_MODULES.flatMap(needed))].entries()) {
    copyFileSync(path, join(stage, 'modules', `${at + 10}-${basename(path)}`))
  }
  output('chmod', ['-R', 'a+rx', 'stage'], folder)
  const list = output('find', ['.'], stage).toString()
  const image = join(folder, 'initramfs')
  writeFileSync(image, output('cpio', ['--create', '--format=newc', '--quiet'], stage, list))
  return image
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A path inside qemu's options, where a comma ends a value. */
const escaped = (path: string): string => path.replaceAll(',', ',,')

export interface Machine {
  /** Where NAME.out, NAME.err and NAME.status of each run appear. */
  readonly results: string
  /** Resolves when the machine is off, with the reason. */
  readonly off: Promise<string>
}

/** Boots a machine that does the runs, with its files in `folder`, and ends it after `limitSeconds` of this machine's time. */
export function bootMachine(folder: string, runs: readonly Run[], limitSeconds: number): Machine {
  const results = join(folder, 'results')
  const serial = join(folder, 'console')
  mkdirSync(results)
  const order = { KERNEL: kernelFolder(), PROJECT, DAEMONS: daemonsFolder() }
  writeFileSync(
    join(results, 'order'),
    Object.entries(order)
      .map(([name, value]) => `${name}=${quoted(value)}\n`)
      .join(''),
  )
  const line = ({ name, words: [file, ...rest] }: Run): string =>
    [name, process.execPath, join(COMPILED, file as string), ...rest].join('\t')
  writeFileSync(join(results, 'runs'), runs.map((run) => `${line(run)}\n`).join(''))

  const share = (tag: string, path: string, more = '') => [
    '-virtfs',
    `local,path=${escaped(path)},mount_tag=${tag},security_model=none${more}`,
  ]
  const words = [
    ...['qemu-system-x86_64', '-accel', 'tcg', '-icount', 'shift=0,sleep=on', '-cpu', 'max', '-smp', '1', '-m', `${MEMORY_MEGABYTES}`],
    ...['-nodefaults', '-display', 'none', '-no-reboot', '-serial', `file:${serial}`],
    ...['-kernel', join(kernelFolder(), 'vmlinuz'), '-initrd', makeInitramfs(folder), '-append', KERNEL_OPTIONS],
    ...share('host', '/', ',readonly=on,multidevs=remap'),
    ...share('results', results),
  ]
  // It dies with this process, however that ends.
  const qemu = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], { stdio: ['ignore', 'ignore', 'pipe'], env: SBIN })
  let errors = ''
  let late = false
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const limit = setTimeout(() => {
    late = true
    qemu.kill('SIGKILL')
  }, limitSeconds * 1000)
  const off = new Promise<string>((resolve, reject) => {
    qemu.on('error', reject)
    qemu.on('close', (status) => {
      clearTimeout(limit)
      const last = existsSync(serial) ? readFileSync(serial, 'latin1').trimEnd().split('\n').slice(-40).join('\n') : ''
      const how = late
        ? `the machine hung: ended after its limit of ${limitSeconds} s`
        : `the machine went off (status ${status}) ${errors}`
      resolve(`${how.trim()}; it last said:\n${last}`)
    })
  })
  return { results, off }
}
