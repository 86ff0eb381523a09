using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Rows of a table <c>[num_embeddings, embedding_dims]</c> by integer index; starts N(0, 1), zero at the padding index.</summary>
public class Embedding : nn.Module<Tensor, Tensor>
{
    internal Embedding(
        long num_embeddings, long embedding_dims, long? padding_idx, double? max_norm, double norm_type, bool scale_grad_by_freq, bool sparse,
        Device? device, ScalarType? dtype) : base(nameof(Embedding))
    {
        LayerChecks.Positive(nameof(Embedding), ("num_embeddings", num_embeddings), ("embedding_dims", embedding_dims));
        if (padding_idx is { } index && (index >= num_embeddings || index < -num_embeddings))
            throw new ArgumentOutOfRangeException(nameof(padding_idx), index, $"padding_idx must lie within the {num_embeddings} rows.");
        this.num_embeddings = num_embeddings;
        this.embedding_dims = embedding_dims;
        this.padding_idx = padding_idx < 0 ? padding_idx + num_embeddings : padding_idx;
        this.max_norm = max_norm;
        this.norm_type = norm_type;
        this.scale_grad_by_freq = scale_grad_by_freq;
        this.sparse = sparse;
        weight = new Parameter(empty([num_embeddings, embedding_dims], dtype, device));
        register_parameter(nameof(weight), weight);
        reset_parameters();
    }

    internal Embedding(Tensor embeddings, bool freeze, long? padding_idx, double? max_norm, double norm_type, bool scale_grad_by_freq, bool sparse)
        : base(nameof(Embedding))
    {
        if (embeddings.ndim != 2)
            throw new ArgumentException(
                $"An embedding table is [rows, columns], but this tensor has {embeddings.ndim} dimensions.", nameof(embeddings));
        num_embeddings = embeddings.shape[0];
        embedding_dims = embeddings.shape[1];
        this.padding_idx = padding_idx < 0 ? padding_idx + num_embeddings : padding_idx;
        this.max_norm = max_norm;
        this.norm_type = norm_type;
        this.scale_grad_by_freq = scale_grad_by_freq;
        this.sparse = sparse;
        weight = new Parameter(embeddings.alias(), !freeze);
        register_parameter(nameof(weight), weight);
    }

    public long num_embeddings { get; }

    public long embedding_dims { get; }

    public long? padding_idx { get; }

    public double? max_norm { get; }

    public double norm_type { get; }

    public bool scale_grad_by_freq { get; }

    public bool sparse { get; }

    public Parameter? weight { get; }

    public void reset_parameters()
    {
        nn.init.normal_(weight!);
        if (padding_idx is not { } index) return;
        using var guard = no_grad();
        using var row = weight!.narrow(0, index, 1);
        row.zero_();
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.embedding(input, weight!, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
}
