using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ITContrast;

/// <summary>
/// The field's words, each explained in its doc comment and linked to what computes it. An editor shows them where they are used; a notebook does too:
/// <c>Glossary.Temperature</c> shows one, <c>Glossary.All</c> the whole list. The text is that of the doc comments themselves, read from the documentation file
/// beside the assembly.
/// </summary>
public static partial class Glossary
{
    private static readonly Lazy<Dictionary<string, XElement>> Comments = new(Read);

    /// <summary>
    /// A unit vector that stands for an image or a caption; both kinds live in one space of D dimensions. See <see cref="Encoders.IPairEncoder"/>.
    /// </summary>
    public static GlossaryTerm Embedding => Term();

    /// <summary>
    /// How well an image and a caption match: the dot product of their embeddings, the cosine of the angle between them, from −1 to 1. See
    /// <see cref="Losses.Scores"/>.
    /// </summary>
    public static GlossaryTerm Score => Term();

    /// <summary>
    /// The item whose loss is computed: an image that must pick its caption, or a caption that must pick its image. See <see cref="Negatives.Direction"/>.
    /// </summary>
    public static GlossaryTerm Anchor => Term();

    /// <summary>What belongs to the anchor: a caption of its image, or the image of its caption. See <see cref="Data.PairBatch"/>.</summary>
    public static GlossaryTerm Positive => Term();

    /// <summary>What does not belong to the anchor: a caption of another image, or another caption's image. See <see cref="Negatives.Direction"/>.</summary>
    public static GlossaryTerm Negative => Term();

    /// <summary>
    /// A negative that scores nearly as high as the positive, or higher; the hardest is the highest. Only such negatives teach a hinge anything. See
    /// <see cref="Analysis.Hardness"/> and <see cref="Negatives.HardnessProfile"/>.
    /// </summary>
    public static GlossaryTerm HardNegative => Term();

    /// <summary>
    /// An item that counts as a negative though it matches: another picture of the same thing, a caption that is true of two pictures. See
    /// <see cref="Analysis.FalseNegatives"/> and <see cref="Mask"/>.
    /// </summary>
    public static GlossaryTerm FalseNegative => Term();

    /// <summary>
    /// Which pairs of a batch are no negatives: the pair itself, other captions of the image, other images of the concept. See
    /// <see cref="Data.PairBatch.SameGroup"/>.
    /// </summary>
    public static GlossaryTerm Mask => Term();

    /// <summary>
    /// A negative that is no item of the data but made of items: a mixture of hard negatives, of the anchor, of the positive. See
    /// <see cref="Synthesis.INegativeSynthesis"/>.
    /// </summary>
    public static GlossaryTerm SyntheticNegative => Term();

    /// <summary>
    /// One unit vector that stands for a group of an anchor's hard negatives; the harder a member, the more it weighs. See
    /// <see cref="Synthesis.Representatives"/>.
    /// </summary>
    public static GlossaryTerm Representative => Term();

    /// <summary>
    /// τ, by which scores are divided before a softmax. Small: the hardest negative has nearly all the weight. Large: all weigh alike. See
    /// <see cref="Losses.Temperature"/>.
    /// </summary>
    public static GlossaryTerm Temperature => Term();

    /// <summary>α, by which the positive must lead before a hinge costs nothing. See <see cref="Losses.TripletLoss"/>.</summary>
    public static GlossaryTerm Margin => Term();

    /// <summary>
    /// The loss by which an anchor must pick its positive among all candidates of the batch: the negative logarithm of the softmax probability that it does.
    /// See <see cref="Losses.InfoNce"/>.
    /// </summary>
    public static GlossaryTerm InfoNce => Term();

    /// <summary>A cost that is 0 as soon as a lead is large enough: [x]₊ = max(0, x). See <see cref="Losses.TripletLoss"/> and <see cref="Margin"/>.</summary>
    public static GlossaryTerm Hinge => Term();

    /// <summary>
    /// 1 over the sum of squared weights: how many negatives an anchor in effect learns from, 1 to their number. See <see cref="Analysis.GradientMass"/>.
    /// </summary>
    public static GlossaryTerm EffectiveNegatives => Term();

    /// <summary>Keys of earlier batches that serve as further negatives, first in, first out. See <see cref="Negatives.KeyQueue"/>.</summary>
    public static GlossaryTerm Queue => Term();

    /// <summary>
    /// A slow copy of the encoder, θ_k ← m θ_k + (1−m) θ_q, whose keys stay comparable while they wait in a queue. See <see cref="Encoders.Momentum"/> and
    /// <see cref="Queue"/>.
    /// </summary>
    public static GlossaryTerm MomentumEncoder => Term();

    /// <summary>
    /// All embeddings become one point: the loss stands still and recall is that of chance. See <see cref="Losses.Collapse"/> and
    /// <see cref="Training.CollapseWatch"/>.
    /// </summary>
    public static GlossaryTerm Collapse => Term();

    /// <summary>
    /// The item that asks; the others it is compared with are the gallery. Captions ask for images and images for captions. See
    /// <see cref="Evaluation.Retrieval"/>.
    /// </summary>
    public static GlossaryTerm Query => Term();

    /// <summary>All items that a query ranks by score; a larger one is harder. See <see cref="Evaluation.DirectionReport.Gallery"/>.</summary>
    public static GlossaryTerm Gallery => Term();

    /// <summary>R@K: the share of queries, in percent, with a right answer among their first K. See <see cref="Evaluation.DirectionReport.Recall"/>.</summary>
    public static GlossaryTerm RecallAtK => Term();

    /// <summary>R@1 + R@5 + R@10 of both directions, 0 to 600: the field's one number. See <see cref="Evaluation.RetrievalReport.RSum"/>.</summary>
    public static GlossaryTerm RSum => Term();

    /// <summary>
    /// An item that is among the first answers of far more queries than its share; an anti-hub is among none. See <see cref="Analysis.Hubness"/>.
    /// </summary>
    public static GlossaryTerm Hub => Term();

    /// <summary>
    /// The distance between the centre of the images and that of the captions: the two kinds live apart on the sphere. See <see cref="Analysis.ModalityGap"/>.
    /// </summary>
    public static GlossaryTerm ModalityGap => Term();

    /// <summary>
    /// How close pairs are: the mean squared distance of a positive pair, lower is closer. See <see cref="Analysis.AlignmentUniformity"/> and
    /// <see cref="Uniformity"/>.
    /// </summary>
    public static GlossaryTerm Alignment => Term();

    /// <summary>
    /// How evenly embeddings spread over the sphere; lower is more even. See <see cref="Analysis.AlignmentUniformity"/> and <see cref="Alignment"/>.
    /// </summary>
    public static GlossaryTerm Uniformity => Term();

    /// <summary>
    /// A table in which a row differs from the full method in one factor, so that the row says what the factor does. See
    /// <see cref="Experiments.Ablation.AblationTable"/>.
    /// </summary>
    public static GlossaryTerm Ablation => Term();

    /// <summary>
    /// Where randomness begins: data order, weights and dropout follow from it alone. Results over several seeds say how much of a difference is luck. See
    /// <see cref="RandomStream"/>.
    /// </summary>
    public static GlossaryTerm Seed => Term();

    /// <summary>All words, in the order in which one needs them.</summary>
    public static GlossaryTerms All => new(typeof(Glossary).GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Where(property => property.PropertyType == typeof(GlossaryTerm))
        .OrderBy(property => property.MetadataToken)
        .Select(property => (GlossaryTerm)property.GetValue(null)!));

    private static GlossaryTerm Term([CallerMemberName] string member = "")
    {
        string name = member switch
        {
            nameof(InfoNce) => "InfoNCE",
            nameof(RecallAtK) => "Recall@K",
            nameof(RSum) => "rsum",
            _ => Capitals().Replace(member, match => (match.Index == 0 ? "" : " ") + match.Value.ToLowerInvariant()),
        };
        if (!Comments.Value.TryGetValue($"P:ITContrast.Glossary.{member}", out XElement? summary))
            return new(name, "No text: the documentation file ITContrast.xml does not lie beside ITContrast.dll.", []);
        XElement[] links = [.. summary.Elements("see")];
        string meaning = Spaces().Replace(string.Concat(summary.Nodes().OfType<XText>().Select(text => text.Value)), " ").Trim();
        // What follows the last "See" is the list of links.
        return new(name, meaning[..meaning.LastIndexOf(" See", StringComparison.Ordinal)], [.. links.Select(link => Short(link.Attribute("cref")!.Value))]);
    }

    // M:ITContrast.Evaluation.DirectionReport.Recall(System.Int32) → DirectionReport.Recall, T:ITContrast.Losses.InfoNce → InfoNce.
    private static string Short(string cref)
    {
        string[] parts = cref[2..].Split('(')[0].Split('.');
        return cref[0] == 'T' ? parts[^1] : string.Join('.', parts[^2..]);
    }

    private static Dictionary<string, XElement> Read()
    {
        string path = Path.ChangeExtension(typeof(Glossary).Assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument
                .Load(path)
                .Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!)
            : [];
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capitals();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
