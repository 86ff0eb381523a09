using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers of its own; operators that take one draw from it alone.</summary>
    public sealed class Generator : IDisposable
    {
        private IntPtr _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            _handle = Native.Check(Native.itc_generator((int)this.device.type, this.device.index, (long)seed), "Generator");
        }

        private Generator(IntPtr handle)
        {
            device = CPU;
            _handle = handle;
        }

        ~Generator() => Free();

        /// <summary>The process-wide generator of the CPU.</summary>
        public static Generator Default { get; } = new(Native.Check(Native.itc_default_generator(), "Generator.Default"));

        public Device device { get; }

        internal IntPtr Handle => _handle != IntPtr.Zero ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.itc_generator_set_seed(Handle, seed), "Generator.manual_seed");
            return this;
        }

        public long initial_seed() => Native.itc_generator_seed(Handle);

        public Tensor get_state() => new(Native.Check(Native.itc_generator_state(Handle), "Generator.get_state"));

        public void set_state(Tensor value) => Native.Check(Native.itc_generator_set_state(Handle, value.Handle), "Generator.set_state");

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            IntPtr handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
            if (handle != IntPtr.Zero) Native.itc_free_generator(handle);
        }
    }

    /// <summary>The global generators.</summary>
    public static class random
    {
        /// <summary>Seeds the global generators of every device.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.itc_seed_all(seed), "random.manual_seed");
            return Generator.Default;
        }
    }

    public static Generator manual_seed(long seed) => random.manual_seed(seed);
}
