using Ingot.Models.Catalog;

namespace Ingot.Service.Hosting;

/// <summary>
/// Which execution provider a model's variant was made for, whether that is here, and why not. What is here is handed in, so that it can be
/// told of machines other than this one.
/// </summary>
/// <param name="missing">Says why a provider, by its short name, does not compute here, as the end of a sentence; null when it does. Not asked about the processor.</param>
internal sealed class VariantProviders(Func<string, string?> missing)
{
    private const string AnyGraphics = "-generic-gpu";

    // The best first.
    private static readonly string[] AnyGraphicsProcessor = ["cuda", "dml", "webgpu"];

    // What names say of variants whose catalog names no provider but the processor's.
    private static readonly (string Part, string Provider)[] Names =
    [
        ("-cuda-gpu", "cuda"), ("-trtrtx-gpu", "nvtensorrtrtx"), ("-openvino-", "openvino"), ("-qnn-npu", "qnn"), ("-vitis-npu", "vitisai"),
    ];

    /// <summary>What this machine has.</summary>
    public static VariantProviders Here { get; } = new(ExecutionProviders.WhyMissing);

    /// <summary>Says why this machine does not run a variant with what it was made for, in a sentence or two; null when it does.</summary>
    public string? ObstacleOf(ModelEntry entry)
    {
        if (entry.IsForAnyCpu)
            return null;
        var made = MadeFor(entry);
        return made.Length == 0
            ? $"It was made for '{Shorten(entry.ExecutionProvider)}' on the device {entry.DeviceType}, which is nothing that is known here."
            : made.Any(name => missing(name) is null) ? null : Missing(made);
    }

    /// <summary>Chooses what is to compute a model where nobody says.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="wanted">The providers its folder names, the processor perhaps among them.</param>
    /// <returns>The provider's short name; and where it is the processor for want of what the model was made for, sentences that say so, else nothing.</returns>
    public (string Provider, string Preface) Choose(ModelEntry entry, IReadOnlyList<string> wanted)
    {
        string[] made = IsForAnyGraphicsProcessor(entry)
            ? AnyGraphicsProcessor
            : [.. wanted.Select(name => ExecutionProviders.NameOf(name) ?? name).Where(name => name is not ExecutionProviders.Cpu)];
        if (made.Length == 0)
            made = entry.IsForAnyCpu ? [] : MadeFor(entry);
        if (made.FirstOrDefault(name => missing(name) is null) is { } best)
            return (best, "");
        return (ExecutionProviders.Cpu, made.Length == 0 ? "" : $"{Missing(made)} The processor computes instead.");
    }

    private static string[] MadeFor(ModelEntry entry)
    {
        if (IsForAnyGraphicsProcessor(entry))
            return AnyGraphicsProcessor;
        if (ExecutionProviders.NameOf(entry.ExecutionProvider) is { } named and not ExecutionProviders.Cpu)
            return [named];
        return Names.FirstOrDefault(row => entry.Name.Contains(row.Part, StringComparison.OrdinalIgnoreCase)).Provider is { } provider ? [provider] : [];
    }

    private static bool IsForAnyGraphicsProcessor(ModelEntry entry) => entry.Name.EndsWith(AnyGraphics, StringComparison.OrdinalIgnoreCase);

    // Of several the last is what most machines could have.
    private string Missing(string[] made) =>
        $"It was made for {string.Join(" or ", made.Select(name => $"'{Shorten(name)}'"))}, {missing(made[^1])}";

    private static string Shorten(string name) => name.Length > 40 ? name[..40] + "…" : name;
}
