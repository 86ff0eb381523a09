// One tensor as the bytes of the zip that torch.save writes; reading goes through the managed reader, which executes nothing.
#include "shim.h"

#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/serialization/pickle.h>

// Hands the archive's bytes to `write` once. -1: failure.
ITC_API int32_t itc_archive(void* handle, void (*write)(void* context, const char* data, int64_t size), void* context) {
    return itc::guarded(-1, [&] {
        auto bytes = torch::jit::pickle_save(c10::IValue(itc::borrow(handle).detach().cpu()));
        write(context, bytes.data(), static_cast<int64_t>(bytes.size()));
        return 0;
    });
}
