using System.Runtime.CompilerServices;
using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => (Flags & 1) != 0;
            set => Native.Check(Alive(Native.itc_requires_grad(Handle, value ? 1 : 0)), "Tensor.requires_grad");
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>The gradient that backward passes have added up; null before the first. Each reading is a new reference.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                IntPtr gradient;
                int found = Alive(Native.itc_grad(Handle, &gradient));
                Native.Check(found, "Tensor.grad");
                return found == 0 ? null : new Tensor(gradient);
            }
            set => Native.Check(Native.itc_set_grad(Handle, value is null ? IntPtr.Zero : value.Handle), "Tensor.grad");
        }

        public void backward() => autograd.Run([this], null, false, false, null);

        public void backward(
            IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.Run([this], grad_tensors, retain_graph, create_graph, inputs);
    }

    /// <summary>Gradients by reverse-mode differentiation.</summary>
    public static partial class autograd
    {
        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            Run(tensors, grad_tensors, retain_graph ?? create_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>The gradients of the outputs' sum with respect to each input; null where unused inputs are allowed and one is.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            IntPtr[] o = Handles(outputs), i = Handles(inputs), g = Handles(grad_outputs), r = new IntPtr[inputs.Count];
            int status;
            fixed (IntPtr* po = o, pi = i, pg = g, pr = r)
                status = Native.itc_autograd_grad(
                    po, o.Length, pi, i.Length, pg, g.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, pr);
            if (status < 0) throw Failed("autograd.grad", outputs);
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(r, x => x == IntPtr.Zero ? null! : new Tensor(x));
        }

        internal static unsafe void Run(IList<Tensor> tensors, IList<Tensor>? gradients, bool retain, bool create, IList<Tensor>? inputs)
        {
            IntPtr[] o = Handles(tensors), g = Handles(gradients), i = Handles(inputs);
            int status;
            fixed (IntPtr* po = o, pg = g, pi = i)
                status = Native.itc_backward(po, o.Length, pg, g.Length, retain ? 1 : 0, create ? 1 : 0, pi, i.Length);
            if (status < 0) throw Failed("backward", tensors);
            GC.KeepAlive(tensors);
            GC.KeepAlive(gradients);
            GC.KeepAlive(inputs);
        }

        internal static IntPtr[] Handles(IList<Tensor>? tensors)
        {
            if (tensors is null) return [];
            IntPtr[] handles = new IntPtr[tensors.Count];
            for (int i = 0; i < handles.Length; i++) handles[i] = tensors[i] is { } tensor ? tensor.Handle : IntPtr.Zero;
            return handles;
        }

        private static TorchException Failed(string operation, IList<Tensor> outputs)
        {
            string message = Native.LastError();
            Exception? inner = FunctionNode.Thrown(ref message);
            return new TorchException(operation, message, string.Join(", ", outputs.Select(t => t.Brief())), inner);
        }
    }
}
