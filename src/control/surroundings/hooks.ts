// SPDX-License-Identifier: GPL-2.0-or-later
// `nft list hooks`: every function that the kernel calls for a packet in this network namespace, where the kernel can list them
// (CONFIG_NETFILTER_NETLINK_HOOK). It is the one sure sign of what puts fragments together, whoever asked for it.

export interface HookFunction {
  readonly family: string
  readonly hook: string
  readonly priority: number
  /** `ipv4_conntrack_defrag`, or `chain inet filter forward`. */
  readonly name: string
}

/** Empty where the kernel cannot list them, which an empty list does not tell from a namespace without any. */
export function readHooks(text: string): HookFunction[] {
  const functions: HookFunction[] = []
  let [family, hook] = ['', '']
  for (const line of text.split('\n').map((line) => line.trim())) {
    family = /^family (\S+) \{$/.exec(line)?.[1] ?? family
    hook = /^hook (\S+)(?: device \S+)? \{$/.exec(line)?.[1] ?? hook
    const [, sign, digits, name] = /^([-+ ]?)(\d+) (.+?)(?: \[\S+\])?$/.exec(line) ?? []
    if (name !== undefined) functions.push({ family, hook, priority: Number(`${sign === '-' ? '-' : ''}${digits}`), name })
  }
  return functions
}
