// What belongs to the process: version, threads, seeds and generators, devices, determinism, autocast.
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>

#include <mutex>

ITC_API const char* itc_version() { return TORCH_VERSION; }

ITC_API int32_t itc_threads() { return at::get_num_threads(); }
ITC_API int32_t itc_set_threads(int32_t count) {
    return itc::guarded(-1, [&] {
        at::set_num_threads(count);
        return 0;
    });
}
ITC_API int32_t itc_interop_threads() { return at::get_num_interop_threads(); }

ITC_API int32_t itc_has_cuda() { return at::globalContext().hasCUDA() ? 1 : 0; }
ITC_API int32_t itc_cuda_count() {
    return itc::guarded(-1, [&] { return static_cast<int32_t>(at::hasCUDA() ? at::getNumGPUs() : 0); });
}
ITC_API int32_t itc_cuda_synchronize(int32_t index) {
    return itc::guarded(-1, [&] {
        at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index));
        return 0;
    });
}

ITC_API int32_t itc_seed_all(int64_t seed) {
    return itc::guarded(-1, [&] {
        at::manual_seed(static_cast<uint64_t>(seed));
        return 0;
    });
}

ITC_API void* itc_generator(int32_t device, int32_t index, int64_t seed) {
    return itc::guarded(static_cast<void*>(nullptr), [&]() -> void* {
        c10::Device where(static_cast<c10::DeviceType>(device), static_cast<c10::DeviceIndex>(index));
        if (where.is_cpu()) return new at::Generator(at::detail::createCPUGenerator(static_cast<uint64_t>(seed)));
        auto generator = at::globalContext().defaultGenerator(where).clone();
        generator.set_current_seed(static_cast<uint64_t>(seed));
        return new at::Generator(generator);
    });
}

// The process-wide generator of the CPU.
ITC_API void* itc_default_generator() {
    return itc::guarded(static_cast<void*>(nullptr), [&]() -> void* { return new at::Generator(at::detail::getDefaultCPUGenerator()); });
}
ITC_API void itc_free_generator(void* generator) { delete static_cast<at::Generator*>(generator); }
ITC_API int64_t itc_generator_seed(void* generator) { return static_cast<int64_t>(static_cast<at::Generator*>(generator)->current_seed()); }
ITC_API int32_t itc_generator_set_seed(void* handle, int64_t seed) {
    return itc::guarded(-1, [&] {
        auto& generator = *static_cast<at::Generator*>(handle);
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_current_seed(static_cast<uint64_t>(seed));
        return 0;
    });
}
ITC_API void* itc_generator_state(void* handle) {
    return itc::guarded(static_cast<void*>(nullptr), [&] { return itc::own(static_cast<at::Generator*>(handle)->get_state()); });
}
ITC_API int32_t itc_generator_set_state(void* handle, void* state) {
    return itc::guarded(-1, [&] {
        static_cast<at::Generator*>(handle)->set_state(itc::borrow(state));
        return 0;
    });
}

// Bit 1: on; bit 2: it only warns.
ITC_API int32_t itc_deterministic() {
    return (at::globalContext().deterministicAlgorithms() ? 1 : 0) | (at::globalContext().deterministicAlgorithmsWarnOnly() ? 2 : 0);
}
ITC_API void itc_set_deterministic(int32_t on, int32_t warn_only) {
    at::globalContext().setDeterministicAlgorithms(on != 0, warn_only != 0);
    at::globalContext().setDeterministicCuDNN(on != 0);
    at::globalContext().setBenchmarkCuDNN(false);
}

ITC_API void itc_set_tf32(int32_t matmul, int32_t cudnn) {
    at::globalContext().setAllowTF32CuBLAS(matmul != 0);
    at::globalContext().setAllowTF32CuDNN(cudnn != 0);
}
ITC_API int32_t itc_tf32() { return (at::globalContext().allowTF32CuBLAS() ? 1 : 0) | (at::globalContext().allowTF32CuDNN() ? 2 : 0); }

// Autocast of this thread, by device: 0 CPU, 1 CUDA.
ITC_API int32_t itc_autocast(int32_t device, int32_t* dtype, int32_t* cache) {
    namespace cast = at::autocast;
    *cache = cast::is_autocast_cache_enabled() ? 1 : 0;
#if ITC_TORCH_AT_LEAST(2, 4)
    auto type = static_cast<c10::DeviceType>(device);
    *dtype = static_cast<int32_t>(cast::get_autocast_dtype(type));
    return cast::is_autocast_enabled(type) ? 1 : 0;
#else
    *dtype = static_cast<int32_t>(device == 0 ? cast::get_autocast_cpu_dtype() : cast::get_autocast_gpu_dtype());
    return (device == 0 ? cast::is_cpu_enabled() : cast::is_enabled()) ? 1 : 0;
#endif
}
ITC_API int32_t itc_set_autocast(int32_t device, int32_t enabled, int32_t dtype, int32_t cache) {
    return itc::guarded(-1, [&] {
        namespace cast = at::autocast;
        auto kind = static_cast<at::ScalarType>(dtype);
#if ITC_TORCH_AT_LEAST(2, 4)
        auto type = static_cast<c10::DeviceType>(device);
        cast::set_autocast_enabled(type, enabled != 0);
        cast::set_autocast_dtype(type, kind);
#else
        if (device == 0) {
            cast::set_cpu_enabled(enabled != 0);
            cast::set_autocast_cpu_dtype(kind);
        } else {
            cast::set_enabled(enabled != 0);
            cast::set_autocast_gpu_dtype(kind);
        }
#endif
        cast::set_autocast_cache_enabled(cache != 0);
        return 0;
    });
}
ITC_API int32_t itc_autocast_nest(int32_t up) {
    if (up != 0) return at::autocast::increment_nesting();
    int32_t depth = at::autocast::decrement_nesting();
    if (depth == 0) at::autocast::clear_cache();
    return depth;
}
