using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace ITContrast.Torch;

/// <summary>The C surface of native/*.cpp. Handles own one reference; entry points that can fail say so by null or -1 and keep the message.</summary>
internal static unsafe partial class Native
{
    private const string Library = "itctorch";

    [LibraryImport(Library)] internal static partial int itc_find(byte* name, byte* overload, byte* names, IntPtr* result);
    [LibraryImport(Library)]
    internal static partial int itc_call(IntPtr op, NativeValue* arguments, int count, NativeValue* results, int capacity);
    [LibraryImport(Library)] internal static partial int itc_has_kernel(IntPtr op, int device);
    [LibraryImport(Library)] internal static partial void itc_more(NativeValue* results);
    [LibraryImport(Library)] internal static partial int itc_error(byte* text, int capacity);

    [LibraryImport(Library)] internal static partial IntPtr itc_copy_in(void* data, long* sizes, int dimensions, int dtype);
    [LibraryImport(Library)]
    internal static partial IntPtr itc_over_memory(
        void* data, long* sizes, long* strides, int dimensions, int dtype, delegate* unmanaged<IntPtr, void> release, IntPtr context);
    [LibraryImport(Library)]
    internal static partial IntPtr itc_new(long* sizes, int dimensions, int dtype, int device, int index, int fill);
    [LibraryImport(Library)] internal static partial void itc_free(IntPtr handle);
    [LibraryImport(Library)] internal static partial IntPtr itc_retain(IntPtr handle);
    [LibraryImport(Library)] internal static partial void* itc_data(IntPtr handle);
    [LibraryImport(Library)] internal static partial IntPtr itc_storage(IntPtr handle, long* bytes);
    [LibraryImport(Library)] internal static partial int itc_item(IntPtr handle, double* floating, long* integer);
    [LibraryImport(Library)] internal static partial int itc_flags(IntPtr handle);
    [LibraryImport(Library)] internal static partial IntPtr itc_get_index(IntPtr handle, NativeValue* indices, int count);
    [LibraryImport(Library)] internal static partial int itc_set_index(IntPtr handle, NativeValue* indices, int count, IntPtr value);

    [LibraryImport(Library), SuppressGCTransition] internal static partial int itc_dim(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long itc_numel(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int itc_dtype(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long itc_element_size(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void itc_sizes(IntPtr handle, long* sizes);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void itc_strides(IntPtr handle, long* strides);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long itc_storage_offset(IntPtr handle);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int itc_device(IntPtr handle, int* index);

    [LibraryImport(Library)]
    internal static partial int itc_archive(IntPtr handle, delegate* unmanaged<IntPtr, byte*, long, void> write, IntPtr context);

    [LibraryImport(Library)] internal static partial int itc_requires_grad(IntPtr handle, int value);
    [LibraryImport(Library)] internal static partial int itc_grad(IntPtr handle, IntPtr* gradient);
    [LibraryImport(Library)] internal static partial int itc_set_grad(IntPtr handle, IntPtr gradient);
    [LibraryImport(Library)]
    internal static partial int itc_backward(
        IntPtr* outputs, int count, IntPtr* gradients, int gradientCount, int retain, int create, IntPtr* inputs, int inputCount);
    [LibraryImport(Library)]
    internal static partial int itc_autograd_grad(
        IntPtr* outputs, int count, IntPtr* inputs, int inputCount, IntPtr* gradients, int gradientCount, int retain, int create,
        int allowUnused, IntPtr* results);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int itc_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void itc_set_grad_mode(int enabled);
    [LibraryImport(Library)] internal static partial int itc_inference_mode();
    [LibraryImport(Library)] internal static partial IntPtr itc_enter_inference(int enabled);
    [LibraryImport(Library)] internal static partial void itc_leave_inference(IntPtr guard);
    [LibraryImport(Library)] internal static partial int itc_anomaly();
    [LibraryImport(Library)] internal static partial void itc_set_anomaly(int enabled, int checkNan);

    [LibraryImport(Library)]
    internal static partial void itc_function_callbacks(
        delegate* unmanaged<IntPtr, IntPtr*, int, IntPtr*, int, long> backward, delegate* unmanaged<IntPtr, void> release);
    [LibraryImport(Library)] internal static partial IntPtr itc_function_begin(byte* title, IntPtr context);
    [LibraryImport(Library)] internal static partial void itc_function_discard(IntPtr node);
    [LibraryImport(Library)]
    internal static partial int itc_function_finish(
        IntPtr node, IntPtr* inputs, int inputCount, IntPtr* outputs, int outputCount, IntPtr* dirty, int dirtyCount, IntPtr* plain,
        int plainCount, IntPtr* saved, int savedCount, int materialize, IntPtr* results);
    [LibraryImport(Library)] internal static partial int itc_function_saved(IntPtr node, IntPtr* results);
    [LibraryImport(Library)] internal static partial IntPtr itc_function_node(IntPtr node);

    [LibraryImport(Library)] internal static partial byte* itc_version();
    [LibraryImport(Library)] internal static partial int itc_threads();
    [LibraryImport(Library)] internal static partial int itc_set_threads(int count);
    [LibraryImport(Library)] internal static partial int itc_interop_threads();
    [LibraryImport(Library)] internal static partial int itc_has_cuda();
    [LibraryImport(Library)] internal static partial int itc_cuda_count();
    [LibraryImport(Library)] internal static partial int itc_cuda_synchronize(int index);
    [LibraryImport(Library)] internal static partial int itc_seed_all(long seed);
    [LibraryImport(Library)] internal static partial int itc_dropout_mask(IntPtr mask, long seed, double p);
    [LibraryImport(Library)] internal static partial int itc_largest(IntPtr scores, IntPtr mask, IntPtr values, IntPtr indices);
    [LibraryImport(Library)] internal static partial IntPtr itc_gru(IntPtr inputs, IntPtr weight, IntPtr bias, long* sizes, int count, int reverse);
    [LibraryImport(Library)] internal static partial int itc_weigh(IntPtr scores, double mu, double gamma, IntPtr weights);
    [LibraryImport(Library)]
    internal static partial int itc_weigh_square(IntPtr scores, IntPtr mask, double mu, double gamma, IntPtr weights, double* told);
    [LibraryImport(Library)] internal static partial int itc_weigh_groups(IntPtr scores, double temperature, IntPtr weights, IntPtr valid);
    [LibraryImport(Library)]
    internal static partial IntPtr itc_contrast(
        IntPtr scores, IntPtr mask, IntPtr forRows, IntPtr forColumns, IntPtr scale, double margin, double lambda, double* told);
    [LibraryImport(Library)] internal static partial int itc_tally(IntPtr made, IntPtr hardest, IntPtr scores, IntPtr positives, double* counted);
    [LibraryImport(Library)] internal static partial int itc_sums_keys();
    [LibraryImport(Library)]
    internal static partial int itc_sum_keys(IntPtr anchors, IntPtr keys, IntPtr keyIds, IntPtr ids, double mu, double gamma, IntPtr sums);
    [LibraryImport(Library)] internal static partial int itc_sparse_product(IntPtr sparse, IntPtr dense, IntPtr product);
    [LibraryImport(Library)] internal static partial int itc_sort_sets(IntPtr features, IntPtr members, IntPtr sorted, IntPtr rows);
    [LibraryImport(Library)] internal static partial int itc_unsort_sets(IntPtr gradient, IntPtr rows, IntPtr result);
    [LibraryImport(Library)]
    internal static partial IntPtr itc_mixtures(
        IntPtr anchors, IntPtr keys, IntPtr parents, IntPtr weights, IntPtr valid, IntPtr anchor, IntPtr sign, double smallest);
    [LibraryImport(Library)] internal static partial int itc_tiles();
    [LibraryImport(Library)] internal static partial void itc_tiles_pack(ushort* rows, long stride, long count, long width, ushort* panel);
    [LibraryImport(Library)]
    internal static partial void itc_tiles_multiply(ushort* rows, long stride, long count, ushort* panel, long columns, long width, float* product, long step);
    [LibraryImport(Library)]
    internal static partial int itc_pool_sets(IntPtr features, IntPtr members, IntPtr weights, IntPtr sorted, IntPtr rows, IntPtr pooled);
    [LibraryImport(Library)]
    internal static partial int itc_unpool_sets(IntPtr gradient, IntPtr weights, IntPtr sorted, IntPtr rows, IntPtr ofFeatures, IntPtr ofWeights);
    [LibraryImport(Library)] internal static partial IntPtr itc_generator(int device, int index, long seed);
    [LibraryImport(Library)] internal static partial IntPtr itc_default_generator();
    [LibraryImport(Library)] internal static partial void itc_free_generator(IntPtr generator);
    [LibraryImport(Library)] internal static partial long itc_generator_seed(IntPtr generator);
    [LibraryImport(Library)] internal static partial int itc_generator_set_seed(IntPtr generator, long seed);
    [LibraryImport(Library)] internal static partial IntPtr itc_generator_state(IntPtr generator);
    [LibraryImport(Library)] internal static partial int itc_generator_set_state(IntPtr generator, IntPtr state);
    [LibraryImport(Library)] internal static partial int itc_deterministic();
    [LibraryImport(Library)] internal static partial void itc_set_deterministic(int on, int warnOnly);
    [LibraryImport(Library)] internal static partial void itc_set_tf32(int matmul, int cudnn);
    [LibraryImport(Library)] internal static partial int itc_tf32();
    [LibraryImport(Library)] internal static partial int itc_memory_supported();
    [LibraryImport(Library)] internal static partial int itc_memory(int device, long* values);
    [LibraryImport(Library)] internal static partial int itc_memory_empty();
    [LibraryImport(Library)] internal static partial int itc_memory_reset(int device);
    [LibraryImport(Library)] internal static partial int itc_autocast(int device, int* dtype, int* cache);
    [LibraryImport(Library)] internal static partial int itc_set_autocast(int device, int enabled, int dtype, int cache);
    [LibraryImport(Library)] internal static partial int itc_autocast_nest(int up);

    /// <summary>The message of the failure that an entry point has just reported on this thread.</summary>
    internal static string LastError()
    {
        Span<byte> text = stackalloc byte[4096];
        fixed (byte* p = text)
        {
            int length = itc_error(p, text.Length);
            return System.Text.Encoding.UTF8.GetString(text[..length]);
        }
    }

    /// <summary>Throws for an entry point that reported failure.</summary>
    internal static void Check(int status, string operation)
    {
        if (status < 0) throw new TorchException(operation, LastError());
    }

    /// <inheritdoc cref="Check(int, string)"/>
    internal static IntPtr Check(IntPtr handle, string operation) =>
        handle != IntPtr.Zero ? handle : throw new TorchException(operation, LastError());
}
