using System.Net;
using System.Text.Json.Nodes;
using ITContrast.Analysis;
using ITContrast.Data;

namespace ITContrast.Charts;

/// <summary>
/// A retrieval browser as one self-contained HTML file that needs no network: choose a direction, sort queries by how wrong they are, filter them by words, and
/// see what each retrieves, the right answers framed. A click on a picture asks with that picture.
/// </summary>
public static class BrowserPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="report">What the queries retrieve.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="caption">A caption's text by row; null writes the row.</param>
    /// <param name="picture">An image's picture by row; null writes the row. Only pictures that are shown are asked for.</param>
    /// <param name="imageOf">Per caption the row of its image, <c>[M]</c>: retrieved captions stand beside their picture, and a picture tells its caption on
    /// hover; null leaves both out.</param>
    public static string Html(
        RankedQueryReport report, string title, Func<int, string>? caption = null, Func<int, RgbImage>? picture = null, IReadOnlyList<int>? imageOf = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        SortedSet<int> images = [.. report.ImageQuery.Queries.Select(query => query.Query), .. Items(report.CaptionQuery)];
        SortedSet<int> captions = [.. report.CaptionQuery.Queries.Select(query => query.Query), .. Items(report.ImageQuery)];
        if (imageOf is not null) images.UnionWith(captions.Select(row => imageOf[row]));
        JsonObject data = new()
        {
            ["pictures"] = new JsonObject(
                images
                    .Where(_ => picture is not null)
                    .Select(row => KeyValuePair.Create($"{row}", (JsonNode?)Convert.ToBase64String(PngEncoder.Encode(picture!(row)))))),
            ["captions"] = new JsonObject(captions.Select(row => KeyValuePair.Create($"{row}", (JsonNode?)(caption?.Invoke(row) ?? $"caption {row}")))),
            ["imageOf"] = imageOf is null ? null : new JsonObject(captions.Select(row => KeyValuePair.Create($"{row}", (JsonNode?)imageOf[row]))),
            ["directions"] = new JsonArray(Direction(report.CaptionQuery, "caption"), Direction(report.ImageQuery, "image")),
        };
        // JsonNode escapes "<", so that no text can end the script.
        return Template
            .Replace("{title}", WebUtility.HtmlEncode(title), StringComparison.Ordinal)
            .Replace("{data}", data.ToJsonString(), StringComparison.Ordinal);
    }

    private static IEnumerable<int> Items(RankedDirection direction) =>
        direction.Queries.SelectMany(query => query.Items.Select(item => item.Item).Append(query.Wanted.Item));

    private static JsonObject Direction(RankedDirection direction, string query) => new()
    {
        ["name"] = direction.Name, ["query"] = query, ["count"] = direction.Count, ["gallery"] = direction.Gallery,
        ["queries"] = new JsonArray([.. direction.Queries.Select(of => (JsonNode)new JsonObject
        {
            ["q"] = of.Query, ["rank"] = of.Rank, ["wrong"] = double.IsFinite(of.Wrongness) ? Math.Round(of.Wrongness, 4) : -9,
            ["wanted"] = Item(of.Wanted), ["items"] = new JsonArray([.. of.Items.Select(item => (JsonNode)Item(item))]),
        })]),
    };

    private static JsonArray Item(RankedItem item) => new(item.Item, Math.Round(item.Score, 4), item.Positive ? 2 : item.Sibling ? 1 : 0);

    private const string Template = """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
        <style>
        :root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #ccc; --right: #009E73; --sibling: #56B4E9; }
        @media (prefers-color-scheme: dark) { :root { --ink: #eee; --paper: #16181c; --line: #444; } }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; padding: 12px; max-width: 1200px; }
        header { position: sticky; top: 0; background: var(--paper); padding: 4px 0 8px; border-bottom: 1px solid var(--line); }
        h1 { font-size: 18px; margin: 4px 0; }
        header label { margin-right: 12px; white-space: nowrap; }
        select, input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; padding: 3px 6px; max-width: 100%; }
        .query { border-bottom: 1px solid var(--line); padding: 10px 0; }
        .query p { margin: 0 0 6px; } .query > p > span { font-weight: 600; }
        .items { display: flex; flex-wrap: wrap; gap: 8px; }
        .item { border: 3px solid var(--line); border-radius: 6px; padding: 4px; box-sizing: border-box; width: 97px; font-size: 12px; text-align: center; overflow-wrap: anywhere; }
        .item.text { width: 225px; text-align: left; display: flow-root; } .item.text img { float: left; width: 40px; height: 40px; margin-right: 6px; }
        .item.s2 { border-color: var(--right); } .item.s1 { border-color: var(--sibling); border-style: dashed; }
        .item.wanted { margin-left: 6px; }
        img { width: 64px; height: 64px; background: #fff; border-radius: 3px; }
        .query > p img { vertical-align: middle; margin-right: 8px; }
        @media print { :root { color-scheme: light; --ink: #1b1b1b; --paper: #fff; --line: #ccc; } header { position: static; } header label, #more { display: none; } .query { break-inside: avoid; } }
        @media (max-width: 600px) { .item { width: 84px; } .item.text { width: 100%; } }
        </style>
        <header><h1>{title}</h1>
        <label>Query by <select id="direction"></select></label>
        <label>Sort by <select id="sort"><option value="wrong">most wrong</option><option value="right">least wrong</option><option value="rank">rank of the right answer</option><option value="q">row</option></select></label>
        <label>Only with <input id="words" type="search" placeholder="words of the caption"></label>
        <span id="state"></span></header>
        <p>Framed in solid green: right answers. Dashed blue: items of another image of the same concept. The last picture of a row is the right answer where it is not among the first.</p>
        <main id="list"></main><p><button id="more" type="button">More</button></p>
        <script type="application/json" id="data">{data}</script>
        <script>
        (() => {
          'use strict';
          const data = JSON.parse(document.getElementById('data').textContent), byId = id => document.getElementById(id);
          const make = (tag, name, text) => { const node = document.createElement(tag); if (name) node.className = name; if (text !== undefined) node.textContent = text; return node; };
          let shown = 25, only = null;
          data.directions.forEach((d, i) => { const option = make('option', '', `${d.query}: ${d.name}`); option.value = i; byId('direction').append(option); });
          const captionOf = {};
          for (const [caption, image] of Object.entries(data.imageOf ?? {})) captionOf[image] ??= data.captions[caption];
          const view = (kind, row) => {
            if (kind === 'caption') return make('span', '', data.captions[row] ?? `caption ${row}`);
            if (!data.pictures[row]) return make('span', '', `image ${row}`);
            const img = make('img'); img.alt = captionOf[row] ?? `image ${row}`; img.src = 'data:image/png;base64,' + data.pictures[row];
            img.title = (captionOf[row] ? captionOf[row] + '\n' : '') + 'Click to ask with this picture'; img.onclick = () => { byId('direction').value = 1; only = row; draw(); };
            return img;
          };
          const item = (kind, [row, score, state], wanted) => {
            const box = make('div', `item s${state}${kind === 'caption' ? ' text' : ''}${wanted ? ' wanted' : ''}`);
            if (kind === 'caption' && data.imageOf && data.pictures[data.imageOf[row]]) box.append(view('image', data.imageOf[row]));
            box.append(view(kind, row), make('div', '', score.toFixed(3)));
            return box;
          };
          const draw = () => {
            const d = data.directions[byId('direction').value], kind = d.query === 'caption' ? 'image' : 'caption', words = byId('words').value.toLowerCase().split(/\s+/).filter(Boolean);
            const text = q => (d.query === 'caption' ? [q.q] : q.items.filter(i => i[2] === 2).map(i => i[0]).concat(q.wanted[0])).map(row => data.captions[row] ?? '').join(' ').toLowerCase();
            let list = d.queries.filter(q => words.every(w => text(q).includes(w)));
            if (only !== null) list = list.filter(q => q.q === only);
            const order = { wrong: (a, b) => b.wrong - a.wrong, right: (a, b) => a.wrong - b.wrong, rank: (a, b) => b.rank - a.rank, q: (a, b) => a.q - b.q }[byId('sort').value];
            list = list.slice().sort((a, b) => order(a, b) || a.q - b.q);
            byId('state').textContent = (d.queries.length < d.count ? `${list.length} of the ${d.queries.length} most wrong of ${d.count} queries` : `${list.length} of ${d.count} queries`) + `, ${d.gallery} items` + (only === null ? '' : `, asked with image ${only}`);
            byId('list').replaceChildren(...list.slice(0, shown).map(q => {
              const section = make('section', 'query'), head = make('p');
              head.append(view(d.query, q.q), ` · right answer at rank ${q.rank + 1}` + (q.wrong > -9 ? `, ${q.wrong > 0 ? 'wrong' : 'right'} by ${Math.abs(q.wrong).toFixed(3)}` : ''));
              const items = make('div', 'items');
              items.append(...q.items.map(i => item(kind, i, false)));
              if (q.rank >= q.items.length) items.append(item(kind, q.wanted, true));
              section.append(head, items);
              return section;
            }));
            byId('more').hidden = list.length <= shown;
          };
          byId('direction').onchange = byId('sort').onchange = byId('words').oninput = () => { only = null; shown = 25; draw(); };
          byId('more').onclick = () => { shown += 25; draw(); };
          draw();
        })();
        </script></html>

        """;
}
