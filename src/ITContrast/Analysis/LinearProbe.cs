using ITContrast.Evaluation.Ranking;

namespace ITContrast.Analysis;

/// <summary>
/// Ridge regression onto ±1, solved by conjugate gradients: a linear classifier with a bias, each class weighing one half.
/// <code>
///   min over (v, c)   Σ_i a_i (x_i·v + c − y_i)² + λ(‖v‖² + c²)        a_i = 1 / (2 · size of i's class)
/// </code>
/// </summary>
internal static unsafe class LinearProbe
{
    private const double Ridge = 1e-4, Tolerance = 1e-10;
    private const int MostSteps = 300;

    /// <summary>Balanced accuracy, 0 to 1, on the rows that <paramref name="learns"/> leaves out; a score of exactly 0 counts half.</summary>
    /// <param name="first">Class +1.</param>
    /// <param name="second">Class −1.</param>
    /// <param name="learns">Whether a row (of the first class or not, and its index) is learnt from.</param>
    public static double HeldOutAccuracy(Rows first, Rows second, Func<bool, int, bool> learns)
    {
        double[] weights = Fit(first, second, learns);
        return (Right(first, true) + Right(second, false)) / 2;

        double Right(Rows rows, bool isFirst)
        {
            double right = 0;
            int count = 0;
            for (int i = 0; i < rows.Count; i++)
            {
                if (learns(isFirst, i)) continue;
                double score = Score(rows[i], weights);
                right += score == 0 ? 0.5 : score > 0 == isFirst ? 1 : 0;
                count++;
            }
            return right / count;
        }
    }

    private static double[] Fit(Rows first, Rows second, Func<bool, int, bool> learns)
    {
        int[] ofFirst = [.. Enumerable.Range(0, first.Count).Where(i => learns(true, i))],
            ofSecond = [.. Enumerable.Range(0, second.Count).Where(i => learns(false, i))];
        int width = first.Width + 1;
        double[] solution = new double[width], residual = new double[width], product = new double[width];
        // The right side Xᵀ A y: the start's residual, as the start is zero.
        foreach ((Rows rows, int[] chosen, double label) in ((Rows, int[], double)[])[(first, ofFirst, 1), (second, ofSecond, -1)])
            foreach (int i in chosen) Add(residual, rows[i], label / (2 * chosen.Length));
        double[] direction = [.. residual];
        double squares = Dot(residual, residual), begun = squares;
        for (int step = 0; step < MostSteps && squares > Tolerance * Tolerance * begun; step++)
        {
            for (int k = 0; k < width; k++) product[k] = Ridge * direction[k];
            foreach (int i in ofFirst) Add(product, first[i], Score(first[i], direction) / (2 * ofFirst.Length));
            foreach (int i in ofSecond) Add(product, second[i], Score(second[i], direction) / (2 * ofSecond.Length));
            double length = squares / Dot(direction, product);
            for (int k = 0; k < width; k++)
            {
                solution[k] += length * direction[k];
                residual[k] -= length * product[k];
            }
            double next = Dot(residual, residual);
            for (int k = 0; k < width; k++) direction[k] = residual[k] + next / squares * direction[k];
            squares = next;
        }
        return solution;
    }

    private static double Score(float* row, double[] weights)
    {
        double sum = weights[^1];
        for (int k = 0; k < weights.Length - 1; k++) sum += row[k] * weights[k];
        return sum;
    }

    private static void Add(double[] target, float* row, double factor)
    {
        for (int k = 0; k < target.Length - 1; k++) target[k] += factor * row[k];
        target[^1] += factor;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
