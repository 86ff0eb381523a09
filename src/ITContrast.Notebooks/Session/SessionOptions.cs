namespace ITContrast.Notebooks.Session;

/// <summary>How a session starts its worker and how long it waits for it.</summary>
public sealed record SessionOptions
{
    /// <summary>The program that serves as worker, and its arguments before the pipe's name. Default: this very program with <c>notebook-worker</c>.</summary>
    public WorkerCommand Worker { get; init; } = WorkerCommand.ForThisProcess();

    /// <summary>The folder that relative paths in cells start from. Default: the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Environment variables set for the worker, over those it inherits.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// How long an interrupted cell has until its worker is killed; time in which the worker waits for a processor does not count, up to six times as long.
    /// Default 10 s.
    /// </summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of resident memory a worker may hold before it is ended. Default: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>How long a worker may take to start. Default 5 minutes: a loaded machine starts slowly, and a worker that ends is noticed at once.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>A program and the arguments that make it a notebook worker.</summary>
/// <param name="FileName">The executable.</param>
/// <param name="Arguments">Its arguments; the pipe's name follows them.</param>
public sealed record WorkerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The name of the hidden command that a host program maps to <see cref="Worker.NotebookWorker.RunAsync"/>.</summary>
    public const string Name = "notebook-worker";

    /// <summary>This process's own executable (its apphost, or <c>dotnet</c> and the entry assembly) with <see cref="Name"/>.</summary>
    public static WorkerCommand ForThisProcess()
    {
        var path = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path to start a worker from.");
        return Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? new WorkerCommand(path, [System.Reflection.Assembly.GetEntryAssembly()!.Location, Name])
            : new WorkerCommand(path, [Name]);
    }
}
