namespace ITContrast.Data;

/// <summary>One drawing of pictocap: a line of <c>captions.jsonl</c>.</summary>
/// <param name="Id">imgid.</param>
/// <param name="FileName">Entry of <c>images.zip</c>.</param>
/// <param name="Split">train, val, test or rest (unseen concepts).</param>
/// <param name="SplitStyle">train, val or test (unseen drawings).</param>
/// <param name="Concept">Code points of the concept, as in "1F600"; all drawings of a concept share its captions.</param>
/// <param name="Family">Concepts that resemble each other ("clock face …"); a family never crosses splits.</param>
/// <param name="Style">noto, noto-v1, twemoji, fluent-emoji or fluent-emoji-flat.</param>
/// <param name="Category">The concept's Unicode group.</param>
/// <param name="Subcategory">Its subgroup.</param>
/// <param name="Emoji">The character itself.</param>
/// <param name="License">SPDX identifier of the drawing's licence.</param>
/// <param name="Author">Whom to credit.</param>
/// <param name="Sentences">The captions, five each.</param>
public sealed record PictoCapImage(long Id, string FileName, string Split, string SplitStyle, string Concept, string Family, string Style,
    string Category, string Subcategory, string Emoji, string License, string Author, PictoCapSentence[] Sentences);

/// <summary>One caption of pictocap.</summary>
/// <param name="Id">sentid; unique over the data set.</param>
/// <param name="Kind">name, alt-name, keywords-cldr, tags-community, …</param>
/// <param name="Text">The caption.</param>
public sealed record PictoCapSentence(long Id, string Kind, string Text);
