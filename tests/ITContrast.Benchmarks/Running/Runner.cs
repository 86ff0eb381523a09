namespace ITContrast.Benchmarks.Running;

/// <summary>Runs one row: data, agreement, then rounds in which every contender takes its turn.</summary>
/// <param name="programs">How contenders start.</param>
/// <param name="progress">Told one line at a time.</param>
/// <param name="rounds">Rounds at most; the rows' own where null.</param>
internal sealed class Runner(Programs programs, Action<string> progress, int? rounds = null)
{
    private const double FullPrecision = 1e-2;

    /// <summary>Runs a row; what goes wrong ends up in its outcome, so that other rows still run.</summary>
    public async Task<Outcome> RunAsync(Row row, CancellationToken cancel)
    {
        if ((row.Missing() ?? programs.Missing(row)) is { } missing) return Outcome.Skipped(row, missing);
        string folder = Directory.CreateTempSubdirectory("itc-bench-").FullName;
        double load = Machine.Load();
        try
        {
            string inputs = Path.Combine(folder, "inputs.safetensors");
            progress($"{row.Name}: data");
            row.Prepare(inputs);
            double difference = await AgreeAsync(row, inputs, folder, cancel);
            Dictionary<string, List<Sample?>> samples = await RoundsAsync(row, inputs, cancel);
            return new(row, samples, difference, Math.Max(load, Machine.Load()), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Outcome.Skipped(row, e.Message);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private async Task<double> AgreeAsync(Row row, string inputs, string folder, CancellationToken cancel)
    {
        Contender[] compared = [.. programs.Contenders(row).Where(c => c.Tolerance is not null && !c.AsInstalled)];
        if (compared.Length < 2) return 0;
        double worst = 0;
        string first = Path.Combine(folder, "first.safetensors"), next = Path.Combine(folder, "next.safetensors");
        foreach (Contender contender in compared)
        {
            progress($"{row.Name}: values of {contender.Name}");
            await programs.CheckAsync(row, contender, inputs, contender == compared[0] ? first : next, cancel);
            if (contender == compared[0]) continue;
            double difference = Agreement.Require(first, next, contender.Tolerance!.Value, $"{contender.Name} against {compared[0].Name}");
            // Narrow types differ by their own rounding, which says nothing of the others.
            if (contender.Tolerance <= FullPrecision) worst = Math.Max(worst, difference);
        }
        return worst;
    }

    private async Task<Dictionary<string, List<Sample?>>> RoundsAsync(Row row, string inputs, CancellationToken cancel)
    {
        Dictionary<string, List<Sample?>> samples = programs.Contenders(row).ToDictionary(c => c.Name, _ => new List<Sample?>());
        int count = Math.Min(rounds ?? row.Rounds, row.Rounds);
        for (int round = 0; round < count; round++)
        {
            progress($"{row.Name}: round {round + 1} of {count}, load {Machine.Load():F1}");
            // Turned around every other round, so that a drift of the machine's speed favours nobody.
            foreach (Contender contender in round % 2 == 0 ? programs.Contenders(row) : programs.Contenders(row).Reverse())
                samples[contender.Name].Add(round < (contender.Rounds ?? count) ? await programs.TimeAsync(row, contender, inputs, cancel) : null);
        }
        return samples;
    }
}
