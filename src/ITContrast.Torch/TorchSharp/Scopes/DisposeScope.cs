using ITContrast.Torch;

namespace TorchSharp;

/// <summary>
/// Owns the tensors that are made while it is the innermost scope of its thread, and disposes them with itself.
/// Attaching and detaching a tensor take constant time.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private IDisposable?[] _items = new IDisposable?[16];
    private int _count;
    private bool _disposed;

    internal DisposeScope(ScopeState state, DisposeScope? outer)
    {
        State = state;
        OuterScope = outer;
    }

    internal ScopeState State { get; }

    internal DisposeScope? OuterScope { get; }

    /// <summary>How many objects the scope will dispose.</summary>
    public int DisposablesCount => _count;

    /// <summary>What the scope holds, as a copy.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => Items();

    /// <summary>The tensors that the scope holds.</summary>
    internal IEnumerable<torch.Tensor> Tensors => Items().OfType<torch.Tensor>();

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor ? tensor.Owner == this : IndexOf(disposable) >= 0;

    /// <summary>Takes an object over; a tensor leaves the scope that it was in.</summary>
    public T Attach<T>(T disposable) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.Owner == this) return disposable;
            bool outside = tensor.Owner is not DisposeScope;
            Remove(tensor);
            Adopt(tensor);
            if (outside) State.AttachedToScope++;
        }
        else if (IndexOf(disposable) < 0)
        {
            Push(disposable);
        }
        return disposable;
    }

    public void Attach(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables) Attach(disposable);
    }

    public (T1 first, T2 second) Attach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (Attach(first), Attach(second));

    /// <summary>Lets an object go: from now on its user disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.Owner != this) return disposable;
            Remove(tensor);
            tensor.Owner = new LeakGuard(tensor, ScopeState.Current);
            State.DetachedFromScope++;
        }
        else
        {
            RemoveAt(IndexOf(disposable));
        }
        return disposable;
    }

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables) Detach(disposable);
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (Detach(first), Detach(second));

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => (
            MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables) MoveToOuter(disposable);
    }

    /// <summary>Hands an object to another scope; to none, it is detached.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        if (scope is null) return Detach(disposable);
        if (disposable is not torch.Tensor) RemoveAt(IndexOf(disposable));
        return scope.Attach(disposable);
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second));

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables) MoveToOther(scope, disposable);
    }

    /// <summary>Disposes all but the given objects, which stay.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        HashSet<IDisposable> kept = new(inKeep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable item in Items())
        {
            if (!kept.Contains(item)) DisposeItem(item);
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    public void DisposeEverything() => DisposeEverythingBut(Enumerable.Empty<IDisposable>());

    /// <summary>Disposes everything in the scope, the newest first, and the scopes inside it that were left open.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        State.Close(this);
        for (int i = _count - 1; i >= 0; i--)
        {
            IDisposable? item = _items[i];
            _items[i] = null;
            _count = i;
            if (item is torch.Tensor tensor)
            {
                State.DisposedInScope++;
                tensor.Owner = null;
            }
            item?.Dispose();
        }
        LeakGuard.Collect(State);
    }

    /// <summary>Takes over a tensor that has no owner.</summary>
    internal void Adopt(torch.Tensor tensor)
    {
        if (_disposed) throw new ObjectDisposedException(nameof(DisposeScope), "the dispose scope is closed and takes no more tensors.");
        tensor.Slot = _count;
        tensor.Owner = this;
        Push(tensor);
    }

    /// <summary>Forgets a tensor that is being disposed by its user.</summary>
    internal void Forget(torch.Tensor tensor)
    {
        RemoveAt(tensor.Slot);
        State.DisposedInScope++;
    }

    private static void Remove(torch.Tensor tensor)
    {
        if (tensor.Owner is DisposeScope scope) scope.RemoveAt(tensor.Slot);
        else if (tensor.Owner is LeakGuard guard) guard.Release();
        tensor.Owner = null;
    }

    private static void DisposeItem(IDisposable item) => item.Dispose();

    private IDisposable[] Items()
    {
        IDisposable[] copy = new IDisposable[_count];
        Array.Copy(_items, copy, _count);
        return copy;
    }

    private void Push(IDisposable item)
    {
        if (_count == _items.Length) Array.Resize(ref _items, _count * 2);
        _items[_count++] = item;
    }

    private int IndexOf(IDisposable item) => Array.FindIndex(_items, 0, _count, x => ReferenceEquals(x, item));

    // The last entry takes the place of the one that goes.
    private void RemoveAt(int index)
    {
        if (index < 0) return;
        IDisposable last = _items[--_count]!;
        _items[index] = last;
        _items[_count] = null;
        if (last is torch.Tensor tensor) tensor.Slot = index;
    }
}
