// SPDX-License-Identifier: GPL-2.0-or-later
// `nft list hooks` in the forms of nft 1.0.6 and 1.1.

import t from 'tap'
import { readHooks } from '../../../src/control/surroundings/hooks.js'

const LISTED = `family ip {
	hook ingress device eth0 {
		+0000000010 chain netdev x y [nf_tables]
	}
	hook prerouting {
		-0000000400 ipv4_conntrack_defrag [nf_defrag_ipv4]
		 0000000000 chain ip a c [nf_tables]
	}
	hook input {
		+2147483647 nf_confirm [nf_conntrack]
	}
}
family ip6 {
	hook prerouting {
		-400 ipv6_defrag
	}
}
`

t.strictSame(readHooks(LISTED), [
  { family: 'ip', hook: 'ingress', priority: 10, name: 'chain netdev x y' },
  { family: 'ip', hook: 'prerouting', priority: -400, name: 'ipv4_conntrack_defrag' },
  { family: 'ip', hook: 'prerouting', priority: 0, name: 'chain ip a c' },
  { family: 'ip', hook: 'input', priority: 2147483647, name: 'nf_confirm' },
  { family: 'ip6', hook: 'prerouting', priority: -400, name: 'ipv6_defrag' },
])
t.strictSame(readHooks(''), [], 'a kernel that lists none')
