using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom function's forward pass leaves for its backward pass.</summary>
        public sealed class AutogradContext
        {
            private readonly Dictionary<string, object> _data = [];

            internal IntPtr Node;
            internal int SavedCount;

            internal IList<Tensor> ToSave { get; private set; } = [];

            internal IList<Tensor> Dirty { get; private set; } = [];

            internal IList<Tensor> NonDifferentiable { get; private set; } = [];

            internal bool Materialize { get; private set; } = true;

            /// <summary>Inputs or outputs of the forward pass; a change in place before the backward pass is then noticed.</summary>
            public void save_for_backward(List<Tensor> tensors) => ToSave = tensors;

            /// <summary>The saved tensors, in their order; valid in the backward pass.</summary>
            public unsafe List<Tensor> get_saved_variables()
            {
                IntPtr[] handles = new IntPtr[SavedCount];
                fixed (IntPtr* p = handles) Native.Check(Native.itc_function_saved(Node, p), "get_saved_variables");
                return [.. handles.Select(h => h == IntPtr.Zero ? null! : new Tensor(h))];
            }

            public void save_data(string key, object value) => _data[key] = value;

            public object get_data(string key) => _data[key];

            /// <summary>Inputs that the forward pass changed in place.</summary>
            public void mark_dirty(List<Tensor> tensors) => Dirty = tensors;

            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = tensors;

            /// <summary>Whether the gradient of an unused output arrives as zeros (the default) or as null.</summary>
            public void set_materialize_grads(bool value) => Materialize = value;
        }
    }
}
