namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What maps a <typeparamref name="T"/> to a <typeparamref name="TResult"/> and can be put in evaluation mode.</summary>
        public interface IModule<in T, out TResult> : IDisposable
        {
            TResult call(T input);
        }

        /// <summary>As <see cref="IModule{T, TResult}"/>, of two inputs.</summary>
        public interface IModule<in T1, in T2, out TResult> : IDisposable
        {
            TResult call(T1 input1, T2 input2);
        }

        /// <summary>As <see cref="IModule{T, TResult}"/>, of three inputs.</summary>
        public interface IModule<in T1, in T2, in T3, out TResult> : IDisposable
        {
            TResult call(T1 input1, T2 input2, T3 input3);
        }
    }
}
