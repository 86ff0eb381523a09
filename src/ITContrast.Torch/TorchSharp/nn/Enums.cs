namespace TorchSharp;

/// <summary>How a convolution extends its input beyond the border.</summary>
public enum PaddingModes
{
    Zeros,
    Reflect,
    Replicate,
    Circular,
    Constant,
}

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss joins its elements; the values are libtorch's own.</summary>
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        /// <summary>The activation of a transformer layer.</summary>
        public enum Activations
        {
            ReLU,
            GELU,
        }

        /// <summary>The activation of a plain recurrent layer.</summary>
        public enum NonLinearities
        {
            ReLU,
            Tanh,
        }
    }
}
