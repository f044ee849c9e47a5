// SPDX-License-Identifier: GPL-2.0-or-later
// Why an operation failed: the closed catalogue of operational errors. An operator reads one line: code, message, remedy.
// Traffic never ends here; it gets a reason (contract/reasons.ts). Programmer mistakes are plain TypeErrors.

interface Entry {
  /** Exit status: 1 failed, 2 wrong input. */
  readonly exit: 1 | 2
  readonly remedy: string
}

export const ERRORS = {
  QUEUE_IN_USE: { exit: 1, remedy: 'stop the other program (process id above), or choose other numbers with --queue' },
  NO_PRIVILEGE: { exit: 1, remedy: 'run as root, or grant CAP_NET_ADMIN and CAP_NET_RAW' },
  NO_NFQUEUE: { exit: 1, remedy: 'boot a kernel with CONFIG_NETFILTER_NETLINK_QUEUE, or load it: modprobe nfnetlink_queue' },
  NO_NFT: { exit: 1, remedy: 'apt-get install nftables' },
  NO_IPTABLES: { exit: 1, remedy: 'apt-get install iptables' },
  NO_IPSET: { exit: 1, remedy: 'apt-get install ipset' },
  NO_ADDON: { exit: 1, remedy: 'build it: deploy/setup.sh test' },
  QUEUE_LOST: { exit: 1, remedy: 'see the kernel log; the worker is restarted' },
  STEERING_FAILED: { exit: 1, remedy: 'see the message of the tool; the rules are as they were before' },
  HOOK_REFUSED: { exit: 1, remedy: 'use `hook: forward`, which has none of these limits' },
  NO_DEFRAGMENTATION: {
    exit: 1,
    remedy: 'let the kernel defragment: one rule that asks for connection tracking (nft ... ct state), or leave the block out',
  },
  INSTANCE_RUNNING: { exit: 1, remedy: 'stop it first, or talk to it' },
  METRICS_PORT: { exit: 1, remedy: 'choose another with --metrics' },
  WORKER_FAILED: { exit: 1, remedy: 'report this with the log line above it' },
  INTERNAL: { exit: 1, remedy: 'report this, with the detail of the log line' },
  NO_PROCESSOR: { exit: 2, remedy: 'name processors that this process may use (taskset --cpu-list --pid PID), or auto' },
  POLICY_UNREADABLE: { exit: 2, remedy: 'check the path and its permissions' },
  POLICY_INVALID: { exit: 2, remedy: 'mend the positions above; ipxxb check shows them again' },
  POLICY_TOO_LARGE: { exit: 2, remedy: 'split the policy, or merge blocks that protect the same networks' },
  CAPTURE_UNREADABLE: { exit: 2, remedy: 'check the path and its permissions' },
  CAPTURE_FORMAT: { exit: 2, remedy: 'give a pcap or pcapng file, packed with gzip or not; or - for standard input' },
  CAPTURE_DAMAGED: { exit: 1, remedy: 'what came before the fault was read; record it again, or copy it again, for the rest' },
  CAPTURE_LINK_TYPE: { exit: 1, remedy: 'record on an interface with IP on it; docs/replay.md lists the link types that are read' },
  CAPTURE_FRAME: { exit: 2, remedy: 'frames are counted from 1, as tcpdump -# and tshark count them' },
  CAPTURE_UNWRITABLE: { exit: 1, remedy: 'choose another place with --write or --write-dropped' },
  UNKNOWN_PROFILE: { exit: 2, remedy: 'ipxxb profiles lists them all' },
  UNSUPPORTED: { exit: 1, remedy: 'see the README for what this version does' },
  LAB_NAMESPACE: { exit: 1, remedy: 'allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), or run as root' },
  LAB_TOOL_MISSING: { exit: 1, remedy: 'run deploy/setup.sh lab' },
  LAB_FAILED: { exit: 1, remedy: 'run it again with --keep and look at the logs it names' },
  USAGE: { exit: 2, remedy: 'see ipxxb --help' },
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof ERRORS

/** An error that an operator can act on. `message` says what happened, with the numbers and names of this case. */
export class OperationalError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'OperationalError'
    this.code = code
  }

  get exit(): 1 | 2 {
    return ERRORS[this.code].exit
  }

  get remedy(): string {
    return ERRORS[this.code].remedy
  }

  /** The one line that the operator sees. */
  line(): string {
    return `ipxxb: ${this.code}: ${this.message}; remedy: ${this.remedy}`
  }
}
