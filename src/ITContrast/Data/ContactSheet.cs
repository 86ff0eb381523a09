using System.Globalization;
using System.Net;
using System.Text;

namespace ITContrast.Data;

/// <summary>Images with their captions as one self-contained HTML page (pictures inside as data URIs); in a notebook it shows itself.</summary>
public sealed class ContactSheet
{
    private readonly PairDataset dataset;
    private readonly string split;
    private readonly int[] positions;

    /// <param name="dataset">Pixels are shown as pictures; features as their boxes and numbers.</param>
    /// <param name="split">Which split.</param>
    /// <param name="count">How many images, drawn by the seed; all of a smaller split.</param>
    /// <param name="seed">Which images.</param>
    public ContactSheet(PairDataset dataset, string split = "train", int count = 24, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (this.dataset, this.split) = (dataset, split);
        int[] all = [.. Enumerable.Range(0, dataset.Split(split).ImageRows.Length)];
        new RandomStream(seed, "contact-sheet").Shuffle<int>(all);
        positions = [.. all.Take(count)];
    }

    /// <summary>The cards, without a page around them.</summary>
    public string ToFragment()
    {
        PairSplit part = dataset.Split(split);
        ILookup<int, int> captions = part.ImageOf.Select((image, caption) => (image, caption)).ToLookup(pair => pair.image, pair => part.CaptionRows[pair.caption]);
        using ImageBatch images = dataset.Images.Read([.. positions.Select(position => part.ImageRows[position])]);
        StringBuilder html = new("<div style=\"display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px;font:13px/1.35 system-ui,sans-serif\">");
        for (int i = 0; i < positions.Length; i++)
        {
            int row = part.ImageRows[positions[i]];
            html.Append("<figure style=\"margin:0;border:1px solid #8886;border-radius:6px;padding:8px\">").Append(Picture(images, i))
                .Append(CultureInfo.InvariantCulture, $"<figcaption><small style=\"opacity:.7\">{Escape(dataset.Table.ImageName(row))} · id {dataset.ImageId(row)}</small><ul style=\"margin:4px 0 0;padding-left:16px\">");
            foreach (int caption in captions[positions[i]]) html.Append("<li>").Append(Escape(dataset.Caption(caption))).Append("</li>");
            html.Append("</ul></figcaption></figure>");
        }
        return html.Append("</div>").ToString();
    }

    /// <summary>The whole page.</summary>
    public string ToPage() => $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>{Escape(dataset.Name)}, {Escape(split)}</title><body style=\"margin:24px\">"
        + $"<h1 style=\"font:600 20px system-ui,sans-serif\">{Escape(dataset.Name)}, {Escape(split)}: {positions.Length} of {dataset.Split(split).ImageRows.Length} images</h1>{ToFragment()}</body></html>\n";

    /// <summary>For notebooks: the fragment as <c>text/html</c>.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string>
    {
        ["text/html"] = ToFragment(),
        ["text/plain"] = $"{dataset.Name}, {split}: {positions.Length} images",
    };

    private string Picture(ImageBatch images, int i)
    {
        int size = images.ValueSpan.Length / images.Size;
        if (images.Kind != ImageKind.Pixels) return Boxes(images, i);
        RgbImage image = RgbImage.FromPlanes(images.ValueSpan.Slice(i * size, size), (int)images.Values.shape[3], (int)images.Values.shape[2]);
        return $"<img alt=\"\" style=\"display:block;width:100%;max-width:192px;margin-bottom:4px\" src=\"data:image/png;base64,{Convert.ToBase64String(PngEncoder.Encode(image))}\">";
    }

    // Boxes are relative, so the picture counts as a square.
    private string Boxes(ImageBatch images, int i)
    {
        int stride = images.BoxSpan.Length / images.Size, valid = images.Counts is null ? 0 : (int)images.CountSpan[i];
        StringBuilder html = new();
        if (images.Boxes is not null)
        {
            html.Append("<svg viewBox=\"0 0 100 100\" style=\"display:block;width:100%;max-width:192px;margin-bottom:4px;background:#8882\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\".5\">");
            for (int region = 0; region < valid; region++)
            {
                ReadOnlySpan<float> box = images.BoxSpan.Slice(i * stride + 4 * region, 4);
                html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{100 * box[0]:0.#}\" y=\"{100 * box[1]:0.#}\" width=\"{100 * (box[2] - box[0]):0.#}\" height=\"{100 * (box[3] - box[1]):0.#}\"/>");
            }
            html.Append("</svg>");
        }
        return html.Append(CultureInfo.InvariantCulture, $"<div style=\"opacity:.7\">{(images.Kind == ImageKind.Regions ? $"{valid} regions of {dataset.Images.RowShape[^1]:N0} numbers" : $"{dataset.Images.RowShape[^1]:N0} numbers")}</div>").ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
