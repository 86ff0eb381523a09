using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>Rows of length one.</summary>
internal static class UnitRows
{
    /// <summary><c>x / max(‖x‖, 1e-6)</c> by row: a row of zeros stays one, and its gradient finite.</summary>
    public static Tensor Of(Tensor rows) => rows / rows.norm(1, keepdim: true).clamp(min: 1e-6);
}
