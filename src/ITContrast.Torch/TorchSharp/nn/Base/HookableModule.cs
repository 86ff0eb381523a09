namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module whose <c>call</c> runs registered functions before and after <c>forward</c>, in the order of registration.</summary>
        public abstract class HookableModule<TPreHook, TPostHook> : Module
        {
            private readonly OrderedDictionary<long, TPreHook> preHooks = [];
            private readonly OrderedDictionary<long, TPostHook> postHooks = [];
            private long nextHook;

            private protected HookableModule(string name) : base(name)
            {
            }

            /// <summary>Runs after <c>forward</c>; what it returns, if not null, replaces the result.</summary>
            public HookRemover register_forward_hook(TPostHook hook) => Add(postHooks, hook);

            /// <summary>Runs before <c>forward</c>; what it returns, if not null, replaces the input.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook) => Add(preHooks, hook);

            private protected IEnumerable<TPreHook> PreHooks => preHooks.Values;

            private protected IEnumerable<TPostHook> PostHooks => postHooks.Values;

            private protected bool HasPreHooks => preHooks.Count > 0;

            private protected bool HasPostHooks => postHooks.Count > 0;

            private HookRemover Add<T>(OrderedDictionary<long, T> hooks, T hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                var id = nextHook++;
                hooks.Add(id, hook);
                return new HookRemover(() => hooks.Remove(id));
            }
        }

        /// <summary>Takes a hook off again; a second <see cref="remove"/> does nothing.</summary>
        public sealed class HookRemover
        {
            private Action? onRemove;

            internal HookRemover(Action onRemove) => this.onRemove = onRemove;

            public void remove()
            {
                onRemove?.Invoke();
                onRemove = null;
            }
        }
    }
}
