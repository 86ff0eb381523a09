using System.CommandLine;
using ITContrast.Evaluation;

namespace ITContrast.Cli.Commands;

/// <summary>Options of <c>itc evaluate</c> for published judgements: the files, and the ids that tie them to rows.</summary>
internal sealed class JudgementOptions
{
    public Option<string?> Eccv { get; } = new("--eccv-images") { Description = "ECCV Caption's JSON of image queries." };
    public Option<string?> EccvCaptions { get; } = new("--eccv-captions") { Description = "ECCV Caption's JSON of caption queries." };
    public Option<string?> Cxc { get; } = new("--cxc") { Description = "Crisscrossed Captions' image-caption CSV." };
    public Option<string?> ImageIds { get; } = new("--image-ids") { Description = "int64 .npy, one id an image, for judgements." };
    public Option<string?> CaptionIds { get; } = new("--caption-ids") { Description = "int64 .npy, one id a caption, for judgements." };

    public JudgementFiles? Read(ParseResult parse)
    {
        var files = new JudgementFiles(
            parse.GetValue(Eccv), parse.GetValue(EccvCaptions), parse.GetValue(Cxc), parse.GetValue(ImageIds), parse.GetValue(CaptionIds));
        if (files is { EccvImages: null, EccvCaptions: null, Cxc: null }) return null;
        if (files.ImageIds is null || files.CaptionIds is null)
            throw new UserError("Judgements name images and captions by id: give --image-ids and --caption-ids too.");
        return files;
    }
}

/// <summary>The files given.</summary>
internal sealed record JudgementFiles(string? EccvImages, string? EccvCaptions, string? Cxc, string? ImageIds, string? CaptionIds)
{
    /// <summary>Named sets of judgements, each one direction.</summary>
    public IEnumerable<(string Name, bool ImageQuery, Judgements Judgements)> Sets()
    {
        if (EccvImages is not null) yield return ("eccv.image_query", true, Judgements.ReadEccv(EccvImages));
        if (EccvCaptions is not null) yield return ("eccv.caption_query", false, Judgements.ReadEccv(EccvCaptions));
        if (Cxc is null) yield break;
        var (ofImages, ofCaptions) = Judgements.ReadCxc(Cxc);
        yield return ("cxc.image_query", true, ofImages);
        yield return ("cxc.caption_query", false, ofCaptions);
    }
}
