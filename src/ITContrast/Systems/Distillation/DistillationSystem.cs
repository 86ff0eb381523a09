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
/// The student is what remains. Its epochs are those of every other system; the teacher's are extra time. Any loss serves the student, any cross encoder teaches.
/// Source: Rao et al., Dynamic Contrastive Distillation, TMM 2023 [A]; see <see cref="DistillationTerm"/> for what is [I].
/// </summary>
public sealed class DistillationSystem : IMatchingSystem
{
    private readonly DistillationOptions options;
    private readonly DistillationTerm term;
    private readonly ICrossEncoder teacher;
    private readonly IPairLoss studentLoss, teacherLoss;
    private readonly SystemModule module;

    /// <summary>Composes the system.</summary>
    /// <param name="student">The encoders that remain; disposed with the system.</param>
    /// <param name="studentLoss">The student's own loss.</param>
    /// <param name="teacher">The cross encoder; disposed with the system.</param>
    /// <param name="teacherLoss">The loss it is trained with; VSE++'s when null.</param>
    /// <param name="options">Defaults when null.</param>
    public DistillationSystem(IPairEncoder student, IPairLoss studentLoss, ICrossEncoder teacher, IPairLoss? teacherLoss = null, DistillationOptions? options = null)
    {
        this.options = options = (options ?? new()).Validated();
        (Encoder, this.studentLoss, this.teacher, this.teacherLoss, term) = (student, studentLoss, teacher, teacherLoss ?? new TripletLoss(), new(options));
        module = new(Name, ("encoder", student.Module), ("loss", studentLoss), ("teacher", teacher.Module), ("teacher_loss", this.teacherLoss));
    }

    /// <inheritdoc/>
    public string Name => "distilled";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>Diagnostics are the student's; with them <c>teacher</c>, the teacher's loss while it trains, then <c>distillation</c> D and <c>distillation-weight</c>, the mean ω.</remarks>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        var student = Scores.Of(Encoder.Images(batch.Images), Encoder.Captions(batch.Captions), batch.SameGroup);
        var result = studentLoss.Compute(student);
        var diagnostics = new Dictionary<string, Tensor>(result.Diagnostics);
        if (step.Epoch < options.TeacherEpochs)
        {
            var learning = teacherLoss.Compute(Scores.OfMatrix(Taught(batch), batch.SameGroup)).Value;
            diagnostics["teacher"] = learning.detach();
            return result with { Value = result.Value + learning, Diagnostics = diagnostics };
        }
        using var frozen = no_grad();
        teacher.Module.eval();
        var scores = Taught(batch);
        using var learns = enable_grad();
        var (distance, weight) = term.Of(student, scores);
        (diagnostics["distillation"], diagnostics["distillation-weight"]) = (distance.detach(), weight.detach());
        return result with { Value = result.Value + distance * options.Weight, Diagnostics = diagnostics };
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    private Tensor Taught(PairBatch batch) => teacher.Scores(teacher.Images(batch.Images), teacher.Captions(batch.Captions));
}
