// SPDX-License-Identifier: GPL-2.0-or-later
// Which source a test earns coverage for: its own mirror and nothing else, so that a line reached by accident does not count as tested.
// Only the parts that decide over packets and policies are held at 100 % of lines; test/rules/mirror.test.ts sees to it that each of
// their files has its mirror. What the kernel alone can reach (packet/, install/, worker/) is tested by what it does, not by lines.

export const HELD = /^src\/(datapath\/(parse|classify|inspect|verdict)|control\/(policy|compile))\//

/** Held files that hold types alone: nothing of them is left to run. */
export const EXEMPT = ['src/control/policy/policy.ts', 'src/control/compile/steering.ts']

/** build/test/a/b.test.js -> src/a/b.ts, where that file is held. null: the test earns no coverage. */
export default function coverageMap(test) {
  const source = test.replace(/^build\/test\//, 'src/').replace(/\.test\.js$/, '.ts')
  return HELD.test(source) && !EXEMPT.includes(source) ? [source] : null
}
