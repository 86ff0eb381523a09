using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ITContrast.Torch;

namespace ITContrast.Training;

/// <summary>
/// The folder of one run: <c>config.json</c>, <c>metrics.jsonl</c>, <c>timing.jsonl</c>, <c>checkpoint-last.safetensors</c>, and
/// <c>result.json</c>, written last. Lines are only appended; what an interrupted run wrote after its last checkpoint is cut when it resumes.
/// </summary>
public sealed class RunFolder
{
    // A lock that another process holds; every other error of opening the file is one of the disk.
    private const int LinuxWouldBlock = 11, BsdWouldBlock = 35, WindowsSharingViolation = unchecked((int)0x80070020);

    /// <param name="path">The folder; it need not exist.</param>
    public RunFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The folder's name: the run's hash.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The run's identity and options.</summary>
    public string ConfigPath => File("config.json");

    /// <summary>One line a step (<c>loss</c> and diagnostics) and one an epoch (<c>validation</c>).</summary>
    public string MetricsPath => File("metrics.jsonl");

    /// <summary>One line an epoch: seconds and processor seconds since the (re)start, resident memory. Never part of a result.</summary>
    public string TimingPath => File("timing.jsonl");

    /// <summary>The newest state; its previous generation lies beside it.</summary>
    public string CheckpointPath => File("checkpoint-last.safetensors");

    /// <summary>The model of the best epoch, or of averaged weights; missing where the last state is the model.</summary>
    public string BestPath => File("checkpoint-best.safetensors");

    /// <summary>The model to use: the best where there is one, else the last.</summary>
    public string ModelPath => System.IO.File.Exists(BestPath) ? BestPath : CheckpointPath;

    /// <summary>The result; its presence says that the run is finished.</summary>
    public string ResultPath => File("result.json");

    /// <summary>Whether the run is finished.</summary>
    public bool IsFinished => System.IO.File.Exists(ResultPath);

    /// <summary>Whether there is a state to resume from.</summary>
    public bool HasCheckpoint => System.IO.File.Exists(CheckpointPath) || System.IO.File.Exists(WriteOptions.PreviousOf(CheckpointPath));

    /// <summary>
    /// Holds the run for this process until it is disposed. The hold is the operating system's lock on <c>.lock</c>, so it ends with the process, however
    /// that ends; the file stays, since deleting it would let two processes lock two files of that name.
    /// </summary>
    /// <exception cref="RunHeldException">Another process holds it.</exception>
    /// <exception cref="IOException">The folder cannot be written, as on a full disk.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Path);
        try
        {
            return new FileStream(File(".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException error) when (error.HResult is LinuxWouldBlock or BsdWouldBlock or WindowsSharingViolation)
        {
            throw new RunHeldException(this, error);
        }
    }

    /// <summary>Whether some process holds the run now.</summary>
    public bool IsHeld
    {
        get
        {
            try
            {
                Lock().Dispose();
                return false;
            }
            catch (RunHeldException)
            {
                return true;
            }
        }
    }

    /// <summary>Holds the run for this process; waits while another one holds it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IDisposable WaitForLock(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return Lock();
            }
            catch (RunHeldException)
            {
                if (cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(1))) throw new OperationCanceledException(cancellation);
            }
        }
    }

    /// <summary>Opens the metrics for a run that goes on after <paramref name="step"/>: later lines are cut off.</summary>
    public RunLog OpenMetrics(long step) => new(MetricsPath, step);

    /// <summary>Adds a line to the timing.</summary>
    public void AppendTiming(JsonObject line) => System.IO.File.AppendAllText(TimingPath, line.ToJsonString() + "\n");

    /// <summary>Writes <c>config.json</c> or <c>result.json</c> as a whole or not at all.</summary>
    public static void Write(string path, JsonObject content) => AtomicFile.WriteText(path, content.ToJsonString(Indented) + "\n");

    /// <summary>Reads <c>config.json</c> or <c>result.json</c>.</summary>
    /// <exception cref="DataException">The file is missing or no JSON object.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(System.IO.File.ReadAllText(path)) as JsonObject ?? throw DataException.At(path, "", "a JSON object", "another JSON value");
        }
        catch (JsonException error)
        {
            throw new DataException($"{path}: expected a JSON object. {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new DataException($"{path}: {error.Message}", error);
        }
    }

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
