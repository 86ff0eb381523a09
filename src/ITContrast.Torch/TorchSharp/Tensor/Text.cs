using System.Globalization;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private const int EdgeItems = 3;
        private const int LongestWhole = 1000;

        /// <summary>The elements as nested brackets, the middle of long dimensions left out, with shape and dtype before them.</summary>
        public string str(string? fltFormat = "g5")
        {
            using Tensor host = detach();
            using Tensor wide = host.to(is_floating_point() ? ScalarType.Float64 : ScalarType.Int64, CPU);
            using Tensor plain = wide.contiguous();
            StringBuilder text = new($"[{string.Join("x", shape)}], type = {dtype}, device = {device}");
            if (numel() == 0) return text.ToString();
            text.Append(dim() == 0 ? ", value = " : "\n");
            Func<long, string> element = is_floating_point()
                ? i => plain.Elements<double>()[(int)i].ToString(fltFormat, CultureInfo.InvariantCulture)
                : dtype == ScalarType.Bool ? i => plain.Elements<long>()[(int)i] != 0 ? "true" : "false"
                : i => plain.Elements<long>()[(int)i].ToString(CultureInfo.InvariantCulture);
            Append(text, shape, 0, 0, numel() <= LongestWhole, element);
            return text.ToString();
        }

        private static void Append(StringBuilder text, long[] shape, int depth, long at, bool whole, Func<long, string> element)
        {
            if (depth == shape.Length)
            {
                text.Append(element(at));
                return;
            }
            text.Append('[');
            for (long i = 0; i < shape[depth]; i++)
            {
                if (i > 0) text.Append(depth == shape.Length - 1 ? " " : "\n" + new string(' ', depth + 1));
                if (!whole && i == EdgeItems && shape[depth] > 2 * EdgeItems)
                {
                    text.Append(depth == shape.Length - 1 ? "... " : "...\n" + new string(' ', depth + 1));
                    i = shape[depth] - EdgeItems;
                }
                Append(text, shape, depth + 1, (at * shape[depth]) + i, whole, element);
            }
            text.Append(']');
        }
    }
}
