using System.Globalization;

namespace Ingot.Compute.Execution.Graph;

/// <summary>Names of a layer's inputs and outputs from their pattern.</summary>
internal static class DecoderNames
{
    /// <summary>The pattern with its <c>%d</c> replaced by the layer.</summary>
    public static string OfLayer(string pattern, int layer) =>
        pattern.Replace("%d", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
