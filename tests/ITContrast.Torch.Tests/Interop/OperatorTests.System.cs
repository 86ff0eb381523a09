using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Interop;

public sealed class OperatorTests
{
    public static TheoryData<string> Declared
    {
        get
        {
            TheoryData<string> names = [];
            foreach (FieldInfo f in Fields()) names.Add($"{f.DeclaringType!.Name}.{f.Name}");
            return names;
        }
    }

    [Theory, MemberData(nameof(Declared))]
    public void Every_declared_operator_binds_or_is_optional_and_absent(string name)
    {
        Operator op = (Operator)Fields().Single(f => $"{f.DeclaringType!.Name}.{f.Name}" == name).GetValue(null)!;
        string? problem = op.Bind();
        if (op.IsOptional) Assert.True(problem is null || problem.Contains("has no such operator"), problem);
        else Assert.Null(problem);
    }

    [Fact]
    public void Declarations_are_found()
    {
        Assert.True(Fields().Count() > 200);
    }

    [Fact]
    public void An_absent_operator_says_so_when_called()
    {
        Operator absent = new("no_such_operator(self)");
        Assert.False(absent.Exists);
        TorchException error = Assert.Throws<TorchException>(() => absent.Run(1));
        Assert.Contains("aten::no_such_operator", error.Message);
    }

    [Fact]
    public void An_argument_that_the_schema_lacks_is_refused_with_the_schema()
    {
        Operator wrong = new("relu(input)");
        Assert.Contains("aten::relu(Tensor self) -> Tensor", wrong.Bind());
    }

    [Fact]
    public void An_argument_of_the_wrong_kind_is_refused_with_the_schema()
    {
        using Tensor x = zeros(2, 2);
        Operator transpose = new("transpose.int(self, dim0, dim1)");
        TorchException error = Assert.Throws<TorchException>(() => transpose.Call(x, "zero", 1));
        Assert.Contains("'dim0' was given a string", error.Message);
        Assert.Contains("aten::transpose.int(", error.Message);
    }

    [Fact]
    public void Integers_become_floats_and_lists_where_the_schema_asks()
    {
        long before = Live.Count();
        using (NewDisposeScope())
        {
            Tensor x = ones(1, 1, 4, 4);
            Assert.Equal([1L, 1, 2, 2], new Operator("avg_pool2d(self, kernel_size)").Call(x, 2).shape);
            Assert.Equal(
                [1L, 1, 8, 12], new Operator("upsample_nearest2d.vec(input, output_size, scale_factors)").Call(x, Arg.None, Arg.Doubles([2, 3])).shape);
            Assert.Equal(0, new Operator("dropout(input, p, train)").Call(x, 1, true).sum().ToSingle());
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    // An argument left to its default takes the boxed call, one that is given the direct one.
    [Fact]
    public void Direct_calls_answer_as_boxed_ones() => Live.Balanced(() =>
    {
        Tensor x = arange(24).to(ScalarType.Float32).view(2, 3, 4);
        Operator sum = new("sum.dim_IntList(self, dim, keepdim, dtype)"), reshape = new("reshape(self, shape)"), cat = new("cat(tensors, dim)");
        foreach (Arg dim in new[] { 1, -1, Arg.Ints([0, 2]), Arg.Ints([]), Arg.None })
        {
            Live.SameBits(sum.Call(x, dim, Arg.Default, Arg.None), sum.Call(x, dim, false, Arg.None));
            Assert.Equal(ScalarType.Float64, sum.Call(x, dim, true, ScalarType.Float64).dtype);
            Assert.Equal(3, sum.Call(x, dim, true, Arg.None).ndim);
        }
        Live.SameBits(reshape.Call(x, 24), reshape.Call(x, Arg.Ints([-1])));
        Live.SameBits(cat.Call(Arg.List([x, x]), Arg.Default), cat.Call(Arg.List([x, x]), 0));
        Assert.Equal([2L, 6, 4], cat.Call(Arg.List([x, x]), 1).shape);
        Assert.Contains("aten::reshape", Assert.Throws<TorchException>(() => reshape.Call(x, Arg.Ints([5, 5]))).Message);
        Assert.Contains("self [2, 3, 4] Float32", Assert.Throws<TorchException>(() => sum.Call(x, 7, false, Arg.None)).Message);
        Assert.Throws<TorchException>(() => cat.Call(Arg.List([]), 0));
        Assert.Throws<TorchException>(() => sum.Call(x, "one", false, Arg.None));
        Tensor leaf = ones(2, 2, requires_grad: true);
        torch.stack([leaf.reshape(4), leaf.view(4)]).sum(1).sum().backward();
        Live.SameBits(full(2, 2, 2), leaf.grad!);
    });

    private static IEnumerable<FieldInfo> Fields() =>
        typeof(Operator).Assembly.GetTypes()
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(f => f.FieldType == typeof(Operator));
}
