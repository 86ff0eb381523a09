namespace ITContrast.Torch;

/// <summary>The operators that layers, losses and optimisers call.</summary>
internal static class NnOperators
{
    internal static readonly Operator Linear = new("linear(input, weight, bias)");
    internal static readonly Operator Conv1d = new("conv1d(input, weight, bias, stride, padding, dilation, groups)");
    internal static readonly Operator Conv2d = new("conv2d(input, weight, bias, stride, padding, dilation, groups)");
    internal static readonly Operator MaxPool1d = new("max_pool1d(self, kernel_size, stride, padding, dilation, ceil_mode)");
    internal static readonly Operator MaxPool2d = new("max_pool2d(self, kernel_size, stride, padding, dilation, ceil_mode)");
    internal static readonly Operator AvgPool1d = new("avg_pool1d(self, kernel_size, stride, padding, ceil_mode, count_include_pad)");
    internal static readonly Operator AvgPool2d = new("avg_pool2d(self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)");
    internal static readonly Operator AdaptiveAvgPool1d = new("adaptive_avg_pool1d(self, output_size)");
    internal static readonly Operator AdaptiveAvgPool2d = new("adaptive_avg_pool2d(self, output_size)");
    internal static readonly Operator AdaptiveMaxPool2d = new("adaptive_max_pool2d(self, output_size)");
    internal static readonly Operator BatchNorm = new("batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled)");
    internal static readonly Operator LayerNorm = new("layer_norm(input, normalized_shape, weight, bias, eps)");
    internal static readonly Operator NativeLayerNorm = new("native_layer_norm(input, normalized_shape, weight, bias, eps)");
    internal static readonly Operator GroupNorm = new("group_norm(input, num_groups, weight, bias, eps)");
    internal static readonly Operator Embedding = new("embedding(weight, indices, padding_idx, scale_grad_by_freq, sparse)");
    internal static readonly Operator EmbeddingRenorm = new("embedding_renorm_(self, indices, max_norm, norm_type)");
    internal static readonly Operator Dropout = new("dropout(input, p, train)");
    internal static readonly Operator Gru = new("gru.input(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)");
    internal static readonly Operator GruPacked = new("gru.data(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)");
    internal static readonly Operator Lstm = new("lstm.input(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)");
    internal static readonly Operator LstmPacked = new("lstm.data(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)");
    internal static readonly Operator PackPaddedSequence = new("_pack_padded_sequence(input, lengths, batch_first)");
    internal static readonly Operator PadPackedSequence = new("_pad_packed_sequence(data, batch_sizes, batch_first, padding_value, total_length)");
    internal static readonly Operator ConstantPad = new("constant_pad_nd(self, pad, value)");
    internal static readonly Operator Pad = new("pad(self, pad, mode, value)");
    internal static readonly Operator Unfold = new("im2col(self, kernel_size, dilation, padding, stride)");
    internal static readonly Operator PixelShuffle = new("pixel_shuffle(self, upscale_factor)");
    internal static readonly Operator UpsampleBilinear = new("upsample_bilinear2d(self, output_size, align_corners, scales_h, scales_w)");
    internal static readonly Operator UpsampleNearest = new("upsample_nearest2d(self, output_size, scales_h, scales_w)");
    internal static readonly Operator OneHot = new("one_hot(self, num_classes)");

    internal static readonly Operator CrossEntropy = new("cross_entropy_loss(self, target, weight, reduction, ignore_index, label_smoothing)");
    internal static readonly Operator NllLoss = new("nll_loss_nd(self, target, weight, reduction, ignore_index)");
    internal static readonly Operator MseLoss = new("mse_loss(self, target, reduction)");
    internal static readonly Operator L1Loss = new("l1_loss(self, target, reduction)");
    internal static readonly Operator SmoothL1Loss = new("smooth_l1_loss(self, target, reduction, beta)");
    internal static readonly Operator KlDiv = new("kl_div(self, target, reduction, log_target)");
    internal static readonly Operator Bce = new("binary_cross_entropy(self, target, weight, reduction)");
    internal static readonly Operator BceWithLogits = new("binary_cross_entropy_with_logits(self, target, weight, pos_weight, reduction)");
    internal static readonly Operator CosineEmbeddingLoss = new("cosine_embedding_loss(input1, input2, target, margin, reduction)");
    internal static readonly Operator TripletMarginLoss = new("triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction)");

    // Fused forms that some libtorch lacks: ask Exists before calling.
    internal static readonly Operator ScaledDotProductAttention = new("scaled_dot_product_attention(query, key, value, attn_mask, dropout_p, is_causal)", optional: true);
    internal static readonly Operator FusedAdamW = new("_fused_adamw_(self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, lr, beta1, beta2, weight_decay, eps, amsgrad, maximize, grad_scale, found_inf)", optional: true);
    internal static readonly Operator FusedAdam = new("_fused_adam_(self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, lr, beta1, beta2, weight_decay, eps, amsgrad, maximize, grad_scale, found_inf)", optional: true);

    internal static readonly Operator ForeachAddScalar = new("_foreach_add_.Scalar(self, scalar)");
    internal static readonly Operator ForeachAddList = new("_foreach_add_.List(self, other, alpha)");
    internal static readonly Operator ForeachSubList = new("_foreach_sub_.List(self, other, alpha)");
    internal static readonly Operator ForeachMulScalar = new("_foreach_mul_.Scalar(self, scalar)");
    internal static readonly Operator ForeachMulList = new("_foreach_mul_.List(self, other)");
    internal static readonly Operator ForeachDivScalar = new("_foreach_div_.Scalar(self, scalar)");
    internal static readonly Operator ForeachDivList = new("_foreach_div_.List(self, other)");
    internal static readonly Operator ForeachAddcmul = new("_foreach_addcmul_.Scalar(self, tensor1, tensor2, value)");
    internal static readonly Operator ForeachAddcdiv = new("_foreach_addcdiv_.Scalar(self, tensor1, tensor2, value)");
    internal static readonly Operator ForeachSqrt = new("_foreach_sqrt(self)");
    internal static readonly Operator ForeachMaximum = new("_foreach_maximum_.List(self, other)", optional: true);
    internal static readonly Operator ForeachNeg = new("_foreach_neg_(self)");
    internal static readonly Operator ForeachZero = new("_foreach_zero_(self)");
    internal static readonly Operator ForeachNorm = new("_foreach_norm.Scalar(self, ord)");
    internal static readonly Operator ForeachLerp = new("_foreach_lerp_.Scalar(self, weights, weight)", optional: true);
    internal static readonly Operator AmpUnscale = new("_amp_foreach_non_finite_check_and_unscale_(self, found_inf, inv_scale)");
    internal static readonly Operator AmpUpdateScale = new("_amp_update_scale_(self, growth_tracker, found_inf, scale_growth_factor, scale_backoff_factor, growth_interval)");
}
