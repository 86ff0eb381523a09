namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor MoveToOuterDisposeScope()
        {
            if (Owner is DisposeScope scope) scope.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            if (Owner is DisposeScope scope) scope.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (Owner is DisposeScope scope) scope.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.Owner as DisposeScope);
    }
}
