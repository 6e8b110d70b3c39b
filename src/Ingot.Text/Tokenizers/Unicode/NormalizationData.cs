using System.Globalization;

namespace Ingot.Text.Tokenizers.Unicode;

/// <summary>
/// Decompositions, combining classes and compositions of Unicode. The platform's own normalisation does nothing in
/// invariant-globalization mode, and its Unicode version would depend on the machine; ids must not.
/// </summary>
internal sealed class NormalizationData
{
    private static readonly Lazy<NormalizationData> Shared = new(Read);

    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<(int First, int Second), int> _composites = [];
    private readonly HashSet<int> _composesWithPrevious = [];

    private NormalizationData()
    {
    }

    public static NormalizationData Instance => Shared.Value;

    public byte ClassOf(int codePoint) => _classes.GetValueOrDefault(codePoint);

    public int[]? Decompose(int codePoint, bool compatible) =>
        compatible && _compatible.TryGetValue(codePoint, out var wide) ? wide : _canonical.GetValueOrDefault(codePoint);

    public int? Compose(int first, int second) =>
        _composites.TryGetValue((first, second), out var composite) ? composite : null;

    /// <summary>True when a code point is the same in every form and leaves its neighbours alone in composition.</summary>
    public bool IsInert(int codePoint, bool compatible, bool compose) =>
        ClassOf(codePoint) == 0
        && !(compatible && _compatible.ContainsKey(codePoint))
        && (!_canonical.TryGetValue(codePoint, out var parts) || (compose && parts.Length > 1 && IsComposite(parts, codePoint)))
        && !(compose && _composesWithPrevious.Contains(codePoint));

    private bool IsComposite(int[] parts, int codePoint)
    {
        var current = parts[0];
        for (var i = 1; i < parts.Length; i++)
        {
            if (Compose(current, parts[i]) is not { } next) return false;
            current = next;
        }
        return current == codePoint;
    }

    private static NormalizationData Read()
    {
        var data = new NormalizationData();
        using var stream = typeof(NormalizationData).Assembly.GetManifestResourceStream("normalization.txt")!;
        using var reader = new StreamReader(stream);
        List<int> composites = [];
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (fields[0])
            {
                case "D":
                    data._canonical.Add(Hex(fields[1]), ReadAll(fields.AsSpan(2)));
                    break;
                case "K":
                    data._compatible.Add(Hex(fields[1]), ReadAll(fields.AsSpan(2)));
                    break;
                case "M":
                    data.AddClass(byte.Parse(fields[1], CultureInfo.InvariantCulture), fields.AsSpan(2));
                    break;
                case "C":
                    composites.AddRange(ReadAll(fields.AsSpan(1)));
                    break;
            }
        }
        data.AddComposites(composites);
        return data;
    }

    private void AddClass(byte value, ReadOnlySpan<string> ranges)
    {
        foreach (var range in ranges)
        {
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var first = Hex(dash < 0 ? range : range[..dash]);
            var last = dash < 0 ? first : Hex(range[(dash + 1)..]);
            for (var codePoint = first; codePoint <= last; codePoint++) _classes[codePoint] = value;
        }
    }

    // The data holds full decompositions; recomposition goes pair by pair, so the first of a pair is
    // the composite of all parts but the last. Shorter decompositions come first for that reason.
    private void AddComposites(List<int> composites)
    {
        var byParts = new Dictionary<string, int>();
        foreach (var composite in composites.OrderBy(c => _canonical[c].Length))
        {
            var parts = _canonical[composite];
            var first = parts.Length == 2 ? parts[0] : byParts[Key(parts.AsSpan(0, parts.Length - 1))];
            _composites.TryAdd((first, parts[^1]), composite);
            _composesWithPrevious.Add(parts[^1]);
            byParts.TryAdd(Key(parts), composite);
        }
    }

    private static string Key(ReadOnlySpan<int> parts)
    {
        var text = new System.Text.StringBuilder();
        foreach (var part in parts) text.Append(part).Append(',');
        return text.ToString();
    }

    private static int[] ReadAll(ReadOnlySpan<string> fields)
    {
        var values = new int[fields.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Hex(fields[i]);
        return values;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
