// SPDX-License-Identifier: GPL-2.0-or-later
// Methods that are called between packets. node-addon-api looks the instance of a method up in its object, which Node
// refuses in a thread that is being ended, and the refusal, which cannot be thrown there, aborts the whole process.
// These carry their instance with them, and call nothing of Node-API that can be refused.

#pragma once

#include <napi.h>

// TypeScript has validated: what fails here is a mistake of ours, and going on would reach outside slab or packet.
#define REQUIRE(condition)                                                                                             \
  if (!(condition))                                                                                                    \
  Napi::Error::Fatal(__func__, #condition)

namespace ipxxb {

/** Gives the object that `info` constructs a method that finds `instance` as its data. The object owns the instance. */
inline void addMethod(const Napi::CallbackInfo& info, const char* name, napi_callback method, void* instance) {
  const napi_property_descriptor property = {name, nullptr, method, nullptr, nullptr, nullptr, napi_default, instance};
  if (napi_define_properties(info.Env(), info.This(), 1, &property) != napi_ok)
    Napi::Error::Fatal(__func__, name);
}

} // namespace ipxxb
