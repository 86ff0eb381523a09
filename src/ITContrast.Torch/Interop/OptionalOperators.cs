namespace ITContrast.Torch;

/// <summary>Operators that some supported libtorch lacks; <see cref="TorchCapabilities"/> reports them, callers ask before use.</summary>
internal static class OptionalOperators
{
    private const string AdamArguments =
        "(self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, lr, beta1, beta2, weight_decay, eps, amsgrad, maximize, grad_scale, found_inf)";

    internal static readonly Operator ScaledDotProductAttention = new(
        "scaled_dot_product_attention(query, key, value, attn_mask, dropout_p, is_causal)", optional: true);

    internal static readonly Operator FusedAdam = new("_fused_adam_" + AdamArguments, optional: true);

    internal static readonly Operator FusedAdamW = new("_fused_adamw_" + AdamArguments, optional: true);

    internal static readonly Operator FusedSgd = new(
        "_fused_sgd_(self, grads, momentum_buffer_list, weight_decay, momentum, lr, dampening, nesterov, maximize, is_first_step, grad_scale, found_inf)",
        optional: true);
}
