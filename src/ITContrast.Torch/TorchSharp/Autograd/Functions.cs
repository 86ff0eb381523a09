namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>A differentiable function of one output, whose backward pass is written by hand.</summary>
        /// <typeparam name="T">The deriving class.</typeparam>
        public abstract class SingleTensorFunction<T> where T : SingleTensorFunction<T>, new()
        {
            /// <summary>How the node is called in error messages.</summary>
            public abstract string Name { get; }

            /// <param name="ctx">Keeps what the backward pass needs.</param>
            /// <param name="vars">The arguments of <see cref="apply"/>.</param>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <returns>One gradient an argument of <see cref="apply"/>, null for those without one.</returns>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            public static Tensor apply(params object[] vars)
            {
                T function = new();
                return FunctionNode.Apply(
                    function.Name, vars, ctx => [function.forward(ctx, vars)], (ctx, gradients) => function.backward(ctx, gradients[0]))[0];
            }
        }

        /// <summary>A differentiable function of several outputs, whose backward pass is written by hand.</summary>
        /// <typeparam name="T">The deriving class.</typeparam>
        public abstract class MultiTensorFunction<T> where T : MultiTensorFunction<T>, new()
        {
            /// <inheritdoc cref="SingleTensorFunction{T}.Name"/>
            public abstract string Name { get; }

            /// <inheritdoc cref="SingleTensorFunction{T}.forward"/>
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <inheritdoc cref="SingleTensorFunction{T}.backward"/>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            public static List<Tensor> apply(params object[] vars)
            {
                T function = new();
                return FunctionNode.Apply(function.Name, vars, ctx => function.forward(ctx, vars), function.backward);
            }
        }
    }
}
