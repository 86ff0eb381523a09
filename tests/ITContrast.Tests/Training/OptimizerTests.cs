using ITContrast.Tests.Data;
using ITContrast.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Tests.Training;

public class OptimizerTests : TorchTest
{
    // Algorithm 2 of the paper in doubles, one number at a time. The vector must not decay.
    [Theory, InlineData(0.0), InlineData(0.3)]
    public void Adam_follows_the_papers_algorithm(double decay)
    {
        const double rate = 0.01, beta1 = 0.9, beta2 = 0.98;
        double[] matrix = [1, -2, 0.5, 3], vector = [0.7, -0.1];
        using Parameter w = new(tensor(matrix).view(2, 2)), b = new(tensor(vector));
        using DecoupledAdam adam = new([("w", w), ("b", b)], decay, beta1, beta2);
        double[] theta = [.. matrix, .. vector], first = new double[6], second = new double[6];
        for (int t = 1; t <= 5; t++)
        {
            double[] gradient = [.. theta.Select((x, i) => Math.Sin(i + t) + x)];
            w.grad = tensor(gradient[..4]).view(2, 2);
            b.grad = tensor(gradient[4..]);
            adam.Step(rate);
            for (int i = 0; i < 6; i++)
            {
                first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
                second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i];
                double m = first[i] / (1 - Math.Pow(beta1, t)), v = second[i] / (1 - Math.Pow(beta2, t));
                theta[i] -= rate * (i < 4 ? decay : 0) * theta[i] + rate * m / (Math.Sqrt(v) + 1e-8);
            }
        }
        double[] found = [.. w.detach().flatten().data<double>().ToArray(), .. b.detach().data<double>().ToArray()];
        for (int i = 0; i < 6; i++) Assert.Equal(theta[i], found[i], 12);
        w.grad!.Dispose();
        b.grad!.Dispose();
    }

    [Fact]
    public void The_rate_grows_to_its_peak_and_falls_to_zero()
    {
        CosineSchedule schedule = new(2, warmUp: 4, steps: 100);
        Assert.Equal(0.5, schedule.Rate(0), 12);
        Assert.Equal(1, schedule.Rate(50), 12);
        Assert.True(schedule.Rate(99) < 0.001 && schedule.Rate(99) > 0);
        Assert.Equal(2 * 0.5 * (1 + Math.Cos(Math.PI * 25 / 100)), schedule.Rate(25), 12);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_names_step_and_pairs()
    {
        using TemporaryFolder folder = new();
        using ToyRun run = new();
        using (no_grad())
            run.System.Module.named_parameters().First(p => p.name.EndsWith("direct.weight", StringComparison.Ordinal)).parameter.fill_(float.NaN);
        string message = Assert.Throws<TrainingException>(() => run.Run(folder.Path)).Message;
        Assert.Contains("Step 0", message);
        Assert.Contains("direct.weight", message);
        Assert.Contains("images", message);
    }
}
