using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ITContrast.Evaluation.Sharding;

/// <summary>What a shard is a shard of. Shards merge only when everything but their number agrees.</summary>
/// <param name="Images">SHA-256 of the image embeddings.</param>
/// <param name="Captions">SHA-256 of the caption embeddings.</param>
/// <param name="ImageOf">SHA-256 of the captions' image rows.</param>
/// <param name="ImageRows">N.</param>
/// <param name="CaptionRows">M.</param>
/// <param name="Shard">0-based.</param>
/// <param name="Shards">In all.</param>
public sealed record ShardIdentity(string Images, string Captions, string ImageOf, int ImageRows, int CaptionRows, int Shard, int Shards)
{
    internal static ShardIdentity Of(EmbeddingFile images, EmbeddingFile captions, int[] imageOf, int shard, int shards) =>
        new(images.Hash(), captions.Hash(), HashOf(imageOf), images.Count, captions.Count, shard, shards);

    internal static string HashOf(int[] imageOf) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(imageOf)));

    internal bool IsOfTheSame(ShardIdentity other) => this with { Shard = other.Shard } == other;
}
