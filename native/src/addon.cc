// SPDX-License-Identifier: GPL-2.0-or-later
// What the addon exports. State is per environment, so that each worker thread has its own.

#include <cerrno>
#include <cstring>
#include <napi.h>
#include <net/if.h>
#include <string>
#include <vector>

#include "forks.h"
#include "hugepages.h"
#include "layout.h"
#include "pin.h"
#include "queue.h"
#include "rawsocket.h"
#include "ruleset.h"
#include "wake.h"

namespace ipxxb {
namespace {

struct Environment {
  Napi::FunctionReference queue;
  Napi::FunctionReference rawSocket;
};

std::vector<napi_value> argumentsOf(const Napi::CallbackInfo& info) {
  std::vector<napi_value> values;
  for (size_t index = 0; index < info.Length(); index++)
    values.push_back(info[index]);
  return values;
}

Napi::Value openQueue(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Environment>()->queue.New(argumentsOf(info));
}

Napi::Value openRawSocket(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Environment>()->rawSocket.New(argumentsOf(info));
}

/** The result of a wake.h function, thrown where it is an errno. */
Napi::Value numberOrThrow(Napi::Env env, int result) {
  if (result < 0)
    Napi::Error::New(env, std::string("wake: ") + strerror(-result)).ThrowAsJavaScriptException();
  return Napi::Number::New(env, result);
}

Napi::Value createWakeForJs(const Napi::CallbackInfo& info) { return numberOrThrow(info.Env(), createWake()); }

Napi::Value wakeForJs(const Napi::CallbackInfo& info) {
  return numberOrThrow(info.Env(), wake(info[0].As<Napi::Number>().Int32Value()));
}

Napi::Value closeWakeForJs(const Napi::CallbackInfo& info) {
  return numberOrThrow(info.Env(), closeWake(info[0].As<Napi::Number>().Int32Value()));
}

/** [{ name, index }] of the network namespace; throws where the kernel does not list them. */
Napi::Value listInterfaces(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  struct if_nameindex* const interfaces = if_nameindex();
  if (interfaces == nullptr) {
    Napi::Error::New(env, std::string("interfaces: ") + strerror(errno)).ThrowAsJavaScriptException();
    return env.Undefined();
  }
  Napi::Array list = Napi::Array::New(env);
  for (uint32_t place = 0; interfaces[place].if_index != 0; place++) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", Napi::String::New(env, interfaces[place].if_name));
    entry.Set("index", Napi::Number::New(env, interfaces[place].if_index));
    list.Set(place, entry);
  }
  if_freenameindex(interfaces);
  return list;
}

Napi::Value rulesetGenerationForJs(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(rulesetGeneration()));
}

/** In a thread of libuv's, since it may wait for another program's change of the rules. */
class Replacement : public Napi::AsyncWorker {
public:
  explicit Replacement(const Napi::CallbackInfo& info)
      : Napi::AsyncWorker(info.Env()), deferred_(Napi::Promise::Deferred::New(info.Env())),
        table_(info[0].As<Napi::String>()), set_(info[1].As<Napi::String>()),
        milliseconds_(info[3].As<Napi::Number>().Int64Value()) {
    const auto keys = info[2].As<Napi::Uint8Array>();
    keys_.assign(keys.Data(), keys.Data() + keys.ByteLength());
  }
  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override { result_ = replaceElements(table_, set_, keys_.data(), keys_.size(), milliseconds_); }
  void OnOK() override { deferred_.Resolve(Napi::Number::New(Env(), result_)); }

private:
  const Napi::Promise::Deferred deferred_;
  const std::string table_;
  const std::string set_;
  const uint64_t milliseconds_;
  std::vector<uint8_t> keys_;
  int result_ = 0;
};

/** A promise of 0 or a negative errno. */
Napi::Value replaceElementsForJs(const Napi::CallbackInfo& info) {
  Replacement* const replacement = new Replacement(info);
  const Napi::Promise promise = replacement->promise();
  replacement->Queue();
  return promise;
}

/** [{ name, packets, bytes }], or a negative errno. */
Napi::Value readCountersForJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::vector<NamedCounter> counters;
  if (const int error = readCounters(info[0].As<Napi::String>(), counters); error != 0)
    return Napi::Number::New(env, error);
  Napi::Array list = Napi::Array::New(env, counters.size());
  for (size_t place = 0; place < counters.size(); place++) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", Napi::String::New(env, counters[place].name));
    entry.Set("packets", Napi::Number::New(env, static_cast<double>(counters[place].packets)));
    entry.Set("bytes", Napi::Number::New(env, static_cast<double>(counters[place].bytes)));
    list.Set(place, entry);
  }
  return list;
}

Napi::Value keepFromForksForJs(const Napi::CallbackInfo& info) {
  auto view = info[0].As<Napi::Uint8Array>();
  return Napi::Number::New(info.Env(), keepFromForks(view.Data(), view.ByteLength()));
}

Napi::Value useHugePagesForJs(const Napi::CallbackInfo& info) {
  auto view = info[0].As<Napi::Uint8Array>();
  useHugePages(view.Data(), view.ByteLength());
  return info.Env().Undefined();
}

Napi::Value pinThreadForJs(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), pinThread(info[0].As<Napi::Number>().Uint32Value()));
}

Napi::Object exportLayout(Napi::Env env) {
  const auto put = [env](Napi::Object into, const char* name, uint32_t value) {
    into.Set(name, Napi::Number::New(env, value));
  };
  Napi::Object layout = Napi::Object::New(env);
  put(layout, "BATCH_SLOTS", BATCH_SLOTS);
  put(layout, "SLAB_MAGIC", SLAB_MAGIC);
  put(layout, "SLAB_FORMAT", SLAB_FORMAT);
  put(layout, "NETLINK_OVERHEAD", NETLINK_OVERHEAD);
  put(layout, "TIME_AT", TIME_AT);
  put(layout, "COUNTERS_AT", COUNTERS_AT);
  put(layout, "NATIVE_COUNTER_SLOTS", NATIVE_COUNTER_SLOTS);
  put(layout, "SLOTS_AT", SLOTS_AT);
  Napi::Object header = Napi::Object::New(env);
  Napi::Object counters = Napi::Object::New(env);
  Napi::Object columns = Napi::Object::New(env);
#define X(name, index) put(header, #name, index);
  IPXXB_SLAB_HEADER(X)
#undef X
#define X(name, index) put(counters, #name, index);
  IPXXB_NATIVE_COUNTERS(X)
#undef X
#define X(name, offset) put(columns, #name, offset);
  IPXXB_COLUMNS(X)
#undef X
  layout.Set("SLAB_HEADER", header);
  layout.Set("NATIVE_COUNTERS", counters);
  layout.Set("COLUMNS", columns);
  return layout;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  Environment* const environment = new Environment();
  environment->queue = Napi::Persistent(Queue::define(env));
  environment->rawSocket = Napi::Persistent(RawSocket::define(env));
  env.SetInstanceData(environment);
  exports.Set("layout", exportLayout(env));
  exports.Set("createWake", Napi::Function::New(env, createWakeForJs));
  exports.Set("wake", Napi::Function::New(env, wakeForJs));
  exports.Set("closeWake", Napi::Function::New(env, closeWakeForJs));
  exports.Set("listInterfaces", Napi::Function::New(env, listInterfaces));
  exports.Set("keepFromForks", Napi::Function::New(env, keepFromForksForJs));
  exports.Set("useHugePages", Napi::Function::New(env, useHugePagesForJs));
  exports.Set("rulesetGeneration", Napi::Function::New(env, rulesetGenerationForJs));
  exports.Set("replaceElements", Napi::Function::New(env, replaceElementsForJs));
  exports.Set("readCounters", Napi::Function::New(env, readCountersForJs));
  exports.Set("pinThread", Napi::Function::New(env, pinThreadForJs));
  exports.Set("openQueue", Napi::Function::New(env, openQueue));
  exports.Set("openRawSocket", Napi::Function::New(env, openRawSocket));
  return exports;
}

NODE_API_MODULE(ipxxb, init)

} // namespace
} // namespace ipxxb
