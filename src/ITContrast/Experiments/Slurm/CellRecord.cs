using System.Text.Json.Nodes;
using ITContrast.Training;

namespace ITContrast.Experiments.Slurm;

/// <summary>How a cell's last worker left it.</summary>
public enum CellEnd
{
    /// <summary>Not yet begun by any.</summary>
    None,
    /// <summary>At work; where the queue no longer knows the task, the worker was killed.</summary>
    Working,
    /// <summary>Ended with a result.</summary>
    Finished,
    /// <summary>Stopped in order, with a checkpoint: at its time limit, for a job of higher priority, or cancelled.</summary>
    Stopped,
    /// <summary>Ended with an error.</summary>
    Failed,
}

/// <summary>What a sweep remembers of a cell beside its run: who worked on it, and how often it was stopped for which reason.</summary>
/// <param name="End">How the last worker left it.</param>
/// <param name="Task">The last worker's task, as <c>ARRAY_TASK</c>.</param>
/// <param name="Host">Its host.</param>
/// <param name="Timeouts">Times it reached its time limit.</param>
/// <param name="Preemptions">Times it made way for another job.</param>
/// <param name="Kills">Times a worker vanished without a word.</param>
/// <param name="Message">A failed cell's last lines.</param>
public sealed record CellRecord(
    CellEnd End = CellEnd.None, string Task = "", string Host = "", int Timeouts = 0, int Preemptions = 0, int Kills = 0, string Message = "")
{
    /// <summary>Reads a record; that of a cell that no worker has begun where there is no file.</summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    public static CellRecord Read(string path)
    {
        if (!File.Exists(path)) return new();
        var json = RunFolder.Read(path);
        if (!Enum.TryParse((string?)json["end"], out CellEnd end))
            throw DataException.At(path, "end", string.Join(", ", Enum.GetNames<CellEnd>()), (string?)json["end"] ?? "nothing");
        int Count(string name) => (int?)json[name] ?? 0;
        return new(
            end, (string?)json["task"] ?? "", (string?)json["host"] ?? "", Count("timeouts"), Count("preemptions"), Count("kills"),
            (string?)json["message"] ?? "");
    }

    /// <summary>Writes the record whole or not at all.</summary>
    public void Write(string path) => RunFolder.Write(path, new JsonObject
    {
        ["end"] = End.ToString(),
        ["task"] = Task,
        ["host"] = Host,
        ["timeouts"] = Timeouts,
        ["preemptions"] = Preemptions,
        ["kills"] = Kills,
        ["message"] = Message,
    });
}
