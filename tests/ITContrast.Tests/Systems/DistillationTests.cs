using ITContrast.Losses;
using ITContrast.Systems.Distillation;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

/// <summary>The distillation term against naive loops, and what its dynamic parts choose.</summary>
public class DistillationTests : TorchTest
{
    private const int B = 5;
    private const double Tau = 0.3;

    private static Tensor Mask()
    {
        var mask = eye(B, dtype: ScalarType.Bool);
        (mask[1, 3], mask[3, 1]) = (tensor(true), tensor(true));
        return mask;
    }

    private static Scores Student(Tensor? v = null, Tensor? t = null) => Scores.Of(v ?? Plane.Random(B, 3, 1), t ?? Plane.Random(B, 3, 2), Mask());

    private static Tensor Teacher() => Plane.Random(B, 3, 3).matmul(Plane.Random(B, 3, 4).T);

    private static double Value(DistillationOptions options, Scores student, Tensor teacher) =>
        new DistillationTerm(options).Of(student, teacher).Value.item<double>();

    private static double Naive(Tensor student, Tensor teacher, int k, bool dynamic)
    {
        var total = 0.0;
        var mask = Mask();
        for (var i = 0; i < B; i++)
        {
            double S(Tensor table, int j) => table[i, j].item<double>() / Tau;
            int[] chosen = [i, .. Enumerable.Range(0, B).Where(j => !mask[i, j].item<bool>()).OrderByDescending(j => S(teacher, j)).Take(k)];
            double[] Softmax(Tensor table)
            {
                var e = chosen.Select(j => Math.Exp(S(table, j))).ToArray();
                return [.. e.Select(x => x / e.Sum())];
            }
            var (p, q) = (Softmax(teacher), Softmax(student));
            total += (dynamic ? p[0] * (1 - q[0]) : 1) * p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum() / B;
        }
        return total;
    }

    [Theory, InlineData(2, true), InlineData(2, false), InlineData(0, true), InlineData(9, false)]
    public void The_term_is_that_of_naive_loops(int hardest, bool dynamic)
    {
        var (student, teacher) = (Student(), Teacher());
        var k = hardest == 0 ? B - 1 : Math.Min(hardest, B - 1);
        var expected = (Naive(student.Matrix, teacher, k, dynamic) + Naive(student.Matrix.T, teacher.T, k, dynamic)) / 2;
        Assert.Equal(expected, Value(new() { Hardest = hardest, Temperature = Tau, Dynamic = dynamic }, student, teacher), 10);
    }

    [Fact]
    public void A_student_that_scores_as_its_teacher_has_nothing_to_learn()
    {
        var student = Student();
        Assert.Equal(0, Value(new() { Temperature = Tau }, student, student.Matrix), 12);
        var (v, t) = (Plane.Random(B, 3, 1).requires_grad_(), Plane.Random(B, 3, 2).requires_grad_());
        var gradient = autograd.grad([new DistillationTerm(new() { Temperature = Tau, Dynamic = false }).Of(Student(v, t), student.Matrix).Value], [v])[0];
        Assert.True(gradient.abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Gradients_match_finite_differences_where_weights_are_fixed() =>
        Gradients.ShouldMatch(x => new DistillationTerm(new() { Hardest = 2, Temperature = Tau, Dynamic = false }).Of(Student(x[0], x[1]), Teacher()).Value,
            Plane.Random(B, 3, 1), Plane.Random(B, 3, 2));

    [Fact]
    public void Permuting_the_batch_changes_nothing()
    {
        var order = tensor(new long[] { 3, 0, 4, 1, 2 });
        Tensor Moved(Tensor x) => x.index_select(0, order);
        var moved = Scores.Of(Moved(Plane.Random(B, 3, 1)), Moved(Plane.Random(B, 3, 2)), Moved(Mask()).index_select(1, order));
        Assert.Equal(
            Value(new() { Hardest = 2, Temperature = Tau }, Student(), Teacher()),
            Value(new() { Hardest = 2, Temperature = Tau }, moved, Moved(Teacher()).index_select(1, order)), 12);
    }

    // The teacher is sure of its positives in both batches; only the first student is not.
    [Fact]
    public void Weights_grow_with_what_the_student_does_not_know_yet()
    {
        double Weight(params double[] captions)
        {
            var student = Scores.Of(Plane.Vectors(0, 90), Plane.Vectors(captions), eye(2, dtype: ScalarType.Bool));
            return new DistillationTerm(new() { Temperature = 0.1 }).Of(student, eye(2, dtype: ScalarType.Float64)).MeanWeight.item<double>();
        }
        Assert.True(Weight(90, 0) > 0.9 && Weight(0, 90) < 0.01, $"found {Weight(90, 0)} and {Weight(0, 90)}");
    }

    [Fact]
    public void A_value_that_is_no_number_makes_the_term_none()
    {
        var broken = Plane.Random(B, 3, 1);
        broken[2, 1] = tensor(double.NaN);
        Assert.True(double.IsNaN(Value(new() { Temperature = Tau }, Student(broken), Teacher())));
    }
}
