using ITContrast.Benchmarks.Work;

namespace ITContrast.Benchmarks.Running;

/// <summary>One row of the benchmark: data, contenders, and what is compared.</summary>
internal abstract class Row
{
    /// <summary>As the command line names it.</summary>
    public abstract string Name { get; }

    /// <summary>As tables name it.</summary>
    public abstract string Title { get; }

    /// <summary>Fresh processes of every contender, taken in turns.</summary>
    public virtual int Rounds => 5;

    /// <summary>Seconds that every case is timed for in each process, after its warm-up; at least one call is timed.</summary>
    public virtual double Seconds => 1.5;

    /// <summary>Threads of one operator, where the command line names none.</summary>
    public virtual int Threads => Environment.ProcessorCount;

    /// <summary>Whether the row can compute on a CUDA device too.</summary>
    public virtual bool OnDevice => false;

    /// <summary>Whether a process runs its cases for a while before it times them.</summary>
    public virtual bool WarmsUp => true;

    /// <summary>All contenders; the first is the one that the others' values are compared with.</summary>
    public abstract IReadOnlyList<Contender> Contenders { get; }

    /// <summary>What is reported.</summary>
    public abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>What limits the row and how that was found, under its table; most rows have none.</summary>
    public virtual string? Note => null;

    /// <summary>Charts of time against size; most rows have none.</summary>
    public virtual IReadOnlyList<Growth> Charts => [];

    /// <summary>Why the row cannot run here; null where it can.</summary>
    public virtual string? Missing() => null;

    /// <summary>Writes data and weights that all contenders start from.</summary>
    /// <param name="file">The safetensors file to write.</param>
    public abstract void Prepare(string file);

    /// <summary>This library's side.</summary>
    /// <param name="variant">Which of the contenders.</param>
    /// <param name="file">What <see cref="Prepare"/> wrote.</param>
    public abstract IWork Work(string variant, string file);
}
