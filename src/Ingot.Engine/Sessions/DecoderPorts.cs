using System.Globalization;
using Ingot.Compute.Execution;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Sessions;

/// <summary>Which of a graph's inputs and outputs are what to a decoder.</summary>
internal sealed class DecoderPorts
{
    private readonly DecoderDescription _description;
    private readonly Dictionary<string, OrtValueInfo> _inputs;
    private readonly Dictionary<string, OrtValueInfo> _outputs;

    /// <param name="session">The graph.</param>
    /// <param name="description">What its inputs and outputs are called.</param>
    /// <exception cref="IngotException">ModelUnsupported: an input is missing, unknown or of another type.</exception>
    public DecoderPorts(OrtSession session, DecoderDescription description)
    {
        _description = description;
        _inputs = session.Inputs.ToDictionary(port => port.Name, StringComparer.Ordinal);
        _outputs = session.Outputs.ToDictionary(port => port.Name, StringComparer.Ordinal);
        InputIds = TakeInteger(description.InputIds) ?? throw Refuse($"has no input '{description.InputIds}'");
        Mask = TakeInteger(description.AttentionMask);
        Positions = TakeInteger(description.PositionIds);
        Past = [.. Enumerable.Range(0, description.LayerCount).SelectMany(layer => new[] { TakePast(description.PastKey, layer), TakePast(description.PastValue, layer) })];
        Present = [.. Enumerable.Range(0, description.LayerCount).SelectMany(layer => new[] { OfLayer(description.PresentKey, layer), OfLayer(description.PresentValue, layer) })];
        KvType = Past[0].Type;
        foreach (string present in Present)
        {
            if (!_outputs.TryGetValue(present, out OrtValueInfo? output) || output.Type != KvType)
                throw Refuse($"has no output '{present}' of {KvType}");
        }
        Logits = _outputs.GetValueOrDefault(description.Logits) is { } logits && FloatRows.Fits(logits)
            ? logits
            : throw Refuse($"has no output '{description.Logits}' of real numbers");
        if (_inputs.Count > 0)
            throw Refuse($"wants the input '{_inputs.Keys.First()}', which is none a decoder over tokens has");
    }

    public OrtValueInfo InputIds { get; }

    /// <summary>Which tokens exist; null when the graph does not ask.</summary>
    public OrtValueInfo? Mask { get; }

    /// <summary>Where tokens are; null when the graph does not ask.</summary>
    public OrtValueInfo? Positions { get; }

    /// <summary>Keys and values of each layer in turn.</summary>
    public OrtValueInfo[] Past { get; }

    /// <summary>Names of what goes with them behind a step.</summary>
    public string[] Present { get; }

    /// <summary>What keys and values are made of.</summary>
    public OrtElementType KvType { get; }

    public OrtValueInfo Logits { get; }

    private OrtValueInfo? TakeInteger(string name)
    {
        if (!_inputs.Remove(name, out OrtValueInfo? port))
            return null;
        return IntegerInput.Fits(port) ? port : throw Refuse($"wants '{name}' as {port.Type}");
    }

    private OrtValueInfo TakePast(string pattern, int layer)
    {
        string name = OfLayer(pattern, layer);
        if (!_inputs.Remove(name, out OrtValueInfo? port))
            throw Refuse($"has no input '{name}'");
        bool fits = port.Type is OrtElementType.Float or OrtElementType.Float16 or OrtElementType.BFloat16 && port.Shape.Count == 4
            && Fits(port.Shape[1], _description.KvHeadCount) && Fits(port.Shape[3], _description.HeadSize);
        return fits ? port : throw Refuse($"wants '{name}' as {port.Type} of [{string.Join(", ", port.Shape)}], not [batch, {_description.KvHeadCount}, tokens, {_description.HeadSize}]");
    }

    private static bool Fits(long dimension, int wanted) => dimension < 0 || dimension == wanted;

    private static string OfLayer(string pattern, int layer) => pattern.Replace("%d", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private IngotException Refuse(string what) => new(ErrorCode.ModelUnsupported, $"The graph of {Path.GetFileName(_description.OnnxPath)} {what}.");
}
