using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One call for a list of tensors: what optimiser steps are made of.</summary>
internal static partial class NnOps
{
    private static readonly Operator OpForeachAddInPlaceScalar = new("_foreach_add_.Scalar(self, scalar)");
    private static readonly Operator OpForeachAddInPlaceList = new("_foreach_add_.List(self, other, alpha)");
    private static readonly Operator OpForeachAddScalar = new("_foreach_add.Scalar(self, scalar)");
    private static readonly Operator OpForeachAddList = new("_foreach_add.List(self, other, alpha)");
    private static readonly Operator OpForeachMulInPlace = new("_foreach_mul_.Scalar(self, scalar)");
    private static readonly Operator OpForeachDivInPlace = new("_foreach_div_.Scalar(self, scalar)");
    private static readonly Operator OpForeachAddcmulInPlace = new("_foreach_addcmul_.Scalar(self, tensor1, tensor2, value)");
    private static readonly Operator OpForeachAddcdivInPlace = new("_foreach_addcdiv_.Scalar(self, tensor1, tensor2, value)");
    private static readonly Operator OpForeachSqrt = new("_foreach_sqrt(self)");
    private static readonly Operator OpForeachNeg = new("_foreach_neg(self)");
    private static readonly Operator OpForeachMaximum = new("_foreach_maximum.List(self, other)");
    private static readonly Operator OpForeachNorm = new("_foreach_norm.Scalar(self, ord)");

    public static void foreach_add_(Tensor[] self, double scalar) => OpForeachAddInPlaceScalar.Run(Arg.List(self), scalar);

    public static void foreach_add_(Tensor[] self, Tensor[] other, double alpha) =>
        OpForeachAddInPlaceList.Run(Arg.List(self), Arg.List(other), alpha);

    public static Tensor[] foreach_add(Tensor[] self, double scalar) => OpForeachAddScalar.CallList(Arg.List(self), scalar);

    public static Tensor[] foreach_add(Tensor[] self, Tensor[] other, double alpha) =>
        OpForeachAddList.CallList(Arg.List(self), Arg.List(other), alpha);

    public static void foreach_mul_(Tensor[] self, double scalar) => OpForeachMulInPlace.Run(Arg.List(self), scalar);

    public static void foreach_div_(Tensor[] self, double scalar) => OpForeachDivInPlace.Run(Arg.List(self), scalar);

    public static void foreach_addcmul_(Tensor[] self, Tensor[] tensor1, Tensor[] tensor2, double value) =>
        OpForeachAddcmulInPlace.Run(Arg.List(self), Arg.List(tensor1), Arg.List(tensor2), value);

    public static void foreach_addcdiv_(Tensor[] self, Tensor[] tensor1, Tensor[] tensor2, double value) =>
        OpForeachAddcdivInPlace.Run(Arg.List(self), Arg.List(tensor1), Arg.List(tensor2), value);

    public static Tensor[] foreach_sqrt(Tensor[] self) => OpForeachSqrt.CallList(Arg.List(self));

    public static Tensor[] foreach_neg(Tensor[] self) => OpForeachNeg.CallList(Arg.List(self));

    public static Tensor[] foreach_maximum(Tensor[] self, Tensor[] other) =>
        OpForeachMaximum.CallList(Arg.List(self), Arg.List(other));

    public static Tensor[] foreach_norm(Tensor[] self, double p) => OpForeachNorm.CallList(Arg.List(self), p);
}
