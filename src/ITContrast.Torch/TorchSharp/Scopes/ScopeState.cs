using System.Collections.Concurrent;

namespace TorchSharp;

/// <summary>One thread's innermost scope and its counts.</summary>
internal sealed class ScopeState
{
    [ThreadStatic]
    private static ScopeState? t_current;

    /// <summary>Handles that this thread lost, for it to free.</summary>
    internal readonly ConcurrentQueue<IntPtr> Lost = new();

    internal readonly Thread Thread = Thread.CurrentThread;

    internal DisposeScope? Innermost;
    internal long CreatedOutsideScope;
    internal long DisposedOutsideScope;
    internal long CreatedInScope;
    internal long DisposedInScope;
    internal long DetachedFromScope;
    internal long AttachedToScope;

    ~ScopeState() => LeakGuard.Adopt(Lost);

    internal static ScopeState Current => t_current ??= new ScopeState();

    internal DisposeScope Open()
    {
        LeakGuard.Collect(this);
        return Innermost = new DisposeScope(this, Innermost);
    }

    /// <summary>Takes a scope, and those that were opened inside it, off this thread's stack.</summary>
    internal void Close(DisposeScope scope)
    {
        for (DisposeScope? s = Innermost; s is not null; s = s.OuterScope)
        {
            if (s != scope) continue;
            while (Innermost != scope) Innermost!.Dispose();
            Innermost = scope.OuterScope;
            return;
        }
    }
}
