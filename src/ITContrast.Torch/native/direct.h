// The signatures whose boxed call costs most, called without boxes: an IValue list is an allocation, a type and a copy at each end.
#pragma once

#include "shim.h"

#include <ATen/core/dispatch/Dispatcher.h>

namespace itc {

// The most arguments that such a signature has.
constexpr int kDirectArguments = 4;

// bound[i]: what the caller gave for the schema's argument i, null where its default stands. False, with nothing done, where the kinds are
// not the signature's own; the boxed call converts or refuses those.
using Direct = bool (*)(const c10::OperatorHandle& op, const Value* const* bound, at::Tensor& result);

// Null where the operator's signature is none of these.
Direct direct(const c10::OperatorHandle& op);

}  // namespace itc
