using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using ITContrast.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp;

/// <summary>
/// The managed half of a custom function's graph node. libtorch owns the node and the node owns this object, so both go when the graph does;
/// an exception of the backward pass is kept under a number, which travels through libtorch in its error message.
/// </summary>
internal sealed unsafe class FunctionNode
{
    private const string Mark = "managed exception ";

    private static readonly ConcurrentDictionary<long, Exception> s_thrown = new();
    private static long s_next;

    private readonly string _name;
    private readonly AutogradContext _context;
    private readonly Func<AutogradContext, List<Tensor>, List<Tensor>> _backward;
    private readonly int[] _tensorPositions;
    private readonly int _arguments;

    static FunctionNode() => Native.itc_function_callbacks(&Backward, &Release);

    private FunctionNode(string name, object[] arguments, Func<AutogradContext, List<Tensor>, List<Tensor>> backward)
    {
        _name = name;
        _context = new AutogradContext();
        _backward = backward;
        _arguments = arguments.Length;
        _tensorPositions = [.. Enumerable.Range(0, arguments.Length).Where(i => arguments[i] is Tensor)];
    }

    internal static List<Tensor> Apply(
        string name, object[] arguments, Func<AutogradContext, List<Tensor>> forward, Func<AutogradContext, List<Tensor>,
        List<Tensor>> backward)
    {
        FunctionNode self = new(name, arguments, backward);
        IntPtr node;
        fixed (byte* title = Encoding.UTF8.GetBytes(name + '\0')) node = Native.itc_function_begin(title, GCHandle.ToIntPtr(GCHandle.Alloc(self)));
        try
        {
            self._context.Node = Native.itc_function_node(node);
            List<Tensor> outputs;
            using (no_grad()) outputs = forward(self._context);
            return self.Finish(node, arguments, outputs);
        }
        finally
        {
            Native.itc_function_discard(node);
        }
    }

    /// <summary>The exception that the message's number stands for; the message then says whose it was.</summary>
    internal static Exception? Thrown(ref string message)
    {
        int at = message.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0) return null;
        string digits = new([.. message[(at + Mark.Length)..].TakeWhile(char.IsAsciiDigit)]);
        if (!long.TryParse(digits, out long number) || !s_thrown.TryRemove(number, out Exception? thrown)) return null;
        message = thrown.Message;
        return thrown;
    }

    private List<Tensor> Finish(IntPtr node, object[] arguments, List<Tensor> outputs)
    {
        Tensor[] inputs = [.. _tensorPositions.Select(i => (Tensor)arguments[i])];
        IntPtr[] i = Handles(inputs), o = Handles(outputs), d = Handles(_context.Dirty), n = Handles(_context.NonDifferentiable), s = Handles(_context.ToSave);
        IntPtr[] r = new IntPtr[o.Length];
        _context.SavedCount = s.Length;
        fixed (IntPtr* pi = i, po = o, pd = d, pn = n, ps = s, pr = r)
        {
            int status = Native.itc_function_finish(
                node, pi, i.Length, po, o.Length, pd, d.Length, pn, n.Length, ps, s.Length, _context.Materialize ? 1 : 0, pr);
            if (status < 0) throw new TorchException(_name, Native.LastError(), string.Join(", ", inputs.Select(t => t.Brief())));
        }
        GC.KeepAlive(_context.ToSave);
        List<Tensor> results = [.. r.Select(h => new Tensor(h))];
        // What the forward pass returned is now reachable through the results; an input returned as it came stays its caller's.
        foreach (Tensor output in outputs)
        {
            if (!inputs.Any(input => ReferenceEquals(input, output))) output.Dispose();
        }
        return results;
    }

    [UnmanagedCallersOnly]
    private static long Backward(IntPtr context, IntPtr* gradients, int count, IntPtr* results, int resultCount)
    {
        try
        {
            FunctionNode self = (FunctionNode)GCHandle.FromIntPtr(context).Target!;
            using DisposeScope scope = NewDisposeScope();
            List<Tensor> given = new(count);
            for (int i = 0; i < count; i++) given.Add(gradients[i] == IntPtr.Zero ? null! : new Tensor(gradients[i]));
            List<Tensor> found = self._backward(self._context, given);
            if (found.Count != self._arguments)
                throw new InvalidOperationException(
                    $"{self._name}.backward returned {found.Count} gradients for {self._arguments} arguments of apply; pass null for those without one.");
            for (int i = 0; i < resultCount; i++)
            {
                if (found[self._tensorPositions[i]] is { } gradient) results[i] = Native.itc_retain(gradient.Handle);
            }
            return 0;
        }
        catch (Exception exception)
        {
            long number = Interlocked.Increment(ref s_next);
            s_thrown[number] = exception;
            return number;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(IntPtr context) => GCHandle.FromIntPtr(context).Free();
}
