using System.Runtime.InteropServices;

namespace ITContrast.Torch;

/// <summary>
/// An error that libtorch reported, with the operator and what it was given. TorchSharp's packages throw <see cref="ExternalException"/> itself,
/// so what is to run on either provider catches that.
/// </summary>
public class TorchException : ExternalException
{
    /// <param name="operation">The operator's full name, or the entry point's.</param>
    /// <param name="detail">What libtorch said.</param>
    /// <param name="arguments">Names, shapes and dtypes of the tensors that were passed; empty where there were none.</param>
    /// <param name="inner">The managed exception that a callback threw, if one did.</param>
    public TorchException(string operation, string detail, string arguments = "", Exception? inner = null)
        : base(Compose(operation, detail, arguments), inner)
    {
        Operation = operation;
        Arguments = arguments;
        Detail = detail;
    }

    /// <summary>The operator, for example <c>aten::mm</c>.</summary>
    public string Operation { get; }

    /// <summary>Names, shapes and dtypes of the tensors that were passed.</summary>
    public string Arguments { get; }

    /// <summary>libtorch's whole message; <see cref="Exception.Message"/> holds its first line.</summary>
    public string Detail { get; }

    private static string Compose(string operation, string detail, string arguments)
    {
        int end = detail.IndexOf('\n');
        string first = end < 0 ? detail : detail[..end];
        return arguments.Length == 0 ? $"{operation}: {first}" : $"{operation} ({arguments}): {first}";
    }
}
