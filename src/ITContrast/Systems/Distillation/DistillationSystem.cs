using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.CrossAttention;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Distillation;

/// <summary>
/// Dynamic contrastive distillation: a bi-encoder learns from a cross encoder which negatives are hard, and from its own loss the rest.
/// <code>
///   epoch &lt; E_t    L = L_student + L_teacher                  both train, neither sees the other
///   epoch ≥ E_t    L = L_student + γ·D(student, teacher)      the teacher is frozen
/// </code>
/// A part around a whole system: any system of two encoders is the student, any cross encoder teaches. D looks at the student's embeddings made anew, with
/// dropout of their own.
/// The student is what remains. Its epochs are those of every other system; the teacher's are extra time.
/// Source: Rao et al., Dynamic Contrastive Distillation, TMM 2023 [A]; see <see cref="DistillationTerm"/> for what is [I].
/// </summary>
public sealed class DistillationSystem : IValidatedSystem
{
    private readonly DistillationOptions options;
    private readonly DistillationTerm term;
    private readonly IMatchingSystem student;
    private readonly ICrossEncoder teacher;
    private readonly IPairLoss teacherLoss;
    private readonly SystemModule module;

    /// <summary>Composes the system.</summary>
    /// <param name="name">The name in run folders and tables.</param>
    /// <param name="student">What remains; disposed with the system.</param>
    /// <param name="teacher">The cross encoder; disposed with the system.</param>
    /// <param name="teacherLoss">The loss it is trained with; VSE++'s when null.</param>
    /// <param name="options">Defaults when null.</param>
    /// <exception cref="ArgumentException">The student is a cross encoder itself.</exception>
    public DistillationSystem(string name, IMatchingSystem student, ICrossEncoder teacher, IPairLoss? teacherLoss = null, DistillationOptions? options = null)
    {
        if (student is IScoringSystem)
            throw new ArgumentException($"'{student.Name}' is a cross encoder, which teaches; the student of distillation has two encoders.", nameof(student));
        this.options = options = (options ?? new()).Validated();
        (Name, this.student, this.teacher, this.teacherLoss, term) = (name, student, teacher, teacherLoss ?? new TripletLoss(), new(options));
        module = new(name, ("student", student.Module), ("teacher", teacher.Module), ("teacher_loss", this.teacherLoss));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IPairEncoder Encoder => student.Encoder;

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>
    /// Diagnostics are the student's; with them <c>teacher</c>, the teacher's loss while it trains, then <c>distillation</c> D and <c>distillation-weight</c>,
    /// the mean ω.
    /// </remarks>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        var result = student.Loss(batch, step);
        var diagnostics = new Dictionary<string, Tensor>(result.Diagnostics);
        if (step.Epoch < options.TeacherEpochs)
        {
            var learning = teacherLoss.Compute(Scores.OfMatrix(Taught(batch), batch.SameGroup)).Value;
            diagnostics["teacher"] = learning.detach();
            return result with { Value = result.Value + learning, Diagnostics = diagnostics };
        }
        Tensor scores;
        using (no_grad())
        {
            teacher.Module.eval();
            scores = Taught(batch);
        }
        var (distance, weight) = term.Of(Scores.Of(Encoder.Images(batch.Images), Encoder.Captions(batch.Captions), batch.SameGroup), scores);
        (diagnostics["distillation"], diagnostics["distillation-weight"]) = (distance.detach(), weight.detach());
        return result with { Value = result.Value + distance * options.Weight, Diagnostics = diagnostics };
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) => student.AfterStep(batch, step);

    /// <inheritdoc/>
    /// <remarks>What the student tells.</remarks>
    public IReadOnlyDictionary<string, double> AfterEpoch(ValidationView view) =>
        student is IValidatedSystem looking ? looking.AfterEpoch(view) : new Dictionary<string, double>();

    /// <inheritdoc/>
    public void Dispose()
    {
        student.Dispose();
        module.Dispose();
    }

    private Tensor Taught(PairBatch batch) => teacher.Scores(teacher.Images(batch.Images), teacher.Captions(batch.Captions));
}
