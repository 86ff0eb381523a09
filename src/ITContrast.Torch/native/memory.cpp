// Memory of CUDA devices: libtorch tells through a header that includes the CUDA runtime's, so the shim needs those at its build.
#include "shim.h"

#if defined(ITC_CUDA) && __has_include(<cuda_runtime_api.h>)
#include <c10/cuda/CUDACachingAllocator.h>
#define ITC_MEMORY_CUDA
#endif

// 1 where the calls below work.
ITC_API int32_t itc_memory_supported() {
#ifdef ITC_MEMORY_CUDA
    return 1;
#else
    return 0;
#endif
}

// Bytes: allocated, most allocated, reserved.
ITC_API int32_t itc_memory(int32_t device, int64_t* out) {
    return itc::guarded(-1, [&] {
#ifdef ITC_MEMORY_CUDA
        auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device));
        out[0] = stats.allocated_bytes[0].current;
        out[1] = stats.allocated_bytes[0].peak;
        out[2] = stats.reserved_bytes[0].current;
#else
        throw std::runtime_error("built without CUDA's headers");
#endif
        return 0;
    });
}

ITC_API int32_t itc_memory_empty() {
    return itc::guarded(-1, [&] {
#ifdef ITC_MEMORY_CUDA
        c10::cuda::CUDACachingAllocator::emptyCache();
#endif
        return 0;
    });
}

ITC_API int32_t itc_memory_reset(int32_t device) {
    return itc::guarded(-1, [&] {
#ifdef ITC_MEMORY_CUDA
        c10::cuda::CUDACachingAllocator::resetPeakStats(static_cast<c10::DeviceIndex>(device));
#endif
        return 0;
    });
}
