# SPDX-License-Identifier: GPL-2.0-or-later
# The addon, build/Release/ipxxb.node. NAPI_VERSION 8 is what Node 20 and 24 both have: one binary serves both.
{
  'targets': [
    {
      'target_name': 'ipxxb',
      'sources': [
        'src/addon.cc',
        'src/batch.cc',
        'src/forks.cc',
        'src/hugepages.cc',
        'src/list.cc',
        'src/netlink.cc',
        'src/owner.cc',
        'src/pace.cc',
        'src/pin.cc',
        'src/queue.cc',
        'src/rawsocket.cc',
        'src/ruleset.cc',
        'src/wake.cc',
      ],
      'dependencies': [ "<!(node -p \"require('node-addon-api').targets\"):node_addon_api" ],
      'defines': [ 'NAPI_VERSION=8' ],
      'cflags': [ "<!@(pkg-config --cflags libmnl libnetfilter_queue)" ],
      'cflags_cc!': [ '-std=gnu++17', '-std=gnu++20' ],
      'cflags_cc': [ '-std=c++17', '-Wall', '-Wextra', '-Werror', '-fvisibility=hidden' ],
      'libraries': [ "<!@(pkg-config --libs libmnl libnetfilter_queue)" ],
    },
  ],
}
