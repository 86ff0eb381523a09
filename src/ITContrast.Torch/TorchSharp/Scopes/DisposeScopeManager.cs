namespace TorchSharp;

/// <summary>The dispose scopes of the current thread.</summary>
public static class DisposeScopeManager
{
    /// <summary>Counts of this thread's tensors.</summary>
    public static ThreadDisposeScopeStatistics Statistics => new(ScopeState.Current);

    public static DisposeScope NewDisposeScope() => ScopeState.Current.Open();
}

/// <summary>What one thread made and disposed, inside and outside dispose scopes.</summary>
public sealed class ThreadDisposeScopeStatistics
{
    private readonly ScopeState _state;

    internal ThreadDisposeScopeStatistics(ScopeState state) => _state = state;

    public long CreatedOutsideScopeCount => _state.CreatedOutsideScope;
    public long DisposedOutsideScopeCount => _state.DisposedOutsideScope;
    public long CreatedInScopeCount => _state.CreatedInScope;
    public long DisposedInScopeCount => _state.DisposedInScope;
    public long DetachedFromScopeCount => _state.DetachedFromScope;
    public long AttachedToScopeCount => _state.AttachedToScope;
    public long ThreadTotalLiveCount => CreatedOutsideScopeCount + CreatedInScopeCount - DisposedOutsideScopeCount - DisposedInScopeCount;

    /// <summary>Starts the counts at zero.</summary>
    public void Reset() =>
        _state.CreatedOutsideScope = _state.DisposedOutsideScope = _state.CreatedInScope = _state.DisposedInScope =
            _state.DetachedFromScope = _state.AttachedToScope = 0;
}

public static partial class torch
{
    /// <summary>Opens a scope that disposes the tensors made until its end.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.NewDisposeScope();

    /// <summary>Runs an expression in a scope of its own and lets only its result out.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static T WrappedTupleDisposeScope<T>(Func<T> expr) where T : System.Runtime.CompilerServices.ITuple
    {
        using DisposeScope scope = NewDisposeScope();
        T tuple = expr();
        for (int i = 0; i < tuple.Length; i++) (tuple[i] as Tensor)?.MoveToOuterDisposeScope();
        return tuple;
    }
}
